"""Web pages → blocks: the main words of the page, its menus and side columns left out."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from dataclasses import dataclass, field

from knowledge.documents.blocks import Block, Document, LeftOut
from knowledge.documents.docx_numbering import as_written
from knowledge.documents.rows import Row, cell_text, table_blocks
from knowledge.errors import PolicyUnreadable

SILENT = {"script", "style", "noscript", "template", "svg", "math", "head", "iframe", "object", "button", "select", "textarea", "canvas"}
BESIDE = {"nav", "footer", "aside", "header"}
BESIDE_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search"}
VOID = {"br", "img", "hr", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"}
BOLD = {"b", "strong", "u"}
BREAKS = {"p", "div", "section", "article", "main", "blockquote", "pre", "figure", "figcaption", "form", "fieldset", "address", "hr"}
BREAKS |= {"dl", "dt", "dd", "details", "summary", "body", "html", "center", "caption", "thead", "tbody", "tfoot"}
LISTS = {"ul", "ol", "menu"}
HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
DEEPEST = 100  # open tags; below that, tags are passed over and their words kept
MOST = 500_000  # tags and runs of words: a long policy saved by Word has 50,000


def read_html(text: str) -> Document:
    """The blocks of a web page; it has no pages of its own. Its `main` part where it names one, else all but its menus."""
    from lxml import etree  # type: ignore[import-untyped]

    reader = _Reader()
    # libxml2 closes what pages leave open, and is quick where the standard library's parser is not: on what is no HTML at all.
    parser = etree.HTMLParser(target=reader, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    with contextlib.suppress(etree.XMLSyntaxError):  # it stops where a page is nested beyond reason: what came before was read
        parser.feed(text.encode("utf-8", "replace"))
        parser.close()
    reader.close()
    if reader.main and any(len(block.text.split()) > 3 for block in reader.main):
        beside = [LeftOut(block.text, "beside the main text") for block in reader.around]
        return Document(tuple(reader.main), (*reader.left_out, *beside), meta=reader.meta)
    return Document(tuple(reader.everything), tuple(reader.left_out), meta=reader.meta)


@dataclass(slots=True)
class _List:
    numbered: bool
    form: str
    next: int


@dataclass(slots=True)
class _Table:
    rows: list[Row] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # of the cell being read
    heads: int = 0
    spans: int = 1
    blocks: list[Block] = field(default_factory=list)  # of all cells, for a table that only lays out the page


class _Reader:
    """One pass over the elements, called by the parser."""

    def __init__(self) -> None:
        self.everything: list[Block] = []
        self.main: list[Block] = []
        self.around: list[Block] = []
        self.left_out: list[LeftOut] = []
        self.meta: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []  # (tag, why its words are left out, "" where they are not)
        self._inside: Counter[str] = Counter()  # how many of each tag are open
        self._met = 0
        self._deeper = 0  # tags open beyond the depth that is followed
        self._lists: list[_List] = []
        self._tables: list[_Table] = []
        self._text: list[str] = []
        self._plain = False  # some words of the block are not bold
        self._marker = ""
        self._title: list[str] = []

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Enter an element."""
        self._count()
        if tag == "br":
            self._text.append("\n")
        if tag in BREAKS or tag in HEADINGS or tag in LISTS or tag in {"li", "table", "tr", "td", "th"}:
            self._end_block()
        if tag in VOID:
            return
        if len(self._open) >= DEEPEST:
            self._deeper += 1
            return
        self._open.append((tag, self._why_left_out(tag, given)))
        self._inside[tag] += 1
        if tag in LISTS:
            start = given.get("start", "")
            self._lists.append(_List(tag == "ol", given.get("type", ""), int(start) if re.fullmatch(r"\d{1,4}", start) else 1))
        elif tag == "li":
            self._marker = self._next_marker(given)
        elif tag == "table":
            self._tables.append(_Table())
        elif tag in {"td", "th"} and self._tables:
            table = self._tables[-1]
            span = given.get("colspan", "")
            table.lines, table.spans = [], min(int(span), 50) if re.fullmatch(r"[1-9]\d?", span) else 1
            table.heads += tag == "th"

    def end(self, tag: str) -> None:
        """Leave an element, and whatever inside it was left open."""
        if tag in VOID:
            return
        if self._deeper:
            self._deeper -= 1
            return
        while self._inside[tag]:
            name = self._close_innermost()
            if name == tag:
                return

    def data(self, data: str) -> None:
        """Words of the page."""
        self._count()
        if self._inside["title"]:
            self._title.append(data)
        self._text.append(data if self._inside["pre"] else data.replace("\n", " "))
        if not any(self._inside[name] for name in BOLD) and any(letter.isalnum() for letter in data):
            self._plain = True

    def close(self) -> None:
        """Close what the page left open."""
        while self._open:
            self._close_innermost()
        self._end_block()
        if title := " ".join("".join(self._title).split()):
            self.meta["title"] = title

    def _count(self) -> None:
        self._met += 1
        if self._met > MOST:
            raise PolicyUnreadable("The web page holds far more than a policy.", "Save only the policy itself and import that.")

    def _close_innermost(self) -> str:
        name = self._open[-1][0]
        self._leave(name)
        self._open.pop()
        self._inside[name] -= 1
        return name

    def _why_left_out(self, tag: str, given: dict[str, str]) -> str:
        above = self._open[-1][1] if self._open else ""
        hidden = "hidden" in given or given.get("aria-hidden") == "true" or bool(HIDDEN_STYLE.search(given.get("style", "")))
        in_article = self._inside["article"] or self._inside["main"]
        if above or tag in SILENT:
            return above or "silent"
        if hidden:
            return "hidden text"
        if given.get("role", "") in BESIDE_ROLES or (tag in BESIDE and not (tag == "header" and in_article)):
            return "beside the main text"
        return ""

    def _next_marker(self, given: dict[str, str]) -> str:
        here = self._lists[-1] if self._lists else _List(False, "", 1)
        if not here.numbered:
            return "•"
        own = given.get("value", "")
        number = int(own) if re.fullmatch(r"\d{1,4}", own) else here.next
        here.next = number + 1
        return f"{as_written(number, FORMS.get(here.form, 'decimal'))}."

    def _leave(self, tag: str) -> None:
        if tag in BREAKS or tag in HEADINGS or tag in LISTS or tag in {"li", "tr", "td", "th", "table", "title", *SILENT, *BESIDE}:
            self._end_block()
        if tag in LISTS and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._marker = ""
        elif tag in {"td", "th"} and self._tables:
            table = self._tables[-1]
            table.cells += [cell_text(table.lines), *[""] * (table.spans - 1)]
            table.lines = []
        elif tag == "tr" and self._tables and self._tables[-1].cells:
            table = self._tables[-1]
            table.rows.append(Row(tuple(table.cells), header=table.heads >= len(table.cells)))
            table.cells, table.heads = [], 0
        elif tag == "table" and self._tables:
            self._end_table(self._tables.pop())

    def _end_table(self, table: _Table) -> None:
        lays_out = any(len(cell.split()) > 150 for row in table.rows for cell in row.cells) or all(len(row.cells) < 2 for row in table.rows)
        for block in table.blocks if lays_out else table_blocks(table.rows):
            self._give(block)

    def _end_block(self) -> None:
        """Give out the words gathered so far as a block."""
        raw, self._text = "".join(self._text).replace("\u00ad", "").replace("\u200b", ""), []
        strong, self._plain = not self._plain, False
        lines = [line for part in raw.split("\n") if (line := " ".join(part.split()))]
        if not lines:
            return
        why = self._open[-1][1] if self._open else ""
        text = " ".join(lines)
        if why:
            if why != "silent":
                self.left_out.append(LeftOut(text, why))
            return
        rank = next((HEADINGS[name] for name, _ in reversed(self._open) if name in HEADINGS), 0)
        if rank:
            self._give(Block("heading", text, level=rank, strong=strong))
        elif self._marker:
            self._give(Block("item", text, self._marker, max(len(self._lists), 1), strong=strong))
            self._marker = ""
        else:
            self._give(Block("paragraph", text, strong=strong))

    def _give(self, block: Block) -> None:
        """Put a block where it belongs: into the cell being read, or into the page."""
        if self._tables:
            table = self._tables[-1]
            table.lines.append(f"{block.marker} {block.text}".strip())
            table.blocks.append(block)
            return
        self.everything.append(block)
        (self.main if self._inside["main"] else self.around).append(block)
