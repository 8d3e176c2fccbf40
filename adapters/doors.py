"""The Slack and Teams doors put together from the settings and the store. Each is imported only where it is set up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from adapters.settings import Settings
from adapters.store.heard_events import StoreHeardEvents
from adapters.store.schools import StoreSchools
from adapters.store.sealing import Keys
from bot.concerns.reports import Reports
from bot.conversation import Conversation
from bot.ports import NewId, Now

if TYPE_CHECKING:
    from adapters.slack.door import SlackDoor
    from adapters.teams.door import TeamsDoor

DEMO_APP = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Core:
    """What every door is given. ``demo_school``: the one that all workspaces belong to, in a demonstration only."""

    settings: Settings
    engine: Engine
    conversation: Conversation
    schools: StoreSchools
    events: StoreHeardEvents
    reports: Reports
    keys: Keys
    now: Now
    new_id: NewId
    demo_school: str | None = None


def slack_door(core: Core) -> SlackDoor:
    """The Slack door."""
    from adapters.slack.door import SlackDoor
    from adapters.slack.settings import SlackSettings
    from adapters.store.slack_installations import SlackInstallations, SlackStates

    settings = core.settings
    told = SlackSettings(
        signing_secret=settings.value("SLACK_SIGNING_SECRET"),
        bot_token=settings.value("SLACK_BOT_TOKEN"),
        app_token=settings.value("SLACK_APP_TOKEN"),
        client_id=settings.value("SLACK_CLIENT_ID"),
        client_secret=settings.value("SLACK_CLIENT_SECRET"),
        api_url=settings.slack_api_url.rstrip("/") + "/",
        public_url=settings.base_url,
    )
    return SlackDoor(
        told,
        core.conversation,
        core.schools,
        core.events,
        SlackInstallations(core.engine, told.client_id, core.keys) if told.installs else None,
        SlackStates(core.engine) if told.installs else None,
        any_workspace=core.demo_school,
        reports=core.reports,
    )


def teams_door(core: Core) -> TeamsDoor:
    """The Teams door; in a demonstration it asks for no token."""
    from adapters.store.references import ConversationReference as Kept
    from adapters.store.references import TeamsReferences
    from adapters.teams.door import TeamsDoor
    from adapters.teams.references import ConversationReference
    from adapters.teams.settings import TeamsSettings

    settings = core.settings
    told = TeamsSettings(
        app_id=settings.microsoft_app_id or DEMO_APP,
        app_password=settings.value("MICROSOFT_APP_PASSWORD"),
        tenant_id=settings.microsoft_app_tenant_id,
        public_url=settings.base_url,
        metadata_url=settings.microsoft_metadata_url,
        login_url=settings.microsoft_login_url,
        unauthenticated=core.demo_school is not None,
    )
    store = TeamsReferences(core.engine, core.now)

    class References:
        """The store's references as the Teams door's: each has a record of its own, of the same fields."""

        def keep(self, reference: ConversationReference) -> None:
            """Nothing: kept, in place of an older one of the same tenant and user."""
            store.keep(Kept(**asdict(reference)))

        def of_user(self, tenant: str, user: str) -> ConversationReference | None:
            """Where that person is reached; None where the app never met them."""
            kept = store.of_user(tenant, user)
            return ConversationReference(**asdict(kept)) if kept else None

    return TeamsDoor(
        told,
        core.conversation,
        core.schools,
        core.events,
        References(),
        any_tenant=core.demo_school,
        reports=core.reports,
        new_id=core.new_id,
    )
