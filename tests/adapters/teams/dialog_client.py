"""Dialogs as a Teams client has them: opened by a card's button, filled in, sent with whatever stands in their inputs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.concerns.concern import Concern
from tests.adapters.teams.running import GOOD, Running

STORY = "They post about me in the parents' group.\nEvery night, since May. “You are next”, it says."
TYPED = {
    "story": STORY,
    "about": "colleague,deputy",
    "kind": "cyberbullying",
    "wish": "advice",
    "urgent": "true",
    "evidence": "kept",
    "police": "no",
}
LARGEST = 28_000  # bytes of an answer that Teams surely takes


@dataclass
class Dialog:
    """An open dialog. ``card``: what it shows, None once it has ended. ``ended``: the words it ended with."""

    teams: Running
    task: dict[str, Any]
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def card(self) -> dict[str, Any]:
        """The card shown."""
        assert self.task["type"] == "continue", self.task
        shown = self.task["value"]
        assert shown["title"]
        assert shown["card"]["contentType"] == "application/vnd.microsoft.card.adaptive"
        assert len(json.dumps(self.task, ensure_ascii=False).encode()) <= LARGEST
        return dict(shown["card"]["content"])

    @property
    def ended(self) -> str:
        """The words it ended with, "" while it shows a card."""
        return str(self.task["value"]) if self.task["type"] == "message" else ""

    @property
    def text(self) -> str:
        """Every word on the card but what stands in inputs, a line for each block."""
        return "\n".join(
            "".join(run["text"] for run in node["inlines"]) for node in nodes(self.card) if node.get("type") == "RichTextBlock"
        )

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """The inputs by name."""
        return {node["id"]: node for node in nodes(self.card) if str(node.get("type")).startswith("Input.")}

    @property
    def values(self) -> dict[str, str]:
        """What stands in the inputs; of things to choose only those that can be chosen, as clients do it."""
        found = {}
        for name, node in self.inputs.items():
            value = node["value"]
            if node["type"] == "Input.ChoiceSet":
                offered = [choice["value"] for choice in node["choices"]]
                value = ",".join(one for one in value.split(",") if one in offered)
            found[name] = value
        return found

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons."""
        return [str(node["title"]) for node in nodes(self.card) if node.get("type") == "Action.Submit"]

    def data(self, label: str) -> dict[str, Any]:
        """What a button carries."""
        (found,) = (node for node in nodes(self.card) if node.get("type") == "Action.Submit" and node["title"] == label)
        return dict(found["data"])

    def press(self, label: str, **typed: str) -> Dialog:
        """What is shown once a button was pressed, with that typed into the inputs."""
        assert typed.keys() <= self.inputs.keys()
        return submit(self.teams, {**self.values, **typed, **self.data(label)}, **self.more)


def fetch(teams: Running, which: str = "open", **more: Any) -> Dialog:
    """The dialog that a button of an offer opens."""
    return _invoke(teams, "task/fetch", {"msteams": {"type": "task/fetch"}, "report": which}, more)


def submit(teams: Running, data: dict[str, Any], **more: Any) -> Dialog:
    """What is shown once that was sent."""
    return _invoke(teams, "task/submit", data, more)


def invoke(teams: Running, name: str, data: Any, **more: Any) -> dict[str, Any]:
    """The activity that asks for a dialog."""
    value = {"data": data, "context": {"theme": "default"}, "tabContext": None}
    return teams.microsoft.activity(**more) | {"type": "invoke", "name": name, "value": value}


def kept(teams: Running, school: str = "alder") -> list[Concern]:
    """The reports of a school."""
    return list(teams.cases.kept[school].concerns.values())


def code_on(dialog: Dialog) -> str:
    """The code on a card."""
    (found,) = re.findall(r"^(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}$", dialog.text, re.MULTILINE)
    return str(found)


def nodes(of: Any) -> Iterator[dict[str, Any]]:
    """Every object in a card, in the order they stand."""
    if isinstance(of, dict):
        yield of
        for value in of.values():
            yield from nodes(value)
    elif isinstance(of, list):
        for value in of:
            yield from nodes(value)


def _invoke(teams: Running, name: str, data: dict[str, Any], more: dict[str, Any]) -> Dialog:
    status, body, posted = teams.deliver(invoke(teams, name, data, **more), GOOD)
    assert status == 200
    assert posted == [], "a dialog is answered in itself alone"
    return Dialog(teams, body["task"], more)
