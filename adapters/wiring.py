"""Where everything is put together: the one file that knows every door and the store. Doors are imported where they are needed."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from logging import getLogger
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from adapters import demo
from adapters.courier import DoorsCourier
from adapters.settings import Settings, address_faults, missing, on_this_machine, settings_wrong
from adapters.store.engine import DatabaseUnusable, engine_of, reach
from adapters.store.heard_events import StoreHeardEvents
from adapters.store.migrations import migrate, revision_state
from adapters.store.schools import StoreSchools
from bot.conversation import Conversation
from bot.ports import NotKept
from bot.school import EditionKey, School
from bot.shelf import Shelves
from knowledge.errors import SignpostError
from knowledge.policy import Edition

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from adapters.slack.door import SlackDoor
    from adapters.teams.door import TeamsDoor
    from adapters.web.door import WebDoor

DEMO_APP = "00000000-0000-0000-0000-000000000000"
TIDY_EVERY = 60.0  # seconds: what is said to be forgotten after half an hour is gone a minute later

log = getLogger("signpost.wiring")


class NotMigrated(SignpostError):
    """The database lacks the newest tables: whoever runs Signpost can migrate it."""


class DemoInTheOpen(SignpostError):
    """The demo was to listen where others can reach it: whoever started it can leave --host out."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demonstration: every workspace and tenant belongs to this sample school, and activities from Teams need no token."""

    school: str


@dataclass(frozen=True, slots=True)
class House:
    """Signpost put together: what it keeps, its conversation and its doors. ``slack`` and ``teams``: None where they are not set up."""

    engine: Engine
    schools: StoreSchools
    shelves: Shelves
    conversation: Conversation
    courier: DoorsCourier
    web: WebDoor
    slack: SlackDoor | None
    teams: TeamsDoor | None


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
    conversation = Conversation(schools, shelves, courier, now, new_id, settings.base_url, secret=_secret(settings))
    slack = _slack(settings, engine, conversation, schools, events, showing) if settings.slack else None
    teams = _teams(settings, engine, conversation, schools, events, showing) if settings.teams or showing else None
    courier.serve(schools.workspaces, slack.tell if slack else None, teams.tell if teams else None)
    from adapters.web.door import WebDoor

    web = WebDoor(
        conversation,
        schools,
        shelves,
        public_url=settings.base_url,
        now=now,
        demo=showing is not None,
        connected={"slack": settings.slack, "teams": settings.teams},
        ready=_ready(engine),
    )
    return House(engine, schools, shelves, conversation, courier, web, slack, teams)


def application(built: House) -> Starlette:
    """The whole as an ASGI application."""
    from starlette.applications import Starlette

    doors = (*(built.slack.routes() if built.slack else ()), *(built.teams.routes() if built.teams else ()))
    app = Starlette(
        routes=[*doors, *built.web.routes()],
        middleware=built.web.middleware(),
        exception_handlers=built.web.exception_handlers(),
        lifespan=lambda _: _living(built),
    )
    app.router.redirect_slashes = False  # Starlette would send people on to whatever host the request named
    return app


def _secret(settings: Settings) -> str:
    """What the platforms' secrets make together: the same at all replicas, and not in the database."""
    names = ("SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "SLACK_CLIENT_SECRET", "MICROSOFT_APP_PASSWORD")
    return blake2b("\n".join(settings.value(name) for name in names).encode(), digest_size=32).hexdigest()


@asynccontextmanager
async def _living(built: House) -> AsyncIterator[None]:
    """Nothing, while it runs: Slack's websocket is open and old things are forgotten."""
    built.courier.loop = asyncio.get_running_loop()
    await asyncio.to_thread(_warm)
    if built.slack:
        await built.slack.start()
    tidying = asyncio.create_task(_tidy(built.schools))
    try:
        yield
    finally:
        tidying.cancel()
        with suppress(asyncio.CancelledError):
            await tidying
        if built.slack:
            await built.slack.stop()
        if built.teams:
            await built.teams.close()
        built.engine.dispose()


def _warm() -> None:
    """Nothing: what all schools share is loaded, once, before the first message and not by each of the first messages."""
    from bot.triage import triage
    from knowledge.encoder import encoder
    from knowledge.topics.fitted import topic_model
    from knowledge.weights import weights

    encoder(), topic_model(), weights(), triage("good morning to you all")


async def _tidy(schools: StoreSchools) -> None:
    """Nothing, as long as Signpost runs: what is old is forgotten every minute."""
    while True:
        try:
            await asyncio.to_thread(schools.forget_old, now())
        except Exception as error:  # the database may be away for a while: the next minute comes
            log.error("tidy.failed error=%s", type(error).__name__)
        await asyncio.sleep(TIDY_EVERY)


def _ready(engine: Engine) -> Callable[[], str]:
    def ready() -> str:
        try:
            reach(engine)
        except DatabaseUnusable:
            return "The database cannot be opened."
        return ""

    return ready


def _slack(
    settings: Settings, engine: Engine, conversation: Conversation, schools: StoreSchools, events: StoreHeardEvents, showing: Demo | None
) -> SlackDoor:
    from adapters.slack.door import SlackDoor
    from adapters.slack.settings import SlackSettings
    from adapters.store.slack_installations import SlackInstallations, SlackStates

    told = SlackSettings(
        signing_secret=settings.value("SLACK_SIGNING_SECRET"),
        bot_token=settings.value("SLACK_BOT_TOKEN"),
        app_token=settings.value("SLACK_APP_TOKEN"),
        client_id=settings.value("SLACK_CLIENT_ID"),
        client_secret=settings.value("SLACK_CLIENT_SECRET"),
        api_url=settings.slack_api_url.rstrip("/") + "/",
        public_url=settings.base_url,
    )
    installations = SlackInstallations(engine, told.client_id) if told.installs else None
    states = SlackStates(engine) if told.installs else None
    return SlackDoor(told, conversation, schools, events, installations, states, any_workspace=showing.school if showing else None)


def _teams(
    settings: Settings, engine: Engine, conversation: Conversation, schools: StoreSchools, events: StoreHeardEvents, showing: Demo | None
) -> TeamsDoor:
    from adapters.store.references import ConversationReference as Kept
    from adapters.store.references import TeamsReferences
    from adapters.teams.door import TeamsDoor
    from adapters.teams.references import ConversationReference
    from adapters.teams.settings import TeamsSettings

    told = TeamsSettings(
        app_id=settings.microsoft_app_id or DEMO_APP,
        app_password=settings.value("MICROSOFT_APP_PASSWORD"),
        tenant_id=settings.microsoft_app_tenant_id,
        public_url=settings.base_url,
        metadata_url=settings.microsoft_metadata_url,
        login_url=settings.microsoft_login_url,
        unauthenticated=showing is not None,
    )
    store = TeamsReferences(engine, now)

    class References:
        """The store's references as the Teams door's: each has a record of its own, of the same fields."""

        def keep(self, reference: ConversationReference) -> None:
            """Nothing: kept, in place of an older one of the same tenant and user."""
            store.keep(Kept(**asdict(reference)))

        def of_user(self, tenant: str, user: str) -> ConversationReference | None:
            """Where that person is reached; None where the app never met them."""
            kept = store.of_user(tenant, user)
            return ConversationReference(**asdict(kept)) if kept else None

    return TeamsDoor(told, conversation, schools, events, References(), any_tenant=showing.school if showing else None)


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
