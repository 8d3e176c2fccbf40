"""Installations kept in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from tests.stand_ins.slack import Workspace


class InMemoryInstallations(AsyncInstallationStore):
    """Who installed the app. ``looked_up``: how often it was asked."""

    def __init__(self, workspaces: Iterable[Workspace] = ()) -> None:
        self.bots = {one.team: _bot(one) for one in workspaces}
        self.looked_up = 0

    async def async_save(self, installation: Installation) -> None:
        """Nothing: keeps it."""
        self.bots[installation.team_id or ""] = installation.to_bot()

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of a workspace."""
        self.looked_up += 1
        return self.bots.get(team_id or "")

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Nothing: it is gone."""
        self.bots.pop(team_id or "", None)

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Nothing: it is gone."""
        self.bots.pop(team_id or "", None)

    async def async_delete_installation(self, **_: Any) -> None:
        """Nothing."""


def _bot(workspace: Workspace) -> Bot:
    return Bot(
        app_id="A1",
        team_id=workspace.team,
        bot_token=workspace.token,
        bot_id=workspace.bot_id,
        bot_user_id=workspace.bot_user,
        bot_scopes=sorted(workspace.scopes),
        installed_at=0.0,
    )
