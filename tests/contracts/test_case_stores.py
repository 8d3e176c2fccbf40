"""What every store of reports does alike: the one in memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.concerns.concern import Concern, EntryKind, State
from bot.concerns.ports import Act, AuditLine, CaseBroken, DeskSession, SignInLink
from bot.ports import UnknownSchool
from tests.adapters.store.case_examples import AT, DECISION, FULL, HOUR, PHOTO, PLAIN, STORY, numbered, receipt_for
from tests.contracts.case_stores import ALDER, LEASE, STORES, Store, opened

WINDOW = timedelta(minutes=15)
LINK = SignInLink("d1", "ann", AT + timedelta(minutes=10))
SESSION = DeskSession("s1", "ann", AT, AT + HOUR)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with opened(request.param) as store:
        yield store


def test_a_unit_knows_its_school_and_an_unknown_one_is_refused(store: Store) -> None:
    with store.cases.unit("alder") as unit:
        assert unit.school == ALDER
    with pytest.raises(UnknownSchool, match="nowhere"):
        store.cases.unit("nowhere")


def test_a_concern_comes_back_as_it_was_filed(store: Store) -> None:
    store.filed(FULL)
    with store.cases.unit("alder") as unit:
        assert unit.concern("c1") == unit.by_filing("filing of c1") == FULL
        assert unit.concerns() == (FULL,)
        assert unit.concern("c2") is unit.by_filing("another") is unit.case("c2") is None


@pytest.mark.parametrize(
    ("concern", "filing", "lookup"),
    [
        (numbered(2), "filing of c1", "new"),
        (replace(PLAIN, id="c2"), "new", "new"),
        (numbered(2), "new", "c1"),
        (replace(PLAIN, reference="new"), "new", "new"),
    ],
)
def test_a_concern_whose_filing_reference_lookup_or_id_is_taken_is_not_added_and_the_unit_goes_on(
    store: Store, concern: Concern, filing: str, lookup: str
) -> None:
    store.filed(PLAIN)
    with store.cases.unit("alder") as unit:
        assert not unit.add(concern, filing, receipt_for(concern, lookup))
        assert unit.concerns() == (PLAIN,)
        assert unit.by_filing("new") is unit.receipt("new") is None
        assert unit.add(numbered(3), "third", receipt_for(numbered(3), "third"))
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert {one.id for one in unit.concerns()} == {"c1", "c3"}
        assert unit.receipt("c1") == receipt_for(PLAIN, "c1")


def test_concerns_come_longest_waiting_first(store: Store) -> None:
    waits = [(1, 3), (2, 1), (3, 2)]
    store.filed(*(replace(numbered(at), waits_since=AT + hours * HOUR) for at, hours in waits))
    with store.cases.unit("alder") as unit:
        assert [one.id for one in unit.concerns()] == ["c2", "c3", "c1"]


def test_a_concern_is_what_it_was_last_put_as(store: Store) -> None:
    store.filed(PLAIN)
    with store.cases.unit("alder") as unit:
        unit.put(FULL)
        assert unit.concern("c1") == FULL
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.concern("c1") == FULL


def test_a_case_has_its_entries_and_files_oldest_first(store: Store) -> None:
    later = [replace(STORY, id=f"e{at}", at=AT + at * HOUR, kind=EntryKind.ADDED, text=f"more {at}") for at in range(3, 13)]
    store.filed(PLAIN)
    with store.cases.unit("alder") as unit:
        for entry in (DECISION, *later):
            unit.enter("c1", entry)
        unit.attach("c1", replace(PHOTO, id="a2", name="second.pdf"), b"second")
        unit.commit()
    with store.cases.unit("alder") as unit:
        case = unit.case("c1")
        assert case is not None
        assert case.concern == PLAIN
        assert case.entries == (STORY, DECISION, *later)
        assert [one.name for one in case.attachments] == [PHOTO.name, "second.pdf"]
        assert case.attachments[0] == PHOTO
        assert (unit.content("c1", "a1"), unit.content("c1", "a2")) == (b"pixel", b"second")
        assert unit.content("c1", "a3") is unit.content("c2", "a1") is None


def test_a_large_file_comes_back_whole(store: Store) -> None:
    content = bytes(range(256)) * 4096
    store.filed(PLAIN)
    with store.cases.unit("alder") as unit:
        unit.attach("c1", replace(PHOTO, id="a2", size=len(content)), content)
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.content("c1", "a2") == content


def test_a_deleted_concern_takes_everything_along_and_its_code_may_be_anothers(store: Store) -> None:
    store.filed(PLAIN, numbered(2))
    with store.cases.unit("alder") as unit:
        unit.audit(AT, Act.DELETED, "lead", PLAIN.reference)
        unit.delete("c1")
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert (
            unit.concern("c1")
            is unit.case("c1")
            is unit.by_filing("filing of c1")
            is unit.receipt("c1")
            is unit.content("c1", "a1")
            is None
        )
        assert [one.id for one in unit.concerns()] == ["c2"]
        assert unit.case("c2") is not None
        assert [line.act for line in unit.history(PLAIN.reference)] == [Act.DELETED]
    claimed = store.cases.claim_ping(AT, LEASE)
    assert claimed is not None
    assert claimed.concern == "c2"
    assert store.cases.claim_ping(AT, LEASE) is None
    store.filed(PLAIN)


def test_guesses_count_by_lookup_and_by_school_within_the_window(store: Store) -> None:
    with store.cases.unit("alder") as unit:
        assert unit.guess("AAAA", AT, WINDOW) == (1, 1)
        assert unit.guess("AAAA", AT, WINDOW) == (2, 2)
        assert unit.guess("BBBB", AT + HOUR / 10, WINDOW) == (1, 3)
        assert unit.guess("AAAA", AT + WINDOW, WINDOW) == (1, 2)
    with store.cases.unit("birch") as unit:
        assert unit.guess("AAAA", AT, WINDOW) == (1, 1)


def test_a_right_guess_does_not_count_and_a_wrong_one_beside_it_does(store: Store) -> None:
    with store.cases.unit("alder") as unit:
        unit.guess("AAAA", AT, WINDOW)
        unit.guess("AAAA", AT, WINDOW)
        unit.guessed_right("AAAA", AT)
        unit.guessed_right("CCCC", AT)
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.guess("AAAA", AT, WINDOW) == (2, 2)


def test_the_audit_is_numbered_and_asked_by_reference(store: Store) -> None:
    with store.cases.unit("alder") as unit:
        unit.audit(AT, Act.FILED, "reporter", "R1")
        unit.audit(AT + HOUR, Act.SIGNED_IN, "lead")
        unit.commit()
    with store.cases.unit("alder") as unit:
        unit.audit(AT + 2 * HOUR, Act.READ, "lead", "R1")
        lines = (AuditLine(1, AT, Act.FILED, "reporter", "R1"), AuditLine(3, AT + 2 * HOUR, Act.READ, "lead", "R1"))
        assert unit.history("R1") == lines
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.history("R1") == lines
        assert unit.history("R2") == ()


def test_a_sign_in_link_can_be_looked_at_and_is_used_up_once(store: Store) -> None:
    with store.cases.unit("alder") as unit:
        assert unit.keep_link(LINK, 5, AT - HOUR)
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.link("d1", AT) == LINK
        assert unit.take_link("d1", AT) == LINK
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.take_link("d1", AT) is unit.link("d1", AT) is unit.link("d2", AT) is unit.take_link("d2", AT) is None
        assert not unit.keep_link(replace(LINK, digest="d2"), 1, AT - HOUR)  # a used one counts as made


def test_a_holder_has_no_more_links_than_the_most_within_the_time_and_another_holder_has_their_own(store: Store) -> None:
    with store.cases.unit("alder") as unit:
        assert [unit.keep_link(SignInLink(f"d{at}", "ann", AT + HOUR), 3, AT - HOUR) for at in range(5)] == [True] * 3 + [False] * 2
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.link("d2", AT) is not None
        assert unit.link("d3", AT) is None
        assert not unit.keep_link(SignInLink("d6", "ann", AT + HOUR), 3, AT - HOUR)
        assert unit.keep_link(SignInLink("d7", "ann", AT + HOUR), 3, AT)  # those before do not count
        assert unit.keep_link(SignInLink("d8", "bo", AT + HOUR), 3, AT - HOUR)


def test_one_case_that_cannot_be_opened_shuts_away_no_other(store: Store) -> None:
    store.filed(numbered(1), numbered(2), numbered(3))
    store.damage("c2")
    with store.cases.unit("alder") as unit:
        assert [one.id for one in unit.concerns()] == ["c1", "c3"]
        assert unit.broken() == 1
        for ask in (unit.concern, unit.case, lambda id_: unit.by_filing(f"filing of {id_}")):
            with pytest.raises(CaseBroken):
                ask("c2")
            assert ask("c1") is not None
        unit.put(replace(numbered(3), linked=frozenset({"c1"})))
        unit.commit()
    with store.cases.unit("birch") as unit:
        assert unit.broken() == 0
    with store.cases.unit("alder") as unit:
        unit.delete("c2")
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.broken() == 0


def test_a_sign_in_link_is_over_at_its_time(store: Store) -> None:
    with store.cases.unit("alder") as unit:
        assert unit.keep_link(LINK, 5, AT - HOUR)
        assert unit.link("d1", LINK.until - timedelta(microseconds=1)) == LINK
        assert unit.link("d1", LINK.until) is unit.take_link("d1", LINK.until) is None


def test_a_session_is_kept_changed_and_ended(store: Store) -> None:
    used = replace(SESSION, used_at=AT + HOUR / 2)
    with store.cases.unit("alder") as unit:
        unit.keep_session(SESSION)
        unit.keep_session(replace(SESSION, used_at=AT + HOUR / 4))
        assert unit.session("s1") == replace(SESSION, used_at=AT + HOUR / 4)
        unit.used_session("s1", used.used_at)
        unit.used_session("nobodys", used.used_at)
        unit.keep_session(replace(SESSION, digest="s2"))
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.session("s1") == used
        unit.end_session("s1")
        assert unit.session("s1") is None
        assert unit.session("s2") is not None
        assert unit.session("nobodys") is None


def test_all_sessions_and_links_of_one_holder_end_together(store: Store) -> None:
    with store.cases.unit("alder") as unit:
        for holder in ("ann", "bo"):
            unit.keep_session(DeskSession(f"s-{holder}", holder, AT, AT + HOUR))
            assert unit.keep_link(SignInLink(f"d-{holder}", holder, AT + HOUR), 5, AT - HOUR)
        unit.end_sessions("ann")
        unit.commit()
    with store.cases.unit("alder") as unit:
        assert unit.session("s-ann") is unit.link("d-ann", AT) is unit.take_link("d-ann", AT) is None
        assert unit.session("s-bo") is not None
        assert unit.link("d-bo", AT) is not None


def test_concerns_that_are_over_and_past_their_day_are_told(store: Store) -> None:
    day = PLAIN.keep_until
    store.filed(PLAIN, replace(numbered(2), state=State.CLOSED), replace(numbered(3), state=State.IN_ACTION))
    store.filed(
        replace(numbered(4), state=State.WITHDRAWN), replace(numbered(5), state=State.CLOSED, keep_until=date(2099, 1, 1)), school="birch"
    )
    assert store.cases.expired(day) == ()
    assert store.cases.expired(day + timedelta(days=1)) == (("alder", "c2"), ("birch", "c4"))
