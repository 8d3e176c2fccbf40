"""What happens for each thing Slack delivers: read it, ask the core, show the reply. Bolt calls these with what their parameters name."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import views
from adapters.slack.answers import Answers, not_connected
from adapters.slack.blocks import PRESS, messages
from adapters.slack.noting import note, outcome_of
from adapters.slack.pressing import show_press
from adapters.slack.reading import (
    Asked,
    asked_by_command,
    asked_by_event,
    asked_in_window,
    guest_of,
)
from adapters.slack.sending import Refused, at_address, attempt, in_conversation, to_person, unseen
from adapters.slack.tokens import Tokens
from adapters.slack.wording import as_typed
from bot.conversation import EXAMPLES
from bot.heard import Place
from bot.ports import Outcome, Sent
from bot.reply import Reply

log = logging.getLogger("signpost.slack")

COMMAND, DIGEST = "/policy", "/digest"
EVENTS = ("message", "app_mention", "app_home_opened", "app_uninstalled", "tokens_revoked")
OLDER_EVENTS = ("assistant_thread_started",)  # sent to apps made before Slack's agent view, whose manifest holds the prompts itself
PROMPTS_TITLE = "Ask what your school's policy says"


class Listeners:
    """The listeners of one door."""

    def __init__(self, answers: Answers, tokens: Tokens) -> None:
        self._answers = answers
        self._tokens = tokens

    def listen(self, app: AsyncApp) -> None:
        """Nothing: from now on the app calls these."""
        for event in ("message", "app_mention"):
            app.event(event)(self.asked)
        app.event("app_home_opened")(self.home_opened)
        app.event("assistant_thread_started")(self.thread_started)
        for event in ("app_uninstalled", "tokens_revoked"):
            app.event(event)(self.uninstalled)
        app.command(COMMAND)(self.command)
        app.command(DIGEST)(self.digest)
        app.shortcut(views.ASK)(self.open_window)
        app.shortcut(views.CHECK)(self.check_message)
        app.view(views.ASK)(self.window_sent)
        app.action(re.compile(f"^{PRESS}:"))(self.pressed)
        app.action(views.HOME_QUESTION)(self.asked_at_home)
        app.action(views.HOME_ASK)(self.asked_at_home)
        app.action(re.compile(f"^{views.SUGGESTED}:"))(self.asked_at_home)

    async def asked(self, event: dict[str, Any], body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: answers a direct message where it stands, a mention so that only the asker sees it."""
        team = str(context.team_id or "")
        asked = asked_by_event(event, team, context.bot_user_id or _bot_user(body))
        if asked is None:
            return
        made = messages(await self._answers.to(asked, guest_of(event, team)))
        if asked.place is Place.SHARED:
            outcome = await unseen(client, asked.channel, asked.user, made, asked.thread_ts)
        else:
            outcome = await in_conversation(client, asked.channel, made, asked.thread_ts)
        self._note("message", outcome, context)

    async def command(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: answers /policy, for the asker alone; without a question it shows the help."""
        await ack()
        asked = asked_by_command(body, str(context.team_id or ""))
        if not asked.text:
            asked = Asked("help", asked.team, asked.user, asked.channel)
        made = messages(await self._answers.to(asked))
        self._note("command", await at_address(client, str(body.get("response_url") or ""), asked.user, made), context)

    async def digest(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: answers /digest, for the asker alone wherever it is typed; what is typed after it is not looked at."""
        await ack()
        asked = replace(asked_by_command(body, str(context.team_id or "")), text=DIGEST, place=Place.PRIVATE)
        made = messages(await self._answers.to(asked))
        self._note("digest", await at_address(client, str(body.get("response_url") or ""), asked.user, made), context)

    async def home_opened(self, event: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: draws the Home tab."""
        if event.get("tab") not in {"home", None}:
            return
        team = str(context.team_id or "")
        at_home = await self._answers.at_home(team)
        refused = await attempt(client.views_publish(user_id=str(event.get("user") or ""), view=_home_view(at_home, team)))
        self._note("home", outcome_of(refused, "views.publish"), context)

    async def thread_started(self, event: dict[str, Any], client: AsyncWebClient) -> None:
        """Nothing: offers questions to start with. Where Slack has no such prompts, nothing is missed."""
        thread = event.get("assistant_thread", {})
        prompts = [{"title": question, "message": question} for question in EXAMPLES]
        set_prompts = client.assistant_threads_setSuggestedPrompts(
            channel_id=str(thread.get("channel_id") or ""), thread_ts=thread.get("thread_ts"), prompts=prompts, title=PROMPTS_TITLE
        )
        refused = await attempt(set_prompts)
        if isinstance(refused, Refused):
            log.info("slack.no_prompts why=%s", refused.code)

    async def uninstalled(self, event: dict[str, Any], context: Any) -> None:
        """Nothing: forgets the workspace's token."""
        if event.get("type") == "app_uninstalled" or event.get("tokens", {}).get("bot"):
            await self._tokens.uninstalled(str(context.team_id or ""), str(context.enterprise_id or ""))
            log.info("slack.uninstalled")

    async def open_window(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: opens the window to ask in."""
        await ack()
        opened = await attempt(client.views_open(trigger_id=str(body.get("trigger_id")), view=views.asking()))
        self._note("window", outcome_of(opened, "views.open"), context)

    async def check_message(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: asks a message's text, and shows the answer in a window that only the asker sees."""
        await ack()
        text = as_typed(str(body.get("message", {}).get("text") or ""))
        await self._ask_in_new_window(body, text, context, client)

    async def asked_at_home(self, ack: Any, action: dict[str, Any], body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: answers what was typed or chosen on the Home tab in a window; opens one to ask in where nothing was typed."""
        await ack()
        chosen = str(action.get("value") or "") if action["action_id"] != views.HOME_ASK else ""
        text = chosen or views.typed(body.get("view", {}))
        if text:
            await self._ask_in_new_window(body, text, context, client)
        else:
            await self.open_window(ack, body, context, client)

    async def window_sent(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: puts the answer in the place of the question."""
        view = body.get("view", {})
        asked = asked_in_window(body, str(context.team_id or ""), views.typed(view))
        answered, outcome = await self._as_window(asked, client)
        if not context["delivery"].late:
            await ack(response_action="update", view=answered)
        else:  # the window shows "looking …" by now
            outcome = outcome_of(await attempt(client.views_update(view_id=str(view.get("id")), view=answered)), "views.update")
        self._note("window", outcome, context)

    async def pressed(self, ack: Any, action: dict[str, Any], body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: passes on what a button carried, and shows what comes of it."""
        await ack()
        self._note("press", await show_press(self._answers, str(context.team_id or ""), action, body, client), context)

    async def _ask_in_new_window(self, body: dict[str, Any], text: str, context: Any, client: AsyncWebClient) -> None:
        # A trigger holds for three seconds: the window opens first and the answer follows into it.
        opened = await attempt(client.views_open(trigger_id=str(body.get("trigger_id")), view=views.looking()))
        if isinstance(opened, Refused):
            self._note("window", outcome_of(opened, "views.open"), context)
            return
        answered, outcome = await self._as_window(asked_in_window(body, str(context.team_id or ""), text), client)
        updated = await attempt(client.views_update(view_id=str(opened["view"]["id"]), view=answered))
        self._note("window", outcome_of(updated, "views.update") if outcome.state is not Sent.FAILED else outcome, context)

    async def _as_window(self, asked: Asked, client: AsyncWebClient) -> tuple[dict[str, Any], Outcome]:
        """The window with the answer, and how sending it came out where it was too long for one and went out as a message."""
        reply: Reply = await self._answers.to(asked)
        if answered := views.answered(reply):
            return answered, Outcome(Sent.SENT, "window")
        return views.too_long(), await to_person(client, asked.user, messages(reply))

    def _note(self, what: str, outcome: Outcome, context: Any) -> None:
        note(what, outcome, context, self._tokens)


def _home_view(at_home: views.AtHome | None, team: str) -> dict[str, Any]:
    if at_home is None:
        sentence = not_connected(team).parts[0]
        return views.home_refused(getattr(sentence, "text", ""))
    return views.home(at_home)


def _bot_user(body: dict[str, Any]) -> str:
    """This bot's user as the event itself names it."""
    return next((str(one.get("user_id") or "") for one in body.get("authorizations") or [] if one.get("is_bot")), "")
