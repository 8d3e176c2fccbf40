"""The Teams door: who delivers is checked first, each activity is handled once, and what could not be sent may come again."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.teams import wording
from adapters.teams.answering import MESSAGE, PERSONAL_CHAT, Answering, NotDelivered, invoke_answer, refuse, words
from adapters.teams.botframework import CHANNEL, BotFramework, InvokeAnswer, Turn, Unauthorised
from adapters.teams.dialogs import FETCH, SUBMIT, Dialogs
from adapters.teams.incoming import Incoming, NotAnActivity, Scope, read
from adapters.teams.references import References
from adapters.teams.sending import NOT_INSTALLED, Patience, Trying
from adapters.teams.settings import TeamsSettings
from adapters.teams.whereabouts import where
from bot.concerns.reports import Reports
from bot.conversation import Conversation
from bot.ports import HeardEvents, NewId, Outcome, Schools, Sent
from bot.reply import Reply

LEASE = timedelta(seconds=15)  # as long as Teams waits: what a dead replica had claimed may be handled when it is delivered again
MOST_BYTES = 256 * 1024  # of a body: Teams sends activities of a few KB
DEMO_CHANNELS = frozenset({CHANNEL, "emulator"})
PRESSED = "adaptiveCard/action"
# In the demo nothing else keeps a page in this computer's browser from having us post to programs on it. No bot client sends these.
BROWSER = ("origin", "sec-fetch-site")

log = logging.getLogger("signpost.teams")


class TeamsDoor:
    """The door. Used from one event loop; the core and the store are called in worker threads.

    ``any_tenant``: the school that every tenant belongs to, in the demo only.
    ``reports``: where reports go; None where none are taken. ``new_id``: what their forms are known by.
    """

    def __init__(
        self,
        settings: TeamsSettings,
        conversation: Conversation,
        schools: Schools,
        events: HeardEvents,
        references: References,
        *,
        any_tenant: str | None = None,
        patience: Patience | None = None,
        reports: Reports | None = None,
        new_id: NewId | None = None,
    ) -> None:
        self._unauthenticated = settings.unauthenticated
        self._schools = schools
        self._events = events
        self._references = references
        self._any_tenant = any_tenant
        self._patience = patience or Patience()
        made = new_id or (reports.filing.new_id if reports else None)
        self._dialogs = Dialogs(reports, schools, made, settings.public_url, any_tenant) if reports and made else None
        self._sdk = BotFramework(settings)
        # All replicas share the registration's password, so a card sealed by one opens at the others.
        self._answering = Answering(conversation, references, self._sdk, (settings.app_password or secrets.token_hex()).encode())

    def routes(self) -> list[Route]:
        """Where Teams delivers."""
        return [Route("/api/messages", self._delivered, methods=["POST"])]

    async def tell(self, tenant: str, user: str, text: str) -> Outcome:
        """How it came out to write to somebody unasked. ``why`` is "not_installed" where the app is not installed for them."""
        reference = await run_sync(self._references.of_user, tenant, user)
        if reference is None:
            return Outcome(Sent.FAILED, PERSONAL_CHAT, NOT_INSTALLED)
        return await Trying(self._patience).send(partial(self._sdk.send, reference, words(text)), PERSONAL_CHAT)

    async def tell_reply(self, tenant: str, user: str, reply: Reply) -> Outcome:
        """The same with a reply, as cards; when its buttons are pressed, what is said then takes their place."""
        reference = await run_sync(self._references.of_user, tenant, user)
        if reference is None:
            return Outcome(Sent.FAILED, PERSONAL_CHAT, NOT_INSTALLED)
        trying, outcome = Trying(self._patience), Outcome(Sent.FAILED, PERSONAL_CHAT, "nothing_to_say")
        for message in self._answering.messages_for(f"teams:{tenant}:{user}", reply, wording.NOTIFIED_UNASKED):
            outcome = await trying.send(partial(self._sdk.send, reference, message), PERSONAL_CHAT)
            if outcome.state is Sent.FAILED:
                break
        return outcome

    async def close(self) -> None:
        """Nothing: connections are closed."""
        await self._sdk.close()

    async def _delivered(self, request: Request) -> Response:
        """200 where the activity is dealt with, else why not. Nothing of the body is read before the caller is known."""
        if self._unauthenticated and any(name in request.headers for name in BROWSER):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        try:
            claims = await self._sdk.claims(request.headers.get("authorization"))
        except Unauthorised:
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        body = await _body(request)
        if body is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            raw = json.loads(body)
            incoming = read(raw)
        except (ValueError, NotAnActivity, RecursionError):
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        if not claims.vouch_for(incoming.service_url):
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        # Other channels of a registration (Direct Line, web chat) let their callers write tenants and names of their own choice.
        if incoming.channel not in (DEMO_CHANNELS if self._unauthenticated else {CHANNEL}):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        if claims.tenant and claims.tenant != incoming.tenant:
            return Response(status_code=HTTPStatus.FORBIDDEN)
        try:
            answer = await self._sdk.turn(raw, partial(self._once, incoming))
        except ValueError:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        except NotDelivered:
            return Response(status_code=HTTPStatus.INTERNAL_SERVER_ERROR)
        return JSONResponse(answer.body, answer.status) if answer else Response(status_code=HTTPStatus.OK)

    async def _once(self, incoming: Incoming, turn: Turn) -> InvokeAnswer | None:
        """What is done about an activity the first time it comes, and again where it was not done. Raises NotDelivered."""
        invoked = incoming.type == "invoke"
        if invoked and self._dialogs and incoming.name in {FETCH, SUBMIT} and not incoming.from_bot:
            return await self._dialog(self._dialogs, incoming)
        if invoked and incoming.name != PRESSED:
            return InvokeAnswer(HTTPStatus.NOT_IMPLEMENTED, {})
        if incoming.from_bot or not (incoming.joined or invoked or incoming.type == "message"):
            return None  # other bots and this one, reactions, somebody else who joins, typing
        # One installation is told of in two activities, and again with each update of the app: the welcome is known by its chat.
        event = incoming.welcome if incoming.joined else incoming.event
        try:
            if event and not await run_sync(self._events.claim, event, LEASE):
                return invoke_answer(MESSAGE, wording.ANSWERED_ALREADY) if invoked else None
            answer = await self._act(incoming, turn)
            if event:
                await run_sync(self._events.done, event)
        except asyncio.CancelledError:  # this program stops: whichever is delivered it next may answer it at once
            await self._undone(event, turn, apologise=False)
            raise
        except Exception as error:
            why = f" ({error})" if isinstance(error, NotDelivered) else ""
            log.error("activity not answered: %s%s", where(error), why)
            await self._undone(event, turn, apologise=not isinstance(error, NotDelivered))
            raise NotDelivered from None
        return answer

    async def _dialog(self, dialogs: Dialogs, incoming: Incoming) -> InvokeAnswer:
        """What a dialog shows next. Nothing is written down of who sent it or when, so no event is claimed and no reference kept."""
        if incoming.name == FETCH:
            asked = partial(dialogs.fetch, incoming.tenant, incoming.dialog, personal=incoming.scope is Scope.PERSONAL)
        else:
            asked = partial(dialogs.submit, incoming.tenant, incoming.dialog, incoming.sender_name)
        try:
            return InvokeAnswer(HTTPStatus.OK, dict(await run_sync(asked)))
        except Exception as error:  # a fault of ours: Teams then leaves the form as it stands; the error's own words may be words of it
            log.error("dialog failed: %s", where(error))
            return InvokeAnswer(HTTPStatus.INTERNAL_SERVER_ERROR, {})

    async def _act(self, incoming: Incoming, turn: Turn) -> InvokeAnswer | None:
        trying = Trying(self._patience)
        school = self._any_tenant or (await run_sync(self._schools.school_of, "teams", incoming.tenant) if incoming.tenant else None)
        if incoming.joined:
            await self._answering.welcome(incoming, school, turn, trying)
            return None
        if school is None:
            await refuse(turn, trying)
            return invoke_answer(MESSAGE, wording.NOT_CONNECTED) if incoming.type == "invoke" else None
        return await self._answering.answer(incoming, school, turn, trying)

    async def _undone(self, event: str, turn: Turn, *, apologise: bool) -> None:
        """Nothing: the next delivery may be handled at once; and where the fault is ours, the asker is not left in silence."""
        if event:
            try:
                await run_sync(self._events.release, event)
            except Exception as error:  # then the lease runs out by itself
                log.error("event not released: %s", where(error))
        if apologise:
            await Trying(self._patience).send(partial(turn.say, words(wording.TROUBLE)), "apology")


async def _body(request: Request) -> bytes | None:
    """The whole body, None where it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)
