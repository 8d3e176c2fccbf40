"""What the clock asks across all schools: the next moment and the next letter, claimed by one statement; and since when the oldest waits.

To claim is decided by that statement, so by the database and nobody else. SQLite writes one at a time. PostgreSQL passes over a row that
somebody is claiming at this moment. None is sorted by more than its time: the index gives the first at once, however many are due.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, Connection, TextClause, Update, and_, bindparam, case, or_, select, update

from adapters.store.letters import COLUMNS, letter_of
from adapters.store.tables.concerns import PingRow
from adapters.store.tables.letters import UNSETTLED, LetterRow
from bot.concerns.letters import Letter, LetterState
from bot.concerns.ports import Ping, Why

NOW: BindParameter[datetime] = bindparam("now")
UNTIL: BindParameter[datetime] = bindparam("until")


def claim_ping(connection: Connection, now: datetime, lease: timedelta) -> Ping | None:
    """The moment that has been due longest and nobody is at, claimed until the lease is over; None where there is none."""
    found = connection.execute(CLAIM_PING, {"now": now, "until": now + lease}).first()
    return Ping(found.id, found.school, found.concern, found.due_at, found.attempts, Why(found.why)) if found else None


def claim_letter(connection: Connection, now: datetime, lease: timedelta) -> Letter | None:
    """The longest due letter that nobody is sending, claimed until the lease is over; None where there is none."""
    found = connection.execute(CLAIM_LETTER, {"now": now, "until": now + lease}).first()
    return letter_of(found) if found else None


def oldest_due(connection: Connection, now: datetime) -> datetime | None:
    """Since when the longest due letter or moment waits, whether somebody is at it or not; None where nothing is due."""
    return min((at for at in connection.execute(OLDEST_DUE, {"now": now}).one() if at), default=None)


def _claim(table: type[PingRow] | type[LetterRow], *still: TextClause) -> Update:
    """The claim on the longest due row of a table that nobody is at; what it changes besides, and what it returns, is to be added."""
    free = and_(*still, table.due_at <= NOW, or_(table.lease_until.is_(None), table.lease_until <= NOW))
    first = select(table.school, table.id).where(free).order_by(table.due_at).limit(1).with_for_update(skip_locked=True).cte("first")
    claimed = update(table).where(table.school == first.c.school, table.id == first.c.id, free)
    return claimed.values(lease_until=UNTIL).execution_options(synchronize_session=False)


def _oldest(table: type[PingRow] | type[LetterRow], *still: TextClause) -> ColumnElement[datetime]:
    return select(table.due_at).where(*still, table.due_at <= NOW).order_by(table.due_at).limit(1).scalar_subquery()


# One that is claimed while it was being sent: whoever had claimed it before has not said how it came out.
_SENDING = case((LetterRow.state == LetterState.PENDING.value, LetterState.SENDING.value), else_=LetterState.UNCERTAIN.value)
CLAIM_PING = _claim(PingRow).returning(PingRow.school, PingRow.id, PingRow.concern, PingRow.due_at, PingRow.attempts, PingRow.why)
CLAIM_LETTER = _claim(LetterRow, UNSETTLED).values(state=_SENDING).returning(*COLUMNS)
OLDEST_DUE = select(_oldest(PingRow), _oldest(LetterRow, UNSETTLED))
