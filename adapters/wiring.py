"""Where everything is put together: the one file that knows every door and the store. Doors are imported where they are needed."""

from __future__ import annotations

import asyncio
import secrets
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from adapters import demo
from adapters.courier import DoorsCourier
from adapters.doors import Core, slack_door, teams_door
from adapters.living import House, clock_alone, open_house
from adapters.messenger import DoorsMessenger
from adapters.pulse import Pulse
from adapters.reader import reader_of
from adapters.reporting import DeskPapers, keys_of, mail_of, reports_in, webhook_of
from adapters.settings import Settings, address_faults, missing, on_this_machine, settings_wrong
from adapters.store.engine import DatabaseUnusable, engine_of, reach
from adapters.store.heard_events import StoreHeardEvents
from adapters.store.migrations import migrate, revision_state
from adapters.store.schools import StoreSchools
from bot.conversation import Conversation
from bot.ports import NotKept
from bot.reading import Reading
from bot.school import EditionKey, School
from bot.shelf import Shelves
from knowledge.errors import SignpostError
from knowledge.policy import Edition

if TYPE_CHECKING:
    from starlette.applications import Starlette


class NotMigrated(SignpostError):
    """The database lacks the newest tables: whoever runs Signpost can migrate it."""


class DemoInTheOpen(SignpostError):
    """The demo was to listen where others can reach it: whoever started it can leave --host out."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demonstration: every workspace and tenant belongs to this sample school, and activities from Teams need no token."""

    school: str


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """128 random bits, safe in addresses."""
    return secrets.token_urlsafe(16)


def schools_of(settings: Settings) -> StoreSchools:
    """The schools in the database of these settings. Raises DatabaseUnusable, NotMigrated."""
    return StoreSchools(migrated(engine_of(settings.value("DATABASE_URL"))), now)


def migrated(engine: Engine) -> Engine:
    """The same engine. Raises NotMigrated where its tables are not the newest, DatabaseUnusable."""
    current, newest = revision_state(engine)
    if current != newest:
        found = f"is at revision {current}, this Signpost needs {newest}" if current else "has no tables yet"
        raise NotMigrated(f"The database {found}.", "Run `signpost migrate`, then try again.")
    return engine


def migrate_database(settings: Settings) -> tuple[str, str]:
    """The revisions the database was at ("" for an empty one) and is at now. Raises DatabaseUnusable."""
    engine = engine_of(settings.value("DATABASE_URL"))
    before, _ = revision_state(engine)
    with keeping():
        return before, migrate(engine)


@contextmanager
def keeping() -> Iterator[None]:
    """Nothing, while something is written. Raises DatabaseUnusable where the database cannot keep it: full, read-only, gone meanwhile."""
    try:
        yield
    except (OperationalError, NotKept) as error:
        cause = error if isinstance(error, OperationalError) else error.__cause__
        why = str(getattr(cause, "orig", cause)).partition("\n")[0].rstrip(".")  # what follows may hold what was to be kept
        raise DatabaseUnusable(
            f"The database could not keep it: {why}.", "Nothing was changed. `signpost doctor` says what to do; then try again."
        ) from error


def apply_school(
    settings: Settings, school: School, workspaces: Sequence[tuple[str, str]], policies: Sequence[tuple[str, Edition, str]]
) -> tuple[EditionKey, ...]:
    """The edition of each policy (short name, edition, name of its file) now current: everything is kept, or on any error nothing.

    Raises WorkspaceTaken, DatabaseUnusable, NotMigrated.
    """
    engine = migrated(engine_of(settings.value("DATABASE_URL")))
    with keeping():
        return _apply(engine, school, workspaces, policies)


def slack_manifest(settings: Settings, *, socket_mode: bool) -> dict[str, Any]:
    """The Slack app manifest of this installation. Raises SettingsWrong where Slack could not reach it."""
    from adapters.slack.manifest import manifest

    if not socket_mode and (wrong := missing(settings, "PUBLIC_URL")):
        raise settings_wrong([*wrong, "Without an address Slack can deliver over the app's own connection: give --socket-mode."])
    if wrong := address_faults(settings):
        raise settings_wrong(wrong)
    return manifest(settings.base_url, socket_mode)


def teams_package(settings: Settings) -> bytes:
    """The Teams app package of this installation, a zip. Raises SettingsWrong, PackageFault."""
    from adapters.teams.package import app_zip

    if wrong := missing(settings, "MICROSOFT_APP_ID", "PUBLIC_URL"):
        raise settings_wrong(wrong)
    return app_zip(settings.microsoft_app_id, settings.base_url)


def demo_engine() -> Engine:
    """The demo's own database, migrated, with the sample schools in it. No other database is ever opened to everybody."""
    engine = engine_of(demo.DATABASE)
    migrate(engine)
    for school, policies in demo.schools():
        _apply(engine, school, (), policies)
    return engine


