"""The bare bots Signpost is measured against: a Bolt app and a botbuilder adapter that say back what they hear, and nothing else."""

from __future__ import annotations

import os
import sys

import uvicorn
from botbuilder.core import CloudAdapterBase, TurnContext  # type: ignore[import-untyped]
from botbuilder.schema import Activity  # type: ignore[import-untyped]
from botframework.connector.auth import (  # type: ignore[import-untyped]
    AppCredentials,
    AuthenticationConstants,
    BotFrameworkAuthenticationFactory,
    PasswordServiceClientCredentialFactory,
)
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ISSUER = AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER


class HeldToken(AppCredentials):  # type: ignore[misc]
    """The bot's token, held already: the SDK's own way to it insists on https, and would be in none of its later calls either."""

    def get_access_token(self, force_refresh: bool = False) -> str:  # noqa: ARG002 - the SDK's signature
        """The token."""
        return os.environ["BENCH_TEAMS_TOKEN"]


class HeldTokens(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
    """Gives the SDK that token."""

    async def create_credentials(self, app_id: str, *_: object, **__: object) -> AppCredentials:
        """The credentials."""
        return HeldToken(app_id)


def slack() -> Route:
    """Where Slack delivers."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(signing_secret=os.environ["SLACK_SIGNING_SECRET"], client=client)

    @app.event("message")
    async def heard(event: dict[str, str], client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], text=event["text"])

    deliveries = AsyncSlackRequestHandler(app)

    async def delivered(request: Request) -> Response:
        return await deliveries.handle(request)

    return Route("/slack/events", delivered, methods=["POST"])


def teams() -> Route:
    """Where Teams delivers."""
    app_id, metadata = os.environ["MICROSOFT_APP_ID"], os.environ["MICROSOFT_METADATA_URL"]
    adapter = CloudAdapterBase(
        BotFrameworkAuthenticationFactory.create(
            to_channel_from_bot_login_url=os.environ["MICROSOFT_LOGIN_URL"],
            to_channel_from_bot_oauth_scope=ISSUER,
            to_bot_from_channel_token_issuer=ISSUER,
            to_bot_from_channel_open_id_metadata_url=metadata,
            to_bot_from_emulator_open_id_metadata_url=metadata,
            credential_factory=HeldTokens(app_id, os.environ["MICROSOFT_APP_PASSWORD"]),
        )
    )

    async def heard(turn: TurnContext) -> None:
        await turn.send_activity(turn.activity.text)

    async def delivered(request: Request) -> Response:
        activity = Activity().deserialize(await request.json())
        await adapter.process_activity(request.headers.get("authorization", ""), activity, heard)
        return Response(status_code=200)

    return Route("/api/messages", delivered, methods=["POST"])


async def alive(_: Request) -> Response:
    """200."""
    return Response()


if __name__ == "__main__":
    routes = [slack(), teams(), Route("/healthz", alive)]
    uvicorn.run(
        Starlette(routes=routes), port=int(sys.argv[1]), log_config=None, access_log=False, server_header=False, proxy_headers=False
    )
