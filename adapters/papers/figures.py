"""Governors' figures as CSV and as a bar chart that can stand within a page: SVG that says in words all that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from adapters.papers.spreadsheet import csv_bytes
from bot.concerns.figures import FEWER, Count, TermFigures

CSV_TITLES = ("Term", "Counted by", "What", "Number")
BY_KIND, BY_OUTCOME, IN_ALL = "Kind", "Outcome", "In all"
NOT_SHOWN = "not shown, because the numbers are small"
TITLE = "Reports by term, kind and outcome"
PATTERN = "signpost-small"
WIDE, LINE, BAR, BARS_AT, NUMBERS = 720, 22, 14, 330, 110  # in the chart's own units; its text is 14 of them high


def figures_csv(found: Sequence[TermFigures]) -> bytes:
    """A line for each figure, and for each that is not shown."""
    rows: list[tuple[str, ...]] = [CSV_TITLES]
    for term in found:
        rows += [(term.term, BY_KIND, one.title, one.said) for one in term.kinds]
        rows += [(term.term, BY_OUTCOME, one.title, one.said) for one in term.outcomes or ()]
        if term.outcomes is None:
            rows.append((term.term, BY_OUTCOME, "All outcomes", NOT_SHOWN))
        rows.append((term.term, IN_ALL, "All reports", NOT_SHOWN if term.total is None else str(term.total)))
    return csv_bytes(rows)


def figures_svg(found: Sequence[TermFigures], chart: str = "signpost-figures") -> str:
    """The chart as one `<svg>` element. `chart`: begins the ids in it, so that two can stand on one page.

    It has no script, no style and no link, and takes its colour from the text round it. A number that is not told has a bar of one length,
    hatched; its words say so too.
    """
    most = max((one.number or 0 for term in found for one in (*term.kinds, *(term.outcomes or ()))), default=0)
    lines = list(_lines(found))
    body = [part for at, line in enumerate(lines) for part in _drawn(line, (at + 1) * LINE, max(most, 5), chart)]
    told = " ".join(f"{line}." if isinstance(line, str) else f"{line.title}: {line.said}." for line in lines) or "There are no reports."
    high = LINE * (len(lines) + 1)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" role="img" '
            f'aria-labelledby="{chart}-title {chart}-desc" font-family="sans-serif" font-size="14" fill="currentColor">',
            f'<title id="{chart}-title">{TITLE}</title>',
            f'<desc id="{chart}-desc">{escape(told)}</desc>',
            f'<defs><pattern id="{chart}-{PATTERN}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<rect width="2" height="6" fill="currentColor"/></pattern></defs>',
            *body,
            "</svg>",
        ]
    )


def _lines(found: Sequence[TermFigures]) -> Iterator[str | Count]:
    """Headings and figures from top to bottom; what is nought is told in the table beside the chart, and here by its absence."""
    for term in found:
        counts = [one for one in term.kinds if one.number != 0]
        if not counts:
            yield f"{term.term}: no reports"
            continue
        yield f"{term.term}, by kind" + (f" ({term.total} in all)" if term.total is not None else "")
        yield from counts
        yield f"{term.term}, by outcome" if term.outcomes else f"{term.term}, by outcome: {NOT_SHOWN}"
        yield from (one for one in term.outcomes or () if one.number != 0)


def _drawn(line: str | Count, y: int, most: int, chart: str) -> Iterator[str]:
    if isinstance(line, str):
        yield f'<text x="0" y="{y}" font-weight="bold">{escape(line)}</text>'
        return
    whole = WIDE - BARS_AT - NUMBERS
    length = max(2, round(whole * (2.5 if line.number is None else line.number) / most))
    look = (
        f'fill="url(#{chart}-{PATTERN})" stroke="currentColor" stroke-dasharray="4 2"' if line.number is None else 'stroke="currentColor"'
    )
    words = _fitting(line.title)
    for at, part in enumerate(words):
        size = "" if len(words) == 1 else ' font-size="10"'
        yield f'<text x="{BARS_AT - 10}" y="{y if len(words) == 1 else y - 7 + 11 * at}" text-anchor="end"{size}>{escape(part)}</text>'
    yield f'<rect x="{BARS_AT}" y="{y - BAR + 2}" width="{length}" height="{BAR}" {look}/>'
    yield f'<text x="{BARS_AT + length + 8}" y="{y}">{escape(FEWER if line.number is None else line.said)}</text>'


def _fitting(title: str) -> list[str]:
    """A title in one line, or in two smaller ones where it is long."""
    if len(title) <= 38:
        return [title]
    middle = min((at for at, one in enumerate(title) if one == " "), key=lambda at: abs(at - len(title) // 2), default=len(title))
    return [title[:middle], title[middle + 1 :]]
