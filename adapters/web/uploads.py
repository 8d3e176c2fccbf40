"""The report forms as they arrive, words and files, all in memory: nothing touches the disk, and words come through whatever the files do.

Files that are too large, too many or come when others fill the room are read and dropped. The words beside them are kept all the same.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from adapters.cleaning import MAX_BYTES, MAX_FILES

MOST_FIELDS = 64
MOST_FIELD = 200 * 1024  # bytes
MOST_WORDS = 512 * 1024  # bytes of all fields of a form: anybody may send many forms at once
MOST_PARTS = 128  # of a multipart form, dropped ones counted
MOST_OF_FORM = 52 * 1024 * 1024  # bytes of files kept of one form
FORMS_AT_ONCE = 2  # full ones; of small ones more fit
READ_WITHIN = 600.0  # seconds: 50 MB by a slow phone
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")  # could make a name look like another
LONGEST_NAME = 80


@dataclass(slots=True)
class Upload:
    """A file as it came. ``name``: what the reporter calls it, only ever shown back. ``lost``: why it was dropped, "" where it was not.

    One of the codes of adapters.cleaning's refusals, or "many".
    """

    name: str
    content: bytearray = field(default_factory=bytearray)
    lost: str = ""


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it came. ``broken``: part of it did not arrive, or more came than is read; what is here is what there is."""

    words: tuple[tuple[str, str], ...] = ()
    uploads: tuple[Upload, ...] = ()
    broken: bool = False

    def one(self, name: str) -> str:
        """What a field holds, "" where there is none."""
        return next((value for field, value in self.words if field == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """All that the fields of one name hold."""
        return tuple(value for field, value in self.words if field == name)


@dataclass
class Room:
    """The memory there is for files that are being sent, shared by all forms. ``free``: bytes."""

    free: int = MOST_OF_FORM * FORMS_AT_ONCE
    within: float = READ_WITHIN

    def take(self, size: int) -> bool:
        """Whether there was room for so many bytes; they are taken now."""
        if size > self.free:
            return False
        self.free -= size
        return True


@asynccontextmanager
async def sent_form(request: Request, room: Room) -> AsyncIterator[SentForm]:
    """The form of a request, while it is needed: then the room it took is given back."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind == b"multipart/form-data":
        reading = _Reading(room)
        try:
            yield await reading.form(request, options.get(b"boundary", b""))
        finally:
            reading.leave()
    elif kind == b"application/x-www-form-urlencoded":
        text = (await request.body()).decode("ascii", "replace")
        pairs = parse_qsl(text, keep_blank_values=True, errors="replace")
        yield SentForm(tuple((name, _clean(value)) for name, value in pairs[:MOST_FIELDS]), broken=len(pairs) > MOST_FIELDS)
    else:
        yield SentForm()


class _Reading:
    """A multipart form while it arrives."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._words: list[tuple[str, bytearray]] = []
        self._uploads: list[Upload] = []
        self._part: bytearray | Upload | None = None  # what the bytes that come belong to; None drops them
        self._parts = self._taken = self._said = 0
        self._header, self._value, self._disposition = b"", b"", b""
        self._cut = self._whole = False

    async def form(self, request: Request, boundary: bytes) -> SentForm:
        """What arrived."""
        try:
            parser = MultipartParser(
                boundary or b"\0",
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._opened,
                    "on_part_data": self._data,
                    "on_end": self._end,
                },
            )
            async with asyncio.timeout(self._room.within):
                async for chunk in request.stream():
                    if chunk and not self._whole:
                        parser.write(chunk)
        except (FormParserError, TimeoutError):
            self._whole = False
        words = tuple((name, _clean(value.decode("utf-8", "replace"))) for name, value in self._words)
        uploads = tuple(filter(_is_file, self._uploads))
        return SentForm(words, uploads, broken=self._cut or not self._whole)

    def leave(self) -> None:
        """Nothing: the room is free again."""
        self._room.free += self._taken
        self._taken = 0

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise FormParserError("too many parts")
        self._part, self._disposition = None, b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _opened(self) -> None:
        _, told = parse_options_header(self._disposition)
        if b"filename" in told:
            upload = Upload(shown_name(told[b"filename"].decode("utf-8", "replace")))
            if sum(map(_is_file, self._uploads)) >= MAX_FILES:
                upload.lost = "many"
            self._uploads.append(upload)
            self._part = upload
        elif len(self._words) < MOST_FIELDS:
            value = bytearray()
            self._words.append((told.get(b"name", b"").decode("utf-8", "replace"), value))
            self._part = value
        else:
            self._cut = True

    def _data(self, data: bytes, start: int, end: int) -> None:
        if isinstance(self._part, bytearray):
            fits = min(end - start, MOST_FIELD - len(self._part), MOST_WORDS - self._said)
            self._cut = self._cut or fits < end - start
            self._said += fits
            self._part += data[start : start + fits]
        elif self._part is not None and not self._part.lost:
            self._add(self._part, data[start:end])

    def _add(self, upload: Upload, piece: bytes) -> None:
        if len(upload.content) + len(piece) > MAX_BYTES:
            self._drop(upload, "large")
        elif not self._room.take(len(piece)):
            self._drop(upload, "busy")
        else:
            self._taken += len(piece)
            upload.content += piece

    def _drop(self, upload: Upload, why: str) -> None:
        self._room.free += len(upload.content)
        self._taken -= len(upload.content)
        upload.content, upload.lost = bytearray(), why

    def _end(self) -> None:
        self._whole = True


def shown_name(given: str) -> str:
    """A file's name as its reporter is shown it again: its last part, on one line, without what cannot be seen."""
    return UNSEEN.sub("", given.replace("\\", "/").rpartition("/")[2]).strip()[-LONGEST_NAME:]


def _is_file(upload: Upload) -> bool:
    """Whether a file was chosen: a form sends its file field even where none was."""
    return bool(upload.name or upload.content or upload.lost)


def _clean(value: str) -> str:
    """Words with line ends made one. NUL is left out: no person types it, and PostgreSQL cannot keep it."""
    return value.replace("\x00", "").replace("\r\n", "\n")
