"""A PDF's parts made anew: of every kind of part the entries that draw it, and no others. Runs in the child.

Nothing is taken away from the old document; what is not named here never comes into the new one. So whatever a maker, a program or an
attacker has put into it (metadata, scripts, files, links, private data) is gone, known to us or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from adapters.cleaning.embedded import plain_jbig2
from adapters.cleaning.pdf_drawing import MAX_DRAWING, Names, plain_drawing
from adapters.cleaning.pdf_fonts import Fonts
from adapters.cleaning.pdf_streams import Budget, entry, packed, plain_picture, shared_symbols, unpacked
from adapters.cleaning.refusals import Refused

Make = Callable[[PdfObject], PdfObject | None]
MAX_VALUES = 600_000  # entries and members looked at in one document
MAX_OBJECTS = 60_000
MAX_SIDE_PIXELS = 200_000_000  # of one picture as it says of itself: a large scan in black and white has some 70 million
DEVICE_COLOURS = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}  # by number of components
COMMENT = re.compile(rb"%[^\r\n]*")  # in calculations, which know no strings
INKS = {"/All", "/None", "/Cyan", "/Magenta", "/Yellow", "/Black"}


class Parts:
    """The objects of the new document, and how each kind of part is made. Each method: the new part, None where nothing of it is kept."""

    def __init__(self) -> None:
        self.objects: list[PdfObject] = []
        self.names = Names()
        self.budget = Budget()
        self.fonts = Fonts(self)
        self._made: dict[tuple[int, int, str], PdfObject | None] = {}
        self._values = self._drawing = 0

    def add(self, value: PdfObject) -> IndirectObject:
        """A reference to a new object."""
        self.objects.append(value)
        if len(self.objects) > MAX_OBJECTS:
            raise Refused("too_much")
        return IndirectObject(len(self.objects), 0, None)

    def kept(self, value: PdfObject | None, make: Make) -> PdfObject | None:
        """What `make` makes of a value; where the old document shares an object, the new one does."""
        self.count()
        if not isinstance(value, IndirectObject):
            made = make(value) if value is not None else None
            return self.add(made) if isinstance(made, StreamObject) else made
        key = (value.idnum, value.generation, make.__qualname__)
        if key not in self._made:
            source = value.get_object()
            if source is None:
                return None
            place = self.add(NullObject())
            self._made[key] = place  # a part that holds itself finds this
            made = make(source)
            self._made[key] = place if made is not None else None
            self.objects[place.idnum - 1] = made if made is not None else NullObject()
        return self._made[key]

    def count(self) -> None:
        """Nothing. Raises Refused once too many values were looked at: shared arrays can multiply without end."""
        self._values += 1
        if self._values > MAX_VALUES:
            raise Refused("too_much")

    def entries(self, source: PdfObject | None, plain: str, **others: Make) -> DictionaryObject:
        """A dictionary with the `plain` keys of the old one as they are, and each of `others` as it is made."""
        made = DictionaryObject()
        if not isinstance(source, DictionaryObject):
            return made
        makes: dict[str, Make] = {**dict.fromkeys(plain.split(), self.plain), **others}
        for key, make in makes.items():
            name = NameObject(f"/{key}")
            if name in source:
                value = self.kept(source.raw_get(name), make)
                if value is not None:
                    made[name] = value
        return made

    def plain(self, value: PdfObject) -> PdfObject | None:
        """A number, name, truth or an array of such."""
        self.count()
        value = cast(PdfObject, value.get_object())
        if isinstance(value, ArrayObject):
            return ArrayObject([self.plain(each) or NullObject() for each in value])
        return value if isinstance(value, (NumberObject, FloatObject, NameObject, BooleanObject)) else None

    def resources(self, source: PdfObject) -> DictionaryObject:
        """What a page or form draws with, under new names."""
        made = DictionaryObject()
        if not isinstance(source, DictionaryObject):
            return made
        makes: dict[str, Make] = {
            "/Font": self.fonts.font,
            "/XObject": self.drawable,
            "/ExtGState": self.state,
            "/ColorSpace": self.colours,
            "/Pattern": self.pattern,
            "/Shading": self.shading,
        }
        for kind, make in makes.items():
            listed = entry(source, kind)
            if not isinstance(listed, DictionaryObject):
                continue
            named = DictionaryObject()
            for name in listed:
                value = self.kept(listed.raw_get(name), make)
                if value is not None:
                    named[NameObject(self.names.of(str(name)))] = value
            if named:
                made[NameObject(kind)] = named
        return made

    def drawable(self, source: PdfObject) -> StreamObject | None:
        """A picture or a form."""
        if not isinstance(source, StreamObject):
            return None
        if "/Width" in source and "/BBox" not in source:
            return self.picture(source)
        return self.form(source) if "/BBox" in source else None

    def form(self, source: PdfObject) -> StreamObject | None:
        """A drawing that pages can share."""
        if not isinstance(source, StreamObject):
            return None
        entries = self.entries(source, "BBox Matrix", Resources=self.resources, Group=self.group)
        entries[NameObject("/Type")], entries[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
        return packed(self.drawing(unpacked(source, self.budget)), entries)

    def drawing(self, data: bytes) -> bytes:
        """Drawing commands as they are kept."""
        self._drawing += len(data)
        if self._drawing > MAX_DRAWING:
            raise Refused("too_much")
        return plain_drawing(data, self.names, self.inline_picture)

    def group(self, source: PdfObject) -> DictionaryObject:
        """How a page's or form's transparency adds up."""
        return self.entries(source, "Type S I K", CS=self.colours)

    def picture(self, source: PdfObject) -> StreamObject | None:
        """A picture: its pixels and how they are shown."""
        if not isinstance(source, StreamObject):
            return None
        made = self._picture(source)
        made[NameObject("/Type")], made[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Image")
        made.update(self.entries(source, "Intent SMaskInData Matte", Mask=self._mask, SMask=self.picture))
        symbols = shared_symbols(source)
        if symbols is not None:
            reference = self.add(packed(plain_jbig2(unpacked(symbols, self.budget))))
            made[NameObject("/DecodeParms")] = DictionaryObject({NameObject("/JBIG2Globals"): reference})
        return made

    def inline_picture(self, source: StreamObject) -> EncodedStreamObject:
        """A picture that lies among drawing commands. Its colours may be named: by a resource's new name already."""
        colours = source.pop("/ColorSpace", None)
        made = self._picture(source)
        if str(made["/Filter"]) in {"/JPXDecode", "/JBIG2Decode"}:
            raise Refused("damaged")
        if colours is not None:
            kept = colours if isinstance(colours, NameObject) else self.colours(colours)
            if kept is not None:
                made[NameObject("/ColorSpace")] = kept
        return made

    def _picture(self, source: StreamObject) -> EncodedStreamObject:
        width, height = entry(source, "/Width"), entry(source, "/Height")
        if not isinstance(width, int) or not isinstance(height, int) or width * height > MAX_SIDE_PIXELS:
            raise Refused("too_much")
        made = plain_picture(source, self.budget)
        made.update(self.entries(source, "Width Height BitsPerComponent ImageMask Decode Interpolate", ColorSpace=self.colours))
        return made

    def _mask(self, source: PdfObject) -> PdfObject | None:
        return self.picture(source) if isinstance(source, StreamObject) else self.plain(source)

    def state(self, source: PdfObject) -> DictionaryObject:
        """Settings for drawing, without those for one printer."""
        plain = "LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK"
        return self.entries(source, plain, Font=self._font_and_size, SMask=self._soft_mask)

    def _font_and_size(self, source: PdfObject) -> PdfObject | None:
        if not isinstance(source, ArrayObject) or len(source) != 2:
            return None
        font = self.kept(source[0], self.fonts.font)
        return ArrayObject([font, self.plain(source[1]) or NumberObject(1)]) if font is not None else None

    def _soft_mask(self, source: PdfObject) -> PdfObject | None:
        if isinstance(source, DictionaryObject):
            return self.entries(source, "Type S BC", G=self.form, TR=self.function)
        return self.plain(source)

    def pattern(self, source: PdfObject) -> PdfObject | None:
        """A pattern to fill with: drawn tiles or a shading."""
        if isinstance(source, StreamObject):
            entries = self.entries(source, "PatternType PaintType TilingType BBox XStep YStep Matrix", Resources=self.resources)
            return packed(self.drawing(unpacked(source, self.budget)), entries)
        return self.entries(source, "PatternType Matrix", Shading=self.shading, ExtGState=self.state)

    def shading(self, source: PdfObject) -> PdfObject | None:
        """Colours that pass into one another."""
        plain = "ShadingType Background BBox AntiAlias Domain Matrix Extend Coords BitsPerCoordinate BitsPerComponent BitsPerFlag Decode"
        entries = self.entries(source, f"{plain} VerticesPerRow", ColorSpace=self.colours, Function=self.function)
        return packed(unpacked(source, self.budget), entries) if isinstance(source, StreamObject) else entries

    def function(self, source: PdfObject) -> PdfObject | None:
        """A function of numbers, several, or the name of one. It calculates and can do nothing else."""
        self.count()
        if isinstance(source, ArrayObject):
            return ArrayObject([self.kept(each, self.function) or NullObject() for each in list(source)])
        if not isinstance(source, DictionaryObject):
            return self.plain(source)
        plain = "FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Bounds"
        entries = self.entries(source, plain, Functions=self.function)
        if not isinstance(source, StreamObject):
            return entries
        data = unpacked(source, self.budget)
        return packed(COMMENT.sub(b"", data) if entry(source, "/FunctionType") == NumberObject(4) else data, entries)

    def colours(self, source: PdfObject) -> PdfObject | None:
        """A colour space. Profiles, which can name a scanner or a screen, give way to plain grey, RGB or CMYK."""
        self.count()
        if isinstance(source, NameObject):
            return NameObject(self.names.of(source))
        if not isinstance(source, ArrayObject) or not source:
            return None
        family, rest = str(source[0].get_object()), list(source)[1:5]
        if family == "/ICCBased" and rest:
            parts = entry(rest[0].get_object(), "/N")
            return NameObject(DEVICE_COLOURS.get(parts if isinstance(parts, int) else 3, "/DeviceRGB"))
        if family in {"/CalGray", "/CalRGB", "/Lab"} and rest:
            return ArrayObject([NameObject(family), self.entries(rest[0].get_object(), "WhitePoint BlackPoint Gamma Matrix Range")])
        if family in {"/Indexed", "/I"} and len(rest) >= 3:
            return self._made_of("/Indexed", self.kept(rest[0], self.colours), self.plain(rest[1]), self.kept(rest[2], self._table))
        if family in {"/Separation", "/DeviceN"} and len(rest) >= 3:
            inks = self._inks(rest[0].get_object())
            return self._made_of(family, inks, self.kept(rest[1], self.colours), self.kept(rest[2], self.function))
        if family == "/Pattern" and rest:
            return self._made_of(family, self.kept(rest[0], self.colours))
        return NameObject(family) if family in {"/Pattern", *DEVICE_COLOURS.values()} else None

    @staticmethod
    def _made_of(family: str, *members: PdfObject | None) -> ArrayObject | None:
        whole = [member for member in members if member is not None]
        return ArrayObject([NameObject(family), *whole]) if len(whole) == len(members) else None

    @staticmethod
    def _inks(source: PdfObject | None) -> PdfObject:
        """The names of inks, other than the usual ones by number."""
        if isinstance(source, ArrayObject):
            inks = [str(each.get_object()) for each in source]
            return ArrayObject([NameObject(ink if ink in INKS else f"/Ink{place}") for place, ink in enumerate(inks)])
        return NameObject(source) if isinstance(source, NameObject) and source in INKS else NameObject("/Ink")

    def _table(self, source: PdfObject) -> PdfObject | None:
        """The colours of a palette."""
        if isinstance(source, StreamObject):
            return packed(unpacked(source, self.budget))
        return ByteStringObject(source.original_bytes) if isinstance(source, (TextStringObject, ByteStringObject)) else None
