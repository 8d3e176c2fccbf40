"""What lies on a PDF's page rather than in it: the look of filled fields, stamps and drawings is kept, and nothing else of them.

Without their look a page would lose what was filled in, and the black box that somebody drew over a name.
"""

from __future__ import annotations

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

from adapters.cleaning.pdf_parts import Parts
from adapters.cleaning.pdf_streams import entry
from adapters.cleaning.refusals import Refused

SHOWN = frozenset(
    "/Widget /FreeText /Stamp /Ink /Highlight /Underline /StrikeOut /Squiggly /Square /Circle /Line /Polygon /PolyLine /Redact".split()
)
UNSEEN = 2 | 32  # the flags "hidden" and "no view"
MAX_ON_PAGE = 2_000


def looks(page: DictionaryObject, parts: Parts) -> list[tuple[str, IndirectObject, bytes]]:
    """(name, form, the numbers that place it) of everything seen on a page. Raises Refused where something would be lost."""
    listed = entry(page, "/Annots")
    found: list[tuple[str, IndirectObject, bytes]] = []
    if not isinstance(listed, ArrayObject):
        return found
    if len(listed) > MAX_ON_PAGE:
        raise Refused("too_much")
    for each in listed:
        note = each.get_object()
        if not isinstance(note, DictionaryObject) or str(entry(note, "/Subtype")) not in SHOWN or _is_signature(note):
            continue
        flags = entry(note, "/F")
        if isinstance(flags, int) and flags & UNSEEN:
            continue
        look = _look(note)
        if look is None:
            if str(note["/Subtype"]) != "/Widget" or _filled(note):
                raise Refused("notes")
            continue
        source = look.get_object()
        placed = _placed(note, source) if isinstance(source, StreamObject) else None
        if placed is None:
            continue
        form = parts.kept(look, parts.form)
        if isinstance(form, IndirectObject):
            found.append((f"/A{len(found)}", form, placed))
    return found


def _is_signature(note: DictionaryObject) -> bool:
    """Whether it is a digital signature, whose look is its maker's name."""
    return _of_field(note, "/FT") == NameObject("/Sig")


def _filled(note: DictionaryObject) -> bool:
    """Whether something was filled into a field."""
    value = _of_field(note, "/V")
    return bool(value) and value != NameObject("/Off")


def _of_field(note: DictionaryObject, key: str) -> PdfObject | None:
    """What a field says of itself, or the field above says for it."""
    return entry(note, key) or entry(entry(note, "/Parent"), key)


def _look(note: DictionaryObject) -> PdfObject | None:
    """The drawing shown for it now, None where there is none."""
    drawings = entry(note, "/AP")
    if not isinstance(drawings, DictionaryObject) or "/N" not in drawings:
        return None
    normal: PdfObject = drawings.raw_get("/N")
    states = normal.get_object()
    if isinstance(states, DictionaryObject) and not isinstance(states, StreamObject):
        state = entry(note, "/AS") or NameObject("/Off")
        return states.raw_get(state) if state in states else normal
    return normal if isinstance(states, StreamObject) else None


def _placed(note: DictionaryObject, look: StreamObject) -> bytes | None:
    """The six numbers that bring a look's box into its rectangle (ISO 32000-1, 12.5.5), as they are written; None where it has no size."""
    x0, y0, x1, y1 = _numbers(entry(look, "/BBox"), 4)
    a, b, c, d, e, f = _numbers(entry(look, "/Matrix"), 6) if "/Matrix" in look else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    low, high = min(y for _, y in corners), max(y for _, y in corners)
    rx0, ry0, rx1, ry1 = _numbers(entry(note, "/Rect"), 4)
    if right == left or high == low:
        return None
    wide, tall = abs(rx1 - rx0) / (right - left), abs(ry1 - ry0) / (high - low)
    places = (wide, 0, 0, tall, min(rx0, rx1) - left * wide, min(ry0, ry1) - low * tall)
    return " ".join(f"{number:.5f}" for number in places).encode()


def _numbers(value: PdfObject | None, count: int) -> list[float]:
    if not isinstance(value, ArrayObject) or len(value) != count:
        raise Refused("damaged")
    return [float(each.get_object()) for each in value]


def draw(names: list[tuple[str, IndirectObject, bytes]], resources: DictionaryObject) -> bytes:
    """The commands that draw the looks; their names are added to the page's resources."""
    if not names:
        return b""
    forms = entry(resources, "/XObject")
    forms = DictionaryObject(forms) if isinstance(forms, DictionaryObject) else DictionaryObject()
    for name, form, _ in names:
        forms[NameObject(name)] = form
    resources[NameObject("/XObject")] = forms
    return b"\n".join(b"q " + placed + b" cm " + name.encode() + b" Do Q" for name, _, placed in names)
