"""`signpost serve`: the whole program in a process of its own, as a demo and for real schools."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from adapters import samples
from tests.adapters.installed import Installation, Serving, ask, serving
from tests.stand_ins import teams
from tests.stand_ins.teams import APP_ID, PASSWORD, TeamsStandIn, standing_in

QUESTION = "can I accept a parent's friend request?"
WORRY = "a girl in my class told me xylocanary that her uncle hits her"
TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def microsoft() -> Iterator[TeamsStandIn]:
    with standing_in() as stand_in:
        stand_in.needs_token = False
        yield stand_in


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("demo"), "--demo", "--school", "dobcroft") as running:
        yield running


def cpu_seconds(process: int) -> float:
    """How much of a processor a process has used, with all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="tells processor time from /proc")
def test_the_demo_is_ready_with_less_than_four_seconds_of_work(demo: Serving) -> None:
    assert httpx.get(f"{demo.url}/healthz").json() == {"alive": True}
    assert httpx.get(f"{demo.url}/readyz").status_code == 200
    assert cpu_seconds(demo.process.pid) < 4.0


def test_nobody_is_sent_on_to_a_host_that_the_request_named(demo: Serving) -> None:
    slashed = httpx.post(f"{demo.url}/dobcroft/ask/", data={"question": WORRY}, headers={"Host": "bad.example"}, follow_redirects=False)
    assert slashed.status_code == 404
    assert "location" not in slashed.headers


def test_the_demo_says_loudly_that_it_is_one(demo: Serving) -> None:
    said = "\n".join(demo.said)
    assert "DEMO: sample policies and invented people" in said
    assert said.index("DEMO") < said.index(f"ready at {demo.url}")
    assert demo.url.startswith("http://127.0.0.1:")


def test_each_sample_school_answers_from_its_own_policy_with_invented_people(demo: Serving) -> None:
    for name in samples.sample_names():
        answered = ask(demo.url, f"/{name}/ask", question=QUESTION)
        assert answered.status_code == 200
        assert f"/{name}/policies/social-media/editions/1" in answered.text
    worried = ask(demo.url, "/cbc/ask", question=WORRY).text
    assert "Alex Morgan (example)" in worried
    assert "01632 960001" in worried
    assert "sample policies, restated" in httpx.get(f"{demo.url}/cbc/policies/social-media").text


def test_in_the_demo_teams_needs_no_token_and_every_tenant_is_the_sample_school(demo: Serving, microsoft: TeamsStandIn) -> None:
    for tenant in ("tenant-1", "tenant-2"):
        delivered = httpx.post(f"{demo.url}/api/messages", json=microsoft.activity(QUESTION, tenant=tenant), timeout=30)
        assert delivered.status_code == 200
        assert "Dobcroft" in microsoft.posted[-1].text


def test_nothing_that_was_written_is_logged(demo: Serving, microsoft: TeamsStandIn) -> None:
    httpx.post(f"{demo.url}/api/messages", json=microsoft.activity(WORRY, user="user-canary"), timeout=30)
    ask(demo.url, "/cbc/ask", question=WORRY)
    httpx.get(f"{demo.url}/xylocanary?canary=1")
    assert any("POST /{school}/ask" in line for line in demo.said)
    assert "canary" not in "\n".join(demo.said)


