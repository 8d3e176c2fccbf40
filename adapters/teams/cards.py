"""From a Reply to Teams messages, each with one Adaptive Card. Pure: typed dicts, nothing of an SDK.

All words stand in text runs, which no client reads as Markdown: a policy's asterisks, brackets and links stay what they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NotRequired, TypedDict

from adapters.teams.pieces import pieces
from adapters.teams.wording import NOTIFIED, OPEN_PAGE, OPEN_RULE
from bot.reply import Button, Caution, Choices, Heading, Part, Quote, Reply, Says, Urgent, plain

LIMIT = 25_000  # bytes of a message as sent: over about 28 KB Teams refuses it
SHORT_LABEL = 24  # characters: longer labels get a row of their own, for rows cut them off
FEW = 3  # buttons that each may carry what their card needs to be drawn again
ACTIVE = re.compile(r"<(?=[A-Za-z/!@#])|\{(?=\{)")  # what begins a mention, a tag or a date function in some client
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
UNSEEN = "\u200b"

Keep = Callable[[Sequence[Part], int], str]
"""What a card carries so that it can be drawn again with the Choices at that place replaced."""


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
    """What a client without Action.Execute shows: the press comes back as a message with a value."""

    type: Literal["Action.Submit"]
    title: str
    data: dict[str, str]


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
    actions: list[Execute] | list[OpenUrl]


class Container(TypedDict):
    """Elements set off from the rest. The style only underlines what the words say already."""

    type: Literal["Container"]
    style: Literal["emphasis", "attention", "warning"]
    items: list[RichTextBlock | ActionSet]


Element = RichTextBlock | Container | ActionSet


class Card(TypedDict):
    """An Adaptive Card. Version 1.4, the first with Action.Execute: later ones stay blank on some phones."""

    type: Literal["AdaptiveCard"]
    version: Literal["1.4"]
    fallbackText: str
    body: list[Element]


class Attachment(TypedDict):
    """A card as it hangs on a message."""

    contentType: Literal["application/vnd.microsoft.card.adaptive"]
    content: Card


class Message(TypedDict):
    """A message activity. It has no text: Teams would show that above the card, as the same words twice."""

    type: Literal["message"]
    summary: str
    attachments: list[Attachment]


def messages(reply: Reply, keep: Keep | None = None) -> list[Message]:
    """The reply as one message, or as few as its size allows, in order. `keep`: None where no card is to be drawn again."""
    whole = message(reply.parts, keep)
    if size(whole) <= LIMIT:
        return [whole]
    groups: list[list[Part]] = [[]]
    for part in (piece for whole_part in reply.parts for piece in pieces(whole_part)):
        if groups[-1] and size(message([*groups[-1], part])) > LIMIT:
            groups.append([])
        groups[-1].append(part)
    kept = (message(group, keep) for group in groups)
    return [one if size(one) <= LIMIT else message(group) for one, group in zip(kept, groups, strict=True)]


def message(parts: Sequence[Part], keep: Keep | None = None) -> Message:
    """One message with all the parts on its card, whatever its size."""
    content = card(parts, keep)
    return {
        "type": "message",
        "summary": NOTIFIED,
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
    }


def card(parts: Sequence[Part], keep: Keep | None = None) -> Card:
    """One card with all the parts. Its fallback text is the whole of it as plain text."""
    body = [element for at, part in enumerate(parts) for element in _elements(part, parts, at, keep)]
    return {"type": "AdaptiveCard", "version": "1.4", "fallbackText": _inert(plain(Reply(tuple(parts)))), "body": body}


def size(message: Message) -> int:
    """Bytes of a message as it is sent, without its address."""
    return len(json.dumps(message))


def _elements(part: Part, parts: Sequence[Part], at: int, keep: Keep | None) -> Iterator[Element]:
    match part:
        case Urgent(lines, contacts):
            rows = [_line(line, "Large" if row == 0 else "Medium", bold=True) for row, line in enumerate(lines)]
            rows += [_line(f"{one.who}, {one.phone}" if one.phone else one.who) for one in contacts]
            yield {"type": "Container", "style": "attention", "items": [*rows]}
        case Says(text):
            for line in text.splitlines():
                yield _link(OPEN_PAGE, line.strip()) if ADDRESS.fullmatch(line.strip()) else _line(line)
        case Caution(text):
            yield {"type": "Container", "style": "warning", "items": [_line(line) for line in text.splitlines()]}
        case Heading(text, question):
            if question:
                yield _line(question)
            yield _line(text, "Large", bold=True)
        case Quote():
            yield {"type": "Container", "style": "emphasis", "items": [*_quoted(part)]}
        case Choices(prompt, buttons):
            yield from map(_line, prompt.splitlines())
            kept = keep(parts, at) if keep and len(buttons) <= FEW else ""
            yield from _rows([_button(button, kept) for button in buttons])


def _quoted(quote: Quote) -> Iterator[RichTextBlock | ActionSet]:
    """The clause word for word, the best run of it bold; below, where it stands."""
    for line in quote.lead_in.splitlines():
        yield _line(line)
    before, best, after = quote.text.partition(quote.sentence) if quote.sentence else (quote.text, "", "")
    marked = [("“", False), (before, False), (best, True), (after, False), ("”", False)]
    yield from _lines([(text, bold) for text, bold in marked if text])
    for line in (quote.place, quote.policy):
        if line:
            yield {"type": "RichTextBlock", "spacing": "Small", "inlines": [{**_run(line), "size": "Small"}]}
    if ADDRESS.fullmatch(quote.url):
        yield _link(OPEN_RULE, quote.url)


def _lines(marked: Sequence[tuple[str, bool]]) -> Iterator[RichTextBlock]:
    """Marked words as one block for each line of them."""
    line: list[TextRun] = []
    for text, bold in marked:
        for at, words in enumerate(text.splitlines() or [""]):
            if at and line:
                yield {"type": "RichTextBlock", "inlines": line}
                line = []
            if words:
                line.append(_run(words, bold=bold))
    if line:
        yield {"type": "RichTextBlock", "inlines": line}


def _line(text: str, size: Literal["Medium", "Large"] | None = None, *, bold: bool = False) -> RichTextBlock:
    run = _run(text, bold=bold)
    if size:
        run["size"] = size
    return {"type": "RichTextBlock", "inlines": [run]}


def _run(text: str, *, bold: bool = False) -> TextRun:
    return {"type": "TextRun", "text": _inert(text), "weight": "Bolder"} if bold else {"type": "TextRun", "text": _inert(text)}


def _inert(text: str) -> str:
    """The same words, with an unseen break wherever some client might begin a mention, a tag or a function."""
    return ACTIVE.sub(lambda found: found[0] + UNSEEN, text)


def _rows(buttons: list[Execute]) -> Iterator[ActionSet]:
    if all(len(button["title"]) <= SHORT_LABEL for button in buttons) and len(buttons) <= FEW:
        yield {"type": "ActionSet", "actions": buttons}
        return
    for button in buttons:
        yield {"type": "ActionSet", "actions": [button]}


def _button(button: Button, kept: str) -> Execute:
    """A button. Only the invoke can replace its card, so only it carries what the card needs to be drawn again."""
    title, data = _inert(button.label), {"press": button.press}
    fallback: Submit = {"type": "Action.Submit", "title": title, "data": data}
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": "press",
        "data": data | ({"kept": kept} if kept else {}),
        "fallback": fallback,
    }


def _link(title: str, url: str) -> ActionSet:
    action: OpenUrl = {"type": "Action.OpenUrl", "title": title, "url": url}
    return {"type": "ActionSet", "actions": [action]}
