"""Fonts as a PDF holds them: the shapes and widths of letters and which letter each is, without what font files say of themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NullObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from adapters.cleaning.pdf_streams import entry, packed, unpacked

if TYPE_CHECKING:
    from adapters.cleaning.pdf_parts import Parts

COMMENT = re.compile(rb"%[^\r\n]*")
COLLECTION = re.compile(rb"[A-Za-z0-9_-]{1,40}")  # "Adobe", "Japan1", "Identity"
SFNT = (b"\x00\x01\x00\x00", b"true", b"OTTO")
TELLING_TABLES = {b"name", b"meta", b"DSIG", b"FFTM", b"PCLT"}  # of a TrueType file: names, licences, signatures, times
NO_NAMES = b"\x00\x00\x00\x00\x00\x06"  # a table of names without any


class Fonts:
    """How fonts are made anew. Each method: the new part, None where nothing of it is kept."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def font(self, source: PdfObject) -> PdfObject | None:
        """A font of any type, or one that a composed font is made of."""
        if not isinstance(source, DictionaryObject):
            return None
        parts = self._parts
        made = parts.entries(
            source,
            "Type Subtype BaseFont FirstChar LastChar Widths DW DW2 W W2 FontBBox FontMatrix",
            FontDescriptor=self.descriptor,
            Encoding=self.encoding,
            ToUnicode=self.letters,
            DescendantFonts=self.composed_of,
            CIDSystemInfo=self.collection,
            CIDToGIDMap=self.glyph_numbers,
        )
        if entry(source, "/Subtype") == NameObject("/Type3"):
            made.update(parts.entries(source, "", CharProcs=self.drawn_letters, Resources=parts.resources))
        return made

    def descriptor(self, source: PdfObject) -> DictionaryObject:
        """A font's measures and the file with its shapes."""
        plain = "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH"
        files = dict.fromkeys(("FontFile", "FontFile2", "FontFile3"), self.file)
        return self._parts.entries(source, f"{plain} AvgWidth MaxWidth MissingWidth", **files)

    def file(self, source: PdfObject) -> StreamObject | None:
        """A font file; its names, licences and comments are blanks."""
        if not isinstance(source, StreamObject):
            return None
        data = unpacked(source, self._parts.budget)
        if data.startswith(SFNT):
            data = nameless(data)
        elif data.startswith(b"%!"):
            clear = entry(source, "/Length1")
            data = _without_comments(data, clear if isinstance(clear, int) else 0)
        return packed(data, self._parts.entries(source, "Subtype Length1 Length2 Length3"))

    def encoding(self, source: PdfObject) -> PdfObject | None:
        """Which code stands for which letter."""
        if isinstance(source, StreamObject):
            return self.letters(source)
        if isinstance(source, DictionaryObject):
            return self._parts.entries(source, "Type BaseEncoding Differences")
        return self._parts.plain(source)

    def letters(self, source: PdfObject) -> PdfObject | None:
        """A table of codes and letters (a CMap), or the name of a known one."""
        if not isinstance(source, StreamObject):
            return self._parts.plain(source)
        entries = self._parts.entries(source, "Type CMapName WMode", CIDSystemInfo=self.collection, UseCMap=self.letters)
        return packed(COMMENT.sub(b"", unpacked(source, self._parts.budget)), entries)

    def composed_of(self, source: PdfObject) -> PdfObject | None:
        """The fonts that a composed font is made of."""
        if not isinstance(source, ArrayObject):
            return None
        return ArrayObject([self._parts.kept(each, self.font) or NullObject() for each in list(source)])

    def collection(self, source: PdfObject) -> DictionaryObject:
        """The collection of letters that a font counts by."""
        return self._parts.entries(source, "Supplement", Registry=self._collection_name, Ordering=self._collection_name)

    def _collection_name(self, source: PdfObject) -> PdfObject | None:
        if not isinstance(source, (TextStringObject, ByteStringObject)):
            return None
        name = source.original_bytes
        return ByteStringObject(name if COLLECTION.fullmatch(name) else b"Identity")

    def glyph_numbers(self, source: PdfObject) -> PdfObject | None:
        """Which shape belongs to which letter."""
        return packed(unpacked(source, self._parts.budget)) if isinstance(source, StreamObject) else self._parts.plain(source)

    def drawn_letters(self, source: PdfObject) -> DictionaryObject:
        """Letters that are drawn as small pictures, by name."""
        made = DictionaryObject()
        if isinstance(source, DictionaryObject):
            for name in source:
                drawn = self._parts.kept(source.raw_get(name), self.drawn_letter)
                if drawn is not None:
                    made[NameObject(name)] = drawn
        return made

    def drawn_letter(self, source: PdfObject) -> StreamObject | None:
        """The drawing of one letter."""
        if not isinstance(source, StreamObject):
            return None
        return packed(self._parts.drawing(unpacked(source, self._parts.budget)))


def nameless(data: bytes) -> bytes:
    """A TrueType or OpenType file whose telling tables are blanks; all else stays in its place."""
    kept = bytearray(data)
    for place in range(int.from_bytes(data[4:6], "big")):
        entry = data[12 + 16 * place : 28 + 16 * place]
        start, length = int.from_bytes(entry[8:12], "big"), int.from_bytes(entry[12:16], "big")
        if entry[:4] in TELLING_TABLES and start + length <= len(data):
            blank = NO_NAMES if entry[:4] == b"name" else b""
            kept[start : start + length] = blank[:length].ljust(length, b"\x00")
    return bytes(kept)


def _without_comments(data: bytes, clear: int) -> bytes:
    """A Type 1 file whose comments in its readable part (`clear` bytes) are blanks, save for the first that says what it is."""
    first = data.find(b"\n") + 1 or data.find(b"\r") + 1
    return data[:first] + COMMENT.sub(lambda found: b" " * len(found[0]), data[first:clear]) + data[max(clear, first) :]
