"""The evaluation gives the figures of the reference scorer (../shared/tools/score.py), whatever the answers."""

from __future__ import annotations

import importlib.util
import json
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.evaluation import Given, Labelled, QuestionsUnreadable, answers, read_questions, score
from tests.shared_files import FIVE, five_edition, shared

SAME = (
    "questions", "covered", "right", "hit1", "hit3", "hit10", "rank1", "rank3", "rank10", "silence_precision", "silence_recall",
    "silence_f1",
    "verdict", "headline_share", "headline_right", "unsafe", "confident_wrong",
)  # fmt: skip
VERDICTS = ("no", "yes", "conditional", "info", "not_covered")


@cache
def reference() -> ModuleType:
    """The reference scorer, imported by its path."""
    spec = importlib.util.spec_from_file_location("reference_score", shared("tools/score.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def raw(given_: Given, number: str) -> dict[str, Any]:
    """An answer as the reference scorer reads it."""

    def clauses(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"lead_in": lead, "text": text} for lead, text in pairs]

    return {
        "id": number, "verdict": given_.verdict, "confident": given_.confident,
        "clauses": clauses(given_.clauses), "related": clauses(given_.related),
    }  # fmt: skip


def row(labelled: Labelled) -> dict[str, Any]:
    """A labelled question as the reference scorer reads it."""
    return {
        "id": labelled.id, "school": labelled.school, "question": labelled.question, "verdict": labelled.verdict,
        "gold": list(labelled.gold), "also": list(labelled.also), "style": labelled.style,
    }  # fmt: skip


def agree(pairs: list[tuple[Labelled, Given]]) -> None:
    """Asserts that both scorers give the same figures."""
    theirs = reference().score_questions(
        [row(label) for label, _ in pairs], {label.id: raw(answer, label.id) for label, answer in pairs}, False
    )
    ours = score(pairs)
    figures = ours.all.shares()
    assert {name: round(figures[name], 4) for name in SAME} == {name: theirs[name] for name in SAME}
    for mine, name in ((ours.by_school, "by_school"), (ours.by_style, "by_style")):
        told = {key: figure.replace("True", "1").replace("False", "0") for key, figure in theirs[name].items()}  # its first count is a bool
        assert {key: f"{part.counts['right']:d}/{part.questions}" for key, part in mine.items()} == told


def labelled(school: str) -> list[Labelled]:
    """The labelled questions of one of the five."""
    return read_questions(shared(f"questions/{school}.dev.jsonl"))


def random_answer(label: Labelled, school: str, chance: random.Random) -> Given:
    """An answer that is right, nearly right or wrong by chance."""
    pool = [(clause.lead_in, clause.text) for clause in five_edition(school).clauses]
    pool += [("", quote) for quote in label.gold] + [("", " ".join(quote.split()[: chance.randint(1, 12)])) for quote in label.gold]
    found = tuple(chance.sample(pool, chance.randint(0, 6)))
    return Given(chance.choice(VERDICTS), chance.random() < 0.7, found if chance.random() < 0.8 else (), tuple(chance.sample(pool, 3)))


@pytest.mark.parametrize("school", FIVE)
@pytest.mark.parametrize("seed", range(3))
def test_random_answers_to_the_labelled_questions_score_the_same(school: str, seed: int) -> None:
    chance = random.Random(f"{school}{seed}")
    agree([(label, random_answer(label, school, chance)) for label in labelled(school)])


def test_answers_to_all_schools_together_score_the_same() -> None:
    chance = random.Random(1)
    agree([(label, random_answer(label, school, chance)) for school in FIVE for label in labelled(school)])


WORDS = st.lists(st.sampled_from(["staff", "must", "not", "Post", "it’s", "<b>a</b>", "&amp;", "photo.", "of", "pupils,"]), max_size=9).map(
    " ".join
)
PAIR = st.tuples(WORDS, WORDS)
GIVEN = st.builds(
    Given, st.sampled_from(VERDICTS), st.booleans(), st.lists(PAIR, max_size=4).map(tuple), st.lists(PAIR, max_size=2).map(tuple)
)
LABEL = st.builds(
    Labelled, st.just(""), st.sampled_from(["one", "two"]), st.just("q"), st.sampled_from(VERDICTS), st.lists(WORDS, max_size=2).map(tuple),
    st.just(()), st.sampled_from(["plain", "typo"]),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(LABEL, GIVEN), max_size=6))
def test_invented_answers_score_the_same(pairs: list[tuple[Labelled, Given]]) -> None:
    named = [
        (Labelled(str(at), label.school, label.question, label.verdict, label.gold, label.also, label.style), answer)
        for at, (label, answer) in enumerate(pairs)
    ]
    agree(named)


