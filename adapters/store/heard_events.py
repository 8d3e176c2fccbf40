"""Which events were handled, across threads, processes and replicas."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from hashlib import blake2b

from sqlalchemy import Engine, Executable, bindparam, delete

from adapters.store.of_school import insert_into, put
from adapters.store.tables.events import EventRow
from bot.ports import Now

RELEASE = delete(EventRow).where(EventRow.event == bindparam("event"), EventRow.until.is_not(None))


class StoreHeardEvents:
    """`bot.ports.HeardEvents` on a database. Only a digest of an event's id is kept."""

    def __init__(self, engine: Engine, now: Now) -> None:
        self._engine = engine
        self._now = now

    def claim(self, event: str, lease: timedelta) -> bool:
        """Whether this caller may handle the event: decided by one statement, so by the database and nobody else."""
        now = self._now()
        with self._engine.begin() as connection:
            values = {"event": _digest(event), "until": now + lease, "heard_at": now}
            return connection.scalar(_claim(self._engine.dialect.name), values) is not None

    def done(self, event: str) -> None:
        """Nothing: the event was handled; whoever sends it again is told so."""
        with self._engine.begin() as connection:
            values = {"event": _digest(event), "until": None, "heard_at": self._now()}
            connection.execute(put(self._engine.dialect.name, EventRow), values)

    def release(self, event: str) -> None:
        """Nothing: handling failed; the next delivery may be handled at once. What somebody else has done meanwhile stays done."""
        with self._engine.begin() as connection:
            connection.execute(RELEASE, {"event": _digest(event)})


@cache
def _claim(dialect: str) -> Executable:
    new = insert_into(dialect, EventRow)
    changed = {"until": new.excluded.until, "heard_at": new.excluded.heard_at}
    ran_out = EventRow.until <= new.excluded.heard_at  # never true of one that is done: its `until` is null
    return new.on_conflict_do_update(index_elements=["event"], set_=changed, where=ran_out).returning(EventRow.event)


def _digest(event: str) -> str:
    return blake2b(event.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
