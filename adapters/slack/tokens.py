"""With which token this bot speaks in a workspace: from the installations, else the one token it was given."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.sending import PASSING, Refused, attempt

log = logging.getLogger("signpost.slack")

REMEMBERED = 60.0  # seconds: another replica may have installed anew or uninstalled
MINUTES_BEFORE_EXPIRY = 120


@dataclass(frozen=True, slots=True)
class Held:
    """A bot token with who it speaks as; the ids are "" where Slack could not be asked."""

    token: str
    bot_id: str = ""
    bot_user: str = ""


class Tokens(AsyncAuthorize):
    """The token of each workspace, remembered for a minute."""

    def __init__(
        self,
        client: AsyncWebClient,
        bot_token: str,
        installations: AsyncInstallationStore | None,
        client_id: str = "",
        client_secret: str = "",
    ) -> None:
        self._client = client
        self._bot_token = bot_token
        self._installations = installations
        self._rotator = AsyncTokenRotator(client_id=client_id, client_secret=client_secret, client=client) if client_id else None
        self._remembered: dict[tuple[str, str], tuple[float, Held | None]] = {}
        self._own: Held | None = None

    async def __call__(
        self,
        *,
        context: Any,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,  # noqa: ARG002  (Bolt names it; this bot keeps no tokens of people)
        **actors: str | None,  # noqa: ARG002
    ) -> AuthorizeResult | None:
        """What Bolt wants to know of a workspace; None where this bot is not installed there."""
        held = await self.of(team_id or "", enterprise_id or "", is_enterprise=bool(context.is_enterprise_install))
        if held is None:
            log.warning("slack.no_token")
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=held.bot_user or None,
            bot_id=held.bot_id or None,
            bot_token=held.token,
        )

    async def of(self, team: str, enterprise: str = "", *, is_enterprise: bool = False) -> Held | None:
        """The token for a workspace, None where there is none."""
        kept = self._remembered.get((enterprise, team))
        if kept is not None and kept[0] > monotonic():
            return kept[1]
        held = await self._installed(team, enterprise, is_enterprise=is_enterprise) or await self._given()
        self._remembered[enterprise, team] = (monotonic() + REMEMBERED, held)
        return held

    async def check(self) -> None:
        """Nothing: Slack is asked whether the one token is good. Where it is not, the log says so now, not with the first message."""
        await self._given()

    def forget(self, team: str) -> None:
        """Nothing: the workspace's token is looked up anew."""
        for key in [key for key in self._remembered if key[1] == team]:
            del self._remembered[key]

    async def uninstalled(self, team: str, enterprise: str = "") -> None:
        """Nothing: the installation is gone, and its token with it."""
        if self._installations is not None:
            await self._installations.async_delete_all(enterprise_id=enterprise or None, team_id=team or None)
        self.forget(team)

    async def _installed(self, team: str, enterprise: str, *, is_enterprise: bool) -> Held | None:
        if self._installations is None:
            return None
        bot: Bot | None = await self._installations.async_find_bot(
            enterprise_id=enterprise or None, team_id=team or None, is_enterprise_install=is_enterprise
        )
        if bot is None:
            return None
        if bot.bot_refresh_token and self._rotator is not None:
            fresh = await self._rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=MINUTES_BEFORE_EXPIRY)
            if fresh is not None:
                await self._installations.async_save_bot(fresh)
                bot = fresh
        return Held(bot.bot_token, bot.bot_id or "", bot.bot_user_id or "")

    async def _given(self) -> Held | None:
        if not self._bot_token:
            return None
        if self._own is None:
            asked = await attempt(self._client.auth_test(token=self._bot_token))
            if isinstance(asked, Refused):
                log.error("slack.auth_test why=%s", asked.code)
                held = Held(self._bot_token)
                self._own = None if asked.code in PASSING else held
                return held
            self._own = Held(self._bot_token, str(asked.get("bot_id") or ""), str(asked.get("user_id") or ""))
        return self._own
