"""What Slack refuses: slack_sdk's own validators, and the limits they miss. The stand-in refuses by these, and tests look by them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

TEXTS = ("plain_text", "mrkdwn")
ELEMENTS = {"button", "plain_text_input", "static_select", "overflow", "image", "datepicker", "checkboxes", "radio_buttons"}
INPUTS = {"plain_text_input", "static_select", "checkboxes", "radio_buttons", "datepicker"}
MOST_OPTIONS = {"static_select": 100, "checkboxes": 10, "radio_buttons": 10}
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
    faults += ["view_too_large"] if len(json.dumps(view)) > 250_000 else []
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
        if block["type"] == "input" and block["element"].get("type") not in INPUTS:
            faults.append("an element that takes no input")
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
    if kind == "plain_text_input":
        longest, words = element.get("max_length", 3000), element.get("initial_value")
        faults += ["max_length is not 1 to 3,000"] if not 1 <= longest <= 3000 else []
        faults += ["an initial_value that is empty or too long"] if words is not None and not 1 <= len(words) <= longest else []
    if kind in MOST_OPTIONS:
        faults += _faults_of_options(element)
    if kind == "button" and "confirm" in element:
        confirm = element["confirm"]
        longest_of = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
        faults += [f"a confirm's {name} over {most}" for name, most in longest_of.items() if len(confirm[name]["text"]) > most]
    if len(element.get("action_id") or "") > 255:
        faults.append("an action_id over 255")
    if len(element.get("placeholder", {}).get("text", "") if isinstance(element.get("placeholder"), dict) else "") > 150:
        faults.append("a placeholder over 150")
    return faults


def _faults_of_options(element: dict[str, Any]) -> list[str]:
    options = element.get("options") or []
    faults = [] if 1 <= len(options) <= MOST_OPTIONS[element["type"]] else ["too many options, or none"]
    faults += ["an option's text over 75"] if any(len(option["text"]["text"]) > 75 for option in options) else []
    faults += ["an option's value over 150, or empty"] if any(not 1 <= len(option["value"]) <= 150 for option in options) else []
    faults += ["an option's value twice"] if len({option["value"] for option in options}) != len(options) else []
    initial = element.get("initial_options") or ([element["initial_option"]] if element.get("initial_option") else [])
    return faults + (["an initial option that is none of the options"] if any(one not in options for one in initial) else [])


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