def keep_in(host: str) -> None:
    """Nothing: the demo may listen there. Raises DemoInTheOpen."""
    if not on_this_machine(host):
        raise DemoInTheOpen(
            f"The demo does not listen at {host}: anybody there could ask as anybody.",
            "Leave --host out; or set Signpost up for your school and start it without --demo.",
        )


def house(settings: Settings, showing: Demo | None = None, host: str = "127.0.0.1") -> House:
    """Signpost with the doors that these settings set up, on their database; a demo always on its own. `host`: where it listens.

    Raises DemoInTheOpen, DatabaseUnusable, NotMigrated.
    """
    if showing:
        keep_in(host)
    engine = demo_engine() if showing else migrated(engine_of(settings.value("DATABASE_URL")))
    schools, events, shelves, courier = StoreSchools(engine, now), StoreHeardEvents(engine, now), Shelves(), DoorsCourier()
    messenger = DoorsMessenger(settings.base_url, settings.port, console=_print if showing else None)
    keys = keys_of(settings, showing=showing is not None)
    reports, digests = reports_in(settings, keys, schools, messenger, now, new_id, showing=showing is not None)
    reader = None if showing else reader_of(settings)  # a demonstration sends nothing anywhere
    conversation = Conversation(
        schools,
        shelves,
        courier,
        now,
        new_id,
        settings.base_url,
        reports=reports.in_chat,
        secret=_secret(settings),
        digests=digests,
        reading=Reading(reader) if reader else None,
    )
    core = Core(settings, engine, conversation, schools, events, reports, keys, now, new_id, showing.school if showing else None)
    slack = slack_door(core) if settings.slack else None
    teams = teams_door(core) if settings.teams or showing else None
    courier.serve(schools.workspaces, slack.tell if slack else None, teams.tell if teams else None)
    messenger.serve(
        schools.workspaces,
        slack.tell_reply if slack else None,
        teams.tell_reply if teams else None,
        mail_of(settings, now, new_id),
        webhook_of(settings, now),
    )
    pulse, demonstrated = Pulse(reports.clock), showing is not None
    return House(settings, engine, schools, shelves, conversation, courier, reports, messenger, pulse, slack, teams, now, demonstrated)


def application(built: House, *, clock: bool = True) -> Starlette:
    """The whole as an ASGI application. `clock`: whether one runs within it."""
    from starlette.applications import Starlette

    from adapters.web.door import Reporting, WebDoor

    web = WebDoor(
        built.conversation,
        built.schools,
        built.shelves,
        public_url=built.settings.base_url,
        now=now,
        demo=built.demo,
        connected={"slack": built.settings.slack, "teams": built.settings.teams},
        ready=_ready(built.engine),
        behind=built.pulse.behind,
        reporting=Reporting(built.reports, DeskPapers(), new_id, built.messenger.last_links),
    )
    doors = (*(built.slack.routes() if built.slack else ()), *(built.teams.routes() if built.teams else ()))
    app = Starlette(
        routes=[*doors, *web.routes()],
        middleware=web.middleware(),
        exception_handlers=web.exception_handlers(),
        lifespan=lambda _: open_house(built, clock=clock),
    )
    app.router.redirect_slashes = False  # Starlette would send people on to whatever host the request named
    return app


def run_clock(built: House, running: Callable[[], object]) -> None:
    """Nothing, once it was told to stop by SIGTERM or SIGINT. `running`: called when it runs."""

    async def until_told() -> None:
        told, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(told.set))
        async with clock_alone(built):
            running()
            await told.wait()

    asyncio.run(until_told())


def _secret(settings: Settings) -> str:
    """What the platforms' secrets make together: the same at all replicas, and not in the database."""
    names = ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "SLACK_CLIENT_SECRET", "MICROSOFT_APP_PASSWORD")
    return blake2b("\n".join(settings.value(name) for name in names).encode(), digest_size=32).hexdigest()


def _print(line: str) -> None:
    """Nothing: the demo's pings and links are on the console, where there is nobody else to send them to."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _ready(engine: Engine) -> Callable[[], str]:
    def ready() -> str:
        try:
            reach(engine)
        except DatabaseUnusable:
            return "The database cannot be opened."
        return ""

    return ready


def _apply(
    engine: Engine, school: School, workspaces: Sequence[tuple[str, str]], policies: Sequence[tuple[str, Edition, str]]
) -> tuple[EditionKey, ...]:
    with engine.begin() as connection:
        # On a connection that is in a transaction already, what the store commits is kept only when that transaction is.
        kept = StoreSchools(connection, now)
        kept.apply(school, workspaces)
        with kept.unit(school.id) as unit:
            keys = tuple(unit.publish(name, edition, source) for name, edition, source in policies)
            unit.commit()
        return keys
