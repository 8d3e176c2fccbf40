"""Editions and clauses as rows and back, and the digest by which schools with the same policy share what is made of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from hashlib import blake2b
from typing import Any

from adapters.store.tables.policies import ClauseRow, EditionRow
from knowledge.documents.blocks import LeftOut
from knowledge.policy import Audience, Clause, ContentsLine, Edition, Stance


def digest_of(edition: Edition) -> str:
    """What stands for everything an answer shows or depends on. Nothing of the school that publishes it goes in.

    The school's name as printed does: an answer shows it, so only schools whose documents are the same share one.
    """
    told = asdict(replace(edition, left_out=()))
    words = json.dumps(told, sort_keys=True, default=str, ensure_ascii=True)
    return blake2b(words.encode("ascii"), digest_size=16).hexdigest()


def edition_values(edition: Edition) -> dict[str, Any]:
    """The columns of an edition, but for its key and how it was published."""
    return {
        "title": edition.title,
        "school_name": edition.school,
        "adopted": edition.adopted,
        "review_due": edition.review_due,
        "review_stated": edition.review_stated,
        "pages": edition.pages,
        "headings": [list(path) for path in edition.headings],
        "contents": [[line.number, line.title] for line in edition.contents],
        "left_out": [[one.text, one.why, one.page] for one in edition.left_out],
        "meta": edition.meta,
    }


def edition_of(row: EditionRow, clauses: Sequence[Clause]) -> Edition:
    """The edition in a row, with its clauses."""
    return Edition(
        title=row.title,
        school=row.school_name,
        clauses=tuple(clauses),
        adopted=row.adopted,
        review_due=row.review_due,
        review_stated=row.review_stated,
        headings=tuple(tuple(path) for path in row.headings),
        contents=tuple(ContentsLine(number, title) for number, title in row.contents),
        left_out=tuple(LeftOut(text, why, page) for text, why, page in row.left_out),
        pages=row.pages,
        meta=dict(row.meta),
    )


def clause_values(clause: Clause) -> dict[str, Any]:
    """The columns of a clause, but for its key."""
    return {
        "anchor": clause.anchor,
        "text": clause.text,
        "lead_in": clause.lead_in,
        "number": clause.number,
        "section": list(clause.section),
        "page": clause.page,
        "binds": [audience.value for audience in clause.binds],
        "stance": clause.stance.value,
        "part": clause.part[0],
        "parts": clause.part[1],
    }


def clause_of(row: ClauseRow) -> Clause:
    """The clause in a row."""
    return Clause(
        anchor=row.anchor,
        text=row.text,
        lead_in=row.lead_in,
        number=row.number,
        section=tuple(row.section),
        page=row.page,
        binds=tuple(Audience(name) for name in row.binds),
        stance=Stance(row.stance),
        part=(row.part, row.parts),
    )
