"""Where an error happened, for the log."""

from __future__ import annotations

import traceback


def where(error: BaseException) -> str:
    """What kind of error it was and where it happened. Never its own words: they may be words of a message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
