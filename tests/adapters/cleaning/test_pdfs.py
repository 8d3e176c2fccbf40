"""PDFs as they are kept: the same pages to look at, and nothing of their maker, nothing that acts and nothing hidden."""

from __future__ import annotations

import io
import zlib

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ByteStringObject, NameObject, NumberObject, TextStringObject

from adapters.cleaning.inside import cleaned
from adapters.cleaning.kinds import Kind
from adapters.cleaning.refusals import MAX_PAGES, Refused
from tests.adapters.cleaning.made_files import (
    MARKER,
    all_bytes,
    archive,
    drawn,
    entries_of,
    floats,
    folder_pdf,
    free_text_pdf,
    jpeg,
    layered_pdf,
    locked_pdf,
    pdf_of,
    pdf_with_note,
    pictured_pdf,
    printed,
    stream,
    telling_pdf,
)

ACTIVE = (
    b"/JavaScript /JS /Launch /URI /SubmitForm /OpenAction /AA /EmbeddedFile /Filespec /AcroForm /XFA /RichMedia /Annots /Names /Outlines"
).split()
TELLING = b"/Metadata /PieceInfo /LastModified /Info /ID /Producer /Author /Properties /StructTreeRoot /OCProperties".split()


def shown(content: bytes, page: int = 0) -> Image.Image:
    return pypdfium2.PdfDocument(content)[page].render(scale=1, may_draw_forms=False).to_pil().convert("RGB")


def apart(one: bytes, other: bytes, page: int = 0) -> float:
    """How far two PDFs' pages lie apart as they are shown, of 255."""
    return max(ImageStat.Stat(ImageChops.difference(shown(one, page), shown(other, page))).mean)


def kept_of(content: bytes) -> bytes:
    kind, kept = cleaned(content)
    assert kind is Kind.PDF
    return kept


