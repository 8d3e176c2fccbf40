"""The Slack door running in a real server beside the stand-in, with two schools in memory."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from secrets import token_urlsafe
from typing import Any

import uvicorn
from starlette.applications import Starlette

from adapters.slack.door import SlackDoor, SlackSettings
from bot.concerns.reports import Reports
from bot.conversation import Conversation
from bot.in_memory import InMemoryHeardEvents, InMemorySchools, Kept, NoCourier
from bot.ports import HeardEvents
from bot.school import EditionKey, Holder, Published, Role, School
from bot.shelf import Shelves
from knowledge.policy import Clause, Edition, Stance
from tests.stand_ins.slack import SIGNING_SECRET, SlackStandIn

PUBLIC_URL = "https://signpost.example"
FRIENDS = "Staff must not accept friend requests from parents on social networking sites."
HOSTILE = "Staff must not share their passwords with <!channel>, @here or <@U1>: *never* & not for <b>anybody</b>."
LONG = "Staff must not use personal cameras to photograph pupils. " + " ".join(
    f"This holds on visit number {number} and on every day of it, wherever the pupils are and whoever asks." for number in range(36)
)
BIRCH = "Staff may accept friend requests from parents on social networking sites with the permission of Mrs Birch."


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def edition(title: str, *clauses: tuple[str, Stance]) -> Edition:
    """A policy of these clauses."""
    made = tuple(
        Clause(f"c{at}", text, number=f"{at}", section=("Conduct",), stance=stance) for at, (text, stance) in enumerate(clauses, 1)
    )
    return Edition(title, title, made, review_due=date(2031, 9, 1))


def two_schools() -> InMemorySchools:
    """The school "alder" on workspace T-known and the school "birch" on T-other."""
    alder = edition("Alder policy", (FRIENDS, Stance.FORBIDS), (HOSTILE, Stance.FORBIDS), (LONG, Stance.FORBIDS))
    birch = edition("Birch policy", (BIRCH, Stance.CONDITIONS))
    kept = [
        Kept(
            School(name, f"{name.title()} School", holders=(Holder(Role.LEAD, f"Ann {name.title()}", phone="01234 567890"),)),
            [Published(EditionKey("conduct", 1, f"{name}-1"), one, now())],
        )
        for name, one in (("alder", alder), ("birch", birch))
    ]
    return InMemorySchools(kept, {("slack", "T-known"): "alder", ("slack", "T-other"): "birch"})


def conversation_of(schools: InMemorySchools, reports: Reports | None = None) -> Conversation:
    """The core on these schools."""
    in_chat = reports.in_chat if reports else None
    return Conversation(schools, Shelves(), NoCourier(), now, lambda: token_urlsafe(16), PUBLIC_URL, reports=in_chat)


class RunningDoor:
    """A door in a server of its own."""

    def __init__(
        self,
        slack: SlackStandIn,
        *,
        events: HeardEvents | None = None,
        schools: Any = None,
        conversation: Any = None,
        installations: Any = None,
        any_workspace: str | None = None,
        reports: Reports | None = None,
        **settings: str,
    ) -> None:
        schools = schools or two_schools()
        given = {"signing_secret": SIGNING_SECRET, "bot_token": "xoxb-T-known", "api_url": slack.api_url, "public_url": PUBLIC_URL}
        self.events = events or InMemoryHeardEvents(now)
        self.door = SlackDoor(
            SlackSettings(**{**given, **settings}),
            conversation or conversation_of(schools),
            schools,
            self.events,
            installations,
            any_workspace=any_workspace,
            reports=reports,
        )
        app = Starlette(routes=self.door.routes(), lifespan=self._lifespan)
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", timeout_graceful_shutdown=2))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        await self.door.start()
        yield
        await self.door.stop()

    def __enter__(self) -> RunningDoor:
        self._thread.start()
        until = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < until, "the door did not start"
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.url = f"{self.address}/slack/events"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What the coroutine gives, run in the door's own loop."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(15)
