"""Lines in reading order → blocks: wrapped lines joined to paragraphs, lists, headings and tables told apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.documents.blocks import Block
from knowledge.documents.pdf_columns import Flow
from knowledge.documents.pdf_lines import joined
from knowledge.documents.pdf_mending import Mending
from knowledge.documents.pdf_page import UNKNOWN, Word
from knowledge.documents.pdf_tables import Table, blocks_of

BULLETS = "•●▪■◦○‣⁃·➢➤►▶✓✔❖◆\uf0b7\uf0a7\uf076\uf0d8\uf0fc"
DASHES = "-–—*"
LISTED = re.compile(r"^(?:\((?:[ivx]{1,5}|[a-zA-Z]|\d{1,2})\)|(?:[ivx]{1,5}|[a-zA-Z]|\d{1,2})[.)])$")  # "(iv)", "a)", "1."
NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2})+\.?$")  # "6.7"
ENDED = re.compile(r"[.!?:;][\"'”’)\]*-]*$")
LEADERS = re.compile(r"\.{4,}|…{2,}|(?:\. ){4,}")
LOOSE = 1.18  # times the usual distance between lines: more than this is a gap between paragraphs
STEP = 4.0  # points: an indent
SPACE = 0.28  # of the size: an ordinary space
LARGER = 1.08  # times the body's size: a heading
LONGEST_TITLE = 14  # words of a bold line of the body's size


@dataclass(slots=True)
class Line:
    """One line of a column: its words without the bullet or number in `marker`, and how it stands in the column."""

    words: list[Word]
    marker: str
    page: int
    flow: int
    left: float
    right: float
    start: float  # where the line begins, marker included
    bold: bool
    underlined: bool

    @property
    def text(self) -> str:
        """The words of the line."""
        return joined(self.words)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes: Counter[float] = Counter()
        for word in self.words:
            sizes[word.size] += len(word.text)
        return sizes.most_common(1)[0][0]

    @property
    def base(self) -> float:
        """Its baseline."""
        return max(self.words, key=lambda word: word.size).base


@dataclass(slots=True)
class Open:
    """The block being put together."""

    lines: list[Line]
    level: int = 0
    kind: str = "paragraph"


class Paragraphs:
    """All flows of a document put into blocks."""

    def __init__(self, flows: Sequence[tuple[int, Flow]]) -> None:
        self._flows = flows
        self._edges = _edges(flows)
        self._lines = [list(self._read(page, at, flow)) for at, (page, flow) in enumerate(flows)]
        lines = [line for flow in self._lines for line in flow if isinstance(line, Line)]
        self._body = _usual([(round(line.size, 1), len(line.text)) for line in lines], 10.0)
        self._leading = self._usual_leading()
        self._mending = Mending(line.text for line in lines)

    def blocks(self) -> list[Block]:
        """The blocks in reading order."""
        found: list[Block] = []
        tables: list[Table] = []
        current: Open | None = None
        indents: list[float] = []
        for line in (line for flow in self._lines for line in flow):
            if isinstance(line, Table):
                found += self._closed(current)
                current, indents = None, []
                tables.append(line)
                continue
            if current and self._continues(current, line):
                current.lines.append(line)
                continue
            found += self._closed(current)
            found += blocks_of(tables)
            tables = []
            current = Open([line])
            if line.marker:
                at = line.start - line.left
                indents = [*[indent for indent in indents if indent < at - STEP], at]
                current.kind, current.level = "item", len(indents)
            else:
                indents = []
        found += self._closed(current)
        found += blocks_of(tables)
        return self._with_levels(found)

    def _read(self, page: int, flow_at: int, flow: Flow) -> Iterable[Line | Table]:
        left, right = self._edges[flow.place]
        for row in flow.rows:
            if row[0].table:
                yield row[0].table
                continue
            pieces = [part.piece for part in row if part.piece]
            words = [word for piece in pieces for word in piece.words]
            words = [*words[:1], *(word for word in words[1:] if word.text != UNKNOWN or word.symbol)]
            if all(word.text == UNKNOWN for word in words):
                continue
            for before, after in pairwise(pieces):
                before.words[-1].spaced = after.words[0].x0 > before.words[-1].x1
            start = words[0].x0
            marker, words = _marker(words)
            bold = all(word.bold for word in words)
            underlined = all(piece.underlined for piece in pieces if len(piece.text) > 1)
            yield Line(words, marker, page, flow_at, left, right, start, bold, underlined)

    def _usual_leading(self) -> float:
        """The usual distance between baselines, in sizes."""
        steps: list[tuple[float, int]] = []
        for flow in self._lines:
            lines = [line for line in flow if isinstance(line, Line)]
            for before, line in pairwise(lines):
                if abs(before.size - line.size) < 0.3 and _is_full(before, line) and 0.9 < (line.base - before.base) / line.size < 3:
                    steps.append((round((line.base - before.base) / line.size, 1), 1))
        return _usual(steps, 1.25)

    def _is_heading(self, line: Line) -> bool:
        return line.size > LARGER * self._body

    def _continues(self, current: Open, line: Line) -> bool:
        """Whether `line` goes on with the block above it."""
        last = current.lines[-1]
        if abs(line.size - last.size) > 0.06 * last.size:
            return False
        full = _is_full(last, line)
        same_flow = line.flow == last.flow
        if same_flow and line.base - last.base > LOOSE * self._leading * line.size + 0.5:
            return False
        if line.marker and not (line.marker[0] in DASHES and full and not ENDED.search(last.text) and self._hangs(current, line)):
            return False
        if line.bold != last.bold and (not full or all(before.bold for before in current.lines) or current.lines[0] is last):
            return False
        if self._is_heading(line) or (line.bold and all(before.bold for before in current.lines)):
            return same_flow and full
        if LEADERS.search(last.text):
            return False  # a line of a contents page
        if not self._hangs(current, line):
            return False
        if _numbered(line) and (not full or ENDED.search(last.text)):
            return False
        if not full:
            return line.text[:1].islower() and not ENDED.search(last.text)
        return same_flow or last.words[-1].spaced or line.text[:1].islower() or not ENDED.search(last.text)

    def _hangs(self, current: Open, line: Line) -> bool:
        """Whether `line` begins where the next line of the block should."""
        first, last = current.lines[0], current.lines[-1]
        here = line.start - line.left
        if len(current.lines) > 1:
            return abs(here - (last.start - last.left)) < STEP
        if first.marker:
            return abs(here - (first.words[0].x0 - first.left)) < STEP or abs(here - (first.start - first.left)) < STEP or here < 2
        centred = abs((line.start + line.words[-1].x1) - (first.start + first.words[-1].x1)) < 6 and line.flow == first.flow
        hanging = bool(_numbered(first)) and here - (first.start - first.left) < 80
        return centred or abs(here - (first.start - first.left)) < STEP or here < first.start - first.left or hanging

    def _closed(self, current: Open | None) -> list[Block]:
        """The block of the lines gathered, its level still its size for a heading."""
        if current is None:
            return []
        first = current.lines[0]
        text = self._mending.joined([f"{line.text}{' ' if line.words[-1].spaced else ''}" for line in current.lines])
        if not text:
            return []
        strong = all(line.bold or line.underlined for line in current.lines)
        if first.marker and (current.kind == "item" or first.marker in BULLETS):
            return [Block("item", text, first.marker, current.level, first.page, strong=strong)]
        titled = strong and len(text.split()) <= LONGEST_TITLE and not text.endswith((".", ",", ";", ":"))
        if (self._is_heading(first) or titled) and not LEADERS.search(text):
            rank = round(first.size * 10)  # becomes the level once all headings are known
            return [Block("heading", text, first.marker, rank, first.page, strong=strong)]
        return [Block("paragraph", text, first.marker, 0, first.page, strong=strong)]

    def _with_levels(self, blocks: list[Block]) -> list[Block]:
        """The blocks with headings' sizes turned into levels, the largest 1."""
        sizes = sorted({block.level for block in blocks if block.kind == "heading"}, reverse=True)
        return [replace(block, level=min(sizes.index(block.level) + 1, 6)) if block.kind == "heading" else block for block in blocks]


