"""Drawing commands as they are kept: the known ones, word for word, without comments, marks and names. Runs in the child."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from adapters.cleaning.refusals import Refused

TOKEN = re.compile(
    rb"(?P<space>[\x00\t\n\f\r ]+)|(?P<comment>%[^\r\n]*)|(?P<text>\()|(?P<mark><<|>>|[\[\]{}])"
    rb"|(?P<hex><[0-9A-Fa-f\x00\t\n\f\r ]*>)|(?P<name>/[^\x00\t\n\f\r ()<>\[\]{}/%]*)|(?P<word>[^\x00\t\n\f\r ()<>\[\]{}/%]+)"
)
STRING_PART = re.compile(rb"\\.|[()]", re.DOTALL)
NUMBER = re.compile(rb"[+-]*\d*\.?\d*(?:-\d*)?")
NOT_OPERATORS = {b"true", b"false", b"null"}
# Every operator that draws or says how to (ISO 32000-1, Annex A); those for marked content, their texts and layers, are not among them.
OPERATORS = frozenset(
    b"b B b* B* BT BX c cm CS cs d d0 d1 Do ET EX f F f* G g gs h i j J K k l M m n q Q re RG rg ri s S SC sc SCN scn sh "
    b"T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)
NAMING = {b"Do", b"gs", b"Tf", b"CS", b"cs", b"SCN", b"scn", b"sh"}  # their operand names a resource
NEVER_RENAMED = {"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "/G", "/RGB", "/CMYK", "/I", "/Indexed"}
IMAGE_END = re.compile(rb"[\x00\t\n\f\r ]EI(?=[\x00\t\n\f\r ]|$)")
AFTER_IMAGE = re.compile(rb"[\x00\t\n\f\r -~]{0,16}")
LONG_KEYS = {
    "/BPC": "/BitsPerComponent",
    "/CS": "/ColorSpace",
    "/D": "/Decode",
    "/DP": "/DecodeParms",
    "/F": "/Filter",
    "/H": "/Height",
    "/IM": "/ImageMask",
    "/I": "/Interpolate",
    "/W": "/Width",
}
LONG_COLOURS = {"/G": "/DeviceGray", "/RGB": "/DeviceRGB", "/CMYK": "/DeviceCMYK", "/I": "/Indexed"}
MAX_DRAWING = 16 * 1024 * 1024  # bytes of drawing commands in a whole document: each is looked at
MAX_NESTED = 30

InlinePicture = Callable[[EncodedStreamObject], EncodedStreamObject]


class Names:
    """The names that resources bear in the new document: numbers, whatever their maker called them."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The new name of a resource, the same wherever it is named."""
        if name in NEVER_RENAMED:
            return name
        return self._known.setdefault(name, f"/R{len(self._known)}")


def plain_drawing(data: bytes, names: Names, inline: InlinePicture) -> bytes:
    """The drawing commands of a page, form, pattern or letter. `inline` cleans a picture that lies among them. Raises Refused."""
    kept: list[bytes] = []
    operands: list[bytes] = []
    at = depth = 0
    while at < len(data):
        found = TOKEN.match(data, at)
        if found is None:
            at += 1  # a stray bracket: no command begins with it
            continue
        kind, token = found.lastgroup, found[0]
        at = found.end()
        if kind == "space" or kind == "comment":
            continue
        if kind == "text":
            at = _string_end(data, at)
            operands.append(data[found.start() : at])
        elif kind != "word" or token in NOT_OPERATORS or NUMBER.fullmatch(token):
            operands.append(token)
        elif token == b"BI":
            picture, at = _inline_picture(data, at, names, inline)
            kept.append(picture)
            operands.clear()
        else:
            if token == b"q":
                depth += 1
            elif token == b"Q":
                depth -= 1
            if depth < 0:
                depth = 0  # one "Q" too many would undo what stands round this drawing
            elif token in OPERATORS:
                kept.append(_command(operands, token, names))
            operands.clear()
    return b"\n".join(kept + [b"Q"] * depth)


def _command(operands: list[bytes], operator: bytes, names: Names) -> bytes:
    """One command; its resource renamed, and nothing before it that belongs to no drawing command."""
    if b"<<" in operands or b"{" in operands:
        return b""
    if operator in NAMING:
        operands = [names.of(_read_name(each)).encode() if each.startswith(b"/") else each for each in operands]
    return b" ".join([*operands, operator])


def _read_name(token: bytes) -> str:
    """A name as the reader reads those in dictionaries, so that the two agree."""
    if token.isascii() and b"#" not in token:
        return token.decode("ascii")
    return str(NameObject.read_from_stream(BytesIO(token + b" "), None))


def _string_end(data: bytes, at: int) -> int:
    """Where the string ends whose bracket was opened before `at`."""
    depth = 1
    while depth:
        found = STRING_PART.search(data, at)
        if found is None:
            raise Refused("damaged")
        at = found.end()
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
    return at


