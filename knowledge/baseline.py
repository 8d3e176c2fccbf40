"""Plain BM25 as an answerer: what any search box could do, to be printed beside our own figures."""

from __future__ import annotations

import numpy as np

from knowledge.evaluation import Given
from knowledge.index import PolicyIndex
from knowledge.verdict import VERDICT_OF, Verdict
from knowledge.words import stems


def bm25_answer(question: str, index: PolicyIndex) -> Given:
    """The answer of plain BM25 over stems: ten clauses, the verdict from the first one's stance, silence where no word is met."""
    scores, _ = index.bm25(dict.fromkeys(stems(question), 1.0))
    by_clause = scores[index.whole]
    best = [int(at) for at in np.argsort(-by_clause, kind="stable")[:10] if by_clause[at] > 0]
    if not best:
        return Given(Verdict.NOT_COVERED, True, ())
    quoted = tuple((index.clauses[at].lead_in, index.clauses[at].text) for at in best)
    return Given(VERDICT_OF[index.clauses[best[0]].stance], True, quoted)
