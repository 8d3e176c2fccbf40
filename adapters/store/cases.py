"""The reports of all schools: where units of work are opened, and what the clock asks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Engine, Update, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from adapters.store.case_unit import StoreCaseUnit
from adapters.store.engine import empty_log
from adapters.store.keeping import keeping
from adapters.store.schools import read_school, unknown
from adapters.store.sealing import Keys
from adapters.store.tables.concerns import ConcernRow, DeskSessionRow, GuessRow, LinkRow, PingRow
from bot.concerns.concern import State
from bot.concerns.ports import Ping
from bot.ports import Now

GUESSES_KEPT = timedelta(days=1)  # longer than any window they are counted in
LINKS_KEPT = timedelta(days=1)  # after they were made: a used one still counts as made
OVER = (State.CLOSED.value, State.WITHDRAWN.value)


class StoreCases:
    """`bot.concerns.ports.Cases` on a database. Safe to use from several threads; a unit is for one thread.

    `engine`: one of its own, made with ``engine_of(url, durable=True)``, so that what is committed survives a power cut.
    """

    def __init__(self, engine: Engine, keys: Keys, now: Now) -> None:
        self._engine = engine
        self._keys = keys
        self._now = now

    def unit(self, school: str) -> StoreCaseUnit:
        """A unit of work for a school, which is read anew. Raises UnknownSchool, NotKept."""
        session = Session(self._engine, expire_on_commit=False)
        with keeping():
            known = read_school(session, school)
        if known is None:
            raise unknown(school)
        return StoreCaseUnit(self._engine, session, known, self._keys, self._now)

    def claim_ping(self, now: datetime, lease: timedelta) -> Ping | None:
        """The longest due ping that nobody is sending, claimed by one statement until the lease is over; None where there is none."""
        with keeping(), self._engine.begin() as connection:
            found = connection.execute(_claim(now, lease)).first()
        return Ping(found.id, found.school, found.concern, found.due_at, found.attempts) if found else None

    def settle_ping(self, ping: Ping, again_at: datetime | None) -> None:
        """Nothing: the ping was sent (None), or is tried again then, as the next attempt.

        Whoever was so slow that another has claimed and settled it meanwhile changes nothing.
        """
        mine = and_(PingRow.school == ping.school, PingRow.id == ping.id, PingRow.attempts == ping.attempts)
        with keeping(), self._engine.begin() as connection:
            if again_at is None:
                connection.execute(delete(PingRow).where(mine))
            else:
                connection.execute(update(PingRow).where(mine).values(due_at=again_at, lease_until=None, attempts=ping.attempts + 1))

    def expired(self, today: date) -> tuple[tuple[str, str], ...]:
        """(school, concern id) of those closed or withdrawn whose day has passed, sorted."""
        over = (ConcernRow.state.in_(OVER), ConcernRow.keep_until < today)
        with keeping(), self._engine.connect() as connection:
            found = connection.execute(select(ConcernRow.school, ConcernRow.id).where(*over)).all()
        return tuple(sorted((row.school, row.id) for row in found))

    def forget_old(self, now: datetime) -> None:
        """Nothing: guesses, links and sessions that are over are gone, and from the disk. Raises NotKept."""
        with keeping(), self._engine.begin() as connection:
            connection.execute(delete(GuessRow).where(GuessRow.at < now - GUESSES_KEPT))
            over = or_(LinkRow.used, LinkRow.until <= now)
            connection.execute(delete(LinkRow).where(over, LinkRow.made_at < now - LINKS_KEPT))
            connection.execute(delete(DeskSessionRow).where(DeskSessionRow.until <= now))
        with keeping():
            empty_log(self._engine)


def _claim(now: datetime, lease: timedelta) -> Update:
    """Claims the longest due ping; decided by this one statement, so by the database and nobody else.

    SQLite writes one at a time. PostgreSQL passes over a ping that somebody is claiming at this moment.
    """
    free = and_(PingRow.due_at <= now, or_(PingRow.lease_until.is_(None), PingRow.lease_until <= now))
    first = (
        select(PingRow.school, PingRow.id)
        .where(free)
        .order_by(PingRow.due_at, PingRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("first")
    )
    return (
        update(PingRow)
        .where(PingRow.school == first.c.school, PingRow.id == first.c.id, free)
        .values(lease_until=now + lease)
        .returning(PingRow.school, PingRow.id, PingRow.concern, PingRow.due_at, PingRow.attempts)
        .execution_options(synchronize_session=False)
    )
