"""Pings that climb: at once, then further up, until somebody takes it; never after; and what was taken is not left lying."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from bot.concerns.climbing import LEASE
from bot.concerns.clock import BEHIND
from bot.concerns.concern import About, State
from bot.concerns.in_memory import RecordedMessages
from bot.concerns.letters import LetterState, ToSay
from bot.concerns.ports import Act
from bot.concerns.posting import MOST_ATTEMPTS
from bot.ports import Outcome, Sent
from bot.reply import Says
from bot.school import Holder, Role, School
from tests.bot.concerns.house import CHAIR, DEPUTY, HEAD, LEAD, STORY, House

IT = Holder(Role.IT, "Robin Shah", email="it@oak.example")


def told(house: House) -> list[str]:
    """The names of those who were sent something since this was asked last, in the order they were."""
    house.tick()
    names = [holder.name for _, holder, _ in house.messages.said]
    house.messages.said.clear()
    return names


def subjects(house: House) -> list[tuple[str, str]]:
    """(name, subject) of what was sent since."""
    house.tick()
    found = [(holder.name, said.subject) for _, holder, said in house.messages.said]
    house.messages.said.clear()
    return found


def test_an_urgent_report_climbs_to_everybody_within_an_hour_and_goes_on() -> None:
    house = House()
    house.file(urgent=True)

    assert told(house) == [LEAD.name]
    house.later(minutes=20)
    assert told(house) == []
    house.later(minutes=10)
    assert told(house) == [LEAD.name, DEPUTY.name]
    for _ in range(3):
        house.later(minutes=61)
        assert told(house) == [LEAD.name, DEPUTY.name, HEAD.name]


def test_nobody_is_pinged_once_it_is_taken_and_those_who_were_are_told_so() -> None:
    house = House()
    filed = house.file()
    assert told(house) == [LEAD.name]
    house.later(hours=5)
    assert told(house) == [LEAD.name, DEPUTY.name]

    house.reports.desk.reply("oak", DEPUTY, filed.concern, "Thank you.", "s")

    assert subjects(house) == [(LEAD.name, f"A report has been taken ({filed.reference})")]
    for _ in range(5):
        house.later(hours=25)
        assert told(house) == []
    assert not house.cases.pings


def test_what_is_taken_and_left_lying_waits_again_and_climbs_anew() -> None:
    house = House()
    filed = house.file(urgent=True)
    told(house)
    house.reports.desk.open("oak", LEAD, filed.concern)
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    told(house)

    house.later(hours=23)
    assert told(house) == []
    house.later(hours=2)

    assert told(house) == [LEAD.name]
    assert house.concern(filed).state is State.RECEIVED
    assert Act.FELL_BACK in {line.act for line in house.cases.unit("oak").history(filed.reference)}


def test_what_is_taken_and_acted_on_is_left_in_peace() -> None:
    house = House()
    filed = house.file(urgent=True)
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    house.reports.desk.decide("oak", LEAD, filed.concern, "Rang the parents.", "They must know.", "s")
    told(house)
    for _ in range(6):
        house.later(hours=12)
        assert told(house) == []
    assert house.concern(filed).state is State.IN_ACTION


def test_what_the_reporter_adds_is_said_to_whoever_has_taken_it_once() -> None:
    house = House()
    filed = house.file()
    house.reports.desk.open("oak", DEPUTY, filed.concern)
    house.reports.desk.reply("oak", DEPUTY, filed.concern, "Thank you.", "r")
    told(house)

    house.reports.returning.add("oak", filed.receipt.code, "more", "s")

    assert subjects(house) == [(DEPUTY.name, f"A report has news ({filed.reference})")]
    house.later(hours=30)
    assert told(house) == []


def test_whoever_is_handed_a_case_is_told() -> None:
    house = House()
    filed = house.file()
    told(house)

    house.reports.desk.hand_over("oak", LEAD, filed.concern, Role.CHAIR, "It concerns the governors.")

    assert (CHAIR.name, f"A report has news ({filed.reference})") in subjects(house)


def test_about_the_head_only_the_chair_is_ever_told_and_whoever_runs_signpost_learns_nothing_of_it() -> None:
    house = House()
    house.staffed(LEAD, DEPUTY, HEAD, CHAIR, IT)
    filed = house.file(About.HEAD, urgent=True)
    for _ in range(8):
        house.tick()
        house.later(hours=2)
    said = [(holder.name, said) for _, holder, said in house.messages.said]
    assert {name for name, _ in said} == {CHAIR.name, IT.name}
    to_it = [one for name, one in said if name == IT.name]
    assert to_it
    for one in to_it:
        assert filed.reference not in one.subject + one.text
        assert "head" not in one.text.lower()
        assert (one.desk, one.press, one.acknowledge) == ("", "", "")


def test_hours_in_which_no_clock_ran_count_as_one_step() -> None:
    house = House()
    house.file(urgent=True)
    house.later(hours=12)

    assert sorted(told(house)) == sorted([LEAD.name, DEPUTY.name, HEAD.name])


def test_no_letter_holds_a_word_of_a_report() -> None:
    house = House()
    house.staffed(LEAD, DEPUTY, HEAD, CHAIR, IT)
    filed = house.file(urgent=True)
    for _ in range(6):
        house.tick()
        house.later(hours=1)
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    house.reports.returning.add("oak", filed.receipt.code, "canary words", "s")
    house.tick()

    said = " ".join(f"{one.subject} {one.text} {one.desk} {one.press} {one.acknowledge}" for _, _, one in house.messages.said)
    assert len(house.messages.said) > 8
    for word in (*STORY.split(), "canary", "pupil", "anonymous", "cyber"):
        assert word.strip(".").lower() not in {part.strip(".,()").lower() for part in said.split()} - {"of", "my", "somebody"}


@dataclass
class Troubled(RecordedMessages):
    """A messenger that reaches only some. ``away``: name → the outcome there."""

    away: dict[str, Outcome] = field(default_factory=dict)

    def deliver(self, school: School, holder: Holder, said: ToSay, ways: tuple[str, ...]) -> Outcome:
        """How it came out."""
        return self.away.get(holder.name) or super().deliver(school, holder, said, ways)


NO_WAY = Outcome(Sent.FAILED, why="no_way")
TIMEOUT = Outcome(Sent.FAILED, why="timeout", retry_after=timedelta(seconds=90))


def test_where_the_first_cannot_be_reached_at_all_the_next_are_told_at_once() -> None:
    house = House(messages=Troubled(away={LEAD.name: NO_WAY}))
    house.file()

    assert told(house) == [DEPUTY.name]


def test_where_a_provider_is_away_it_is_tried_again_when_it_asked_to_be_and_longer_apart_each_time() -> None:
    messages = Troubled(away={LEAD.name: TIMEOUT})
    house = House(messages=messages)
    house.file()
    assert told(house) == []
    house.later(seconds=80)
    messages.away.clear()
    assert told(house) == []
    house.later(seconds=20)

    assert told(house) == [LEAD.name]
    assert [one.state for one in house.cases.letters.values()] == [LetterState.SENT]


def test_a_letter_that_never_goes_through_is_given_up_and_the_next_are_told() -> None:
    house = House(messages=Troubled(away={LEAD.name: TIMEOUT}))
    house.file()
    for _ in range(MOST_ATTEMPTS + 1):
        house.tick()
        house.later(minutes=11)

    assert LetterState.DEAD in {one.state for one in house.cases.letters.values()}
    assert DEPUTY.name in [holder.name for _, holder, _ in house.messages.said]


def test_a_program_that_ends_while_sending_causes_one_more_letter_never_one_less() -> None:
    house = House()
    house.file()
    house.reports.clock.climbing.step()
    lost = house.cases.claim_letter(house.now(), LEASE)
    assert lost is not None

    assert told(house) == []
    house.later(minutes=3)
    assert told(house) == [LEAD.name]


def test_a_program_that_ends_before_a_step_is_kept_leaves_it_to_another() -> None:
    house = House()
    house.file()
    assert house.cases.claim_ping(house.now(), LEASE) is not None

    assert told(house) == []
    house.later(minutes=3)
    assert told(house) == [LEAD.name]


def test_somebody_who_loses_the_role_between_step_and_letter_is_not_told() -> None:
    house = House()
    house.file()
    house.reports.clock.climbing.step()
    house.staffed(Holder(Role.LEAD, "Kim New", email="kim@oak.example"), DEPUTY, HEAD, CHAIR)

    assert told(house) == ["Kim New", DEPUTY.name]  # the next step, at once: this one has reached nobody
    assert [one.state for one in house.cases.letters.values()] == [LetterState.NEEDLESS, LetterState.SENT, LetterState.SENT]


def test_whoever_is_given_a_role_that_nobody_held_hears_of_what_waits_within_the_hour() -> None:
    house = House()
    house.file(About.HEAD)
    house.staffed(LEAD, DEPUTY, HEAD)
    assert told(house) == []
    house.later(minutes=20)
    house.staffed(LEAD, DEPUTY, HEAD, CHAIR)
    house.later(minutes=41)

    assert told(house) == [CHAIR.name]


def test_the_clock_tells_when_it_is_behind() -> None:
    house = House()
    clock = house.reports.clock
    assert clock.behind() is None
    house.file()
    house.later(hours=1)
    assert (clock.behind() or timedelta(0)) > BEHIND
    house.tick()
    assert clock.behind() is None


def test_whoever_runs_signpost_has_a_drill_each_day_and_nobody_else() -> None:
    house = House()
    house.staffed(LEAD, DEPUTY, HEAD, CHAIR, IT)
    for _ in range(3):
        for _ in range(4):
            house.reports.clock.rounds.go()
            house.tick()
        house.later(hours=24)

    assert [(holder.name, said.subject) for _, holder, said in house.messages.said] == [(IT.name, "Signpost drill: all is well")] * 3


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
