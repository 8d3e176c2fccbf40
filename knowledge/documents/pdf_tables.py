"""Tables drawn with ruling lines: which cells the lines make, and the words in each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.documents.blocks import Block
from knowledge.documents.pdf_lines import Piece, joined
from knowledge.documents.pdf_page import SAME_LINE, Page, Rule, Word
from knowledge.documents.rows import Row, cell_text, table_blocks

MAX_RULES = 1_500  # more than this is a drawing
LONGEST_CELL = 150  # words: a table with more than this in a cell only lays the page out
ENDED = re.compile(r"[.!?:;][\"'”’)\]*-]*$")
SPACE = 0.28  # of the size: an ordinary space
Box = tuple[float, float, float, float]  # x0, top, x1, bottom


@dataclass(slots=True)
class Cell:
    """One cell's lines; a line ends where its writer ended it, not where the cell's edge did."""

    lines: list[str]
    strong: bool

    @property
    def text(self) -> str:
        """The cell as one text."""
        return cell_text(self.lines)


@dataclass(slots=True)
class Table:
    """A ruled table of one page: its box, the left edges of its columns, its rows of cells."""

    page: int
    box: Box
    edges: tuple[int, ...]
    rows: list[list[Cell]]


def tables_of(page: Page, pieces: list[Piece], spaces_written: bool) -> tuple[list[Table], list[Piece]]:
    """The ruled tables of a page, and the pieces that are in none; `spaces_written`: the document writes the space it wraps a line at."""
    if not 4 <= len(page.rules) <= MAX_RULES:
        return [], pieces
    tables: list[Table] = []
    for grid in _grids(page.rules):
        box = (min(c[0] for c in grid), min(c[1] for c in grid), max(c[2] for c in grid), max(c[3] for c in grid))
        columns = sorted({round(cell[0]) for cell in grid})
        inside, outside = _parted(pieces, box)
        if len(columns) < 2 or not inside:
            continue
        held = _held(grid, inside)
        if max(sum(len(piece.words) for piece in found) for found in held.values()) > LONGEST_CELL:
            continue
        tops = sorted({round(cell[1]) for cell in grid})
        rows = [[_cell(held[cell], cell, spaces_written) for cell in sorted(grid) if round(cell[1]) == top] for top in tops]
        tables.append(Table(page.number, box, tuple(columns), rows))
        pieces = outside
    return tables, pieces


def _grids(rules: Sequence[Rule]) -> list[list[Box]]:
    """The cells of each table that the rules draw, found as pdfplumber finds them."""
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges = [
        {
            "x0": rule.x0,
            "x1": rule.x1,
            "top": rule.top,
            "bottom": rule.bottom,
            "width": rule.x1 - rule.x0,
            "height": rule.bottom - rule.top,
            "orientation": "h" if rule.across else "v",
            "object_type": "line",
        }
        for rule in (_thin(rule) for rule in rules)
    ]
    edges = merge_edges(edges, 3, 3, 3, 3)
    cells = intersections_to_cells(edges_to_intersections(edges, 3, 3))
    return [list(grid) for grid in cells_to_tables(cells) if len(grid) > 1]


def _thin(rule: Rule) -> Rule:
    """The rule without its thickness."""
    if rule.across:
        middle = (rule.top + rule.bottom) / 2
        return Rule(rule.x0, rule.x1, middle, middle)
    middle = (rule.x0 + rule.x1) / 2
    return Rule(middle, middle, rule.top, rule.bottom)


def _parted(pieces: list[Piece], box: Box) -> tuple[list[Piece], list[Piece]]:
    """The pieces that begin inside a box, and the others."""
    inside = [piece for piece in pieces if _within(piece, box)]
    taken = {id(piece) for piece in inside}
    return inside, [piece for piece in pieces if id(piece) not in taken]


def _within(piece: Piece, box: Box) -> bool:
    middle = piece.base - 0.3 * piece.size
    return box[0] - 1 <= piece.x0 + 1 < box[2] and box[1] - 1 <= middle <= box[3] + 1


def _held(grid: list[Box], pieces: list[Piece]) -> dict[Box, list[Piece]]:
    """The pieces of each cell; a piece belongs where it begins, even if it is too wide for its cell."""
    held: dict[Box, list[Piece]] = {cell: [] for cell in grid}
    for piece in pieces:
        for part in _cut(piece, grid):
            home = next((cell for cell in grid if _within(part, cell)), None)
            if home is None:
                home = min(grid, key=lambda cell: abs(cell[0] - part.x0) + abs(cell[1] - part.base))
            held[home].append(part)
    return held


def _cut(piece: Piece, grid: list[Box]) -> list[Piece]:
    """The piece, cut where it steps over a border with more than a word's space."""
    parts = [Piece([piece.words[0]], piece.underlined)]
    for before, word in zip(piece.words, piece.words[1:], strict=False):
        wide = word.x0 - before.x1 > 0.5 * word.size
        if wide and any(before.x1 <= cell[0] + 1 <= word.x0 + 2 for cell in grid):
            parts.append(Piece([word], piece.underlined))
        else:
            parts[-1].words.append(word)
    return parts


