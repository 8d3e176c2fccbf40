"""Letters that must not be lost, nor come by a way that others read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.concerns.concern import About, Route
from bot.concerns.in_memory import RecordedMessages
from bot.concerns.letters import LetterKind, LetterState, ToSay
from bot.concerns.ports import Act
from bot.concerns.waiting_again import A_CLIMB
from bot.ports import Outcome, Sent
from bot.school import Holder, Role, School
from tests.bot.concerns.house import CHAIR, DEPUTY, HEAD, LEAD, House

AWAY = Outcome(Sent.FAILED, why="not_reached")


@dataclass
class Provider(RecordedMessages):
    """A messenger that can be away for everybody."""

    away: bool = False

    def deliver(self, school: School, holder: Holder, said: ToSay, ways: tuple[str, ...]) -> Outcome:
        """How it came out."""
        return AWAY if self.away else super().deliver(school, holder, said, ways)


def hours_pass(house: House, hours: int) -> None:
    for _ in range(hours * 6):
        house.later(minutes=10)
        house.tick()


def test_news_of_a_report_outlast_a_provider_that_is_away_for_a_day() -> None:
    messages = Provider()
    house = House(messages=messages)
    filed = house.file()
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    house.reports.desk.reply("oak", LEAD, filed.concern, "Thank you.", "r")
    house.reports.desk.open("oak", LEAD, filed.concern)
    house.tick()
    messages.said.clear()
    messages.away = True
    house.reports.returning.add("oak", filed.receipt.code, "It happened again.", "s")
    house.reports.desk.hand_over("oak", LEAD, filed.concern, Role.CHAIR, "It concerns the governors.")
    hours_pass(house, 24)
    assert not messages.said

    messages.away = False
    hours_pass(house, 2)

    news = [holder.name for _, holder, said in messages.said if said.subject == f"A report has news ({filed.reference})"]
    assert {LEAD.name, CHAIR.name} <= set(news)
    letters = [one for one in house.cases.letters.values() if one.kind is LetterKind.NEWS]
    assert {one.state for one in letters} == {LetterState.SENT}
    assert len(news) == len(set(news)) == len({one.recipient for one in letters})


def test_a_webhook_of_a_role_that_somebody_holds_who_must_not_know_is_not_used() -> None:
    house = House()
    both = replace(LEAD, role=Role.DEPUTY)
    house.staffed(LEAD, both, DEPUTY, HEAD, CHAIR)
    house.file(About.LEAD, urgent=True)
    house.tick()
    house.later(minutes=40)
    house.tick()

    by_webhook = {(holder.name, said.last_resort) for _, holder, said in house.messages.said}
    assert by_webhook == {(HEAD.name, True), (DEPUTY.name, False)}


def test_a_ladder_does_not_end_however_often_its_last_step_is_repeated() -> None:
    house = House()
    filed = house.file(urgent=True)
    house.later(hours=A_CLIMB - 10)
    house.tick()
    for _ in range(30):
        house.messages.said.clear()
        house.later(hours=1)
        house.tick()
        assert LEAD.name in {holder.name for _, holder, _ in house.messages.said}
    assert house.concern(filed).climbs == 1


def test_a_ladder_does_not_end_where_no_clock_ran_for_all_its_numbers() -> None:
    house = House()
    house.file(urgent=True)
    house.later(hours=A_CLIMB + 100)
    house.tick()
    for _ in range(5):
        house.messages.said.clear()
        house.later(hours=1)
        house.tick()
        assert LEAD.name in {holder.name for _, holder, _ in house.messages.said}


def test_that_nobody_is_left_to_be_told_is_recorded_to_the_hour_where_no_name_was_given() -> None:
    house = House()
    filed = house.file(About.HEAD, route=Route.ANONYMOUS)
    house.staffed(LEAD, DEPUTY, HEAD)
    house.tick()

    with house.cases.unit("oak") as unit:
        found = [line.at for line in unit.history(filed.reference) if line.act is Act.NOBODY_LEFT]
    assert found
    assert all(at - at.replace(minute=0, second=0, microsecond=0) == timedelta(0) for at in found)