QUOTE = "staff must never share a password with anybody"
EDGES = {
    "no questions at all": [],
    "a verdict of not_covered with clauses": [(("no", (QUOTE,)), Given("not_covered", True, (("", QUOTE),)))],
    "a verdict without a clause": [(("no", (QUOTE,)), Given("no", True, ()))],
    "related only": [(("no", (QUOTE,)), Given("not_covered", False, (), (("", QUOTE),)))],
    "silence where the policy is silent": [(("not_covered", ()), Given("not_covered", True, ()))],
    "clauses where the policy is silent": [(("not_covered", ()), Given("info", True, (("", QUOTE),)))],
    "an unsafe yes": [(("no", (QUOTE,)), Given("yes", True, (("", QUOTE),)))],
    "the quote in the lead-in alone": [(("no", (QUOTE,)), Given("no", True, ((QUOTE, "something else"),)))],
    "the quote over lead-in and text": [(("no", (QUOTE,)), Given("no", True, (("staff must never", "share a password with anybody"),)))],
    "sixty per cent of the quote": [(("no", (QUOTE,)), Given("no", True, (("", "staff must never share a"),)))],
    "sixty per cent in crumbs": [(("no", (QUOTE,)), Given("no", True, (("", "staff must x never share y password with"),)))],
    "a clause of 121 words": [(("no", (QUOTE,)), Given("no", True, (("", f"{QUOTE} {'and ' * 113}"),)))],
    "a clause of 120 words": [(("no", (QUOTE,)), Given("no", True, (("", f"{QUOTE} {'and ' * 112}"),)))],
    "an eleventh clause": [(("no", (QUOTE,)), Given("no", True, (*(("", f"rule {at}") for at in range(10)), ("", QUOTE))))],
    "marks and apostrophes": [(("yes", ("it’s the school's",)), Given("yes", True, (("", "<b>Its</b> the schools &amp; ours"),)))],
}


@pytest.mark.parametrize("case", sorted(EDGES))
def test_edge_cases_score_the_same(case: str) -> None:
    agree([(Labelled(str(at), "s", "q", verdict, gold), answer) for at, ((verdict, gold), answer) in enumerate(EDGES[case])])


def test_a_clause_answers_as_the_reference_says() -> None:
    theirs = reference()
    chance = random.Random(7)
    for label in labelled("dobcroft"):
        for clause in chance.sample(five_edition("dobcroft").clauses, 12):
            pair = {"lead_in": clause.lead_in, "text": clause.text}
            assert answers((clause.lead_in, clause.text), label.gold) == theirs.answers(pair, list(label.gold))


def test_misses_hold_every_answer_that_is_wrong_or_has_another_verdict() -> None:
    right, late = Labelled("a", "s", "q", "no", (QUOTE,)), Labelled("b", "s", "q", "yes", (QUOTE,))
    good = Given("no", True, (("", QUOTE),))
    scores = score([(right, good), (late, good), (right, Given("not_covered", True, ()))])
    assert [(label.id, was_right) for label, _, was_right in scores.misses] == [("b", True), ("a", False)]


def test_the_labelled_questions_are_all_read() -> None:
    for school in FIVE:
        rows = labelled(school)
        assert len(rows) == 40
        assert all(question.gold or question.verdict == "not_covered" for question in rows)


ROW = {"id": "a", "school": "s", "question": "q", "verdict": "no", "gold": ["x"]}


@pytest.mark.parametrize(
    "bad",
    [
        "{not json", json.dumps(ROW | {"verdict": "maybe"}), json.dumps({key: ROW[key] for key in ROW if key != "question"}),
        json.dumps({key: ROW[key] for key in ROW if key != "gold"}), "[]", '"text"', json.dumps(ROW | {"gold": None}),
        json.dumps(ROW | {"verdict": []}),
        json.dumps(ROW | {"gold": "one quote, not in a list"}), "null",
    ],
)  # fmt: skip
def test_an_unreadable_line_names_file_and_line(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "ours.jsonl"
    path.write_text(f"{json.dumps(ROW)}\n\n{bad}\n", encoding="utf-8")
    with pytest.raises(QuestionsUnreadable, match=r"ours\.jsonl, line 3") as raised:
        read_questions(path)
    assert "gold" in raised.value.next_step


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"\x80\x81\n"])
def test_a_file_that_is_not_text_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ours.jsonl"
    path.write_bytes(content)
    with pytest.raises(QuestionsUnreadable, match=r"ours\.jsonl"):
        read_questions(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionsUnreadable, match=r"ours\.jsonl"):
        read_questions(tmp_path / "ours.jsonl")
