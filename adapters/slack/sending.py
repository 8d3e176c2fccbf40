"""Ways to show messages in Slack. How a send came out is a value: nothing here raises for what Slack or the network does."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.blocks import Message
from bot.ports import Outcome, Sent

log = logging.getLogger("signpost.slack")

UNREACHABLE = "unreachable"
SHORT_WAIT = timedelta(seconds=2)
PASSING = {UNREACHABLE, "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
TOKEN_GONE = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why Slack did not do what it was asked: its own code."""

    code: str
    retry_after: timedelta | None = None


def retry_handlers() -> list[AsyncRetryHandler]:
    """What mends a passing failure before anybody notices: a wait as long as Slack asks for, a second try."""
    return [AsyncConnectionErrorRetryHandler(), AsyncServerErrorRetryHandler(), AsyncRateLimitErrorRetryHandler(max_retry_count=2)]


def handlers_for_letters() -> list[AsyncRetryHandler]:
    """The same for what is tried by other ways and again later: a longer wait that Slack asks for is handed back to whoever sends it."""
    return [AsyncConnectionErrorRetryHandler(), AsyncServerErrorRetryHandler(), _ShortWaits(max_retry_count=2)]


class _ShortWaits(AsyncRateLimitErrorRetryHandler):
    """Waits out what is over in a moment. Whoever sends a letter gives up after some seconds, and would not hear what Slack asked for."""

    async def _can_retry_async(
        self, *, state: RetryState, request: HttpRequest, response: HttpResponse | None = None, error: Exception | None = None
    ) -> bool:
        if response is None or not await super()._can_retry_async(state=state, request=request, response=response, error=error):
            return False
        asked = _retry_after(response.headers)
        return asked is not None and asked <= SHORT_WAIT


def lost(outcome: Outcome) -> bool:
    """Whether nothing was shown for a reason that may have passed when it is tried again."""
    return outcome.state is Sent.FAILED and outcome.why in PASSING


async def in_conversation(client: AsyncWebClient, channel: str, made: Sequence[Message], thread_ts: str = "") -> Outcome:
    """How posting for everybody in the conversation came out: for direct messages."""
    for message in made:
        refused = await attempt(
            client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=message.as_dicts(),
                thread_ts=thread_ts or None,
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        if isinstance(refused, Refused):
            return Outcome(Sent.FAILED, "conversation", refused.code, refused.retry_after)
    return Outcome(Sent.SENT, "conversation")


async def to_person(client: AsyncWebClient, user: str, made: Sequence[Message]) -> Outcome:
    """How a direct message to somebody came out, also to somebody who never wrote."""
    opened = await attempt(client.conversations_open(users=user))
    if isinstance(opened, Refused):
        return Outcome(Sent.FAILED, "direct", opened.code, opened.retry_after)
    return replace(await in_conversation(client, str(opened["channel"]["id"]), made), way="direct")


async def unseen(client: AsyncWebClient, channel: str, user: str, made: Sequence[Message], thread_ts: str = "") -> Outcome:
    """How showing it to one person among others came out; as a direct message where Slack cannot show it there."""
    for message in made:
        refused = await attempt(
            client.chat_postEphemeral(
                channel=channel, user=user, text=message.text, blocks=message.as_dicts(), thread_ts=thread_ts or None, link_names=False
            )
        )
        if isinstance(refused, Refused):
            if refused.code in PASSING:
                return Outcome(Sent.FAILED, "ephemeral", refused.code, refused.retry_after)
            return await _fall_back(client, user, made, refused.code)
    return Outcome(Sent.SENT, "ephemeral")


async def at_address(client: AsyncWebClient, url: str, user: str, made: Sequence[Message]) -> Outcome:
    """How answering a command at the address it came with turned out; as a direct message where the address no longer holds."""
    for message in made:
        code = await post_to(client, url, {"text": message.text, "blocks": message.as_dicts(), "response_type": "ephemeral"})
        if code in PASSING:
            return Outcome(Sent.FAILED, "response_url", code)
        if code:
            return await _fall_back(client, user, made, code)
    return Outcome(Sent.SENT, "response_url")


async def post_to(client: AsyncWebClient, url: str, body: dict[str, Any]) -> str:
    """The code of what went wrong in posting to a response_url, "" where nothing did."""
    if not url:
        return "no_response_url"
    webhook = AsyncWebhookClient(url, session=client.session, proxy=client.proxy, logger=client.logger, retry_handlers=retry_handlers())
    try:
        answered = await webhook.send_dict(body)
    except (SlackClientError, aiohttp.ClientError, TimeoutError):
        return UNREACHABLE
    if answered.status_code == 429 or answered.status_code >= 500:
        return UNREACHABLE
    return "" if answered.status_code == 200 else f"status_{answered.status_code}"


async def attempt(call: Awaitable[Any]) -> Any | Refused:
    """What an API call answered, or why it was refused."""
    try:
        return await call
    except SlackApiError as error:
        return _refusal(error)
    except (SlackClientError, aiohttp.ClientError, TimeoutError):
        return Refused(UNREACHABLE)


async def _fall_back(client: AsyncWebClient, user: str, made: Sequence[Message], why: str) -> Outcome:
    outcome = await to_person(client, user, made)
    if outcome.state is Sent.FAILED:
        return outcome
    return Outcome(Sent.FELL_BACK, "direct", why)


def _refusal(error: SlackApiError) -> Refused:
    response = error.response
    body = getattr(response, "data", response)
    said = body.get("error") if isinstance(body, dict) else None  # a page of a proxy between is no dict
    status = int(getattr(response, "status_code", 0) or 0)
    if status == 429:
        return Refused("ratelimited", _retry_after(response.headers))
    if status >= 500 or not isinstance(said, str):
        return Refused(UNREACHABLE)
    return Refused(said)


def _retry_after(headers: Mapping[str, Any]) -> timedelta | None:
    """How long Slack asked to be left alone, None where it did not say. A header may come as a list of its values."""
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    wait = str(found[0] if isinstance(found, list) and found else found)
    return timedelta(seconds=int(wait)) if wait.isdigit() and len(wait) < 8 else None
