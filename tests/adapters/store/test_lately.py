"""What is read with each message is remembered for a moment, and never longer than it may be."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from adapters.store.lately import MOMENT, Lately
from adapters.store.schools import StoreSchools
from bot.school import Holder, Role, School
from tests.adapters.store.conftest import Clock
from tests.adapters.store.test_policies import FIRST, SECOND, publish
from tests.adapters.store.test_tenancy import statements

CHANGED = School("alder", "Alder Academy", "trees", (Holder(Role.LEAD, "Ann Lee"),))


def seen(schools: StoreSchools) -> tuple[School, list[int], str | None]:
    """What a message to alder begins with."""
    with schools.unit("alder") as unit:
        return unit.school, [key.number for key in unit.current()], schools.school_of("slack", "TALDER")


def test_a_second_message_reads_none_of_it_again(schools: StoreSchools, engine: Engine) -> None:
    publish(schools, "alder", FIRST)
    before = seen(schools)
    with statements(engine) as sent:
        assert seen(schools) == before
    assert sent == []


def test_what_is_changed_here_is_seen_at_once(schools: StoreSchools) -> None:
    publish(schools, "alder", FIRST)
    assert seen(schools)[1:] == ([1], "alder")
    publish(schools, "alder", SECOND)
    schools.apply(CHANGED, [])
    assert seen(schools) == (CHANGED, [2], None)


def test_what_another_process_changes_is_seen_within_a_moment(
    schools: StoreSchools, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = [1000.0]
    monkeypatch.setattr("adapters.store.lately.monotonic", lambda: time[-1])
    publish(schools, "alder", FIRST)
    before = seen(schools)
    another = StoreSchools(engine, clock)
    another.apply(CHANGED, [])
    publish(another, "alder", SECOND)
    time.append(1000.0 + MOMENT - 0.01)
    assert seen(schools) == before
    time.append(1000.0 + MOMENT)
    assert seen(schools) == (CHANGED, [2], None)


def test_an_edition_is_nobody_elses_to_see_until_it_is_kept(schools: StoreSchools) -> None:
    publish(schools, "alder", FIRST)
    with schools.unit("alder") as unit:
        unit.publish("social-media", SECOND, "b.txt")
        assert [key.number for key in unit.current()] == [2]
        assert seen(schools)[1] == [1]
    assert seen(schools)[1] == [1]


def test_what_is_not_there_is_looked_for_each_time(schools: StoreSchools) -> None:
    assert schools.school_of("slack", "TCEDAR") is None
    schools.apply(School("cedar", "Cedar Primary"), [("slack", "TCEDAR")])
    assert schools.school_of("slack", "TCEDAR") == "cedar"


def test_what_changed_while_it_was_read_is_read_again() -> None:
    lately = Lately[str, str]()

    def read() -> str:
        lately.forget()  # as a change would that was kept meanwhile
        return "old"

    assert lately.get("key", read) == "old"
    assert lately.get("key", lambda: "new") == "new"
