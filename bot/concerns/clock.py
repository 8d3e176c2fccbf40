"""The clock: moments, letters and rounds, dealt with until nothing is due. Any number of them may run at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.concerns.climbing import Climbing
from bot.concerns.ports import Cases
from bot.concerns.posting import Posting
from bot.concerns.rounds import Rounds
from bot.ports import Now

BEHIND = timedelta(minutes=15)  # what is due for longer tells that no clock keeps up; moments are kept to ten minutes, so not sooner


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock process calls. Each call deals with one thing, so that several threads can share the work."""

    cases: Cases
    climbing: Climbing
    posting: Posting
    rounds: Rounds
    now: Now

    def behind(self) -> timedelta | None:
        """How long the longest due thing has waited, where that is too long; None where all is well."""
        oldest: datetime | None = self.cases.oldest_due(self.now())
        wait = self.now() - oldest if oldest else timedelta(0)
        return wait if wait > BEHIND else None
