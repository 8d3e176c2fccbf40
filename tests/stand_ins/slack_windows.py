"""Somebody in Slack who opens windows, fills them in and presses their buttons; and what Slack makes of the app's answers."""

from __future__ import annotations

import json
from typing import Any

from tests.adapters.slack import payloads
from tests.adapters.slack.limits import faults_of_view
from tests.stand_ins.slack import PATIENCE, Posted, SlackStandIn, Workspace

TROUBLE = {"": "We had some trouble connecting. Try again?"}  # what Slack says where it got no answer; the window stays as it is


class Person:
    """One person in one workspace. `url`: delivered there over HTTP; over the websocket where it is ""."""

    def __init__(self, slack: SlackStandIn, workspace: Workspace, url: str = "", *, user: str = "U1", name: str = "pat.lee") -> None:
        self.slack = slack
        self.workspace = workspace
        self.url = url
        self.user = user
        self.name = name
        self.guest_of = ""
        self.patience = PATIENCE
        self.answers: list[Any] = []  # the app's, as Slack read them

    @property
    def window(self) -> dict[str, Any]:
        """The window on top."""
        return list(self.slack.views.values())[-1]

    @property
    def words(self) -> str:
        """All that stands in it, as JSON."""
        return json.dumps(self.window["blocks"], ensure_ascii=False)

    def command(self, text: str = "", *, command: str = "/concern") -> Any:
        """What the app answered to a command."""
        body = payloads.command(self.slack, self.workspace, text, user=self.user, command=command, name=self.name)
        return self._send(body, "slash_commands")

    def shortcut(self, callback_id: str) -> Any:
        """What the app answered to a global shortcut."""
        return self._interact("shortcut", callback_id=callback_id)

    def on_message(self, callback_id: str, text: str, channel: dict[str, str], ts: str = "1700000000.000100") -> Any:
        """What the app answered to a message shortcut."""
        return self._interact("message_action", callback_id=callback_id, message={"text": text, "user": "U9", "ts": ts}, channel=channel)

    def press(self, posted: Posted, label: str) -> Any:
        """What the app answered to a button under a message."""
        return self._send(payloads.pressed(self.slack, self.workspace, posted, label, user=self.user) | {"user": self._user()})

    def press_in_window(self, label: str, view: dict[str, Any] | None = None) -> Any:
        """What the app answered to a button in the window on top, or on the Home tab given."""
        view = view or self.window
        pressed = [payloads.button(view["blocks"], label)]
        return self._interact("block_actions", view=view, container={"type": "view"}, actions=pressed)

    def submit(self, values: dict[str, Any] | None = None) -> dict[str, str]:
        """The errors shown in the window, by box, after it was sent; none where it went on to something else."""
        view = self.window
        sent = {**view, "state": {"values": self._filled_in(view, values or {})}}
        answer = self._interact("view_submission", view=sent)
        if answer is None:
            return TROUBLE
        return self._taken(view, answer)

    def _taken(self, view: dict[str, Any], answer: dict[str, Any]) -> dict[str, str]:
        match answer.get("response_action"):
            case None:
                del self.slack.views[view["id"]]
            case "errors":
                inputs = {block["block_id"]: block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input"}
                assert answer["errors"], "errors without one"
                assert set(answer["errors"]) <= set(inputs), "Slack shows errors beside inputs only"
                assert all(isinstance(words, str) and words for words in answer["errors"].values())
                return {inputs[block]: words for block, words in answer["errors"].items()}
            case "update":
                assert faults_of_view(answer["view"]) == []
                self.slack.views[view["id"]] = {**answer["view"], "id": view["id"], "previous_view_id": view.get("previous_view_id", "")}
            case other:
                raise AssertionError(f"Slack knows no {other}")
        return {}

    def _filled_in(self, view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        """The state Slack sends: what stood in the boxes from the start, and what was typed or chosen instead."""
        state: dict[str, Any] = {}
        left = dict(values)
        for block in view["blocks"]:
            if block["type"] != "input":
                continue
            element = block["element"]
            given = left.pop(element["action_id"], None)
            found = _box(element, given)
            assert block.get("optional") or any(found.get(key) for key in ("value", "selected_option", "selected_options")), (
                f"Slack does not send a window without {element['action_id']}"
            )
            state[block["block_id"]] = {element["action_id"]: {"type": element["type"], **found}}
        assert not left, f"there is no box {set(left)}"
        return state

    def _interact(self, kind: str, **more: Any) -> Any:
        body = payloads.interaction(self.slack, self.workspace, kind, user=self.user, **more)
        return self._send(body | {"user": self._user()})

    def _user(self) -> dict[str, str]:
        return {"id": self.user, "name": self.name, "username": self.name, "team_id": self.guest_of or self.workspace.team}

    def _send(self, body: dict[str, Any], kind: str = "interactive") -> Any:
        """The app's answer as Slack takes it; None where there was none in time, or a failure."""
        if not self.url:
            said = self.slack.send_envelope(body, kind=kind, wait=self.patience)
        else:
            late = len(self.slack.late)
            answer = self.slack.deliver(self.url, body)
            kept = answer.is_success and len(self.slack.late) == late
            said = (answer.json() if answer.text else {}) if kept else None
        self.answers.append(said)
        return said


def _box(element: dict[str, Any], given: Any) -> dict[str, Any]:
    if element["type"] == "plain_text_input":
        value = element.get("initial_value") if given is None else given
        assert len(value or "") <= element.get("max_length", 3000), "Slack lets nobody type that much"
        return {"value": value or None}
    options = {option["value"]: option for option in element["options"]}
    if element["type"] == "checkboxes":
        return {"selected_options": element.get("initial_options", []) if given is None else [options[one] for one in given]}
    return {"selected_option": options[given] if given is not None else element.get("initial_option")}
