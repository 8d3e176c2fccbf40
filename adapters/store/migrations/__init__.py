"""The database's revisions: brought up to date at start, and told to `signpost doctor`.

A new revision is a new module in `versions`, written by hand, named after the one before it; the tests compare what all of
them together make with the tables' metadata. Revisions go forward only: a step back is a backup.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from adapters.store.engine import DatabaseUnusable, reach

HERE = Path(__file__).parent
LOCK = 7_446_700_110  # any number that is ours: replicas that start together take turns
NEWEST = "head"


def migrate(engine: Engine, revision: str = NEWEST) -> str:
    """The revision the database is at now. All of it happens or nothing. Raises DatabaseUnusable."""
    reach(engine)
    with engine.connect() as connection:
        take_turn(connection)
        _known(connection)
        found = upgrade(connection, revision)
        connection.commit()
        return found


def upgrade(connection: Connection, revision: str = NEWEST) -> str:
    """The revision the database is at now, within a connection's transaction: nothing is committed."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    return MigrationContext.configure(connection).get_current_revision() or ""


def known_revisions() -> frozenset[str]:
    """Every revision that this Signpost can bring a database to."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


def revision_state(engine: Engine) -> tuple[str, str]:
    """The revision the database is at, "" for an empty one, and the newest there is. Raises DatabaseUnusable."""
    reach(engine)
    newest = ScriptDirectory.from_config(_config()).get_current_head() or ""
    with engine.connect() as connection:
        return _known(connection), newest


def take_turn(connection: Connection) -> None:
    """Nothing: waits for whoever is migrating, and holds them off until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _known(connection: Connection) -> str:
    """The revision the database is at, "" for an empty one. Raises DatabaseUnusable where a newer Signpost has made it."""
    current = MigrationContext.configure(connection).get_current_revision() or ""
    if current and current not in known_revisions():
        raise DatabaseUnusable(
            f"The database is at revision {current}, which this Signpost does not know: a newer one has brought it there.",
            "Start that newer Signpost; or, to go back to this one, restore a backup from before into an empty database.",
        )
    return current


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
