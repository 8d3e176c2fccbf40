"""From a Reply to Teams messages, each with one Adaptive Card. Pure: typed dicts, nothing of an SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypedDict

from adapters.teams.elements import (
    ADDRESS,
    ActionSet,
    Attachment,
    Card,
    Element,
    Execute,
    RichTextBlock,
    Submit,
    TextRun,
    attached,
    card_of,
    inert,
    line_of,
    link_to,
    ringing,
    run_of,
    submit,
)
from adapters.teams.pieces import pieces
from adapters.teams.wording import NOTIFIED, ON_YOUR_PHONE, OPEN_PAGE, OPEN_RULE
from bot.reply import (
    CHECK_REPORT,
    OPEN_REPORT,
    Button,
    Caution,
    Choices,
    Heading,
    Part,
    Quote,
    Reply,
    ReportOffer,
    Says,
    Urgent,
    plain,
)

LIMIT = 25_000  # bytes of a message as sent: over about 28 KB Teams refuses it
SHORT_LABEL = 24  # characters: longer labels get a row of their own, for rows cut them off
FEW = 3  # buttons that each may carry what their card needs to be drawn again
OPEN, CHECK = "open", "check"  # which dialog a button of a ReportOffer opens

Keep = Callable[[Sequence[Part], int], str]
"""What a card carries so that it can be drawn again with the Choices at that place replaced."""


class Message(TypedDict):
    """A message activity. It has no text: Teams would show that above the card, as the same words twice."""

    type: Literal["message"]
    summary: str
    attachments: list[Attachment]


def messages(reply: Reply, keep: Keep | None = None, summary: str = NOTIFIED) -> list[Message]:
    """The reply as one message, or as few as its size allows, in order. `keep`: None where no card is to be drawn again.

    `summary`: shown in notifications, on lock screens and projectors: never what was asked or answered.
    """
    whole = message(reply.parts, keep, summary)
    if size(whole) <= LIMIT:
        return [whole]
    groups: list[list[Part]] = [[]]
    for part in (piece for whole_part in reply.parts for piece in pieces(whole_part)):
        if groups[-1] and size(message([*groups[-1], part], None, summary)) > LIMIT:
            groups.append([])
        groups[-1].append(part)
    kept = (message(group, keep, summary) for group in groups)
    return [one if size(one) <= LIMIT else message(group, None, summary) for one, group in zip(kept, groups, strict=True)]


def message(parts: Sequence[Part], keep: Keep | None = None, summary: str = NOTIFIED) -> Message:
    """One message with all the parts on its card, whatever its size."""
    return {"type": "message", "summary": summary, "attachments": [attached(card(parts, keep))]}


def card(parts: Sequence[Part], keep: Keep | None = None) -> Card:
    """One card with all the parts. Its fallback text is the whole of it as plain text."""
    body = [element for at, part in enumerate(parts) for element in _elements(part, parts, at, keep)]
    return card_of(plain(Reply(tuple(parts))), body)


def size(message: Message) -> int:
    """Bytes of a message as it is sent, without its address."""
    return len(json.dumps(message))


def _elements(part: Part, parts: Sequence[Part], at: int, keep: Keep | None) -> Iterator[Element]:
    match part:
        case Urgent(lines, contacts):
            rows = [line_of(line, "Large" if row == 0 else "Medium", bold=True) for row, line in enumerate(lines)]
            yield {"type": "Container", "style": "attention", "items": [*rows, *ringing(contacts)]}
        case Says(text):
            for line in text.splitlines():
                yield link_to(OPEN_PAGE, line.strip()) if ADDRESS.fullmatch(line.strip()) else line_of(line)
        case Caution(text):
            yield {"type": "Container", "style": "warning", "items": [line_of(line) for line in text.splitlines()]}
        case Heading(text, question):
            if question:
                yield line_of(question)
            yield line_of(text, "Large", bold=True)
        case Quote():
            yield {"type": "Container", "style": "emphasis", "items": [*_quoted(part)]}
        case Choices(prompt, buttons):
            yield from map(line_of, prompt.splitlines())
            kept = keep(parts, at) if keep and len(buttons) <= FEW else ""
            yield from _rows([_button(button, kept) for button in buttons])
        case ReportOffer(text, url):
            yield from map(line_of, text.splitlines())
            yield {"type": "ActionSet", "actions": [opening(OPEN_REPORT, OPEN), opening(CHECK_REPORT, CHECK)]}
            if ADDRESS.fullmatch(url):  # also in words: it is for another device than this one
                yield line_of(f"{ON_YOUR_PHONE} {url}")
                yield link_to(OPEN_PAGE, url)


def opening(title: str, which: str) -> Submit:
    """A button that has Teams ask for a dialog: `which` comes back as "report" in the data of a task/fetch."""
    return submit(title, {"msteams": {"type": "task/fetch"}, "report": which})


def _quoted(quote: Quote) -> Iterator[RichTextBlock | ActionSet]:
    """The clause word for word, the best run of it bold; below, where it stands."""
    for line in quote.lead_in.splitlines():
        yield line_of(line)
    before, best, after = quote.text.partition(quote.sentence) if quote.sentence else (quote.text, "", "")
    marked = [("“", False), (before, False), (best, True), (after, False), ("”", False)]
    yield from _lines([(text, bold) for text, bold in marked if text])
    for line in (quote.place, quote.policy):
        if line:
            yield {"type": "RichTextBlock", "spacing": "Small", "inlines": [{**run_of(line), "size": "Small"}]}
    if ADDRESS.fullmatch(quote.url):
        yield link_to(OPEN_RULE, quote.url)


def _lines(marked: Sequence[tuple[str, bool]]) -> Iterator[RichTextBlock]:
    """Marked words as one block for each line of them."""
    line: list[TextRun] = []
    for text, bold in marked:
        for at, words in enumerate(text.splitlines() or [""]):
            if at and line:
                yield {"type": "RichTextBlock", "inlines": line}
                line = []
            if words:
                line.append(run_of(words, bold=bold))
    if line:
        yield {"type": "RichTextBlock", "inlines": line}


def _rows(buttons: list[Execute]) -> Iterator[ActionSet]:
    if all(len(button["title"]) <= SHORT_LABEL for button in buttons) and len(buttons) <= FEW:
        yield {"type": "ActionSet", "actions": buttons}
        return
    for button in buttons:
        yield {"type": "ActionSet", "actions": [button]}


def _button(button: Button, kept: str) -> Execute:
    """A button. Only the invoke can replace its card, so only it carries what the card needs to be drawn again."""
    data = {"press": button.press}
    return {
        "type": "Action.Execute",
        "title": inert(button.label),
        "verb": "press",
        "data": data | ({"kept": kept} if kept else {}),
        "fallback": submit(button.label, data),
    }
