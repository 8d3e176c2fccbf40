"""What the child says to its parent: one line, and after "kept" the content. The parent believes nothing that does not fit."""

from __future__ import annotations

import re

from adapters.cleaning.kinds import MAGIC, PDF_HEAD, Kind
from adapters.cleaning.refusals import MAX_KEPT, REFUSALS, Refused

READY = b"ready\n"  # said before anything is read: without it Signpost is at fault, not the file
LINE = re.compile(rb"(?:kept (?P<kind>[a-z/]{8,20}) (?P<size>\d{1,8})|refused (?P<code>[a-z_]{3,20}))\n")
MAX_FRAME = MAX_KEPT + 100


def kept_frame(kind: Kind, content: bytes) -> bytes:
    """The frame for a file that was cleaned."""
    return f"kept {kind.value} {len(content)}\n".encode() + content


def refused_frame(code: str) -> bytes:
    """The frame for a file that is not taken."""
    return f"refused {code}\n".encode()


def read_frame(frame: bytes) -> tuple[Kind, bytes] | None:
    """The kind and content in a frame; None where it is no whole frame. Raises Refused where that is what it says."""
    line = LINE.match(frame)
    if line is None or len(frame) > MAX_FRAME:
        return None
    if line["code"]:
        code = line["code"].decode()
        if code not in REFUSALS:
            return None
        raise Refused(code)
    content, kind = frame[line.end() :], line["kind"].decode()
    if kind not in set(Kind) or len(content) != int(line["size"]):
        return None
    begins = content.startswith(PDF_HEAD) if kind == Kind.PDF else MAGIC[Kind(kind)].match(content)
    return (Kind(kind), content) if begins else None
