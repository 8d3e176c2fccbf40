"""What seldom comes about by chance: each a few moves in the world of the ladder's machine, which checks all it checks there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.concerns.concern import About
from bot.concerns.letters import LetterKind
from bot.ladders import MINUTE
from bot.school import Role
from tests.bot.calendars import at
from tests.bot.concerns.faults import Point, Provider, Trouble
from tests.contracts.case_stores import STORES
from tests.contracts.ladder_machine import LadderMachine

LEAD, DEPUTY, HEAD, CHAIR, IT, NEW = range(6)
NOW = timedelta(0)


class Scenario(LadderMachine):
    """A school with a quick ladder: the lead at once, the head after 15 minutes, then every 30; whoever takes it has an hour."""

    def filed(self, *about: About, ladder: str = "quick") -> None:
        """Nothing: the day's drill is over, and a report is filed on a Monday morning."""
        self.time = self.latest = at("2026-03-02 09:20")
        self.a_clock_runs()
        self.the_ladder_is_edited(ladder)
        self.somebody_files_a_report(frozenset(about or {About.PUPIL}), urgent=True, named=False, point=None)

    def after(self, span: timedelta = NOW) -> None:
        """Nothing: so much later a clock runs."""
        self.later(span)
        self.a_clock_runs()


@pytest.fixture(params=STORES)
def school(request: pytest.FixtureRequest) -> Iterator[Scenario]:
    """The world; in the end all is well for a while, and then everything must be as it should."""
    scenario = type("Scenario", (Scenario,), {"store": request.param})()
    with scenario.closing:
        yield scenario
        scenario.all_is_well()


def test_the_lead_cannot_be_reached(school: Scenario) -> None:
    school.somebody_cannot_be_reached(LEAD, Trouble.NO_WAY)
    school.filed()
    school.after()
    assert [one.person for one in school.some(0).arrivals] == [HEAD]


def test_the_lead_has_just_left(school: Scenario) -> None:
    school.filed()
    school.one_step()
    school.a_role_changes_hands(Role.LEAD, [(NEW, 0)])
    school.after()
    assert [one.person for one in school.some(0).arrivals] == [HEAD]


@pytest.mark.parametrize("ladder", ["quick", "slow, long"])
def test_nobody_can_be_reached_for_hours(school: Scenario, ladder: str) -> None:
    for person in (LEAD, DEPUTY, HEAD):
        school.somebody_cannot_be_reached(person, Trouble.NO_WAY)
    school.filed(ladder=ladder)
    for _ in range(12):
        school.after(31 * MINUTE)
    school.somebody_cannot_be_reached(HEAD, None)
    for _ in range(8):
        school.after(11 * MINUTE)


def test_a_mailbox_is_full_and_the_head_is_reached_before_it_is_given_up(school: Scenario) -> None:
    school.somebody_cannot_be_reached(LEAD, Trouble.FULL)
    school.filed()
    for _ in range(9):
        school.after(5 * MINUTE)


def test_the_provider_asks_to_wait(school: Scenario) -> None:
    school.filed()
    school.the_provider_is(Provider.BUSY)
    for _ in range(6):
        school.after(3 * MINUTE)


def test_no_clock_ran_for_hours(school: Scenario) -> None:
    school.filed()
    school.after(timedelta(hours=5))


def test_two_clocks_at_once(school: Scenario) -> None:
    school.filed()
    school.another_clock_runs_meanwhile(Point.CLAIMED_STEP, 0, slow=False)


def test_two_clocks_of_which_one_stood_still(school: Scenario) -> None:
    school.filed()
    school.another_clock_runs_meanwhile(Point.CLAIMED_STEP, 0, slow=True)


def test_it_is_taken_just_before_a_step(school: Scenario) -> None:
    school.filed()
    school.after()
    school.later(16 * MINUTE)
    school.somebody_takes_it_meanwhile(Point.CLAIMED_STEP, 0, DEPUTY)
    school.after(31 * MINUTE)


