"""Slack's installations and OAuth states for asyncio: slack_sdk's own stores, asked in worker threads.

slack_sdk has asynchronous ones too, but those need an asynchronous engine and so a second driver and pool for each database.
"""

from __future__ import annotations

import asyncio
from logging import Logger, getLogger

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import Engine

from adapters.store.sealing import Keys, SealBroken
from adapters.store.slack_tokens import Kept, opened, sealed

STATE_SECONDS = 600  # how long somebody may take to allow the installation

log = getLogger("signpost.slack")


class SlackInstallations(AsyncInstallationStore):
    """Which workspaces have installed the app, with their tokens, by the app's client id. The tokens are sealed.

    Where one does not open, its key gone or its row altered, the workspace counts as one that has not installed: to add the app there
    again mends it, and meanwhile whoever is to be told of a report is told another way.
    """

    def __init__(self, engine: Engine, client_id: str, keys: Keys) -> None:
        self._kept = SQLAlchemyInstallationStore(client_id=client_id, engine=engine)
        self._client_id = client_id
        self._keys = keys

    @property
    def logger(self) -> Logger:
        """Where slack_sdk writes."""
        return self._kept.logger

    async def async_save(self, installation: Installation) -> None:
        """Nothing: keeps an installation and its bot."""
        await asyncio.to_thread(self._kept.save, sealed(installation, self._keys, self._client_id))

    async def async_save_bot(self, bot: Bot) -> None:
        """Nothing: keeps a bot, as after its token was rotated."""
        await asyncio.to_thread(self._kept.save_bot, sealed(bot, self._keys, self._client_id))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The newest bot of a workspace, or None."""
        return self._opened(
            await asyncio.to_thread(
                self._kept.find_bot, enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
            )
        )

    async def async_find_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None, is_enterprise_install: bool | None = False
    ) -> Installation | None:
        """The newest installation of a workspace, or None."""
        return self._opened(
            await asyncio.to_thread(
                self._kept.find_installation,
                enterprise_id=enterprise_id,
                team_id=team_id,
                user_id=user_id,
                is_enterprise_install=is_enterprise_install,
            )
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Nothing: a workspace's bots are gone."""
        await asyncio.to_thread(self._kept.delete_bot, enterprise_id=enterprise_id, team_id=team_id)

    async def async_delete_installation(self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None) -> None:
        """Nothing: a workspace's installations are gone, or one person's."""
        await asyncio.to_thread(self._kept.delete_installation, enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)

    def _opened(self, found: Kept | None) -> Kept | None:
        try:
            return opened(found, self._keys, self._client_id) if found else None
        except SealBroken:
            log.error("slack.token_not_opened")
            return None


class SlackStates(AsyncOAuthStateStore):
    """States handed out when an installation begins, each good once and for a while."""

    def __init__(self, engine: Engine) -> None:
        self._kept = SQLAlchemyOAuthStateStore(expiration_seconds=STATE_SECONDS, engine=engine)

    @property
    def logger(self) -> Logger:
        """Where slack_sdk writes."""
        return self._kept.logger

    async def async_issue(self, *args: object, **kwargs: object) -> str:  # noqa: ARG002 (slack_sdk's signature)
        """A new state."""
        return await asyncio.to_thread(self._kept.issue)

    async def async_consume(self, state: str) -> bool:
        """Whether a state was handed out by us, lately, and not used yet."""
        return await asyncio.to_thread(self._kept.consume, state)
