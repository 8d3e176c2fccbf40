"""All that Signpost uses of the Bot Framework SDK, so that its successor replaces one file (upstream support ended in 2025).

The SDK checks tokens, reads activities, makes turns and opens chats. Not used of it, each for a reason:
`CloudAdapter.process` (answers 500 to an invoke with a body, and to malformed tokens), its fetching of keys and tokens (blocking, without
time limit, anew for each turn), its sender (a new connection for each turn, hidden retries) and its writing of messages (a card costs it
several milliseconds of processor time). It has seams for all of these; a message is a POST of JSON, and addressed here as it would.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext  # type: ignore[import-untyped]
from botbuilder.schema import Activity, ChannelAccount, ConversationParameters  # type: ignore[import-untyped]
from botframework.connector import BotFrameworkConnectorConfiguration  # type: ignore[import-untyped]
from botframework.connector.aio import ConnectorClient  # type: ignore[import-untyped]
from botframework.connector.auth import (  # type: ignore[import-untyped]
    AuthenticationConstants,
    BotFrameworkAuthentication,
    BotFrameworkAuthenticationFactory,
    ClaimsIdentity,
    ConnectorFactory,
    JwtTokenExtractor,
    PasswordServiceClientCredentialFactory,
)
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult  # type: ignore[import-untyped]

from adapters.teams.outbound import Outbound
from adapters.teams.pipeline import Calls, pipeline
from adapters.teams.references import ConversationReference
from adapters.teams.settings import TeamsSettings
from adapters.teams.tokens import BotToken, SigningKeys

CHANNEL = "msteams"
ISSUER = AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER
LOGGERS = ("botbuilder", "botframework", "msrest", "msal", "aiohttp", "urllib3", "requests_oauthlib", "oauthlib")


class Unauthorised(Exception):
    """The caller is not shown to be the Bot Connector."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. ``service_url``: the one address this caller's conversations may be answered at; None in the demo.

    ``tenant``: where the token names one, else "".
    """

    service_url: str | None
    tenant: str = ""

    def vouch_for(self, service_url: str) -> bool:
        """Whether something may be sent to that address for this caller: with the bot's token, so only where the signed claim says."""
        return service_url == self.service_url if self.service_url is not None else _on_this_machine(service_url)


@dataclass(frozen=True, slots=True)
class InvokeAnswer:
    """What goes back in the HTTP answer to an invoke."""

    status: int
    body: dict[str, Any]


class Turn:
    """One activity being answered, in its own conversation. ``activity``: what came in, as it came."""

    def __init__(self, calls: Calls, activity: Mapping[str, Any]) -> None:
        self._calls = calls
        self._activity = activity

    async def say(self, message: Mapping[str, Any]) -> None:
        """Nothing: the message activity was taken. Raises Refused."""
        url, addressed = reply_to(self._activity, message)
        headers = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}
        await self._calls.call("POST", url, headers=headers, data=json.dumps(addressed).encode())


