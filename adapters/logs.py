"""What is logged: one line for each event on standard error, as key=value; never words, names or ids of people, at any level.

Our own loggers ("signpost.…") log codes, counts and places. Of all others only warnings pass, and of those only where they were
raised: a library's words may hold a message's.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

OURS = "signpost"
# At DEBUG and INFO these print statements with their values, requests and answers.
LIBRARIES = (
    "aiohttp",
    "alembic",
    "asyncio",
    "botbuilder",
    "botframework",
    "msal",
    "msrest",
    "multipart",
    "python_multipart",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "urllib3",
    "uvicorn",
)


class OneLine(logging.Formatter):
    """A record as one line: time, level, logger, event. Errors are told by their kind."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        own = record.name == OURS or record.name.startswith(f"{OURS}.")
        event = record.getMessage() if own else f"{record.module}:{record.lineno}"
        error = f" error={record.exc_info[0].__name__}" if record.exc_info and record.exc_info[0] else ""
        return f'{at} level={record.levelname.lower()} logger={record.name} event="{_quoted(event)}"{error}'


def set_up(level: str) -> None:
    """Nothing: from now on everything is logged in this form. `level`: of our own events."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level.upper())
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.setLevel(max(library.level, logging.WARNING))  # a door may have shut one up further already
    logging.getLogger("uvicorn.access").disabled = True
    logging.captureWarnings(capture=True)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
