"""What is done about one activity: the conversation is asked, and its reply shown to the one who asked and to nobody else."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from anyio.to_thread import run_sync

from adapters.teams import cards, wording
from adapters.teams.botframework import BotFramework, InvokeAnswer, Turn
from adapters.teams.elements import Card
from adapters.teams.incoming import Incoming, Scope
from adapters.teams.kept import pack, unpack
from adapters.teams.references import ConversationReference, References
from adapters.teams.sending import NOT_INSTALLED, Trying
from bot.conversation import Conversation, help_reply
from bot.heard import Heard, Place, Pressed
from bot.ports import Outcome, Sent
from bot.reply import Reply

CARD, MESSAGE, ERROR = (f"application/vnd.microsoft.{kind}" for kind in ("card.adaptive", "activity.message", "error"))
PERSONAL_CHAT = "personal chat"
MOST_MET = 10_000  # people whose reference is known to be kept, so that it is not written again with each message


log = logging.getLogger("signpost.teams")


class NotDelivered(Exception):
    """Somebody waits for what could not be sent: whoever delivered the activity may deliver it again. The words are Outcome.why."""


class Answering:
    """One activity at a time: from what came in to what everybody is shown. ``key``: seals what cards carry of themselves."""

    def __init__(self, conversation: Conversation, references: References, sdk: BotFramework, key: bytes) -> None:
        self._conversation = conversation
        self._references = references
        self._sdk = sdk
        self._key = key
        self._met: OrderedDict[ConversationReference, None] = OrderedDict()

    async def answer(self, incoming: Incoming, school: str, turn: Turn, trying: Trying) -> InvokeAnswer | None:
        """What an invoke is answered with, None for a message. Raises NotDelivered."""
        invoked = incoming.type == "invoke"
        if invoked and not incoming.press:
            return invoke_answer(ERROR, {"code": "BadRequest", "message": wording.NO_BUTTON}, HTTPStatus.BAD_REQUEST)
        if incoming.dialog and not (invoked or incoming.text) and incoming.scope is Scope.PERSONAL:  # a client that knows no dialogs
            arrived(await trying.send(partial(turn.say, words(wording.CANNOT_SHOW)), PERSONAL_CHAT))
            return None
        reply = await run_sync(self._said, incoming, school)
        if invoked and (redrawn := self._redrawn(incoming, reply)):
            return invoke_answer(CARD, redrawn)
        messages = self.messages_for(incoming.who, reply)
        if incoming.scope is Scope.PERSONAL:
            for message in messages:
                arrived(await trying.send(partial(turn.say, message), PERSONAL_CHAT))
        else:
            await self._aside(incoming, turn, trying, messages)
        return invoke_answer(MESSAGE, wording.BELOW) if invoked else None

    async def welcome(self, incoming: Incoming, school: str | None, turn: Turn, trying: Trying) -> None:
        """Nothing: what the app does was said where it was added, or that the tenant is not connected. Raises NotDelivered."""
        if school is None:
            await refuse(turn, trying)
            return
        if incoming.scope is not Scope.PERSONAL:
            arrived(await trying.send(partial(turn.say, words(wording.MENTION_ME)), "welcome"))
            return
        await run_sync(self._keep_reference, incoming, incoming.conversation)
        for message in cards.messages(help_reply()):
            arrived(await trying.send(partial(turn.say, message), "welcome"))

    def _said(self, incoming: Incoming, school: str) -> Reply:
        """The conversation's reply. In a worker thread."""
        if incoming.scope is Scope.PERSONAL:
            self._keep_reference(incoming, incoming.conversation)
        if incoming.press:
            return self._conversation.press(Pressed(school, incoming.press, incoming.who, incoming.thread, incoming.sender_name))
        place = Place.PRIVATE if incoming.scope is Scope.PERSONAL else Place.SHARED
        return self._conversation.hear(Heard(school, incoming.text, incoming.who, incoming.thread, place))

    def messages_for(self, who: str, reply: Reply, summary: str = wording.NOTIFIED) -> list[cards.Message]:
        """The reply as messages whose cards can be drawn again when that person presses something on them."""
        return cards.messages(reply, self._keep_card(who), summary)

    def _keep_card(self, who: str) -> cards.Keep:
        return lambda parts, at: pack(parts, at, who, self._key)

    def _redrawn(self, incoming: Incoming, reply: Reply) -> Card | None:
        """The pressed card with the reply in place of the pressed buttons; None where the reply is to stand below, or has no room."""
        around = unpack(incoming.kept, incoming.who, self._key) if reply.replaces and incoming.kept else None
        if around is None:
            return None
        above, below = around
        drawn = self.messages_for(incoming.who, Reply((*above, *reply.parts, *below)))
        return drawn[0]["attachments"][0]["content"] if len(drawn) == 1 else None

    async def _aside(self, incoming: Incoming, turn: Turn, trying: Trying, messages: Sequence[cards.Message]) -> None:
        """Nothing: the reply went to the asker's personal chat, and one line without content says so where all can read."""
        outcome = await self._privately(incoming, trying, messages)
        if outcome.why != NOT_INSTALLED:
            arrived(outcome)
            # Where this line is lost the answer has still arrived: to be delivered again would only repeat it.
            told = await trying.send(partial(turn.say, words(wording.IN_PERSONAL)), "line in public")
            if told.state is Sent.FAILED:
                log.warning("answered privately, but not said so where it was asked: %s", told.why)
        else:
            arrived(await trying.send(partial(turn.say, words(wording.OPEN_THE_APP)), "line in public"))

    async def _privately(self, incoming: Incoming, trying: Trying, messages: Sequence[cards.Message]) -> Outcome:
        """How it came out to send to the asker's personal chat: the one known from earlier, else one opened now."""
        reference = await run_sync(self._references.of_user, incoming.tenant, incoming.user)
        if reference is not None:
            outcome = await self._all(trying, reference, messages)
            if outcome.why != NOT_INSTALLED:
                return outcome
        opened = ""

        async def open_chat() -> None:
            nonlocal opened
            opened = await self._sdk.open_chat(incoming.tenant, incoming.sender, incoming.bot, incoming.service_url)

        outcome = await trying.send(open_chat, PERSONAL_CHAT)
        if outcome.state is Sent.SENT:
            outcome = await self._all(trying, _reference(incoming, opened), messages)
        if outcome.state is Sent.SENT:
            await run_sync(self._keep_reference, incoming, opened)
            return Outcome(Sent.FELL_BACK, PERSONAL_CHAT, "chat_opened")
        return outcome

    async def _all(self, trying: Trying, reference: ConversationReference, messages: Sequence[cards.Message]) -> Outcome:
        outcome = Outcome(Sent.SENT, PERSONAL_CHAT)
        for message in messages:
            outcome = await trying.send(partial(self._sdk.send, reference, message), PERSONAL_CHAT)
            if outcome.state is Sent.FAILED:
                break
        return outcome

    def _keep_reference(self, incoming: Incoming, conversation: str) -> None:
        """Nothing: where the sender is reached is kept, once and where it has changed. In a worker thread.

        It is not written anew for each message: the time that the store keeps with it would tell when somebody was last here.
        """
        reference = _reference(incoming, conversation)
        if not incoming.user or reference in self._met:
            return
        if self._references.of_user(reference.tenant, reference.user) != reference:
            self._references.keep(reference)
        self._met[reference] = None
        while len(self._met) > MOST_MET:
            self._met.popitem(last=False)


async def refuse(turn: Turn, trying: Trying) -> None:
    """Nothing: the tenant was told that it is not connected. Raises NotDelivered."""
    arrived(await trying.send(partial(turn.say, words(wording.NOT_CONNECTED)), "refusal"))


def arrived(outcome: Outcome) -> None:
    """Nothing. Raises NotDelivered where nothing arrived."""
    if outcome.state is Sent.FAILED:
        raise NotDelivered(outcome.why)


def words(text: str) -> Mapping[str, Any]:
    """A message of plain words, read by no client as Markdown."""
    return {"type": "message", "text": text, "textFormat": "plain"}


def invoke_answer(kind: str, value: object, status: HTTPStatus = HTTPStatus.OK) -> InvokeAnswer:
    """The answer to a pressed card: the protocol's own status goes inside, HTTP's is 200."""
    return InvokeAnswer(HTTPStatus.OK, {"statusCode": int(status), "type": kind, "value": value})


def _reference(incoming: Incoming, conversation: str) -> ConversationReference:
    return ConversationReference(incoming.tenant, incoming.user, conversation, incoming.service_url, incoming.bot)
