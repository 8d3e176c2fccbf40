"""All schools of an installation: where units of work are opened, and where `signpost school apply` writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.orm import Session

from adapters.store.engine import empty_log
from adapters.store.lately import MOMENT, Lately
from adapters.store.of_school import insert_into, put
from adapters.store.tables.events import EventRow
from adapters.store.tables.schools import HolderRow, SchoolRow, WorkspaceRow
from adapters.store.tables.slack import STATES
from adapters.store.tables.teams import TeamsReferenceRow
from adapters.store.tables.turns import TurnRow
from adapters.store.unit import StoreUnit
from bot.ladder_json import hours_json, hours_of, ladders_json, ladders_of
from bot.ports import Now, UnknownSchool
from bot.school import EditionKey, Holder, Role, School
from knowledge.errors import SignpostError

WORDS_KEPT = timedelta(minutes=30)  # a question's words, for follow-ups
TURNS_KEPT = timedelta(days=7)  # which clauses were shown, for "did this answer it?"
EVENTS_KEPT = timedelta(days=3)  # no platform sends an event again after a day
# Made once: they are asked with each message, and to make a statement costs several times what it costs to run it.
OWNER = select(WorkspaceRow.school).where(WorkspaceRow.door == bindparam("door"), WorkspaceRow.workspace == bindparam("workspace"))
SCHOOL = select(SchoolRow.__table__).where(SchoolRow.id == bindparam("school"))
HOLDERS = select(HolderRow.__table__).where(HolderRow.school == bindparam("school")).order_by(HolderRow.place)


class WorkspaceTaken(SignpostError):
    """A Slack workspace or Teams tenant belongs to another school: whoever applies one of the two can correct it."""


class StoreSchools:
    """`bot.ports.Schools` on a database. Safe to use from several threads; a unit is for one thread.

    Whose a workspace is, a school's contacts and its current editions may be as they were up to a moment ago: so long is what another
    process changes not seen. What is changed here is seen at once.

    On a connection with a transaction begun, all that is committed here is kept only when that transaction is.
    """

    def __init__(self, engine: Engine | Connection, now: Now) -> None:
        self._engine = engine
        self._now = now
        moment = 0.0 if isinstance(engine, Connection) else MOMENT  # nothing is known for sure until its transaction ends
        self._owners = Lately[tuple[str, str], str](moment)
        self._known = Lately[str, School](moment)
        self._current = Lately[str, tuple[EditionKey, ...]](moment)

    def unit(self, school: str) -> StoreUnit:
        """A unit of work for a school. Raises UnknownSchool."""
        session = Session(self._engine, expire_on_commit=False)  # takes a connection when it first reads or writes
        known = self._known.get(school, lambda: read_school(session, school))
        if known is None:
            raise unknown(school)
        return StoreUnit(session, known, self._now, self._current)

    def school_of(self, door: str, workspace: str) -> str | None:
        """The school a Slack workspace or Teams tenant belongs to; None means refuse."""

        def read() -> str | None:
            with Session(self._engine) as session:
                return session.connection().scalar(OWNER, {"door": door, "workspace": workspace})

        return self._owners.get((door, workspace), read)

    def workspaces(self, school: str) -> tuple[tuple[str, str], ...]:
        """(door, workspace id) of each workspace and tenant of a school, sorted."""
        with Session(self._engine) as session:
            rows = session.execute(select(WorkspaceRow.door, WorkspaceRow.workspace).where(WorkspaceRow.school == school))
            return tuple(sorted((door, workspace) for door, workspace in rows))

    def ids(self) -> tuple[str, ...]:
        """The short names of all schools, sorted."""
        with Session(self._engine) as session:
            return tuple(sorted(session.scalars(select(SchoolRow.id))))

    def of_owner(self, owner: str) -> tuple[str, ...]:
        """The short names of the schools of one trust or council, sorted; none for ""."""
        if not owner:
            return ()
        with Session(self._engine) as session:
            return tuple(sorted(session.scalars(select(SchoolRow.id).where(SchoolRow.owner == owner))))

    def apply(self, school: School, workspaces: Sequence[tuple[str, str]]) -> None:
        """Nothing: the school, its contacts and its workspaces (door, id) are these and no others; its policies and counts stay.

        Raises WorkspaceTaken, and then nothing has changed.
        """
        with Session(self._engine) as session, session.begin():
            _keep_school(session, school)
            _keep_workspaces(session, school.id, sorted(set(workspaces)))
            session.execute(delete(HolderRow).where(HolderRow.school == school.id))
            holders = [_holder_values(school.id, place, holder) for place, holder in enumerate(school.holders)]
            if holders:
                session.execute(insert(HolderRow), holders)
        self._owners.forget()
        self._known.forget()

    def forget_old(self, now: datetime) -> None:
        """Nothing: words of questions, turns, handled events and Slack's states are gone once they are older than each is kept."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(TurnRow).where(TurnRow.at < now - TURNS_KEPT))
            session.execute(
                update(TurnRow)
                .where(TurnRow.at < now - WORDS_KEPT, (TurnRow.question != "") | (TurnRow.thread != ""))
                .values(thread="", question="", options=[])  # what a choice stands for is made of the question's words
            )
            session.execute(delete(EventRow).where(EventRow.heard_at < now - EVENTS_KEPT))
            session.execute(
                delete(STATES).where(STATES.c.expire_at < now.astimezone(UTC).replace(tzinfo=None))
            )  # slack_sdk keeps them naive
        if isinstance(self._engine, Engine):
            empty_log(self._engine)


