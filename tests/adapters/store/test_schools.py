"""Schools applied, found by their workspaces, and tidied."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import Engine, func, select

from adapters.store.heard_events import StoreHeardEvents
from adapters.store.references import ConversationReference, TeamsReferences
from adapters.store.schools import StoreSchools, WorkspaceTaken
from adapters.store.tables.events import EventRow
from adapters.store.tables.slack import STATES
from bot.bank_holidays import Nation
from bot.ladders import ROUTINE, URGENT, Ladders, Rung, Way
from bot.ports import Turn
from bot.school import Holder, Role, School
from bot.school_hours import Opening, SchoolHours, Term
from tests.adapters.store.conftest import Clock
from tests.adapters.store.test_policies import FIRST, publish

CEDAR = School(
    "cedar",
    "Cedar Primary",
    owner="trees",
    holders=(
        Holder(Role.DEPUTY, "Bo Oak", "01 2", "bo@cedar.example", "UB", "tb"),
        Holder(Role.LEAD, "Ann Lee", "01 1", "ann@cedar.example", "UA", "ta"),
        Holder(Role.DEPUTY, "Abi Yew"),
    ),
    helpline="Helpline: 0800 1",
    hours="8 to 4",
    calendar=SchoolHours(
        Nation.SCOTLAND,
        (Opening(time(8, 45), time(15, 5)), *[None] * 5, Opening(time(0), time(23, 59))),
        (Term(date(2026, 8, 17), date(2026, 10, 9)), Term(date(2026, 10, 19), date(2026, 12, 18))),
        frozenset({date(2026, 9, 18), date(2026, 9, 21)}),
        bank_holidays=False,
    ),
    ladders=Ladders(
        replace(URGENT, repeat=timedelta(minutes=20)),
        replace(ROUTINE, rungs=(Rung(timedelta(0), (Role.HEAD, Role.CHAIR), (Way.EMAIL,)),), longest_wait=timedelta(days=5)),
        None,
    ),
)
TURN = Turn("t", "asker", "thread", "May I?", "topic", (("social-media", "a"),), ("May I not?",), Clock().time, frozenset({"yes", "no"}))


def test_a_school_applied_comes_back_equal_with_its_deputies_in_order(schools: StoreSchools) -> None:
    schools.apply(CEDAR, [])
    assert schools.unit("cedar").school == CEDAR


def test_applying_twice_is_applying_once(schools: StoreSchools) -> None:
    for _ in range(2):
        schools.apply(CEDAR, [("teams", "tenant"), ("slack", "TCEDAR"), ("slack", "TCEDAR")])
    assert schools.unit("cedar").school == CEDAR
    assert schools.workspaces("cedar") == (("slack", "TCEDAR"), ("teams", "tenant"))
    assert schools.ids() == ("alder", "birch", "cedar")


def test_contacts_and_workspaces_no_longer_told_are_gone_and_the_rest_stays(schools: StoreSchools, clock: Clock, engine: Engine) -> None:
    schools.apply(CEDAR, [("slack", "TCEDAR"), ("teams", "old"), ("teams", "kept")])
    references = TeamsReferences(engine, clock)
    for tenant in ("old", "kept"):
        references.keep(ConversationReference(tenant, "u", "c", "https://s", "b"))
    with schools.unit("cedar") as unit:
        unit.remember(TURN)
        unit.commit()
    changed = replace(CEDAR, name="Cedar Academy", owner="", holders=CEDAR.holders[1:2])
    schools.apply(changed, [("teams", "kept")])
    assert (schools.school_of("slack", "TCEDAR"), schools.school_of("teams", "kept")) == (None, "cedar")
    assert references.of_user("old", "u") is None
    assert references.of_user("kept", "u") is not None
    with schools.unit("cedar") as unit:
        assert unit.school == changed
        assert unit.turn("t") == TURN


def test_a_workspace_of_another_school_is_refused_by_name_and_nothing_changes(schools: StoreSchools) -> None:
    with pytest.raises(WorkspaceTaken, match=r"TALDER belongs to the school “alder”"):
        schools.apply(CEDAR, [("slack", "TCEDAR"), ("slack", "TALDER")])
    assert schools.ids() == ("alder", "birch")
    assert schools.school_of("slack", "TALDER") == "alder"
    assert schools.school_of("slack", "TCEDAR") is None


def test_of_two_schools_applied_at_once_with_one_workspace_one_is_refused(schools: StoreSchools) -> None:
    def apply(school: str) -> bool:
        try:
            schools.apply(School(school, school), [("slack", "TNEW")])
        except WorkspaceTaken:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(apply, [f"school-{number}" for number in range(6)])).count(True) == 1


def test_the_same_id_at_another_door_is_another_workspace(schools: StoreSchools) -> None:
    schools.apply(CEDAR, [("teams", "TALDER")])
    assert (schools.school_of("slack", "TALDER"), schools.school_of("teams", "TALDER")) == ("alder", "cedar")


def test_a_question_is_forgotten_after_half_an_hour_and_its_turn_after_a_week(schools: StoreSchools, clock: Clock) -> None:
    with schools.unit("alder") as unit:
        unit.remember(TURN)
        unit.remember(replace(TURN, id="later", at=TURN.at + timedelta(minutes=2)))
        unit.commit()
    schools.forget_old(clock.time + timedelta(minutes=31))
    with schools.unit("alder") as unit:
        assert unit.turn("t") == replace(TURN, thread="", question="", options=())
        later = unit.last_turn("thread", TURN.at)
        assert later is not None
        assert (later.id, later.question) == ("later", "May I?")
    schools.forget_old(clock.time + timedelta(days=7, minutes=1))
    with schools.unit("alder") as unit:
        assert unit.turn("t") is None
        assert unit.turn("later") is not None


@pytest.mark.parametrize("fails", [True, False])
def test_within_one_transaction_a_school_and_its_policy_are_kept_together_or_not_at_all(
    schools: StoreSchools, clock: Clock, engine: Engine, fails: bool
) -> None:
    with suppress(ZeroDivisionError), engine.begin() as connection:
        within = StoreSchools(connection, clock)
        within.apply(CEDAR, [("slack", "TCEDAR")])
        publish(within, "cedar", FIRST)
        if fails:
            raise ZeroDivisionError
    assert schools.school_of("slack", "TCEDAR") == (None if fails else "cedar")
    assert ("cedar" in schools.ids()) is not fails
    if not fails:
        with schools.unit("cedar") as unit:
            assert [key.number for key in unit.current()] == [1]


def test_handled_events_and_slack_states_are_tidied_away(schools: StoreSchools, clock: Clock, engine: Engine) -> None:
    heard = StoreHeardEvents(engine, clock)
    heard.done("old")
    clock.forward(days=2)
    heard.done("new")
    SQLAlchemyOAuthStateStore(expiration_seconds=-40_000_000, engine=engine).issue()
    kept = SQLAlchemyOAuthStateStore(expiration_seconds=3_000_000_000, engine=engine).issue()
    clock.forward(days=1, minutes=1)
    schools.forget_old(clock.time)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(EventRow)) == 1
        assert connection.scalars(select(STATES.c.state)).all() == [kept]
    assert heard.claim("old", timedelta(minutes=1))
    assert not heard.claim("new", timedelta(minutes=1))
