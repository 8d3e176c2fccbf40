"""A Reply as Slack messages: typed blocks, and beside them the same words as plain text. Pure: no client, no network.

People's and policies' words go into rich text and plain-text objects, which Slack shows as they are; only links are mrkdwn.
The blocks are typed dicts: slack_sdk's classes look themselves over with each message, which costs more than Bolt does; the tests do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal, NotRequired, TypedDict, cast

from slack_sdk.models.blocks import Block

from adapters.slack import report_ids
from adapters.slack.wording import defanged, escaped, link, pieces
from bot.reply import CHECK_REPORT, OPEN_REPORT, Caution, Choices, Contact, Heading, Part, Quote, Reply, ReportOffer, Says, Urgent, plain

MOST_BLOCKS = 50
MOST_CHARACTERS = 12_000  # of a message's blocks; Slack was measured to refuse about 13,200
LONGEST_RUN = 2_800  # characters of one block
LONGEST_LABEL = 75
BUTTONS_ABREAST = 5
OPEN = "Open the policy here"
OUTSIDE = "Without Slack, on your own phone: "
PRESS = "press"  # every button that carries Button.press has an action_id starting so


class Style(TypedDict, total=False):
    """How a run looks."""

    bold: bool
    italic: bool


BOLD: Style = {"bold": True}


class Run(TypedDict):
    """Words within rich text, shown as they are."""

    type: Literal["text"]
    text: str
    style: NotRequired[Style]


class Element(TypedDict):
    """A paragraph or a quotation of runs."""

    type: Literal["rich_text_section", "rich_text_quote"]
    elements: list[Run]


class RichText(TypedDict):
    """A block of rich text."""

    type: Literal["rich_text"]
    elements: list[Element]
    block_id: NotRequired[str]


class Words(TypedDict):
    """Words outside rich text: plain_text is shown as it is, mrkdwn is for our own links alone."""

    type: Literal["plain_text", "mrkdwn"]
    text: str
    emoji: NotRequired[bool]


class Context(TypedDict):
    """A block of small print."""

    type: Literal["context"]
    elements: list[Words]


class PressButton(TypedDict):
    """A button."""

    type: Literal["button"]
    text: Words
    action_id: str
    value: str


class Actions(TypedDict):
    """A row of buttons."""

    type: Literal["actions"]
    elements: list[PressButton]
    block_id: str


AnyBlock = RichText | Context | Actions


@dataclass(frozen=True, slots=True)
class Message:
    """One Slack message. ``text``: all its words, escaped, for notifications and screen readers. ``made``: its blocks."""

    text: str
    made: tuple[AnyBlock, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks as slack_sdk's own, for views, which put others beside them."""
        return tuple(Block.parse_all(self.as_dicts()))

    def as_dicts(self) -> list[dict[str, Any]]:
        """The blocks as JSON takes them."""
        return [cast(dict[str, Any], block) for block in self.made]


@dataclass(frozen=True, slots=True)
class Piece:
    """A block with the words it shows."""

    block: AnyBlock
    text: str
    size: int


def messages(reply: Reply) -> tuple[Message, ...]:
    """The reply as one message, or as several where one would be too long: none of its words is left out."""
    packed: list[list[Piece]] = [[]]
    for piece in (piece for at, part in enumerate(reply.parts) for piece in _pieces(part, at)):
        full = len(packed[-1]) == MOST_BLOCKS or sum(one.size for one in packed[-1]) + piece.size > MOST_CHARACTERS
        if full and packed[-1]:
            packed.append([])
        packed[-1].append(piece)
    if len(packed) == 1:
        return (Message(escaped(plain(reply)), tuple(piece.block for piece in packed[0])),)
    return tuple(Message(escaped(_joined(one)), tuple(piece.block for piece in one)) for one in packed)


