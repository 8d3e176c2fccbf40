"""Tokens met with tokens: what is told of a clause does not depend on its company, and the bundled numbers can be used."""

from __future__ import annotations

import numpy as np
import pytest

import knowledge.encoder.meeting
from knowledge.encoder import encoder
from knowledge.encoder.meeting import Meeting, Rows, meeting
from knowledge.errors import DataFault

SMALL = 3


def drawn(*shape: int) -> Rows:
    """Numbers that are the same each time."""
    return np.random.default_rng(len(shape) + sum(shape)).standard_normal(shape).astype(np.float32)


def made() -> Meeting:
    """A small one."""
    return Meeting(drawn(4 * SMALL, SMALL), drawn(SMALL), drawn(4 * SMALL, SMALL) / 2, drawn(SMALL) / 2, 5.0)


def by_hand(one: Meeting, asked: Rows, said: Rows) -> Rows:
    """The same, token by token, as the paper has it."""

    def alike(a: Rows, b: Rows) -> float:
        return one.sharpness * float(a @ b) / float(np.linalg.norm(a) * np.linalg.norm(b))

    def compared(own: Rows, other: Rows, weights: Rows, bias: Rows) -> Rows:
        rows = []
        for token in own:
            pull = np.exp([alike(token, beside) for beside in other])
            met = (pull / pull.sum()) @ other
            rows.append(np.maximum(np.concatenate([token, met, token * met, abs(token - met)]) @ weights + bias, 0))
        return np.concatenate([np.mean(rows, axis=0), np.max(rows, axis=0)])

    return np.concatenate([compared(asked, said, one.asked, one.asked_bias), compared(said, asked, one.said, one.said_bias)])


def test_it_tells_what_the_paper_says() -> None:
    asked, said = drawn(4, SMALL), drawn(6, SMALL)
    assert made().told(asked, [said])[0] == pytest.approx(by_hand(made(), asked, said), abs=1e-4)


def test_what_is_told_of_a_clause_does_not_depend_on_those_beside_it() -> None:
    asked, clauses = drawn(5, SMALL), [drawn(1, SMALL), drawn(9, SMALL), drawn(4, SMALL)]
    together = made().told(asked, clauses)
    assert together.shape == (3, 4 * SMALL)
    for at, clause in enumerate(clauses):
        assert together[at] == pytest.approx(made().told(asked, [clause])[0], abs=1e-5)


def test_the_bundled_one_reads_what_the_encoder_writes() -> None:
    question, clause = encoder().read(["can I add pupils?", "Staff must not add pupils as friends."])
    told = meeting().told(question.details, [clause.details])
    assert told.shape == (1, 4 * question.details.shape[1])
    assert np.isfinite(told).all()
    assert told.any()


def test_a_damaged_file_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(knowledge.encoder.meeting, "files", lambda _: tmp_path)
    meeting.cache_clear()
    with pytest.raises(DataFault, match="make encoder"):
        meeting()
    meeting.cache_clear()
