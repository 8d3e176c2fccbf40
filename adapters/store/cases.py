"""The reports of all schools: where units of work are opened, and what the clock asks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Engine, delete, exists, or_, select
from sqlalchemy.orm import Session

from adapters.store.case_unit import StoreCaseUnit
from adapters.store.claiming import claim_letter, claim_ping, oldest_due
from adapters.store.engine import empty_log
from adapters.store.keeping import keeping
from adapters.store.of_school import put
from adapters.store.schools import read_school, unknown
from adapters.store.sealing import Keys
from adapters.store.tables.concerns import ConcernRow, DeskSessionRow, GuessRow, LinkRow
from adapters.store.tables.letters import OF_NO_CONCERN, BeatRow, LetterRow, MarkRow
from adapters.store.tables.schools import SchoolRow
from bot.concerns.concern import State
from bot.concerns.letters import Letter, LetterKind
from bot.concerns.ports import Ping
from bot.ports import Now

GUESSES_KEPT = timedelta(days=1)  # longer than any window they are counted in
LINKS_KEPT = timedelta(days=1)  # after they were made: a used one still counts as made
ROUNDS_KEPT = timedelta(days=35)  # drills, digests and the marks of them; a letter of a concern goes with its concern
ANY_CLOCK = "any"
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
        """The moment that has been due longest and nobody is at, claimed until the lease is over; None where there is none."""
        with keeping(), self._engine.begin() as connection:
            return claim_ping(connection, now, lease)

    def claim_letter(self, now: datetime, lease: timedelta) -> Letter | None:
        """The longest due letter that nobody is sending, claimed until the lease is over; None where there is none.

        One that was being sent when its lease ran out comes as UNCERTAIN.
        """
        with keeping(), self._engine.begin() as connection:
            return claim_letter(connection, now, lease)

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the longest due letter or moment waits, whether somebody is at it or not; None where nothing is due."""
        with keeping(), self._engine.connect() as connection:
            return oldest_due(connection, now)

    def beat(self, now: datetime) -> None:
        """Nothing: a clock was here."""
        with keeping(), self._engine.begin() as connection:
            connection.execute(put(connection.dialect.name, BeatRow), {"clock": ANY_CLOCK, "at": now})

    def last_beat(self) -> datetime | None:
        """When a clock was here last."""
        with keeping(), self._engine.connect() as connection:
            return connection.scalar(select(BeatRow.at))

    def without(self, what: LetterKind, number: int, most: int) -> tuple[str, ...]:
        """Schools whose drill of that day, or digest of that week, was not seen to yet, at most so many, sorted."""
        seen_to = exists().where(MarkRow.school == SchoolRow.id, MarkRow.kind == what.value, MarkRow.number == number)
        with keeping(), self._engine.connect() as connection:
            return tuple(connection.scalars(select(SchoolRow.id).where(~seen_to).order_by(SchoolRow.id).limit(most)))

    def expired(self, today: date) -> tuple[tuple[str, str], ...]:
        """(school, concern id) of those closed or withdrawn whose day has passed, sorted."""
        over = (ConcernRow.state.in_(OVER), ConcernRow.keep_until < today)
        with keeping(), self._engine.connect() as connection:
            found = connection.execute(select(ConcernRow.school, ConcernRow.id).where(*over)).all()
        return tuple(sorted((row.school, row.id) for row in found))

    def forget_old(self, now: datetime) -> None:
        """Nothing: guesses, links and sessions that are over are gone, old drills and digests too, and from the disk. Raises NotKept."""
        with keeping(), self._engine.begin() as connection:
            connection.execute(delete(GuessRow).where(GuessRow.at < now - GUESSES_KEPT))
            over = or_(LinkRow.used, LinkRow.until <= now)
            connection.execute(delete(LinkRow).where(over, LinkRow.made_at < now - LINKS_KEPT))
            connection.execute(delete(DeskSessionRow).where(DeskSessionRow.until <= now))
            connection.execute(delete(LetterRow).where(OF_NO_CONCERN, LetterRow.due_at < now - ROUNDS_KEPT))
            connection.execute(delete(MarkRow).where(MarkRow.at < now - ROUNDS_KEPT))
        with keeping():
            empty_log(self._engine)
