"""What is not taken as an attachment, and the sentence that says so."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from adapters.cleaning.kinds import Kind, kind_of
from adapters.cleaning.refusals import REFUSALS, Refused
from tests.adapters.cleaning.made_files import MARKER, archive, drawn, jpeg, png, printed, webp


def picture_as(form: str) -> bytes:
    out = io.BytesIO()
    drawn().save(out, form)
    return out.getvalue()


SENT = {
    "empty": [b"", b"\x00" * 500, b" \r\n "],
    "svg": [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made -->\n<!DOCTYPE svg>\n<svg onload='x()'/>",
    ],
    "heic": [b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00heic"],
    "avif": [picture_as("AVIF")],
    "gif": [picture_as("GIF"), b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)"],
    "bmp": [picture_as("BMP")],
    "tiff": [picture_as("TIFF")],
    "video": [
        b"\x00\x00\x00\x18ftypmp42" + bytes(20),
        b"\x00\x00\x00\x14ftypqt  " + bytes(20),
        b"\x1a\x45\xdf\xa3" + bytes(20),
        b"RIFF\x00\x00\x00\x00AVI LIST",
    ],
    "audio": [b"ID3\x04" + bytes(20), b"\xff\xfb\x90" + bytes(20), b"RIFF\x00\x00\x00\x00WAVEfmt ", b"\x00\x00\x00\x20ftypM4A " + bytes(9)],
    "office": [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20), b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", b"{\\rtf1 x}"],
    "archive": [archive(), b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c\x00\x04", b"\x1f\x8b\x08" + bytes(9)],
    "program": [b"MZ\x90\x00" + bytes(60), b"\x7fELF\x02" + bytes(20), b"#!/bin/sh\necho", b"@echo off\r\n"],
    "web_page": [b"<!DOCTYPE html><p>", b"\n<html><script>alert(1)</script>", b"<?xml version='1.0'?><html>"],
    "text": [b"He wrote it on Tuesday.\n", "Er schrieb „nein“.".encode()],
    "unknown": [bytes(range(128, 256)) * 4, b"RIFF\x00\x00\x00\x00abcd" + bytes(9)],
}


@pytest.mark.parametrize(("code", "content"), [(code, each) for code, sent in SENT.items() for each in sent])
def test_what_is_not_taken_is_told_by_its_content(code: str, content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        kind_of(content)
    assert refused.value.code == code


def test_what_is_taken_is_told_by_its_content() -> None:
    assert [kind_of(made) for made in (png(), jpeg(), webp(), printed())] == [Kind.PNG, Kind.JPEG, Kind.WEBP, Kind.PDF]
    assert kind_of(b"HTTP/1.1 200 OK\r\n\r\n" + printed()) is Kind.PDF


def test_a_picture_with_a_web_page_in_it_is_a_picture() -> None:
    assert kind_of(png() + b"<html>") is Kind.PNG
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "JPEG", comment=f"<script>{MARKER}</script>")
    assert kind_of(out.getvalue()) is Kind.JPEG


def test_every_refusal_says_what_is_wrong_and_what_to_do_in_whole_sentences() -> None:
    for code in REFUSALS:
        refused = Refused(code)
        assert refused.message.endswith(".")
        assert refused.next_step.endswith(".")
        assert refused.message[0].isupper()
        assert refused.next_step[0].isupper()
        assert len(str(refused)) < 260
