"""A local Microsoft for the Teams door: signing keys, the login that gives out tokens, and the Bot Connector, over real HTTP.

It refuses what the Bot Connector refuses: calls without the token it gave out, chats it does not know, messages that are too large.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

APP_ID = "00000000-0000-4000-8000-00000000a99d"
PASSWORD = "a-password-of-the-stand-in"  # noqa: S105
HOME_TENANT = "home-tenant"
ISSUER = "https://api.botframework.com"
KEY_ID = "key-1"
BOT = f"28:{APP_ID}"
MOST_BYTES = 28 * 1024
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Posted:
    """A message the bot sent. ``scope``: of the conversation it went to."""

    conversation: str
    activity: dict[str, Any]
    scope: str

    @property
    def card(self) -> dict[str, Any] | None:
        """The card on it."""
        found = self.activity.get("attachments") or [None]
        return found[0]["content"] if found[0] else None

    @property
    def text(self) -> str:
        """What a client without cards shows."""
        return str(self.card["fallbackText"] if self.card else self.activity.get("text", ""))


@dataclass
class TeamsStandIn:
    """What is posted, and what goes wrong. ``installed``: whose personal chat may be opened. ``refusals``: (status, Retry-After) of the
    next calls, or True in place of a status for every call until it is cleared. ``calls``: (method, path) of everything asked."""

    url: str = ""
    posted: list[Posted] = field(default_factory=list)
    scopes: dict[str, str] = field(default_factory=dict)
    installed: set[str] = field(default_factory=set)
    refusals: list[tuple[int, str | None]] = field(default_factory=list)
    refuse_all: int = 0
    keys_down: bool = False
    calls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    needs_token: bool = True
    key: rsa.RSAPrivateKey = KEY
    published: list[tuple[str, rsa.RSAPrivateKey]] = field(default_factory=list)
    _count: Iterator[int] = field(default_factory=itertools.count)

    @property
    def service_url(self) -> str:
        """Where the bot sends to: with a region in it, as Teams has it."""
        return f"{self.url}/uk/"

    def token(self, key: rsa.RSAPrivateKey | None = None, key_id: str = KEY_ID, algorithm: str = "RS256", **claims: Any) -> str:
        """A token of the Bot Connector, with other claims where given (None leaves one out)."""
        now = int(time.time())
        whole = {"iss": ISSUER, "aud": APP_ID, "serviceurl": self.service_url, "nbf": now - 10, "exp": now + 3600, **claims}
        whole = {name: value for name, value in whole.items() if value is not None}
        return (
            jwt.encode(whole, key or self.key, algorithm, headers={"kid": key_id}) if algorithm != "none" else jwt.encode(whole, "", "none")
        )

    def activity(
        self,
        text: str = "",
        *,
        event: str | None = None,
        tenant: str | None = "known-tenant",
        scope: str = "personal",
        user: str = "user-1",
        **more: Any,
    ) -> dict[str, Any]:
        """An activity as Teams delivers it."""
        number = next(self._count)
        conversation = f"a:{tenant}-{user}" if scope == "personal" else f"19:{scope}-{tenant}@thread.tacv2;messageid={number // 1000}"
        self.scopes[conversation] = scope
        if scope != "personal" and text:
            mention = "<at>Signpost</at>"
            more = {"entities": [{"type": "mention", "text": mention, "mentioned": {"id": BOT, "name": "Signpost"}}], **more}
            text = f"{mention} {text}"
        return {
            "type": "message",
            "id": event or f"activity-{number}",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "timestamp": "2026-11-21T09:00:00.000Z",
            "from": {"id": f"29:{user}", "name": "Sam Reed", "aadObjectId": f"entra-{user}"},
            "recipient": {"id": BOT, "name": "Signpost"},
            "conversation": {"id": conversation, "conversationType": scope, "tenantId": tenant, "isGroup": scope != "personal"},
            "channelData": {"tenant": {"id": tenant}} if tenant else {},
            **({"text": text, "textFormat": "plain"} if text else {}),
            **more,
        }

    def forget(self) -> None:
        """Nothing: nothing was posted, nobody is known, nothing goes wrong."""
        for kept in (self.posted, self.scopes, self.installed, self.refusals, self.calls, self.bodies):
            kept.clear()
        self.refuse_all = 0

    def app(self) -> ASGIApp:
        """Everything served."""
        return Starlette(
            routes=[
                Route("/.well-known/openidconfiguration", self._metadata),
                Route("/keys", self._keys),
                Route("/{tenant}/oauth2/v2.0/token", self._login, methods=["POST"]),
                Route("/uk/v3/conversations", self._open, methods=["POST"]),
                Route("/uk/v3/conversations/{conversation}/activities", self._post, methods=["POST"]),
                Route("/uk/v3/conversations/{conversation}/activities/{reply_to}", self._post, methods=["POST"]),
            ]
        )

    async def _metadata(self, request: Request) -> Response:
        self.calls.append(("GET", request.url.path))
        if self.keys_down:
            return Response(status_code=503)
        return JSONResponse({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, request: Request) -> Response:
        keys = [*self.published, (KEY_ID, self.key)]
        return JSONResponse(
            {
                "keys": [
                    {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "endorsements": ["msteams"]} for name, key in keys
                ]
            }
        )

    async def _login(self, request: Request) -> Response:
        self.calls.append(("POST", request.url.path))
        form = dict(pair.split("=", 1) for pair in (await request.body()).decode().split("&"))
        if (form["client_id"], form["client_secret"], request.path_params["tenant"]) != (APP_ID, PASSWORD, HOME_TENANT):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = f"bot-token-{next(self._count)}"
        self.tokens.add(token)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 3599})

    def _refusal(self, request: Request) -> Response | None:
        self.calls.append((request.method, request.url.path))
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.needs_token and shown not in self.tokens:
            return JSONResponse({"message": "Authorization has been denied for this request."}, 401)
        if self.refuse_all or self.refusals:
            status, after = (self.refuse_all, None) if self.refuse_all else self.refusals.pop(0)
            return JSONResponse({"error": {"code": "Refused"}}, status, {"Retry-After": after} if after else {})
        return None

    async def _open(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        wanted = await request.json()
        user = wanted["members"][0]["id"].removeprefix("29:")
        if user not in self.installed:
            return JSONResponse({"error": {"code": "BotNotInConversationRoster", "message": "The bot is not part of it."}}, 403)
        conversation = f"a:{wanted['channelData']['tenant']['id']}-{user}"
        self.scopes[conversation] = "personal"
        return JSONResponse({"id": conversation}, 201)

    async def _post(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        body = await request.body()
        conversation = request.path_params["conversation"]
        if conversation not in self.scopes:
            return JSONResponse({"error": {"code": "ConversationNotFound"}}, 404)
        if len(body) > MOST_BYTES:
            return JSONResponse({"error": {"code": "MessageSizeTooBig"}}, 413)
        self.bodies.append(len(body))
        self.posted.append(Posted(conversation, json.loads(body), self.scopes[conversation]))
        return JSONResponse({"id": f"message-{next(self._count)}"}, 201)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The address at which an app is served from a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(5)


@contextmanager
def standing_in() -> Iterator[TeamsStandIn]:
    """The stand-in, served."""
    stand_in = TeamsStandIn()
    with served(stand_in.app()) as url:
        stand_in.url = url
        yield stand_in
