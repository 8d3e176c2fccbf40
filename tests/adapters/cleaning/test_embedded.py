"""Pictures and fonts inside PDFs, byte by byte."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
import reportlab
from PIL import Image, ImageFont
from pypdf.generic import NumberObject

from adapters.cleaning.embedded import plain_jbig2, plain_jpeg, plain_jpeg2000
from adapters.cleaning.pdf_fonts import Fonts, nameless
from adapters.cleaning.pdf_parts import Parts
from adapters.cleaning.refusals import Refused
from tests.adapters.cleaning.made_files import MARKER, drawn, jpeg, stream


def opened(content: bytes) -> bytes:
    return Image.open(io.BytesIO(content)).tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("more", [{}, {"progressive": True}, {"restart_marker_blocks": 2}])
def test_a_jpeg_keeps_its_pixels_and_none_of_its_words(mode: str, more: dict[str, int]) -> None:
    made = jpeg(mode=mode, **more) + MARKER.encode()
    kept = plain_jpeg(b"\r\n" + made)
    assert MARKER.encode() not in kept
    assert opened(kept) == opened(made)
    assert kept.endswith(b"\xff\xd9")
    assert plain_jpeg(kept) == kept


def test_the_thumbnail_of_a_jpeg_is_gone() -> None:
    thumbnail = MARKER.encode() * 2
    head = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x04\x02" + thumbnail
    kept = plain_jpeg(b"\xff\xd8\xff\xe0" + struct.pack(">H", len(head) + 2) + head + jpeg()[2:])
    assert MARKER.encode() not in kept


def test_a_jpeg_that_is_none_is_refused() -> None:
    for data in (b"", b"abc", b"\xff\xd8\xff\xe1\x00\x01", b"\xff\xd8\xff\xe1\xff\xff1"):
        with pytest.raises(Refused):
            plain_jpeg(data)


def test_a_jpeg_2000_keeps_its_pixels_in_all_its_tiles_and_none_of_its_words() -> None:
    for form in ({}, {"no_jp2": True}, {"tile_size": (32, 32)}):
        out = io.BytesIO()
        drawn().save(out, "JPEG2000", comment=MARKER, **form)
        assert MARKER.encode() in out.getvalue()
        kept = plain_jpeg2000(out.getvalue())
        assert MARKER.encode() not in kept
        assert opened(kept) == opened(out.getvalue())


def test_a_jpeg_2000_that_points_back_to_itself_comes_to_an_end() -> None:
    tile = b"\xff\x90\x00\x0a\x00\x00\x00\x00\x00\x0e\x00\x01\xff\x64\x00\x40" + bytes(62) + b"\xff\x93"
    for data in (b"\xff\x4f" + tile * 3, b"\xff\x4f" + tile[:14], b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00\x00\x00\x04jp2h", b""):
        try:
            plain_jpeg2000(data)
        except Refused:
            continue


def test_the_comments_of_a_fax_picture_are_gone() -> None:
    note = b"\x20\x00\x00\x00" + MARKER.encode()

    def segment(number: int, kind: int, body: bytes) -> bytes:
        return struct.pack(">IBBBI", number, kind, 0, 1, len(body)) + body

    first, last = segment(0, 48, bytes(19)), segment(2, 38, b"pixels")
    assert plain_jbig2(first + segment(1, 62, note) + last) == first + last
    with pytest.raises(Refused):
        plain_jbig2(last[:-1])


def test_a_font_file_keeps_its_shapes_and_not_its_names() -> None:
    made = (Path(reportlab.__file__).parent / "fonts" / "Vera.ttf").read_bytes()
    assert "Bitstream".encode("utf-16-be") in made
    kept = nameless(made)
    assert "Bitstream".encode("utf-16-be") not in kept
    assert len(kept) == len(made)
    before, after = (ImageFont.truetype(io.BytesIO(each), 40) for each in (made, kept))
    assert before.getmask("Signpost").getbbox() == after.getmask("Signpost").getbbox()


def test_the_comments_of_an_old_font_are_gone() -> None:
    clear = f"%!PS-AdobeFont-1.0: Sans\n%%Creator: {MARKER}\n/FontInfo 9 dict\neexec\n".encode()
    font = stream(clear + b"\x00%" + b"shapes", Length1=NumberObject(len(clear)))
    kept = Fonts(Parts()).file(font)
    assert kept is not None
    data = kept.get_data()
    assert MARKER.encode() not in data
    assert len(data) == len(clear) + 8
    assert data.endswith(b"/FontInfo 9 dict\neexec\n\x00%shapes")
