"""The child that cleans one file: content in at standard input, a frame out at standard output, and nothing else is written."""

from __future__ import annotations

import contextlib
import sys

from adapters.cleaning.frame import READY, kept_frame, refused_frame
from adapters.cleaning.inside import cleaned
from adapters.cleaning.refusals import MAX_BYTES, Refused

MEMORY = 1024 * 1024 * 1024  # bytes
PROCESSOR_SECONDS = 20


def main() -> None:
    """Nothing: cleans what comes in."""
    _limit()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        frame = kept_frame(*cleaned(content))
    except Refused as refused:
        frame = refused_frame(refused.code)
    sys.stdout.buffer.write(frame)
    sys.stdout.buffer.flush()


def _limit() -> None:
    """Nothing: from here on this program has little memory and time, and can write no file. Not every system can set such limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's time limit must do
        return
    limits = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    )
    for what, most in limits:
        with contextlib.suppress(ValueError, OSError):  # a limit that is tighter already, or one that the system does not know
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