def _edges(flows: Sequence[tuple[int, Flow]]) -> dict[tuple[int, ...], tuple[float, float]]:
    """The left and right edge of each kind of column, over all pages; the odd line that sticks out does not count."""
    lefts: dict[tuple[int, ...], list[float]] = defaultdict(list)
    rights: dict[tuple[int, ...], list[float]] = defaultdict(list)
    for _, flow in flows:
        for row in flow.rows:
            if row[0].piece:
                lefts[flow.place].append(row[0].x0)
                rights[flow.place].append(row[-1].x1)
    edges = {}
    for _, flow in flows:
        left, right = sorted(lefts[flow.place] or [0.0]), sorted(rights[flow.place] or [0.0])
        edges[flow.place] = (left[len(left) // 50], right[-1 - len(right) // 100])
    return edges


def _usual(counted: Iterable[tuple[float, int]], otherwise: float) -> float:
    counts: Counter[float] = Counter()
    for key, weight in counted:
        counts[key] += weight
    return counts.most_common(1)[0][0] if counts else otherwise


def _is_full(line: Line, following: Line) -> bool:
    """Whether a line ends because the next word did not fit, not because its writer ended it."""
    word = following.words[0]
    # Across a column or page break too: the room is that of the line's own column.
    return line.words[-1].x1 + SPACE * line.size + (word.x1 - word.x0) > line.right - 0.5


def _numbered(line: Line) -> bool:
    return bool(NUMBERED.match(line.words[0].text) or LISTED.match(line.words[0].text))


def _marker(words: list[Word]) -> tuple[str, list[Word]]:
    """(marker, the words after it): a bullet, or the number or letter of a list; ("", all words) where there is none."""
    first = words[0]
    if len(words) == 1:
        return "", words
    gap = words[1].x0 - first.x1
    wide = gap > 0.6 * first.size
    if (first.symbol or first.text == UNKNOWN) and len(first.text) == 1:  # a sign no font names, in front of words
        return first.text if first.text in BULLETS and first.text < "\ue000" else "•", words[1:]
    if len(first.text) == 1 and (first.text in BULLETS or (first.text == "o" and wide)):
        return ("•" if first.text == "o" or first.text >= "\ue000" else first.text), words[1:]
    if first.text in DASHES:
        return first.text, words[1:]
    if LISTED.match(first.text) and (wide or not first.text[0].isdigit()) and not first.bold:
        return first.text, words[1:]
    return "", words
