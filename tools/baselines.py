"""What any search box could do, answered and scored like our own: plain BM25 over stems, and SQLite's full text search."""

from __future__ import annotations

from collections.abc import Callable

from knowledge.baseline import bm25_answer
from knowledge.evaluation import Given
from knowledge.index import PolicyIndex
from knowledge.verdict import VERDICT_OF, Verdict
from tools.bench import with_fts5


def with_bm25(index: PolicyIndex) -> Callable[[str], Given]:
    """A function that answers by plain BM25."""
    return lambda question: bm25_answer(question, index)


def with_sqlite(index: PolicyIndex) -> Callable[[str], Given]:
    """A function that answers by FTS5: ten clauses, the verdict from the first one's stance, silence where no word is met."""
    search = with_fts5(index.edition)

    def answer(question: str) -> Given:
        found = [index.clauses[number - 1] for (number,) in search(question)]  # SQLite counts rows from 1
        if not found:
            return Given(Verdict.NOT_COVERED, True, ())
        return Given(VERDICT_OF[found[0].stance], True, tuple((clause.lead_in, clause.text) for clause in found))

    return answer


BASELINES = {"BM25": with_bm25, "SQLite FTS5": with_sqlite}
