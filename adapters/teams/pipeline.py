"""Calls with the bot's token on them, out through our own pool; and the SDK's pipeline (msrest's), which ends in such calls."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from msrest.pipeline import Request, Response
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http import HTTPClientResponse

from adapters.teams.outbound import Answered, Outbound, Refused
from adapters.teams.tokens import BotToken


class Calls:
    """Calls as the bot. ``token``: None where none is shown, in the demo."""

    def __init__(self, outbound: Outbound, token: BotToken | None) -> None:
        self._outbound = outbound
        self._token = token

    async def call(self, method: str, url: str, *, headers: dict[str, str], data: Any) -> Answered:
        """What came back; with a new token once more where the old one was refused. Raises Refused."""
        for last in (False, True):
            if self._token:
                headers["Authorization"] = f"Bearer {await self._token.value()}"
            try:
                return await self._outbound.call(method, url, headers=headers, data=data)
            except Refused as refused:
                if refused.status != HTTPStatus.UNAUTHORIZED or not self._token or last:
                    raise
                self._token.forget()
        raise AssertionError  # the second try returns or raises


def pipeline(calls: Calls) -> AsyncPipeline[Any, Any]:
    """What the SDK's client sends through."""
    return AsyncPipeline([RawDeserializer()], _Sender(calls))


class _Sender(AsyncHTTPSender):  # type: ignore[type-arg]
    """Sends. Its errors are ours, never the SDK's."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def build_context(self) -> dict[str, Any]:
        """Where the pipeline keeps what it read of an answer."""
        return {}

    async def __aexit__(self, *error: object) -> None:
        return None

    async def send(self, request: Request[Any], **config: Any) -> Response[Any, Any]:  # noqa: ARG002 - the SDK's signature
        """What came back. Raises Refused."""
        call = request.http_request
        answered = await self._calls.call(call.method, call.url, headers=dict(call.headers), data=call.data)
        return Response(request, _Read(call, answered), context={})


class _Read(HTTPClientResponse):
    """An answer as the SDK's pipeline reads it."""

    def __init__(self, request: Any, answered: Answered) -> None:
        super().__init__(request, answered)
        self.status_code = answered.status
        self.headers = {"content-type": answered.content_type}
        self._body = answered.body

    def body(self) -> bytes:
        """The bytes of it."""
        return self._body

    def text(self, encoding: str | None = None) -> str:
        """The words of it."""
        return self._body.decode(encoding or "utf-8", "replace")
