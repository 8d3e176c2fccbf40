"""What the revisions make is what the tables say, and rows outlive each of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, Date, DateTime, Engine, Integer, LargeBinary, MetaData, Table, func, insert, inspect, select

from adapters.store import migrations
from adapters.store.cases import StoreCases
from adapters.store.engine import engine_of
from adapters.store.migrations import migrate, revision_state, take_turn
from adapters.store.schools import StoreSchools
from adapters.store.tables import METADATA
from bot.concerns.ports import Why
from bot.ladders import USUAL
from bot.school import Role
from bot.school_hours import EVERY_WEEK
from tests.adapters.store.case_examples import KEYS, fill_cases
from tests.databases import BOTH, empty_url

SCRIPTS = ScriptDirectory(str(Path(migrations.__file__).parent))
REVISIONS = [one.revision for one in reversed(list(SCRIPTS.walk_revisions()))]
EXAMPLES = {Boolean: True, Integer: 1, DateTime: datetime(2026, 1, 1), Date: date(2026, 1, 1), JSON: [], LargeBinary: b"one"}  # noqa: DTZ001


def test_what_the_revisions_make_is_what_the_tables_say(empty: Engine) -> None:
    migrate(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        for table in METADATA.sorted_tables:  # alembic does not compare these
            found = inspect(connection)
            assert found.get_pk_constraint(table.name)["constrained_columns"] == [column.name for column in table.primary_key]
            on_delete = {key["name"]: key["options"].get("ondelete") for key in found.get_foreign_keys(table.name)}
            assert on_delete == {key.name: key.ondelete for key in table.foreign_key_constraints}


def test_a_new_database_is_at_no_revision_and_then_at_the_newest(empty: Engine) -> None:
    assert revision_state(empty) == ("", REVISIONS[-1])
    assert migrate(empty) == REVISIONS[-1]
    assert revision_state(empty) == (REVISIONS[-1], REVISIONS[-1])


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    assert migrate(empty) == migrate(empty)


@pytest.mark.parametrize("kind", BOTH)
def test_a_replica_that_starts_while_another_migrates_waits_for_it(kind: str, tmp_path: Path) -> None:
    url = empty_url(kind, tmp_path)
    first, second = engine_of(url), engine_of(url)
    with ThreadPoolExecutor(1) as pool:
        with first.connect() as connection:
            take_turn(connection)
            waiting = pool.submit(migrate, second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        assert waiting.result(timeout=30) == REVISIONS[-1]
    assert migrate(first) == REVISIONS[-1]
    for engine in (first, second):
        engine.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(empty: Engine) -> None:
    """The last table cannot be made, because it is there already: then none of the others is made either."""
    with empty.begin() as connection:
        METADATA.tables["slack_oauth_states"].create(connection)
    with pytest.raises(Exception, match="slack_oauth_states"):
        migrate(empty)
    assert inspect(empty).get_table_names() == ["slack_oauth_states"]


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_of_each_revision_outlive_all_that_follow(empty: Engine, revision: str) -> None:
    migrate(empty, revision)
    then = _reflected(empty)
    with empty.begin() as connection:
        for table in then.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(insert(table), _example(table))
    migrate(empty)
    now = _reflected(empty)
    with empty.connect() as connection:
        for name in then.tables.keys() & now.tables.keys():
            assert connection.scalar(select(func.count()).select_from(now.tables[name])) == 1, name


def _reflected(engine: Engine) -> MetaData:
    found = MetaData()
    found.reflect(engine)
    return found


def _example(table: Table) -> dict[str, Any]:
    """One row with a value in every column; the same text everywhere, so that foreign keys hold."""
    return {column.name: _value(column.type) for column in table.columns}


def _value(kind: Any) -> Any:
    if isinstance(kind, DateTime):
        return datetime(2026, 1, 1, tzinfo=UTC) if kind.timezone else EXAMPLES[DateTime]
    return next((value for known, value in EXAMPLES.items() if isinstance(kind, known)), "one")


def test_a_school_that_was_there_before_reports_keeps_its_people_and_gets_what_reports_need(empty: Engine) -> None:
    migrate(empty, "0001")
    then = _reflected(empty)
    with empty.begin() as connection:
        school = {"id": "alder", "name": "Alder Primary", "owner": "trees", "helpline": "NSPCC", "hours": "8 to 4"}
        connection.execute(insert(then.tables["schools"]), school)
        person = {"school": "alder", "role": "lead", "name": "Ann Lee", "phone": "01", "email": "a@b.example", "slack": "U1", "teams": ""}
        connection.execute(insert(then.tables["holders"]), [person | {"place": 0}, person | {"place": 1, "role": "deputy"}])
    migrate(empty)
    with StoreSchools(empty, lambda: datetime.now(UTC)).unit("alder") as unit:
        found = unit.school
    assert [one.role for one in found.holders] == [Role.LEAD, Role.DEPUTY]
    assert (found.name, found.hours, found.lado, found.reports_kept_years) == ("Alder Primary", "8 to 4", "", 6)
    assert (found.calendar, found.ladders) == (EVERY_WEEK, USUAL)
    fill_cases(empty, "alder")


def test_reports_from_before_there_were_ladders_have_what_a_ladder_needs(empty: Engine) -> None:
    """Whoever was told before is perhaps told again; nobody is passed over, and what was taken is looked at."""
    migrate(empty, "0002")
    then = _reflected(empty)
    later = datetime(2099, 1, 1, tzinfo=UTC)
    if empty.dialect.name == "sqlite":
        later = later.replace(tzinfo=None)
    states = {"told": "received", "untold": "received", "taken": "acknowledged", "news": "in_action", "closed": "closed"}
    with empty.begin() as connection:
        school = {"id": "alder", "name": "Alder Primary", "owner": "trees", "helpline": "NSPCC", "hours": "8 to 4"}
        connection.execute(insert(then.tables["schools"]), school)
        concern = {"school": "alder", "keep_until": date(2032, 1, 1), "head": b"sealed"}
        for name, state in states.items():
            values = concern | {"id": name, "reference": name, "filing": name, "state": state}
            connection.execute(insert(then.tables["concerns"]), values)
        for name in ("told", "news"):
            ping = {"school": "alder", "id": f"p-{name}", "concern": name, "due_at": later, "lease_until": later, "attempts": 3}
            connection.execute(insert(then.tables["pings"]), ping)
    migrate(empty)
    cases, now = StoreCases(empty, KEYS, lambda: datetime.now(UTC)), datetime.now(UTC)
    found = [cases.claim_ping(now, timedelta(hours=1)) for _ in range(4)]
    assert {(one.concern, one.why, one.attempts) for one in found if one} == {
        ("told", Why.CLIMB, 0),
        ("untold", Why.CLIMB, 0),
        ("taken", Why.ACT_BY, 0),
    }
    with cases.unit("alder") as unit:
        for ping in found[:3]:
            assert ping is not None
            unit.settle(ping, None)
        unit.commit()
    news = cases.claim_ping(datetime(2099, 1, 1, tzinfo=UTC), timedelta(hours=1))
    assert news is not None
    assert (news.concern, news.why, news.attempts) == ("news", Why.NEWS, 0)
