# ruff: noqa: ARG002  (the arguments of a device's methods are pdfminer's, needed or not)
"""One PDF page → its words in the order they were drawn, its ruling lines and how much of it is pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFResourceManager
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect, mult_matrix

from knowledge.errors import PolicyUnreadable

MAX_LETTERS = 60_000  # on one page; a full one has 6,000
MAX_DRAWN = 60_000  # lines, boxes and figures
GAP = 0.16  # of the size: more than this between two letters is a space
SAME_LINE = 0.45  # of the size: letters nearer than this in height stand on one line, superscripts too
RULE_WIDTH = 3.0  # points: a filled box thinner than this is a line
BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
SYMBOLS = re.compile(r"symbol|wingding|webding|dingbat|bullet", re.IGNORECASE)
LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00a0": " ",
        "\u2009": " ",
        "\u2003": " ",
        "\u2002": " ",
        "\u200b": "",
        "\ufeff": "",
        "\x00": "",
    }
)
UNKNOWN = "\ufffd"  # a letter whose font does not say which it is


@dataclass(slots=True)
class Word:
    """One word: where it stands (points from the page's left and top; `base` is its baseline) and how it is set."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    symbol: bool
    spaced: bool = False  # a space was written after it


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruling line, drawn straight across or straight down."""

    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def across(self) -> bool:
        """Whether it is horizontal."""
        return self.x1 - self.x0 >= self.bottom - self.top


@dataclass(slots=True)
class Page:
    """What stands on one page."""

    number: int
    width: float = 0
    height: float = 0
    words: list[Word] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)  # letters set at an angle: watermarks, labels
    pictured: float = 0  # the share of the page that pictures cover
    letters: int = 0
    unknown: int = 0


class PageReader(PDFTextDevice):
    """A pdfminer device that keeps words instead of layout objects: a third of the time, a tenth of the memory."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.page = Page(0)
        self._fonts: dict[int, tuple[bool, bool]] = {}
        self._mode = 0
        self._drawn = 0
        self._last: tuple[str, float, float] | None = None
        self._number = 0

    def begin_page(self, page: Any, ctm: Any) -> None:
        """Start a page."""
        x0, y0, x1, y1 = apply_matrix_rect(ctm, page.mediabox)
        self._number += 1
        self._drawn, self._last = 0, None
        self.page = Page(self._number, abs(x1 - x0), abs(y1 - y0))

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: PDFGraphicState) -> None:
        """Note how the string is painted (fill and stroke together is a poor man's bold), then draw it."""
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self, matrix: Any, font: PDFFont, fontsize: float, scaling: float, rise: float, cid: int, ncs: Any, graphicstate: PDFGraphicState
    ) -> float:
        """Add one letter to the page's words; the way to the next letter is returned, as pdfminer asks."""
        self.page.letters += 1
        if self.page.letters > MAX_LETTERS:
            raise _too_much(self._number)
        advance: float = font.char_width(cid) * fontsize * scaling
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = UNKNOWN
        a, b, c, d, x, y = matrix
        size = abs(fontsize) * (c * c + d * d) ** 0.5
        bold, symbol = self._look(font)
        if text == UNKNOWN and not symbol:
            self.page.unknown += 1
        if abs(b) > 0.02 * abs(a) or a <= 0:
            self.page.turned.append(text)
            return advance
        x, x_end = min(x, x + advance * a), max(x, x + advance * a)
        base = self.page.height - y - rise * d
        if -size <= x <= self.page.width + size and -size <= base <= self.page.height + size:  # what lies off the page is not seen
            self._add(text.translate(LIGATURES), x, x_end, base, size, bold or self._mode == 2, symbol)
        return advance

    def _add(self, text: str, x0: float, x1: float, base: float, size: float, bold: bool, symbol: bool) -> None:
        words = self.page.words
        last = words[-1] if words else None
        if text.isspace() or not text:
            if last:
                last.spaced = True
            return
        if self._last and self._last[0] == text and abs(x0 - self._last[1]) < 0.15 * size and abs(base - self._last[2]) < 0.15 * size:
            if last:
                last.bold = True  # the same letter twice in one place: bold made by hand
            return
        self._last = (text, x0, base)
        near = (
            last is not None
            and abs(base - last.base) < SAME_LINE * max(size, last.size)
            and -0.5 * size < x0 - last.x1 < GAP * max(size, last.size)
        )
        if last is None or last.spaced or not near or last.symbol != symbol:
            words.append(Word(text, x0, x1, base, size, bold, symbol))
            return
        last.text += text
        last.x1 = max(x1, last.x1)
        last.bold = last.bold and bold
        if size > last.size * 1.1:  # a small first letter was a superscript
            last.size, last.base = size, base

    def _look(self, font: PDFFont) -> tuple[bool, bool]:
        """(bold, a symbol font) of a font."""
        known = self._fonts.get(id(font))
        if known is None:
            name = str(font.fontname or "")
            weight = font.descriptor.get("FontWeight", 0)
            bold = (
                bool(BOLD.search(name))
                or (isinstance(weight, int) and weight >= 600)
                or bool(isinstance(font.flags, int) and font.flags & 1 << 18)
            )
            known = self._fonts[id(font)] = (bold, bool(SYMBOLS.search(name)))
        return known[0], known[1]

    def paint_path(self, gstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        """Keep the straight lines and thin boxes of a path as rules."""
        points: list[tuple[float, float]] = []
        for step in path:
            self._count()
            if step[0] == "m":
                self._outline(points, stroke, fill)
                points = []
            if step[0] in "ml":
                x, y = apply_matrix_pt(self._matrix(), (float(step[1]), float(step[2])))
                points.append((x, self.page.height - y))
            elif step[0] == "h" and points:
                points.append(points[0])
            else:
                points = []  # a curve rules nothing
        self._outline(points, stroke, fill)

    def _outline(self, points: list[tuple[float, float]], stroke: bool, fill: bool) -> None:
        if len(points) < 2:
            return
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        if min(right - left, bottom - top) <= RULE_WIDTH:
            if max(right - left, bottom - top) > 2 * RULE_WIDTH:
                self.page.rules.append(Rule(left, right, top, bottom))
        elif stroke or not fill:
            for (ax, ay), (bx, by) in pairwise(points):
                if abs(ax - bx) < 0.5 or abs(ay - by) < 0.5:
                    self.page.rules.append(Rule(min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)))

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:
        """Count a figure: figures that draw figures without end are one way to stop a reader."""
        self._count()

    def end_figure(self, name: str) -> None:
        """Nothing: words inside a figure are words of the page."""

    def render_image(self, name: str, stream: Any) -> None:
        """Add to the share of the page that is pictures."""
        a, b, c, d, _, _ = self._matrix()
        self.page.pictured += abs(a * d - b * c) / max(self.page.width * self.page.height, 1)

    def _matrix(self) -> Any:
        return self.ctm if self.ctm is not None else mult_matrix((1, 0, 0, 1, 0, 0), (1, 0, 0, 1, 0, 0))

    def _count(self) -> None:
        self._drawn += 1
        if self._drawn > MAX_DRAWN:
            raise _too_much(self._number)


def _too_much(page: int) -> PolicyUnreadable:
    return PolicyUnreadable(
        f"Page {page} of the PDF holds more than a page can.", "Print it to a new PDF, or save it as .docx, and import that."
    )
