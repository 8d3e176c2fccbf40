"""Word documents → blocks: body order, lists with their printed markers, tables, boxes and footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.documents.blocks import Block, Document, LeftOut
from knowledge.documents.docx_numbering import Numbering
from knowledge.documents.docx_package import Package, Style, W, is_on, open_package, value, whole
from knowledge.documents.docx_words import Words, words_of
from knowledge.documents.rows import Row, cell_text, table_blocks

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

HEADING = re.compile(r"^(?:heading|überschrift) (\d)$")
LIST_STYLE = re.compile(r"^list (?:bullet|number)(?: (\d))?$")
CONTENTS_STYLE = re.compile(r"^(?:toc \d|toc heading|contents \d|table of figures)$")
TYPED_BULLET = re.compile(r"^(?P<mark>[•●▪■◦○‣⁃·\uf0b7\uf0a7➢✓✔]|[-–—*](?=\s)|o(?=\t))\s*(?P<text>\S.*)$")
LIST_LINE = re.compile(r"^(?:[•●▪■◦○‣⁃·\uf0b7\uf0a7➢✓✔]\s*|[-–—*]\s+|\(?(?:[ivx]{1,5}|[a-z]|\d{1,2})[.)]\s+)\S", re.IGNORECASE)
LONGEST_CELL = 150  # words: a table with more than this in a cell only lays the page out
LONGEST_TITLE = 12
TRACKED = {f"{W}ins", f"{W}moveTo", f"{W}sdtContent", f"{W}smartTag", f"{W}customXml"}
DEEPEST = 40


def read_docx(content: bytes) -> Document:
    """The blocks of a Word document; it has no pages of its own. Raises PolicyUnreadable where the package is damaged."""
    package = open_package(content)
    walk = _Walk(package)
    blocks = walk.read(package.body)
    blocks += walk.footnotes()
    walk.running_heads()
    meta = {"title": package.title} if package.title else {}
    return Document(tuple(blocks), tuple(walk.left_out), meta=meta)


class _Walk:
    """One pass through the body; it counts the lists as Word would."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._numbering = Numbering(package.numbering)
        self._notes: list[tuple[str, str]] = []
        self._indents: list[int] = []
        self._carried: Words | None = None  # a paragraph whose end was deleted goes on in the next
        self._fields: list[bool] = []  # open fields; True for a table of contents
        self.left_out: list[LeftOut] = []

    def read(self, parent: Element, depth: int = 0) -> list[Block]:
        """The blocks of a body, cell, box or note, in order."""
        blocks: list[Block] = []
        for child in parent:
            if depth > DEEPEST:
                break
            if child.tag == f"{W}p":
                blocks += self._paragraph(child, depth)
            elif child.tag == f"{W}tbl":
                self._indents = []
                blocks += self._table(child, depth)
            elif child.tag == f"{W}sdt" and (value(child, "sdtPr/docPartObj/docPartGallery") or "").lower() == "table of contents":
                self._contents(block.text for block in self.read(child, depth + 1))
            elif child.tag in TRACKED or child.tag == f"{W}sdt":
                blocks += self.read(child, depth + 1)
        return blocks

    def footnotes(self) -> list[Block]:
        """The notes referred to, in the order of the text, each a paragraph."""
        blocks = []
        for key in dict.fromkeys(self._notes):
            note = self._package.notes.get(key)
            if note is not None:
                blocks += [replace(block, kind="paragraph", level=0) for block in self.read(note)]
        return blocks

    def running_heads(self) -> None:
        """None; what stands in the headers and footers goes to `left_out`, once each."""
        seen = {left.text for left in self.left_out if left.why == "running head"}
        for root in self._package.running:
            for block in self.read(root):
                if block.text not in seen:
                    seen.add(block.text)
                    self.left_out.append(LeftOut(block.text, "running head"))

    def _paragraph(self, element: Element, depth: int) -> list[Block]:
        properties = element.find(f"{W}pPr")
        key = value(properties, "pStyle") or self._package.default_style
        style = self._package.styles.get(key, Style())
        words = words_of(element, style)
        self._notes += words.notes
        self.left_out += [LeftOut(text, "hidden text") for text in words.hidden]
        if self._carried:
            words.pieces = [*self._carried.pieces, *words.pieces]
            words.strong = words.strong and self._carried.strong
        mark = properties.find(f"{W}rPr") if properties is not None else None
        self._carried = words if mark is not None and mark.find(f"{W}del") is not None else None
        if self._carried:
            return []
        in_contents = self._follow_fields(words) or bool(CONTENTS_STYLE.match(style.name))
        blocks: list[Block] = []
        if in_contents:
            self._contents([words.text])
        elif words.text:
            blocks = self._blocks(words, style, properties)
        for box in words.boxes:
            blocks += self.read(box, depth + 1)
        return blocks

    def _contents(self, lines: Iterable[str]) -> None:
        self.left_out += [LeftOut(" ".join(line.split()), "contents") for line in lines if line.strip()]

    def _follow_fields(self, words: Words) -> bool:
        """Whether the paragraph belongs to a contents field, which begins in one paragraph and ends in a later one."""
        inside = any(self._fields)
        for said in words.fields:
            if said == "begin":
                self._fields.append(False)
            elif said == "end" and self._fields:
                self._fields.pop()
            elif self._fields and re.match(r"TOC\b", said):
                self._fields[-1] = inside = True
        return inside

    def _blocks(self, words: Words, style: Style, properties: Element | None) -> list[Block]:
        """The block of a paragraph; several where its soft line breaks hold several list lines."""
        level = _heading_level(style, properties)
        num_id = value(properties, "numPr/numId") or style.num_id
        depth = whole(value(properties, "numPr/ilvl"))
        depth = (style.depth or 0) if depth is None else depth
        lines = [line for line in words.text.split("\n") if line]
        if num_id is not None and self._numbering.knows(num_id):
            marker = self._numbering.next_marker(num_id, depth)
            text = " ".join(lines)
            if level:
                return [Block("heading", text, marker, level, strong=words.strong)]
            if self._is_title(num_id, depth, words, text):
                return [Block("heading", text, marker, depth + 1, strong=True)]
            if re.search(r"\w\.\w", marker) and not self._numbering.is_bullet(num_id, depth):
                self._indents = []
                return [Block("paragraph", text, marker, strong=words.strong)]  # "4.1": a numbered rule, not a list
            return [Block("item", text, marker or "•", self._level(style, properties, num_id, depth), strong=words.strong)]
        if level:
            return [Block("heading", " ".join(lines), level=level, strong=words.strong)]
        if not _holds_list(lines):
            lines = [" ".join(lines)]
        return [self._plain(line, words.strong) for line in lines]

    def _is_title(self, num_id: str, depth: int, words: Words, text: str) -> bool:
        """A short bold numbered line is a heading made by hand."""
        return (
            words.strong
            and len(text.split()) <= LONGEST_TITLE
            and not text.endswith((".", ";", ",", ":"))
            and not self._numbering.is_bullet(num_id, depth)
        )

    def _plain(self, line: str, strong: bool) -> Block:
        bullet = TYPED_BULLET.match(line)
        if bullet:
            mark = bullet["mark"] if bullet["mark"] not in "\uf0b7\uf0a7o" else "•"
            return Block("item", bullet["text"], mark, max(len(self._indents), 1), strong=strong)
        self._indents = []
        return Block("paragraph", line, strong=strong)

    def _level(self, style: Style, properties: Element | None, num_id: str, depth: int) -> int:
        """An item's depth: as its list says, or deeper where only its style's name or its indent shows it."""
        named = LIST_STYLE.match(style.name)
        element = properties.find(f"{W}ind") if properties is not None else None
        own = whole(element.get(f"{W}left") or element.get(f"{W}start")) if element is not None else None
        indent = self._numbering.indent(num_id, depth) if own is None else own
        if indent is not None:
            self._indents = [*[before for before in self._indents if before < indent], indent]
        return max(depth + 1, int(named[1] or 1) if named else 1, len(self._indents))

    def _table(self, table: Element, depth: int) -> list[Block]:
        grid = [(row, _cells(row)) for row in _rows(table)]
        read = [(row, [(span, self.read(cell, depth + 1) if cell is not None else []) for span, cell in cells]) for row, cells in grid]
        self._indents = []
        content = [[blocks for _, blocks in cells] for _, cells in read]
        words = [sum(len(block.text.split()) for block in blocks) for row in content for blocks in row]
        if max((len(row) for row in content), default=0) < 2 or max(words, default=0) > LONGEST_CELL:
            return [block for row in content for blocks in row for block in blocks]
        rows = []
        for row, cells in read:
            texts: list[str] = []
            for span, blocks in cells:
                texts += [_cell(blocks), *[""] * (span - 1)]
            marked = is_on(row.find(f"{W}trPr"), "tblHeader") or False
            filled = [blocks for _, blocks in cells if blocks]
            strong = bool(filled) and all(block.strong or block.kind == "heading" for blocks in filled for block in blocks)
            rows.append(Row(tuple(texts), marked or strong or _is_shaded(row)))
        if len(rows) > 1 and all(row.header for row in rows):
            rows = [replace(row, header=False) for row in rows]  # shaded or bold throughout: that marks nothing
        return table_blocks(rows)