def why_refused(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        cleaned(content)
    return refused.value.code


def test_nothing_that_a_pdf_says_of_its_maker_is_kept_and_nothing_in_it_acts() -> None:
    made = telling_pdf()
    assert all_bytes(made).count(MARKER.encode()) > 20, "the file for this test says nothing"
    kept = all_bytes(kept_of(made))
    assert MARKER.encode() not in kept
    assert MARKER.encode().hex().encode() not in kept.lower()
    assert MARKER.encode("utf-16-be") not in kept
    for word in ACTIVE + TELLING:
        assert word not in kept, word


def test_the_pages_look_the_same_and_their_words_can_be_read() -> None:
    made = telling_pdf()
    kept = kept_of(made)
    reader = PdfReader(io.BytesIO(kept))
    assert len(reader.pages) == 2
    assert apart(made, kept, 1) == 0
    assert "written on the wall" in reader.pages[0].extract_text()
    assert apart(telling_pdf(active=False), kept) == 0
    assert not reader.metadata
    assert "/ID" not in reader.trailer


def test_what_stands_before_and_behind_a_pdf_is_gone() -> None:
    kept = kept_of(f"<html>{MARKER}</html>\n".encode() + printed() + archive() + MARKER.encode())
    assert kept.startswith(b"%PDF-1.7")
    assert kept.endswith(b"%%EOF\n")
    assert MARKER.encode() not in all_bytes(kept)


def test_what_an_earlier_version_of_a_pdf_said_is_gone() -> None:
    first = pdf_of(f"BT ({MARKER}) Tj ET".encode())
    reader = PdfReader(io.BytesIO(first))
    contents = reader.pages[0].raw_get("/Contents")
    at, table = len(first), int(first.rsplit(b"startxref", 1)[1].split()[0])
    later = b"%d 0 obj\n<</Length 4>>\nstream\nq Q \nendstream\nendobj\n" % contents.idnum
    end = b"xref\n%d 1\n%010d 00000 n \n" % (contents.idnum, at)
    root = reader.trailer.raw_get("/Root").idnum
    end += b"trailer\n<</Size 9 /Root %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (root, table, at + len(later))
    assert MARKER.encode() not in all_bytes(kept_of(first + later + end))
    assert MARKER.encode() in all_bytes(kept_of(first)), "the words of a page are kept where they are its last"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK"])
def test_a_scan_looks_the_same_however_its_picture_is_packed(mode: str) -> None:
    made = pictured_pdf(mode)
    kept = kept_of(made)
    assert apart(made, kept) == 0
    assert MARKER.encode() not in all_bytes(kept)


def test_a_photo_in_a_pdf_keeps_its_pixels_and_nothing_else() -> None:
    photo = stream(jpeg(), Type="XObject", Subtype="Image", ColorSpace="DeviceRGB", Filter="DCTDecode")
    photo.update(entries_of(Width=NumberObject(64), Height=NumberObject(40), BitsPerComponent=NumberObject(8)))
    made = pdf_of(b"q 200 0 0 120 10 10 cm /Im0 Do Q", XObject=entries_of(Im0=photo))
    kept = kept_of(made)
    assert MARKER.encode() not in all_bytes(kept)
    assert b"8BIM" not in kept
    assert b"Exif" not in kept
    assert apart(made, kept) == 0


def test_a_jpeg_2000_picture_keeps_its_pixels_and_nothing_else() -> None:
    out = io.BytesIO()
    drawn().save(out, "JPEG2000", comment=MARKER)
    note = b"xml " + MARKER.encode()
    boxes = out.getvalue() + (len(note) + 4).to_bytes(4, "big") + note
    photo = stream(boxes, Type="XObject", Subtype="Image", Filter="JPXDecode")
    photo.update(entries_of(Width=NumberObject(64), Height=NumberObject(40)))
    made = pdf_of(b"q 200 0 0 120 10 10 cm /Im0 Do Q", XObject=entries_of(Im0=photo))
    assert made.count(MARKER.encode()) == 2
    kept = kept_of(made)
    assert MARKER.encode() not in all_bytes(kept)
    assert apart(made, kept) == 0


@pytest.mark.parametrize(
    ("said", "data"),
    [
        (b"/W 8 /H 8 /BPC 8 /CS /RGB", bytes(range(192))),
        (b"/W 8 /H 8 /BPC 8 /CS /G /F /Fl", zlib.compress(bytes(range(64)))),
        (b"/W 8 /H 8 /IM true /F /AHx", b"55aa55aa55aa55aa>"),
        (b"/W 8 /H 2 /BPC 8 /CS [/I /RGB 1 <ff0000 00ff00>]", b"\x00\x01" * 8),
        (b"/W 64 /H 40 /BPC 8 /CS /RGB /F /DCT", jpeg()),
    ],
)
def test_a_picture_among_the_commands_looks_the_same(said: bytes, data: bytes) -> None:
    made = pdf_of(b"q 200 0 0 120 10 10 cm BI " + said + b" ID " + data + b"\nEI Q 0 0 20 20 re f")
    kept = kept_of(made)
    assert apart(made, kept) == 0
    assert len(set(shown(kept).tobytes())) > 1, "nothing was drawn"
    assert MARKER.encode() not in all_bytes(kept)


def test_profiles_give_way_to_plain_colours() -> None:
    profile = stream(MARKER.encode() * 20, N=NumberObject(3))
    colours = ArrayObject([NameObject("/ICCBased"), profile])
    palette = ArrayObject([NameObject("/Indexed"), colours, NumberObject(1), ByteStringObject(b"\xff\x00\x00\x00\x00\xff")])
    ink = ArrayObject([NameObject("/Separation"), NameObject(f"/{MARKER}"), NameObject("/DeviceRGB")])
    ink.append(entries_of(FunctionType=NumberObject(2), Domain=floats(0, 1), C0=floats(1, 1, 1), C1=floats(0, 0.5, 0), N=NumberObject(1)))
    made = pdf_of(
        f"/{MARKER} cs 1 0 0 sc 0 0 50 50 re f /C1 cs 1 sc 50 0 50 50 re f /C2 cs 0.5 sc 100 0 50 50 re f".encode(),
        ColorSpace=entries_of(**{MARKER: colours, "C1": palette, "C2": ink}),
    )
    kept = kept_of(made)
    assert MARKER.encode() not in all_bytes(kept)
    assert [shown(kept).getpixel((x, 180)) for x in (25, 75, 125)] == [(255, 0, 0), (0, 0, 255), (128, 191, 128)]


def test_patterns_shadings_forms_and_masks_look_the_same() -> None:
    falling = entries_of(FunctionType=NumberObject(2), Domain=floats(0, 1), C0=floats(1, 0, 0), C1=floats(0, 0, 1), N=NumberObject(1))
    shading = entries_of(ShadingType=NumberObject(2), ColorSpace="DeviceRGB", Coords=floats(0, 0, 300, 0), Function=falling)
    tile = stream(b"0 1 0 rg 0 0 5 5 re f", Type="Pattern", BBox=floats(0, 0, 10, 10), XStep=NumberObject(10), YStep=NumberObject(10))
    tile.update(entries_of(PatternType=NumberObject(1), PaintType=NumberObject(1), TilingType=NumberObject(1), Resources=entries_of()))
    form = stream(b"1 g 0 0 40 40 re f", Subtype="Form", BBox=floats(0, 0, 40, 40), Group=entries_of(S="Transparency", CS="DeviceGray"))
    form[NameObject("/Name")] = TextStringObject(MARKER)
    mask = entries_of(SMask=entries_of(S="Luminosity", G=form), ca=floats(0.5)[0])
    made = pdf_of(
        b"q /Sh sh Q /Pattern cs /Tile scn 0 0 100 100 re f q 1 0 0 1 200 100 cm /Fm Do Q q /Half gs 0 0 150 150 re f Q Q Q",
        Shading=entries_of(Sh=shading),
        Pattern=entries_of(Tile=tile),
        XObject=entries_of(Fm=form),
        ExtGState=entries_of(Half=mask),
    )
    kept = kept_of(made)
    assert MARKER.encode() not in all_bytes(kept)
    assert apart(made, kept) == 0
    assert len(set(shown(kept).get_flattened_data())) > 50


def test_a_font_drawn_by_commands_and_names_with_strange_letters_work() -> None:
    letter = stream(b"500 0 0 0 400 400 d1 0 0 400 400 re f")
    font = entries_of(Type="Font", Subtype="Type3", FontBBox=floats(0, 0, 500, 500), FontMatrix=floats(0.001, 0, 0, 0.001, 0, 0))
    font.update(entries_of(CharProcs=entries_of(square=letter), FirstChar=NumberObject(97), LastChar=NumberObject(97), Widths=floats(500)))
    font[NameObject("/Encoding")] = entries_of(Differences=ArrayObject([NumberObject(97), NameObject("/square")]))
    made = pdf_of("BT /Schrift#20Müller 100 Tf 20 20 Td (aaa) Tj ET".encode(), Font=entries_of(**{"Schrift Müller": font}))
    kept = kept_of(made)
    assert "Müller".encode() not in all_bytes(kept)
    assert apart(made, kept) == 0
    assert shown(kept).getextrema()[0] == (0, 255)


def test_what_somebody_drew_over_a_name_stays_over_it() -> None:
    made = pdf_with_note(look=True)
    kept = kept_of(made)
    assert shown(kept).getpixel((60, 30)) == (0, 0, 0)
    assert b"/Annot" not in all_bytes(kept)
    assert MARKER.encode() not in all_bytes(kept)
    assert why_refused(pdf_with_note(look=False)) == "notes"


def test_a_note_whose_words_nobody_would_see_is_refused() -> None:
    assert why_refused(free_text_pdf()) == "notes"


def test_what_was_cropped_off_is_no_longer_offered() -> None:
    made = pdf_of(b"1 0 0 rg 0 0 300 200 re f")
    cropped = made.replace(b"/MediaBox [ 0.0 0.0 300 200 ]", b"/MediaBox [ 0 0 300 200 ] /CropBox [ 200 100 50 20 ]")
    assert cropped != made
    box = PdfReader(io.BytesIO(kept_of(cropped))).pages[0]
    assert [float(side) for side in box.mediabox] == [50, 20, 200, 100]
    assert "/CropBox" not in box


def test_hidden_layers_and_folders_of_files_are_refused() -> None:
    assert why_refused(layered_pdf()) == "layers"
    assert why_refused(folder_pdf()) == "folder"


def test_a_locked_pdf_is_refused_and_one_that_opens_without_a_password_is_not() -> None:
    assert why_refused(locked_pdf("secret")) == "locked"
    kept = kept_of(locked_pdf(""))
    assert b"/Encrypt" not in kept
    assert apart(printed(), kept) == 0


def test_a_pdf_cut_off_in_the_middle_is_refused() -> None:
    made = printed()
    for part in (0.2, 0.5, 0.9):
        assert why_refused(made[: int(len(made) * part)]) == "damaged"


def test_too_many_pages_are_refused() -> None:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    for _ in range(MAX_PAGES + 1):
        canvas.showPage()
    canvas.save()
    assert why_refused(out.getvalue()) == "pages"


def test_a_small_pdf_that_unpacks_to_much_is_refused() -> None:
    bomb = zlib.compress(b"0 g " * 25_000_000, 9)
    assert len(bomb) < 200_000
    made = pdf_of(b"q Q")
    at = made.index(b"stream\nq Q")
    head = made.rindex(b"<<", 0, at)
    packed = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(bomb) + bomb
    bombed = made[:head] + packed + made[made.index(b"\nendstream", at) :]
    assert why_refused(bombed) == "too_much"


def test_arrays_that_multiply_and_parts_that_hold_themselves_come_to_an_end() -> None:
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    objects.append(
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
        b"/Resources << /XObject << /A 5 0 R >> /ExtGState << /B 6 0 R >> >> >>"
    )
    objects.append(b"<< /Length 5 >>\nstream\n/A Do\nendstream")
    objects.append(b"<< /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 5 0 R >> >> /Length 5 >>\nstream\n/A Do\nendstream")
    objects.append(b"<< /D 7 0 R >>")
    objects += [b"[" + b"%d 0 R " % (number + 1) * 10 + b"]" for number in range(7, 16)] + [b"[1 2]"]

    def file_of(parts: list[bytes]) -> bytes:
        out, places = b"%PDF-1.4\n", []
        for number, part in enumerate(parts, 1):
            places.append(len(out))
            out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        return (
            out
            + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
            + table
            + (b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(out)))
        )

    assert why_refused(file_of(objects)) == "too_much"
    objects[5] = b"<< /LW 2 >>"
    assert kept_of(file_of(objects)).startswith(b"%PDF")
