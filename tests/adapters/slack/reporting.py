"""A Slack door that takes reports, delivered to both over HTTP and over its websocket, and what it keeps in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_urlsafe
from typing import Any

from bot.concerns.concern import Concern
from bot.concerns.in_memory import InMemoryCases, KeptCases, PlainSigner, QuickLock, RecordedMessages
from bot.concerns.reports import Reports, reports_of
from bot.in_memory import InMemoryHeardEvents
from bot.school import Holder, Role, School
from tests.adapters.slack.running import PUBLIC_URL, RunningDoor, conversation_of, now, two_schools
from tests.stand_ins.slack import APP_TOKEN, SlackStandIn
from tests.stand_ins.slack_windows import Person

HOLDERS = (
    Holder(Role.LEAD, "Ann Alder", phone="01234 567890", email="ann@alder.example", slack="ULEAD"),
    Holder(Role.DEPUTY, "Dev Dale", phone="01234 567891", email="dev@alder.example", slack="UDEPUTY"),
    Holder(Role.HEAD, "Hal Hill", phone="01234 567892", email="hal@alder.example", slack="UHEAD"),
    Holder(Role.CHAIR, "Cy Croft", phone="01234 567893", email="cy@alder.example"),
)
LADO = "Leeds LADO, 0113 496 0000"
STORY = "A group chat of year nine calls me names & worse, <every> evening."
FORM = {"report-story": STORY, "report-about": ["pupil"]}


class Watched(InMemoryHeardEvents):
    """Events that remember what they were asked about. ``broken``: cannot be reached."""

    def __init__(self) -> None:
        super().__init__(now)
        self.asked: list[str] = []

    def claim(self, event: str, lease: Any) -> bool:
        """Whether this caller may handle the event."""
        self.asked.append(event)
        return super().claim(event, lease)


class ReportingDoor:
    """Two schools, their reports, and the door before them."""

    def __init__(self, slack: SlackStandIn, door: RunningDoor, cases: InMemoryCases, reports: Reports, events: Watched) -> None:
        self.slack, self.door, self.cases, self.reports, self.events = slack, door, cases, reports, events
        self.url = ""

    def begin_again(self, way: str) -> None:
        """Nothing: forgets all that was kept and shown."""
        self.slack.begin_again()
        self.slack.add("T-known")
        self.slack.add("T-other")
        for name, kept in self.cases.kept.items():
            self.cases.kept[name] = KeptCases(replace(kept.school, holders=HOLDERS if name == "alder" else (), lado=LADO))
        self.cases.pings.clear()
        self.events.asked.clear()
        self.url = self.door.url if way == "http" else ""
        if way == "socket":
            self.slack.until(lambda: self.slack._sockets)

    def person(self, user: str = "U1", name: str = "pat.lee", team: str = "T-known") -> Person:
        """Somebody in Slack."""
        return Person(self.slack, self.slack.workspaces[f"xoxb-{team}"], self.url, user=user, name=name)

    def until_idle(self) -> None:
        """Nothing: whatever the door is still doing is done."""
        self.door.run(self.door.door._unrecorded.finish(10))
        self.door.run(self.door.door._once.finish(10))

    @property
    def kept(self) -> list[Concern]:
        """The reports of the school "alder"."""
        return list(self.cases.kept["alder"].concerns.values())

    def story(self) -> str:
        """The story of its one report."""
        (concern,) = self.kept
        return self.cases.kept["alder"].entries[concern.id][0].text


@contextmanager
def reporting_door() -> Iterator[ReportingDoor]:
    """The door, running, beside a stand-in of its own."""
    cases = InMemoryCases([School("alder", "Alder School", holders=HOLDERS), School("birch", "Birch School")], now)
    reports = reports_of(
        cases, QuickLock(), RecordedMessages(), PlainSigner(), now, lambda: token_urlsafe(16), lambda: 0.5, lambda *_: None, PUBLIC_URL
    )
    schools, events = two_schools(), Watched()
    with SlackStandIn() as slack:
        conversation = conversation_of(schools, reports)
        with RunningDoor(slack, schools=schools, conversation=conversation, events=events, reports=reports, app_token=APP_TOKEN) as door:
            yield ReportingDoor(slack, door, cases, reports, events)


def code_shown(person: Person) -> str:
    """The receipt code in the window on top."""
    (header,) = [block for block in person.window["blocks"] if block["type"] == "header"]
    return str(header["text"]["text"])


def block_types(person: Person) -> list[str]:
    """The kinds of the blocks of the window on top."""
    return [block["type"] for block in person.window["blocks"]]