def reply_to(activity: Mapping[str, Any], message: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Where a message goes that answers an activity, and the message with its address on it."""
    address = {
        "channelId": activity.get("channelId"),
        "serviceUrl": activity["serviceUrl"],
        "locale": activity.get("locale"),
        "conversation": activity["conversation"],
        "from": activity.get("recipient"),
        "recipient": activity.get("from"),
        "replyToId": activity.get("id") if activity.get("type") != "conversationUpdate" else None,
        "inputHint": "acceptingInput",
    }
    url = f"{activity['serviceUrl'].rstrip('/')}/v3/conversations/{quote(activity['conversation']['id'], safe='')}/activities"
    if address["replyToId"]:
        url += f"/{quote(address['replyToId'], safe='')}"
    return url, {**{name: value for name, value in address.items() if value}, **message}


Act = Callable[[Turn], Awaitable[InvokeAnswer | None]]


class BotFramework:
    """One bot registration at work. Used from one event loop."""

    def __init__(self, settings: TeamsSettings) -> None:
        for name in LOGGERS:  # at DEBUG some of them print requests, with ids and words in them
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._outbound = Outbound()
        self._settings = settings
        token = None if settings.unauthenticated else BotToken(settings, self._outbound)
        self._calls = Calls(self._outbound, token)
        self._connections = _Connections(self._calls)
        self._authentication = _Authentication(self._connections)
        self._adapter = CloudAdapterBase(self._authentication)
        # The SDK looks its keys up in this cache by address, and fetches them itself only where the address is missing.
        JwtTokenExtractor.metadataCache[settings.metadata_url] = SigningKeys(settings.metadata_url, self._outbound)
        self._checker = BotFrameworkAuthenticationFactory.create(
            to_channel_from_bot_login_url=settings.login_url,
            to_channel_from_bot_oauth_scope=ISSUER,
            to_bot_from_channel_token_issuer=ISSUER,
            to_bot_from_channel_open_id_metadata_url=settings.metadata_url,
            to_bot_from_emulator_open_id_metadata_url=settings.metadata_url,  # only a token of the channel's issuer gets past `claims`
            credential_factory=PasswordServiceClientCredentialFactory(settings.app_id, settings.app_password, settings.tenant_id),
        )
        self._identity = ClaimsIdentity({AuthenticationConstants.AUDIENCE_CLAIM: settings.app_id}, True)

    async def claims(self, header: str | None) -> Claims:
        """What the caller's token says, its signature, issuer, audience and times checked. Raises Unauthorised, whatever is wrong."""
        if self._settings.unauthenticated:
            return Claims(None)
        try:
            checked = await self._checker.authenticate_request(Activity(channel_id=CHANNEL), header or "")
        except Exception as error:  # the SDK has an odd error for each odd token; every one of them means no
            raise Unauthorised from error
        claims = checked.claims_identity.claims
        # The SDK lets tokens of its emulator and of other bots pass by other rules, and tokens without an end.
        if claims.get("iss") != ISSUER or claims.get("aud") != self._settings.app_id or "exp" not in claims or not claims.get("serviceurl"):
            raise Unauthorised
        return Claims(str(claims["serviceurl"]), str(claims.get("tid") or ""))

    async def turn(self, raw: dict[str, Any], act: Act) -> InvokeAnswer | None:
        """What `act` answers an invoke with, None for all else. Raises ValueError where the SDK cannot read the activity."""
        try:
            activity = Activity().deserialize(raw)
        except Exception as error:  # msrest raises whatever its parsing meets
            raise ValueError("not an activity") from error
        activity.delivery_mode = None  # answers go out as messages, whatever the caller would like
        result = AuthenticateRequestResult()
        result.claims_identity, result.audience, result.connector_factory = self._identity, ISSUER, self._connections

        async def logic(context: TurnContext) -> None:
            answer = await act(Turn(self._calls, raw))
            if answer is not None:
                response = InvokeResponse(status=answer.status, body=answer.body)
                await context.send_activity(Activity(type="invokeResponse", value=response))

        made = await self._adapter.process_activity(result, activity, logic)
        if made is None:
            return None
        return InvokeAnswer(int(made.status), made.body or {}) if made.status else InvokeAnswer(HTTPStatus.NOT_IMPLEMENTED, {})

    async def send(self, reference: ConversationReference, message: Mapping[str, Any]) -> None:
        """Nothing: the message was taken in a chat known from earlier. Raises Refused."""
        heard = {
            "channelId": CHANNEL,
            "serviceUrl": reference.service_url,
            "recipient": {"id": reference.bot},
            "conversation": {"id": reference.conversation, "tenantId": reference.tenant},
        }
        await Turn(self._calls, heard).say(message)

    async def open_chat(self, tenant: str, sender: str, bot: str, service_url: str) -> str:
        """The id of the personal chat with the owner of a Teams id. Raises Refused, 403 where the app is not installed for them."""
        opened = ""

        async def logic(context: TurnContext) -> None:
            nonlocal opened
            opened = str(context.activity.conversation.id)

        wanted = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=bot),
            members=[ChannelAccount(id=sender)],
            tenant_id=tenant,
            channel_data={"tenant": {"id": tenant}},
        )
        await self._adapter.create_conversation(self._settings.app_id, logic, wanted, CHANNEL, service_url, ISSUER)
        return opened

    async def close(self) -> None:
        """Nothing: connections are closed."""
        await self._outbound.close()


class _Connections(ConnectorFactory):  # type: ignore[misc]
    """One connector client for each service address: there are a handful, one for each region of Teams."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._clients: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, *_: object) -> ConnectorClient:
        """The client for an address."""
        if service_url not in self._clients:
            # The credentials are never asked: they belong to the SDK's own pipeline, in whose place ours stands.
            configuration = BotFrameworkConnectorConfiguration("unused", service_url, pipeline_type=lambda _: pipeline(self._calls))
            self._clients[service_url] = ConnectorClient(None, custom_configuration=configuration)
        return self._clients[service_url]


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """What the SDK's adapter asks for while it makes a turn: whose token it is was checked before."""

    def __init__(self, connections: _Connections) -> None:
        self._connections = connections

    async def authenticate_request(self, *_: object) -> AuthenticateRequestResult:
        """Never asked: turns begin with what `claims` has checked."""
        raise PermissionError

    async def authenticate_streaming_request(self, *_: object) -> AuthenticateRequestResult:
        """Never asked: Teams does not stream."""
        raise PermissionError

    def create_connector_factory(self, *_: object) -> ConnectorFactory:
        """The connections."""
        return self._connections

    async def create_user_token_client(self, *_: object) -> None:
        """Nothing: nobody signs in."""


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
