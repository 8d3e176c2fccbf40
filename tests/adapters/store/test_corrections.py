"""Corrections on a real database reach the answers: of every process, of later editions, and of no other school."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from adapters.store.lately import MOMENT
from adapters.store.schools import StoreSchools
from bot.school import EditionKey
from bot.shelf import Shelves
from knowledge.answering import Answerer
from knowledge.corrections import Correction
from knowledge.policy import Edition, Stance
from knowledge.verdict import Verdict
from tests.adapters.store.conftest import Clock
from tests.adapters.store.test_policies import publish
from tests.adapters.store.test_tenancy import statements
from tests.shared_files import clause_with, edition

UNION = "may I join a union's Facebook group?"
PARENT = "can I accept a friend request from a parent?"
FREE, BAN, PHONES = (
    "Staff are free to join a union's Facebook group.",
    "Staff must not accept friend requests from parents.",
    "Phones are kept in the office.",
)
FIRST, EDITED, WITHOUT = (edition("\n\n".join(lines) + "\n") for lines in ((FREE, BAN), (FREE, BAN, PHONES), (BAN, PHONES)))
FORBIDS = Correction(clause_with(FIRST, "union").anchor, "union", Stance.FORBIDS)


def plainly(of: Edition) -> Answerer:
    """What answers without the networks."""
    return Answerer(of, plain=True)


def asked(schools: StoreSchools, shelves: Shelves, question: str = UNION, school: str = "alder") -> Verdict:
    """What a question to a school is answered with."""
    with schools.unit(school) as unit:
        shelf = shelves.of(unit)
    assert shelf is not None
    return shelf.answerer.answer(question).verdict


def correct(schools: StoreSchools, *corrections: Correction, policy: str = "social-media") -> None:
    """Nothing: alder says so."""
    with schools.unit("alder") as unit:
        for one in corrections:
            unit.correct(policy, one)
        unit.commit()


def test_a_correction_changes_the_answer_until_it_is_taken_back(schools: StoreSchools) -> None:
    shelves = Shelves(make=plainly)
    publish(schools, "alder", FIRST)
    assert asked(schools, shelves) is Verdict.YES
    correct(schools, FORBIDS)
    assert asked(schools, shelves) is Verdict.NO
    with schools.unit("alder") as unit:
        unit.take_back("social-media", FORBIDS.anchor, FORBIDS.topic)
        unit.commit()
    assert asked(schools, shelves) is Verdict.YES


def test_it_is_kept_when_an_edited_policy_is_imported_and_goes_and_comes_back_with_its_clause(schools: StoreSchools) -> None:
    shelves = Shelves(make=plainly)
    publish(schools, "alder", FIRST)
    correct(schools, FORBIDS)
    publish(schools, "alder", EDITED)
    assert asked(schools, shelves) is Verdict.NO
    publish(schools, "alder", WITHOUT)
    with schools.unit("alder") as unit:
        assert unit.corrections("social-media") == ()
        shelf = shelves.of(unit)
    assert shelf is not None
    assert [clause.stance for clause in shelf.answerer.edition.clauses] == [clause.stance for clause in WITHOUT.clauses]
    publish(schools, "alder", FIRST)
    assert asked(schools, shelves) is Verdict.NO


def test_an_old_edition_is_read_by_its_words(schools: StoreSchools) -> None:
    publish(schools, "alder", FIRST)
    publish(schools, "alder", EDITED)
    correct(schools, FORBIDS)
    with schools.unit("alder") as unit:
        old, new = unit.published("social-media", 1), unit.published("social-media")
    assert old is not None
    assert new is not None
    shelves = Shelves(make=plainly)
    verdicts = [shelves.answerer_of(one).answer(UNION).verdict for one in (old, new)]
    assert verdicts == [Verdict.YES, Verdict.NO]


def test_two_processes_on_one_database_both_see_it(
    schools: StoreSchools, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = [1000.0]
    monkeypatch.setattr("adapters.store.lately.monotonic", lambda: time[-1])
    another = StoreSchools(engine, clock)
    here, there = Shelves(make=plainly), Shelves(make=plainly)
    publish(schools, "alder", FIRST)
    assert asked(schools, here) is asked(another, there) is Verdict.YES
    correct(schools, FORBIDS)
    assert asked(schools, here) is Verdict.NO
    time.append(1000.0 + MOMENT)
    assert asked(another, there) is Verdict.NO


def test_another_school_with_the_same_policy_is_answered_as_before(schools: StoreSchools) -> None:
    shelves, made = Shelves(make=plainly), list[Edition]()
    counting = Shelves(make=lambda of: made.append(of) or plainly(of))  # type: ignore[func-returns-value]
    for school in ("alder", "birch"):
        publish(schools, school, FIRST)
    correct(schools, FORBIDS)
    for one in (shelves, counting):
        assert asked(schools, one, school="alder") is Verdict.NO
        assert asked(schools, one, school="birch") is Verdict.YES
    assert len(made) == 1  # what takes long to make is shared all the same


def test_a_ban_said_to_allow_gives_no_yes(schools: StoreSchools) -> None:
    shelves = Shelves(make=plainly)
    publish(schools, "alder", FIRST)
    assert asked(schools, shelves, PARENT) is Verdict.NO
    for topic in ("befriend_parent", "union"):
        correct(schools, Correction(clause_with(FIRST, "parents").anchor, topic, Stance.ALLOWS))
        assert asked(schools, shelves, PARENT) is Verdict.INFO


def test_of_several_policies_the_clause_meant_is_corrected_and_no_other(schools: StoreSchools) -> None:
    shelves = Shelves(make=plainly)
    publish(schools, "alder", FIRST, "one")
    publish(schools, "alder", edition(f"{PHONES}\n\n{FREE}\n"), "two")
    correct(schools, FORBIDS, policy="two")
    with schools.unit("alder") as unit:
        shelf = shelves.of(unit)
    assert shelf is not None
    stances = {(shelf.cited(one).key.policy, one.stance) for one in shelf.answerer.edition.clauses if one.text == FREE}
    assert stances == {("one", Stance.ALLOWS), ("two", Stance.FORBIDS)}


def test_current_editions_come_with_their_corrections_in_one_query(schools: StoreSchools, engine: Engine, clock: Clock) -> None:
    keys: list[EditionKey] = [publish(schools, "alder", FIRST, "one"), publish(schools, "alder", WITHOUT, "two")]
    for policy in ("one", "two"):
        correct(schools, FORBIDS, Correction(FORBIDS.anchor, "befriend_parent", None), policy=policy)
    with StoreSchools(engine, clock).unit("alder") as unit, statements(engine) as sent:
        found = unit.current()
    assert len(sent) == 1
    assert list(found) == keys
    assert [len(key.corrections) for key in found] == [2, 2]


def test_a_correction_is_nobody_elses_to_see_until_it_is_kept(schools: StoreSchools) -> None:
    publish(schools, "alder", FIRST)
    with schools.unit("alder") as unit:
        unit.correct("social-media", FORBIDS)
        assert unit.current()[0].corrections == (FORBIDS,)
        with schools.unit("alder") as other:
            assert other.current()[0].corrections == ()
    with schools.unit("alder") as unit:
        assert unit.current()[0].corrections == ()
