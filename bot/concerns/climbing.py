"""What the clock does when a moment comes: the ladder is climbed, news are passed on, others are told, nothing is left lying.

Each moment is dealt with in one unit: what follows from it (letters, the next moment) is kept together or not at all, so that a program
that ends in the middle has either done it or not begun. Whom a letter may reach is asked again just before it is sent (posting).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.concerns.concern import Concern, State
from bot.concerns.exclusion import is_kept_from, may_see, recipients, taker
from bot.concerns.filing import SIGNPOST, kept_time, moment
from bot.concerns.ladder import act_by, due, made_early, no_later, told
from bot.concerns.letters import Letter, LetterKind, LetterState
from bot.concerns.ports import Act, CaseBroken, Cases, CaseUnit, Ping, Why
from bot.concerns.signing_in import holder_key
from bot.concerns.waiting_again import A_CLIMB, climb_anew, wait_again
from bot.people import same_person
from bot.ports import NewId, Now
from bot.school import Holder, Role

LEASE = timedelta(minutes=2)  # far longer than a unit takes; a program that dies meanwhile leaves the moment to another
AFTER_ALL = timedelta(hours=1)  # between steps while nobody at all can be told or reached
MAY_HAVE_COME = frozenset({LetterState.SENDING, LetterState.UNCERTAIN, LetterState.SENT})


@dataclass(frozen=True, slots=True)
class Climbing:
    """The moments of all schools. Any number of clocks may call this: each moment is claimed first."""

    cases: Cases
    now: Now
    new_id: NewId

    def step(self) -> bool:
        """Whether a moment was due; it is dealt with. That of a case that cannot be opened stays claimed, and is tried again after that."""
        ping = self.cases.claim_ping(self.now(), LEASE)
        if ping is None:
            return False
        with suppress(CaseBroken), self.cases.unit(ping.school) as unit:
            concern = unit.concern(ping.concern)
            match ping.why if concern else None:
                case Why.CLIMB:
                    self._climb(unit, concern, ping)  # type: ignore[arg-type]  # there is one
                case Why.NEWS:
                    self._news(unit, concern, ping)  # type: ignore[arg-type]
                case Why.TAKEN:
                    self._taken(unit, concern, ping)  # type: ignore[arg-type]
                case Why.ACT_BY:
                    self._act_by(unit, concern, ping)  # type: ignore[arg-type]
                case _:
                    unit.settle(ping, None)
            unit.commit()
        return True

    def _climb(self, unit: CaseUnit, concern: Concern, ping: Ping) -> None:
        """Nothing: everybody of the steps due by now has a letter; steps that fell due while no clock ran count as one."""
        climb, done = divmod(ping.attempts, A_CLIMB)
        if concern.state is not State.RECEIVED or climb != concern.climbs:  # or it was taken since and fell back, and has another moment
            unit.settle(ping, None)
            return
        since = concern.climbs_since or concern.filed_at
        found = due(concern.ladder, since, self.now(), done)
        # No step is due where the moment was brought forward, because nobody of the step before could be reached.
        steps = found.steps or (made_early(concern.ladder, found.next.number, moment(concern, self.now())),)
        last = steps[-1]
        following = found.next if found.steps else due(concern.ladder, since, found.next.at, done).next
        people = _each(holder for step in steps for holder in told(unit.school, concern, step).holders)
        number = concern.climbs * A_CLIMB + min(last.number, A_CLIMB - 1)
        self._write(unit, concern, LetterKind.PING, number, people, last.ways, last.at)
        if not people:
            unit.audit(kept_time(concern, self.now()), Act.NOBODY_LEFT, SIGNPOST, concern.reference)
        if not people or last.number >= len(concern.ladder.ladder.rungs):
            operators = [one for one in unit.school.holding(Role.IT) if not is_kept_from(unit.school, concern, one)]
            self._write(unit, concern, LetterKind.UNHEARD, number, operators, ("chat", "email"), last.at)
        again_at = no_later(concern.ladder, following, last.at)
        if not people:  # somebody may be given a role at any time: they must not wait until the next planned step
            again_at = min(again_at, moment(concern, self.now()) + AFTER_ALL)
        if last.number < A_CLIMB - 1:
            unit.settle(ping, again_at, number + 1)
        else:  # a year of hours: the numbers of this climb are used up, and the ladder must not end with them
            unit.settle(ping, None)
            climb_anew(unit, concern, again_at, self.new_id)

    def _news(self, unit: CaseUnit, concern: Concern, ping: Ping) -> None:
        """Nothing: whoever looks after a case, or may be told of it where nobody does any more, has a letter that there is news."""
        if concern.unread and concern.state is not State.RECEIVED:
            tell(unit, concern, after_it(unit, concern), ping.due_at, self.new_id)
        unit.settle(ping, None)

    def _taken(self, unit: CaseUnit, concern: Concern, ping: Ping) -> None:
        """Nothing: those who were pinged know that they need do nothing."""
        taken_by = concern.taken_by
        if taken_by is not None and concern.state is not State.RECEIVED:
            keys = {one.recipient for one in unit.letters(concern.id) if one.kind is LetterKind.PING and one.state in MAY_HAVE_COME}
            others = [
                one
                for one in unit.school.holders
                if holder_key(one) in keys and not same_person(one, taken_by) and may_see(unit.school, concern, one)
            ]
            self._write(unit, concern, LetterKind.TAKEN, concern.climbs, others, ("chat", "email"), ping.due_at)
        unit.settle(ping, None)

    def _act_by(self, unit: CaseUnit, concern: Concern, ping: Ping) -> None:
        """Nothing: a case that was taken and then left lying waits again, and climbs from the beginning."""
        unit.settle(ping, None)
        if concern.state is not State.ACKNOWLEDGED or concern.taken_at is None:
            return
        deadline = act_by(concern.ladder, concern.taken_at)
        if self.now() < deadline:  # taken again meanwhile
            unit.ping(Ping(self.new_id(), unit.school.id, concern.id, deadline, why=Why.ACT_BY))
            return
        wait_again(unit, concern, self.now(), self.new_id)
        unit.audit(self.now(), Act.FELL_BACK, SIGNPOST, concern.reference)

    def _write(
        self,
        unit: CaseUnit,
        concern: Concern,
        kind: LetterKind,
        number: int,
        people: Iterable[Holder],
        ways: tuple[str, ...],
        due_at: datetime,
    ) -> None:
        for one in people:
            unit.post(Letter(self.new_id(), unit.school.id, concern.id, kind, number, holder_key(one), due_at, ways))


def tell(unit: CaseUnit, concern: Concern, people: Iterable[Holder], now: datetime, new_id: NewId) -> None:
    """Nothing: each of these has a letter that there is news of a case, once more than before."""
    number = 1 + max((one.number for one in unit.letters(concern.id) if one.kind is LetterKind.NEWS), default=0)
    for one in people:
        unit.post(Letter(new_id(), unit.school.id, concern.id, LetterKind.NEWS, number, holder_key(one), now))


def after_it(unit: CaseUnit, concern: Concern) -> tuple[Holder, ...]:
    """Whoever has taken a case, if they still may see it; else all who may be told of it."""
    theirs = taker(unit.school, concern)
    return (theirs,) if theirs else recipients(unit.school, concern.about, concern.kept_from)


def _each(holders: Iterable[Holder]) -> tuple[Holder, ...]:
    return tuple(dict.fromkeys(holders))