def replaced(old: Sequence[dict[str, Any]], pressed: str, new: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A message's blocks with `new` in the place of the choice whose block was pressed; at the end where it is not there."""
    choice = pressed.rpartition(":")[0]
    gone = [at for at, block in enumerate(old) if choice and str(block.get("block_id", "")).rpartition(":")[0] == choice]
    kept = [block for at, block in enumerate(old) if at not in gone]
    place = gone[0] if gone else len(kept)
    return [*kept[:place], *new, *kept[place:]]


def words_of_choice(old: Sequence[dict[str, Any]], pressed: str) -> str:
    """The words of a choice as they stand in a message's text, from its blocks: so that they can be taken out of it."""
    choice = pressed.rpartition(":")[0]
    mine = [block for block in old if choice and str(block.get("block_id", "")).rpartition(":")[0] == choice]
    buttons = [element["text"]["text"] for block in mine if block["type"] == "actions" for element in block["elements"]]
    prompt = "".join(
        run.get("text", "")
        for block in mine
        if block["type"] == "rich_text"
        for element in block["elements"]
        for run in element["elements"]
    )
    return escaped("\n".join(line for line in (prompt, " · ".join(buttons)) if line))


def _pieces(part: Part, at: int) -> list[Piece]:
    words = plain(Reply((part,)))
    match part:
        case Urgent(lines, contacts):
            return _urgent(lines, contacts)
        case Says(text):
            return [Piece(_section(run), run, len(run)) for run in pieces(text, LONGEST_RUN)]
        case Heading(text, question):
            runs = [_run(question + "\n", {"italic": True})] if question else []
            return [Piece(_rich("rich_text_section", [*runs, _run(text, BOLD)]), words, len(words))]
        case Quote():
            return _quote(part)
        case Choices():
            return _choices(part, at, words)
        case Caution(text):
            return [Piece(_context([_literal(run)]), run, len(run)) for run in pieces(text, LONGEST_RUN)]
        case ReportOffer(text, url):
            return _report_offer(text, url, at)


def _report_offer(text: str, url: str, at: int) -> list[Piece]:
    """The words, the two buttons that open windows of our own, and the address for those whom Slack should not see."""
    made = [Piece(_section(run), run, len(run)) for run in pieces(text, LONGEST_RUN)]
    buttons: list[PressButton] = [
        {"type": "button", "text": _literal(label), "action_id": f"{opens}:{at}", "value": opens}
        for label, opens in ((OPEN_REPORT, report_ids.OPEN), (CHECK_REPORT, report_ids.CHECK))
    ]
    actions: Actions = {"type": "actions", "elements": buttons, "block_id": f"{report_ids.PREFIX}offer-{at}"}
    made.append(Piece(actions, "", 0))
    if url:
        made.append(Piece(_context([{"type": "mrkdwn", "text": escaped(OUTSIDE) + link(url, url)}]), url, len(url)))
    return made


def _urgent(lines: Sequence[str], contacts: Sequence[Contact]) -> list[Piece]:
    made = [Piece(_section(line, None if at else BOLD), line, len(line)) for at, line in enumerate(lines)]
    for one in contacts:
        words = f"{one.who}, {one.phone}" if one.phone else one.who
        runs = [_run(one.who, BOLD), *([_run(f": {one.phone}")] if one.phone else [])]
        made.append(Piece(_rich("rich_text_section", runs), words, len(words)))
    return made


def _quote(quote: Quote) -> list[Piece]:
    """The quotation in as many blocks as it needs, then where it stands and the link."""
    lead_in = f"{quote.lead_in}\n– " if quote.lead_in else ""
    whole = lead_in + quote.text
    start = quote.text.find(quote.sentence) if quote.sentence and quote.sentence != quote.text else -1
    loud = (start + len(lead_in), start + len(lead_in) + len(quote.sentence)) if start >= 0 else (0, 0)
    made: list[Piece] = []
    at = 0
    cut = [*pieces(lead_in, LONGEST_RUN), *pieces(quote.text, LONGEST_RUN)] if len(whole) > LONGEST_RUN else [whole]
    for run in cut:
        made.append(Piece(_rich("rich_text_quote", _emphasised(run, loud[0] - at, loud[1] - at)), run, len(run)))
        at += len(run)
    made[0] = Piece(made[0].block, "“" + made[0].text, made[0].size + 1)
    made[-1] = Piece(made[-1].block, made[-1].text.rstrip() + "”", made[-1].size + 1)
    where = [_literal(run) for words in (quote.place, quote.policy) if words for run in pieces(words, LONGEST_RUN)]
    if quote.url:
        where.append({"type": "mrkdwn", "text": link(quote.url, OPEN)})
    if where:
        words = "\n".join(line for line in (quote.place, quote.policy, quote.url) if line)
        made.append(Piece(_context(where), words, len(words)))
    return made


def _emphasised(run: str, start: int, end: int) -> list[Run]:
    start, end = max(start, 0), max(min(end, len(run)), 0)
    if start >= end:
        return [_run(run)]
    return [_run(words, style) for words, style in ((run[:start], None), (run[start:end], BOLD), (run[end:], None)) if words]


def _choices(choices: Choices, at: int, words: str) -> list[Piece]:
    """The prompt, and the buttons five abreast; all these blocks share the start of their block_id, so that they go together."""
    carried = "\n".join(button.press for button in choices.buttons)
    choice = f"choice-{at}-{blake2b(carried.encode(), digest_size=6).hexdigest()}"  # new for each question: Slack wants new ids in updates
    made: list[Piece] = []
    if choices.prompt:
        prompt = _section(choices.prompt)
        prompt["block_id"] = f"{choice}:prompt"
        made.append(Piece(prompt, words, len(words)))
    for row in range(0, len(choices.buttons), BUTTONS_ABREAST):
        buttons: list[PressButton] = [
            {
                "type": "button",
                "text": {"type": "plain_text", "text": _label(button.label), "emoji": False},
                "action_id": f"{PRESS}:{choice}:{place}",
                "value": button.press,
            }
            for place, button in enumerate(choices.buttons[row : row + BUTTONS_ABREAST], row)
        ]
        actions: Actions = {"type": "actions", "elements": buttons, "block_id": f"{choice}:{row}"}
        made.append(Piece(actions, "" if made else words, 0))
    return made


def _label(label: str) -> str:
    """The label, shortened at a word where Slack would refuse it; the plain text beside it has it whole."""
    safe = defanged(label)
    return safe if len(safe) <= LONGEST_LABEL else safe[: LONGEST_LABEL - 1].rpartition(" ")[0] + "…"


def _rich(kind: Literal["rich_text_section", "rich_text_quote"], runs: list[Run]) -> RichText:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": runs}]}


def _section(text: str, style: Style | None = None) -> RichText:
    return _rich("rich_text_section", [_run(text, style)])


def _run(text: str, style: Style | None = None) -> Run:
    return {"type": "text", "text": defanged(text), "style": style} if style else {"type": "text", "text": defanged(text)}


def _context(words: list[Words]) -> Context:
    return {"type": "context", "elements": words}


def _literal(text: str) -> Words:
    return {"type": "plain_text", "text": defanged(text), "emoji": False}


def _joined(some: Iterable[Piece]) -> str:
    return "\n\n".join(piece.text for piece in some if piece.text)
