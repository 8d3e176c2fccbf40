"""The cards that follow a report: its code shown and typed back, the code asked for, the report come back to, and withdrawing it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from adapters.teams import wording
from adapters.teams.elements import ActionSet, Card, Element, InputText, card_of, line_of, ringing, submit
from adapters.teams.pieces import runs
from adapters.teams.report_form import LIMIT, Trouble, choices, size, story_box, told
from bot.asking import EMERGENCY_LINE
from bot.concerns import form
from bot.concerns.concern import Entry, EntryKind
from bot.concerns.returning import WITHDRAW_SAID, Visit
from bot.school import ROLE_NAMES

RECEIPT, READ, ADD, WISH, WITHDRAWING, WITHDRAW = "receipt", "read", "add", "wish", "withdrawing", "withdraw"
MOST_CODE = 60  # characters: a code is twenty, with whatever somebody puts between them
ONE_RUN = 3_000  # bytes of JSON: so that a page of a report is filled well


def receipt_card(code: str, above: Sequence[str], trouble: Trouble | None = None) -> Card:
    """The code of a report that is kept, and a box to type it back. `above`: what is said first, in lines, the first the loudest."""
    carried = {"report": RECEIPT, "code": code, "above": "\n".join(above)}
    said = [line_of(text, "Large" if at == 0 else None, bold=at == 0) for at, text in enumerate(above)]
    body: list[Element] = [
        *said,
        line_of(wording.CODE_IS),
        line_of(code, "Large", bold=True),
        line_of(wording.WHY_CODE),
        *_told(trouble),
        _code_box("typed", wording.TYPE_CODE, ""),
        line_of(wording.KEPT_ANYWAY),
        _row((wording.TYPED, carried)),
    ]
    return card_of(f"{' '.join(above)} {wording.CODE_IS} {code} {wording.WHY_CODE}", body)


def code_card(code: str = "", trouble: Trouble | None = None) -> Card:
    """Where the code of a report is asked for. `code`: as it was typed before."""
    body: list[Element] = [
        *_told(trouble),
        line_of(EMERGENCY_LINE, bold=True),
        _code_box("code", wording.CODE_ASKED, code),
        line_of(wording.CODE_LOST),
        _row((wording.OPEN_MINE, {"report": READ})),
    ]
    return card_of(wording.NO_FORM, body)


def adding_card(code: str, submission: str, text: str, trouble: Trouble) -> Card:
    """What somebody wanted to add, given back because it was not kept."""
    carried = {"report": ADD, "code": code, "submission": submission}
    body: list[Element] = [told(trouble), _add_box(text), _row((wording.SEND_ADDED, carried))]
    return card_of(wording.NO_FORM, body)


def withdraw_card(code: str, submission: str, text: str) -> Card:
    """What withdrawing means, before it is done. `text`: what stands in the box and has not been sent."""
    carried = {"code": code, "submission": submission}
    unsent: list[Element] = [line_of(wording.NOT_SENT_YET), _add_box(text)] if text else []
    body: list[Element] = [
        line_of(WITHDRAW_SAID),
        *unsent,
        _row((wording.WITHDRAW_NOW, {"report": WITHDRAW, **carried}), (wording.GO_BACK, {"report": READ, **carried})),
    ]
    return card_of(wording.NO_FORM, body)


def visit_card(visit: Visit, code: str, submission: str, *, note: str = "", text: str = "", until: int | None = None) -> Card:
    """A report as its reporter sees it: the newest of it that fits, and buttons to the rest. `submission`: the id of what is added next.

    `text`: what stands in the box and has not been sent. `until`: the number of lines from the start that are older than what was shown.
    """
    lines = list(_story_lines(visit))
    end = len(lines) if until is None else max(1, min(until, len(lines)))
    start, room = end, LIMIT - size(_visit(visit, code, submission, note, text, lines, end, end))
    while start and (start == end or room >= _cost(lines[start - 1])):  # one line at least, so that paging gets on
        start -= 1
        room -= _cost(lines[start])
    return _visit(visit, code, submission, note, text, lines, start, end)


def _cost(line: tuple[str, bool]) -> int:
    return size(line_of(line[0], bold=line[1])) + len(", ")


def _visit(visit: Visit, code: str, submission: str, note: str, text: str, lines: Sequence[tuple[str, bool]], start: int, end: int) -> Card:
    carried = {"code": code, "submission": submission}
    pages: list[tuple[str, dict[str, str]]] = []
    if start:
        pages.append((wording.OLDER, {"report": READ, "until": str(start), **carried}))
    if end < len(lines):
        pages.append((wording.NEWEST, {"report": READ, **carried}))
    body: list[Element] = [
        *([line_of(note, bold=True)] if note else []),
        line_of(wording.FILED_ON.format(reference=visit.reference, day=_day(visit.filed_at)), "Medium", bold=True),
        line_of(visit.said, bold=visit.nobody),
        *ringing(visit.contacts),
        *(line_of(words, bold=bold) for words, bold in lines[start:end]),
        *([line_of(wording.FILES.format(names=", ".join(one.name for one in visit.attachments)))] if visit.attachments else []),
        *([_row(*pages)] if pages else []),
        *([line_of(wording.NOT_SENT_YET)] if text else []),
        _add_box(text),
        _row((wording.SEND_ADDED, {"report": ADD, **carried})),
        choices("police", form.POLICE_ASKED, form.POLICES, visit.police),
        _row((wording.POLICE_WISH, {"report": WISH, **carried})),
        *([_row((wording.WITHDRAW_FIRST, {"report": WITHDRAWING, **carried}))] if visit.can_withdraw else []),
    ]
    return card_of(wording.NO_FORM, body)


def _story_lines(visit: Visit) -> Iterator[tuple[str, bool]]:
    """What was written, each entry with who wrote it above: lines, and whether each is bold."""
    for entry in visit.entries:
        yield _by(entry), True
        for words in entry.text.splitlines():
            for part in runs(words, ONE_RUN):
                yield part, False


def _by(entry: Entry) -> str:
    match entry.kind:
        case EntryKind.STORY:
            said = wording.YOU_WROTE
        case EntryKind.ADDED:
            said = wording.YOU_ADDED
        case _:
            said = wording.REPLIED
    return said.format(day=_day(entry.at), role=_lower(ROLE_NAMES[entry.role]) if entry.role else wording.SOMEBODY)


def _code_box(name: str, label: str, value: str) -> InputText:
    return {
        "type": "Input.Text",
        "id": name,
        "label": label,
        "maxLength": MOST_CODE,
        "value": value,
        "isRequired": True,
        "errorMessage": wording.CODE_MISSING,
    }


def _add_box(text: str) -> InputText:
    return story_box("text", wording.ADD, text)


def _row(*buttons: tuple[str, dict[str, str]]) -> ActionSet:
    return {"type": "ActionSet", "actions": [submit(title, dict(data)) for title, data in buttons]}


def _told(trouble: Trouble | None) -> list[Element]:
    return [told(trouble)] if trouble else []


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def _lower(role: str) -> str:
    return role[:1].lower() + role[1:]
