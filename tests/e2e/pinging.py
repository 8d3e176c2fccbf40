"""A school of the demo whose people are in Slack, in Teams and at their e-mail, and whose clock can be put forward.

Unlike the demo of the other checks it runs within this process: nothing else could move its time. Its clock, its doors and its pages are
those of `signpost serve --demo`. Slack and e-mail are stand-ins; Teams is Microsoft's Agents Playground.
"""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TypeVar

import pytest
import uvicorn
from pydantic import SecretStr

from adapters import demo, wiring
from adapters.schoolfile import read_school_file
from adapters.settings import Settings
from tests.e2e.running import free_port
from tests.stand_ins.mail import MailStandIn, mail_server
from tests.stand_ins.slack import SIGNING_SECRET, Posted, SlackStandIn
from tests.stand_ins.slack_windows import Person

SCHOOL = "bledington"
WORKSPACE = "T0BLEDING"
LEAD, HEAD = "U0ANNLEE", "U0JOHALL"  # in Slack
RUTH = "ruth@bledington.example"  # a deputy who is in no chat
# Priya, the other deputy, is whoever uses the Playground (m365agentsplayground.yml). Nobody covers out of hours, so that it is the same at
# whatever hour the check runs.
SCHOOL_FILE = f"""
id = "{SCHOOL}"
name = "Bledington Primary School"
owner = "samples"

[contacts.lead]
name = "Ann Lee"
slack = "{LEAD}"

[[contacts.deputies]]
name = "Priya Shah"
teams = "00000000-0000-0000-0000-000000000020"

[[contacts.deputies]]
name = "Ruth Adeyemi"
email = "{RUTH}"

[contacts.head]
name = "Jo Hall"
slack = "{HEAD}"

[workspaces]
slack = ["{WORKSPACE}"]
teams = ["00000000-0000-0000-0000-000000000001"]

[ladder]
out_of_hours = "none"

[ladder.urgent]
repeat = "1 h"

[[ladder.urgent.rungs]]
after = "0 min"
roles = ["lead", "deputy"]

[[ladder.urgent.rungs]]
after = "30 min"
roles = ["lead", "head"]
"""
LINK = re.compile(r"https?://[^\s|>]+")
WITHIN = 30.0  # seconds for anything awaited, on a busy machine

Found = TypeVar("Found")


@dataclass
class Moved:
    """The house's time: goes on by itself, and can be put forward."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Now."""
        return datetime.now(UTC) + self.ahead


@dataclass
class PingedHouse:
    """The house and what stands round it. ``url``: where people and the Playground reach it."""

    url: str
    built: wiring.House
    slack: SlackStandIn
    mail: MailStandIn
    clock: Moved = field(default_factory=Moved)

    def in_slack(self, user: str) -> list[Posted]:
        """What somebody was sent in Slack, as it stands there now."""
        return [one for one in self.slack.posted if one.channel == f"D{user}"]

    def pings_in_slack(self, user: str, reference: str) -> list[Posted]:
        """The pings of a report that somebody was sent in Slack."""
        return [one for one in self.in_slack(user) if one.text.startswith("A report needs you") and reference in one.text]

    def ping_in_slack(self, user: str, reference: str) -> Posted:
        """The newest of them, once there is one."""
        return eventually(lambda: self.pings_in_slack(user, reference))[-1]

    def told_in_slack(self, user: str, *words: str) -> Posted:
        """Something somebody was sent in Slack that says all this, once it is there."""
        return eventually(lambda: next((one for one in self.in_slack(user) if all(word in one.text for word in words)), None))

    def press_in_slack(self, user: str, posted: Posted, label: str) -> None:
        """Nothing: they pressed a button."""
        person = Person(self.slack, self.slack.workspaces[f"xoxb-{WORKSPACE}"], f"{self.url}/slack/events", user=user)
        person.press(posted, label)

    def mailed(self, address: str, reference: str) -> tuple[str, str]:
        """The subject and the plain text of the e-mail about a report that somebody was sent, once it is there."""

        def found() -> tuple[str, str] | None:
            for (_, to), raw in zip(list(self.mail.envelopes), list(self.mail.taken), strict=False):
                read = email.message_from_bytes(raw, policy=email.policy.default)
                if address in to and reference in str(read["subject"]):
                    text = read.get_body(("plain",))
                    return str(read["subject"]), text.get_content() if text else ""
            return None

        return eventually(found)

    def everything_sent(self) -> str:
        """All that left the house by Slack and e-mail."""
        slack = [f"{one.text} {one.blocks} {one.body}" for one in self.slack.posted]
        return "\n".join([*slack, *(raw.decode("utf-8", "replace").replace("=\r\n", "") for raw in self.mail.taken)])

    def later(self, **time_passed: float) -> None:
        """Nothing: so much time has passed, and the clock has dealt with all that fell due meanwhile."""
        self.clock.ahead += timedelta(**time_passed)
        eventually(lambda: self.built.reports.cases.oldest_due(self.clock()) is None)


def eventually(true: Callable[[], Found | None], seconds: float = WITHIN) -> Found:
    """What `true` gives once it gives something."""
    until = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)
    return found


@contextmanager
def pinged_house(folder: Path) -> Iterator[PingedHouse]:
    """The house at work, its clock running. `folder`: where its database may lie."""
    port, clock = free_port(), Moved()
    school_file = folder / "SCHOOL.toml"
    school_file.write_text(SCHOOL_FILE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as opened:
        patch.setattr(demo, "DATABASE", f"sqlite:///{folder / 'signpost-demo.db'}")
        patch.setattr(demo, "KEY", str(folder / "signpost-demo.key"))
        patch.setattr(wiring, "now", clock)
        slack = opened.enter_context(SlackStandIn())
        slack.add(WORKSPACE)
        mail = opened.enter_context(_in_a_thread_of_its_own())
        settings = Settings(
            database_url=SecretStr(demo.DATABASE),
            port=port,
            slack_signing_secret=SecretStr(SIGNING_SECRET),
            slack_bot_token=SecretStr(f"xoxb-{WORKSPACE}"),
            slack_api_url=slack.api_url,
            smtp_url=SecretStr(f"smtp://127.0.0.1:{mail.port}"),
            mail_from="signpost@bledington.example",
        )
        built = wiring.house(settings, wiring.Demo(SCHOOL))
        told = read_school_file(school_file)
        wiring.apply_school(settings, told.school, told.workspaces, [])
        opened.enter_context(_served(built, port))
        yield PingedHouse(f"http://127.0.0.1:{port}", built, slack, mail, clock)


@contextmanager
def _in_a_thread_of_its_own() -> Iterator[MailStandIn]:
    """The mail server. It is started by an event loop, and in the thread of the checks playwright's runs already."""
    with ThreadPoolExecutor(1) as thread:
        server = mail_server(starttls=False)
        try:
            yield thread.submit(server.__enter__).result(WITHIN)
        finally:
            thread.submit(server.__exit__, None, None, None).result(WITHIN)


@contextmanager
def _served(built: wiring.House, port: int) -> Iterator[None]:
    config = uvicorn.Config(wiring.application(built), port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    eventually(lambda: server.started or not thread.is_alive(), 60)
    assert server.started
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(15)
        with suppress(Exception):
            built.reports.cases._engine.dispose()  # type: ignore[attr-defined]
