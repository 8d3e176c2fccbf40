"""A message is written and addressed by us, so it is compared with what the Bot Framework SDK writes."""

from __future__ import annotations

from typing import Any

import pytest
from botbuilder.core import TurnContext  # type: ignore[import-untyped]
from botbuilder.schema import Activity, Attachment  # type: ignore[import-untyped]

from adapters.teams.answering import words
from adapters.teams.botframework import reply_to
from adapters.teams.cards import messages
from bot.conversation import help_reply
from tests.stand_ins.teams import TeamsStandIn

HEARD = {**TeamsStandIn().activity("May I?", event="1:a/b c"), "serviceUrl": "https://smba.example/uk/", "locale": "en-GB"}
UPDATE = {**HEARD, "type": "conversationUpdate"}


def by_the_sdk(heard: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    attachments = [Attachment(content_type=one["contentType"], content=one["content"]) for one in message.get("attachments", ())]
    made = Activity(
        type=message["type"],
        text=message.get("text"),
        text_format=message.get("textFormat"),
        summary=message.get("summary"),
        attachments=attachments or None,
        input_hint="acceptingInput",
    )
    reference = TurnContext.get_conversation_reference(Activity().deserialize(heard))
    written: dict[str, Any] = TurnContext.apply_conversation_reference(made, reference).serialize()
    written["conversation"]["tenantId"] = heard["conversation"]["tenantId"]  # it alone of what Teams wrote is dropped by the SDK
    return written


@pytest.mark.parametrize("heard", [HEARD, UPDATE])
@pytest.mark.parametrize("message", [dict(messages(help_reply())[0]), dict(words("Not *connected*"))])
def test_a_message_is_the_same_as_the_sdk_would_write_it(heard: dict[str, Any], message: dict[str, Any]) -> None:
    assert reply_to(heard, message)[1] == by_the_sdk(heard, message)


def test_a_reply_goes_to_the_activity_and_a_greeting_to_its_conversation() -> None:
    conversation = "https://smba.example/uk/v3/conversations/a%3Aknown-tenant-user-1/activities"
    assert reply_to(HEARD, {})[0] == f"{conversation}/1%3Aa%2Fb%20c"
    assert reply_to(UPDATE, {})[0] == conversation
