"""Pictures as they lie inside a PDF, rid of what they tell beside their pixels; the pixels are not touched. Runs in the child.

Decoding them and packing them anew would cost colours, sharpness and time: so only the parts that hold pixels are copied.
"""

from __future__ import annotations

import struct

from adapters.cleaning.refusals import Refused

# JPEG (ITU-T T.81): segments begin with FF and a code.
SOI, EOI, SOS, JFIF, ADOBE = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE
RESTARTS = range(0xD0, 0xD8)
DRAWING = {*range(0xC0, 0xD0), SOS, 0xDB, 0xDC, 0xDD}  # frames, Huffman tables, scans, quantisation, number of lines, restart interval
PLAIN_JFIF = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"  # no thumbnail

# JPEG 2000 (ITU-T T.800): boxes, and in one of them a code stream of segments.
JP2_MARK = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
DRAWING_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c", b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef"}
PLAIN_COLOURS = {1: 17, 2: 17, 3: 16, 4: 12}  # components → grey, sRGB, CMYK
COMMENT, TILE, TILE_DATA, CODE_STREAM_END = 0xFF64, 0xFF90, 0xFF93, 0xFFD9

JBIG2_NOTE = 62  # the segment type for comments
JBIG2_UNKNOWN = 0xFFFFFFFF  # a length that is not said


def plain_jpeg(data: bytes) -> bytes:
    """A JPEG with none but the segments that draw it. Raises Refused where it is damaged."""
    at = data.find(b"\xff\xd8")
    if at < 0:
        raise Refused("damaged")
    kept, at = bytearray(b"\xff\xd8"), at + 2
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            break  # some scanners leave the end out, and every viewer bears it
        while data[at + 1 : at + 2] == b"\xff":
            at += 1
        if at + 4 > len(data) or data[at + 1] == EOI:
            break
        code = data[at + 1]
        if code in {0x00, 0x01, SOI, *RESTARTS}:  # filling between segments: nothing that draws
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if length < 2 or len(body) != length - 2:
            raise Refused("damaged")
        at += 2 + length
        if code == JFIF and body.startswith(b"JFIF\x00"):
            body = PLAIN_JFIF
        elif code == ADOBE and body.startswith(b"Adobe"):
            body = body[:12]
        elif code not in DRAWING:
            continue
        kept += b"\xff" + bytes([code]) + struct.pack(">H", len(body) + 2) + body
        if code == SOS:
            end = _scan_end(data, at)
            kept += data[at:end]
            at = end
    return bytes(kept + b"\xff\xd9")


def _scan_end(data: bytes, at: int) -> int:
    """Where the packed pixels that begin at `at` end: at the next marker that is neither filling nor a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0x00 and data[at + 1] not in RESTARTS:
            return at
        at += 2
    return len(data)


def plain_jpeg2000(data: bytes) -> bytes:
    """A JPEG 2000 picture with none but the boxes that draw it, without comments or colour profile. Raises Refused where it is damaged."""
    if data.startswith(b"\xff\x4f"):
        return _without_comments(data)
    if not data.startswith(JP2_MARK):
        raise Refused("damaged")
    return _plain_boxes(data)


def _plain_boxes(data: bytes) -> bytes:
    kept, at, components = bytearray(), 0, 3
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        start = at + 8
        if length == 1:
            length, start = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        end = len(data) if length == 0 else at + length
        if end < start or end > len(data):
            raise Refused("damaged")
        body, at = data[start:end], end
        if name not in DRAWING_BOXES:
            continue
        if name == b"ihdr":
            components = int.from_bytes(body[8:10], "big")
        elif name == b"jp2h":
            body = _plain_boxes(body)
        elif name == b"jp2c":
            body = _without_comments(body)
        elif name == b"colr" and body[:1] != b"\x01":  # a profile, which can name a scanner or a screen
            body = struct.pack(">BBBI", 1, 0, 0, PLAIN_COLOURS.get(components, 16))
        kept += struct.pack(">I", len(body) + 8) + name + body
    return bytes(kept)


def _without_comments(data: bytes) -> bytes:
    """A JPEG 2000 code stream whose comments are blanks; lengths stay, since tiles count them."""
    if not data.startswith(b"\xff\x4f"):
        raise Refused("damaged")
    kept, at, tile_end = bytearray(data), 2, 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from(">HH", data, at)
        if code == CODE_STREAM_END:
            return bytes(kept[: at + 2])
        if code == TILE_DATA:
            if not tile_end:
                return bytes(kept)  # the last tile, which runs to the end
            if tile_end <= at:
                raise Refused("damaged")
            at = tile_end
            continue
        if code < 0xFF00 or length < 2:
            raise Refused("damaged")
        if code == TILE:
            size = int.from_bytes(data[at + 6 : at + 10], "big")
            tile_end = at + size if size else 0
            if size and (size < 14 or tile_end > len(data)):
                raise Refused("damaged")
        elif code == COMMENT:
            kept[at + 6 : at + 2 + length] = bytes(max(0, min(length - 4, len(data) - at - 6)))
        at += 2 + length
    return bytes(kept[: at + 2] if data[at : at + 2] == b"\xff\xd9" else kept)


def plain_jbig2(data: bytes) -> bytes:
    """A JBIG2 stream as PDFs hold them, without its comment segments. Raises Refused where it is damaged."""
    kept, at = bytearray(), 0
    while at + 11 <= len(data):
        start = at
        number, flags, count = int.from_bytes(data[at : at + 4], "big"), data[at + 4], data[at + 5] >> 5
        at += 6
        if count == 7:
            count = int.from_bytes(data[at - 1 : at + 3], "big") & 0x1FFFFFFF
            at += 3 + (count + 8) // 8
        at += count * (1 if number <= 256 else 2 if number <= 65536 else 4) + (4 if flags & 0x40 else 1)
        length = int.from_bytes(data[at : at + 4], "big")
        at += 4
        if length == JBIG2_UNKNOWN:
            return bytes(kept + data[start:])
        at += length
        if at > len(data):
            raise Refused("damaged")
        if flags & 0x3F != JBIG2_NOTE:
            kept += data[start:at]
    return bytes(kept)
