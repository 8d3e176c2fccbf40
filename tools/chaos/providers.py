"""A stand-in of Slack's Web API and a mail server that write down whatever they deliver, and fail when they are told to."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from tools.chaos.plan import CHAT, EMAIL, FOR_GOOD, MOST_UNSAID, Fault, Weather

HOST = "127.0.0.1"
TOKEN = "xoxb-chaos"  # noqa: S105
PING = re.compile(r"A report needs you\. Reference ([0-9A-Z]{4,10})\.")
LONGER_THAN_ANYBODY_WAITS = 30.0  # seconds
RETRY_AFTER = 5
OF_ALL_CALLS = frozenset(Fault) - {Fault.TAKEN_UNSAID}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A ping that reached somebody. ``person``: their Slack id or e-mail address."""

    at: datetime
    way: str
    person: str
    reference: str


@dataclass
class Providers:
    """What was delivered, and every byte that was sent to be delivered. ``pause``: seconds before each answer.

    ``api_url``, ``smtp_port``: where they listen. ``faults``: how often which was met.
    """

    weather: Weather
    pause: float = 0.0
    pings: list[Delivery] = field(default_factory=list)
    others: int = 0  # letters of other kinds
    heard: list[bytes] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    api_url: str = ""
    smtp_port: int = 0

    def fault(self, way: str) -> Fault | None:
        """How a way fails now."""
        found = self.weather.fault(way, time.monotonic())
        if found is Fault.TAKEN_UNSAID and self.faults[f"{way} {found.value}"] >= MOST_UNSAID:
            return None
        if found:
            self.faults[f"{way} {found.value}"] += 1
        return found

    def delivered(self, way: str, person: str, text: str) -> None:
        """Nothing: it has reached them."""
        if found := PING.search(" ".join(text.split())):
            self.pings.append(Delivery(datetime.now(UTC), way, person, found[1]))
        else:
            self.others += 1

    async def slack(self, request: web.Request) -> web.Response:
        """What Slack answers."""
        body, method = await request.read(), request.match_info["method"]
        self.heard.append(f"{request.path_qs} {dict(request.headers)}".encode() + body)
        args = await request.json() if request.content_type == "application/json" else {**request.query, **await request.post()}
        await asyncio.sleep(self.pause)
        fault = self.fault(CHAT) if method == "chat.postMessage" or self.weather.fault(CHAT, time.monotonic()) in OF_ALL_CALLS else None
        if fault is Fault.BUSY:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(RETRY_AFTER)})
        if fault is Fault.ERRORS:
            return web.Response(status=503)
        if fault is Fault.HANGS:
            await asyncio.sleep(LONGER_THAN_ANYBODY_WAITS)
        if fault in {Fault.REFUSES, Fault.HANGS}:
            return self._hung_up(request)
        if method == "auth.test":
            return web.json_response({"ok": True, "team_id": "T00", "user_id": "UBOT", "bot_id": "BBOT"})
        if method == "conversations.open":
            person = str(args["users"])
            found = {"ok": False, "error": "user_not_found"} if person in FOR_GOOD else {"ok": True, "channel": {"id": f"D{person}"}}
            return web.json_response(found)
        self.delivered(CHAT, str(args["channel"]).removeprefix("D"), str(args["text"]))
        if fault is Fault.TAKEN_UNSAID:
            return self._hung_up(request)
        return web.json_response({"ok": True, "ts": str(time.time()), "channel": args["channel"]})

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """What EHLO is answered."""
        session.host_name = hostname
        if self.weather.fault(EMAIL, time.monotonic()) is Fault.REFUSES:
            self.fault(EMAIL)
            server.transport.abort()
        return responses

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: list[str]) -> str:  # noqa: N802
        """What RCPT TO is answered."""
        if to in FOR_GOOD:
            return "550 5.1.1 There is nobody of that name here"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """What a letter is answered, once it is there."""
        content = envelope.original_content or b""
        self.heard.append(f"{session.host_name} {envelope.mail_from} {envelope.rcpt_tos}".encode() + content)
        await asyncio.sleep(self.pause)
        fault = self.fault(EMAIL)
        if fault is Fault.BUSY:
            return "451 4.3.0 Try again later"
        if fault is Fault.ERRORS:
            return "421 4.3.0 Not now"
        if fault is Fault.HANGS:
            await asyncio.sleep(LONGER_THAN_ANYBODY_WAITS)
        if fault in {Fault.REFUSES, Fault.HANGS}:
            server.transport.abort()
            return "421 gone"
        plain = message_from_bytes(content, policy=policy.default).get_body(("plain",))
        self.heard.append((plain.get_content() if plain else "").encode())
        for to in envelope.rcpt_tos:
            self.delivered(EMAIL, to, plain.get_content() if plain else "")
        if fault is Fault.TAKEN_UNSAID:
            server.transport.abort()
        return "250 taken"

    def _hung_up(self, request: web.Request) -> web.Response:
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)


@asynccontextmanager
async def standing_in(weather: Weather, pause: float = 0.0) -> AsyncIterator[Providers]:
    """Both providers, in this event loop."""
    made = Providers(weather, pause)
    app = web.Application(client_max_size=5_000_000)
    app.router.add_route("*", "/api/{method}", made.slack)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    made.api_url = f"http://{HOST}:{runner.addresses[0][1]}/api/"
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: SMTP(made, hostname="chaos.example", ident="chaos", loop=loop), HOST, 0)
    made.smtp_port = mail.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        mail.close()
        await runner.cleanup()
