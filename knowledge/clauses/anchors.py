"""Anchors: what a link to a clause ends in, made of the clause's own words, so that only an edit of it changes its anchor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

from rapidfuzz import fuzz, process

from knowledge.policy import Clause

SMALL_WORDS = frozenset("a an and are as at be by for from in is it its of on or that the their this to with will they".split())
SAME_CLAUSE = 80  # per cent of alike words (rapidfuzz token-order ratio) above which an edited clause keeps its anchor


def anchor(text: str) -> str:
    """A readable anchor for a clause: its first telling words and four characters that depend on all of them."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    telling = [word for word in words if word not in SMALL_WORDS][:5] or words[:5] or ["clause"]
    digest = blake2b(" ".join(words).encode(), digest_size=2).hexdigest()
    return f"{'-'.join(word[:16] for word in telling)}-{digest}"


def with_anchors(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses, each with a unique anchor; clauses of the very same words are counted (-2, -3)."""
    seen: Counter[str] = Counter()
    out = []
    for clause in clauses:
        base = anchor(clause.text)
        seen[base] += 1
        out.append(replace(clause, anchor=base if seen[base] == 1 else f"{base}-{seen[base]}"))
    return out


def keep_anchors(new: Sequence[Clause], old: Sequence[Clause]) -> list[Clause]:
    """The new edition's clauses with the anchors of the old one where the words survived, exactly or lightly edited."""
    by_anchor = {clause.anchor for clause in new}
    free = {clause.anchor: clause.text for clause in old if clause.anchor not in by_anchor}
    kept = []
    for clause in new:
        if free and not any(clause.anchor == before.anchor for before in old):
            best = process.extractOne(clause.text, free, scorer=fuzz.ratio, score_cutoff=SAME_CLAUSE)
            if best:
                free.pop(best[2])
                clause = replace(clause, anchor=best[2])
        kept.append(clause)
    return kept
