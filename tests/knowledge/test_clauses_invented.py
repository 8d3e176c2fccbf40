"""The accounting holds for any invented policy too: whatever its headings, lists and tables, no word is lost and none is quoted twice."""

from __future__ import annotations

import re
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.policy import LONGEST_CLAUSE
from tests.knowledge.test_clauses import pieces, place_clauses, stream, unaccounted
from tests.shared_files import edition

WORDS = ["staff", "phones", "school", "pupils", "parents", "lessons", "e-mail", "photographs", "consent", "head", "online", "trips"]
SOME = st.lists(st.sampled_from(WORDS), min_size=3, max_size=9).map(" ".join)
SENTENCE = st.builds(lambda who, rest: f"{who} {rest}.", st.sampled_from(["Staff must keep", "Staff must not share"]), SOME)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=3).map(" ".join)
HEADING = st.builds(
    lambda number, words: f"{number}{words.title()}", st.sampled_from(["", "2. ", "3. ", "A. ", "4.1 ", "Section 5 – "]), SOME
)
LEAD = st.sampled_from(["Staff must:", "Staff must not:", "DO NOT", "The following are not acceptable:", "Please remember:", "Always"])
MARK = st.sampled_from(["- ", "• ", "(a) ", "(i) ", "1) ", "  - ", "b. "])
ITEMS = st.lists(
    st.builds(lambda mark, words, end: f"{mark}{words}{end}", MARK, SOME, st.sampled_from(["", ";", "."])), min_size=2, max_size=5
)
LIST = st.builds(lambda lead, items, gap: f"{lead}\n\n" + gap.join(items), LEAD, ITEMS, st.sampled_from(["\n", "\n\n"]))
TABLE = st.lists(st.builds(lambda one, other: f"{one}\t{other}", SOME, PARAGRAPH), min_size=1, max_size=3).map("\n".join)
ASKED = st.builds(lambda words, answer: f"Can I use {words}?\n\n{answer}", SOME, PARAGRAPH)
PART = st.one_of(PARAGRAPH, st.builds(lambda heading, below: f"{heading}\n\n{below}", HEADING, PARAGRAPH), LIST, TABLE, ASKED)


def told_apart(parts: list[str]) -> str:
    """A policy of these parts, each invented word made unlike every other, so that a clause can only be in one place."""
    letters = product("bcdfgh", "aeiou", "klmnr")
    text = "\n\n".join(parts)
    text = re.sub(rf"(?i)\b(?:{'|'.join(WORDS)})\b(?=[\s.;?]|$)", lambda word: f"{word[0]}{''.join(next(letters, 'xyz'))}", text)
    return f"Ferndale School\n\nOnline Conduct Policy\n\n{text}\n\nEverybody must read this.\n"


POLICY = st.lists(PART, min_size=1, max_size=6).map(told_apart)


@settings(max_examples=150, deadline=None)
@given(POLICY)
def test_every_word_of_an_invented_policy_is_in_one_clause_or_one_named_piece(text: str) -> None:
    read = edition(text)
    words = stream(text)
    assert place_clauses(words, read) == []
    named, gap = pieces(read), []
    for word in [*words, type(words[0])("", 0, first=False, clause=0)]:
        if word.clause < 0:
            gap.append(word)
            continue
        assert unaccounted(gap, named) == [], [word.text for word in gap]
        gap = []


@settings(max_examples=80, deadline=None)
@given(POLICY)
def test_every_clause_of_an_invented_policy_has_its_own_anchor_and_no_more_than_120_words(text: str) -> None:
    clauses = edition(text).clauses
    assert len({clause.anchor for clause in clauses}) == len(clauses)
    assert all(clause.text.strip() and len(clause.text.split()) <= LONGEST_CLAUSE for clause in clauses)
