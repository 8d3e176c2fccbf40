"""What the clock does day by day: reports whose taker has left are let go, whoever runs Signpost has a drill, the head a weekly digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.concerns.letters import Letter, LetterKind
from bot.concerns.letting_go import let_go
from bot.concerns.ports import Cases
from bot.concerns.signing_in import holder_key
from bot.ports import NewId, Now
from bot.school import Role

LONDON = ZoneInfo("Europe/London")
DRILL_AT, DIGEST_AT, MONDAY = time(7, 0), time(7, 30), 0
MOST_SCHOOLS = 200  # at once: the next look follows soon


@dataclass(frozen=True, slots=True)
class Rounds:
    """Drills and digests. Any number of clocks may call this: each school's is marked in the unit that writes its letters."""

    cases: Cases
    now: Now
    new_id: NewId

    def go(self) -> int:
        """How many schools were seen to."""
        here = self.now().astimezone(LONDON)
        drilled = self._write(LetterKind.DRILL, here.toordinal(), Role.IT) if here.time() >= DRILL_AT else 0
        return drilled + (self._write(LetterKind.DIGEST, _week(here), Role.HEAD) if _digests_are_due(here) else 0)

    def _write(self, kind: LetterKind, number: int, role: Role) -> int:
        schools = self.cases.without(kind, number, MOST_SCHOOLS)
        failed: list[Exception] = []
        for school in schools:
            try:
                self._write_to(school, kind, number, role)
            except Exception as error:  # one school's fault must not keep the others from theirs
                failed.append(error)
        if failed:
            raise failed[0]
        return len(schools)

    def _write_to(self, school: str, kind: LetterKind, number: int, role: Role) -> None:
        if kind is LetterKind.DRILL:  # before the day is marked: what a program that ends leaves undone is done when it is marked
            let_go(self.cases, school, self.now, self.new_id)
        with self.cases.unit(school) as unit:
            if unit.mark(kind, number):
                for holder in unit.school.holding(role):
                    unit.post(Letter(self.new_id(), school, "", kind, number, holder_key(holder), self.now()))
            unit.commit()


def _week(here: datetime) -> int:
    year, week, _ = here.isocalendar()
    return year * 100 + week


def _digests_are_due(here: datetime) -> bool:
    """From Monday morning on: a clock that did not run then makes up for it on the next day, by day."""
    return here.time() >= DIGEST_AT and here.hour < 18 and here.weekday() <= MONDAY + 2
