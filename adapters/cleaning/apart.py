"""A file cleaned in a child of its own: what a hostile file does to the libraries that read it ends there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from logging import getLogger

from adapters.cleaning.frame import MAX_FRAME, READY, read_frame
from adapters.cleaning.kinds import Kind, kind_of
from adapters.cleaning.refusals import Refused

log = getLogger("signpost.cleaning")

CHILD = (sys.executable, "-I", "-B", "-m", "adapters.cleaning")  # -I: no variables, no folder of the caller's; -B: it writes no file
NEEDED = ("SYSTEMROOT", "LD_LIBRARY_PATH")  # without these some systems start no Python; nothing else of ours is told to the child
TIME_LIMIT = 40.0  # seconds, whatever else the machine does; the child's own limit is of processor time
AT_ONCE = 2
PATIENCE = 60.0  # seconds to wait for a place
ENDINGS = {Kind.PNG: "picture-{}.png", Kind.JPEG: "picture-{}.jpg", Kind.WEBP: "picture-{}.webp", Kind.PDF: "document-{}.pdf"}

_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class CleanFile:
    """An attachment that tells nothing of its maker and can do nothing. ``name``: "picture-1.png"; ``kind``: its media type."""

    name: str
    kind: str
    content: bytes


def clean(content: bytes, number: int, *, child: tuple[str, ...] = CHILD, time_limit: float = TIME_LIMIT) -> CleanFile:
    """The file as it is kept, named by its `number` within the report: the name it came with may be somebody's.

    Waits while it is cleaned: call it from a worker thread. `child`, `time_limit`: what to run and for how long, for tests.
    Raises Refused with the sentence to show.
    """
    kind_of(content)  # most of what is not taken needs no child to say so
    if not _places.acquire(timeout=PATIENCE):
        log.warning("attachment_refused why=busy")
        raise Refused("busy")
    try:
        kind, made = _cleaned(content, child, time_limit)
    except Refused as refused:
        log.debug("attachment_refused why=%s", refused.code)
        raise
    finally:
        _places.release()
    return CleanFile(ENDINGS[kind].format(number), kind.value, made)


def _cleaned(content: bytes, command: tuple[str, ...], time_limit: float) -> tuple[Kind, bytes]:
    """What the child makes of it. Raises Refused also where the child crashes, is killed or answers nonsense."""
    environment = {name: os.environ[name] for name in NEEDED if name in os.environ}
    try:
        child = subprocess.Popen(  # noqa: S603  (a fixed command, nothing of the reporter's in it)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
    except OSError:
        log.error("cleaning_child_did_not_start")
        raise Refused("broken") from None
    late = threading.Event()
    watch = threading.Timer(time_limit, _end, (child, late))
    watch.daemon = True
    watch.start()
    try:
        said = _talk(child, content)
        if len(said) <= len(READY) + MAX_FRAME:  # else it would talk on for ever
            child.wait()  # it has closed its mouth, so its end is near; the watch sees to that
    finally:
        watch.cancel()
        child.kill()
        child.wait()
    if not said.startswith(READY):
        log.error("cleaning_child_did_not_start")
        raise Refused("too_long" if late.is_set() else "broken")
    answer = read_frame(said.removeprefix(READY))
    if answer is None:
        raise Refused("too_long" if late.is_set() or _used_up(child.returncode) else "damaged")
    return answer


def _talk(child: subprocess.Popen[bytes], content: bytes) -> bytes:
    """All that the child says, up to the largest frame there can be."""
    assert child.stdin is not None  # noqa: S101  (both are pipes)
    assert child.stdout is not None  # noqa: S101
    with child.stdout as out:
        try:
            with child.stdin as into:
                into.write(content)
        except OSError:  # it ended before it had read all
            pass
        return out.read(len(READY) + MAX_FRAME + 1)


def _end(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    child.kill()


def _used_up(code: int | None) -> bool:
    """Whether a child ended because it had used up its processor time, or the machine's memory."""
    return code is not None and -code in {getattr(signal, "SIGXCPU", 0), getattr(signal, "SIGKILL", 0)} - {0}
