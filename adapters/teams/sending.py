"""Sending until it is taken: what passes is tried again, how it came out is a value."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from adapters.teams.outbound import Refused
from bot.ports import Outcome, Sent

NOT_INSTALLED = "not_installed"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a send is tried. ``first``: seconds before the second try, doubled each time. ``whole``: seconds for one delivery in all.

    Teams waits 15 s for the answer to a delivery before it counts it as lost.
    """

    tries: int = 4
    first: float = 0.5
    whole: float = 11.0


class Trying:
    """One delivery's sends, under one time limit."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._until = time.monotonic() + patience.whole

    async def send(self, send: Callable[[], Awaitable[None]], way: str) -> Outcome:
        """How it came out. A Retry-After is honoured; one beyond the time limit is handed back instead of waited for."""
        wait, tried = self._patience.first, 0
        while True:
            tried += 1
            try:
                await send()
            except Refused as refused:
                if not refused.passing or tried == self._patience.tries:
                    return _failed(refused, way)
                asked = refused.retry_after.total_seconds() if refused.retry_after else 0.0
                pause = max(asked, wait) * random.uniform(1.0, 1.3)  # noqa: S311 - spreads retries, guards nothing
                if time.monotonic() + pause > self._until:
                    return _failed(refused, way)
                await asyncio.sleep(pause)
                wait *= 2
            else:
                return Outcome(Sent.SENT, way)


def _failed(refused: Refused, way: str) -> Outcome:
    match refused.status:
        case 403 | 404:  # not in the roster, blocked by the person, or the chat is gone: in each case the app must be opened by them
            why = NOT_INSTALLED
        case 429:
            why = "throttled"
        case 0:
            why = "not_reached"
        case status:
            why = f"refused_{status}"
    return Outcome(Sent.FAILED, way, why, refused.retry_after or (timedelta(seconds=30) if refused.passing else None))
