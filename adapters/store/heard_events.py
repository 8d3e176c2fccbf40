"""Which events were handled, across threads, processes and replicas."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from adapters.store.of_school import insert_into
from adapters.store.tables.events import EventRow
from bot.ports import Now


class StoreHeardEvents:
    """`bot.ports.HeardEvents` on a database. Only a digest of an event's id is kept."""

    def __init__(self, engine: Engine, now: Now) -> None:
        self._engine = engine
        self._now = now

    def claim(self, event: str, lease: timedelta) -> bool:
        """Whether this caller may handle the event: decided by one statement, so by the database and nobody else."""
        now = self._now()
        values = {"until": now + lease, "heard_at": now}
        with Session(self._engine) as session, session.begin():
            statement = insert_into(session, EventRow).values(event=_digest(event), **values)
            ran_out = EventRow.until <= now  # never true of one that is done: its `until` is null
            return (
                session.scalar(
                    statement.on_conflict_do_update(index_elements=["event"], set_=values, where=ran_out).returning(EventRow.event)
                )
                is not None
            )

    def done(self, event: str) -> None:
        """Nothing: the event was handled; whoever sends it again is told so."""
        with Session(self._engine) as session, session.begin():
            statement = insert_into(session, EventRow).values(event=_digest(event), until=None, heard_at=self._now())
            session.execute(statement.on_conflict_do_update(index_elements=["event"], set_={"until": None}))

    def release(self, event: str) -> None:
        """Nothing: handling failed; the next delivery may be handled at once. What somebody else has done meanwhile stays done."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(EventRow).where(EventRow.event == _digest(event), EventRow.until.is_not(None)))


def _digest(event: str) -> str:
    return blake2b(event.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
