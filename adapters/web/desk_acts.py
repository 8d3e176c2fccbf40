"""What can be done to a case with a form: which fields each form has, and which of the desk's operations it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from bot.concerns.concern import Kind, Outcome
from bot.concerns.desk import Desk
from bot.concerns.filing import Unfinished
from bot.school import Holder, Role

Chosen = TypeVar("Chosen", bound=StrEnum)

GOING = "The case will be deleted for good a week from now. Whoever else may read it is told; until then any of you can keep it longer."


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent. ``submission``: its id, the same however often it is sent."""

    school: str
    viewer: Holder
    concern: str
    fields: Mapping[str, str]
    submission: str

    @property
    def case(self) -> tuple[str, Holder, str]:
        """School, viewer and case, which every operation of the desk takes first."""
        return self.school, self.viewer, self.concern

    def __getitem__(self, name: str) -> str:
        """A field, "" where it was not sent."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Act:
    """One form. ``done``: what is said once it is done; ``away``: whether there is no case to go back to then."""

    fields: tuple[str, ...]
    do: Callable[[Desk, Sent], object]
    done: str
    away: bool = False


ACTS: dict[str, Act] = {
    "acknowledge": Act((), lambda desk, it: desk.acknowledge(*it.case), "The case has been taken. Read it, then record what you do."),
    "reply": Act(
        ("text",),
        lambda desk, it: desk.reply(*it.case, it["text"], it.submission),
        "Your reply is kept. The reporter reads it when they come back with their code.",
    ),
    "note": Act(
        ("text",), lambda desk, it: desk.note(*it.case, it["text"], it.submission), "Your note is kept. The reporter never sees it."
    ),
    "decide": Act(
        ("text", "reason"),
        lambda desk, it: desk.decide(*it.case, it["text"], it["reason"], it.submission),
        "Your decision is on record, with its reason.",
    ),
    "close": Act(
        ("outcome", "reason"),
        lambda desk, it: desk.close(*it.case, _one_of(Outcome, it, "outcome", "Choose what came of it."), it["reason"], it.submission),
        "The case is closed.",
    ),
    "reopen": Act(("reason",), lambda desk, it: desk.reopen(*it.case, it["reason"], it.submission), "The case is taken up again, by you."),
    "hand-over": Act(
        ("role", "reason"),
        lambda desk, it: desk.hand_over(*it.case, _one_of(Role, it, "role", "Choose who is to see it too."), it["reason"], it.submission),
        "They can see the case now, as you can, and are being told that it is there. Tell them yourself if it cannot wait.",
    ),
    "link": Act(("reference",), lambda desk, it: desk.link(*it.case, it["reference"]), "The two cases now name each other."),
    "sort": Act(
        ("kind",),
        lambda desk, it: desk.sort(*it.case, _one_of(Kind, it, "kind", "Choose what kind of concern it is.")),
        "Its kind is changed.",
    ),
    "keep": Act(
        ("day", "reason"),
        lambda desk, it: desk.keep_until(*it.case, _day(it), it["reason"], it.submission),
        "How long it is kept is changed.",
    ),
    "delete": Act(("reference",), lambda desk, it: desk.delete(*it.case, it["reference"]), GOING, away=True),
}


def _one_of(kinds: type[Chosen], it: Sent, field: str, sentence: str) -> Chosen:
    try:
        return kinds(it[field])
    except ValueError:
        raise Unfinished({field: sentence}) from None


def _day(it: Sent) -> date:
    try:
        return date.fromisoformat(it["day"].strip())
    except ValueError:
        raise Unfinished({"day": "Choose a day; where your browser shows no calendar, write it like 2031-08-31."}) from None
