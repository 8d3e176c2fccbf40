"""A local Slack: its Web API, response addresses and Socket Mode over real HTTP and a real websocket, refusing what Slack refuses."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
from aiohttp import WSMsgType, web

from tests.adapters.slack.limits import faults_of_message, faults_of_view
from tests.stand_ins.slack_workspace import ALL_SCOPES, APP_TOKEN, NEEDED, SIGNING_SECRET, Fault, Posted, Refuse, Workspace, signature

__all__ = ["APP_TOKEN", "NEEDED", "SIGNING_SECRET", "Posted", "SlackStandIn", "Workspace", "signature"]

PATIENCE = 3.0  # seconds Slack waits for an acknowledgement
TRIGGER_HOLDS = 3.0
MOST_STACKED = 3
MOST_ANSWERS = 5  # to one response_url


class SlackStandIn:
    """A Slack of its own, for one app. Start it, add workspaces, deliver; then look at what it was shown."""

    def __init__(self) -> None:
        self.begin_again()
        self._numbers = itertools.count(1)
        self._triggers: dict[str, tuple[float, str]] = {}  # when it was given, and in which window
        self._addresses: dict[str, dict[str, Any]] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._acknowledged: dict[str, tuple[float, Any]] = {}
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def begin_again(self) -> None:
        """Nothing: forgets every workspace and all that was shown; numbers go on."""
        self.workspaces: dict[str, Workspace] = {}  # by token
        self.posted: list[Posted] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[tuple[str, str]] = []
        self.prompts: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.late: list[float] = []  # how long each late acknowledgement took
        self.codes: dict[str, Workspace] = {}  # of OAuth
        self.delay = 0.0  # seconds before each answer

    # ---- running

    def __enter__(self) -> SlackStandIn:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def api_url(self) -> str:
        """What the app is given as SLACK_API_URL."""
        return f"{self.address}/api/"

    def add(self, team: str, *, token: str = "", scopes: frozenset[str] = ALL_SCOPES) -> Workspace:
        """A workspace with the app installed."""
        made = Workspace(team, token or f"xoxb-{team}", scopes)
        self.workspaces[made.token] = made
        return made

    def fail(self, *methods: str, times: int = 1, error: str = "internal_error", retry_after: int | None = None, status: int = 200) -> None:
        """Nothing: the next calls of these methods (of all that show something, where none is named) fail."""
        showing = ("chat.postMessage", "chat.postEphemeral", "response_url", "views.open", "views.update", "views.publish")
        self.faults.append(Fault(methods or showing, times, error, retry_after, status))

    def until(self, true: Callable[[], Any], seconds: float = 5.0) -> Any:
        """What `true` gives once it gives something; fails after `seconds`."""
        with self._changed:
            assert self._changed.wait_for(lambda: bool(true()), seconds), "it never came"
        return true()

    # ---- what Slack issues

    def number(self) -> str:
        """A number never given before."""
        return f"{next(self._numbers):06d}"

    def trigger(self, view: str = "") -> str:
        """A trigger_id that opens one window within three seconds. `view`: the window it was pressed in."""
        made = f"{self.number()}.trigger"
        self._triggers[made] = time.monotonic(), view
        return made

    def response_url(self, team: str, channel: str, user: str, *, replaces: Posted | None = None) -> str:
        """An address that takes up to five answers."""
        key = self.number()
        self._addresses[key] = {"team": team, "channel": channel, "user": user, "left": MOST_ANSWERS, "replaces": replaces}
        return f"{self.address}/response/{key}"

    # ---- delivering

    def deliver(
        self, url: str, body: dict[str, Any], *, retries: int = 0, retry_num: int = 0, sign: Callable[..., Any] | None = None
    ) -> httpx.Response:
        """The door's last answer to a signed delivery; events are delivered again, up to `retries` times, where there is no 2xx in 3 s."""
        as_event = "event" in body or body.get("type") == "url_verification"
        if as_event:
            raw, kind = json.dumps(body).encode(), "application/json"
        else:
            form = body if "command" in body or "ssl_check" in body else {"payload": json.dumps(body)}
            raw, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
        for attempt in range(retry_num, retry_num + retries + 1):
            headers = {"content-type": kind, **(sign or signature)(raw)}
            if attempt:
                headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": "http_error"}
            started = time.monotonic()
            answer = httpx.post(url, content=raw, headers=headers, timeout=10)
            took = time.monotonic() - started
            if took > PATIENCE:
                self.late.append(took)
            elif answer.is_success:
                return answer
        return answer

    def send_envelope(self, payload: dict[str, Any], *, kind: str = "events_api", retry_attempt: int = 0, wait: float = PATIENCE) -> Any:
        """What the app acknowledged an envelope with over its websocket; None where it did not within `wait` seconds."""
        self.until(lambda: self._sockets)
        envelope = {"envelope_id": self.number(), "type": kind, "payload": payload, "accepts_response_payload": True}
        if kind == "events_api":
            envelope |= {"retry_attempt": retry_attempt, "retry_reason": "timeout" if retry_attempt else ""}
        asyncio.run_coroutine_threadsafe(self._sockets[-1].send_json(envelope), self._loop).result(5)
        with self._changed:
            there = self._changed.wait_for(lambda: envelope["envelope_id"] in self._acknowledged, wait)
        return (self._acknowledged[str(envelope["envelope_id"])][1] or {}) if there else None

    # ---- the server

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(client_max_size=5_000_000)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/api/{method}", self._api)
        app.router.add_post("/response/{key}", self._answered)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(self._runner.setup())
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        port = self._runner.addresses[0][1]
        self.address = f"http://127.0.0.1:{port}"
        self._ready.set()
        self._loop.run_forever()

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args = await request.json() if request.content_type == "application/json" else dict(await request.post())
        args = {**request.query, **args}
        if self.delay:
            await asyncio.sleep(self.delay)
        try:
            if (fault := self._fault(method)) is not None:
                return self._failed(fault)
            token = request.headers.get("authorization", "").removeprefix("Bearer ") or str(args.get("token", ""))
            said = self._call(method, token, args)
        except Refuse as refusal:
            self.refused.append((method, str(refusal)))
            return web.json_response({"ok": False, "error": str(refusal)})
        finally:
            self.calls.append((method, args))
            self._tell()
        return web.json_response({"ok": True, **said})

    def _call(self, method: str, token: str, args: dict[str, Any]) -> dict[str, Any]:
        if method == "oauth.v2.access":
            return self._exchange(args)
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refuse("invalid_auth")
            return {"url": f"{self.address.replace('http', 'ws', 1)}/socket"}
        workspace = self.workspaces.get(token)
        if workspace is None:
            raise Refuse("invalid_auth" if token else "not_authed")
        if NEEDED.get(method, "") not in {"", *workspace.scopes}:
            raise Refuse("missing_scope")
        match method:
            case "auth.test":
                return {"team_id": workspace.team, "user_id": workspace.bot_user, "bot_id": workspace.bot_id, "url": "https://example.org/"}
            case "chat.postMessage" | "chat.postEphemeral":
                return self._post(method, workspace, args)
            case "conversations.open":
                return {"channel": {"id": self.direct(workspace, str(args["users"]))}}
            case "chat.getPermalink":
                return self._permalink(workspace, args)
            case "views.open" | "views.push" | "views.update" | "views.publish":
                return self._view(method, args)
            case "assistant.threads.setSuggestedPrompts":
                if not args.get("thread_ts"):
                    raise Refuse("invalid_thread_ts")
                self.prompts.append(args)
                return {}
            case "assistant.threads.setStatus":
                return {}
        raise Refuse("unknown_method")

    def direct(self, workspace: Workspace, user: str) -> str:
        """The channel of direct messages between this bot and a person."""
        if not user.startswith("U"):
            raise Refuse("user_not_found")
        channel = f"D{user}"
        workspace.members[channel] = {user, workspace.bot_user}
        return channel

    def _post(self, method: str, workspace: Workspace, args: dict[str, Any]) -> dict[str, Any]:
        channel, user = str(args.get("channel")), str(args.get("user") or "")
        if channel not in workspace.members:
            raise Refuse("channel_not_found")
        if method == "chat.postEphemeral" and user not in workspace.members[channel]:
            raise Refuse("user_not_in_channel")
        if workspace.bot_user not in workspace.members[channel]:
            raise Refuse("not_in_channel")
        if faults_of_message(args):
            raise Refuse("invalid_blocks")
        self._show(Posted(method, workspace.team, channel, args["text"], args.get("blocks") or [], user, body=args))
        return {"ts": self.posted[-1].ts, "channel": channel}

    def _view(self, method: str, args: dict[str, Any]) -> dict[str, Any]:
        view = args["view"] if isinstance(args["view"], dict) else json.loads(args["view"])
        if faults_of_view(view):
            raise Refuse("invalid_arguments")
        if method == "views.publish":
            self.homes[str(args["user_id"])] = view
            return {"view": {**view, "id": f"V{self.number()}"}}
        below = ""
        if method in {"views.open", "views.push"}:
            given, below = self._triggers.pop(str(args.get("trigger_id")), (-1e9, ""))
            if time.monotonic() - given > TRIGGER_HOLDS:
                raise Refuse("expired_trigger_id")
            if method == "views.push" and self.views.get(below, {}).get("type") != "modal":
                raise Refuse("invalid_trigger_id")
            if method == "views.push" and self._depth(below) >= MOST_STACKED:
                raise Refuse("push_limit_reached")
            view_id = f"V{self.number()}"
        else:
            view_id = str(args.get("view_id"))
            if view_id not in self.views:
                raise Refuse("not_found")
            below = self.views[view_id].get("previous_view_id", "")
        self.views[view_id] = {**view, "id": view_id, "state": {"values": {}}, "previous_view_id": below}
        return {"view": self.views[view_id]}

    def _depth(self, view_id: str) -> int:
        return 1 + self._depth(self.views[view_id].get("previous_view_id", "")) if view_id in self.views else 0

    def _permalink(self, workspace: Workspace, args: dict[str, Any]) -> dict[str, Any]:
        channel, ts = str(args.get("channel")), str(args.get("message_ts"))
        if channel not in workspace.members:
            raise Refuse("channel_not_found")
        return {"channel": channel, "permalink": f"https://{workspace.team.lower()}.slack.com/archives/{channel}/p{ts.replace('.', '')}"}

    def _exchange(self, args: dict[str, Any]) -> dict[str, Any]:
        workspace = self.codes.pop(str(args.get("code")), None)
        if workspace is None:
            raise Refuse("invalid_code")
        return {
            "access_token": workspace.token,
            "scope": ",".join(sorted(workspace.scopes)),
            "bot_user_id": workspace.bot_user,
            "app_id": "A1",
            "team": {"id": workspace.team, "name": "<b>Alder</b> & Co"},
            "authed_user": {"id": "UINSTALLER"},
        }

    async def _answered(self, request: web.Request) -> web.Response:
        address = self._addresses.get(request.match_info["key"])
        body = await request.json()
        try:
            if (fault := self._fault("response_url")) is not None:
                return web.Response(status=503 if fault.status == 200 else fault.status)
            if address is None or address["left"] == 0:
                return web.Response(status=404, text="used_url")
            if faults := faults_of_message(body):
                self.refused.append(("response_url", str(faults)))
                return web.Response(status=400, text="invalid_blocks")
            address["left"] -= 1
            old: Posted | None = address["replaces"]
            if body.get("replace_original") and old is not None:
                old.text, old.blocks = body["text"], body.get("blocks") or []
            else:
                seen_by = "" if body.get("response_type") == "in_channel" else address["user"]
                self._show(
                    Posted("response_url", address["team"], address["channel"], body["text"], body.get("blocks") or [], seen_by, body=body)
                )
            return web.Response(text="ok")
        finally:
            self._tell()

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        self._tell()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                said = json.loads(message.data)
                self._acknowledged[said["envelope_id"]] = (time.monotonic(), said.get("payload"))
                self._tell()
        self._sockets.remove(socket)
        return socket

    def _show(self, posted: Posted) -> None:
        posted.ts = f"1700000000.{self.number()}"
        self.posted.append(posted)

    def _fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if method in fault.methods and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def _failed(self, fault: Fault) -> web.Response:
        if fault.retry_after is not None:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(fault.retry_after)})
        return web.json_response({"ok": False, "error": fault.error}, status=fault.status)

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()
