"""Pings: at once, again and further up until somebody takes it; never after; never with anything of the report in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.concerns.concern import About
from bot.concerns.in_memory import RecordedMessages
from bot.concerns.pinging import LEASE
from bot.ports import Outcome, Sent
from bot.reply import Says
from bot.school import Holder, School
from tests.bot.concerns.house import CHAIR, DEPUTY, HEAD, LEAD, House


def told(house: House) -> list[str]:
    """The names of those pinged since this was asked last."""
    house.reports.pinging.send_due()
    names = [holder.name for _, holder, _ in house.messages.pings]
    house.messages.pings.clear()
    return names


def test_an_urgent_report_climbs_to_everybody_within_an_hour_and_goes_on() -> None:
    house = House()
    house.file(urgent=True)

    assert told(house) == [LEAD.name]
    assert told(house) == []
    house.later(minutes=31)
    assert told(house) == [LEAD.name, DEPUTY.name]
    house.later(minutes=31)
    assert told(house) == [LEAD.name, DEPUTY.name, HEAD.name]
    for _ in range(3):
        house.later(minutes=61)
        assert told(house) == [LEAD.name, DEPUTY.name, HEAD.name]


def test_nobody_is_pinged_once_it_is_taken() -> None:
    house = House()
    filed = house.file()
    told(house)
    house.reports.desk.open("oak", LEAD, filed.concern)
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)

    for _ in range(5):
        house.later(hours=25)
        assert told(house) == []
    assert not house.cases.pings


def test_what_the_reporter_adds_is_said_to_whoever_has_taken_it() -> None:
    house = House()
    filed = house.file()
    house.reports.desk.open("oak", DEPUTY, filed.concern)
    house.reports.desk.acknowledge("oak", DEPUTY, filed.concern)
    told(house)

    house.reports.returning.add("oak", filed.receipt.code, "more", "s")

    assert told(house) == [DEPUTY.name]
    house.later(hours=30)
    assert told(house) == []


def test_about_the_head_only_the_chair_is_pinged() -> None:
    house = House()
    house.file(About.HEAD, urgent=True)
    for _ in range(4):
        assert set(told(house)) <= {CHAIR.name}
        house.later(hours=2)


@dataclass
class Unreachable(RecordedMessages):
    """A messenger that reaches only some. ``away``: the names it cannot reach."""

    away: set[str] = field(default_factory=set)

    def ping(self, school: School, holder: Holder, reference: str, waits_since: datetime, concern: str) -> Outcome:
        """How it came out."""
        if holder.name in self.away:
            return Outcome(Sent.FAILED, why="no_way")
        return super().ping(school, holder, reference, waits_since, concern)


def test_where_the_first_cannot_be_reached_the_next_are_told_at_once() -> None:
    messages = Unreachable(away={LEAD.name})
    house = House(messages=messages)
    house.file()

    assert told(house) == [DEPUTY.name]


def test_where_nobody_can_be_reached_it_is_tried_again_soon() -> None:
    messages = Unreachable(away={LEAD.name, DEPUTY.name, HEAD.name})
    house = House(messages=messages)
    house.file()
    assert told(house) == []
    messages.away.clear()
    house.later(minutes=6)

    assert told(house) == [LEAD.name, DEPUTY.name, HEAD.name]


def test_a_ping_lost_with_the_program_is_sent_again_when_its_claim_runs_out() -> None:
    house = House()
    house.file()
    assert house.cases.claim_ping(house.now(), LEASE) is not None  # and then the program ended

    assert told(house) == []
    house.later(minutes=6)
    assert told(house) == [LEAD.name]


def test_acknowledge_in_chat_takes_it_and_tells_later_pressers_who_has() -> None:
    house = House()
    filed = house.file()

    first = house.reports.in_chat.press("oak", filed.concern, "slack:T1:U1")
    second = house.reports.in_chat.press("oak", filed.concern, "teams:t:t-2")
    stranger = house.reports.in_chat.press("oak", filed.concern, "slack:T1:U77")
    nobody = house.reports.in_chat.press("oak", filed.concern, "")

    assert house.concern(filed).taken_by == LEAD
    assert isinstance(first.parts[0], Says)
    assert f"/oak/desk/cases/{filed.concern}" in first.parts[0].text
    assert isinstance(second.parts[0], Says)
    assert "by the lead" in second.parts[0].text
    assert stranger == nobody
    assert filed.reference not in repr(stranger)
