"""A policy as Signpost knows it: editions made of clauses, each quotable to the word."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from knowledge.documents.blocks import LeftOut

SAMPLE_MARK = "sample, restated; the school's own document is the authority"
LONGEST_CLAUSE = 120  # words; a longer one hides the rule it holds


class Stance(StrEnum):
    """What a clause says about the act it speaks of."""

    FORBIDS = "forbids"
    REQUIRES = "requires"
    ALLOWS = "allows"
    CONDITIONS = "allows with conditions"
    ADVISES_AGAINST = "advises against"
    INFORMS = "informs"


class Audience(StrEnum):
    """Whom a clause binds."""

    STAFF = "staff"
    PUPILS = "pupils"
    PARENTS = "parents"
    GOVERNORS = "governors"
    VISITORS = "visitors"


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest quotable rule: a paragraph, list item or table row, with the lead-in it hangs from.

    ``text`` and ``lead_in`` are runs of words of the policy, unchanged. ``number`` is the clause's own or its section's.
    ``section`` is the path of headings above it, outermost first. ``page`` counts from 1, None where the format has none.
    ``part``: (2, 3) for the second of three clauses cut from one long paragraph, else (1, 1).
    """

    anchor: str
    text: str
    lead_in: str = ""
    number: str = ""
    section: tuple[str, ...] = ()
    page: int | None = None
    binds: tuple[Audience, ...] = (Audience.STAFF,)
    stance: Stance = Stance.INFORMS
    part: tuple[int, int] = (1, 1)

    @property
    def quotation(self) -> str:
        """Lead-in and text as they are read together."""
        return f"{self.lead_in} {self.text}" if self.lead_in else self.text


@dataclass(frozen=True, slots=True)
class ContentsLine:
    """One line of the document's own contents page: what it says the section's number and title are."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a policy: what it is called, when it is due, and its clauses in reading order."""

    title: str
    school: str
    clauses: tuple[Clause, ...]
    adopted: date | None = None
    review_due: date | None = None
    review_stated: str = ""  # the document's own words on its review date, as printed
    headings: tuple[tuple[str, ...], ...] = ()  # every heading path, in order
    contents: tuple[ContentsLine, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    pages: int | None = None
    meta: dict[str, str] = field(default_factory=dict)

    def overdue(self, today: date) -> bool:
        """Whether the review date stated in the document has passed."""
        return self.review_due is not None and self.review_due < today

    @property
    def is_sample(self) -> bool:
        """Whether it restates a school's policy, to try Signpost with, instead of being it."""
        return self.meta.get("note", "").startswith("Sample restated")

    def clause(self, anchor: str) -> Clause | None:
        """The clause with this anchor, or None."""
        return next((clause for clause in self.clauses if clause.anchor == anchor), None)
