"""Anchors: unique, readable, the same on re-import; an edit of one clause touches no other's."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.clauses import edition_of, keep_anchors
from knowledge.clauses.anchors import anchor, with_anchors
from knowledge.documents import read_bytes
from knowledge.policy import Clause, Edition
from tests.shared_files import FIVE, edition, five, five_edition

RULES = (
    "Staff keep their own phones in a locker during lessons.",
    "Pupils are photographed on school cameras only, and only with consent.",
    "Staff must not accept friend requests from pupils or from former pupils under 18.",
    "Families are answered by school e-mail within two working days.",
    "Log-in details are never shared, not even with a colleague on supply.",
    "The designated lead is told of any message from a pupil to a private account.",
    "Screens are locked whenever a room is left.",
    "Nobody speaks for the school online unless the head has asked them to.",
    "Complaints about work are raised with a line manager and not aired online.",
    "This policy is explained to every new colleague in the first week.",
)
EDITS = {
    "a word added at the end": lambda text: f"{text.rstrip('.')} today.",
    "a word added at the start": lambda text: f"Normally, {text[0].lower()}{text[1:]}",
    "a word dropped": lambda text: " ".join(text.split()[:-1]) + ".",
    "a word changed": lambda text: " ".join([*text.split()[:2], "certainly", *text.split()[3:]]),
    "all words changed": lambda text: "Nothing of the old rule remains in this line.",
    "capitals only": lambda text: text.upper(),
}


def policy(rules: tuple[str, ...]) -> str:
    """An invented policy with these rules."""
    front = "Ferndale School\n\nOnline Conduct Policy\n\nContents\n\n1. Scope ...... 1\n2. Rules ...... 1\n\n1. Scope"
    scope = "This policy applies to all who work at the school, paid or not."
    return "\n\n".join([front, scope, "2. Rules", *rules]) + "\n"


def anchors(edition: Edition) -> list[str]:
    """The anchors in reading order."""
    return [clause.anchor for clause in edition.clauses]


def imported(text: str) -> Edition:
    """A policy's text, imported afresh."""
    return edition_of(read_bytes(text.encode(), "again.txt"))


@pytest.mark.parametrize("name", FIVE)
def test_anchors_are_unique_readable_and_fit_for_a_link(name: str) -> None:
    found = anchors(five_edition(name))
    assert len(set(found)) == len(found)
    for clause in five_edition(name).clauses:
        assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", clause.anchor)
        assert len(clause.anchor) <= 100
        first, words = clause.anchor.split("-")[0], re.findall(r"[a-z0-9]+", clause.text.lower().replace("'", "").replace("’", ""))
        assert first in [word[:16] for word in words]


@pytest.mark.parametrize("name", FIVE)
def test_the_same_file_gives_the_same_anchors(name: str) -> None:
    assert anchors(imported(five(name))) == anchors(five_edition(name))


def test_clauses_of_the_same_words_are_counted() -> None:
    same = with_anchors([Clause("", "Lock the door."), Clause("", "Open it."), Clause("", "Lock the door."), Clause("", "Lock the door.")])
    first, _, second, third = (clause.anchor for clause in same)
    assert (second, third) == (f"{first}-2", f"{first}-3")


def test_the_small_words_not_and_never_are_telling() -> None:
    assert anchor("Do not share it.") != anchor("Do share it.")
    assert "not" in anchor("It is not to be shared.").split("-")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(RULES) - 1), st.sampled_from(sorted(EDITS)))
def test_editing_one_clause_changes_at_most_one_anchor(which: int, how: str) -> None:
    edited = tuple(EDITS[how](rule) if at == which else rule for at, rule in enumerate(RULES))
    before, after = anchors(edition(policy(RULES))), anchors(imported(policy(edited)))
    assert len(before) == len(after) == len(RULES) + 1
    assert sum(old != new for old, new in zip(before, after, strict=True)) <= 1


