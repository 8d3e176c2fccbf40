"""Plain text → blocks. Text as found on school sites: hard-wrapped or not, with bullets, tabs for tables, form feeds for pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from knowledge.documents.blocks import Block, Document, LeftOut

BULLET = re.compile(r"^(?P<indent>\s*)(?P<mark>[-–—•●▪■◦‣⁃·*\uf0b7\uf0a7]|o(?=\s{2,}|\t))\s+(?P<text>\S.*)$")
NUMBERED = re.compile(r"^\s*(\(?[ivx]{1,5}[.)]|\(?[a-zA-Z][.)]|\(?\d{1,2}\)|\d{1,2}(\.\d{1,2})*\.?)\s+\S")
HASHES = re.compile(r"^(#{1,6})\s+(\S.*)$")
RULE = re.compile(r"^[\s\-–—=_*|:+]*$")
PAGE_LINE = re.compile(r"^\W*(page\s+)?\d{1,3}(\s*(of|/)\s*\d{1,3})?\W*$", re.IGNORECASE)
WRAP_AT_LEAST = 55  # a line shorter than this was ended on purpose, not wrapped by an editor


def read_text(text: str) -> Document:
    """The blocks of a plain text document; pages are counted where form feeds mark them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "").replace("\ufeff", "")
    paged = "\f" in text.rstrip("\f\n ")
    blocks: list[Block] = []
    left_out: list[LeftOut] = []
    pages = text.rstrip("\f\n ").split("\f")
    for number, page_text in enumerate(pages, start=1):
        page = number if paged else None
        for block in _blocks_of(page_text.split("\n"), page):
            if PAGE_LINE.match(block.text) and block.kind == "paragraph":
                left_out.append(LeftOut(block.text, "page number", page))
            else:
                blocks.append(block)
    return Document(tuple(_with_columns(blocks)), tuple(left_out), len(pages) if paged else None)


def _with_columns(blocks: list[Block]) -> Iterator[Block]:
    """The blocks, where a table's first row is plainly its column headings: taken out and given to the rows below."""
    columns: tuple[str, ...] = ()
    for at, block in enumerate(blocks):
        if block.kind != "row":
            columns = ()
            yield block
            continue
        starts = at == 0 or blocks[at - 1].kind != "row"
        below = blocks[at + 1] if at + 1 < len(blocks) and blocks[at + 1].kind == "row" else None
        if starts and below and len(below.cells) == len(block.cells) and _are_titles(block.cells) and len(below.text) > 2 * len(block.text):
            columns = block.cells
            continue
        yield replace(block, columns=columns if len(columns) == len(block.cells) else ())


def _are_titles(cells: tuple[str, ...]) -> bool:
    return all(len(cell.split()) <= 5 and not cell.endswith((":", ".", ";")) and not any(c.isdigit() for c in cell) for cell in cells)


def _blocks_of(lines: list[str], page: int | None) -> Iterator[Block]:
    """The blocks of one page's lines: each bullet, table row and heading line; other lines joined where they were only wrapped."""
    open_line = ""  # the last line that went into `current`, to tell a wrapped line from an ended one
    current: Block | None = None
    indents: list[int] = []
    for raw in lines:
        line = raw.rstrip()
        if not line or (RULE.match(line) and not PAGE_LINE.match(line)):
            if current:
                yield current
            current, open_line = None, ""
            continue
        bullet = None if PAGE_LINE.match(line) else BULLET.match(line)
        hashes = HASHES.match(line)
        if hashes:
            fresh: Block | None = Block("heading", hashes[2].rstrip().rstrip("#").rstrip(), level=len(hashes[1]), page=page)
        elif "\t" in line.strip() or (line.endswith("\t") and line.strip()) or raw.rstrip("\n").endswith("\t"):
            fresh = _row(raw, page)
        elif bullet:
            indent = len(bullet["indent"].expandtabs(4))
            indents = [*[i for i in indents if i < indent], indent]
            fresh = Block("item", bullet["text"].strip(), marker=bullet["mark"], level=len(indents), page=page)
        elif current and current.kind != "heading" and _continues(current, open_line, line):
            current = _lengthened(current, line.strip())
            open_line = line
            continue
        else:
            fresh = Block("paragraph", line.strip(), page=page)
        if current:
            yield current
        current, open_line = fresh, line
        if fresh and fresh.kind != "item":
            indents = []
    if current:
        yield current


def _continues(current: Block, before: str, line: str) -> bool:
    """Whether `line` goes on with the paragraph or item that `before` belongs to."""
    if current.kind == "row" or NUMBERED.match(line):
        return False
    if current.kind == "item":
        return line[:1].isspace() or line[:1].islower() or len(before) >= WRAP_AT_LEAST
    return len(before) >= WRAP_AT_LEAST or (line.lstrip()[:1].islower() and not before.endswith((".", ":", ";")))


def _lengthened(block: Block, more: str) -> Block:
    return Block(block.kind, f"{block.text} {more}", block.marker, block.level, block.page)


def _row(line: str, page: int | None) -> Block | None:
    """A table row from tab-separated cells; a row with one filled cell is a paragraph."""
    cells = tuple(cell.strip() for cell in line.strip("\n").split("\t"))
    filled = tuple(cell for cell in cells if cell and not RULE.match(cell))
    if len(filled) < 2:
        return Block("paragraph", filled[0], page=page) if filled else None
    return Block("row", " | ".join(filled), cells=filled, page=page)
