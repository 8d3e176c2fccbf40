"""The form of a report as a card: what is said first, what is asked, and everything somebody has typed already; and back to a draft.

Pure. The words are those of bot.concerns.form, the same at every door.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from adapters.teams import wording
from adapters.teams.elements import (
    Card,
    Choice,
    Container,
    Element,
    InputChoiceSet,
    InputText,
    RichTextBlock,
    card_of,
    line_of,
    ringing,
    submit,
    unmarked,
)
from bot.asking import EMERGENCY_LINE
from bot.concerns import form
from bot.concerns.concern import About, Evidence, Kind, Police, Route, Wish
from bot.concerns.exclusion import ROLE_OF
from bot.concerns.filing import LONGEST_NAME, Draft
from bot.reply import Contact
from bot.school import ROLE_NAMES, School

# Characters: with these even a long story fits into the card that gives it back where it could not be kept. More is added afterwards.
MOST_STORY = 10_000
LIMIT = 25_000  # bytes of a card in a dialog
FILE = "file"
Typed = Mapping[str, str]
"""What stands in a card's inputs and what its button carries, by name."""

Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, in sentences, and whom to ring."""

    lines: tuple[str, ...]
    contacts: tuple[Contact, ...] = ()


def typed_of(data: Mapping[str, Any]) -> Typed:
    """The words in what a dialog sent; all else is left out, and half a character, which no store could keep, is replaced."""
    return {name: _whole(value) for name, value in data.items() if isinstance(value, str)}


def form_card(school: School, filing: str, address: str = "", typed: Typed | None = None, trouble: Trouble | None = None) -> Card:
    """The form. `filing`: the id that the report will be known by, however often it is sent. `address`: of the anonymous form, "" for none.

    `typed`: what stands in it already. Where all would not fit, what was said before is left out, and never what was typed.
    """
    values = typed or {}
    said = _said_first(school, address)
    whole = _form(school, filing, values, [*_told(trouble), *said])
    if size(whole) <= LIMIT:
        return whole
    return _form(school, filing, values, [*_told(trouble), line_of(EMERGENCY_LINE, bold=True)])


def draft_of(typed: Typed, shown_name: str) -> Draft:
    """The draft in what was typed. `shown_name`: as Teams shows the sender, used only where they report with their name and left it out."""
    named = typed.get("route") == Route.NAMED
    return Draft(
        filing=typed.get("filing", ""),
        story=typed.get("story", ""),
        about=abouts_of(typed),
        route=Route.NAMED if named else Route.CONFIDENTIAL,
        kind=_member(Kind, typed.get("kind"), Kind.OTHER),
        wish=_member(Wish, typed.get("wish"), Wish.ACTION),
        urgent=typed.get("urgent") == "true",
        police=_member(Police, typed.get("police"), Police.NOT_ASKED),
        evidence=_member(Evidence, typed.get("evidence"), Evidence.NOT_ASKED),
        name=(typed.get("name", "").strip() or _whole(shown_name).strip()[:LONGEST_NAME]) if named else "",
    )


def abouts_of(typed: Typed) -> frozenset[About]:
    """Whom it is about, as ticked."""
    known = {about.value: about for about in About}
    return frozenset(known[one.strip()] for one in typed.get("about", "").split(",") if one.strip() in known)


def told(trouble: Trouble) -> Container:
    """What went wrong and whom to ring, set off from the rest."""
    lines = [line_of(text, bold=at == 0) for at, text in enumerate(trouble.lines)]
    return {"type": "Container", "style": "attention", "items": [*lines, *ringing(trouble.contacts)]}


def size(of: Card | Element) -> int:
    """Bytes of a card, or of an element of it, as it is sent."""
    return len(json.dumps(of, ensure_ascii=False).encode())


def choices(
    name: str, label: str, titles: Mapping[Member, str], chosen: str, *, expanded: bool = False, several: bool = False
) -> InputChoiceSet:
    """Things to choose between. `chosen`: the values of those chosen, with commas."""
    offered: list[Choice] = [{"title": unmarked(title), "value": member.value} for member, title in titles.items()]
    made: InputChoiceSet = {
        "type": "Input.ChoiceSet",
        "id": name,
        "label": label,
        "choices": offered,
        "value": chosen,
        "style": "expanded" if expanded else "compact",
        "wrap": True,
    }
    if several:
        made["isMultiSelect"] = True
    if not chosen and not expanded:
        made["placeholder"] = wording.CHOOSE
    return made


def story_box(name: str, label: str, value: str) -> InputText:
    """A box for many lines."""
    return {"type": "Input.Text", "id": name, "label": label, "maxLength": MOST_STORY, "value": value, "isMultiline": True}


def _said_first(school: School, address: str) -> list[Element]:
    web = form.ANONYMOUS_PAGE.format(address=address) if address else ""
    emergency: Container = {
        "type": "Container",
        "style": "attention",
        "items": [line_of(EMERGENCY_LINE, "Large", bold=True), *ringing(form.to_ring(school))],
    }
    said = (form.CONFIDENTIAL.format(platform="Teams", web=web), form.GIVES_WAY, form.IMAGES)
    return [emergency, *map(line_of, said)]


def _form(school: School, filing: str, values: Typed, above: list[Element]) -> Card:
    about = choices("about", form.ABOUT_ASKED, _abouts(school, values), values.get("about", ""), expanded=True, several=True)
    about["isRequired"], about["errorMessage"] = True, wording.ABOUT_MISSING
    story = story_box("story", form.STORY_ASKED, values.get("story", ""))
    story["isRequired"], story["errorMessage"] = True, wording.STORY_MISSING
    routes = {route: form.ROUTES[route] for route in (Route.CONFIDENTIAL, Route.NAMED)}
    body: list[Element] = [
        *above,
        choices("route", wording.HOW, routes, values.get("route") or Route.CONFIDENTIAL, expanded=True),
        story,
        about,
        _hint(form.ABOUT_HINT),
        choices("kind", form.KIND_ASKED, form.KINDS, values.get("kind", "")),
        choices("wish", form.WISH_ASKED, form.WISHES, values.get("wish", Wish.ACTION)),
        {
            "type": "Input.Toggle",
            "id": "urgent",
            "label": wording.HOW_SOON,
            "title": form.URGENT_ASKED,
            "value": values.get("urgent", "false"),
            "wrap": True,
        },
        choices("evidence", form.EVIDENCE_ASKED, form.EVIDENCES, values.get("evidence", Evidence.NOT_ASKED)),
        _hint(form.EVIDENCE_ADVICE),
        choices("police", form.POLICE_ASKED, form.POLICES, values.get("police", Police.NOT_ASKED)),
        _hint(form.POLICE_ADVICE),
        {"type": "Input.Text", "id": "name", "label": wording.YOUR_NAME, "maxLength": LONGEST_NAME, "value": values.get("name", "")},
        {"type": "ActionSet", "actions": [submit(wording.SEND_REPORT, {"report": FILE, "filing": filing})]},
    ]
    return card_of(wording.NO_FORM, body)


def _abouts(school: School, values: Typed) -> dict[About, str]:
    """Whom it can be about; with what has been ticked before, even where nobody holds that role any more or the school is not known now."""
    offered = form.abouts(school)
    missing = {about: ROLE_NAMES[ROLE_OF[about]] for about in abouts_of(values) if about not in offered}
    return missing | offered


def _told(trouble: Trouble | None) -> list[Element]:
    return [told(trouble)] if trouble else []


def _hint(text: str) -> RichTextBlock:
    return {"type": "RichTextBlock", "spacing": "Small", "inlines": [{"type": "TextRun", "text": text, "size": "Small"}]}


def _member(members: Iterable[Member], value: str | None, otherwise: Member) -> Member:
    return next((one for one in members if one.value == value), otherwise)


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