def test_it_is_taken_while_the_first_ping_is_on_its_way(school: Scenario) -> None:
    school.filed()
    school.the_program_ends_in_the_middle(Point.SENT, 0)
    school.somebody_acknowledges_at_the_desk(0, HEAD, None, 0)
    school.after()
    assert [(one.kind, one.person) for one in school.some(0).arrivals] == [(LetterKind.PING, LEAD), (LetterKind.TAKEN, LEAD)]


def test_whoever_took_it_is_named_and_another_takes_it(school: Scenario) -> None:
    school.filed()
    school.after()
    school.somebody_acknowledges_at_the_desk(0, LEAD, None, 0)
    school.later(31 * MINUTE)
    school.the_reporter_sends_it_again_and_names_somebody_more(0, frozenset({About.LEAD}))
    school.after(3 * MINUTE)
    school.somebody_acknowledges_at_the_desk(0, HEAD, None, 0)
    school.after(31 * MINUTE)  # the lead's hour is over, the head's is not
    school.after(31 * MINUTE)


def test_it_falls_back_twice(school: Scenario) -> None:
    school.filed()
    for _ in range(2):
        school.after()
        school.somebody_acknowledges_at_the_desk(0, DEPUTY, None, 0)
        school.after(61 * MINUTE)
        school.after(61 * MINUTE)


def test_a_deputy_is_named_beside_whom_the_lead_was_deputy_too(school: Scenario) -> None:
    school.a_role_changes_hands(Role.DEPUTY, [(LEAD, 0), (DEPUTY, 0)])
    school.filed(About.LEAD)
    school.after(16 * MINUTE)
    school.the_reporter_sends_it_again_and_names_somebody_more(0, frozenset({About.DEPUTY}))
    school.after(61 * MINUTE)


def test_only_somebody_who_is_named_now_was_reached(school: Scenario) -> None:
    school.somebody_cannot_be_reached(LEAD, Trouble.NO_WAY)
    school.filed(ladder="usual")
    school.after()
    assert [one.person for one in school.some(0).arrivals] == [DEPUTY]
    school.somebody_cannot_be_reached(LEAD, None)
    school.the_reporter_sends_it_again_and_names_somebody_more(0, frozenset({About.DEPUTY}))
    school.after(3 * MINUTE)
    assert {one.person for one in school.some(0).arrivals} == {LEAD, HEAD}


def test_the_chair_heard_of_it_as_lead_before_the_head_was_named(school: Scenario) -> None:
    school.a_role_changes_hands(Role.LEAD, [(CHAIR, 0)])
    school.filed()
    school.after()
    school.the_reporter_sends_it_again_and_names_somebody_more(0, frozenset({About.HEAD}))
    school.after(3 * MINUTE)
    assert [one.person for one in school.some(0).arrivals] == [CHAIR]


def test_news_come_for_somebody_who_is_there_no_more(school: Scenario) -> None:
    school.filed()
    school.after()
    school.somebody_records_what_they_do(0, LEAD, 0)
    school.after()
    school.the_reporter_adds_something(0)
    school.one_step()
    school.a_role_changes_hands(Role.LEAD, [])


def test_the_operator_is_the_one_it_is_about(school: Scenario) -> None:
    school.a_role_changes_hands(Role.IT, [(LEAD, 0)])
    school.filed(About.LEAD)
    for person in (DEPUTY, HEAD):
        school.somebody_cannot_be_reached(person, Trouble.NO_WAY)
    school.after()


def test_nobody_is_left_and_then_somebody_is(school: Scenario) -> None:
    school.filed()
    for role in (Role.LEAD, Role.DEPUTY, Role.HEAD):
        school.a_role_changes_hands(role, [])
    school.after()
    school.a_role_changes_hands(Role.HEAD, [(NEW, 0)])
    school.after(61 * MINUTE)
    assert NEW in {one.person for one in school.some(0).arrivals}


def test_the_clocks_go_forward_in_the_night(school: Scenario) -> None:
    school.the_ladder_is_edited("slow, long")
    school.time = school.latest = at("2026-03-28 23:50")
    school.somebody_files_a_report(frozenset({About.PUPIL}), urgent=False, named=True, point=None)
    for _ in range(20):
        school.after(timedelta(hours=5))
