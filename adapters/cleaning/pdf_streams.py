"""What a PDF's streams hold, unpacked within limits, and streams packed anew. Runs in the child."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from pypdf.filters import ASCII85Decode, ASCIIHexDecode, FlateDecode, LZWDecode, RunLengthDecode, decompress
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from adapters.cleaning.embedded import plain_jbig2, plain_jpeg, plain_jpeg2000
from adapters.cleaning.refusals import Refused

MAX_STREAM = 75_000_000  # bytes of one stream, unpacked
MAX_UNPACKED = 250_000_000  # bytes of all streams, unpacked
MAX_FILTERS = 4
PICTURE_FILTERS: dict[str, Callable[[bytes], bytes]] = {
    "/DCTDecode": plain_jpeg,
    "/JPXDecode": plain_jpeg2000,
    "/JBIG2Decode": plain_jbig2,
    "/CCITTFaxDecode": bytes,
}
PACKED = {"/FlateDecode", "/LZWDecode"}
PREDICTOR = ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns")
PARAMETERS = {
    "": PREDICTOR,
    "/DCTDecode": ("/ColorTransform",),
    "/CCITTFaxDecode": (
        "/K",
        "/EndOfLine",
        "/EncodedByteAlign",
        "/Columns",
        "/Rows",
        "/EndOfBlock",
        "/BlackIs1",
        "/DamagedRowsBeforeError",
    ),
}
SHORT = {  # as pictures inside drawing commands name them
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode",
    "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
}


def entry(source: PdfObject | None, key: str) -> PdfObject | None:
    """What a dictionary holds under a key, wherever it lies in the document; None where that is nothing, or no dictionary."""
    value = source[key] if isinstance(source, DictionaryObject) and key in source else None
    return None if isinstance(value, NullObject) else value


@dataclass(slots=True)
class Budget:
    """How much of a document was unpacked."""

    unpacked: int = 0

    def spend(self, size: int) -> None:
        """Nothing. Raises Refused where one stream, or all of them, unpack to too much."""
        self.unpacked += size
        if size > MAX_STREAM or self.unpacked > MAX_UNPACKED:
            raise Refused("too_much")


def unpacked(stream: StreamObject, budget: Budget) -> bytes:
    """The bytes of a stream that holds no picture. Raises Refused."""
    data = stream._data  # as the reader found it, before any filter
    for name, parameters in _filters(stream):
        if name in PICTURE_FILTERS:
            raise Refused("damaged")
        data = _undone(data, name, parameters)
        budget.spend(len(data))
    return data


def plain_picture(stream: StreamObject, budget: Budget) -> EncodedStreamObject:
    """A stream with the same pixels and nothing else: only its filter and that filter's parameters are set. Raises Refused."""
    data, last, last_parameters = stream._data, "", DictionaryObject()
    filters = _filters(stream)
    for number, (name, parameters) in enumerate(filters):
        if name in PICTURE_FILTERS:
            if number != len(filters) - 1:
                raise Refused("damaged")
            last, last_parameters = name, parameters
            data = PICTURE_FILTERS[name](data)
        elif name in PACKED and number == len(filters) - 1:
            # The differences between neighbouring pixels are packed again as they are: undoing them takes too long.
            last_parameters = parameters
            data = decompress(data) if name == "/FlateDecode" else LZWDecode.decode(data)
        else:
            data = _undone(data, name, parameters)
        budget.spend(len(data))
    kept = DictionaryObject()
    for key in PARAMETERS.get(last, ()):
        value = entry(last_parameters, key)
        if isinstance(value, (NumberObject, BooleanObject)):
            kept[NameObject(key)] = value
    made = EncodedStreamObject()
    made._data = data if last else zlib.compress(data)
    made[NameObject("/Filter")] = NameObject(last or "/FlateDecode")
    if kept:
        made[NameObject("/DecodeParms")] = kept
    return made


def shared_symbols(stream: StreamObject) -> StreamObject | None:
    """The stream of letter shapes that a JBIG2 picture shares with others, None where it has none."""
    for name, parameters in _filters(stream):
        symbols = entry(parameters, "/JBIG2Globals")
        if name == "/JBIG2Decode" and isinstance(symbols, StreamObject):
            return symbols
    return None


def packed(data: bytes, entries: dict[str, PdfObject] | None = None) -> EncodedStreamObject:
    """A stream of that content, packed."""
    made = EncodedStreamObject()
    made._data = zlib.compress(data)
    made[NameObject("/Filter")] = NameObject("/FlateDecode")
    for key, value in (entries or {}).items():
        made[NameObject(key)] = value
    return made


def _filters(stream: StreamObject) -> list[tuple[str, DictionaryObject]]:
    """(filter, parameters) in the order in which they are undone."""
    names, parameters = entry(stream, "/Filter"), entry(stream, "/DecodeParms")
    listed = list(names) if isinstance(names, ArrayObject) else [] if names is None else [names]
    settings = list(parameters) if isinstance(parameters, ArrayObject) else [parameters]
    if len(listed) > MAX_FILTERS:
        raise Refused("too_much")
    found = []
    for number, each in enumerate(listed):
        name = str(each.get_object())
        given = settings[number] if number < len(settings) else None
        setting = given.get_object() if given is not None else None
        found.append((SHORT.get(name, name), setting if isinstance(setting, DictionaryObject) else DictionaryObject()))
    return [(name, setting) for name, setting in found if name != "/Crypt"]


def _undone(data: bytes, name: str, parameters: DictionaryObject) -> bytes:
    if name == "/FlateDecode":
        return FlateDecode.decode(data, parameters)
    if name == "/LZWDecode":
        return _unpredicted(LZWDecode.decode(data), parameters)
    if name == "/RunLengthDecode":
        return RunLengthDecode.decode(data)
    if name == "/ASCII85Decode":
        return ASCII85Decode.decode(data)
    if name == "/ASCIIHexDecode":
        return ASCIIHexDecode.decode(data)
    raise Refused("damaged")


def _unpredicted(data: bytes, parameters: DictionaryObject) -> bytes:
    """What the reader's LZW leaves undone: the differences, as Flate knows them."""
    if entry(parameters, "/Predictor") in {None, NumberObject(1)}:
        return data
    return FlateDecode.decode(zlib.compress(data), parameters)
