"""The moments at which the clock looks at a school's concerns."""

from __future__ import annotations

from datetime import datetime

from adapters.store.keeping import KeepingRepository
from adapters.store.tables.concerns import PingRow
from bot.concerns.ports import Ping, Why


class Moments(KeepingRepository):
    """The moments of one school."""

    def add(self, ping: Ping) -> None:
        """Nothing: adds a moment, of this school whatever it says."""
        values = {"id": ping.id, "concern": ping.concern, "due_at": ping.due_at, "attempts": ping.attempts, "why": ping.why.value}
        self._do(self._insert(PingRow, **values, lease_until=None))

    def settle(self, ping: Ping, again_at: datetime | None, attempts: int | None) -> None:
        """Nothing: the moment is over (None), or comes again then, as that step or the following.

        Whoever was so slow that another has claimed and settled it meanwhile changes nothing.
        """
        mine = (PingRow.id == ping.id, PingRow.attempts == ping.attempts)
        if again_at is None:
            self._do(self._delete(PingRow).where(*mine))
        else:
            following = ping.attempts + 1 if attempts is None else attempts
            self._do(self._update(PingRow).where(*mine).values(due_at=again_at, lease_until=None, attempts=following))

    def hurry(self, concern_id: str, now: datetime) -> None:
        """Nothing: the ladder's next step of that concern is due now, if it was to come later."""
        waits = (PingRow.concern == concern_id, PingRow.why == Why.CLIMB.value, PingRow.due_at > now)
        self._do(self._update(PingRow).where(*waits).values(due_at=now))