def _inline_picture(data: bytes, at: int, names: Names, inline: InlinePicture) -> tuple[bytes, int]:
    """The commands for a picture that lies among the commands, and where they go on. Its bytes are written as digits."""
    entries, at = _entries(data, at)
    least = at + _raw_size(entries)
    found = IMAGE_END.search(data, max(at, least))
    while found and AFTER_IMAGE.match(data, found.end(), found.end() + 16)[0] != data[found.end() : found.end() + 16]:  # type: ignore[index]
        found = IMAGE_END.search(data, found.start() + 1)  # these letters stood among the pixels
    if found is None:
        raise Refused("damaged")
    source = EncodedStreamObject()
    source._data = data[at : found.start()]
    for key, value in entries.items():
        source[NameObject(LONG_KEYS.get(key, key))] = value
    colours = source.get("/ColorSpace")
    if isinstance(colours, NameObject):
        short = LONG_COLOURS.get(colours, colours)
        source[NameObject("/ColorSpace")] = NameObject(short if short.startswith("/Device") else names.of(short))
    made = inline(source)
    filters = [NameObject("/AHx"), made["/Filter"]]
    parameters = made.get("/DecodeParms")
    made[NameObject("/Filter")] = ArrayObject(filters)
    if parameters is not None:
        made[NameObject("/DecodeParms")] = ArrayObject([DictionaryObject(), parameters])
    words = [b"BI"]
    for key, value in made.items():
        words += [key.encode(), written(value)]
    return b" ".join(words) + b" ID " + made._data.hex().encode() + b">\nEI", found.end()


def _raw_size(entries: dict[str, PdfObject]) -> int:
    """How many bytes an unpacked picture has at least; 0 where it is packed, or its size is not said."""
    if "/F" in entries or "/Filter" in entries:
        return 0
    width, height = (entries.get(short, entries.get(long)) for short, long in (("/W", "/Width"), ("/H", "/Height")))
    bits = entries.get("/BPC", entries.get("/BitsPerComponent", NumberObject(1)))
    colours = entries.get("/CS", entries.get("/ColorSpace"))
    parts = {"/RGB": 3, "/DeviceRGB": 3, "/CMYK": 4, "/DeviceCMYK": 4}.get(str(colours), 1)
    if isinstance(width, int) and isinstance(height, int) and isinstance(bits, int):
        return max(0, (width * bits * parts + 7) // 8 * height)
    return 0


def _entries(data: bytes, at: int) -> tuple[dict[str, PdfObject], int]:
    """What is said of a picture between "BI" and "ID", and where its bytes begin."""
    values: list[PdfObject] = []
    while True:
        value, at = _value(data, at, 0)
        if value is None:
            break
        values.append(value)
    if len(values) % 2 or not all(isinstance(key, NameObject) for key in values[::2]):
        raise Refused("damaged")
    return {str(key): value for key, value in zip(values[::2], values[1::2], strict=True)}, at + 1


def _value(data: bytes, at: int, nested: int) -> tuple[PdfObject | None, int]:
    """The value that begins at `at`, and where it ends; None at "ID" or a closing bracket."""
    found = TOKEN.match(data, at)
    while found and found.lastgroup in {"space", "comment"}:
        found = TOKEN.match(data, found.end())
    if found is None or nested > MAX_NESTED:
        raise Refused("damaged")
    token, at = found[0], found.end()
    if found.lastgroup == "name":
        return NameObject(_read_name(token)), at
    if found.lastgroup == "hex":
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", token).decode()
        return ByteStringObject(bytes.fromhex(digits + "0" * (len(digits) % 2))), at
    if found.lastgroup == "text":
        end = _string_end(data, at)
        return ByteStringObject(_string_bytes(data[at : end - 1])), end
    if token in {b"[", b"<<"}:
        values: list[PdfObject] = []
        while True:
            value, at = _value(data, at, nested + 1)
            if value is None:
                break
            values.append(value)
        if token == b"[":
            return ArrayObject(values), at
        pairs = zip(values[::2], values[1::2], strict=False)
        return DictionaryObject({key: value for key, value in pairs if isinstance(key, NameObject)}), at
    if token in {b"]", b">>", b"ID"}:
        return None, at
    if token in {b"true", b"false"}:
        return BooleanObject(token == b"true"), at
    if re.fullmatch(rb"[+-]?\d{1,9}", token):
        return NumberObject(int(token)), at
    if NUMBER.fullmatch(token):
        return FloatObject(token.decode()), at
    raise Refused("damaged")


ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


def _string_bytes(written_string: bytes) -> bytes:
    """The bytes that a string in brackets stands for."""

    def stands_for(found: re.Match[bytes]) -> bytes:
        letters = found[1]
        return bytes([int(letters, 8) & 255]) if letters.isdigit() and letters < b"8" else ESCAPED.get(letters, letters)

    return ESCAPE.sub(stands_for, written_string)


def written(value: PdfObject) -> bytes:
    """A value as PDFs write it."""
    out = BytesIO()
    value.write_to_stream(out)
    return out.getvalue()