def unknown(school: str) -> UnknownSchool:
    """The error for a school that is not there."""
    return UnknownSchool(f"There is no school “{school}”.", "`signpost school list` shows those there are.")


def read_school(session: Session, school: str) -> School | None:
    """The school, None where there is none; the connection is given back."""
    with session:
        return school_in(session.connection(), school)


def school_in(connection: Connection, school: str) -> School | None:
    """The school as a connection's transaction sees it, None where there is none."""
    row = connection.execute(SCHOOL, {"school": school}).first()
    if row is None:
        return None
    holders = connection.execute(HOLDERS, {"school": school}).all()
    return School(
        id=row.id,
        name=row.name,
        owner=row.owner,
        holders=tuple(Holder(Role(one.role), one.name, one.phone, one.email, one.slack, one.teams) for one in holders),
        helpline=row.helpline,
        hours=row.hours,
        lado=row.lado,
        reports_kept_years=row.reports_kept_years,
        calendar=hours_of(row.calendar),
        ladders=ladders_of(row.ladders),
    )


def _keep_school(session: Session, school: School) -> None:
    values = {
        "id": school.id,
        "name": school.name,
        "owner": school.owner,
        "helpline": school.helpline,
        "hours": school.hours,
        "lado": school.lado,
        "reports_kept_years": school.reports_kept_years,
        "calendar": hours_json(school.calendar),
        "ladders": ladders_json(school.ladders),
    }
    session.connection().execute(put(session.get_bind().dialect.name, SchoolRow), values)


def _keep_workspaces(session: Session, school: str, workspaces: Sequence[tuple[str, str]]) -> None:
    for door, workspace in workspaces:
        statement = (
            insert_into(session.get_bind().dialect.name, WorkspaceRow)
            .values(door=door, workspace=workspace, school=school)
            .on_conflict_do_update(index_elements=["door", "workspace"], set_={"school": school}, where=WorkspaceRow.school == school)
            .returning(WorkspaceRow.school)
        )
        if session.scalar(statement) is None:
            raise _taken(session, door, workspace)
    gone = (WorkspaceRow.school == school) & tuple_(WorkspaceRow.door, WorkspaceRow.workspace).not_in(workspaces)
    tenants = session.scalars(delete(WorkspaceRow).where(gone).returning(WorkspaceRow.workspace)).all()
    session.execute(delete(TeamsReferenceRow).where(TeamsReferenceRow.tenant.in_(tenants)))


def _taken(session: Session, door: str, workspace: str) -> WorkspaceTaken:
    owner = session.scalars(
        select(SchoolRow.id).join(WorkspaceRow).where(WorkspaceRow.door == door, WorkspaceRow.workspace == workspace)
    ).one()
    kind = {"slack": "Slack workspace", "teams": "Teams tenant"}.get(door, f"{door} workspace")
    return WorkspaceTaken(
        f"The {kind} {workspace} belongs to the school “{owner}” already.",
        "Take it out of that school's SCHOOL.toml and apply that first, or correct it in this one.",
    )


def _holder_values(school: str, place: int, holder: Holder) -> dict[str, object]:
    return {
        "school": school,
        "place": place,
        "role": holder.role.value,
        "name": holder.name,
        "phone": holder.phone,
        "email": holder.email,
        "slack": holder.slack,
        "teams": holder.teams,
    }
