"""Markdown → blocks, read by markdown-it (CommonMark with tables); a header between "---" lines becomes the document's meta."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.documents.blocks import Block, Document

if TYPE_CHECKING:
    from markdown_it.token import Token

HEADER = re.compile(r"\A---[ \t]*\n(?P<body>(?:[^\n]*\n){1,40}?)---[ \t]*(?:\n|\Z)")


def read_markdown(text: str) -> Document:
    """The blocks of a Markdown document, marks taken off and words untouched; header lines (`key: value`) become `meta`."""
    from markdown_it import MarkdownIt  # imported here: plain text policies should not pay for it

    text = text.replace("\r\n", "\n")
    meta: dict[str, str] = {}
    if header := HEADER.match(text):
        meta = dict(_pair(line) for line in header["body"].splitlines() if ":" in line)
        text = text[header.end() :]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return Document(tuple(_Walk(tokens).blocks()), meta=meta)


def _pair(line: str) -> tuple[str, str]:
    key, _, rest = line.partition(":")
    return key.strip().lower(), rest.strip()


class _Walk:
    """One pass over markdown-it's flat token stream."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.found: list[Block] = []
        self.depth = 0
        self.marker = ""
        self.row: list[str] = []
        self.columns: tuple[str, ...] = ()
        self.in_head = False

    def blocks(self) -> list[Block]:
        for before, token in zip([None, *self.tokens], self.tokens, strict=False):
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self.depth += 1
                case "bullet_list_close" | "ordered_list_close":
                    self.depth -= 1
                case "list_item_open":
                    self.marker = f"{token.info}." if token.info else token.markup
                case "thead_open" | "thead_close":
                    self.in_head = token.type == "thead_open"
                case "tr_open":
                    self.row = []
                case "tr_close":
                    self._close_row()
                case "table_close":
                    self.columns = ()
                case "inline":
                    self._inline(token, before)
                case "code_block" | "fence":
                    self.found.append(Block("paragraph", " ".join(token.content.split())))
                case "html_block":
                    from knowledge.clauses.cleaning import clean  # here: clauses are made from documents, not the other way round

                    if text := clean(token.content):
                        self.found.append(Block("paragraph", text))
        return self.found

    def _inline(self, token: Token, before: Token | None) -> None:
        lines = plain_lines(token)
        text = " ".join(lines)
        if before and before.type in {"th_open", "td_open"}:
            self.row.append(text)
        elif not text:
            return
        elif before and before.type == "heading_open":
            self.found.append(Block("heading", text, level=int(before.tag[1])))
        elif self.depth and self.marker:
            self.found.append(Block("item", text, marker=self.marker, level=self.depth))
            self.marker = ""
        else:
            strong = bool(token.children) and token.content.startswith("**") and token.content.endswith("**")
            self.found.append(Block("paragraph", text, strong=strong))

    def _close_row(self) -> None:
        cells = tuple(cell for cell in self.row if cell)
        if self.in_head:
            self.columns = tuple(self.row) if any(self.row) else ()
        elif cells:
            columns = self.columns if len(self.columns) == len(self.row) == len(cells) else ()
            self.found.append(Block("row", " | ".join(cells), cells=cells, columns=columns))


def plain_lines(token: Token) -> list[str]:
    """The lines of an inline token without its marks; a link keeps its words, an image its description."""
    out = [""]
    for child in token.children or []:
        if child.type in {"text", "code_inline", "image", "html_inline"}:
            out[-1] += child.content
        elif child.type in {"softbreak", "hardbreak"}:
            out.append("")
    return [line.strip() for line in out if line.strip()]
