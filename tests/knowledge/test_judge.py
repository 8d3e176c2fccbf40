"""The judge: what it reads off a clause, how that puts clauses in order, and that its file is of these sections and this encoder."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

import knowledge.judge
from knowledge.encoder import encoder
from knowledge.errors import DataFault
from knowledge.judge import VERDICTS, Reading, Side, judge
from knowledge.question import forms_of
from knowledge.ranking import Ranked
from knowledge.rereading import put_in_order
from knowledge.stance import stance_of
from knowledge.words import tokens
from tools.sections import encoder_digest, sections, sections_digest


def read(question: str, clause: str) -> Reading:
    """The reading of a clause of one sentence."""
    (asked, meaning), stance = encoder().read([question, clause]), stance_of(clause)
    return judge().read(asked, forms_of(" ".join(tokens(question))), [Side(meaning, stance, meaning.vector, stance)])[0]


def verdict(reading: Reading) -> str:
    """The likeliest verdict."""
    return VERDICTS[int(np.argmax(reading.verdicts))]


@pytest.mark.parametrize(
    ("question", "clause", "said"),
    [
        ("can i be friends with pupils on facebook", "Staff must not accept friend requests from pupils on any social network.", "no"),
        ("can I have my phone out in the staff room", "Staff may use their personal phones freely in the staff room.", "yes"),
        (
            "can I put a photo of the class on the website",
            "Photographs may be put on the website only with parents' consent.",
            "conditional",
        ),
        ("who do I tell if a pupil messages me", "Messages from pupils are reported to the designated safeguarding lead.", "info"),
    ],
)
def test_it_reads_that_a_clause_answers_and_what_it_says(question: str, clause: str, said: str) -> None:
    reading = read(question, clause)
    assert reading.answers > 0
    assert verdict(reading) == said


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("how often do I have to change my password", "Staff must not share their password with anyone, including colleagues."),
        ("can I give a pupil a lift home", "Photographs of pupils are taken on school cameras only."),
        ("what is for lunch today", "Staff must not accept friend requests from pupils on any social network."),
    ],
)
def test_it_reads_that_a_clause_does_not_answer(question: str, clause: str) -> None:
    assert read(question, clause).answers < 0


def test_the_same_sentence_turned_round_is_read_the_other_way() -> None:
    question = "can I connect with parents on LinkedIn"
    banned, freed = (
        read(question, "Staff must not connect with parents on LinkedIn."),
        read(question, "Staff may connect with parents on LinkedIn."),
    )
    assert banned.verdicts[0] > freed.verdicts[0] + 0.3
    assert freed.verdicts[1] > banned.verdicts[1] + 0.3


def test_what_was_read_counts_and_no_clause_is_lost() -> None:
    ranked = [Ranked(clause, clause, score) for clause, score in enumerate((3.0, 2.5, 2.0, 1.9))]
    told = put_in_order(ranked, [Reading(-3.0, (0.25,) * 4), Reading(3.0, (0.25,) * 4)], counts=1.0)
    assert [one.clause for one in told.ranked] == [1, 0, 2, 3]
    assert [one.answers for one in told.readings] == [3.0, -3.0]
    scores = [one.score for one in told.ranked]
    assert scores == sorted(scores, reverse=True)
    assert put_in_order(ranked, [], counts=1.0).ranked == ranked


def test_its_file_is_of_these_sections_and_this_encoder() -> None:
    with files("knowledge").joinpath("judge.npz").open("rb") as file, np.load(file) as stored:
        made = json.loads(stored["made"].tobytes())
    assert made == {"sections": sections_digest(), "encoder": encoder_digest()}, "run `make judge`, then `make fit`"


def test_the_sections_are_labelled_as_they_should_be() -> None:
    assert sum(len(section.asked) for section in sections()) > 6_000
    for section in sections():
        for asked in section.asked:
            assert bool(asked.answers) == (asked.verdict != "not_covered")
            assert all(at < len(section.clauses) for at in asked.answers)
            assert asked.verdict in (*VERDICTS, "not_covered")


def test_a_damaged_file_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(knowledge.judge, "files", lambda _: tmp_path)
    knowledge.judge.judge.cache_clear()
    with pytest.raises(DataFault, match="make judge"):
        judge()
    knowledge.judge.judge.cache_clear()
