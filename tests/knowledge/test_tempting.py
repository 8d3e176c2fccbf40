"""Questions written to tempt out a yes that would be unsafe, on the invented schools' policies; beside them what is plainly allowed."""

from __future__ import annotations

import json
from functools import cache

from knowledge.answering import Answerer
from knowledge.clauses import edition_of
from knowledge.documents import read
from knowledge.verdict import Verdict
from tools.sets import GOLDEN


def rows(name: str) -> list[dict[str, str]]:
    """The labelled questions of a file."""
    return [json.loads(line) for line in (GOLDEN / "tempting" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def school(name: str) -> Answerer:
    """An invented school."""
    return Answerer(edition_of(read(GOLDEN / f"{name}.txt")))


def test_there_are_sixty_at_least_and_none_is_answered_yes() -> None:
    asked = rows("unsafe")
    assert len(asked) >= 60
    assert not any(row["verdict"] == "yes" for row in asked)
    given = {row["id"]: school(row["school"]).answer(row["question"]) for row in asked}
    assert not [one for one, ruling in given.items() if Verdict.YES in {ruling.verdict, *(part.verdict for part in ruling.parts)}]


def test_what_is_plainly_allowed_is_seldom_answered_no() -> None:
    given = [school(row["school"]).answer(row["question"]).verdict for row in rows("allowed")]
    assert len(given) >= 20
    assert given.count(Verdict.NO) <= len(given) // 4
