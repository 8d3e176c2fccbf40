"""Rulings made by hand, and what stands on a screen: for tests of what the terminal prints."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rich.console import Console, Group, RenderableType

from adapters.terminal.render import reply_lines
from bot.asking import Answer, ask
from bot.replying import answer_parts
from bot.school import EditionKey, School
from bot.shelf import Shelf
from knowledge.answering import Citation, Ruling
from knowledge.policy import Clause, Edition, Stance
from knowledge.verdict import Verdict

TODAY = date(2026, 11, 21)

BAN = Clause("ban", "Add [bold]parents[/bold] :smile: as friends.", "DO NOT", "6.7", ("6 Terms", "6.7 Friends"), 8, stance=Stance.FORBIDS)
CARE = Clause("care", "Think carefully. Ask the head first. Then decide.", section=("2 Purpose",), number="2.1", stance=Stance.CONDITIONS)


def cited(clause: Clause, score: float = 9.0, sentence: str = "") -> Citation:
    """A citation of an invented clause."""
    return Citation(clause, sentence or clause.text, clause.stance, (), score)


def ruled(verdict: Verdict, *clauses: Citation, confident: bool = True, related: Sequence[Citation] = (), **more: object) -> Ruling:
    """A ruling made by hand."""
    ruling = Ruling("May I?", verdict, confident, clauses, tuple(related), False, "t", "T", False)
    return replace(ruling, **more)  # type: ignore[arg-type]


class Scripted:
    """An answerer that gives the ruling it was made with, whatever is asked."""

    def __init__(self, ruling: Ruling, review_due: date | None = None) -> None:
        self.ruling = ruling
        self.edition = Edition("Policy", "A School", (BAN, CARE), review_due=review_due)

    def answer(self, message: str) -> Ruling:
        """The ruling."""
        return replace(self.ruling, question=message)


def answer_to(message: str, ruling: Ruling, review_due: date | None = None) -> Answer:
    """What is said to a message whose ruling is given."""
    return ask(message, Scripted(ruling, review_due), TODAY)  # type: ignore[arg-type]


def answer_lines(answer: Answer, edition: Edition | None = None, *, review_due: date | None = None, history: bool = False) -> Group:
    """What the terminal shows of an answer from the edition of `Scripted`, or of a bundled sample's."""
    asked = edition or Edition("Policy", "A School", (BAN, CARE), review_due=review_due)
    shelf = Shelf([EditionKey("policy", 1, "policy")], [asked], None)  # type: ignore[arg-type]
    return reply_lines(answer_parts(answer, School("here", "A School"), shelf, TODAY, public_url=""), edition, history=history)


def printed(renderable: RenderableType, width: int = 80, colour: bool = False) -> str:
    """What stands on a screen."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None, markup=False, emoji=False)
    console.print(renderable)
    return out.getvalue()


def unwrapped(text: str) -> str:
    """Text as one line, without the wrapping of the screen."""
    return " ".join(text.split())
