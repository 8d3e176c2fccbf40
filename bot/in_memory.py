"""The ports fulfilled in memory: what the terminal and the core's tests run on. Nothing outlives the program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Self

from bot.ports import Gap, Now, Outcome, PassedQuestion, Sent, Turn, UnknownSchool
from bot.school import EditionKey, Published, Role, School
from knowledge.corrections import Correction


@dataclass
class Kept:
    """Everything kept of one school."""

    school: School
    editions: list[Published] = field(default_factory=list)
    turns: dict[str, Turn] = field(default_factory=dict)
    feedback: Counter[tuple[str, str, date, bool]] = field(default_factory=Counter)
    gaps: Counter[tuple[str, date, Gap]] = field(default_factory=Counter)
    passed: list[PassedQuestion] = field(default_factory=list)
    corrections: dict[tuple[str, str, str], Correction] = field(default_factory=dict)


class InMemoryUnit:
    """A unit of work on what is kept of one school. It keeps at once: a test of rolling back needs a real store."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    @property
    def school(self) -> School:
        """The school it was opened for."""
        return self._kept.school

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def commit(self) -> None:
        """Nothing."""

    def current(self) -> tuple[EditionKey, ...]:
        """The current edition of each policy, by policy name."""
        return tuple(sorted((self._corrected(one).key for one in self._kept.editions if one.current), key=lambda key: key.policy))

    def published(self, policy: str, number: int | None = None) -> Published | None:
        """An edition, the current one where no number is given."""
        found = [one for one in self._kept.editions if one.key.policy == policy]
        return next((self._corrected(one) for one in found if (one.current if number is None else one.key.number == number)), None)

    def editions(self, policy: str) -> tuple[tuple[int, datetime], ...]:
        """The number and time of publishing of every edition of a policy, newest first."""
        found = [(one.key.number, one.published_at) for one in self._kept.editions if one.key.policy == policy]
        return tuple(sorted(found, reverse=True))

    def correct(self, policy: str, correction: Correction) -> None:
        """Nothing: keeps what the school says of a clause."""
        self._kept.corrections[policy, correction.anchor, correction.topic] = correction

    def take_back(self, policy: str, anchor: str, topic: str) -> None:
        """Nothing: the school says nothing of that clause and topic any more."""
        self._kept.corrections.pop((policy, anchor, topic), None)

    def corrections(self, policy: str) -> tuple[Correction, ...]:
        """The corrections of clauses that the current edition has, by anchor and topic."""
        found = self.published(policy)
        return tuple(one for one in found.key.corrections if found.edition.clause(one.anchor)) if found else ()

    def remember(self, turn: Turn) -> None:
        """Nothing: keeps a turn."""
        self._kept.turns[turn.id] = turn

    def turn(self, turn_id: str) -> Turn | None:
        """The turn of that id."""
        return self._kept.turns.get(turn_id)

    def last_turn(self, thread: str, since: datetime) -> Turn | None:
        """The newest turn of a thread not older than `since`."""
        found = [turn for turn in self._kept.turns.values() if thread and turn.thread == thread and turn.at >= since]
        return max(found, key=lambda turn: turn.at, default=None)

    def forget_thread(self, thread: str) -> None:
        """Nothing: the thread's turns are gone."""
        for turn_id in [turn.id for turn in self._kept.turns.values() if turn.thread == thread]:
            del self._kept.turns[turn_id]

    def count_feedback(self, policy: str, anchor: str, month: date, *, useful: bool) -> None:
        """Nothing: counts."""
        self._kept.feedback[policy, anchor, month, useful] += 1

    def feedback(self, policy: str, since: date) -> dict[str, tuple[int, int]]:
        """How often a clause did, and did not, answer, by anchor."""
        found: dict[str, tuple[int, int]] = {}
        for (of, anchor, month, useful), count in self._kept.feedback.items():
            if of == policy and month >= since.replace(day=1):
                yes, no = found.get(anchor, (0, 0))
                found[anchor] = (yes + count, no) if useful else (yes, no + count)
        return found

    def count_gap(self, topic: str, month: date, why: Gap) -> None:
        """Nothing: counts."""
        self._kept.gaps[topic, month, why] += 1

    def gaps(self, since: date) -> tuple[tuple[str, date, Gap, int], ...]:
        """(topic, month, why, how often), most frequent first."""
        return tuple((*key, count) for key, count in self._kept.gaps.most_common() if key[1] >= since.replace(day=1))

    def pass_on(self, question: PassedQuestion) -> None:
        """Nothing: keeps a question for the head."""
        self._kept.passed.insert(0, question)

    def passed_on(self) -> tuple[PassedQuestion, ...]:
        """The questions kept for the head, newest first."""
        return tuple(self._kept.passed)

    def _corrected(self, published: Published) -> Published:
        if not published.current:
            return published
        found = tuple(one for (policy, *_), one in sorted(self._kept.corrections.items()) if policy == published.key.policy)
        return replace(published, key=replace(published.key, corrections=found))


class InMemorySchools:
    """Schools kept in memory, with the workspaces that belong to them."""

    def __init__(self, kept: Iterable[Kept], workspaces: dict[tuple[str, str], str] | None = None) -> None:
        self.kept = {one.school.id: one for one in kept}
        self.workspaces = workspaces or {}

    def unit(self, school: str) -> InMemoryUnit:
        """A unit of work for a school. Raises UnknownSchool."""
        if school not in self.kept:
            raise UnknownSchool(f"There is no school “{school}”.", "`signpost school list` shows those there are.")
        return InMemoryUnit(self.kept[school])

    def school_of(self, door: str, workspace: str) -> str | None:
        """The school a workspace belongs to."""
        return self.workspaces.get((door, workspace))

    def ids(self) -> tuple[str, ...]:
        """The short names of all schools, sorted."""
        return tuple(sorted(self.kept))

    def of_owner(self, owner: str) -> tuple[str, ...]:
        """The short names of the schools of one owner, sorted."""
        return tuple(sorted(one.school.id for one in self.kept.values() if owner and one.school.owner == owner))


class InMemoryHeardEvents:
    """Handled events, forgotten when the program ends."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._until: dict[str, datetime | None] = {}

    def claim(self, event: str, lease: timedelta) -> bool:
        """Whether this caller may handle the event."""
        until = self._until.get(event, datetime.min.replace(tzinfo=self._now().tzinfo))
        if until is None or until > self._now():
            return False
        self._until[event] = self._now() + lease
        return True

    def done(self, event: str) -> None:
        """Nothing: the event is done for good."""
        self._until[event] = None

    def release(self, event: str) -> None:
        """Nothing: the event may be handled again, unless it was done."""
        if self._until.get(event) is not None:
            del self._until[event]


@dataclass
class NoCourier:
    """A courier with nowhere to go: what is passed on waits to be read. ``told``: the texts it was given, for tests."""

    told: list[tuple[str, tuple[Role, ...], str]] = field(default_factory=list)

    def tell(self, school: School, roles: Sequence[Role], text: str) -> Outcome:
        """That it could not be sent."""
        self.told.append((school.id, tuple(roles), text))
        return Outcome(Sent.FAILED, why="no_way")
