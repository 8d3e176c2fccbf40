"""`import`, `health` and `policies`: what Signpost makes of policies, shown to a person or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from adapters import samples
from adapters.terminal.lines import say
from adapters.terminal.render_policy import (
    SampleRow,
    TopicsOf,
    clauses_table,
    edition_facts,
    findings_list,
    left_out_list,
    policies_table,
)
from adapters.terminal.screen import progress_bar, show
from knowledge.answering import LIKELY_TOPIC, SHOWN_TOPICS
from knowledge.index import PolicyIndex


def show_import(file: Path, *, as_json: bool) -> None:
    """Nothing: prints a policy's facts, clauses, what was left out of it and its health check."""
    index = _index(file)
    topics = topics_of(index)
    if as_json:
        _print_json(import_record(index, topics) | {"findings": _findings(index)})
        return
    edition = index.edition
    show(*edition_facts(edition, samples.today()), say(""))
    show(clauses_table(edition, topics), say(""), widest=None)
    show(*left_out_list(edition), say(""))
    show_findings(index)


def show_health(file: Path, *, as_json: bool) -> None:
    """Nothing: prints what the keeper of a policy should mend."""
    index = _index(file)
    if as_json:
        _print_json({"school": index.edition.school, "title": index.edition.title, "findings": _findings(index)})
        return
    show(*edition_facts(index.edition, samples.today()), say(""))
    show_findings(index)


def show_findings(index: PolicyIndex) -> None:
    """Nothing: prints the health check of a policy."""
    from knowledge.health import check

    show(*findings_list(check(index, samples.today()), index.edition))


def show_policies(*, as_json: bool) -> None:
    """Nothing: prints the bundled samples."""
    rows = []
    for sample in samples.samples():
        edition = samples.sample_edition(sample.name)
        rows.append(
            SampleRow(
                sample.name, edition.school, edition.title, edition.review_due, edition.overdue(samples.today()), len(edition.clauses)
            )
        )
    if as_json:
        _print_json([asdict(row) | {"sample": True} for row in rows])
        return
    show(policies_table(rows), say(f"Each is a {samples.SAMPLE_MARK}."))


def topics_of(index: PolicyIndex) -> TopicsOf:
    """For each clause's anchor the ids of its likely topics, likeliest first."""
    found: dict[str, tuple[str, ...]] = {}
    for at, unit in enumerate(index.units):
        if unit.whole:
            likely = index.topics[at]
            best = [int(one) for one in np.argsort(-likely)[:SHOWN_TOPICS] if likely[one] >= LIKELY_TOPIC and one != index.model.off_topic]
            found[index.clauses[unit.clause].anchor] = tuple(index.model.cards[one].id for one in best)
    return found


def import_record(index: PolicyIndex, topics: TopicsOf) -> dict[str, Any]:
    """What was understood of a policy, for other programs."""
    edition = index.edition
    return {
        "title": edition.title,
        "school": edition.school,
        "adopted": edition.adopted,
        "review_due": edition.review_due,
        "review_stated": edition.review_stated,
        "overdue": edition.overdue(samples.today()),
        "pages": edition.pages,
        "clauses": [
            {
                "anchor": clause.anchor,
                "number": clause.number,
                "section": clause.section,
                "page": clause.page,
                "lead_in": clause.lead_in,
                "text": clause.text,
                "binds": clause.binds,
                "stance": clause.stance,
                "topics": topics[clause.anchor],
            }
            for clause in edition.clauses
        ],
        "left_out": [asdict(line) for line in edition.left_out],
    }


def _index(file: Path) -> PolicyIndex:
    with progress_bar(f"Reading {file.name}") as advance:
        return samples.index_of(samples.file_edition(file, advance))


def _findings(index: PolicyIndex) -> list[dict[str, Any]]:
    from knowledge.health import check

    return [asdict(finding) for finding in check(index, samples.today())]


def _print_json(found: object) -> None:
    print(json.dumps(found, ensure_ascii=False, indent=1, default=str), flush=True)  # noqa: T201
