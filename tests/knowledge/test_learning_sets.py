"""What is learned from and measured by: sections turned round, and sets that nothing has learned from."""

from __future__ import annotations

import os

import pytest

from knowledge.evaluation import answers
from tools.sections import Asked, Section, sections, turned_round
from tools.sets import invented_schools, unseen_schools

BAN, RULE = "Staff must not photograph pupils on the pier.", "The pier is open from May, unless the wind is high."
SECTION = Section(
    "somebody",
    "the pier",
    (BAN, RULE),
    (
        Asked("can i take a pic of my class on the pier", (0,), "no"),
        Asked("who told them that", (0,), "info"),
        Asked("is it open in june", (1,), "yes"),
        Asked("can we fish there", (), "not_covered"),
    ),
)


def test_a_ban_turned_round_allows_and_only_what_it_forbade_is_asked_of_it() -> None:
    (turned,) = turned_round(SECTION)
    assert turned.clauses == ("Staff may photograph pupils on the pier.", RULE)
    assert turned.asked == (Asked("can i take a pic of my class on the pier", (0,), "yes"),)


def test_a_permission_turned_round_forbids() -> None:
    (turned,) = turned_round(Section("somebody", "the pier", ("Staff may fish.",), (Asked("can we fish", (0,), "yes"),)))
    assert turned.clauses == ("Staff must not fish.",)
    assert [one.verdict for one in turned.asked] == ["no"]


@pytest.mark.parametrize("clause", ["Staff must not fish unless it rains.", "Staff must not fish. They may swim.", "Fish swim."])
def test_what_holds_more_than_one_plain_rule_is_not_turned_round(clause: str) -> None:
    assert list(turned_round(Section("somebody", "fish", (clause,), (Asked("can we fish", (0,), "no"),)))) == []


def test_sections_turned_round_keep_all_other_clauses() -> None:
    for section in sections()[:100]:
        for turned in turned_round(section):
            assert len(turned.clauses) == len(section.clauses)
            assert sum(a != b for a, b in zip(section.clauses, turned.clauses, strict=True)) == 1


def test_every_unseen_question_has_a_clause_that_answers_it_or_says_that_none_does() -> None:
    schools = unseen_schools()
    if not any("(fresh)" in one.school for one in schools):
        assert not os.environ.get("CI"), "../shared is missing"
        pytest.skip("../shared is not there")
    for school in schools:
        said = [(clause.lead_in, clause.text) for clause in school.edition.clauses]
        found = [any(answers(clause, one.gold) for clause in said) for one in school.questions if one.gold]
        assert sum(found) >= 0.9 * len(found), school.school
        assert all(bool(one.gold) == (one.verdict != "not_covered") for one in school.questions)


def test_nothing_unseen_is_learned_from() -> None:
    learned = {one.question for school in invented_schools() for one in school.questions}
    learned |= {one.question for section in sections() for one in section.asked}
    shared = {one.question for school in unseen_schools() for one in school.questions} & learned
    assert shared == set()
