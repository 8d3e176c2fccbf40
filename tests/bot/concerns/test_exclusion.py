"""The person concerned never sees, counts, opens, is handed or is told of a report, whatever roles change hands afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from inspect import getsource

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.concerns.concern import About, Kind, Outcome, Route
from bot.concerns.desk import CannotHandOver, Desk, NoSuchCase
from bot.concerns.exclusion import DESK_ROLES, ROLE_OF, is_kept_from, may_see, recipients
from bot.concerns.filing import NobodyLeft
from bot.concerns.form import who_reads
from bot.concerns.in_chat import NOT_YOURS
from bot.reply import Says
from bot.school import Holder, Role, School
from tests.bot.concerns.house import House

PEOPLE = 5


@dataclass(frozen=True)
class Staffing:
    """Who holds which role: a role and a person's number for each, and how each record is written."""

    held: tuple[tuple[Role, int, int], ...]

    def holders(self) -> tuple[Holder, ...]:
        """The records, in SCHOOL.toml's order of roles."""
        ranked = sorted(self.held, key=lambda one: DESK_ROLES.index(one[0]))
        return tuple(record(role, person, style) for role, person, style in ranked)

    def person(self, holder: Holder) -> int:
        """Whose record that is."""
        return int(holder.phone)


def record(role: Role, person: int, style: int) -> Holder:
    """One person's record in one role: each style writes the name another way, and each shares an id with the others."""
    name = [f"Person {person}", f"Mrs Person {person}", f"P. {'abcde'[person]}. Newname", f"PERSON  {person}"][style]
    email = [f"p{person}@oak.example", f"P{person}@Oak.example", f"p{person}@oak.example", ""][style]
    return Holder(role, name, str(person), email, f"U{person}", "" if style == 1 else f"t-{person}")


def staffings() -> st.SearchStrategy[Staffing]:
    """Each role at the desk held by one or two of five people; a person may hold several."""
    one = st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, 3))

    def of_roles(held: list[list[tuple[int, int]]]) -> Staffing:
        return Staffing(tuple((role, *who) for role, found in zip(DESK_ROLES, held, strict=True) for who in found))

    several = st.lists(one, min_size=1, max_size=2, unique_by=lambda who: who[0])
    return st.tuples(several, several, several, several).map(lambda held: of_roles(list(held)))


@given(st.lists(staffings(), min_size=1, max_size=3), st.sets(st.sampled_from(list(About)), min_size=1), st.data())
@settings(max_examples=150, deadline=None)
def test_the_person_concerned_never_learns_of_it_however_roles_change(
    over_time: list[Staffing], about: set[About], data: st.DataObject
) -> None:
    house = House()
    house.staffed(*over_time[0].holders())
    roles = {ROLE_OF[one] for one in about if one in ROLE_OF}
    concerned = {person for role, person, _ in over_time[0].held if role in roles}
    try:
        filed = house.file(*about, route=Route.NAMED, name="Kit Moss")
    except NobodyLeft:
        assert not house.cases.kept["oak"].concerns
        return
    other = house.file(About.PUPIL)
    assert not {over_time[0].person(one) for one in filed.told} & concerned
    for staffing in over_time:
        house.staffed(*staffing.holders())
        helpful = [one for one in staffing.holders() if may_see(house.cases.kept["oak"].school, house.concern(filed), one)]
        if helpful and data.draw(st.booleans()):
            busy(house, filed.concern, data.draw(st.sampled_from(helpful)), data)
        for holder in staffing.holders():
            if staffing.person(holder) in concerned:
                knows_nothing(house, filed.concern, holder, other.concern)
        pinged(house, staffing, concerned, filed.reference)


def busy(house: House, concern: str, holder: Holder, data: st.DataObject) -> None:
    """Nothing: somebody who may does all they can, handing the case to whomever the list offers and some it does not."""
    desk = house.reports.desk
    role = data.draw(st.sampled_from(DESK_ROLES))
    offered = {one.role for one in desk.open("oak", holder, concern).hand_to}
    if role in offered:
        desk.hand_over("oak", holder, concern, role, "They know the family.")
    else:
        with pytest.raises(CannotHandOver):
            desk.hand_over("oak", holder, concern, role, "They know the family.")
    desk.acknowledge("oak", holder, concern)


def knows_nothing(house: House, concern: str, holder: Holder, other: str) -> None:
    """Nothing: whatever this person does at the desk or in chat is as if the report were not there."""
    desk = house.reports.desk
    assert concern not in {one.id for one in desk.waiting("oak", holder)}
    assert concern not in {one.id for one in desk.counted("oak", holder)}
    reference = house.cases.kept["oak"].concerns[concern].reference
    refused = [tried(desk, holder, known, reference) for known in (concern, "an id that is nobody's")]
    assert refused[0] == refused[1]
    if any(one.id == other for one in desk.waiting("oak", holder)):
        with pytest.raises(NoSuchCase):
            desk.link("oak", holder, other, reference)
        assert concern not in {one.id for one in desk.open("oak", holder, other).linked}
    for who in (f"slack:T1:{holder.slack}", f"teams:t:{holder.teams}"):
        assert house.reports.in_chat.press("oak", concern, who).parts == (Says(NOT_YOURS),)


