"""What the core asks of the world outside, as Protocols: the store, the clock, ways to send.

Adapters fulfil them; so do the fakes in in_memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from bot.school import EditionKey, Published, Role, School
from knowledge.corrections import Correction
from knowledge.errors import SignpostError

Now = Callable[[], datetime]  # aware, UTC
NewId = Callable[[], str]  # at least 128 random bits, URL-safe


class UnknownSchool(SignpostError):
    """No school of that short name: whoever named it can look it up or apply it."""


class NotKept(SignpostError):
    """The store could not keep what was done: a full disk, a database gone away. Whoever runs Signpost can mend that."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer, remembered for a while so that its buttons and a follow-up work; never one that told of harm.

    ``asker`` and ``thread``: digests, not ids; ``thread`` and ``question`` are "" once forgotten.
    ``clauses``: (policy, anchor) of those shown. ``options``: the questions that ask-back choices stand for.
    ``done``: what was already pressed ("yes", "no", "passed").
    """

    id: str
    asker: str
    thread: str
    question: str
    topic: str
    clauses: tuple[tuple[str, str], ...]
    options: tuple[str, ...]
    at: datetime
    done: frozenset[str] = frozenset()


class Gap(StrEnum):
    """Why a question counts as one the policy did not answer."""

    SILENT = "silent"
    UNSURE = "unsure"
    UNHELPFUL = "unhelpful"


@dataclass(frozen=True, slots=True)
class PassedQuestion:
    """A question passed on to the head because the asker agreed: its scrubbed words, when, and the asker's name only where they gave it."""

    id: str
    text: str
    topic: str
    at: datetime
    name: str = ""


class Unit(Protocol):
    """A unit of work opened for one school: nothing in it can reach another's. Rolls back unless committed."""

    @property
    def school(self) -> School:
        """The school it was opened for."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def commit(self) -> None:
        """Nothing: keeps what was done. Raises NotKept."""

    def current(self) -> tuple[EditionKey, ...]:
        """The current edition of each policy with its corrections, by policy name: cheap, asked at each question."""

    def published(self, policy: str, number: int | None = None) -> Published | None:
        """An edition with its clauses, the current one where no number is given; None where there is none."""

    def editions(self, policy: str) -> tuple[tuple[int, datetime], ...]:
        """The number and time of publishing of every edition of a policy, newest first."""

    def correct(self, policy: str, correction: Correction) -> None:
        """Nothing: keeps what the school says a clause of a published policy is about, in place of what it said of both before."""

    def take_back(self, policy: str, anchor: str, topic: str) -> None:
        """Nothing: the school says nothing of that clause and topic any more."""

    def corrections(self, policy: str) -> tuple[Correction, ...]:
        """The corrections of those clauses that the current edition of a policy still has, by anchor and topic."""

    def remember(self, turn: Turn) -> None:
        """Nothing: keeps a turn, or the turn of that id as it now stands."""

    def turn(self, turn_id: str) -> Turn | None:
        """The turn of that id, None where there is none or it is forgotten."""

    def last_turn(self, thread: str, since: datetime) -> Turn | None:
        """The newest turn of a thread not older than `since`."""

    def forget_thread(self, thread: str) -> None:
        """Nothing: the thread's questions are forgotten at once."""

    def count_feedback(self, policy: str, anchor: str, month: date, *, useful: bool) -> None:
        """Nothing: counts one "did this answer it?" for a clause. `month`: its first day."""

    def feedback(self, policy: str, since: date) -> dict[str, tuple[int, int]]:
        """How often staff said from the month of `since` on that a clause did, and did not, answer what they asked, by anchor."""

    def count_gap(self, topic: str, month: date, why: Gap) -> None:
        """Nothing: counts one question that was not answered, by topic."""

    def gaps(self, since: date) -> tuple[tuple[str, date, Gap, int], ...]:
        """(topic, month, why, how often) from the month of `since` on, most frequent first."""

    def pass_on(self, question: PassedQuestion) -> None:
        """Nothing: keeps a question for the head."""

    def passed_on(self) -> tuple[PassedQuestion, ...]:
        """The questions kept for the head, newest first."""


class Schools(Protocol):
    """All schools of an installation: where a unit of work is opened, and which school a workspace belongs to."""

    def unit(self, school: str) -> Unit:
        """A unit of work for a school. Raises UnknownSchool."""

    def school_of(self, door: str, workspace: str) -> str | None:
        """The school a Slack workspace ("slack", team id) or Teams tenant ("teams", tenant id) belongs to; None means refuse."""

    def ids(self) -> tuple[str, ...]:
        """The short names of all schools, sorted."""

    def of_owner(self, owner: str) -> tuple[str, ...]:
        """The short names of the schools of one trust or council, sorted."""


class HeardEvents(Protocol):
    """Which events were handled, across replicas and restarts: claimed for a while, then done for good."""

    def claim(self, event: str, lease: timedelta) -> bool:
        """Whether this caller may handle the event: nobody has done it, and nobody's claim is still running."""

    def done(self, event: str) -> None:
        """Nothing: the event was handled; whoever sends it again is told so."""

    def release(self, event: str) -> None:
        """Nothing: handling failed; the next delivery may be handled at once."""


class Sent(StrEnum):
    """How a send came out."""

    SENT = "sent"
    FELL_BACK = "fell back"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a send came out. ``way``: what was used in the end.

    ``why``: a short code where it was not the first choice, never words of a message.
    """

    state: Sent
    way: str = ""
    why: str = ""
    retry_after: timedelta | None = None


class Courier(Protocol):
    """A way to reach somebody who holds a role at a school, outside the conversation."""

    def tell(self, school: School, roles: Sequence[Role], text: str) -> Outcome:
        """How it came out. `text` is plain; the courier escapes it for where it goes."""
