"""What cards are made of: typed dicts of Adaptive Cards 1.4, and the few ways in which words get into them.

All words stand in text runs, which no client reads as Markdown: a policy's asterisks, brackets and links stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal, NotRequired, TypedDict

from bot.reply import Contact

ACTIVE = re.compile(r"<(?=[A-Za-z/!@#])|\{(?=\{)")  # what begins a mention, a tag or a date function in some client
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
UNSEEN = "\u200b"
# Some clients read what stands beside a tick box, and the sentence under an input, as Markdown: there, letters that look alike.
LOOKS_ALIKE = str.maketrans("*_[]`~<>\\#", "∗＿［］ˋ∼‹›⧵＃")


class TextRun(TypedDict):
    """A run of words, never read as Markdown."""

    type: Literal["TextRun"]
    text: str
    weight: NotRequired[Literal["Bolder"]]
    size: NotRequired[Literal["Small", "Medium", "Large"]]
    isSubtle: NotRequired[bool]


class RichTextBlock(TypedDict):
    """One line of runs. It always wraps: unlike a TextBlock it knows no `wrap`."""

    type: Literal["RichTextBlock"]
    inlines: list[TextRun]
    spacing: NotRequired[Literal["None", "Small"]]


class Submit(TypedDict):
    """A button that sends its data, with what the card's inputs hold where it has any.

    In a message it is also what a client without Action.Execute shows: the press comes back as a message with a value.
    """

    type: Literal["Action.Submit"]
    title: str
    data: dict[str, Any]


class Execute(TypedDict):
    """A button whose press comes back as an invoke."""

    type: Literal["Action.Execute"]
    title: str
    verb: Literal["press"]
    data: dict[str, str]
    fallback: Submit


class OpenUrl(TypedDict):
    """A link as a button."""

    type: Literal["Action.OpenUrl"]
    title: str
    url: str


class ActionSet(TypedDict):
    """A row of buttons."""

    type: Literal["ActionSet"]
    actions: list[Execute] | list[OpenUrl] | list[Submit]


class Container(TypedDict):
    """Elements set off from the rest. The style only underlines what the words say already."""

    type: Literal["Container"]
    style: Literal["emphasis", "attention", "warning"]
    items: list[RichTextBlock | ActionSet]


class InputText(TypedDict):
    """A box to write in."""

    type: Literal["Input.Text"]
    id: str
    label: str
    maxLength: int
    value: str
    isMultiline: NotRequired[bool]
    isRequired: NotRequired[bool]
    errorMessage: NotRequired[str]


class Choice(TypedDict):
    """One thing to choose."""

    title: str
    value: str


class InputChoiceSet(TypedDict):
    """Things to choose: tick boxes or round ones where it is expanded, else a list that opens. ``value``: of the chosen, with commas."""

    type: Literal["Input.ChoiceSet"]
    id: str
    label: str
    choices: list[Choice]
    value: str
    style: Literal["compact", "expanded"]
    wrap: bool
    isMultiSelect: NotRequired[bool]
    placeholder: NotRequired[str]
    isRequired: NotRequired[bool]
    errorMessage: NotRequired[str]


class InputToggle(TypedDict):
    """One tick box: "true" or "false"."""

    type: Literal["Input.Toggle"]
    id: str
    label: str
    title: str
    value: str
    wrap: bool


Element = RichTextBlock | Container | ActionSet | InputText | InputChoiceSet | InputToggle


class Card(TypedDict):
    """An Adaptive Card. Version 1.4, the first with Action.Execute: later ones stay blank on some phones."""

    type: Literal["AdaptiveCard"]
    version: Literal["1.4"]
    fallbackText: str
    body: list[Element]


class Attachment(TypedDict):
    """A card as it hangs on a message or stands in a dialog."""

    contentType: Literal["application/vnd.microsoft.card.adaptive"]
    content: Card


def card_of(fallback: str, body: list[Element]) -> Card:
    """A card. `fallback`: what a client says that cannot show it."""
    return {"type": "AdaptiveCard", "version": "1.4", "fallbackText": inert(fallback), "body": body}


def attached(card: Card) -> Attachment:
    """A card with its media type."""
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}


def line_of(text: str, size: Literal["Medium", "Large"] | None = None, *, bold: bool = False) -> RichTextBlock:
    """One line of words."""
    made = run_of(text, bold=bold)
    if size:
        made["size"] = size
    return {"type": "RichTextBlock", "inlines": [made]}


def run_of(text: str, *, bold: bool = False) -> TextRun:
    """Words within a line."""
    return {"type": "TextRun", "text": inert(text), "weight": "Bolder"} if bold else {"type": "TextRun", "text": inert(text)}


def ringing(contacts: Iterable[Contact]) -> list[RichTextBlock]:
    """Whom to ring, one in a line."""
    return [line_of(f"{one.who}, {one.phone}" if one.phone else one.who) for one in contacts]


def link_to(title: str, url: str) -> ActionSet:
    """A button that opens an address."""
    action: OpenUrl = {"type": "Action.OpenUrl", "title": title, "url": url}
    return {"type": "ActionSet", "actions": [action]}


def submit(title: str, data: dict[str, Any]) -> Submit:
    """A button that sends that, and what stands in the inputs."""
    return {"type": "Action.Submit", "title": inert(title), "data": data}


def inert(text: str) -> str:
    """The same words, with an unseen break wherever some client might begin a mention, a tag or a function."""
    return ACTIVE.sub(lambda found: found[0] + UNSEEN, text)


def unmarked(text: str) -> str:
    """The same words in one line, without a letter that Markdown knows: for a name beside a tick box."""
    return inert(" ".join(text.translate(LOOKS_ALIKE).split()))
