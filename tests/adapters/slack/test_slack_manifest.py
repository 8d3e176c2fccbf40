"""The app manifest: it asks for what the door uses, and for nothing else."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import adapters.slack
from adapters.slack import report_ids
from adapters.slack.listeners import COMMAND, DIGEST, EVENTS, OLDER_EVENTS, Listeners
from adapters.slack.manifest import EVENT_SCOPES, METHODS, SCOPES, manifest
from adapters.slack.reporting import Reporting
from tests.stand_ins.slack import NEEDED


def called_methods() -> set[str]:
    """Every method of Slack's API that the door's code calls, as slack_sdk names them."""
    found: set[str] = set()
    for path in Path(adapters.slack.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and re.match(r"(chat|views|conversations|assistant|auth|users|oauth|apps)_", node.attr):
                found.add(node.attr.replace("_", "."))
    return found


def test_every_method_called_is_named_and_covered_by_a_scope_and_no_scope_is_idle() -> None:
    called = called_methods()
    assert {"chat.postMessage", "chat.postEphemeral", "views.open", "conversations.open"} <= called
    assert called <= set(METHODS)
    needed = {METHODS[method] for method in called} | set(EVENT_SCOPES.values()) | {"commands"}
    assert needed - {""} == set(SCOPES)
    assert all(METHODS[method] == scope for method, scope in NEEDED.items() if method in METHODS)


def test_every_event_subscribed_to_has_a_listener_and_every_listener_an_event() -> None:
    listened: dict[str, set[str]] = {"event": set(), "command": set(), "shortcut": set()}

    class App:
        def __getattr__(self, kind: str):  # type: ignore[no-untyped-def]
            def listen(to: object):  # type: ignore[no-untyped-def]
                listened.setdefault(kind, set()).add(str(to))
                return lambda function: function

            return listen

    Listeners(None, None).listen(App())  # type: ignore[arg-type]
    Reporting(None, None, None).listen(App())  # type: ignore[arg-type]
    asked = manifest("https://signpost.example", False)
    subscribed = {event.removesuffix(".im") for event in asked["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == set(EVENTS)
    assert listened["event"] == {*EVENTS, *OLDER_EVENTS}
    assert listened["command"] == {one["command"] for one in asked["features"]["slash_commands"]} == {COMMAND, DIGEST, report_ids.COMMAND}
    assert listened["shortcut"] == {one["callback_id"] for one in asked["features"]["shortcuts"]}


def test_over_http_slack_is_given_this_installations_addresses() -> None:
    asked = manifest("https://signpost.example/", False)
    assert json.dumps(asked).count('"https://signpost.example/slack/events"') == 5
    assert asked["oauth_config"]["redirect_urls"] == ["https://signpost.example/slack/oauth_redirect"]
    assert asked["settings"]["socket_mode_enabled"] is False


def test_with_socket_mode_no_address_is_needed() -> None:
    assert "http" not in json.dumps(manifest("", True))


def test_the_manifest_is_within_slacks_limits() -> None:
    asked = manifest("https://signpost.example", True)
    assert len(asked["display_information"]["description"]) <= 140
    assert 174 <= len(asked["display_information"]["long_description"]) <= 4000
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in asked["features"]["shortcuts"])
    assert all(one.get("usage_hint") != "" and len(one["description"]) <= 2000 for one in asked["features"]["slash_commands"])
