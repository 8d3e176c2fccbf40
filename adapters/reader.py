"""The reader: a language model behind any endpoint for chat completions as OpenAI has them, at the school's own choice.

How a call came out is a value: nothing here raises for what a server or the network does, and nothing of a question, a clause or an
answer is logged.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import TimeoutError as NotInTime
from logging import DEBUG, INFO, getLogger
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from adapters.reader_words import Asked, answer_in, request_body
from adapters.settings import Settings
from bot.reading import Choice

LIMIT = 3.0  # seconds for all of a call: whoever asked is waiting
MOST_AT_ONCE = 4  # calls; who comes fifth is answered without
REST = 60.0  # seconds in which an endpoint that failed is left alone, so that it costs three seconds a minute and not a question
LARGEST = 64 * 1024  # bytes of an answer that are read
PATH = "/chat/completions"
AZURE = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")  # these take a key in a header of their own
# What a server says to a request it does not like: this question, perhaps, or the schema; it answers, so it need not rest.
DISLIKED = frozenset({400, 422})
LEFT_ALONE = ("timeout", "not_reached", "tls_failed", "redirected", "status_")  # the beginnings of codes after which it rests

log = getLogger("signpost.reader")


class EndpointReader:
    """`bot.reading.Reader` at one address; safe to use from several threads. ``counts``: how often which outcome came, by code.

    `limit`: seconds. `rest`: seconds, 0 to ask again at once. `ticks`: seconds from any start. `context`: whose certificates count.
    """

    def __init__(
        self,
        url: str,
        key: str,
        model: str,
        *,
        limit: float = LIMIT,
        most: int = MOST_AT_ONCE,
        rest: float = REST,
        ticks: Callable[[], float] = time.monotonic,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._url = endpoint(url)
        self._headers = headers(self._url, key)
        self._model = model
        self._limit = limit
        self._free = threading.BoundedSemaphore(most)
        self._pause = Pause(rest, ticks)
        self._context = context or ssl.create_default_context()
        self._constrained = True
        self._loop = _Loop()
        self.counts: Counter[str] = Counter()

    def choose(self, question: str, candidates: Sequence[tuple[int, str]]) -> Choice | None:
        """The choice among the candidates; None where there is no usable answer in time."""
        return self.ask(question, candidates).choice

    def ask(self, question: str, candidates: Sequence[tuple[int, str]]) -> Asked:
        """The choice, or why there is none: "busy", "resting", "timeout", "not_reached", "refused", "status_500" and so on."""
        asked = self._asked_if_free(question, candidates)
        self.counts[asked.why or "answered"] += 1
        log.log(INFO if asked.why not in {"", "busy", "resting"} else DEBUG, "reader.asked why=%s", asked.why)
        return asked

    def _asked_if_free(self, question: str, candidates: Sequence[tuple[int, str]]) -> Asked:
        if not self._free.acquire(blocking=False):
            return Asked(None, "busy")
        try:
            if not self._pause.over():
                return Asked(None, "resting")
            asked = self._loop.run(self._call(question, candidates), self._limit)
            if asked.why.startswith(LEFT_ALONE):
                self._pause.begin()
            else:
                self._pause.end()
            return asked
        finally:
            self._free.release()

    async def _call(self, question: str, candidates: Sequence[tuple[int, str]]) -> Asked:
        try:
            async with (
                asyncio.timeout(self._limit),
                # An answer is read as it comes: what is packed could unfold to any size.
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False) as session,
            ):
                asked = await self._post(session, request_body(self._model, question, candidates, constrained=self._constrained))
                if asked.why == "disliked" and self._constrained:
                    asked = await self._post(session, request_body(self._model, question, candidates, constrained=False))
                    self._constrained = bool(asked.why)  # it was the schema; from now on it goes without
                return asked
        except TimeoutError:
            return Asked(None, "timeout")
        except aiohttp.ClientSSLError:
            return Asked(None, "tls_failed")
        except (aiohttp.ClientError, OSError, ValueError):  # their words hold the address
            return Asked(None, "not_reached")

    async def _post(self, session: aiohttp.ClientSession, body: bytes) -> Asked:
        # An address that sends us on may send us anywhere, and the school has approved one.
        async with session.post(self._url, data=body, headers=self._headers, allow_redirects=False, ssl=self._context) as answer:
            if answer.status in DISLIKED:
                return Asked(None, "disliked")
            if 300 <= answer.status < 400:
                return Asked(None, "redirected")
            if answer.status != 200:
                return Asked(None, f"status_{answer.status}")
            read = bytearray()
            async for piece in answer.content.iter_any():
                read += piece
                if len(read) > LARGEST:
                    return Asked(None, "too_large")
            return answer_in(bytes(read))


class Pause:
    """Whether an endpoint may be asked: not for a while after it failed, then by one caller alone, until it has answered."""

    def __init__(self, seconds: float, ticks: Callable[[], float]) -> None:
        self._seconds = seconds
        self._ticks = ticks
        self._until: float | None = None
        self._lock = threading.Lock()

    def over(self) -> bool:
        """Whether this caller may ask now; while it does, others may not where the last call failed."""
        with self._lock:
            if self._until is None:
                return True
            if self._ticks() < self._until:
                return False
            self._until = self._ticks() + self._seconds
            return True

    def begin(self) -> None:
        """Nothing: a call failed."""
        with self._lock:
            self._until = self._ticks() + self._seconds

    def end(self) -> None:
        """Nothing: a call was answered."""
        with self._lock:
            self._until = None


class _Loop:
    """An event loop in a thread of its own, started with the first call: a name server that hangs holds up no caller beyond its time."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def run(self, call: Coroutine[Any, Any, Asked], limit: float) -> Asked:
        """What the call comes to; a timeout where it does not keep to its own."""
        future = asyncio.run_coroutine_threadsafe(call, self._running())
        try:
            return future.result(limit + 0.5)
        except NotInTime:
            future.cancel()
            return Asked(None, "timeout")

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="reader", daemon=True).start()
            return self._loop


def reader_of(settings: Settings, *, rest: float = REST, limit: float = LIMIT) -> EndpointReader | None:
    """The reader that the settings set up; None unless all three are there."""
    told = [settings.value(name) for name in ("READER_URL", "READER_KEY", "READER_MODEL")]
    return EndpointReader(*told, rest=rest, limit=limit) if all(told) else None


def endpoint(url: str) -> str:
    """The address that is called: READER_URL itself, or with /chat/completions where it ends before that."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    return urlunsplit(parts._replace(path=path if path.endswith(PATH) else path + PATH))


def headers(url: str, key: str) -> dict[str, str]:
    """The headers of a request, with the key where the server looks for it."""
    azure = (urlsplit(url).hostname or "").endswith(AZURE)
    shown = {"api-key": key} if azure else {"Authorization": f"Bearer {key}"}
    return {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "Signpost", **shown}
