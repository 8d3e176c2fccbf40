"""The accounting test: every line of the five policies is a clause, a lead-in, a heading or named furniture, once and word for word."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import pytest

from knowledge.policy import LONGEST_CLAUSE, Edition
from knowledge.sentences import sentences
from tests.shared_files import FIVE, five, five_edition, printed_words

FURNITURE = {
    "contents", "title page", "said twice", "signature", "page number", "end mark", "source of a quotation", "school's name", "lead-in",
}  # fmt: skip
NUMBER = re.compile(r"^(?:\(?(?:[ivx]{1,5}|[a-z]|\d{1,2})[.)]|\d{1,2}(?:\.\d{1,2})*\.?)$", re.IGNORECASE)


@dataclass
class Word:
    """One printed word of a source text, its line, and which clause it was found in (-1: none)."""

    text: str
    line: int
    first: bool  # of its line: a number here may be the item's own
    clause: int = -1


def stream(source: str) -> list[Word]:
    """The printed words of a source text in order."""
    return [
        Word(word, number, at == 0)
        for number, line in enumerate(source.splitlines(), start=1)
        for at, word in enumerate(printed_words(line))
    ]


def place_clauses(words: list[Word], edition: Edition) -> list[str]:
    """Marks the words of each clause, looked for in reading order after the clause before; gives the clauses that are no run of them."""
    texts = [word.text for word in words]
    cursor, lost = 0, []
    for number, clause in enumerate(edition.clauses):
        run = printed_words(clause.text)
        start = next((at for at in range(cursor, len(texts) - len(run) + 1) if texts[at : at + len(run)] == run), None)
        if start is None:
            lost.append(clause.text)
            continue
        for word in words[start : start + len(run)]:
            word.clause = number
        cursor = start + len(run)
    return lost


def plain(words: list[str]) -> tuple[str, ...]:
    """Words for comparing headings and furniture: case and punctuation off."""
    return tuple(bare for word in words if (bare := re.sub(r"\W", "", word).casefold()))


def pieces(edition: Edition) -> set[tuple[str, ...]]:
    """Everything the edition names beside its clauses: heading titles, lead-ins, furniture."""
    texts = [path[-1] for path in edition.headings] + [left.text for left in edition.left_out]
    return {plain(printed_words(text)) for text in texts} - {()}


def unaccounted(gap: list[Word], named: set[tuple[str, ...]]) -> list[int]:
    """The source lines of a stretch between two clauses that no run of named pieces (and numbers of items) covers."""
    told = [(bare, word) for word in gap if (bare := re.sub(r"\W", "", word.text).casefold())]
    bare = tuple(text for text, _ in told)
    reached = {0}
    for at in range(len(bare)):
        if at not in reached:
            continue
        if told[at][1].first and NUMBER.match(told[at][1].text):
            reached.add(at + 1)
        reached |= {at + len(piece) for piece in named if bare[at : at + len(piece)] == piece}
    return [] if len(bare) in reached else sorted({word.line for _, word in told[max(reached) :]})


@pytest.mark.parametrize("name", FIVE)
def test_every_line_of_the_source_is_a_clause_a_lead_in_a_heading_or_named_furniture(name: str) -> None:
    source, edition = five(name), five_edition(name)
    words = stream(source)
    assert not place_clauses(words, edition)
    named = pieces(edition)
    lines = source.splitlines()
    missing: list[str] = []
    gap: list[Word] = []
    for word in [*words, Word("", 0, first=False, clause=0)]:
        if word.clause < 0:
            gap.append(word)
        else:
            missing += [f"line {number}: {lines[number - 1][:100]}" for number in unaccounted(gap, named)]
            gap = []
    assert not missing


@pytest.mark.parametrize("name", FIVE)
def test_every_clause_is_a_run_of_the_source_s_words_in_reading_order(name: str) -> None:
    words = stream(five(name))
    assert place_clauses(words, five_edition(name)) == []
    assert len({word.clause for word in words} - {-1}) == len(five_edition(name).clauses)


@pytest.mark.parametrize("name", FIVE)
def test_every_lead_in_is_made_of_runs_of_the_source_s_words(name: str) -> None:
    text = f" {' '.join(word.text for word in stream(five(name)))} "
    for clause in five_edition(name).clauses:
        left, runs = printed_words(clause.lead_in), 0
        while left and runs <= 3:  # a lead-in of each level of the list
            length = next((n for n in range(len(left), 0, -1) if f" {' '.join(left[:n])} " in text), len(left) + 1)
            left, runs = left[length:], runs + 1
            assert length <= len(printed_words(clause.lead_in)), clause.lead_in
        assert runs <= 3, clause.lead_in


@pytest.mark.parametrize("name", FIVE)
def test_no_sentence_is_in_two_clauses_unless_the_source_says_it_twice(name: str) -> None:
    source = f" {' '.join(word.text for word in stream(five(name)))} "
    clauses = five_edition(name).clauses
    said = Counter(" ".join(printed_words(sentence)) for clause in clauses for sentence in sentences(clause.text))
    assert [sentence for sentence, times in said.items() if times > source.count(f" {sentence} ")] == []


@pytest.mark.parametrize("name", FIVE)
def test_no_clause_stands_inside_another(name: str) -> None:
    source = " ".join(word.text for word in stream(five(name)))
    texts = [" ".join(printed_words(clause.text)) for clause in five_edition(name).clauses]
    inside = [
        short
        for at, short in enumerate(texts)
        for other, long in enumerate(texts)
        if at != other and f" {short} " in f" {long} " and source.count(short) < 2
    ]
    assert inside == []


@pytest.mark.parametrize("name", FIVE)
def test_no_clause_is_longer_than_120_words(name: str) -> None:
    assert [clause.text for clause in five_edition(name).clauses if len(clause.text.split()) > LONGEST_CLAUSE] == []


@pytest.mark.parametrize("name", FIVE)
def test_no_heading_and_no_contents_line_is_a_clause(name: str) -> None:
    edition = five_edition(name)
    titles = {plain(printed_words(part)) for path in edition.headings for part in path}
    titles |= {plain(printed_words(line.title)) for line in edition.contents}
    titles |= {plain(printed_words(left.text)) for left in edition.left_out if left.why == "contents"}
    assert [clause.text for clause in edition.clauses if plain(printed_words(clause.text)) in titles] == []


@pytest.mark.parametrize("name", FIVE)
def test_every_section_named_on_the_contents_page_is_a_heading(name: str) -> None:
    edition = five_edition(name)
    numbers = {re.sub(r"^(?:Section|Appendix) ", "", path[-1]).split()[0].rstrip(".") for path in edition.headings}
    for line in edition.contents:
        number = line.number.removeprefix("Section ").rstrip(".")
        if number and not number.startswith("Appendix"):
            assert number in numbers, f"{line.number} {line.title}"


@pytest.mark.parametrize("name", FIVE)
def test_furniture_is_named_short_and_never_a_rule(name: str) -> None:
    for left in five_edition(name).left_out:
        assert left.why in FURNITURE
        if left.why != "lead-in":
            assert len(left.text.split()) <= 20, left.text
            assert not re.search(r"\b(?:must|should|shall|do not|never)\b", left.text), left.text


@pytest.mark.parametrize("name", FIVE)
def test_what_is_named_a_lead_in_leads_into_a_clause(name: str) -> None:
    edition = five_edition(name)
    leads = [left.text for left in edition.left_out if left.why == "lead-in"]
    assert [lead for lead in leads if not any(lead in clause.lead_in for clause in edition.clauses)] == []


def test_the_accounting_notices_a_line_that_no_piece_names() -> None:
    gap = stream("1. Scope\nA rule that was lost on the way\n")
    assert unaccounted(gap, {("scope",)}) == [2]
    assert unaccounted(gap[:2], {("scope",)}) == []


@pytest.mark.parametrize("name", FIVE)
def test_clauses_of_one_paragraph_say_which_part_they_are(name: str) -> None:
    clauses = five_edition(name).clauses
    for before, after in pairwise(clauses):
        if after.part[0] > 1:
            assert before.part == (after.part[0] - 1, after.part[1])
            assert (before.section, before.number, before.lead_in) == (after.section, after.number, after.lead_in)
    assert all(1 <= clause.part[0] <= clause.part[1] for clause in clauses)