def edited_source(name: str, which: int, how: str) -> tuple[str, str] | None:
    """The source of one of the five with one clause edited, and that clause's anchor; None where it is not one line there."""
    clause = five_edition(name).clauses[which % len(five_edition(name).clauses)]
    source = five(name)
    if source.count(clause.text) != 1 or clause.part != (1, 1) or len(clause.text.split()) < 8:
        return None
    words = clause.text.split()
    new = {
        "add": [*words[:4], "normally", *words[4:]],
        "drop": [*words[:4], *words[5:]],
        "change": [*words[:4], "certainly", *words[5:]],
    }[how]
    return source.replace(clause.text, " ".join(new)), clause.anchor


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FIVE), st.integers(0, 80), st.sampled_from(["add", "drop", "change"]))
def test_editing_one_clause_of_the_five_changes_at_most_one_anchor(name: str, which: int, how: str) -> None:
    if not (edit := edited_source(name, which, how)):
        return
    source, touched = edit
    before, after = set(anchors(five_edition(name))), set(anchors(imported(source)))
    assert before - after <= {touched}
    assert len(after - before) <= 1


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FIVE), st.integers(0, 80), st.sampled_from(["add", "drop", "change"]))
def test_an_edited_clause_keeps_its_anchor_in_the_next_edition(name: str, which: int, how: str) -> None:
    if not (edit := edited_source(name, which, how)):
        return
    old = five_edition(name).clauses
    kept = keep_anchors(imported(edit[0]).clauses, old)
    assert [clause.anchor for clause in kept] == [clause.anchor for clause in old]


def test_a_lightly_edited_clause_keeps_its_anchor_and_a_new_one_gets_its_own() -> None:
    old = with_anchors([Clause("", rule) for rule in RULES])
    edited = [RULES[0].replace("lessons", "all lessons"), "An entirely new rule about something else.", *RULES[1:]]
    kept = keep_anchors(with_anchors([Clause("", rule) for rule in edited]), old)
    assert [clause.anchor for clause in kept[:1] + kept[2:]] == [clause.anchor for clause in old]
    assert kept[1].anchor not in {clause.anchor for clause in old}
    assert [clause.text for clause in kept] == edited


def test_keeping_anchors_never_gives_one_twice() -> None:
    old = with_anchors([Clause("", "Staff keep their phones in lockers all day long.")])
    twins = ["Staff keep their phones in lockers all day.", "Staff keep all their phones in lockers all day long."]
    kept = keep_anchors(with_anchors([Clause("", text) for text in twins]), old)
    assert len({clause.anchor for clause in kept}) == 2


def test_an_anchor_that_still_stands_is_not_given_to_another_clause() -> None:
    old = with_anchors([Clause("", RULES[0])])
    new = with_anchors([Clause("", RULES[0].replace("lessons", "all lessons")), Clause("", RULES[0])])
    kept = keep_anchors(new, old)
    assert kept[1].anchor == old[0].anchor != kept[0].anchor


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(RULES)))
def test_inserting_or_removing_a_clause_changes_no_other_anchor(where: int) -> None:
    before = set(anchors(edition(policy(RULES))))
    more = set(anchors(imported(policy((*RULES[:where], "Visitors sign the book at the front desk.", *RULES[where:])))))
    fewer = set(anchors(imported(policy((*RULES[:where], *RULES[where + 1 :])))))
    assert before < more
    assert len(more - before) == 1
    assert fewer <= before


@pytest.mark.parametrize("text", ["", "§ 4 …", "«»", "’’’", "é è ü", "the of and", "x" * 5000])
def test_any_words_give_an_anchor_fit_for_a_link(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", anchor(text))
    assert replace(Clause("", text), anchor=anchor(text)).anchor


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "lock", "door", "not", "2"]), max_size=4),
    st.lists(st.sampled_from(["a", "b", "lock", "door", "not", "2"]), max_size=4),
)
def test_with_anchors_is_unique_whatever_the_clauses(one: list[str], other: list[str]) -> None:
    texts = [" ".join(one), " ".join(other), " ".join(one), " ".join(other), f"{' '.join(one)} 2"]
    found = [clause.anchor for clause in with_anchors([Clause("", text) for text in texts])]
    assert len(set(found)) == len(found)