def tried(desk: Desk, holder: Holder, known: str, reference: str) -> str:
    """What is said to each thing somebody can do about a case that is not theirs to see: always the same."""
    acts: list[Callable[[], object]] = [
        lambda: desk.open("oak", holder, known),
        lambda: desk.acknowledge("oak", holder, known),
        lambda: desk.reply("oak", holder, known, "x", "s"),
        lambda: desk.note("oak", holder, known, "x", "s"),
        lambda: desk.decide("oak", holder, known, "x", "x", "s"),
        lambda: desk.hand_over("oak", holder, known, Role.HEAD, "x"),
        lambda: desk.link("oak", holder, known, "x"),
        lambda: desk.sort("oak", holder, known, Kind.OTHER),
        lambda: desk.keep_until("oak", holder, known, date(2099, 1, 1), "x"),
        lambda: desk.close("oak", holder, known, Outcome.SUPPORT, "x"),
        lambda: desk.reopen("oak", holder, known, "x"),
        lambda: desk.export("oak", holder, known),
        lambda: desk.file("oak", holder, known, "x"),
        lambda: desk.delete("oak", holder, known, reference),
    ]
    said = set()
    for act in acts:
        with pytest.raises(NoSuchCase) as stopped:
            act()
        said.add(str(stopped.value))
    assert len(said) == 1
    return said.pop()


def test_every_way_to_a_case_at_the_desk_is_tried_above() -> None:
    ways = {name for name, of in vars(Desk).items() if not name.startswith("_") and "concern_id" in getattr(of, "__annotations__", {})}
    tried_here = set(getsource(tried).split("desk.")[1:])

    assert ways == {found.partition("(")[0] for found in tried_here}


def pinged(house: House, staffing: Staffing, concerned: set[int], reference: str) -> None:
    """Nothing: however often the clock comes round, none of those concerned is pinged about it."""
    house.messages.said.clear()
    for _ in range(4):
        house.tick()
        house.later(hours=25)
    told = {staffing.person(holder) for _, holder, said in house.messages.said if reference in said.text + said.subject}
    assert not told & concerned


@given(staffings(), st.sets(st.sampled_from(list(About)), min_size=1))
@settings(max_examples=150, deadline=None)
def test_everybody_else_whose_task_it_is_can_see_it(staffing: Staffing, about: set[About]) -> None:
    school = School("oak", "Oak", holders=staffing.holders())
    roles = {ROLE_OF[one] for one in about if one in ROLE_OF}
    concerned = {person for role, person, _ in staffing.held if role in roles}
    usual = (Role.HEAD, Role.DEPUTY) if About.LEAD in about else (Role.LEAD, Role.DEPUTY, Role.HEAD)
    first = (Role.CHAIR,) if About.HEAD in about else usual

    expected = {person for role, person, _ in staffing.held if role in first and person not in concerned}

    assert {staffing.person(one) for one in recipients(school, about)} == expected
    assert bool(who_reads(school, frozenset(about))) == bool(expected)


def test_a_new_lead_who_is_provably_another_person_sees_what_was_about_the_old_one_only_by_hand_over() -> None:
    house = House()
    filed = house.file(About.LEAD)
    new = Holder(Role.LEAD, "Kim New", "5", "kim@oak.example", "U9", "t-9")
    rest = house.cases.kept["oak"].school.holders[1:]
    house.staffed(new, *rest)
    school, concern = house.cases.kept["oak"].school, house.concern(filed)

    assert not may_see(school, concern, new)  # not told of it by role: it goes to the head and the deputies
    assert not is_kept_from(school, concern, new)
    head = rest[1]
    house.reports.desk.hand_over("oak", head, filed.concern, Role.LEAD, "Kim was not here then.")
    assert may_see(school, house.concern(filed), new)


def test_a_new_holder_known_by_name_alone_cannot_be_told_from_the_old_one_and_stays_out() -> None:
    house = House()
    filed = house.file(About.LEAD)
    rest = house.cases.kept["oak"].school.holders[1:]
    house.staffed(Holder(Role.LEAD, "A. Lee-Jones", "5"), *rest)

    assert is_kept_from(house.cases.kept["oak"].school, house.concern(filed), house.cases.kept["oak"].school.holders[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mrs Zoë O’Neil-Lee", "Zoe O'Neil Lee"),
        ("José Ruiz", "Jose\u0301 Ruiz"),
        ("Ann  LEE", "Dr. Ann Lee"),
        ("Ann Lee (DSL)", "Ann Lee, DSL"),
    ],
)
def test_a_name_written_in_two_ways_is_one_person(one: str, other: str) -> None:
    school = School("oak", "Oak", holders=(Holder(Role.LEAD, one, email="a@x.example"), Holder(Role.HEAD, other, email="b@x.example")))
    assert recipients(school, {About.LEAD}) == ()