def test_the_demo_never_listens_for_others(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.0.2.1", "::", "example.org"):  # noqa: S104
        _, err, code = Installation(tmp_path).run("serve", "--demo", "--port", "0", "--host", host)
        assert code == 2
        assert f"does not listen at {host}" in err
    assert not list(tmp_path.iterdir())


def test_the_demo_leaves_a_database_that_is_set_alone(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo", settings={"DATABASE_URL": f"sqlite:///{tmp_path}/real.db"}) as running:
        assert "DATABASE_URL is left alone" in "\n".join(running.said)
        assert httpx.get(f"{running.url}/bledington/policies").status_code == 200
        assert running.stop() < 5.0  # two seconds at most, on a machine that has nothing else to do
        assert running.process.returncode == 0
    assert (tmp_path / "signpost-demo.db").exists()
    assert not (tmp_path / "real.db").exists()


def test_a_school_is_served_with_the_doors_that_are_set_up(
    tmp_path: Path, microsoft: TeamsStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teams, "HOME_TENANT", APP_ID)  # the settings take nothing that is no tenant id
    signpost = Installation(tmp_path, {"PUBLIC_URL": "http://127.0.0.1:3978", "SLACK_SIGNING_SECRET": "s", "SLACK_BOT_TOKEN": "xoxb-1"})
    signpost.settings |= {"SLACK_API_URL": "http://127.0.0.1:9/api/", "MICROSOFT_APP_ID": APP_ID, "MICROSOFT_APP_PASSWORD": PASSWORD}
    signpost.settings |= {"MICROSOFT_APP_TENANT_ID": APP_ID, "MICROSOFT_METADATA_URL": f"{microsoft.url}/.well-known/openidconfiguration"}
    signpost.settings |= {"MICROSOFT_LOGIN_URL": microsoft.url}
    signpost.write("policy.md", "# Policy\n\n## 1 Friends\n\nStaff must not accept friend requests from parents.\n")
    people = '[contacts.lead]\nname = "Ann Lee"\n[contacts.head]\nname = "Jo Hall"\n'
    tenant = '[workspaces]\nteams = ["known-tenant"]\n'
    signpost.write("oak.toml", f'id = "oak"\nname = "Oak"\n{people}{tenant}[policies]\nsocial-media = "policy.md"\n')
    signpost.run("migrate")
    assert signpost.run("school", "apply", "oak.toml")[2] == 0
    with serving(tmp_path, settings=signpost.settings) as running:
        assert "DEMO" not in "\n".join(running.said)
        before = len(microsoft.posted)
        activity = microsoft.activity(QUESTION)
        assert httpx.post(f"{running.url}/api/messages", json=activity).status_code == 401
        assert httpx.post(f"{running.url}/slack/events", json={"type": "event_callback"}).status_code == 401
        assert len(microsoft.posted) == before
        headers = {"Authorization": f"Bearer {microsoft.token()}"}
        assert httpx.post(f"{running.url}/api/messages", json=activity, headers=headers, timeout=30).status_code == 200
        assert "accept friend requests" in microsoft.posted[-1].text
        stranger = microsoft.activity(QUESTION, tenant="other-tenant")
        httpx.post(f"{running.url}/api/messages", json=stranger, headers=headers, timeout=30)
        assert "accept friend requests" not in microsoft.posted[-1].text
        assert "accept friend requests" in ask(running.url, "/oak/ask", question=QUESTION).text
        assert "`signpost doctor` asks them" in "\n".join(running.said)  # whether Slack and Teams take the settings


def test_doors_that_are_not_set_up_are_not_there(tmp_path: Path) -> None:
    Installation(tmp_path).run("migrate")
    with serving(tmp_path) as running:
        for path in ("/api/messages", "/slack/events", "/slack/install"):
            assert httpx.post(f"{running.url}{path}", json={}).status_code == 404
        assert "There is no school yet" in "\n".join(running.said)
        assert "signpost doctor" not in "\n".join(running.said)


def test_a_taken_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        _, err, code = Installation(tmp_path, {"PORT": str(port)}).run("serve", "--demo")
    assert code == 2
    assert f"Port {port} is taken" in err
    assert "--port" in err


def test_without_the_key_that_seals_reports_or_with_another_it_does_not_start(tmp_path: Path) -> None:
    signpost = Installation(tmp_path)
    signpost.run("migrate")
    _, without, refused = signpost.run("serve", "--port", "0")
    with serving(tmp_path):
        pass  # a first start puts the key on record
    other = Installation(tmp_path, {"SIGNPOST_KEYS": signpost.run("keys", "new")[0].split()[0]})
    _, _, new_is_fine_while_nothing_is_sealed = other.run("keys", "check")

    assert refused == 2
    assert "SIGNPOST_KEYS is not set" in without
    assert "signpost keys new" in without
    assert new_is_fine_while_nothing_is_sealed == 0


def test_the_demo_makes_a_key_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    for _ in range(2):
        with serving(tmp_path, "--demo", settings={"SIGNPOST_KEYS": ""}):
            key = (tmp_path / "signpost-demo.key").read_text()
    assert (tmp_path / "signpost-demo.key").read_text() == key
    assert (tmp_path / "signpost-demo.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (("--school", "cbc"), {}, "--school is for the demo alone"),
        (("--demo", "--school", "nowhere"), {}, "bledington"),
        ((), {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        (("--demo",), {"MICROSOFT_APP_ID": APP_ID}, "MICROSOFT_APP_PASSWORD is not set"),
        ((), {"DATABASE_URL": "sqlite:////no/such/folder/a.db"}, "There is no folder"),
        (("--host", "no.such.host.invalid"), {}, "cannot listen"),
    ],
)
def test_what_cannot_be_served_is_refused_in_plain_words(
    tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str], said: str
) -> None:
    _, err, code = Installation(tmp_path, settings).run("serve", "--port", "0", *arguments)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
