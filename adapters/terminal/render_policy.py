"""Policies as they are printed: what was found in them, their clauses, what was left out, and the health check. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from adapters.terminal.lines import say
from bot.replying import place
from knowledge.policy import Edition

if TYPE_CHECKING:
    from knowledge.health import Finding

TopicsOf = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One bundled sample as it is listed."""

    name: str
    school: str
    title: str
    review_due: date | None
    overdue: bool
    clauses: int


def edition_facts(edition: Edition, today: date) -> Iterator[RenderableType]:
    """Title, school and dates as found in the document, and how many clauses it holds."""
    yield say(edition.title, style="bold")
    yield say(f"School       {edition.school or 'not stated'}")
    yield say(f"Adopted      {_day(edition.adopted)}")
    overdue = "  OVERDUE" if edition.overdue(today) else ""
    yield say(f"Review due   {_day(edition.review_due)}{overdue}")
    pages = f" on {_many(edition.pages, 'page')}" if edition.pages else ""
    yield say(f"Clauses      {len(edition.clauses)}{pages}")


def clauses_table(edition: Edition, topics: TopicsOf) -> Table:
    """A row for each clause: its anchor with the topics it speaks of below, its page, whom it binds and its stance."""
    paged = any(clause.page is not None for clause in edition.clauses)
    table = _table()
    table.add_column("Clause, and the topics it speaks of", overflow="fold", ratio=1)
    if paged:
        table.add_column("Page", justify="right", width=4)
    table.add_column("Binds", width=9)
    table.add_column("Stance", width=11)
    for clause in edition.clauses:
        page = [str(clause.page or "")] if paged else []
        about = "".join(f"\n  {topic}" for topic in topics.get(clause.anchor, ()))
        table.add_row(Text.assemble(clause.anchor, (about, "dim")), *page, Text(" ".join(clause.binds)), str(clause.stance))
    return table


def left_out_list(edition: Edition) -> Iterator[RenderableType]:
    """What is not quoted by itself and why: each line once, with how often it stood there."""
    apart = [line for line in edition.left_out if line.why != "lead-in"]
    yield say(f"Left out ({_many(len(apart), 'line')})" if apart else "Nothing was left out.", style="bold")
    for why, lines in groupby(sorted(apart, key=lambda line: line.why), key=lambda line: line.why):
        counted = Counter(line.text for line in lines)
        total = sum(counted.values())
        yield say(f"  {why} ({total})")
        if why == "page number":
            continue
        for text, times in counted.items():
            yield say(text + (f"  (× {times})" if times > 1 else ""), 4)


def findings_list(findings: Sequence[Finding], edition: Edition) -> Iterator[RenderableType]:
    """The health check: each finding with where it is, the words it stands on, why it matters and what to do."""
    if not findings:
        yield say("Health check: nothing found to mend.", style="bold")
        return
    counted = Counter(str(finding.severity) for finding in findings)
    told = ", ".join(f"{many} {severity}" for severity, many in counted.items())
    yield say(f"Health check: {told}", style="bold")
    for at, finding in enumerate(findings, start=1):
        yield say("")
        yield say(f"{at}. {finding.kind} ({finding.severity})", style="bold")
        yield say(finding.why, 3)
        for anchor, quote in ((finding.anchor, finding.quote), (finding.against_anchor, finding.against_quote)):
            if quote:
                clause = edition.clause(anchor)
                yield say(f"“{quote}”", 6)
                yield say(place(clause) if clause else anchor, 6, "dim")
        yield say(f"To do: {finding.what_to_do}", 3)


def policies_table(rows: Sequence[SampleRow]) -> Table:
    """The bundled samples, a row each."""
    table = _table()
    table.add_column("Name", no_wrap=True)
    table.add_column("School", overflow="fold")
    table.add_column("Policy", overflow="fold")
    table.add_column("Review due", overflow="fold", min_width=12)
    table.add_column("Clauses", justify="right")
    for row in rows:
        due = _day(row.review_due) + ("\nOVERDUE" if row.overdue else "")
        table.add_row(row.name, Text(row.school), Text(row.title), due, str(row.clauses))
    return table


def _table() -> Table:
    return Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else "not stated"


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
