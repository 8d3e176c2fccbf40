"""Slack's Web API and Microsoft's keys, login and Bot Connector at one address, noting when each reply came.

Lighter than the tests' stand-ins: it shares two cores with the server that is measured. What it was shown is looked at after the run.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

from aiohttp import web
from jwt.algorithms import RSAAlgorithm

from tests.stand_ins.teams import ISSUER, KEY, KEY_ID, TeamsStandIn
from tools.bench_doors.schools import bot_token

ECHO_TOKEN = "xoxb-echo"  # noqa: S105
TEAMS_TOKEN = "a-token-of-the-bench"  # noqa: S105
HOME_TENANT = "bench.example"


@dataclass(frozen=True, slots=True)
class Posted:
    """One message a bot posted. ``at``: on the system's monotonic clock."""

    at: float
    body: bytes


@dataclass
class Platforms:
    """What was posted, by the id of the message it answers. ``refused``: how many calls were, by why."""

    posted: defaultdict[str, list[Posted]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)
    microsoft: TeamsStandIn = field(default_factory=TeamsStandIn)
    url: str = ""

    def begin_again(self) -> None:
        """Nothing: forgets all that was posted."""
        self.posted.clear()
        self.refused.clear()

    async def slack(self, request: web.Request) -> web.Response:
        """The answer to a call of Slack's Web API."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        match request.match_info["method"]:
            case "auth.test":
                return web.json_response({"ok": True, "team_id": "T", "user_id": "UBOT", "bot_id": "B", "url": "https://example.org/"})
            case "chat.postMessage":
                body = await request.read()
                at = monotonic()
                channel = str(json.loads(body)["channel"])
                if token not in {ECHO_TOKEN, bot_token(team_of(channel))}:
                    return self._refuse_slack("channel_not_found")
                self.posted[channel].append(Posted(at, body))
                return web.json_response({"ok": True, "ts": "1700000000.000001", "channel": channel})
        return self._refuse_slack(f"unknown_method {request.match_info['method']}")

    async def connector(self, request: web.Request) -> web.Response:
        """The answer to a message sent through the Bot Connector."""
        body = await request.read()
        at = monotonic()
        if request.headers.get("authorization") != f"Bearer {TEAMS_TOKEN}":
            self.refused["teams unauthorised"] += 1
            return web.json_response({"message": "Authorization has been denied for this request."}, status=401)
        self.posted[request.match_info["reply_to"]].append(Posted(at, body))
        return web.json_response({"id": "message-1"}, status=201)

    async def login(self, _: web.Request) -> web.Response:
        """The bot's token."""
        return web.json_response({"access_token": TEAMS_TOKEN, "token_type": "Bearer", "expires_in": 3599})

    async def metadata(self, _: web.Request) -> web.Response:
        """Where the signing keys are."""
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def keys(self, _: web.Request) -> web.Response:
        """The signing keys."""
        key = {**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": KEY_ID, "endorsements": ["msteams"]}
        return web.json_response({"keys": [key]})

    async def all_answered(self, wanted: set[str], seconds: float) -> None:
        """Nothing, once something was posted for each of these, or the time is over."""
        until = monotonic() + seconds
        while monotonic() < until and not wanted <= self.posted.keys():
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)  # for the second message of a long answer, and for duplicates

    def _refuse_slack(self, why: str) -> web.Response:
        self.refused[why] += 1
        return web.json_response({"ok": False, "error": why.split()[0]})


def team_of(channel: str) -> str:
    """The workspace of a channel of the bench."""
    return channel.removeprefix("D").partition("-")[0]


@asynccontextmanager
async def standing_in() -> AsyncIterator[Platforms]:
    """The platforms, served from this event loop."""
    made = Platforms()
    app = web.Application(client_max_size=1_000_000)
    app.add_routes(
        [
            web.post("/api/{method}", made.slack),
            web.get("/metadata", made.metadata),
            web.get("/keys", made.keys),
            web.post("/{tenant}/oauth2/v2.0/token", made.login),
            web.post("/uk/v3/conversations/{conversation}/activities/{reply_to}", made.connector),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = made.microsoft.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()
