"""Whatever bytes a file holds, the readers give a Document or PolicyUnreadable, and nothing else."""

from __future__ import annotations

import functools
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.documents import Document, read_bytes
from knowledge.errors import PolicyUnreadable
from tests.knowledge.made_files import HTML, RULES, docx, pdf

ENDINGS = ("txt", "md", "docx", "pdf", "html")
TRIES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FEWER = settings(TRIES, max_examples=40)
TAGS = "<p> </p> <ul> <ol&type=i&start=4> <li> </ul> <table> <tr> <td> <th&colspan=3> </table> <br> <main> <b> </b>"
TAGS += " <!-- <h2> </h2> <div&hidden> </div>"
MARKUP = st.sampled_from([*(tag.replace("&", " ") for tag in TAGS.split()), "&nbsp;", "&#x110000;", "words", "“quoted”", "\U0001f600"])


@functools.cache
def _made(kind: str) -> bytes:
    return {"docx": docx, "pdf": lambda: pdf(2), "html": lambda: HTML.encode(), "md": lambda: "# A\n\n".join(RULES).encode()}[kind]()


def _is_read_or_refused(content: bytes, name: str) -> None:
    try:
        document = read_bytes(content, name)
    except PolicyUnreadable:
        return
    assert isinstance(document, Document)
    assert any(block.text for block in document.blocks)


def _spoilt(content: bytes, spots: list[tuple[float, bytes]]) -> bytes:
    """The content with some bytes overwritten, each at a place between 0 (its start) and 1 (its end)."""
    out = bytearray(content)
    for place, fresh in spots:
        at = int(place * len(out))
        out[at : at + len(fresh)] = fresh
    return bytes(out)


SPOTS = st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), min_size=1, max_size=8)


@TRIES
@given(
    content=st.binary(max_size=3000),
    ending=st.sampled_from(ENDINGS),
    start=st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<html>", b"\xff\xfe"]),
)
def test_any_bytes(content: bytes, ending: str, start: bytes) -> None:
    _is_read_or_refused(start + content, f"p.{ending}")


@TRIES
@given(text=st.text(max_size=2000), ending=st.sampled_from(["txt", "md", "html"]))
def test_any_text(text: str, ending: str) -> None:
    _is_read_or_refused(text.encode("utf-8", "replace"), f"p.{ending}")


@TRIES
@given(parts=st.lists(MARKUP, max_size=60))
def test_any_markup(parts: list[str]) -> None:
    _is_read_or_refused("".join(parts).encode("utf-8", "replace"), "p.html")


@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
@FEWER
@given(place=st.floats(0, 1))
def test_a_file_cut_anywhere(kind: str, place: float) -> None:
    content = _made(kind)
    _is_read_or_refused(content[: int(place * len(content))], f"p.{kind}")


@pytest.mark.parametrize("kind", ["docx", "pdf", "html", "md"])
@FEWER
@given(spots=SPOTS)
def test_a_file_spoilt_anywhere(kind: str, spots: list[tuple[float, bytes]]) -> None:
    _is_read_or_refused(_spoilt(_made(kind), spots), f"p.{kind}")


@FEWER
@given(
    part=st.sampled_from(["word/document.xml", "word/numbering.xml", "word/styles.xml", "[Content_Types].xml", "_rels/.rels"]), spots=SPOTS
)
def test_a_word_file_whose_parts_are_spoilt_inside(part: str, spots: list[tuple[float, bytes]]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_made("docx"))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, _spoilt(content, spots) if entry.filename == part else content)
    _is_read_or_refused(out.getvalue(), "p.docx")


@FEWER
@given(
    swaps=st.lists(
        st.tuples(
            st.sampled_from([b"w:p", b"w:r", b"w:tc", b"w:tr", b"w:numId", b"w:ilvl", b'"0"', b'"1"']),
            st.sampled_from([b"w:tbl", b"w:sdt", b"w:x", b'"99"', b'"-3"', b'"x"', b"w:ins", b"w:hyperlink"]),
        ),
        max_size=3,
    )
)
def test_a_word_file_with_the_wrong_things_in_the_right_places(swaps: list[tuple[bytes, bytes]]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_made("docx"))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.startswith("word/"):
                for this, that in swaps:
                    content = content.replace(this, that)
            new.writestr(entry.filename, content)
    _is_read_or_refused(out.getvalue(), "p.docx")
