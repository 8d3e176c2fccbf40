"""Making sure that a packed file does not unpack to more than it should, before anything parses it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from knowledge.errors import PolicyUnreadable

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024  # all parts together
MAX_XML_PART = 12 * 1024 * 1024  # a policy's text part is below 3 MB
MAX_TAGS = 400_000  # in one part: what a parsed tag costs in memory is far more than its bytes
MAX_RATIO = 200  # XML packs to a twentieth, not to a thousandth
RATIO_FROM = 1024 * 1024  # parts smaller than this may be packed as tightly as they like
CHUNK = 1024 * 1024
PACKED_CHUNK = 16 * 1024
MAX_PDF_STREAMS = 50_000
MAX_PDF_STREAM = 40 * 1024 * 1024
PDF_STREAM = re.compile(rb"stream\r?\n")


def no_zip_bomb(content: bytes, name: str) -> None:
    """None; raises PolicyUnreadable where the parts, as declared or as they really are, are too many or too large."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise PolicyUnreadable(f"{name} is locked with a password.", "Save it without the password and import it again.")
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise _too_much(name)
        for entry in entries:
            packed_too_tight = entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
            is_xml = entry.filename.lower().endswith((".xml", ".rels"))
            if packed_too_tight or (is_xml and entry.file_size > MAX_XML_PART):
                raise _too_much(name)
            _as_declared(archive, entry, is_xml, name)


def _as_declared(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, is_xml: bool, name: str) -> None:
    """Unpack one part bit by bit, keeping nothing: its real size, its checksum and its number of tags."""
    size = tags = 0
    try:
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                size += len(chunk)
                tags += chunk.count(b"<") if is_xml else 0
                if size > entry.file_size or tags > MAX_TAGS:
                    raise _too_much(name)
    except PolicyUnreadable:
        raise
    except Exception:  # a wrong checksum, an unknown packing, a cut stream: all the same to the reader
        raise PolicyUnreadable(
            f"{name} is damaged: part of it is missing.", "Copy or download it again, or save it again in Word, and import it again."
        ) from None


def no_pdf_bomb(content: bytes, name: str) -> None:
    """None; raises PolicyUnreadable where a packed stream of a PDF (pictures aside, which are never unpacked) is too large."""
    for number, start in enumerate(PDF_STREAM.finditer(content)):
        if number > MAX_PDF_STREAMS:
            raise _too_much(name)
        about = content[max(0, start.start() - 400) : start.start()]
        about = about[about.rfind(b"obj") :]
        if b"/Image" not in about and content[start.end() : start.end() + 1] == b"x":  # "x": what zlib streams begin with
            _stream_is_small(memoryview(content)[start.end() :], name)


def _stream_is_small(packed: memoryview, name: str) -> None:
    """Unpack a stream bit by bit, keeping nothing, until its end or the limit."""
    unpacker = zlib.decompressobj()
    size = at = 0
    rest: bytes | memoryview = b""
    try:
        while not unpacker.eof:
            if not rest:
                rest, at = packed[at : at + PACKED_CHUNK], at + PACKED_CHUNK
                if not rest:
                    return
            size += len(unpacker.decompress(rest, CHUNK))
            rest = unpacker.unconsumed_tail
            if size > MAX_PDF_STREAM:
                raise _too_much(name)
    except zlib.error:
        return  # an encrypted or damaged stream: the parser will say so


def _too_much(name: str) -> PolicyUnreadable:
    return PolicyUnreadable(
        f"{name} unpacks to far more than a policy holds, so it was not opened.",
        "Save it again in the program it was made with and import that copy.",
    )