def _cell(pieces: list[Piece], box: Box, spaces_written: bool) -> Cell:
    """A cell from its pieces: wrapped lines are joined, ended ones kept apart."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.base):
        if rows and piece.base - rows[-1][0].base < SAME_LINE * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    lines: list[str] = []
    last: Word | None = None
    margin = max(min(piece.x0 for piece in pieces) - box[0], 0) if pieces else 0
    for row in rows:
        words = [word for piece in sorted(row, key=lambda piece: piece.x0) for word in piece.words]
        text = joined(words)
        if last and not words[0].symbol and _is_wrapped(last, words[0], box[2] - margin, spaces_written):
            lines[-1] += text if lines[-1].endswith(("-", "/")) and not last.spaced else f" {text}"
        else:
            lines.append(f"• {joined(words[1:])}" if words[0].symbol and len(words) > 1 else text)
        last = words[-1]
    return Cell(lines, bool(pieces) and all(word.bold for piece in pieces for word in piece.words))


def _is_wrapped(last: Word, first: Word, right: float, spaces_written: bool) -> bool:
    """Whether a cell's line goes on in the next because the next word did not fit, not because its writer ended it."""
    if first.text[:1].islower() or last.text.endswith((",", "-", "/")):
        return True
    space = SPACE * first.size
    ended = spaces_written and not last.spaced and last.x1 + space <= right + 0.5  # there was room for the space, and none was written
    return not ended and last.x1 + space + first.x1 - first.x0 >= right - 0.5


def blocks_of(tables: list[Table]) -> list[Block]:
    """The blocks of tables that follow one another; a row cut by the page's end is made whole."""
    blocks: list[Block] = []
    rows: list[tuple[int, list[Cell]]] = []
    before: Table | None = None
    for table in tables:
        same = (
            before is not None
            and len(before.edges) == len(table.edges)
            and all(abs(a - b) < 4 for a, b in zip(before.edges, table.edges, strict=True))
        )
        if not (same and before is not None and table.page == before.page + 1):
            blocks += _rows(rows)
            rows = []
        fresh = [(table.page, cells) for cells in table.rows]
        if rows and fresh and _goes_on(rows[-1][1], fresh[0][1]):
            rows[-1] = (rows[-1][0], [_together(above, below) for above, below in zip(rows[-1][1], fresh[0][1], strict=True)])
            fresh = fresh[1:]
        rows += fresh
        before = table
    return blocks + _rows(rows)


def _goes_on(above: list[Cell], below: list[Cell]) -> bool:
    """Whether the first row of a page is the rest of the last row of the page before."""
    if len(above) != len(below):
        return False
    texts = [(a.text, b.text) for a, b in zip(above, below, strict=True) if b.lines]
    return any(not ENDED.search(a) and b[:1].islower() for a, b in texts if a)


def _together(above: Cell, below: Cell) -> Cell:
    if above.lines and below.lines and below.lines[0][:1].islower():
        return Cell([*above.lines[:-1], f"{above.lines[-1]} {below.lines[0]}", *below.lines[1:]], above.strong)
    return Cell([*above.lines, *below.lines], above.strong)


def _rows(rows: list[tuple[int, list[Cell]]]) -> list[Block]:
    made = [Row(tuple(cell.text for cell in cells), all(cell.strong for cell in cells if cell.lines), page) for page, cells in rows]
    if all(row.header for row in made):
        made = [replace(row, header=False) for row in made]  # bold throughout: that marks nothing
    return table_blocks(made)
