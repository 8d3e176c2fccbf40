"""The letters of our papers: Noto Sans, and what is done about characters that it cannot draw."""

from __future__ import annotations

import unicodedata
from functools import cache
from io import BytesIO
from threading import Lock

from pymupdf_fonts import myfont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "Signpost-Plain", "Signpost-Bold"
SVG_FAMILY = "'Noto Sans', 'DejaVu Sans', Verdana, sans-serif"
DRAWING = Lock()  # reportlab keeps its fonts for the whole program, and papers are made in several threads
_OF_THE_FONT = {PLAIN: "notos", BOLD: "notosbo"}
# Without these the letters of Latin, Greek and Cyrillic are drawn as they stand. Other scripts that the font has in part (Devanagari) need
# shaping, which is not done here: they are shown by number rather than wrongly.
_SHAPED = ("DEVANAGARI", "VEDIC")


@cache
def load() -> frozenset[str]:
    """Every character that both weights of the font draw rightly; from then on reportlab knows the font by PLAIN and BOLD."""
    found: set[int] | None = None
    for name, code in _OF_THE_FONT.items():
        font = TTFont(name, BytesIO(myfont(code)))
        registerFont(font)
        drawn = set(font.face.charToGlyph)
        found = drawn if found is None else found & drawn
    return frozenset(chr(one) for one in found or () if _draws_itself(chr(one)))


def drawable(text: str) -> str:
    """The text with every character that would vanish or come out wrong shown by its number: "[U+1F600]". Line breaks stay."""
    known = load()
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return "".join(one if one in known or one == "\n" else f"[U+{ord(one):04X}]" for one in text)


def width(text: str, size: float, font: str = PLAIN) -> float:
    """How wide a line of text is, in points."""
    load()
    return float(stringWidth(text, font, size))


def _draws_itself(one: str) -> bool:
    """Whether a character is seen and stands alone: not a control, a direction mark, a soft hyphen or part of a shaped script."""
    kind = unicodedata.category(one)
    return kind[0] != "C" and kind not in {"Zl", "Zp"} and not unicodedata.name(one, "").startswith(_SHAPED)
