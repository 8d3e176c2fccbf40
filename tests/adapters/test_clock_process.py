"""`signpost clock` and `signpost serve`: a report is brought to the lead by a process of its own, and each ends when it is told to."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from adapters import wiring
from adapters.settings import Settings
from bot.concerns.concern import About, Route
from bot.concerns.filing import Draft, Filed
from tests.adapters.installed import KEY, Installation, Serving, clocking, serving
from tests.adapters.ticking import comes_true
from tests.stand_ins.mail import HOST, MailStandIn, mail_server

STORY = "Xylocanary: a colleague writes to a girl in year 6."
PEOPLE = '[contacts.lead]\nname = "Ann Lee"\nemail = "ann@oak.example"\n[contacts.head]\nname = "Jo Hall"\nemail = "jo@oak.example"\n'


@pytest.fixture(scope="module")
def mail() -> Iterator[MailStandIn]:
    with mail_server(starttls=False) as server:
        yield server


@pytest.fixture
def installed(tmp_path: Path, mail: MailStandIn) -> Installation:
    """An installation with a school and e-mail, and nothing that runs."""
    made = Installation(tmp_path, {"SMTP_URL": f"smtp://{HOST}:{mail.port}", "MAIL_FROM": "signpost@oak.example"})
    made.settings |= {"PUBLIC_URL": "https://signpost.example", "SIGNPOST_KEYS": KEY, "DATABASE_URL": f"sqlite:///{tmp_path}/signpost.db"}
    made.write("policy.md", "# Policy\n\n## 1 Friends\n\nStaff must not accept friend requests from parents.\n")
    made.write("oak.toml", f'id = "oak"\nname = "Oak"\n{PEOPLE}[policies]\nsocial-media = "policy.md"\n')
    assert made.run("migrate")[2] == 0
    assert made.run("school", "apply", "oak.toml")[2] == 0
    mail.taken.clear()
    return made


def file(made: Installation) -> Filed:
    """A report, filed by another process than the one that is to bring it to the lead."""
    settings = Settings(database_url=SecretStr(made.settings["DATABASE_URL"]), signpost_keys=SecretStr(KEY))
    filing = wiring.house(settings).reports.filing
    return filing.file("oak", Draft(wiring.new_id(), STORY, frozenset({About.PUPIL}), Route.ANONYMOUS, urgent=True))


def pinged(mail: MailStandIn, filed: Filed) -> bool:
    """Whether the lead was told of a report, and of nothing in it."""
    assert not any(b"canary" in one for one in mail.taken)
    found = [message_from_bytes(one, policy=policy.default) for one in mail.taken]
    return any(filed.reference in str(one["Subject"]) and "ann@oak.example" in str(one["To"]) for one in found)


def ended(running: Serving) -> list[str]:
    """What a process said that ended when it was told to."""
    assert running.stop(signal.SIGTERM) < 9.0
    assert running.process.returncode == 0
    return running.said


def test_a_clock_of_its_own_brings_reports_to_the_lead_and_ends_when_it_is_told_to(installed: Installation, mail: MailStandIn) -> None:
    before = file(installed)
    with clocking(installed.folder, installed.settings) as running:
        assert comes_true(lambda: pinged(mail, before))
        after = file(installed)
        assert comes_true(lambda: pinged(mail, after))
        said = "\n".join(ended(running))
    assert "clock.stopped busy=0" in said
    assert "has stopped" in said
    for hidden in ("canary", "Ann", "ann@", before.reference, after.reference):
        assert hidden not in said


def test_the_web_has_a_clock_unless_it_is_told_not_to(installed: Installation, mail: MailStandIn) -> None:
    with serving(installed.folder, "--no-clock", settings=installed.settings) as web:
        assert comes_true(lambda: "`signpost clock`" in "\n".join(web.said))  # said after the line that it is ready
        red = httpx.get(f"{web.url}/healthz")
        assert (red.status_code, red.json()) == (503, {"alive": True, "behind": True})
        assert httpx.get(f"{web.url}/readyz").status_code == 200
        assert not any("clock.started" in line for line in web.said)
    with serving(installed.folder, settings=installed.settings) as web:
        assert httpx.get(f"{web.url}/healthz").json() == {"alive": True}
        filed = file(installed)
        assert comes_true(lambda: pinged(mail, filed))
        assert "no clock has run yet" not in (out := installed.run("doctor")[0])
        assert "pings: a clock was here" in out


def test_a_clock_that_cannot_run_says_why(tmp_path: Path) -> None:
    _, err, code = Installation(tmp_path, {"SIGNPOST_KEYS": KEY}).run("clock")
    assert code == 2
    assert "signpost migrate" in err
