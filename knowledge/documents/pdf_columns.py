"""The order of reading: where a page is set in columns, and its lines in that order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.documents.pdf_lines import Piece
from knowledge.documents.pdf_page import SAME_LINE
from knowledge.documents.pdf_tables import Table

FEWEST = 3  # lines on each side, before a gap is believed to be a gutter
FULL = 0.5  # a column's usual line fills at least this much of it; labels and values do not


@dataclass(slots=True)
class Part:
    """A piece of a line or a whole table, with the room it takes."""

    x0: float
    x1: float
    base: float
    piece: Piece | None = None
    table: Table | None = None


@dataclass(slots=True)
class Flow:
    """Lines to be read one after the other; `place` tells columns of one shape from others (pages wide, columns, which)."""

    place: tuple[int, ...]
    rows: list[list[Part]] = field(default_factory=list)


def flows_of(width: float, parts: list[Part], usual: Sequence[float] = ()) -> list[Flow]:
    """The flows of a page in reading order; `usual` are gutters found on other pages, believed sooner."""
    return _flows((round(width),), parts, usual)


def gutters_of(parts: list[Part]) -> list[float]:
    """Where the page's gutters are, left to right; none on a page in one column."""
    found = _best_gutter(parts, ())
    return [found] if found is not None else []


def usual_gutters(found: Sequence[list[float]]) -> list[float]:
    """The gutters seen on more than one page of a document."""
    counts = Counter(round(gutter / 6) for gutters in found for gutter in gutters)
    exact = [gutter for gutters in found for gutter in gutters]
    return sorted({min(exact, key=lambda gutter, near=near: abs(gutter - near * 6)) for near, count in counts.items() if count >= 2})  # type: ignore[misc]


def _flows(place: tuple[int, ...], parts: list[Part], usual: Sequence[float]) -> list[Flow]:
    gutter = _best_gutter(parts, usual) if len(place) < 4 else None
    if gutter is None:
        return [Flow(place, _rows(parts))] if parts else []
    flows: list[Flow] = []
    for band, in_columns in _bands(parts, gutter, 1 if _near(gutter, usual) else FEWEST):
        if in_columns:
            flows += _flows((*place, 0), [part for part in band if part.x1 <= gutter + 1 or part.x0 < gutter - 1], usual)
            flows += _flows((*place, 1), [part for part in band if not (part.x1 <= gutter + 1 or part.x0 < gutter - 1)], usual)
        else:
            flows += _flows((*place, 9), band, ()) if len(band) < len(parts) else [Flow(place, _rows(band))]
    return flows


def _rows(parts: list[Part]) -> list[list[Part]]:
    """The parts line by line, each line from left to right."""
    rows: list[list[Part]] = []
    for part in sorted(parts, key=lambda part: part.base):
        size = part.piece.size if part.piece else 0
        if rows and rows[-1][0].piece and part.base - rows[-1][0].base < SAME_LINE * size:
            rows[-1].append(part)
        else:
            rows.append([part])
    for row in rows:
        row.sort(key=lambda part: part.x0)
    return rows


def _near(gutter: float, usual: Sequence[float]) -> bool:
    return any(abs(gutter - other) < 6 for other in usual)


def _best_gutter(parts: list[Part], usual: Sequence[float]) -> float | None:
    """The place that parts most lines into columns, or None."""
    if len(parts) < 2:
        return None
    left, right = min(part.x0 for part in parts), max(part.x1 for part in parts)
    starts = Counter(round(part.x0) for part in parts)
    # A gutter ends where many lines begin: it lies just left of a common left edge.
    tries = [
        start - 3.0
        for start, count in starts.items()
        if count >= FEWEST and left + 0.2 * (right - left) < start < right - 0.15 * (right - left)
    ]
    best, most = None, 0
    for gutter in {*tries, *(gutter for gutter in usual if left < gutter < right)}:
        fewest = 1 if _near(gutter, usual) else FEWEST
        gained = sum(len(band) for band, in_columns in _bands(parts, gutter, fewest) if in_columns)
        if gained > most:
            best, most = gutter, gained
    return best


def _bands(parts: list[Part], gutter: float, fewest: int) -> list[tuple[list[Part], bool]]:
    """The page from top to bottom in bands: (parts, whether the gutter parts them into two columns)."""
    bands: list[tuple[list[Part], bool]] = []
    run: list[Part] = []
    for part in [*sorted(parts, key=lambda part: part.base), None]:
        crosses = part is not None and part.x0 < gutter - 1 and part.x1 > gutter + 1
        if part is not None and not crosses:
            run.append(part)
            continue
        if run:
            bands.append((run, _is_columns(run, gutter, fewest)))
        if part is not None:
            bands.append(([part], False))
        run = []
    merged: list[tuple[list[Part], bool]] = []
    for band, in_columns in bands:
        if merged and not in_columns and not merged[-1][1]:
            merged[-1][0].extend(band)
        else:
            merged.append((list(band), in_columns))
    return merged


def _is_columns(run: list[Part], gutter: float, fewest: int) -> bool:
    """Whether both sides of the gutter hold running text, side by side."""
    sides = [[part for part in run if part.x1 <= gutter + 1], [part for part in run if part.x0 >= gutter - 1]]
    if any(len(side) < fewest for side in sides):
        return False
    tops = [min(part.base for part in side) for side in sides]
    ends = [max(part.base for part in side) for side in sides]
    if min(ends) < max(tops):
        return False
    if fewest == 1:
        return True
    for side in sides:
        wide = max(part.x1 for part in side) - min(part.x0 for part in side)
        filled = sorted(part.x1 - part.x0 for part in side)
        text = sum(len(part.piece.words) if part.piece else 9 for part in side) / len(side)
        if filled[len(filled) // 2] < FULL * wide or text < 2:
            return False
    return True
