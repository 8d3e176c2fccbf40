"""What is logged: our own events, and of libraries no words."""

from __future__ import annotations

import logging

from adapters.logs import OneLine


def line(name: str, message: str, error: Exception | None = None) -> str:
    """A record of a logger as it is written."""
    told = (type(error), error, None) if error else None
    return OneLine().format(logging.LogRecord(name, logging.ERROR, "/somewhere/sending.py", 7, message, (), told))


def test_an_event_of_ours_is_one_line_that_programs_can_read() -> None:
    written = line("signpost.slack", 'a "quoted"\nword')
    assert written.endswith(r'level=error logger=signpost.slack event="a \"quoted\"\nword"')


def test_of_a_library_the_place_is_logged_and_never_its_words() -> None:
    written = line("sqlalchemy.pool", "canary", ValueError("canary"))
    assert written.endswith('logger=sqlalchemy.pool event="sending:7" error=ValueError')
    assert "canary" not in written


def test_of_our_own_errors_only_the_kind_is_logged() -> None:
    assert "canary" not in line("signpost.web", "failed", ValueError("canary"))
