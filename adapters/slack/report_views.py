"""What follows a report in Slack: its receipt code typed back, and coming back with it, as windows. Pure: no client, no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject, DividerBlock, HeaderBlock

from adapters.slack import report_ids as ids
from adapters.slack.report_form import TITLE, box, select
from adapters.slack.views import modal, plain_words, shown
from bot.asking import EMERGENCY_LINE
from bot.concerns.concern import Entry, EntryKind
from bot.concerns.filing import Filed
from bot.concerns.form import GIVES_WAY, POLICE_ADVICE, POLICE_ASKED, POLICES
from bot.concerns.returning import WITHDRAW_SAID, Visit
from bot.reply import CHECK_REPORT, Caution, Contact, Heading, Says, Urgent
from bot.school import ROLE_NAMES

MOST_BLOCKS = 80  # of 100, for what was written
MOST_BYTES = 150_000  # of Slack's 250 kB for a window, as JSON with every letter spelt out

RECEIVED = "Your report has been received and is kept. Its reference is {reference}."
READ_BY = "It can be read by: {people}."
THIS_IS = "This is your receipt code:"
WHAT_FOR = (
    "It is the only way back to your report: to read what is answered, to add to it, or to withdraw it. Write it down now, where nobody "
    "else looks. It is shown only here and is never sent as a message. Nobody can look it up for you."
)
WAY_BACK = "To come back: type {command} check in Slack{web}."
ON_THE_WEB = ", or open {address}, where screen prints can be added too"
TYPE_IT = "Type the code here, to be sure that you have it right"
KEPT_ANYWAY = "Your report is kept whether or not you type the code."
DIFFERENT = "That is not the code above. Look at it again, letter by letter, in what you wrote down."
DONE = "That is right. You can close this window now."
YOUR_CODE = "Your receipt code"
CODE_HINT = "Twenty letters and digits. Capitals, spaces and dashes do not matter."
EARLIER_LEFT_OUT = "What was written before this does not fit into this window{web}."
WHOLE_ON_THE_WEB = ": the whole stands at {address}"
ADD_ASKED = "Add to your report"
WITHDRAW_ASKED = "Withdraw this report"
WROTE = {EntryKind.STORY: "You wrote", EntryKind.ADDED: "You added"}
REPLIED = "Reply from: {role}, {name}"
FILE = "A file of yours is with it: {name}"


def received(filed: Filed, address: str = "") -> dict[str, Any]:
    """The window with the code, once the report is kept. `address`: of the way back on the web, "" where there is none."""
    people = "; ".join(f"{ROLE_NAMES[one.role]}, {one.name}" for one in filed.told)
    web = ON_THE_WEB.format(address=address) if address else ""
    blocks: list[Block] = [
        *shown(Heading(RECEIVED.format(reference=filed.reference)), *([Says(READ_BY.format(people=people))] if people else [])),
        *shown(Says(THIS_IS)),
        HeaderBlock(text=plain_words(filed.receipt.code)),
        *shown(Says(WHAT_FOR), Says(WAY_BACK.format(command=ids.COMMAND, web=web))),
        box(ids.CODE_BOX, TYPE_IT, multiline=False, longest=100),
        *shown(Caution(KEPT_ANYWAY)),
    ]
    return modal(ids.CODE, blocks, "Check the code", title=TITLE, metadata=json.dumps({"code": filed.receipt.code, "web": address}))


def finished(address: str = "") -> dict[str, Any]:
    """The last window: nothing is left to do."""
    web = ON_THE_WEB.format(address=address) if address else ""
    return modal(ids.SHOWN, shown(Heading(DONE), Says(WAY_BACK.format(command=ids.COMMAND, web=web))), title=TITLE)


def coming_back(contacts: tuple[Contact, ...]) -> dict[str, Any]:
    """The window that asks for a code."""
    blocks = [*shown(Urgent((EMERGENCY_LINE,), contacts)), box(ids.CODE_BOX, YOUR_CODE, hint=CODE_HINT, multiline=False, longest=100)]
    return modal(ids.COME_BACK, blocks, "Open", title=CHECK_REPORT)


def visited(visit: Visit, code: str, submission: str, address: str = "") -> dict[str, Any]:
    """The window with a report its reporter came back to. `submission`: the id of what may be added in it."""
    entries = [block for entry in visit.entries for block in _entry(entry)]
    files = [block for one in visit.attachments for block in shown(Caution(FILE.format(name=one.name)))]
    fitting = _fitting([*entries, *files])
    web = WHOLE_ON_THE_WEB.format(address=address) if address else ""
    blocks: list[Block] = [
        *shown(Urgent((EMERGENCY_LINE,), visit.contacts), Heading(f"Report {visit.reference}: {visit.said}")),
        DividerBlock(),
        *(shown(Caution(EARLIER_LEFT_OUT.format(web=web))) if len(fitting) < len(entries) + len(files) else []),
        *fitting,
        DividerBlock(),
        # A new block_id with each view: Slack keeps what stands in a box whose block_id stays, and that has been sent.
        box(ids.ADD, ADD_ASKED, block_id=f"{ids.ADD}:{submission[:8]}", hint=GIVES_WAY, optional=True),
        select(ids.POLICE, POLICE_ASKED, POLICES, chosen=visit.police, hint=POLICE_ADVICE),
        *([ActionsBlock(block_id=ids.WITHDRAW, elements=[_withdraw()])] if visit.can_withdraw else []),
    ]
    kept = {"code": code, "submission": submission, "police": visit.police.value}
    return modal(ids.VISIT, blocks, "Send", title=CHECK_REPORT, metadata=json.dumps(kept))


def said_above(view: dict[str, Any], text: str) -> dict[str, Any]:
    """A window as it is shown now, with a sentence above all else; what stands in its boxes stays."""
    kept = {name: view[name] for name in ("type", "callback_id", "title", "close", "submit", "private_metadata") if view.get(name)}
    old = [block for block in view.get("blocks") or [] if block.get("block_id") != ids.SHOWN]
    said = {**shown(Says(text))[0].to_dict(), "block_id": ids.SHOWN}
    return {**kept, "blocks": [said, *old]}


def _entry(entry: Entry) -> list[Block]:
    who = WROTE.get(entry.kind) or REPLIED.format(role=ROLE_NAMES[entry.role] if entry.role else "", name=entry.name)
    return shown(Heading(f"{who} ({_day(entry.at)})"), Says(entry.text))


def _fitting(written: Sequence[Block]) -> list[Block]:
    """The newest of what was written, as much of it as a window holds."""
    fitting: list[Block] = []
    size = 0
    for block in reversed(written):
        size += len(json.dumps(block.to_dict()))
        if len(fitting) == MOST_BLOCKS or size > MOST_BYTES:
            break
        fitting.insert(0, block)
    return fitting


def _withdraw() -> ButtonElement:
    confirm = ConfirmObject(
        title=plain_words(WITHDRAW_ASKED), text=plain_words(WITHDRAW_SAID), confirm=plain_words("Withdraw it"), deny=plain_words("No")
    )
    return ButtonElement(text=plain_words(WITHDRAW_ASKED), action_id=ids.WITHDRAW, value="withdraw", style="danger", confirm=confirm)


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
