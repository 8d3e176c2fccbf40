"""The pages at which a workspace adds Signpost: to the button, to Slack, back, and what remains to be done."""

from __future__ import annotations

import hashlib
import hmac
import html
import logging
import secrets
import time

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.slack.answers import DOOR
from adapters.slack.manifest import SCOPES
from adapters.slack.settings import SlackSettings
from bot.ports import Schools

log = logging.getLogger("signpost.slack")

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
LONGEST_INSTALL = 600  # seconds
AUTHORIZE_PATH = "/oauth/v2/authorize"


class SignedStates(AsyncOAuthStateStore):
    """States that carry their own proof: any replica can check one. A cookie ties each to its browser, and Slack takes a code once."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"install-state:" + secret.encode()).digest()

    async def async_issue(self, *_: object, **__: object) -> str:
        """A new state."""
        words = f"{int(time.time())}.{secrets.token_urlsafe(16)}"
        return f"{words}.{self._proof(words)}"

    async def async_consume(self, state: str) -> bool:
        """Whether the state was issued here, not long ago."""
        words, _, proof = state.rpartition(".")
        stamp = words.partition(".")[0]
        if not hmac.compare_digest(proof.encode(), self._proof(words).encode()) or not stamp.isdigit():
            return False
        return 0 <= time.time() - int(stamp) <= LONGEST_INSTALL

    def _proof(self, words: str) -> str:
        return hmac.new(self._key, words.encode(), hashlib.sha256).hexdigest()


class InstallPages:
    """The install pages of one door."""

    def __init__(
        self,
        settings: SlackSettings,
        client: AsyncWebClient,
        installations: AsyncInstallationStore,
        states: AsyncOAuthStateStore | None,
        schools: Schools,
        quiet: logging.Logger,
    ) -> None:
        self._schools = schools
        self.flow = _Flow(
            client=client,
            logger=quiet,
            settings=AsyncOAuthSettings(
                client_id=settings.client_id,
                client_secret=settings.client_secret,
                scopes=list(SCOPES),
                user_scopes=[],
                redirect_uri=settings.public_url.rstrip("/") + REDIRECT_PATH if settings.public_url else None,
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                authorization_url=_authorize_url(settings.api_url),
                installation_store=installations,
                installation_store_bot_only=True,
                state_store=states or SignedStates(settings.client_secret),
                state_expiration_seconds=LONGEST_INSTALL,
                callback_options=AsyncCallbackOptions(success=self._installed, failure=self._not_installed),
                logger=quiet,
            ),
        )

    def routes(self) -> list[Route]:
        """The two pages."""
        return [
            Route(INSTALL_PATH, self._install, methods=["GET"]),
            Route(REDIRECT_PATH, self._come_back, methods=["GET"]),
        ]

    async def _install(self, request: Request) -> Response:
        return to_starlette_response(await self.flow.handle_installation(to_async_bolt_request(request, b"")))

    async def _come_back(self, request: Request) -> Response:
        try:
            answer = await self.flow.handle_callback(to_async_bolt_request(request, b""))
        except SlackClientError as error:  # Slack took the code and then did not answer
            log.error("slack.install_failed error=%s", type(error).__name__)
            answer = _failure_page("slack_did_not_answer", 502)
        return to_starlette_response(answer)

    async def _installed(self, args: AsyncSuccessArgs) -> BoltResponse:
        team = args.installation.team_id or args.installation.enterprise_id or ""
        school = await run_in_threadpool(self._schools.school_of, DOOR, team)
        log.info("slack.installed known=%s", school is not None)
        name = html.escape(args.installation.team_name or "Your workspace")
        if school is not None:
            return page("Signpost is added", f"<p>{name} is connected. Open Signpost in Slack and ask it a question.</p>")
        return page(
            "One step is left",
            f"<p>Signpost is added to {name}, but answers nothing there until the workspace belongs to a school.</p>"
            f"<p>Whoever looks after IT adds <code>{html.escape(team)}</code> to <code>workspaces</code> in the school's "
            "<code>SCHOOL.toml</code>, then runs <code>signpost school apply SCHOOL.toml</code>.</p>",
        )

    async def _not_installed(self, args: AsyncFailureArgs) -> BoltResponse:
        log.warning("slack.not_installed status=%s", args.suggested_status_code)
        return _failure_page(args.reason, args.suggested_status_code)


class _Flow(AsyncOAuthFlow):
    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002
        """The page with the button to Slack."""
        return document(
            "Add Signpost to Slack",
            "<p>Staff ask what your school's policy says and get the rule word for word. Signpost reads only what is written to it.</p>"
            f'<p><a href="{html.escape(url)}">Add Signpost to your workspace</a></p>',
        )


def _failure_page(reason: str, status: int) -> BoltResponse:
    return page(
        "Signpost was not added",
        f"<p>Slack's reason: <code>{html.escape(reason[:100])}</code>.</p>"
        f'<p><a href="{INSTALL_PATH}">Start again</a>, in one browser and within ten minutes.</p>',
        status,
    )


def page(title: str, body: str, status: int = 200) -> BoltResponse:
    """An answer with a page."""
    return BoltResponse(status=status, body=document(title, body), headers={"content-type": "text/html; charset=utf-8"})


def document(title: str, body: str) -> str:
    """A small page without script or style. `body` is HTML, escaped already."""
    words = html.escape(title)
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{words} · Signpost</title></head><body><main><h1>{words}</h1>{body}</main></body></html>"
    )


def _authorize_url(api_url: str) -> str:
    """Where a person allows the app: beside Slack's API, so that a stand-in of Slack stands in for this too."""
    return api_url.rstrip("/").removesuffix("/api") + AUTHORIZE_PATH
