"""PDFs with text → blocks in reading order, with page numbers; running heads and feet left out."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from knowledge.documents.archive import no_pdf_bomb
from knowledge.documents.blocks import Document, LeftOut
from knowledge.documents.pdf_blocks import Paragraphs
from knowledge.documents.pdf_columns import Flow, Part, flows_of, gutters_of, usual_gutters
from knowledge.documents.pdf_lines import pieces_of, without_furniture, writes_spaces
from knowledge.documents.pdf_page import Page, PageReader
from knowledge.documents.pdf_tables import tables_of
from knowledge.errors import PolicyUnreadable

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

MAX_PAGES = 400
MAX_DRAWING = 6 * 1024 * 1024  # bytes of one page's drawing commands
MAX_SEARCHED = 1024 * 1024
TABLE_AT = re.compile(rb"startxref\s{1,8}(\d{1,10})")
TABLE = re.compile(rb"\s*(?:xref|\d+\s+\d+\s+obj)")
TAIL = 64 * 1024  # bytes in which a PDF's end must be found; some servers append to it
FEW_WORDS = 12  # a page with fewer, and a picture over most of it, is a scan
COVERED = 0.5
RESAVE = "Open it in the program it was made with, save it again as PDF or .docx, and import that."


def read_pdf(content: bytes, progress: Callable[[int, int], None] | None = None, name: str = "The PDF") -> Document:
    """The blocks of a PDF; `progress` is called with (pages read, pages in all).

    Raises PolicyUnreadable where it is locked, damaged, scanned or beyond all measure.
    """
    if not _is_whole(content):
        raise _damaged(name)
    no_pdf_bomb(content, name)
    pages = _pages(content, progress, name)
    kept, furniture = without_furniture(pages, [pieces_of(page) for page in pages])
    scans = [
        page.number
        for page, pieces in zip(pages, kept, strict=True)
        if page.pictured > COVERED and sum(len(p.words) for p in pieces) < FEW_WORDS
    ]
    _is_readable(pages, scans, name)
    parts: list[list[Part]] = []
    spaces = writes_spaces(kept)
    for page, pieces in zip(pages, kept, strict=True):
        tables, pieces = tables_of(page, pieces, spaces)
        found = [Part(piece.x0, piece.x1, piece.base, piece=piece) for piece in pieces]
        parts.append(found + [Part(table.box[0], table.box[2], table.box[1], table=table) for table in tables])
    usual = usual_gutters([gutters_of(found) for found in parts])
    flows: list[tuple[int, Flow]] = [
        (page.number, flow) for page, found in zip(pages, parts, strict=True) for flow in flows_of(page.width, found, usual)
    ]
    left_out = [
        *furniture,
        *(LeftOut("".join(page.turned), "set at an angle", page.number) for page in pages if page.turned),
        *(LeftOut(f"Page {number} is a picture", "scanned page", number) for number in scans),
    ]
    return Document(tuple(Paragraphs(flows).blocks()), tuple(left_out), len(pages))


def _pages(content: bytes, progress: Callable[[int, int], None] | None, name: str) -> list[Page]:
    """Every page's words and rules."""
    from pdfminer.pdfdocument import PDFEncryptionError
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdftypes import resolve1

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # its warnings of odd colours and boxes tell nobody anything
    resources = PDFResourceManager()
    reader = PageReader(resources)
    interpreter = PDFPageInterpreter(resources, reader)
    pages: list[Page] = []
    try:
        found = list(islice(PDFPage.create_pages(_opened(content)), MAX_PAGES + 1))
        if len(found) > MAX_PAGES:
            raise PolicyUnreadable(f"{name} has more than {MAX_PAGES} pages.", "Import only the policy itself.")
        for page in found:
            streams = [resolve1(stream) for stream in page.contents]
            if sum(len(stream.get_data()) for stream in streams if stream is not None) > MAX_DRAWING:
                raise PolicyUnreadable(f"Page {len(pages) + 1} of {name} holds more than a page can.", RESAVE)
            interpreter.process_page(page)
            pages.append(reader.page)
            if progress:
                progress(len(pages), len(found))
    except PolicyUnreadable:
        raise
    except Exception as error:  # pdfminer raises whatever a damaged file makes it stumble over
        if isinstance(error, PDFEncryptionError):
            raise PolicyUnreadable(f"{name} is locked with a password.", "Save it without the password and import it again.") from None
        raise _damaged(name) from None
    if not pages:
        raise _damaged(name)
    return pages


def _is_whole(content: bytes) -> bool:
    """Whether the PDF has its end, and the table that the end points to (a small file may do without: it is searched).

    Where the end is missing, pages may be too, and a policy without its last page must not be taken for whole.
    """
    ends = list(TABLE_AT.finditer(content, max(0, len(content) - TAIL)))
    if not ends:
        return False
    at = int(ends[-1][1])
    return len(content) <= MAX_SEARCHED or bool(TABLE.match(content, at, at + 64))


def _opened(content: bytes) -> PDFDocument:
    """The PDF's objects by its own table of them, or, in a small file, by looking for them: that takes too long in a large one."""
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
    from pdfminer.pdfparser import PDFParser

    try:
        return PDFDocument(PDFParser(io.BytesIO(content)), fallback=False)
    except PDFEncryptionError:
        raise
    except Exception:
        if len(content) > MAX_SEARCHED:
            raise
    return PDFDocument(PDFParser(io.BytesIO(content)))


def _is_readable(pages: list[Page], scans: list[int], name: str) -> None:
    """None; raises PolicyUnreadable where the words are in pictures, or in fonts that do not say which letters they hold."""
    letters, unknown = sum(page.letters for page in pages), sum(page.unknown for page in pages)
    words = sum(len(page.words) for page in pages)
    if len(scans) * 2 > len(pages) or (scans and words < FEW_WORDS * len(pages)):
        many = "is scanned" if len(scans) == len(pages) else "is mostly scanned"
        raise PolicyUnreadable(
            f"{name} {many}: its pages are pictures without text.",
            "Import the document it was printed from, or run text recognition (OCR) on it first.",
        )
    if not words:
        raise PolicyUnreadable(
            f"{name} has no text in it.", "Import the document it was made from, or run text recognition (OCR) on it first."
        )
    if unknown * 10 > letters:
        raise PolicyUnreadable(f"{name} does not say which letters its fonts show.", RESAVE)


def _damaged(name: str) -> PolicyUnreadable:
    return PolicyUnreadable(
        f"{name} is damaged: part of it is missing or not as a PDF should be.",
        "Copy or download it again, or save it again as PDF, and import it again.",
    )
