"""What every reader makes of a document: blocks in reading order, before anybody decides what is a rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "row"]


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table row.

    ``text`` is the words as printed, without the bullet or number in ``marker``; a row's text is its cells joined by " | ".
    ``level``: a heading's rank (1 is the highest; 0 where unknown) or an item's depth (1 is the outermost).
    ``page``: counted from 1; None where the format has no pages. ``columns``: a row's column headings, if the table has any.
    ``strong``: the whole block is set bold, italic-bold or underlined (a hint that a short paragraph is a heading).
    """

    kind: Kind
    text: str
    marker: str = ""
    level: int = 0
    page: int | None = None
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    strong: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words of the document that are not the policy's: a running head, page number, contents line, signature."""

    text: str
    why: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: its blocks and what the reader already knows to be furniture."""

    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...] = ()
    pages: int | None = None
    meta: dict[str, str] = field(default_factory=dict)  # a Markdown header's or a file's own properties, keys in lower case
