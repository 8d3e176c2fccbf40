"""What every store does alike for the clock: moments, letters, marks and beats; in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.concerns.filing import rounded
from bot.concerns.letters import Letter, LetterKind, LetterState
from bot.concerns.ports import Ping, Why
from tests.adapters.store.case_examples import AT, HOUR, PLAIN, numbered
from tests.contracts.case_stores import LEASE, STORES, Store, opened

MOMENT = timedelta(microseconds=1)
PING = Ping("ping of c1", "alder", "c1", AT)
LETTER = Letter("l1", "alder", "c1", LetterKind.PING, 0, "ann", AT)
DRILL = Letter("l1", "alder", "", LetterKind.DRILL, 739_312, "ida", AT, ("email",))
SENDING, UNCERTAIN = LetterState.SENDING, LetterState.UNCERTAIN
OVER = (LetterState.SENT, LetterState.DEAD, LetterState.NEEDLESS)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with opened(request.param) as store:
        yield store


def settle(store: Store, ping: Ping, again_at: datetime | None, attempts: int | None = None) -> None:
    with store.cases.unit(ping.school) as unit:
        unit.settle(ping, again_at, attempts)
        unit.commit()


def settle_letter(store: Store, letter: Letter, state: LetterState, again_at: datetime | None = None) -> None:
    with store.cases.unit(letter.school) as unit:
        unit.settle_letter(letter, state, again_at)
        unit.commit()


def letters(store: Store, concern: str = "c1", school: str = "alder") -> tuple[Letter, ...]:
    with store.cases.unit(school) as unit:
        return unit.letters(concern)


def claimed(store: Store, at: datetime) -> Letter:
    letter = store.cases.claim_letter(at, LEASE)
    assert letter is not None
    return letter


def test_a_moment_is_claimed_when_it_is_due_and_by_one_until_its_lease_is_over(store: Store) -> None:
    store.filed(PLAIN)
    assert store.cases.claim_ping(AT - MOMENT, LEASE) is None
    assert store.cases.claim_ping(AT, LEASE) == PING
    assert store.cases.claim_ping(AT + LEASE - MOMENT, LEASE) is None
    assert store.cases.claim_ping(AT + LEASE, LEASE) == PING


def test_the_moment_due_longest_is_claimed_first(store: Store) -> None:
    store.filed(PLAIN, numbered(2))
    with store.cases.unit("alder") as unit:
        unit.ping(Ping("earlier", "alder", "c2", AT - HOUR))
        unit.commit()
    found = [store.cases.claim_ping(AT, LEASE) for _ in range(4)]
    assert found[0] == Ping("earlier", "alder", "c2", AT - HOUR)
    assert {one.id for one in found if one} == {"earlier", "ping of c1", "ping of c2"}
    assert found[3] is None


def test_a_moment_says_why_it_comes(store: Store) -> None:
    store.filed(PLAIN)
    pings = [Ping(why.value, "alder", "c1", AT - HOUR + at * MOMENT, at, why) for at, why in enumerate(Why)]
    with store.cases.unit("alder") as unit:
        for ping in pings:
            unit.ping(ping)
        unit.commit()
    assert [store.cases.claim_ping(AT, LEASE) for _ in pings] == pings


def test_a_moment_that_was_seen_to_comes_again_then_as_the_following_step_or_as_the_one_named_or_never(store: Store) -> None:
    store.filed(PLAIN)
    assert store.cases.claim_ping(AT, LEASE) == PING
    settle(store, PING, AT + HOUR)
    assert store.cases.claim_ping(AT + HOUR - MOMENT, LEASE) is None
    second = replace(PING, due_at=AT + HOUR, attempts=1)
    assert store.cases.claim_ping(AT + HOUR, LEASE) == second
    settle(store, second, AT + 2 * HOUR, attempts=7)
    third = replace(PING, due_at=AT + 2 * HOUR, attempts=7)
    assert store.cases.claim_ping(AT + 2 * HOUR, LEASE) == third
    settle(store, third, None)
    assert store.cases.claim_ping(AT + 24 * HOUR, LEASE) is None


def test_whoever_was_too_slow_with_a_moment_changes_nothing_that_another_has_done(store: Store) -> None:
    store.filed(PLAIN)
    store.cases.claim_ping(AT, LEASE)
    assert store.cases.claim_ping(AT + LEASE, LEASE) == PING
    settle(store, PING, AT + HOUR)
    settle(store, PING, None)
    settle(store, PING, AT + 5 * HOUR)
    again = replace(PING, due_at=AT + HOUR, attempts=1)
    assert store.cases.claim_ping(AT + HOUR, LEASE) == again
    settle(store, again, None)
    settle(store, again, AT + HOUR)
    assert store.cases.claim_ping(AT + 24 * HOUR, LEASE) is None


def test_a_ladder_is_hurried_and_nothing_else(store: Store) -> None:
    store.filed(PLAIN, numbered(2))
    later = AT + 5 * HOUR
    with store.cases.unit("alder") as unit:
        unit.settle(PING, later)
        unit.settle(replace(PING, id="ping of c2", concern="c2"), later)
        unit.ping(Ping("deadline", "alder", "c1", later, why=Why.ACT_BY))
        unit.commit()
    with store.cases.unit("alder") as unit:
        unit.hurry("c1", AT + HOUR)
        unit.commit()
    assert store.cases.claim_ping(AT + HOUR - MOMENT, LEASE) is None
    assert store.cases.claim_ping(AT + HOUR, LEASE) == replace(PING, due_at=AT + HOUR, attempts=1)
    assert store.cases.claim_ping(later - MOMENT, 10 * HOUR) == replace(PING, due_at=AT + HOUR, attempts=1)
    with store.cases.unit("alder") as unit:
        unit.hurry("c1", AT + 2 * HOUR)  # it is due already, and is not put off
        unit.commit()
    assert store.cases.oldest_due(later) == AT + HOUR
    assert {one.id for _ in range(3) if (one := store.cases.claim_ping(later, LEASE))} == {"deadline", "ping of c2"}


def test_a_letter_is_posted_once_for_each_concern_kind_number_and_recipient(store: Store) -> None:
    store.filed(PLAIN, numbered(2))
    store.filed(PLAIN, school="birch")
    others = [
        replace(LETTER, id="l2", recipient="bo"),
        replace(LETTER, id="l3", number=1),
        replace(LETTER, id="l4", kind=LetterKind.NEWS),
        replace(LETTER, id="l5", concern="c2"),
        replace(LETTER, id="l6", school="birch"),
    ]
    assert store.posted(LETTER, *others) == [True] * 6
    assert store.posted(*(replace(one, id=f"again {one.id}", due_at=AT - HOUR) for one in (LETTER, *others))) == [False] * 6
    assert {one.id for one in letters(store)} == {"l1", "l2", "l3", "l4"}
    assert letters(store, "c2") == (others[3],)
    assert letters(store, school="birch") == (others[4],)


def test_a_drill_is_posted_once_for_each_kind_number_and_recipient(store: Store) -> None:
    others = [
        replace(DRILL, id="l2", recipient="bo"),
        replace(DRILL, id="l3", number=1),
        replace(DRILL, id="l4", kind=LetterKind.DIGEST),
        replace(DRILL, id="l5", school="birch"),
    ]
    assert store.posted(DRILL, *others) == [True] * 5
    assert store.posted(*(replace(one, id=f"again {one.id}") for one in (DRILL, *others))) == [False] * 5
    assert claimed(store, AT).concern == ""


def test_a_letter_that_is_over_is_not_posted_again(store: Store) -> None:
    store.filed(PLAIN)
    for number, state in enumerate(OVER):
        letter = replace(LETTER, id=f"l{number}", number=number)
        store.posted(letter)
        settle_letter(store, letter, state)
        assert store.posted(replace(letter, id="new")) == [False]


def test_a_letter_comes_back_as_it_was_posted_and_is_claimed_when_it_is_due(store: Store) -> None:
    store.filed(PLAIN)
    letter = replace(LETTER, number=20_003, ways=("email", "chat"))
    store.posted(letter)
    assert letters(store) == (letter,)
    assert store.cases.claim_letter(AT - MOMENT, LEASE) is None
    assert store.cases.claim_letter(AT, LEASE) == replace(letter, state=SENDING)
    assert letters(store) == (replace(letter, state=SENDING),)
    assert store.cases.claim_letter(AT + LEASE - MOMENT, LEASE) is None


def test_a_letter_whose_sender_died_is_claimed_again_as_one_that_may_have_arrived(store: Store) -> None:
    store.filed(PLAIN)
    store.posted(LETTER)
    assert claimed(store, AT).state is SENDING
    for turn in (1, 2):
        again = claimed(store, AT + turn * LEASE)
        assert again == replace(LETTER, state=UNCERTAIN)
    settle_letter(store, again, LetterState.SENT)
    assert store.cases.claim_letter(AT + 24 * HOUR, LEASE) is None


def test_letters_are_claimed_by_how_long_they_are_due_whosever_they_are(store: Store) -> None:
    store.filed(PLAIN)
    store.filed(PLAIN, school="birch")
    times = {"l1": 3, "l2": 1, "l3": 2, "l4": 9}
    for name, minute in times.items():
        at = AT + timedelta(minutes=minute)
        store.posted(replace(LETTER, id=name, number=minute, due_at=at, school="birch" if name == "l3" else "alder"))
    found = [store.cases.claim_letter(AT + timedelta(minutes=5), LEASE) for _ in range(4)]
    assert [one.id if one else None for one in found] == ["l2", "l3", "l1", None]


def test_a_letter_that_failed_is_tried_again_then_and_counts_its_attempts(store: Store) -> None:
    store.filed(PLAIN)
    store.posted(LETTER)
    settle_letter(store, claimed(store, AT), LetterState.PENDING, AT + HOUR)
    again = replace(LETTER, due_at=AT + HOUR, attempts=1)
    assert letters(store) == (again,)
    assert store.cases.claim_letter(AT + HOUR - MOMENT, LEASE) is None
    assert store.cases.claim_letter(AT + HOUR, LEASE) == replace(again, state=SENDING)


@pytest.mark.parametrize("state", OVER)
def test_a_letter_that_is_over_stays_so_and_its_time_is_known_to_the_hour(store: Store, state: LetterState) -> None:
    store.filed(PLAIN)
    store.posted(LETTER, replace(DRILL, id="l2"))
    for _ in range(2):
        settle_letter(store, claimed(store, AT), state)
    assert store.cases.claim_letter(AT + 24 * HOUR, LEASE) is None
    assert letters(store) == (replace(LETTER, state=state, due_at=rounded(AT)),)
    for other in (LetterState.PENDING, *OVER):
        settle_letter(store, replace(LETTER, state=SENDING), other, AT if other is LetterState.PENDING else None)
    assert letters(store) == (replace(LETTER, state=state, due_at=rounded(AT)),)


def test_whoever_was_too_slow_with_a_letter_changes_nothing_that_another_has_done(store: Store) -> None:
    store.filed(PLAIN)
    store.posted(LETTER)
    slow, quick = claimed(store, AT), claimed(store, AT + LEASE)
    settle_letter(store, quick, LetterState.PENDING, AT + HOUR)
    for state in OVER:
        settle_letter(store, slow, state)
    settle_letter(store, slow, LetterState.PENDING, AT)
    again = replace(LETTER, due_at=AT + HOUR, attempts=1)
    assert letters(store) == (again,)
    assert claimed(store, AT + HOUR) == replace(again, state=SENDING)
    settle_letter(store, slow, LetterState.SENT)
    assert store.cases.claim_letter(AT + HOUR, LEASE) is None  # whoever is sending it now keeps the lease
    assert letters(store) == (replace(again, state=SENDING),)


def test_letters_about_a_concern_come_in_the_order_they_fell_due(store: Store) -> None:
    store.filed(PLAIN, numbered(2))
    hours = (3, 1, 2)
    store.posted(*(replace(LETTER, id=f"l{hour}", number=hour, due_at=AT + hour * HOUR) for hour in hours))
    store.posted(replace(LETTER, id="l9", concern="c2"), replace(DRILL, id="drill"))
    settle_letter(store, claimed(store, AT + HOUR), LetterState.SENT)
    assert [one.number for one in letters(store)] == [1, 2, 3]


def test_letters_and_moments_go_with_their_concern_and_settling_them_then_changes_nothing(store: Store) -> None:
    store.filed(PLAIN, numbered(2))
    store.posted(LETTER, replace(LETTER, id="l2", concern="c2", due_at=AT + HOUR))
    letter = claimed(store, AT)
    with store.cases.unit("alder") as unit:
        unit.delete("c1")
        unit.commit()
    assert letters(store) == ()
    settle(store, PING, AT)
    settle_letter(store, letter, LetterState.PENDING, AT)
    assert letters(store) == ()
    assert claimed(store, AT + HOUR).concern == "c2"
    assert store.cases.claim_letter(AT + HOUR, LEASE) is None
    assert [one.concern if (one := store.cases.claim_ping(AT, LEASE)) else None for _ in range(2)] == ["c2", None]


def test_a_day_or_week_is_seen_to_once_by_each_school(store: Store) -> None:
    drill, digest = LetterKind.DRILL, LetterKind.DIGEST
    assert store.cases.without(drill, 739_312, 10) == ("alder", "birch")
    assert store.cases.without(drill, 739_312, 1) == ("alder",)
    with store.cases.unit("alder") as unit:
        assert unit.mark(drill, 739_312)
        assert not unit.mark(drill, 739_312)
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert not unit.mark(drill, 739_312)
        assert store.cases.without(drill, 739_312, 10) == store.cases.without(drill, 739_312, 1) == ("birch",)
        assert store.cases.without(drill, 739_313, 10) == store.cases.without(digest, 739_312, 10) == ("alder", "birch")
        assert unit.mark(drill, 739_313)
        assert unit.mark(digest, 739_312)
    with store.cases.unit("birch") as unit:
        assert unit.mark(drill, 739_312)
        unit.commit()
    assert store.cases.without(drill, 739_312, 10) == ()


def test_the_last_beat_of_any_clock_is_known(store: Store) -> None:
    assert store.cases.last_beat() is None
    store.cases.beat(AT)
    assert store.cases.last_beat() == AT
    store.cases.beat(AT + HOUR)
    assert store.cases.last_beat() == AT + HOUR


def test_the_oldest_due_is_told_of_moments_and_letters_whether_somebody_is_at_them_or_not(store: Store) -> None:
    assert store.cases.oldest_due(AT) is None
    store.filed(PLAIN)
    assert store.cases.oldest_due(AT - MOMENT) is None
    assert store.cases.oldest_due(AT) == AT
    store.cases.claim_ping(AT, LEASE)
    assert store.cases.oldest_due(AT + HOUR) == AT
    settle(store, PING, AT + 5 * HOUR)
    assert store.cases.oldest_due(AT + HOUR) is None
    store.posted(LETTER, replace(DRILL, id="drill", due_at=AT + HOUR))
    letter = claimed(store, AT)
    assert store.cases.oldest_due(AT + HOUR) == AT
    settle_letter(store, letter, LetterState.PENDING, AT + 2 * HOUR)
    assert store.cases.oldest_due(AT + HOUR) == AT + HOUR
    settle_letter(store, claimed(store, AT + HOUR), LetterState.SENT)
    assert store.cases.oldest_due(AT + HOUR) is None
    assert store.cases.oldest_due(AT + 9 * HOUR) == AT + 2 * HOUR
