"""One A4 sheet on which everything has its place, written out as PDF or as SVG so that both look alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from adapters.papers.imprint import Imprint
from adapters.papers.lettering import BOLD, DRAWING, PLAIN, SVG_FAMILY, load, width

WIDE, HIGH = A4  # points


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. ``x``, ``y``: where it begins, on its base line, from the sheet's left and top, in points."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False

    @property
    def font(self) -> str:
        """Which of our fonts it is set in."""
        return BOLD if self.bold else PLAIN


@dataclass(frozen=True, slots=True)
class Box:
    """A frame, from its upper left corner."""

    x: float
    y: float
    wide: float
    high: float
    thick: float = 1


@dataclass(frozen=True, slots=True)
class Squares:
    """Black squares in rows, such as a QR code; ``side``: of one of them."""

    x: float
    y: float
    side: float
    rows: tuple[tuple[bool, ...], ...]


Placed = Line | Box | Squares


def sheet_pdf(placed: Iterable[Placed]) -> bytes:
    """The sheet as a PDF of one page."""
    out = BytesIO()
    with DRAWING:
        load()
        canvas = Canvas(out, pagesize=A4, lang="en-GB")
        canvas._doc.info = Imprint()
        for one in placed:
            _on_canvas(canvas, one)
        canvas.save()
    return out.getvalue()


def sheet_svg(placed: Sequence[Placed], title: str, description: str) -> str:
    """The sheet as SVG. Each line is as wide as in the PDF, whatever font the reader has.

    `description`: what it says, for those who hear it.
    """
    body = "\n".join(_as_svg(one) for one in placed)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 {WIDE:.2f} {HIGH:.2f}" '
        f'role="img" aria-labelledby="poster-title poster-desc" font-family="{escape(SVG_FAMILY)}">\n'
        f'<title id="poster-title">{escape(title)}</title>\n<desc id="poster-desc">{escape(description)}</desc>\n'
        f'<rect width="{WIDE:.2f}" height="{HIGH:.2f}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _on_canvas(canvas: Canvas, one: Placed) -> None:
    match one:
        case Line():
            canvas.setFont(one.font, one.size)
            canvas.drawString(one.x, HIGH - one.y, one.text)
        case Box():
            canvas.setLineWidth(one.thick)
            canvas.rect(one.x, HIGH - one.y - one.high, one.wide, one.high)
        case Squares():
            path = canvas.beginPath()
            for x, y, run in _runs(one):
                path.rect(x, HIGH - y - one.side, run, one.side)
            canvas.drawPath(path, stroke=0, fill=1)


def _as_svg(one: Placed) -> str:
    match one:
        case Line():
            weight = ' font-weight="bold"' if one.bold else ""
            length = width(one.text, one.size, one.font)
            return (
                f'<text x="{one.x:.2f}" y="{one.y:.2f}" font-size="{one.size:.2f}"{weight} textLength="{length:.2f}" '
                f'lengthAdjust="spacingAndGlyphs">{escape(one.text)}</text>'
            )
        case Box():
            return (
                f'<rect x="{one.x:.2f}" y="{one.y:.2f}" width="{one.wide:.2f}" height="{one.high:.2f}" '
                f'fill="none" stroke="#000" stroke-width="{one.thick:.2f}"/>'
            )
        case Squares():
            drawn = "".join(f"M{x:.3f} {y:.3f}h{run:.3f}v{one.side:.3f}h{-run:.3f}z" for x, y, run in _runs(one))
            return f'<path d="{drawn}" fill="#000" shape-rendering="crispEdges"/>'


def _runs(squares: Squares) -> Iterable[tuple[float, float, float]]:
    """(x, y, length) of each unbroken run of black squares: drawn one by one, they would show hairlines between them."""
    for row, cells in enumerate(squares.rows):
        at = 0
        while at < len(cells):
            if not cells[at]:
                at += 1
                continue
            end = at
            while end < len(cells) and cells[end]:
                end += 1
            yield squares.x + at * squares.side, squares.y + row * squares.side, (end - at) * squares.side
            at = end
