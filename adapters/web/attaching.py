"""Files that come with a report: cleaned apart, then kept with it. What cannot be kept is told, and costs neither report nor code."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

import anyio
from anyio.to_thread import run_sync

from adapters.cleaning import CleanFile, Refused
from adapters.web.uploads import Upload
from adapters.web.watch import where
from bot.concerns.returning import MOST_FILES, Returning
from knowledge.errors import SignpostError

PATIENCE = 45.0  # seconds for all the files of one form: whoever sent it waits for the code
AT_ONCE = 4  # threads that wait for a file to be cleaned; the others are for pages
LATER = "Add it later with your code."
log = logging.getLogger("signpost.web")

Clean = Callable[[bytes, int], CleanFile]


@dataclass(frozen=True, slots=True)
class NotKeptFile:
    """A file that was not kept. ``name``: what the reporter calls it."""

    name: str
    why: str
    next_step: str


class Attaching:
    """Keeps files with a report that is kept already."""

    def __init__(self, returning: Returning, clean: Clean, patience: float = PATIENCE) -> None:
        self._returning = returning
        self._clean = clean
        self._patience = patience
        self._threads = anyio.CapacityLimiter(AT_ONCE)

    async def attach(
        self, school: str, code: str, uploads: Sequence[Upload], submission: str, first: int = 1
    ) -> tuple[tuple[str, ...], tuple[NotKeptFile, ...]]:
        """The names of the files kept, as they are kept, and those that were not. `first`: the number the first of them gets."""
        kept: list[str] = []
        lost: list[NotKeptFile] = []
        until = anyio.current_time() + self._patience
        for at, upload in enumerate(uploads):
            try:
                cleaned = await self._cleaned(upload, first + at, until)
                file = file_id(submission, upload.content)
                await run_sync(partial(self._returning.attach, school, code, cleaned.name, cleaned.kind, cleaned.content, file))
                kept.append(cleaned.name)
            except SignpostError as refused:
                lost.append(NotKeptFile(upload.name, refused.message, refused.next_step))
            except Exception as error:  # the report is kept: that must be said whatever becomes of a file
                log.error("report.file_not_kept %s at %s", type(error).__name__, " < ".join(where(error)))
                lost.append(NotKeptFile(upload.name, "It could not be kept at this moment; that is Signpost's fault.", LATER))
        return tuple(kept), tuple(lost)

    async def _cleaned(self, upload: Upload, number: int, until: float) -> CleanFile:
        if upload.lost == "many":
            raise SignpostError(f"Only {MOST_FILES} files can be sent with one report.", "Say in words what else there is, and keep it.")
        if upload.lost:
            raise Refused(upload.lost)
        with anyio.move_on_after(until - anyio.current_time()):
            return await run_sync(self._clean, bytes(upload.content), number, abandon_on_cancel=True, limiter=self._threads)
        raise Refused("busy")


def file_id(submission: str, content: bytes | bytearray) -> str:
    """The id of a form's file, the same however often the form is sent; another for another file, which is sent with the form again."""
    return blake2b(content, digest_size=16, key=blake2b(submission.encode()).digest(), person=b"signpost file").hexdigest()
