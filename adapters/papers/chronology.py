"""A case's chronology as PDF, to be read and filed, and as CSV, to be worked with. Every word of it is there as it was typed."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, HRFlowable, PageTemplate, Paragraph, Spacer

from adapters.papers.imprint import Imprint
from adapters.papers.lettering import BOLD, DRAWING, PLAIN, drawable, load
from adapters.papers.spreadsheet import csv_bytes
from bot.concerns.chronology import Chronology

CONFIDENTIAL = "Confidential: safeguarding"
CSV_TITLES = ("When", "Who", "What", "Text", "Reason")
UNDRAWN = "Characters that this paper cannot show stand here by number, such as [U+1F600]. The CSV export has them as they were typed."
NAMELESS = "Times given with “about” are kept to the hour, so that they name nobody."
MARGIN, TOP, BOTTOM = 20 * mm, 26 * mm, 22 * mm
_TEXT = ParagraphStyle(
    "text", fontName=PLAIN, fontSize=10, leading=14, alignment=TA_LEFT, splitLongWords=1, allowWidows=0, allowOrphans=0, leftIndent=6 * mm
)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontName=BOLD, fontSize=16, leading=22, leftIndent=0, spaceAfter=2 * mm)
_HEAD = ParagraphStyle("head", parent=_TEXT, leftIndent=58 * mm, bulletFontName=PLAIN, bulletFontSize=10, bulletIndent=0)
_WHEN = ParagraphStyle("when", parent=_TEXT, fontName=BOLD, leftIndent=0, keepWithNext=1, spaceBefore=3 * mm)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=8.5, leading=12, leftIndent=0)


def chronology_pdf(found: Chronology, school: str) -> bytes:
    """The chronology as a PDF. `school`: its name."""
    out = BytesIO()
    with DRAWING:
        load()
        page = f"{found.reference} · {CONFIDENTIAL}"
        paper = BaseDocTemplate(
            out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=TOP, bottomMargin=BOTTOM, lang="en-GB", pageCompression=1
        )
        frame = Frame(
            MARGIN, BOTTOM, A4[0] - 2 * MARGIN, A4[1] - TOP - BOTTOM, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
        )
        paper.addPageTemplates([PageTemplate(frames=[frame])])
        paper.build(list(_flow(found, school)), canvasmaker=lambda *told, **named: _Pages(page, *told, **named))
    return out.getvalue()


def chronology_csv(found: Chronology) -> bytes:
    """The chronology as CSV: what the case is, a line each; an empty line; then what happened, with titles."""
    rows = [(row.when, row.who, row.what, row.text, row.reason) for row in found.rows]
    return csv_bytes([("", CONFIDENTIAL), *found.head, (), CSV_TITLES, *rows])


def _flow(found: Chronology, school: str) -> Iterator[Any]:
    yield from _paragraphs(f"Chronology of report {found.reference}", _TITLE)
    yield from _paragraphs(school, _TEXT.clone("school", leftIndent=0, spaceAfter=3 * mm))
    for title, words in found.head:
        yield Paragraph(_markup(words), _HEAD, bulletText=drawable(title))
    yield Spacer(1, 3 * mm)
    yield HRFlowable(width="100%", thickness=0.8, color=black)
    for row in found.rows:
        yield from _paragraphs(f"{row.when} · {row.who} · {row.what}", _WHEN)
        yield from _paragraphs(row.text, _TEXT)
        if row.reason:
            yield from _paragraphs(f"Reason: {row.reason}", _TEXT)
    yield Spacer(1, 4 * mm)
    yield HRFlowable(width="100%", thickness=0.8, color=black)
    told = [*(words for _, words in found.head), *(f"{row.when} {row.who} {row.text} {row.reason}" for row in found.rows)]
    if any(", about " in row.when for row in found.rows):
        yield from _paragraphs(NAMELESS, _SMALL)
    if any("[U+" in drawable(words) for words in told):
        yield from _paragraphs(UNDRAWN, _SMALL)


def _paragraphs(text: str, style: ParagraphStyle) -> Iterator[Any]:
    """A paragraph for each line of a text, so that each may begin on one page and end on another."""
    for line in drawable(text).split("\n"):
        if line.strip():
            yield Paragraph(_markup(line), style)
        elif text.strip():
            yield Spacer(1, style.leading / 2)


def _markup(text: str) -> str:
    """Text as reportlab takes it for what it is: nothing in it is markup, and blanks stay as many as were typed."""
    return escape(drawable(text)).replace("  ", "\u00a0 ")


class _Pages(Canvas):  # type: ignore[misc]
    """A canvas that writes on every page what the paper is, and which page of how many; its metadata says "Signpost" alone."""

    def __init__(self, page: str, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        self._doc.info = Imprint()
        self._said = page
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 (reportlab's own name)
        """Nothing: the page is kept until it is known how many there are."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Nothing: all pages are written."""
        kept = self._kept
        for number, page in enumerate(kept, 1):
            self.__dict__.update(page)
            self.setFont(PLAIN, 8.5)
            self.drawString(MARGIN, A4[1] - 15 * mm, self._said)
            self.line(MARGIN, A4[1] - 17.5 * mm, A4[0] - MARGIN, A4[1] - 17.5 * mm)
            self.drawString(MARGIN, 12 * mm, CONFIDENTIAL)
            self.drawRightString(A4[0] - MARGIN, 12 * mm, f"Page {number} of {len(kept)}")
            super().showPage()
        super().save()
