"""What Slack refuses: slack_sdk's own validators, and the limits they miss. The stand-in refuses by these, and tests look by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

TEXTS = ("plain_text", "mrkdwn")
ELEMENTS = {"button", "plain_text_input", "static_select", "overflow", "image", "datepicker", "checkboxes", "radio_buttons"}
MOST_CHARACTERS = 13_200


def faults_of_message(message: dict[str, Any]) -> list[str]:
    """Why Slack would refuse a message with `text` and `blocks`; empty where it would not."""
    blocks = message.get("blocks") or []
    faults = ["no_text"] if not str(message.get("text") or "").strip() and not blocks else []
    faults += ["text is over 40,000"] if len(str(message.get("text") or "")) > 40_000 else []
    faults += ["more than 50 blocks"] if len(blocks) > 50 else []
    faults += ["too long a message"] if sum(len(text) for text in _words(blocks)) > MOST_CHARACTERS else []
    faults += ["an input in a message"] if any(block.get("type") == "input" for block in blocks) else []
    return [*faults, *_faults_of_blocks(blocks)]


def faults_of_view(view: dict[str, Any]) -> list[str]:
    """Why Slack would refuse a modal or a Home tab."""
    blocks = view.get("blocks") or []
    faults = [] if view.get("type") in {"modal", "home"} else ["unknown view type"]
    faults += ["more than 100 blocks"] if len(blocks) > 100 else []
    faults += ["no blocks"] if not blocks else []
    if view.get("type") == "modal":
        for name in ("title", "submit", "close"):
            words = view.get(name)
            if name == "title" and not words:
                faults.append("a modal without a title")
            if words and (words.get("type") != "plain_text" or not 1 <= len(words["text"]) <= 24):
                faults.append(f"{name} is not 1 to 24 characters of plain text")
        if any(block.get("type") == "input" for block in blocks) and not view.get("submit"):
            faults.append("a modal with an input and no submit")
    if len(view.get("private_metadata") or "") > 3000:
        faults.append("private_metadata is over 3,000")
    if len(view.get("callback_id") or "") > 255:
        faults.append("callback_id is over 255")
    try:
        View(**view).validate_json()
    except (SlackObjectFormationError, TypeError) as error:
        faults.append(str(error))
    return [*faults, *_faults_of_blocks(blocks)]


def _faults_of_blocks(blocks: list[dict[str, Any]]) -> list[str]:
    faults: list[str] = []
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    faults += ["a block_id twice"] if len(ids) != len(set(ids)) else []
    actions = [element["action_id"] for element in _each(blocks) if "action_id" in element]
    faults += ["an action_id twice"] if len(actions) != len(set(actions)) else []
    for block in blocks:
        parsed = Block.parse(block)
        if parsed is None:
            faults.append(f"unknown block {block.get('type')}")
            continue
        try:
            parsed.validate_json()
        except SlackObjectFormationError as error:
            faults.append(str(error))
        if block["type"] in {"actions", "context", "rich_text"} and not block.get("elements"):
            faults.append(f"{block['type']} without elements")
        if block["type"] == "actions" and any(element.get("type") not in ELEMENTS for element in block["elements"]):
            faults.append("unknown element")
    for element in _each(blocks):
        faults += _faults_of_element(element)
    return faults


def _faults_of_element(element: dict[str, Any]) -> list[str]:
    kind, faults = element.get("type"), []
    if kind in (*TEXTS, "text"):
        words = element.get("text")
        if not isinstance(words, str) or not words:
            faults.append("empty text")
        elif kind != "text" and len(words) > 3000:
            faults.append("a text over 3,000")
    if kind == "button":
        if element["text"].get("type") != "plain_text":
            faults.append("mrkdwn on a button")
        if len(element["text"].get("text", "")) > 75:
            faults.append("a button's text over 75")
        if len(element.get("value") or "") > 2000:
            faults.append("a button's value over 2,000")
    if len(element.get("action_id") or "") > 255:
        faults.append("an action_id over 255")
    if len(element.get("placeholder", {}).get("text", "") if isinstance(element.get("placeholder"), dict) else "") > 150:
        faults.append("a placeholder over 150")
    return faults


def _each(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in blocks, at any depth."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _each(one)
    elif isinstance(value, list):
        for one in value:
            yield from _each(one)


def _words(blocks: list[dict[str, Any]]) -> Iterator[str]:
    return (one["text"] for one in _each(blocks) if one.get("type") in (*TEXTS, "text") and isinstance(one.get("text"), str))
