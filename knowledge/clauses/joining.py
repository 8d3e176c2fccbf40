"""Making blocks whole again: cleaned, bullets inside cells taken apart, sentences torn by a page break joined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from knowledge.clauses.cleaning import clean, inner_items
from knowledge.clauses.furniture import URL_ONLY
from knowledge.clauses.headings import COLUMN_LEVEL
from knowledge.clauses.numbering import split_number
from knowledge.documents.blocks import Block

ITEM_NUMBER = re.compile(r"^(\((?:[a-z]|[ivx]{1,5}|\d{1,2})\)|(?:[a-z]|[ivx]{2,5})[.)]|\d{1,2}\))\s+(?=\S)")
ENDED = re.compile(r"[.!?:;][\"'”’)\]*]*$|^\W*$")
OPEN_BRACKET = re.compile(r"\([^()]*$")
LAST_WORD_OPEN = re.compile(
    r"\b(?:the|a|an|and|or|of|to|in|on|for|with|by|from|that|which|their|our|your|this|these|any|all|such|as|at|not|be|is|are|should|must|may|will)$",
    re.IGNORECASE,
)


def whole_blocks(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with marks taken off, their inner bullets apart and page-break tears joined."""
    joined: list[Block] = []
    for block in _cleaned(blocks):
        if joined and _is_torn(joined[-1], block, joined):
            before = joined[-1]
            joined[-1] = replace(before, text=f"{before.text} {block.text}")
        else:
            joined.append(block)
    return joined


def _as_item(block: Block) -> Block:
    """A paragraph that is a list item by its number, "(a) …" or "iv) …", as one; any other block as it is."""
    if block.kind != "paragraph" or not (found := ITEM_NUMBER.match(block.text)):
        return block
    return replace(block, kind="item", marker=found[1], text=block.text[found.end() :])


def _cleaned(blocks: Iterable[Block]) -> Iterable[Block]:
    for block in blocks:
        if block.marker == "o":  # how a word processor's hollow bullet comes out as text
            block = replace(block, marker="◦")
        strong = block.strong or bool(re.match(r"^\*\*[^*]+\*\*$", block.text.strip()))
        if block.kind == "row":
            yield from _row_parts(block)
            continue
        parts = [text for part in inner_items(block.text) if (text := clean(part))]
        for position, text in enumerate(parts):
            if position == 0 and not block.text.lstrip().startswith(("•", "\uf0b7", "▪")):
                yield _as_item(replace(block, text=text, strong=strong))
            else:
                yield Block("item", text, marker="•", level=max(block.level, 1) if block.kind == "item" else 1, page=block.page)


def _row_parts(block: Block) -> Iterable[Block]:
    """A row as one block; where its cells hold bullet lists, each bullet as an item of its own."""
    cells = block.cells or (block.text,)
    lists = [inner_items(cell) for cell in cells]
    if all(len(parts) == 1 for parts in lists):
        tidy = tuple(clean(cell) for cell in cells)
        text = " | ".join(cell for cell in tidy if cell)
        if text:
            yield replace(block, text=text, cells=tidy, columns=tuple(clean(column) for column in block.columns))
        return
    for column, parts in zip(block.columns or ("",) * len(lists), lists, strict=False):
        if column:
            yield Block("heading", clean(column), level=COLUMN_LEVEL, page=block.page)
        for part in parts:
            if text := clean(part):
                yield Block("item", text, marker="•", level=1, page=block.page)


def _is_torn(before: Block, after: Block, so_far: list[Block]) -> bool:
    """Whether `after` goes on with a sentence that a page break (or a slip of the editor) cut in two."""
    if before.kind in {"heading", "row"} or after.kind in {"heading", "row"}:
        return False
    if URL_ONLY.match(after.text) and before.text.rstrip().endswith(":"):
        return True
    if ENDED.search(before.text) or not after.text:
        return False
    if before.kind == "item" and after.kind == "item":
        siblings = [block for block in so_far[-4:-1] if block.kind == "item"]
        ended_siblings = bool(siblings) and all(ENDED.search(block.text) for block in siblings)
        return ended_siblings and before.text[:1].isupper() and after.text[:1].islower() and bool(LAST_WORD_OPEN.search(before.text))
    if after.kind == "item" or split_number(after.text)[0]:
        return False
    if after.text[:1].islower():
        return len(before.text.split()) > 3 or bool(LAST_WORD_OPEN.search(before.text))
    return bool(OPEN_BRACKET.search(before.text)) and bool(re.match(r"^[^()]*\)", after.text))
