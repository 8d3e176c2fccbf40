"""Small real documents made on the spot, for the tests to lock, cut, pack and spoil."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable

from PIL import Image

RULES = [
    "Staff must not accept friend requests from pupils.",
    "Staff should check the privacy settings of their accounts every term.",
    "Photographs of pupils may only be taken on the school’s own cameras.",
]


def pdf(pages: int = 2, *, password: str = "", draw: Callable[[object, int], None] | None = None) -> bytes:
    """A PDF of so many pages of text; `draw` may draw each page instead, `password` locks it."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption(password, canPrint=0) if password else None)
    for number in range(pages):
        if draw:
            draw(canvas, number)
        else:
            for at, rule in enumerate(RULES):
                canvas.drawString(72, 700 - 40 * at, f"{number + 1}.{at + 1} {rule}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scanned_pdf(pages: int = 3, text_pages: int = 0) -> bytes:
    """A PDF whose last pages are pictures, its first `text_pages` text."""
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.effect_noise((300, 420), 60))

    def draw(canvas: object, number: int) -> None:
        if number < text_pages:
            for at, rule in enumerate(RULES):
                canvas.drawString(72, 700 - 40 * at, rule)  # type: ignore[attr-defined]
        else:
            canvas.drawImage(picture, 0, 0, 595, 842)  # type: ignore[attr-defined]

    return pdf(pages, draw=draw)


def docx() -> bytes:
    """A Word document with a heading, paragraphs, a list and a table."""
    import docx as word

    document = word.Document()
    document.add_heading("Social media policy", 1)
    for rule in RULES:
        document.add_paragraph(rule)
    document.add_paragraph("Ask the head first.", style="List Bullet")
    document.add_paragraph("Keep a note of it.", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(["Do", "Do not", "Use the school’s own camera.", "Use your own telephone."]):
        table.cell(at // 2, at % 2).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx_with(part: str, content: bytes | Iterable[bytes]) -> bytes:
    """The Word document with one part replaced or added; a large one may come in pieces."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(entry, old.read(entry))
        with new.open(part, "w") as file:
            for piece in [content] if isinstance(content, bytes) else content:
                file.write(piece)
    return out.getvalue()


def picture(form: str = "PNG") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, form)
    return out.getvalue()


HTML = "<html><body><h1>Social media policy</h1>" + "".join(f"<p>{rule}</p>" for rule in RULES) + "<ul><li>Ask first.</ul></body></html>"