def _heading_level(style: Style, properties: Element | None) -> int:
    """1 to 9 for a heading by its style or outline level; 0 for none."""
    if found := HEADING.match(style.name):
        return int(found[1])
    if style.name in {"title", "subtitle"}:
        return 1
    own = whole(value(properties, "outlineLvl"))
    outline = style.outline if own is None else own
    return outline + 1 if outline is not None and 0 <= outline < 9 else 0


def _holds_list(lines: list[str]) -> bool:
    """Whether a paragraph's lines are a list, or lines of a title page, rather than a text broken by hand."""
    if len(lines) < 2:
        return False
    if any(LIST_LINE.match(line) for line in lines[1:]):
        return True
    usual = sorted(len(line.split()) for line in lines)[len(lines) // 2]
    return len(lines) >= 3 and usual <= LONGEST_TITLE and all(line[0].isupper() and not line.endswith((".", ",", ";")) for line in lines)


def _rows(table: Element) -> list[Element]:
    """The rows of a table, those inside content controls and insertions too, deleted ones left out."""
    rows: list[Element] = []
    for child in table:
        if child.tag == f"{W}tr" and child.find(f"{W}trPr/{W}del") is None:
            rows.append(child)
        elif child.tag in TRACKED or child.tag == f"{W}sdt":
            rows += _rows(child)
    return rows


def _cells(row: Element) -> list[tuple[int, Element | None]]:
    """(columns spanned, cell) of a row; None for a cell that only carries on the one above."""
    cells: list[tuple[int, Element | None]] = []
    for child in row:
        if child.tag == f"{W}tc":
            properties = child.find(f"{W}tcPr")
            merge = properties.find(f"{W}vMerge") if properties is not None else None
            carried = merge is not None and merge.get(f"{W}val") != "restart"
            span = min(max(whole(value(properties, "gridSpan")) or 1, 1), 50)
            cells.append((span, None if carried else child))
        elif child.tag in TRACKED or child.tag == f"{W}sdt":
            cells += _cells(child)
    return cells


def _cell(blocks: list[Block]) -> str:
    """One cell's text; its own list items keep their bullets so that they can be told apart later."""
    lines = []
    for block in blocks:
        if block.kind == "item":
            lines.append(f"{block.marker if block.marker[:1].isalnum() or block.marker[:1] == '(' else '•'} {block.text}")
        else:
            lines.append(f"{block.marker} {block.text}".strip())
    return cell_text(lines)


def _is_shaded(row: Element) -> bool:
    fills = [cell.find(f"{W}tcPr/{W}shd") for cell in row.findall(f"{W}tc")]
    return bool(fills) and all(fill is not None and (fill.get(f"{W}fill") or "auto").lower() not in {"auto", "ffffff"} for fill in fills)
