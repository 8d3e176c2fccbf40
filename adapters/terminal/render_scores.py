"""Scores as they are printed: a table of figures, and the misses. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from adapters.terminal.lines import say
from knowledge.evaluation import Figures, Given, Labelled

# What fits into 80 columns; --json gives all figures.
SHOWN = {
    "right": "right", "hit1": "hit1", "hit3": "hit3", "rank3": "rank3", "silence_f1": "si-\nlence\nF1", "verdict": "ver-\ndict",
    "headline_share": "head-\nline\nshare", "headline_right": "head-\nline\nright", "unsafe": "un-\nsafe",
}  # fmt: skip


def scores_table(title: str, rows: Iterable[tuple[str, Figures]]) -> Table:
    """A row of figures for each name."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=0, show_edge=False)
    table.add_column(title, overflow="fold", min_width=13)
    table.add_column("n", justify="right")
    for heading in SHOWN.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for name, figures in rows:
        shares = figures.shares()
        told = [f"{shares[one]:.0f}" if one == "unsafe" else f"{shares[one]:.3f}" for one in SHOWN]
        table.add_row(Text(name), str(figures.questions), *told)
    return table


def misses_list(misses: Sequence[tuple[Labelled, Given, bool]]) -> Iterator[RenderableType]:
    """Each answer that differs from its label: the question, what was shown and what was expected."""
    yield say(f"Misses ({len(misses)})", style="bold")
    for labelled, given, right in misses:
        yield say("")
        wrong = "" if right else "  WRONG CLAUSE" if given.clauses and labelled.gold else "  WRONG"
        yield say(f"{labelled.id}  expected {labelled.verdict}, given {given.verdict}{wrong}", style="bold")
        yield say(labelled.question, 2)
        for name, words in (("shown", (given.clauses or given.related or (("", ""),))[0][1]), ("expected", next(iter(labelled.gold), ""))):
            if words and not right:
                yield say(f"{name}: “{words}”", 4)
