"""The Home tab and the windows (modals) as Slack views. Pure: no client, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    MarkdownTextObject,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from adapters.slack import report_ids
from adapters.slack.blocks import messages
from adapters.slack.wording import defanged, escaped, link
from bot.reply import CHECK_REPORT, OPEN_REPORT, Contact, Part, Reply, Says, Urgent

ASK = "ask"  # callback_id of the window that asks, and of the global shortcut that opens it
CHECK = "check"  # callback_id of the message shortcut
ANSWERED = "answered"
QUESTION = "question"  # block_id and action_id of the ask box
HOME_QUESTION = "home-question"
HOME_ASK = "home-ask"
SUGGESTED = "suggested"
TITLE = "Ask the policy"
LOOKING = "Looking in your school's policy …"
TOO_LONG = "The answer is too long for this window, so it has been sent to you as a message from Signpost."
PRIVATELY = "Tell those who look after such things here privately, in writing, with your name or without."
NO_POLICY = "Your school has not published a policy here yet."
MOST_BLOCKS = 100
LONGEST_QUESTION = 3000


@dataclass(frozen=True, slots=True)
class ShownPolicy:
    """A policy as the Home tab names it. ``url``: "" where there is no public address."""

    title: str
    review_due: date | None
    overdue: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class AtHome:
    """What a school's Home tab shows. ``takes_reports``: whether private reports can be made here."""

    school: str
    policies: tuple[ShownPolicy, ...] = ()
    contacts: tuple[Contact, ...] = ()
    suggested: tuple[str, ...] = field(default=())
    emergency: str = ""
    takes_reports: bool = False


def asking() -> dict[str, Any]:
    """The window with one box to ask in."""
    return modal(ASK, [_ask_box(dispatch=False)], submit="Ask")


def looking() -> dict[str, Any]:
    """The window while the answer is being looked up."""
    return modal(ANSWERED, [SectionBlock(text=plain_words(LOOKING))])


def answered(reply: Reply) -> dict[str, Any] | None:
    """The window with an answer; None where the answer does not fit in one."""
    made = messages(reply)
    blocks = [block for message in made for block in message.blocks]
    return modal(ANSWERED, blocks) if len(blocks) <= MOST_BLOCKS and len(made) == 1 else None


def too_long() -> dict[str, Any]:
    """The window that says where the answer went instead."""
    return modal(ANSWERED, [SectionBlock(text=plain_words(TOO_LONG))])


def with_blocks(blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The window with an answer whose buttons were pressed."""
    return {**modal(ANSWERED, [DividerBlock()]), "blocks": list(blocks)}


def home(at: AtHome) -> dict[str, Any]:
    """The Home tab: emergency numbers, the ask box, questions to start with, and the school's policies."""
    blocks: list[Block] = [
        HeaderBlock(text=plain_words(within(f"What does {at.school}'s policy say?", 150))),
        _ask_box(dispatch=True),
        ActionsBlock(block_id=HOME_ASK, elements=[button("Ask", HOME_ASK, "ask", style="primary")]),
        *_suggested(at.suggested),
        DividerBlock(),
        *(_reporting() if at.takes_reports else []),
        *_policies(at.policies),
        DividerBlock(),
        *shown(Urgent((at.emergency,), at.contacts)),
    ]
    return View(type="home", blocks=blocks[:MOST_BLOCKS]).to_dict()


def home_refused(sentence: str) -> dict[str, Any]:
    """The Home tab of a workspace that belongs to no school."""
    return View(type="home", blocks=shown(Says(sentence))).to_dict()


def typed(view: dict[str, Any]) -> str:
    """What stands in a view's ask box, "" where it is empty or there is none."""
    values = view.get("state", {}).get("values", {})
    found = [box.get("value") for actions in values.values() for action, box in actions.items() if action in {QUESTION, HOME_QUESTION}]
    return next((value.strip() for value in found if value), "")


def shown(*parts: Part) -> list[Block]:
    """The parts as a view's blocks."""
    return [block for message in messages(Reply(parts)) for block in message.blocks]


def modal(
    callback: str, blocks: Sequence[Block], submit: str | None = None, *, title: str = TITLE, close: str = "Close", metadata: str = ""
) -> dict[str, Any]:
    """A window. `metadata`: comes back with it and is not shown."""
    return View(
        type="modal",
        callback_id=callback,
        title=plain_words(title),
        close=plain_words(close),
        submit=plain_words(submit) if submit else None,
        private_metadata=metadata or None,
        blocks=list(blocks),
    ).to_dict()


def button(label: str, action_id: str, value: str, style: str | None = None) -> ButtonElement:
    """A button."""
    return ButtonElement(text=plain_words(within(label, 75)), action_id=action_id, value=value[:2000], style=style)


def within(text: str, longest: int) -> str:
    """The text, shortened where Slack takes no more."""
    safe = defanged(text)
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"


def plain_words(text: str) -> PlainTextObject:
    """Words that are shown as they are."""
    return PlainTextObject(text=text, emoji=False)


def _reporting() -> list[Block]:
    buttons = [button(OPEN_REPORT, f"{report_ids.OPEN}:home", "open"), button(CHECK_REPORT, f"{report_ids.CHECK}:home", "check")]
    return [*shown(Says(PRIVATELY)), ActionsBlock(block_id=f"{report_ids.PREFIX}home", elements=buttons), DividerBlock()]


def _suggested(questions: Sequence[str]) -> list[Block]:
    if not questions:
        return []
    buttons = [button(question, f"{SUGGESTED}:{at}", question) for at, question in enumerate(questions[:5])]
    return [ActionsBlock(block_id=SUGGESTED, elements=buttons)]


def _policies(policies: Sequence[ShownPolicy]) -> list[Block]:
    if not policies:
        return [SectionBlock(text=plain_words(NO_POLICY))]
    blocks: list[Block] = []
    for policy in policies[:30]:
        title = link(policy.url, policy.title[:500]) if policy.url else escaped(policy.title[:500])
        blocks.append(SectionBlock(text=MarkdownTextObject(text=title)))
        blocks.append(ContextBlock(elements=[plain_words(_review(policy))]))
    return blocks


def _review(policy: ShownPolicy) -> str:
    if policy.review_due is None:
        return "It states no review date."
    day = f"{policy.review_due.day} {policy.review_due:%B %Y}"
    return f"Its review was due on {day}: ask the head whether it still holds." if policy.overdue else f"Next review: {day}."


def _ask_box(*, dispatch: bool) -> InputBlock:
    action = HOME_QUESTION if dispatch else QUESTION
    box = PlainTextInputElement(
        action_id=action,
        multiline=not dispatch,
        max_length=LONGEST_QUESTION,
        placeholder=plain_words("Can I accept a parent's friend request?"),
    )
    label = plain_words("Your question, in your own words")
    return InputBlock(block_id=action, label=label, element=box, dispatch_action=dispatch or None, optional=dispatch or None)
