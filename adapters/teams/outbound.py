"""Calls out over HTTP: one pool of connections, time limits, no redirects followed, nothing logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp

PASSING = frozenset({408, 412, 429, 500, 502, 503, 504})  # Teams asks that 412, 502 and 504 be tried again like 429
# For the TCP connection alone: `connect` would count waiting for a free one of the pool too, and call a busy moment here an outage there.
TIME_LIMIT = aiohttp.ClientTimeout(total=10, sock_connect=4)


class Refused(Exception):
    """The other side did not take a call. ``status``: 0 where it was not reached. Its words stay out: they may hold ours."""

    def __init__(self, status: int, retry_after: timedelta | None = None) -> None:
        super().__init__(f"status {status}" if status else "not reached")
        self.status = status
        self.retry_after = retry_after

    @property
    def passing(self) -> bool:
        """Whether the same call may well be taken later."""
        return self.status == 0 or self.status in PASSING


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: always a status below 300."""

    status: int
    content_type: str
    body: bytes


class Outbound:
    """The pool. Used from one event loop; opened at the first call."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, url: str, *, headers: dict[str, str] | None = None, data: Any = None) -> Answered:
        """The answer to a call. Raises Refused."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIME_LIMIT, trust_env=True, cookie_jar=aiohttp.DummyCookieJar())
        try:
            # A redirect would carry the bot's token to an address nobody vouched for.
            async with self._session.request(method, url, headers=headers, data=data, allow_redirects=False) as answer:
                if answer.status >= 300:
                    raise Refused(answer.status, _seconds(answer.headers.get("Retry-After")))
                return Answered(answer.status, answer.content_type, await answer.read())
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Refused(0) from error

    async def close(self) -> None:
        """Nothing: the connections are closed."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _seconds(value: str | None) -> timedelta | None:
    """The time of a Retry-After in seconds; None for none, or for a date, which Teams never sends."""
    return timedelta(seconds=int(value)) if value and value.strip().isdigit() and len(value) < 8 else None
