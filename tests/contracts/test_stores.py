"""What every store does alike: the one in memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.store.heard_events import StoreHeardEvents
from adapters.store.schools import StoreSchools
from bot.in_memory import InMemoryHeardEvents, InMemorySchools, Kept
from bot.ports import Gap, HeardEvents, PassedQuestion, Schools, Turn, UnknownSchool
from bot.school import EditionKey, Holder, Published, Role, School
from knowledge.corrections import Correction
from knowledge.policy import Stance
from tests.databases import BOTH, migrated_database
from tests.shared_files import edition

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LEASE = timedelta(minutes=2)
ALDER = School("alder", "Alder Primary", "trees", (Holder(Role.LEAD, "Ann Lee", "01 1"), Holder(Role.DEPUTY, "Bo Oak")))
BIRCH = School("birch", "Birch Primary", "trees")
POLICIES = {"photos": edition("Staff must not post photos of pupils.\n"), "acceptable-use": edition("Staff may use the internet.\n")}
TURN = Turn("t1", "asker", "thread", "May I?", "topic", (("photos", "a"),), ("May I not?", "May they?"), AT, frozenset({"yes"}))


@dataclass
class Store:
    """One store with alder and birch in it; alder has published two policies. ``time``: set by hand."""

    schools: Schools
    heard: HeardEvents
    time: list[datetime]


@pytest.fixture(params=["memory", *BOTH])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    time = [AT]

    def now() -> datetime:
        return time[-1]

    if request.param == "memory":
        published = [Published(EditionKey(policy, 1, policy), one, AT) for policy, one in POLICIES.items()]
        schools = InMemorySchools([Kept(ALDER, published), Kept(BIRCH)], {("slack", "T1"): "alder", ("teams", "T1"): "birch"})
        yield Store(schools, InMemoryHeardEvents(now), time)
        return
    with ExitStack() as stack:
        engine = stack.enter_context(migrated_database(request.param))
        kept = StoreSchools(engine, now)
        kept.apply(ALDER, [("slack", "T1")])
        kept.apply(BIRCH, [("teams", "T1")])
        with kept.unit("alder") as unit:
            for policy, one in POLICIES.items():
                unit.publish(policy, one, f"{policy}.txt")
            unit.commit()
        yield Store(kept, StoreHeardEvents(engine, now), time)


def remember(store: Store, *turns: Turn) -> None:
    with store.schools.unit("alder") as unit:
        for turn in turns:
            unit.remember(turn)
        unit.commit()


def test_schools_are_found_by_workspace_and_owner(store: Store) -> None:
    schools = store.schools
    assert schools.ids() == ("alder", "birch")
    assert schools.of_owner("trees") == ("alder", "birch")
    assert schools.of_owner("") == schools.of_owner("others") == ()
    assert (schools.school_of("slack", "T1"), schools.school_of("teams", "T1")) == ("alder", "birch")
    assert schools.school_of("slack", "T2") is None


def test_a_unit_knows_its_school_and_an_unknown_one_is_refused(store: Store) -> None:
    with store.schools.unit("alder") as unit:
        assert unit.school == ALDER
    with pytest.raises(UnknownSchool, match="nowhere"):
        store.schools.unit("nowhere")


def test_current_editions_come_by_policy_name(store: Store) -> None:
    with store.schools.unit("alder") as unit:
        assert [(key.policy, key.number) for key in unit.current()] == [("acceptable-use", 1), ("photos", 1)]
        found = unit.published("photos")
        assert found == unit.published("photos", 1)
        assert found is not None
        assert (found.edition, found.published_at, found.current) == (POLICIES["photos"], AT, True)
        assert found.key in unit.current()
        assert unit.editions("photos") == ((1, AT),)
        assert unit.published("photos", 2) is unit.published("none") is None
        assert unit.editions("none") == ()


def test_corrections_come_with_the_current_edition_and_can_be_taken_back(store: Store) -> None:
    anchor = POLICIES["photos"].clauses[0].anchor
    forbids, not_about, lost = (
        Correction(anchor, "photo_own_phone", Stance.FORBIDS),
        Correction(anchor, "passwords", None),
        Correction("gone", "passwords", Stance.ALLOWS),
    )
    with store.schools.unit("alder") as unit:
        plain = unit.current()
        for one in (replace(forbids, stance=Stance.ALLOWS), lost, forbids, not_about):
            unit.correct("photos", one)
        unit.commit()
    with store.schools.unit("alder") as unit:
        assert unit.corrections("photos") == (not_about, forbids)
        assert unit.corrections("acceptable-use") == unit.corrections("none") == ()
        corrected = unit.current()
        assert corrected == plain  # the same editions
        assert [key.corrections for key in corrected] == [(), (lost, not_about, forbids)]
        assert [key.made_of for key in corrected] != [key.made_of for key in plain]
        found = unit.published("photos")
        assert found is not None
        assert found.key.made_of == corrected[1].made_of
        unit.take_back("photos", anchor, "passwords")
        unit.take_back("photos", anchor, "never said")
        unit.commit()
    with store.schools.unit("alder") as unit:
        assert unit.corrections("photos") == (forbids,)
    with store.schools.unit("birch") as unit:
        assert unit.corrections("photos") == ()


def test_what_staff_say_of_clauses_is_counted_from_a_month_on(store: Store) -> None:
    months = (date(2025, 12, 1), date(2026, 1, 1), date(2026, 3, 1))
    with store.schools.unit("alder") as unit:
        for month in months:
            unit.count_feedback("photos", "a", month, useful=False)
        unit.count_feedback("photos", "a", months[2], useful=True)
        unit.count_feedback("photos", "b", months[2], useful=True)
        unit.count_feedback("acceptable-use", "a", months[2], useful=False)
        assert unit.feedback("photos", date(2026, 1, 31)) == {"a": (1, 2), "b": (1, 0)}
        unit.commit()
    with store.schools.unit("alder") as unit:
        assert unit.feedback("photos", months[0]) == {"a": (1, 3), "b": (1, 0)}
        assert unit.feedback("none", months[0]) == {}
    with store.schools.unit("birch") as unit:
        assert unit.feedback("photos", months[0]) == {}


def test_a_turn_comes_back_as_it_was_and_as_it_now_stands(store: Store) -> None:
    remember(store, TURN)
    with store.schools.unit("alder") as unit:
        assert unit.turn("t1") == TURN
        assert unit.turn("t2") is None
        changed = replace(TURN, done=TURN.done | {"passed"})
        unit.remember(changed)
        assert unit.turn("t1") == unit.last_turn("thread", AT) == changed
        unit.commit()
    with store.schools.unit("alder") as unit:
        assert unit.turn("t1") == changed


def test_whatever_somebody_types_can_be_kept(store: Store) -> None:
    remember(store, replace(TURN, question="null \0 and half \ud83d, 🙂 and ' \" \\ %s :x", options=("null \0 and half \ud83d",)))
    with store.schools.unit("alder") as unit:
        found = unit.turn("t1")
    assert found is not None
    assert found.question.endswith("🙂 and ' \" \\ %s :x")


def test_the_last_turn_is_the_newest_of_its_thread_and_not_too_old(store: Store) -> None:
    minute = timedelta(minutes=1)
    remember(store, TURN, replace(TURN, id="t2", at=AT + minute), replace(TURN, id="t3", thread="else"), replace(TURN, id="t4", thread=""))
    with store.schools.unit("alder") as unit:
        newest = unit.last_turn("thread", AT - minute)
        assert newest is not None
        assert newest.id == "t2"
        assert unit.last_turn("thread", AT + minute) == newest
        assert unit.last_turn("thread", AT + 2 * minute) is None
        assert unit.last_turn("", AT - minute) is None


def test_a_forgotten_thread_is_gone_and_others_stay(store: Store) -> None:
    remember(store, TURN, replace(TURN, id="t2"), replace(TURN, id="t3", thread="else"), replace(TURN, id="t4", thread=""))
    with store.schools.unit("alder") as unit:
        unit.forget_thread("thread")
        unit.commit()
    with store.schools.unit("alder") as unit:
        assert unit.last_turn("thread", AT) is None
        assert unit.turn("t1") is unit.turn("t2") is None
        assert unit.turn("t3") is not None
        assert unit.turn("t4") is not None


def test_gaps_are_counted_by_topic_month_and_reason(store: Store) -> None:
    february, march = date(2026, 2, 1), date(2026, 3, 1)
    with store.schools.unit("alder") as unit:
        for topic, month, why in [("b", march, Gap.SILENT)] * 3 + [("a", march, Gap.SILENT)] * 2 + [("b", february, Gap.UNSURE)]:
            unit.count_gap(topic, month, why)
        unit.count_feedback("photos", "a", march, useful=True)
        unit.commit()
    with store.schools.unit("alder") as unit:
        assert unit.gaps(date(2026, 3, 31)) == (("b", march, Gap.SILENT, 3), ("a", march, Gap.SILENT, 2))
        assert unit.gaps(february)[-1] == ("b", february, Gap.UNSURE, 1)


def test_questions_passed_on_come_newest_first(store: Store) -> None:
    older, newer = PassedQuestion("q1", "May I?", "topic", AT), PassedQuestion("q2", "And I?", "", AT + LEASE, "Ann Lee")
    with store.schools.unit("alder") as unit:
        unit.pass_on(older)
        unit.pass_on(newer)
        unit.commit()
    with store.schools.unit("alder") as unit:
        assert unit.passed_on() == (newer, older)
    with store.schools.unit("birch") as unit:
        assert unit.passed_on() == ()


def test_an_event_is_claimed_once_while_its_lease_runs(store: Store) -> None:
    assert store.heard.claim("e1", LEASE)
    assert not store.heard.claim("e1", LEASE)
    assert store.heard.claim("e2", LEASE)


def test_an_event_whose_claim_ran_out_may_be_claimed_again_by_one(store: Store) -> None:
    store.heard.claim("e1", LEASE)
    store.time.append(AT + LEASE - timedelta(microseconds=1))
    assert not store.heard.claim("e1", LEASE)
    store.time.append(AT + LEASE)
    assert store.heard.claim("e1", LEASE)
    assert not store.heard.claim("e1", LEASE)


def test_an_event_done_is_done_for_good(store: Store) -> None:
    store.heard.claim("e1", LEASE)
    store.heard.done("e1")
    store.time.append(AT + timedelta(days=2))
    assert not store.heard.claim("e1", LEASE)


def test_an_event_released_may_be_claimed_at_once(store: Store) -> None:
    store.heard.claim("e1", LEASE)
    store.heard.release("e1")
    store.heard.release("never claimed")
    assert store.heard.claim("e1", LEASE)
