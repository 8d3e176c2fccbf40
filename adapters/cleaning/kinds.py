"""What an attachment is, told by its first bytes alone: a name can say anything."""

from __future__ import annotations

import re
from enum import StrEnum

from adapters.cleaning.refusals import MAX_BYTES, Refused


class Kind(StrEnum):
    """What is taken, by media type."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    PDF = "application/pdf"


MAGIC: dict[Kind, re.Pattern[bytes]] = {
    Kind.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    Kind.JPEG: re.compile(rb"\xff\xd8\xff"),
    Kind.WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL),
}
PDF_HEAD = b"%PDF-"
HEAD = 1024  # bytes in which a PDF's head may stand, after junk

# What is often sent and not taken, so that the reporter hears what it is; the first that fits.
FOREIGN: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("gif", re.compile(rb"GIF8")),
    ("bmp", re.compile(rb"BM.{4}\x00\x00\x00\x00", re.DOTALL)),
    ("tiff", re.compile(rb"II\*\x00|MM\x00\*")),
    ("heic", re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)),
    ("avif", re.compile(rb".{4}ftypavi[fs]", re.DOTALL)),
    ("audio", re.compile(rb".{4}ftypM4[AB]|ID3|\xff[\xf1-\xf3\xf9-\xfb]|fLaC|RIFF.{4}WAVE|#!AMR|caff", re.DOTALL)),
    ("video", re.compile(rb".{4}(?:ftyp|moov|mdat)|\x1a\x45\xdf\xa3|RIFF.{4}AVI |OggS|FLV\x01|\x00\x00\x01\xba", re.DOTALL)),
    ("office", re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf")),
    ("archive", re.compile(rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!|BZh|\xfd7zXZ|MSCF")),
    ("program", re.compile(rb"MZ|\x7fELF|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|#!|@echo|dex\n|\x00asm", re.IGNORECASE)),
    ("svg", re.compile(rb"(?:<\?xml[^>]*>)?(?:\s|<!--.*?-->|<!doctype svg[^>]*>)*<svg", re.IGNORECASE | re.DOTALL)),
    ("web_page", re.compile(rb"(?:<\?xml[^>]*>)?\s*<(?:!doctype|html|head|body|script|!--)", re.IGNORECASE)),
)
OFFICE_PARTS = (b"word/", b"xl/", b"ppt/", b"[Content_Types].xml", b"mimetypeapplication/")
BLANK = b" \t\r\n\f\v\x00"


def kind_of(content: bytes) -> Kind:
    """The kind of file `content` begins as. Raises Refused for what is empty, too large or of no kind that is taken."""
    if not content.strip(BLANK):
        raise Refused("empty")
    if len(content) > MAX_BYTES:
        raise Refused("large")
    for kind, magic in MAGIC.items():
        if magic.match(content):
            return kind
    head = content[:HEAD]
    foreign = _foreign(head)
    if foreign in {"", "text", "web_page"} and PDF_HEAD in head:  # some servers put lines of text before a PDF
        return Kind.PDF
    raise Refused(foreign or "unknown")


def _foreign(head: bytes) -> str:
    """The code of what a file is that is not taken; "" where it cannot be told."""
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"PK\x03\x04"):
        return "office" if any(part in head for part in OFFICE_PARTS) else "archive"
    for code, magic in FOREIGN:
        if magic.match(plain if code in {"svg", "web_page", "program"} else head):
            return code
    return "text" if _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    """Whether the first bytes are plain words."""
    text = head[:-4].decode("utf-8", "replace") if len(head) == HEAD else head.decode("utf-8", "replace")
    return all(letter.isprintable() or letter in "\t\r\n\f" for letter in text) and "\ufffd" not in text
