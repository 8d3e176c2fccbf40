"""Tables as every reader sees them → row blocks, column headings taken out of the first row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.documents.blocks import Block

RULE = re.compile(r"^[\s\-–—=_*|:+]*$")  # a cell with nothing but a drawn line
BULLETED = re.compile(r"^[•◦▪●■○–-]\s")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as set: every cell's text in its place ("" where empty); `header` where the document itself says so."""

    cells: tuple[str, ...]
    header: bool = False
    page: int | None = None


def table_blocks(rows: Sequence[Row]) -> list[Block]:
    """The blocks of a table: a row each; a row with one filled cell is a paragraph, an empty one is nothing."""
    rows = [tidy for row in rows if any((tidy := _without_rules(row)).cells)]
    columns: tuple[str, ...] = ()
    if len(rows) > 1 and _is_header(rows[0], rows[1]):
        columns = rows[0].cells
        rows = rows[1:]
    blocks = []
    for row in rows:
        filled = tuple(cell for cell in row.cells if cell)
        if columns and row.cells == columns:
            continue  # the headings again, at the top of another page
        if columns and len(columns) == len(row.cells):
            blocks.append(Block("row", " | ".join(filled), page=row.page, cells=row.cells, columns=columns))
        elif len(filled) == 1:
            blocks.append(Block("paragraph", filled[0], page=row.page))
        elif filled:
            blocks.append(Block("row", " | ".join(filled), page=row.page, cells=filled))
    return blocks


def cell_text(lines: Sequence[str]) -> str:
    """A cell's lines as one text; lines that are plainly a list keep their bullets, or get one each, so that they can be told apart."""
    lines = [line for line in lines if line]
    bulleted = any(BULLETED.match(line) for line in lines[1:])
    listed = len(lines) >= 3 and all(line[0].isupper() and not line.endswith((".", ":", ";", ",")) for line in lines)
    if listed and not bulleted:
        return " ".join(f"• {line}" for line in lines)
    return " ".join(lines)


def _without_rules(row: Row) -> Row:
    return Row(tuple("" if RULE.match(cell) else cell for cell in row.cells), row.header, row.page)


def _is_header(first: Row, second: Row) -> bool:
    """Whether the first row is column headings: marked as such, or plainly titles above longer words."""
    if len(first.cells) < 2 or not all(first.cells) or len(first.cells) != len(second.cells):
        return False
    if any(len(cell.split()) > 8 or cell.endswith((":", ".", ";")) for cell in first.cells):
        return False
    if first.header:
        return not second.header
    titles = all(len(cell.split()) <= 5 and not any(letter.isdigit() for letter in cell) for cell in first.cells)
    return titles and sum(map(len, second.cells)) > 2 * sum(map(len, first.cells))
