"""Whose signature counts (Microsoft's signing keys), and the bot's own token. Both are fetched rarely and never block the event loop."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

from jwt.algorithms import RSAAlgorithm

from adapters.teams.outbound import Outbound, Refused
from adapters.teams.settings import TeamsSettings

DAY = 24 * 3600.0
SCOPE = "https://api.botframework.com/.default"


class UnknownKey(Exception):
    """No published key has signed this, or the keys cannot be had."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A published key and the channels it vouches for."""

    public_key: Any
    endorsements: list[str]


class SigningKeys:
    """The keys published at an OpenID metadata address: fetched again after a day, or for a key not yet seen.

    ``pause``: seconds for which a fetch that failed, or that did not bring the key, is not repeated: else anybody could have us call out.
    """

    def __init__(self, metadata_url: str, outbound: Outbound, pause: float = 30.0) -> None:
        self._url = metadata_url
        self._outbound = outbound
        self._pause = pause
        self._keys: dict[str, SigningKey] = {}
        self._fetched = self._tried = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def get(self, key_id: str) -> SigningKey:
        """The key of that id. Raises UnknownKey."""
        if key_id not in self._keys or self._fetched < time.monotonic() - DAY:
            async with self._one_at_a_time:
                old = self._fetched < time.monotonic() - DAY
                if (key_id not in self._keys or old) and self._tried < time.monotonic() - self._pause:
                    await self._fetch()
        if key_id not in self._keys:
            raise UnknownKey
        return self._keys[key_id]

    async def _fetch(self) -> None:
        """Nothing: the keys are new. Where they cannot be had the old ones stay: Microsoft publishes new keys days before they sign."""
        self._tried = time.monotonic()
        try:
            metadata = json.loads((await self._outbound.call("GET", self._url)).body)
            published = json.loads((await self._outbound.call("GET", metadata["jwks_uri"])).body)["keys"]
            self._keys = {
                key["kid"]: SigningKey(RSAAlgorithm.from_jwk(key), key.get("endorsements", []))
                for key in published
                if key.get("kty") == "RSA"
            }
        except (Refused, ValueError, KeyError, TypeError, AttributeError) as error:
            if not self._keys:
                raise UnknownKey from error
            return
        self._fetched = self._tried


class BotToken:
    """The token the bot shows to the Bot Connector, from the registration's id and password; kept until shortly before it ends."""

    def __init__(self, settings: TeamsSettings, outbound: Outbound) -> None:
        self._url = f"{settings.login_url.rstrip('/')}/{settings.tenant_id or 'botframework.com'}/oauth2/v2.0/token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": settings.app_id,
            "client_secret": settings.app_password,
            "scope": SCOPE,
        }
        self._outbound = outbound
        self._token = ""
        self._until = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def value(self) -> str:
        """The token. Raises Refused where none is given: a wrong id or password, or the login is down."""
        if self._until < time.monotonic():
            async with self._one_at_a_time:
                if self._until < time.monotonic():
                    await self._fetch()
        return self._token

    def forget(self) -> None:
        """Nothing: the next call gets a new token, this one having been refused."""
        self._until = float("-inf")

    async def _fetch(self) -> None:
        answer = await self._outbound.call("POST", self._url, data=self._form)
        try:
            given = json.loads(answer.body)
            self._token, lasts = str(given["access_token"]), float(given.get("expires_in", 3600))
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(0) from error
        self._until = time.monotonic() + max(lasts - 300, 30)
