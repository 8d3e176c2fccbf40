"""What should become of a report, said a second time and simply: what the machine of test_ladder_machine holds the real thing against.

People are numbers here, whatever roles they hold and however their records are written. Times are walked in tens of minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.concerns.concern import About, State
from bot.concerns.letters import LetterKind
from bot.ladders import FrozenLadder
from bot.school import Holder, Role

TEN = timedelta(minutes=10)
NOTHING = timedelta(0)
NEVER = -1  # before every event
NAMES = ("Person {}", "Mrs Person {}", "P. {} Newname")
ROLE_OF = {About.LEAD: Role.LEAD, About.DEPUTY: Role.DEPUTY, About.HEAD: Role.HEAD, About.CHAIR: Role.CHAIR}


def record(role: Role, person: int, style: int) -> Holder:
    """A person's record in a role. Each style writes it another way, and the Slack id tells that it is the same person."""
    email = "" if style == 2 else f"p{person}@oak.example"
    return Holder(role, NAMES[style].format(person), str(person), email, f"U{person}", "" if style == 1 else f"t-{person}")


def person_of(holder: Holder) -> int:
    """Whose record it is."""
    return int(holder.phone)


@dataclass(frozen=True)
class Arrival:
    """A letter that the provider took. ``event``: when, in the order of all that happens. ``lost``: it said so, and lost it."""

    event: int
    kind: LetterKind
    person: int
    letter: str
    lost: bool


@dataclass(frozen=True)
class Owed:
    """A letter that somebody should have had since an event."""

    event: int
    kind: LetterKind
    person: int


@dataclass
class Report:
    """A report as it should stand. ``since``, ``began``: when its climb began, and as which event.

    ``concerned``: those it is about. ``vacant``: roles it is about that nobody held then; whoever comes to hold one is kept out meanwhile.
    ``barred``: whom it must not reach as roles are held now.

    ``last``, ``last_at``, ``last_event``: the newest step of this climb that was made, NEVER before the first.
    """

    id: str
    reference: str
    code: str
    filing: str
    story: str
    about: frozenset[About]
    concerned: frozenset[int]
    vacant: frozenset[Role]
    barred: frozenset[int]
    ladder: FrozenLadder
    since: datetime
    began: int
    named: bool
    let_go: int = 0
    state: State = State.RECEIVED
    climb: int = 0
    last: int = NEVER
    last_at: datetime | None = None
    last_event: int = NEVER
    nobody: bool = False
    taken_by: int | None = None
    taken_at: datetime | None = None
    also: set[Role] = field(default_factory=set)
    arrivals: list[Arrival] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    news: int | None = None

    def allows(self, holder: Holder) -> bool:
        """Whether somebody may know of it in that role."""
        return holder.role in {*roles(self.about), *self.also} and person_of(holder) not in self.barred

    def usual(self, staff: tuple[Holder, ...]) -> list[int]:
        """The people who are told of it by role."""
        return told_by_role(self.about, self.barred, staff)

    def told(self, staff: tuple[Holder, ...], number: int, closed: bool) -> list[int]:
        """The people a step should reach: those of its rung, or the next where the rung has nobody left."""
        rung = self.ladder.ladder.rungs[min(number, len(self.ladder.ladder.rungs) - 1)]
        roles = {*rung.roles, self.ladder.cover} if closed and self.ladder.cover else set(rung.roles)
        usual = self.usual(staff)
        own = _people(holder for holder in staff if holder.role in roles and self.allows(holder))
        return own if set(own) & set(usual) else [*usual[: number + 1], *own]

    def everybody(self, staff: tuple[Holder, ...]) -> list[int]:
        """All whom the steps made so far should have reached."""
        return sorted({person for number in range(self.last + 1) for person in self.told(staff, number, closed=False)})

    def time_of(self, number: int) -> datetime:
        """When a step of this climb falls due."""
        at = self.since
        for one in range(number + 1):
            at = self._after(one, at)
        return at

    def next_at(self) -> datetime:
        """When the next step is to be made at the latest: a repeat comes so long after the last step, however early that was made."""
        planned = self.time_of(self.last + 1)
        repeats = self.last_at is not None and self.last + 1 >= len(self.ladder.ladder.rungs)
        return min(planned, self._after(self.last + 1, self.last_at)) if repeats and self.last_at else planned

    def deadline(self) -> datetime:
        """Until when something must be recorded, or it climbs again."""
        assert self.taken_at
        ladder = self.ladder.ladder
        return passed(self.ladder, self.taken_at, ladder.act_within, max(timedelta(days=7), ladder.longest_wait))

    def got(self, kind: LetterKind, person: int | None, since: int) -> bool:
        """Whether somebody (None: anybody) was sent such a letter since an event, as far as the provider said."""
        return any(one.kind is kind and person in (None, one.person) and one.event > since for one in self.arrivals)

    def falls_back(self, since: datetime, event: int) -> None:
        """Nothing: it was taken and left lying, and climbs from the beginning."""
        self.state, self.taken_by, self.taken_at, self.news = State.RECEIVED, None, None, None
        self.climb, self.since, self.began = self.climb + 1, since, event
        self.last, self.last_at, self.last_event, self.owed = NEVER, None, NEVER, []

    def _after(self, number: int, before: datetime) -> datetime:
        rungs, repeat = self.ladder.ladder.rungs, self.ladder.ladder.repeat
        waits = [rung.after for rung in rungs]
        wait = waits[0] if number == 0 else waits[number] - waits[number - 1] if number < len(waits) else repeat
        return passed(self.ladder, before, wait, self.ladder.ladder.longest_wait)


def passed(ladder: FrozenLadder, start: datetime, wait: timedelta, at_most: timedelta) -> datetime:
    """When so much has passed, as the ladder counts: by the clock, or while the school is open and then never later than `at_most`."""
    if not ladder.ladder.school_hours:
        return start + wait
    at, left = start, wait
    while left > NOTHING and at < start + at_most:
        end = at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0) + TEN
        if ladder.hours.open_at(at):
            spent = min(end - at, left)
            at, left = at + spent, left - spent
        else:
            at = end
    return min(at, start + at_most)


def roles(about: frozenset[About]) -> tuple[Role, ...]:
    """Those who are told of such a report, the one to tell first first."""
    if About.HEAD in about:
        return (Role.CHAIR,)
    return (Role.HEAD, Role.DEPUTY) if About.LEAD in about else (Role.LEAD, Role.DEPUTY, Role.HEAD)


def told_by_role(about: frozenset[About], barred: frozenset[int], staff: tuple[Holder, ...]) -> list[int]:
    """The people who are told of such a report by role, those it is kept from left out."""
    held = (holder for role in roles(about) for holder in staff if holder.role is role)
    return _people(holder for holder in held if person_of(holder) not in barred)


def _people(holders: Iterator[Holder]) -> list[int]:
    return list(dict.fromkeys(map(person_of, holders)))
