"""The report form as a page shows it: what was typed and ticked, and what is wrong with it. What is asked stands in bot.concerns.form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from adapters.web.render import Piece, shown_contact
from adapters.web.uploads import SentForm, Upload
from bot.concerns import form
from bot.concerns.concern import About, Evidence, Kind, Police, Route, Wish
from bot.concerns.filing import Draft
from bot.concerns.receipts import FILING
from bot.concerns.words_for import ABOUT
from bot.ports import NewId
from bot.reply import Contact
from bot.school import School

Chosen = TypeVar("Chosen", bound=StrEnum)

HELD_UP = "Your report has NOT been kept, and nobody has been told."
NOT_KEPT = (
    f"{HELD_UP} Signpost cannot store reports at this moment. All that you wrote is still here: send it again in a few minutes, "
    "or ring one of these now:"
)
NOT_OPEN = "Signpost cannot store reports at this moment. You can write here and try to send it, or ring one of these now:"
NOBODY = (
    f"{HELD_UP} {form.NOBODY_IDENTIFIED} Ring one of these, outside the school. "
    "What you wrote is still here for you to copy; if you ticked somebody by mistake, change it and send it again."
)
ELSEWHERE = f"{HELD_UP} Your browser did not say that it came from this page. All that you wrote is still here: please send it once more."
INCOMPLETE = (
    f"{HELD_UP} Part of what your browser sent did not arrive, or was more than can be read at once. Look through what is still here, "
    "and send it once more; long stories in two parts, files after the words."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be ticked or chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a report could not be kept, and whom to ring: above the form with all that was typed."""

    what: str
    contacts: tuple[tuple[Piece, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownForm:
    """The form with what was typed. ``reading``: who would read it, and in which case."""

    draft: Draft
    abouts: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    wishes: tuple[Choice, ...]
    evidences: tuple[Choice, ...]
    polices: tuple[Choice, ...]
    reading: tuple[tuple[str, str], ...]
    ring: tuple[tuple[Piece, ...], ...]


def draft_of(sent: SentForm, new_id: NewId) -> Draft:
    """What a sent form holds. A choice that none of ours has is left as if nothing were chosen: the story counts."""
    filing, name = sent.one("filing"), sent.one("name")
    return Draft(
        filing=filing if FILING.fullmatch(filing) else new_id(),
        story=sent.one("story"),
        about=frozenset(one for one in About if one.value in sent.all("about")),
        route=Route.NAMED if name.strip() else Route.ANONYMOUS,
        kind=_one_of(Kind, sent.one("kind"), Kind.OTHER),
        wish=_one_of(Wish, sent.one("wish"), Wish.ACTION),
        urgent=sent.one("urgent") == "yes",
        police=_one_of(Police, sent.one("police"), Police.NOT_ASKED),
        evidence=_one_of(Evidence, sent.one("evidence"), Evidence.NOT_ASKED),
        name=name,
    )


def blank(new_id: NewId) -> Draft:
    """A form in which nothing is filled in yet."""
    return Draft(new_id(), "", frozenset(), Route.ANONYMOUS)


def shown_form(school: School, draft: Draft) -> ShownForm:
    """A draft as the page shows it."""
    offered = form.abouts(school)
    unasked = [about for about in About if about in draft.about and about not in offered]  # a role nobody holds any more: the tick counts
    gone = {about: ABOUT[about][:1].upper() + ABOUT[about][1:] for about in unasked}
    return ShownForm(
        draft=draft,
        abouts=choices(offered | gone, draft.about),
        kinds=choices(form.KINDS, {draft.kind}),
        wishes=choices(form.WISHES, {draft.wish}),
        evidences=choices(form.EVIDENCES, {draft.evidence}),
        polices=polices(draft.police),
        reading=_reading(school),
        ring=ringable(form.to_ring(school)),
    )


def choices(offered: Mapping[Chosen, str], chosen: Collection[Chosen]) -> tuple[Choice, ...]:
    """What is offered, with what was chosen."""
    return tuple(Choice(one.value, label, one in chosen) for one, label in offered.items())


def polices(chosen: Police) -> tuple[Choice, ...]:
    """The wishes about the police."""
    return choices(form.POLICES, {chosen})


def police_of(sent: SentForm) -> Police | None:
    """The wish about the police in a sent form; None where it holds none."""
    return next((one for one in Police if one.value == sent.one("police")), None)


def stop(what: str, contacts: tuple[Contact, ...] = ()) -> Stop:
    """What stands above a form that was not taken."""
    return Stop(what, ringable(contacts))


def ringable(contacts: tuple[Contact, ...]) -> tuple[tuple[Piece, ...], ...]:
    """People to ring, their numbers as links."""
    return tuple(map(shown_contact, contacts))


def again(uploads: tuple[Upload, ...]) -> str:
    """The sentence that files have to be chosen once more: a browser does not send them twice. "" where there were none."""
    names = ", ".join(f"“{one.name}”" for one in uploads if one.name)
    if not uploads:
        return ""
    return f"Choose your files again{f': {names}' if names else ''}. For your safety a browser does not keep them."


def _reading(school: School) -> tuple[tuple[str, str], ...]:
    """Who would read a report: in the usual case, and where it is about somebody who would."""
    asked = (
        ("Unless it is about one of them", frozenset[About]()),
        ("If it is about the safeguarding lead", frozenset({About.LEAD})),
        ("If it is about the head", frozenset({About.HEAD})),
    )
    nobody = "Nobody here could read it: you would be shown whom to ring outside the school."
    return tuple((case, form.who_reads(school, about) or nobody) for case, about in asked)


def _one_of(kind: type[Chosen], value: str, otherwise: Chosen) -> Chosen:
    return next((one for one in kind if one.value == value), otherwise)
