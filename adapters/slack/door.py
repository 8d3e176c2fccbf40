"""The Slack door: its addresses, its websocket, and the way from a delivery to an answer.

Over HTTP: size → signature → once (claimed, timed) → Bolt → a listener. Over the websocket: once → Bolt → a listener.
What is about a report goes past `once`, which records: it is timed and otherwise the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.slack import views
from adapters.slack.answers import Answers
from adapters.slack.blocks import messages
from adapters.slack.install import InstallPages
from adapters.slack.listeners import Listeners
from adapters.slack.once import Delivery, Once
from adapters.slack.reading import delivery_id
from adapters.slack.report_ids import is_of_reports
from adapters.slack.report_returning import ComingBack
from adapters.slack.report_school import ReportSchools
from adapters.slack.reporting import Reporting
from adapters.slack.sdk_log import NAME, quieten
from adapters.slack.sending import handlers_for_letters, retry_handlers, to_person
from adapters.slack.settings import SlackSettings
from adapters.slack.tokens import Tokens
from adapters.slack.unrecorded import Unrecorded
from bot.asking import EMERGENCY_LINE
from bot.concerns.reports import Reports
from bot.conversation import Conversation
from bot.ports import HeardEvents, Outcome, Schools, Sent
from bot.reply import Reply, Says

log = logging.getLogger("signpost.slack")

LARGEST_BODY = 1_000_000  # bytes; Slack's own are far below
WINDOW = 300  # seconds a signature holds
PATIENCE = 10.0  # seconds for one call of Slack's API
NOT_INSTALLED = (
    "Signpost cannot answer in this workspace: it is not installed here. Whoever looks after IT at your school can install it anew. "
    + EMERGENCY_LINE
)
LAST_WORDS = 5.0  # seconds that stopping waits for answers under way

__all__ = ["SlackDoor", "SlackSettings"]


class SlackDoor:
    """One Slack app, answering for every workspace it is installed in.

    `any_workspace`: the school that every workspace belongs to, in a demonstration only. `states`: of installs under way; where None
    they are signed and need no store. `reports`: None where no private reports are taken.
    """

    def __init__(
        self,
        settings: SlackSettings,
        conversation: Conversation,
        schools: Schools,
        events: HeardEvents,
        installations: AsyncInstallationStore | None,
        states: AsyncOAuthStateStore | None = None,
        *,
        any_workspace: str | None = None,
        reports: Reports | None = None,
    ) -> None:
        self._settings = settings
        quiet = quieten()
        self._client = AsyncWebClient(base_url=settings.api_url, logger=quiet, retry_handlers=retry_handlers())
        self._tokens = Tokens(
            self._client, settings.bot_token, installations if settings.installs else None, settings.client_id, settings.client_secret
        )
        self._install = (
            InstallPages(settings, self._client, installations, states, schools, quiet) if settings.installs and installations else None
        )
        self._answers = Answers(
            conversation, schools, any_workspace=any_workspace, public_url=settings.public_url, takes_reports=reports is not None
        )
        self._once = Once(events)
        self._unrecorded = Unrecorded()
        report_schools = ReportSchools(reports, self._answers)
        self._reporting = Reporting(reports, report_schools, self._tokens, settings.public_url)
        quiet.setLevel(logging.ERROR)  # Bolt would warn of tokens in the environment, which it does not use here
        self._app = AsyncApp(
            name=NAME,
            logger=quiet,
            client=self._client,
            authorize=self._tokens,  # type: ignore[arg-type]  # Bolt takes an AsyncAuthorize too
            oauth_flow=self._install.flow if self._install else None,
            user_facing_authorize_error_message=NOT_INSTALLED,
            process_before_response=True,  # a listener has shown its answer before Slack is told that all went well
            request_verification_enabled=False,  # done before anything is parsed
            ssl_check_enabled=False,
            url_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,  # it raises where a workspace's assistant leaves thread_ts out
        )
        quiet.setLevel(logging.WARNING)
        Listeners(self._answers, self._tokens).listen(self._app)
        self._reporting.listen(self._app)
        ComingBack(report_schools, self._tokens, settings.public_url).listen(self._app)
        self._app.error(_failed)
        self._socket: _Socket | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[None] | None = None

    def routes(self) -> list[Route]:
        """Where Slack delivers, and the install pages where they are set up."""
        events = [Route("/slack/events", self._delivered, methods=["POST"])] if self._settings.signing_secret else []
        return events + (self._install.routes() if self._install else [])

    async def start(self) -> None:
        """Nothing: opens Socket Mode where there is an app token. Does not wait for Slack to be reachable."""
        self._connect()
        if self._settings.bot_token:
            self._checking = asyncio.create_task(self._tokens.check())
        if self._settings.app_token and self._socket is None:
            self._socket = _Socket(self._app, self._settings.app_token, self._client, self._handle)
            self._connecting = asyncio.create_task(self._socket.connect_async())  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        """Nothing: hangs up, once the answers under way are given."""
        for task in (self._connecting, self._checking):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await asyncio.gather(self._once.finish(LAST_WORDS), self._unrecorded.finish(LAST_WORDS))
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
            self._socket = None
        if self._client.session is not None:
            await self._client.session.close()

    async def tell(self, user_id: str, team_id: str, text: str) -> Outcome:
        """How a direct message to somebody came out, also to somebody who never wrote. `text` is plain."""
        return await self.tell_reply(user_id, team_id, Reply((Says(text),)))

    async def tell_reply(self, user_id: str, team_id: str, reply: Reply) -> Outcome:
        """The same for a reply, with its buttons."""
        self._connect()
        try:
            held = await self._tokens.of(team_id)
        except Exception as error:  # whatever keeps the installations: the courier's next way is tried
            log.error("slack.no_token error=%s", type(error).__name__)
            return Outcome(Sent.FAILED, "direct", "no_token")
        if held is None:
            return Outcome(Sent.FAILED, "direct", "not_installed")
        client = AsyncWebClient(
            token=held.token,
            base_url=self._client.base_url,
            session=self._client.session,
            logger=self._client.logger,
            retry_handlers=handlers_for_letters(),
        )
        outcome = await to_person(client, user_id, messages(reply))
        level = logging.INFO if outcome.state is Sent.FAILED else logging.DEBUG  # a ping goes out the moment a report comes in
        log.log(level, "slack.told state=%s why=%s", outcome.state.value, outcome.why)
        return outcome

    async def _delivered(self, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        if not signed(self._settings.signing_secret, body, request.headers, time.time()):
            return Response(status_code=401)
        self._connect()
        try:
            raw = body.decode("utf-8")
            bolt = AsyncBoltRequest(body=raw, headers=dict(request.headers))
        except ValueError:  # not UTF-8, not JSON
            return Response(status_code=400)
        if bolt.body.get("ssl_check"):
            return Response(status_code=200)
        if bolt.body.get("type") == "url_verification":
            return Response(str(bolt.body.get("challenge") or ""), media_type="text/plain")
        return to_starlette_response(await self._handle(bolt, raw))

    async def _handle(self, bolt: AsyncBoltRequest, raw: str) -> BoltResponse:
        """What to answer Slack. `raw`: the delivery as text, for those that have no id."""

        async def work(delivery: Delivery) -> BoltResponse:
            bolt.context["delivery"] = delivery
            return await self._app.async_dispatch(bolt)

        sends_window = bolt.body.get("type") == "view_submission"
        if is_of_reports(bolt.body):
            team = str(bolt.context.team_id or "")
            late, failed = self._reporting.if_late(bolt.body, team), self._reporting.if_failed(bolt.body, team)
            return await self._unrecorded.handle(work, if_late=late, if_failed=failed, sent=sends_window)
        looking = BoltResponse(status=200, body={"response_action": "update", "view": views.looking()}) if sends_window else None
        again = "x-slack-retry-num" in bolt.headers
        return await self._once.handle(delivery_id(bolt.body, raw), work, again=again, if_late=looking)

    def _connect(self) -> None:
        """Nothing: from now on connections to Slack are kept open and shared."""
        if self._client.session is None or self._client.session.closed:
            self._client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))


class _Socket(AsyncSocketModeHandler):
    """Socket Mode whose envelopes go through the same once-only gate: one that is not acknowledged is delivered again."""

    def __init__(
        self, app: AsyncApp, app_token: str, client: AsyncWebClient, answer: Callable[[AsyncBoltRequest, str], Awaitable[BoltResponse]]
    ) -> None:
        super().__init__(app, app_token, logger=app.logger, web_client=client)
        self._answer = answer

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Nothing: answers one envelope."""
        started = time.time()
        bolt = AsyncBoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req))
        answer = await self._answer(bolt, json.dumps(req.payload, sort_keys=True))
        await send_async_response(client, req, answer, started)


def signed(secret: str, body: bytes, headers: Any, now: float) -> bool:
    """Whether Slack signed this body within the last five minutes. False for every fault a header can have."""
    stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not (secret and stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and signature.isascii()):
        return False
    if abs(now - int(stamp)) > WINDOW:
        return False
    expected = "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, signature)


async def _failed(error: Exception) -> BoltResponse:
    log.error("slack.failed error=%s", type(error).__name__)
    return BoltResponse(status=500)


async def _body(request: Request) -> bytes | None:
    """The request's body; None where it is too large."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > LARGEST_BODY:
            return None
    return bytes(found)
