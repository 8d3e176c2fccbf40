"""The loggers of Slack's libraries, kept from logging what people write: at DEBUG they print whole requests, at ERROR replies."""

from __future__ import annotations

import logging
import re

log = logging.getLogger("signpost.slack")

LIBRARIES = ("slack_bolt", "slack_sdk")
CODE = re.compile(r"[a-z_]{1,60}")  # nothing else of a reply is ever logged
NAME = "slack_bolt.signpost"  # the app's name: Bolt names its loggers after it


class PlacesOnly(logging.Handler):
    """Passes on where a library warned, not what it said: its words may hold a message's."""

    def emit(self, record: logging.LogRecord) -> None:
        """Nothing: logs the place."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        log.log(record.levelno, "slack.library at=%s:%s error=%s why=%s", record.name, record.lineno, error, _code(record))


def _code(record: logging.LogRecord) -> str:
    """Slack's own code for what it refused, such as invalid_auth; "" where the error has none."""
    response = getattr(record.exc_info[1], "response", None) if record.exc_info else None
    said = response.get("error") if response is not None and hasattr(response, "get") else None
    return said if isinstance(said, str) and CODE.fullmatch(said) else ""


def quieten() -> logging.Logger:
    """The logger for Bolt to use. From now on Slack's libraries log places instead of words, at every level."""
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.propagate = False
        library.setLevel(logging.WARNING)
        library.handlers = [PlacesOnly(logging.WARNING)]
    # Bolt copies the level of the root logger, or of the logger it is given, to loggers of its own: so it is given one that is set.
    quiet = logging.getLogger(NAME)
    quiet.setLevel(logging.WARNING)
    return quiet
