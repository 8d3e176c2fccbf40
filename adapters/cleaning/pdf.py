"""A PDF made anew from what its pages show. Runs in the child: it reads what strangers made."""

from __future__ import annotations

import logging
import re
from io import BytesIO

from pypdf import Configuration, PasswordType, PdfReader, apply_configuration
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, IndirectObject, NameObject, NumberObject, PdfObject, StreamObject

from adapters.cleaning.pdf_annotations import draw, looks
from adapters.cleaning.pdf_parts import Parts
from adapters.cleaning.pdf_streams import MAX_STREAM, entry, packed, unpacked
from adapters.cleaning.refusals import MAX_KEPT, MAX_PAGES, Refused

TABLE = re.compile(rb"startxref\s{1,8}0*[1-9]\d{0,9}")  # a file cut off in the middle has none, or points to 0
HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
MAX_CONTENTS = 5_000  # streams of one page
A4 = (0.0, 0.0, 595.0, 842.0)
LIMITS = Configuration(
    zlib_maximum_output_length=MAX_STREAM,
    zlib_maximum_recovery_input_length=200_000,  # bytes of a damaged stream that are tried one by one
    page_tree_maximum_entries=4 * MAX_PAGES,
    jbig2dec_binary=None,  # no program is started
)


def clean_pdf(content: bytes) -> bytes:
    """A new PDF that shows the same pages: no metadata, no document id, nothing that acts, no files, links or layers. Raises Refused."""
    if not TABLE.search(content):
        raise Refused("damaged")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it would log words of the file
    with apply_configuration(LIMITS):
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise Refused("locked")
        _shows_all(reader.root_object)
        if len(reader.pages) > MAX_PAGES:
            raise Refused("pages")
        parts = Parts()
        tree = parts.add(DictionaryObject())
        pages = [parts.add(_page(page, tree, parts)) for page in reader.pages]
    if not pages:
        raise Refused("damaged")
    parts.objects[tree.idnum - 1] = _entries(Type="/Pages", Count=NumberObject(len(pages)), Kids=ArrayObject(pages))
    made = _written(parts.objects, parts.add(_entries(Type="/Catalog", Pages=tree)))
    if len(made) > MAX_KEPT:
        raise Refused("large")
    return made


def _shows_all(root: DictionaryObject) -> None:
    """Nothing. Raises Refused where the pages do not show what is in it: what was hidden must not come out, nor anything get lost."""
    if "/Collection" in root:
        raise Refused("folder")
    shown = entry(entry(root, "/OCProperties"), "/D")
    if entry(shown, "/OFF") or str(entry(shown, "/BaseState") or "/ON") != "/ON":
        raise Refused("layers")


def _page(page: DictionaryObject, tree: IndirectObject, parts: Parts) -> DictionaryObject:
    """A page of the new document."""
    found = looks(page, parts)
    resources = parts.resources(entry(page, "/Resources") or DictionaryObject())
    drawing = parts.drawing(_contents(entry(page, "/Contents"), parts))
    if found:
        drawing = b"q\n" + drawing + b"\nQ\n" + draw(found, resources)
    made = parts.entries(page, "Rotate UserUnit", Group=parts.group)
    made[NameObject("/MediaBox")] = _box(page)
    made.update(_entries(Type="/Page", Parent=tree, Resources=resources, Contents=parts.add(packed(drawing))))
    return made


def _contents(source: PdfObject | None, parts: Parts) -> bytes:
    """A page's drawing commands, which may lie in several streams."""
    listed = list(source) if isinstance(source, ArrayObject) else [source]
    if len(listed) > MAX_CONTENTS:
        raise Refused("too_much")
    streams = [each.get_object() for each in listed if each is not None]
    return b"\n".join(unpacked(stream, parts.budget) for stream in streams if isinstance(stream, StreamObject))


def _box(page: DictionaryObject) -> ArrayObject:
    """The part of the page that is shown, as its only box: what was cropped off stays off."""
    media = _sides(entry(page, "/MediaBox")) or A4
    crop = _sides(entry(page, "/CropBox")) or media
    shown = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    if shown[0] >= shown[2] or shown[1] >= shown[3]:
        shown = media
    return ArrayObject([FloatObject(f"{side:.4f}") for side in shown])


def _sides(value: PdfObject | None) -> tuple[float, float, float, float] | None:
    """(left, low, right, high) of a box; None where it is none."""
    if not isinstance(value, ArrayObject) or len(value) != 4:
        return None
    x0, y0, x1, y1 = (float(side.get_object()) for side in value)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _entries(**entries: PdfObject | str) -> DictionaryObject:
    made = DictionaryObject()
    for key, value in entries.items():
        made[NameObject(f"/{key}")] = NameObject(value) if isinstance(value, str) else value
    return made


def _written(objects: list[PdfObject], root: IndirectObject) -> bytes:
    """The document as a file: head, objects, their table, its end. No document id and no word of who made it."""
    out = BytesIO()
    out.write(HEAD)
    places = []
    for number, value in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number)
        value.write_to_stream(out)
        out.write(b"\nendobj\n")
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root.idnum, table))
    return out.getvalue()
