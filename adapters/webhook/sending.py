"""Handing a letter to a school's webhook. How it came out is a value: nothing here raises for what a server or the network does."""

from __future__ import annotations

import asyncio
import hmac
import json
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from logging import DEBUG, INFO, getLogger
from urllib.parse import quote

import aiohttp

from bot.concerns.letters import ToSay
from bot.ports import Now, Outcome, Sent
from bot.school import Role

WAY = "webhook"
SIGNATURE = "Signpost-Signature"
LIMIT = 10.0  # seconds, from connecting to the answer's first line
AGAIN = timedelta(minutes=1)
LONGEST_AGAIN = timedelta(hours=1)  # whatever a server asks for: a report waits
PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})

log = getLogger("signpost.webhook")


class Webhook:
    """One address, in which "{role}" and "{school}" stand for whom a letter is for. docs/WEBHOOK.md tells what is sent.

    ``why`` of an outcome: "refused" for good; "timeout", "not_reached", "tls_failed" or "status_" with the number for now.
    `context`: whose certificates count. `limit`: seconds for one request.
    """

    def __init__(self, url: str, secret: str, now: Now, context: ssl.SSLContext | None = None, limit: float = LIMIT) -> None:
        self._url = url
        self._secret = secret.encode()
        self._now = now
        self._context = context or ssl.create_default_context()
        self._limit = limit

    async def send(self, school: str, role: Role, said: ToSay) -> Outcome:
        """How it came out. After a timeout it may have been taken all the same."""
        outcome = await self._sent(school, role, said)
        # As with e-mail: a line for each that goes well would tell when a report came in.
        log.log(INFO if outcome.why else DEBUG, "webhook.sent state=%s why=%s", outcome.state.value, outcome.why)
        return outcome

    async def _sent(self, school: str, role: Role, said: ToSay) -> Outcome:
        told = {"school": school, "role": role.value, "subject": said.subject, "text": said.text, "desk": said.desk}
        body = json.dumps(told).encode()
        headers = {"Content-Type": "application/json", SIGNATURE: signature(self._secret, self._now(), body), "User-Agent": "Signpost"}
        url = self._url.replace("{role}", role.value).replace("{school}", quote(school, safe=""))
        try:
            async with (
                asyncio.timeout(self._limit),
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
                # An address that sends us on may send us anywhere, and what is told is for one address alone.
                session.post(url, data=body, headers=headers, allow_redirects=False, ssl=self._context) as answer,
            ):
                return _outcome(answer.status, answer.headers.get("Retry-After", ""), self._now())
        except TimeoutError:
            return Outcome(Sent.FAILED, WAY, "timeout", AGAIN)
        except aiohttp.ClientSSLError:
            return Outcome(Sent.FAILED, WAY, "tls_failed", AGAIN)
        except (aiohttp.ClientError, OSError):  # their words hold the address
            return Outcome(Sent.FAILED, WAY, "not_reached", AGAIN)


def signature(secret: bytes, at: datetime, body: bytes) -> str:
    """What shows that a request is ours and when it was made: "t=1795608000,v1=" and the HMAC-SHA256 of that time, a dot and the body."""
    time = str(int(at.timestamp()))
    return f"t={time},v1={hmac.new(secret, f'{time}.'.encode() + body, sha256).hexdigest()}"


def _outcome(status: int, retry_after: str, now: datetime) -> Outcome:
    if 200 <= status < 300:
        return Outcome(Sent.SENT, WAY)
    if status in PASSING or status >= 500:
        return Outcome(Sent.FAILED, WAY, f"status_{status}", _asked_for(retry_after, now))
    return Outcome(Sent.FAILED, WAY, "refused")


def _asked_for(retry_after: str, now: datetime) -> timedelta:
    """How long a server wants to be left alone: seconds or a date."""
    try:
        if retry_after.strip().isdecimal():
            wait = timedelta(seconds=int(retry_after))
        else:
            at = parsedate_to_datetime(retry_after)
            wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return AGAIN
    return min(max(wait, timedelta(0)), LONGEST_AGAIN)
