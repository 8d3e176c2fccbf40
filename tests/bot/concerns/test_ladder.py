"""The ladder: its steps worked out by hand, true of every ladder, and never to anybody the report is kept from."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank_holidays import Nation
from bot.concerns.concern import About, Concern, Kind, Route, Wish
from bot.concerns.exclusion import ROLE_OF, is_kept_from, kept_from, may_see, recipients
from bot.concerns.ladder import Step, act_by, due, frozen_ladder, step_at, told
from bot.concerns.ladder_words import calendar_words, ladder_words, ladders_words
from bot.ladder_json import KeptByNewer, frozen_json, frozen_of, hours_json, hours_of, ladders_json, ladders_of
from bot.ladders import ROUTINE, URGENT, USUAL, FrozenLadder, Ladder, Ladders, Rung, Way
from bot.people import same_person
from bot.school import Holder, Role, School
from bot.school_hours import EVERY_WEEK, SchoolHours, Term
from tests.bot.calendars import at, calendars, here, ladders, moments, one_ladder
from tests.bot.concerns.house import CHAIR, DEPUTY, HEAD, LEAD, OAK
from tests.bot.concerns.test_exclusion import Staffing, staffings

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WAYS = (Way.CHAT, Way.EMAIL)
OAK_URGENT = frozen_ladder(OAK, urgent=True)
OAK_ROUTINE = frozen_ladder(OAK, urgent=False)
SUMMER = FrozenLadder(ROUTINE, SchoolHours(terms=(Term(date(2026, 6, 1), date(2026, 7, 22)), Term(date(2026, 9, 1), date(2026, 10, 23)))))
SCOTTISH = FrozenLadder(ROUTINE, SchoolHours(Nation.SCOTLAND))
LEAD_ONLY = Step(0, at("2026-11-16 09:00"), (Role.LEAD,), WAYS)
BOTH = Step(1, at("2026-11-16 09:30"), (Role.LEAD, Role.DEPUTY), WAYS)
ALL = Step(2, at("2026-11-16 10:00"), (Role.LEAD, Role.DEPUTY, Role.HEAD), WAYS)


def times(frozen: FrozenLadder, since: str, count: int = 5) -> list[str]:
    """When the first steps are due, as a clock in London shows it."""
    return [here(step_at(frozen, at(since), number)) for number in range(count)]


def concern(school: School, *about: About, also: frozenset[Role] = frozenset()) -> Concern:
    """A report as it stands when it is filed."""
    filed = at("2026-11-16 09:00")
    return Concern(
        id="c",
        reference="K7M4Q2",
        filed_at=filed,
        route=Route.ANONYMOUS,
        about=frozenset(about),
        kept_from=kept_from(school, about),
        kind=Kind.OTHER,
        wish=Wish.ACTION,
        keep_until=date(2032, 1, 1),
        waits_since=filed,
        also=also,
    )


def names(school: School, of: Concern, step: Step) -> list[str]:
    """Whom a step reaches."""
    return [one.name for one in told(school, of, step).holders]


@pytest.mark.parametrize(
    ("frozen", "since", "expected"),
    [
        (OAK_URGENT, "2026-11-20 15:40", "Fri 15:40, Fri 16:10, Fri 16:40, Fri 17:40, Fri 18:40"),
        # the night the clocks go back has two hours from one to two
        (OAK_URGENT, "2026-10-25 00:30", "Sun 00:30, Sun 01:00, Sun 01:30, Sun 01:30, Sun 02:30"),
        # fifty minutes are left of Friday
        (OAK_ROUTINE, "2026-11-20 15:40", "Fri 15:40, Mon 11:10, Mon 15:10, Tue 14:40, Wed 14:10"),
        (OAK_ROUTINE, "2026-03-27 15:40", "Fri 15:40, Mon 11:10, Mon 15:10, Tue 14:40, Wed 14:10"),
        (OAK_ROUTINE, "2026-10-23 15:40", "Fri 15:40, Mon 11:10, Mon 15:10, Tue 14:40, Wed 14:10"),
        (OAK_ROUTINE, "2026-11-21 03:00", "Sat 03:00, Mon 12:00, Mon 16:00, Tue 15:30, Wed 15:00"),
        # over Easter the bound comes first: 72 hours by the clock; in Scotland Monday is a school day and comes before it
        (OAK_ROUTINE, "2026-04-02 15:40", "Thu 15:40, Sun 15:40, Tue 12:00, Wed 11:30, Thu 11:00"),
        (SCOTTISH, "2026-04-03 15:40", "Fri 15:40, Mon 12:00, Mon 16:00, Tue 15:30, Wed 15:00"),
        # the first Friday of the summer holidays: nobody waits for September
        (SUMMER, "2026-07-24 10:00", "Fri 10:00, Mon 10:00, Thu 10:00, Sun 10:00, Wed 10:00"),
    ],
)
def test_a_report_climbs_at(frozen: FrozenLadder, since: str, expected: str) -> None:
    assert [f"{one[:3]} {one[-5:]}" for one in times(frozen, since)] == expected.split(", ")


def test_a_school_can_wait_longer_than_seventy_two_hours() -> None:
    patient = replace(OAK_ROUTINE, ladder=replace(ROUTINE, longest_wait=timedelta(days=7)))
    assert times(patient, "2026-04-02 15:40", 2)[1] == "Tue 2026-04-07 11:10"


def test_while_the_school_is_closed_the_cover_is_told_of_urgent_reports_as_well() -> None:
    night, day = at("2026-11-21 03:00"), at("2026-11-20 10:00")
    assert due(OAK_URGENT, night, night).steps[0].roles == (Role.LEAD, Role.HEAD)
    assert due(OAK_URGENT, day, day).steps[0].roles == (Role.LEAD,)
    assert due(OAK_ROUTINE, night, night).steps[0].roles == (Role.LEAD,)
    nobody = frozen_ladder(replace(OAK, ladders=replace(USUAL, out_of_hours=None)), urgent=True)
    assert due(nobody, night, night).steps[0].roles == (Role.LEAD,)


def test_a_step_that_is_late_goes_to_whom_it_must_reach_when_it_goes() -> None:
    filed = at("2026-11-20 16:10")
    late = due(OAK_URGENT, filed, at("2026-11-20 16:35"))
    assert [(step.number, step.roles) for step in late.steps] == [(0, (Role.LEAD, Role.HEAD))]
    assert (late.next.number, late.next.roles) == (1, (Role.LEAD, Role.DEPUTY, Role.HEAD))


def test_what_is_done_is_not_due_again_and_a_clock_set_back_makes_nothing_due() -> None:
    filed = at("2026-11-20 10:00")
    first = due(OAK_URGENT, filed, filed)
    assert [step.number for step in first.steps] == [0]
    assert (first.next.number, here(first.next.at)) == (1, "Fri 2026-11-20 10:30")
    assert due(OAK_URGENT, filed, filed, first.next.number).steps == ()
    later = due(OAK_URGENT, filed, filed + 65 * MINUTE, 1)
    assert [step.number for step in later.steps] == [1, 2]
    assert due(OAK_URGENT, filed, filed - HOUR, later.next.number).steps == ()
    assert due(OAK_URGENT, filed, filed - HOUR, 0).steps == ()


def test_after_a_standstill_no_rung_is_left_out_and_of_the_repeats_the_newest_alone_is_made() -> None:
    filed = at("2026-11-20 10:00")
    found = due(OAK_URGENT, filed, filed + timedelta(days=7))
    assert [step.number for step in found.steps] == [0, 1, 2, 2 + 7 * 24 - 1]
    assert found.next.at == filed + timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("frozen", "taken", "expected"),
    [
        (OAK_URGENT, "2026-11-20 15:40", "Sat 2026-11-21 15:40"),
        (OAK_ROUTINE, "2026-11-20 15:40", "Wed 2026-11-25 14:10"),
        (SUMMER, "2026-07-22 16:00", "Wed 2026-07-29 16:00"),
    ],
)
def test_what_was_taken_and_not_acted_on_climbs_again_at(frozen: FrozenLadder, taken: str, expected: str) -> None:
    assert here(act_by(frozen, at(taken))) == expected


def test_a_rung_reaches_those_of_its_roles_who_may_see_the_report() -> None:
    about_pupil = concern(OAK, About.PUPIL)
    assert names(OAK, about_pupil, LEAD_ONLY) == [LEAD.name]
    assert names(OAK, about_pupil, ALL) == [LEAD.name, DEPUTY.name, HEAD.name]
    assert names(OAK, concern(OAK, About.DEPUTY), BOTH) == [LEAD.name]


def test_a_rung_with_nobody_left_goes_to_the_next_at_once() -> None:
    about_lead, about_head = concern(OAK, About.LEAD), concern(OAK, About.HEAD)
    assert names(OAK, about_lead, LEAD_ONLY) == [HEAD.name]
    assert told(OAK, about_lead, LEAD_ONLY).skipped
    assert names(OAK, about_lead, BOTH) == [DEPUTY.name]
    assert names(OAK, about_lead, ALL) == [DEPUTY.name, HEAD.name]
    assert [names(OAK, about_head, step) for step in (LEAD_ONLY, BOTH, ALL)] == [[CHAIR.name]] * 3
    vacant = replace(OAK, holders=(DEPUTY, HEAD))
    assert names(vacant, concern(vacant, About.PUPIL), LEAD_ONLY) == [DEPUTY.name]


def test_the_chair_is_told_where_the_report_is_for_the_chair_alone() -> None:
    chair = Step(1, LEAD_ONLY.at, (Role.CHAIR,), WAYS)
    assert names(OAK, concern(OAK, About.PUPIL), chair) == [LEAD.name, DEPUTY.name]
    assert names(OAK, concern(OAK, About.HEAD), chair) == [CHAIR.name]
    assert names(OAK, concern(OAK, About.PUPIL, also=frozenset({Role.CHAIR})), chair) == [LEAD.name, DEPUTY.name, CHAIR.name]


def test_who_was_handed_a_report_about_the_head_does_not_take_the_chair_s_place() -> None:
    handed = concern(OAK, About.HEAD, also=frozenset({Role.DEPUTY}))
    assert names(OAK, handed, ALL) == [CHAIR.name, DEPUTY.name]


def test_where_nobody_may_be_told_nobody_is() -> None:
    found = told(OAK, concern(OAK, About.HEAD, About.CHAIR), ALL)
    assert (found.holders, found.skipped) == ((), True)


def test_whoever_holds_two_roles_is_told_once() -> None:
    school = replace(OAK, holders=(LEAD, replace(LEAD, role=Role.HEAD), DEPUTY))
    assert names(school, concern(school, About.PUPIL), ALL) == [LEAD.name, DEPUTY.name]


def test_a_ladder_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="has rungs"):
        replace(URGENT, rungs=())
    with pytest.raises(ValueError, match="each later"):
        replace(URGENT, rungs=(URGENT.rungs[1], URGENT.rungs[0]))
    with pytest.raises(ValueError, match="ten minutes"):
        replace(URGENT, repeat=9 * MINUTE)


@given(one_ladder(), calendars(), moments(), st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_steps_only_go_on_and_come_in_school_time_or_at_the_bound(ladder: Ladder, hours: SchoolHours, since: datetime, number: int) -> None:
    frozen = FrozenLadder(ladder, hours)
    before, then = step_at(frozen, since, number), step_at(frozen, since, number + 1)
    assert step_at(frozen, since, 0) == since
    assert then > before
    if ladder.school_hours:
        assert then - before <= ladder.longest_wait
        assert then == before + ladder.longest_wait or hours.open_at(then - timedelta(microseconds=1))


@given(one_ladder(), calendars(), moments(), st.integers(0, 8), st.integers(-50, 400))
@settings(max_examples=40, deadline=None)
def test_due_is_every_rung_up_to_now_and_next_is_the_first_after_it(
    ladder: Ladder, hours: SchoolHours, since: datetime, done: int, minutes: int
) -> None:
    frozen, now = FrozenLadder(ladder, hours, Role.HEAD), since + minutes * 10 * MINUTE
    found = due(frozen, since, now, done)
    assert found.next.at > now
    assert found.next.number == done or step_at(frozen, since, found.next.number - 1) <= now
    assert all(step.at == step_at(frozen, since, step.number) <= now for step in (*found.steps, found.next) if step != found.next)
    rungs = [number for number in range(done, found.next.number) if number < len(ladder.rungs)]
    repeats = [number for number in range(done, found.next.number) if number >= len(ladder.rungs)][-1:]
    assert [step.number for step in found.steps] == rungs + repeats


@given(ladders(), calendars(), st.booleans())
@settings(max_examples=30, deadline=None)
def test_what_is_kept_as_json_comes_back_equal(found: Ladders, hours: SchoolHours, urgent: bool) -> None:
    frozen = frozen_ladder(School("oak", "Oak", calendar=hours, ladders=found), urgent=urgent)
    assert frozen_of(json.loads(json.dumps(frozen_json(frozen)))) == frozen
    assert hours_of(json.loads(json.dumps(hours_json(hours)))) == hours
    assert ladders_of(json.loads(json.dumps(ladders_json(found)))) == found


def test_where_nothing_was_ever_kept_it_is_as_for_a_school_that_says_nothing() -> None:
    assert (hours_of({}), ladders_of({})) == (EVERY_WEEK, USUAL)


def test_what_a_newer_signpost_kept_is_not_guessed_at() -> None:
    for read, made in ((hours_of, hours_json(EVERY_WEEK)), (ladders_of, ladders_json(USUAL)), (frozen_of, frozen_json(OAK_URGENT))):
        with pytest.raises(KeptByNewer):
            read({**made, "version": 2})


@given(
    st.lists(staffings(), min_size=1, max_size=3),
    st.sets(st.sampled_from(list(About)), min_size=1),
    st.lists(st.sampled_from(list(Role)), min_size=1, max_size=5),
    st.integers(0, 6),
    st.frozensets(st.sampled_from([Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR])),
)
@settings(max_examples=150, deadline=None)
def test_nobody_concerned_is_ever_told_and_somebody_is_where_somebody_may(
    over_time: list[Staffing], about: set[About], roles: list[Role], number: int, also: frozenset[Role]
) -> None:
    first = School("oak", "Oak", holders=over_time[0].holders())
    kept = concern(first, *about, also=also)
    concerned_roles = {ROLE_OF[one] for one in about if one in ROLE_OF}
    concerned = {person for role, person, _ in over_time[0].held if role in concerned_roles}
    for staffing in over_time:
        school = School("oak", "Oak", holders=staffing.holders())
        found = told(school, kept, Step(number, kept.filed_at, tuple(roles), WAYS))
        assert not {staffing.person(one) for one in found.holders} & concerned
        for one in found.holders:
            assert may_see(school, kept, one)
            assert not is_kept_from(school, kept, one)
        assert not any(same_person(one, other) for at, one in enumerate(found.holders) for other in found.holders[:at])
        assert bool(recipients(school, about, kept.kept_from)) <= bool(found.holders)
        if not found.skipped:
            assert {one.role for one in found.holders} <= set(roles)


def test_a_ladder_and_a_calendar_are_said_in_plain_words() -> None:
    assert ladder_words(URGENT) == "lead at once; lead, deputy after 30 minutes; lead, deputy, head after 1 hour; then again every hour"
    mail = Ladder((Rung(timedelta(0), (Role.LEAD,), (Way.EMAIL,)),), 90 * MINUTE, HOUR)
    assert ladder_words(mail) == "lead (e-mail) at once; then again every 1 hour 30 minutes"
    assert "lead, deputy after 4 school hours; " in ladder_words(ROUTINE)
    assert ladder_words(ROUTINE).endswith("every 8 school hours (never more than 72 hours by the clock from one to the next)")
    assert dict(ladders_words(replace(USUAL, out_of_hours=None)))["School closed"] == "nobody else is told"
    assert dict(calendar_words(EVERY_WEEK)) == {
        "School hours": "Monday to Friday 08:00 to 16:30",
        "Terms": "not told: every week counts",
        "Bank holidays": "closed, as in England",
    }
    told_of = dict(calendar_words(replace(SUMMER.hours, closed=frozenset({date(2026, 6, 5)}), bank_holidays=False)))
    assert told_of["Terms"] == "1 Jun 2026 to 22 Jul 2026; 1 Sep 2026 to 23 Oct 2026"
    assert (told_of["Closed as well"], told_of["Bank holidays"]) == ("5 Jun 2026", "count like other days")


def test_a_holder_known_only_in_another_role_is_not_told_in_a_rung_s_name() -> None:
    it = Holder(Role.IT, "Robin Shah", email="it@oak.example")
    school = replace(OAK, holders=(*OAK.holders, it))
    assert names(school, concern(school, About.PUPIL), Step(0, LEAD_ONLY.at, (Role.IT,), WAYS)) == [LEAD.name]
