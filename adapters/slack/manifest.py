"""The app manifest for an installation: what to paste into Slack's "Create an app from a manifest"."""

from __future__ import annotations

from typing import Any

from adapters.slack import report_ids
from adapters.slack.listeners import COMMAND, DIGEST, EVENTS
from adapters.slack.views import ASK, CHECK
from bot.conversation import EXAMPLES
from bot.reply import OPEN_REPORT

# Each scope with what it is needed for; nothing else is asked for.
SCOPES = {
    "app_mentions:read": "being asked by @mention in a channel",
    "assistant:write": "suggested questions in the agent view, where the workspace has it",
    "chat:write": "answering",
    "commands": "/policy, /concern, /digest and the shortcuts",
    "im:history": "being asked in a direct message",
    "im:write": "answering privately where a channel cannot show it; telling the head what staff pass on, and the lead that a report waits",
}

# Each API method the door calls, with the scope that lets it; "" for those that need none.
METHODS = {
    "auth.test": "",
    "oauth.v2.access": "",
    "apps.connections.open": "",  # the app-level token's own connections:write
    "views.open": "",
    "views.push": "",
    "views.update": "",
    "views.publish": "",
    "chat.getPermalink": "",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "conversations.open": "im:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
}

EVENT_SCOPES = {"message.im": "im:history", "app_mention": "app_mentions:read"}
DESCRIPTION = "What your school's policy says, word for word"
PRIVATELY = "Tell the safeguarding lead privately"
COMMANDS = (
    (COMMAND, "Ask what your school's policy says", "can I accept a parent's friend request?"),
    # No hint at words to type: what is typed after a command has been seen by Slack, and is not what a report is written in.
    (report_ids.COMMAND, "Open the private report form, or come back to a report", "[check]"),
    (DIGEST, "For the head: what waits, reviews that are due, what staff ask that no policy answers", ""),
)
LONG_DESCRIPTION = (
    "Ask what your school's policy says, in your own words, and get the rule word for word, with a link that opens the policy "
    "at that clause. Answers asked in a channel are shown to you alone. Signpost never makes policy up: where the policy says "
    "nothing, it says so and tells you whom to ask."
)


def manifest(public_url: str, socket_mode: bool) -> dict[str, Any]:
    """The manifest, ready for JSON. `public_url`: needed for HTTP only; with Socket Mode Slack delivers over the app's own connection."""
    base = public_url.rstrip("/")
    delivered = {} if socket_mode else {"request_url": f"{base}/slack/events"}
    return {
        "display_information": {"name": "Signpost", "description": DESCRIPTION, "long_description": LONG_DESCRIPTION},
        "features": {
            "bot_user": {"display_name": "Signpost", "always_online": True},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "agent_view": {
                "agent_description": DESCRIPTION,
                "suggested_prompts": [{"title": question, "message": question} for question in EXAMPLES],
            },
            "slash_commands": [
                {
                    "command": command,
                    **({} if socket_mode else {"url": f"{base}/slack/events"}),
                    "description": description,
                    **({"usage_hint": hint} if hint else {}),
                    "should_escape": False,
                }
                for command, description, hint in COMMANDS
            ],
            "shortcuts": [
                {"name": "Ask the policy", "type": "global", "callback_id": ASK, "description": "Ask what your school's policy says"},
                {"name": "Report privately", "type": "global", "callback_id": report_ids.OPEN, "description": PRIVATELY},
                {"name": OPEN_REPORT, "type": "message", "callback_id": report_ids.MESSAGE, "description": PRIVATELY},
                {"name": "Check against policy", "type": "message", "callback_id": CHECK, "description": "What the policy says about it"},
            ],
        },
        "oauth_config": {
            **({"redirect_urls": [f"{base}/slack/oauth_redirect"]} if base else {}),
            "scopes": {"bot": sorted(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**delivered, "bot_events": sorted("message.im" if event == "message" else event for event in EVENTS)},
            "interactivity": {"is_enabled": True, **delivered},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
