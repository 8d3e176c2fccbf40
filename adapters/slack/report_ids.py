"""What the windows, boxes and buttons of private reports go by in Slack, and whether a delivery is about one."""

from __future__ import annotations

from typing import Any

COMMAND = "/concern"
PREFIX = "report-"  # every id here starts so, and no other id of this app does

OPEN = "report-open"  # the global shortcut, and the start of the action_id of every button that opens the form
MESSAGE = "report-message"  # the message shortcut
CHECK = "report-check"  # the start of the action_id of every button that opens the way back

FORM, CODE, COME_BACK, VISIT, SHOWN = "report-form", "report-code", "report-come-back", "report-visit", "report-shown"  # windows

STORY, MORE, NAME, LINK = "report-story", "report-more", "report-name", "report-link"  # boxes
ROUTE, ABOUT, KIND, WISH = "report-route", "report-about", "report-kind", "report-wish"
URGENT, EVIDENCE, POLICE = "report-urgent", "report-evidence", "report-police"
CODE_BOX, ADD, WITHDRAW = "report-code-box", "report-add", "report-withdraw"


def is_of_reports(body: dict[str, Any]) -> bool:
    """Whether a delivery opens, sends or comes back to a report: nothing of such a delivery is recorded."""
    names = [body.get("callback_id"), (body.get("view") or {}).get("callback_id"), *_actions(body)]
    return body.get("command") == COMMAND or any(str(name or "").startswith(PREFIX) for name in names)


def _actions(body: dict[str, Any]) -> list[Any]:
    return [action.get("action_id") for action in body.get("actions") or []]
