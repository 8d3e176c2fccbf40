"""A pressed button: what comes of it is put in the button's place, with the answer above it kept, or posted below."""

from __future__ import annotations

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import views
from adapters.slack.answers import Answers
from adapters.slack.blocks import MOST_BLOCKS, Message, messages, replaced, words_of_choice
from adapters.slack.reading import Asked, user_name
from adapters.slack.sending import Refused, attempt, in_conversation, post_to, to_person, unseen
from bot.ports import Outcome, Sent


async def show_press(answers: Answers, team: str, action: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> Outcome:
    """How showing what came of a pressed button turned out."""
    user = str(body.get("user", {}).get("id") or "")
    container = body.get("container", {})
    message = body.get("message") or {}
    channel = str(body.get("channel", {}).get("id") or container.get("channel_id") or "")
    thread_ts = str(message.get("thread_ts") or container.get("thread_ts") or "")
    reply = await answers.to_press(Asked("", team, user, channel, thread_ts), str(action.get("value") or ""), user_name(body))
    made = messages(reply)
    pressed = str(action.get("block_id") or "")
    if view := body.get("view"):
        return await _in_window(client, view, pressed, made, user, replaces=reply.replaces)
    old = message.get("blocks") or []
    if reply.replaces and old and len(made) == 1:
        blocks = replaced(old, pressed, made[0].as_dicts())
        if len(blocks) <= MOST_BLOCKS:
            words = _words(str(message.get("text") or ""), words_of_choice(old, pressed), made[0].text)
            code = await post_to(client, str(body.get("response_url") or ""), {"replace_original": True, "text": words, "blocks": blocks})
            if not code:
                return Outcome(Sent.SENT, "replaced")
    if channel.startswith("D"):
        return await in_conversation(client, channel, made, thread_ts)
    return await unseen(client, channel, user, made, thread_ts)


async def _in_window(
    client: AsyncWebClient, view: dict[str, Any], pressed: str, made: tuple[Message, ...], user: str, *, replaces: bool
) -> Outcome:
    new = [block for message in made for block in message.as_dicts()]
    blocks = replaced(view.get("blocks") or [], pressed if replaces else "", new)
    if len(blocks) > views.MOST_BLOCKS:
        return await to_person(client, user, made)
    updated = await attempt(client.views_update(view_id=str(view.get("id")), view=views.with_blocks(blocks)))
    if isinstance(updated, Refused):
        return Outcome(Sent.FAILED, "views.update", updated.code, updated.retry_after)
    return Outcome(Sent.SENT, "views.update")


def _words(old: str, choice: str, new: str) -> str:
    """The message's text with the new words in the place of the choice's; below all where the choice's words are not found."""
    return old.replace(choice, new, 1) if choice and choice in old else f"{old}\n\n{new}"
