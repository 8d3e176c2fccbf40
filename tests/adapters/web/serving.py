"""A web door served over real HTTP on a free port, and what its pages are asked in tests."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from adapters.web.door import Reporting, WebDoor
from bot.conversation import Conversation
from bot.in_memory import NoCourier
from bot.ports import Now, Schools
from bot.shelf import Shelves

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def at_one_time() -> datetime:
    """The same moment always."""
    return NOW


def app_of(
    schools: Schools,
    *,
    public_url: str = "",
    demo: bool = False,
    connected: Mapping[str, bool] | None = None,
    ready: Callable[[], str] = lambda: "",
    behind: Callable[[], bool] = lambda: False,
    now: Now = at_one_time,
    others: tuple[BaseRoute, ...] = (),
    reporting: Reporting | None = None,
) -> Starlette:
    """The application that wiring would build, with `others` standing for the routes of other doors."""
    shelves = Shelves()
    in_chat = reporting.reports.in_chat if reporting else None
    conversation = Conversation(schools, shelves, NoCourier(), now, lambda: secrets.token_urlsafe(16), public_url, reports=in_chat)
    door = WebDoor(
        conversation,
        schools,
        shelves,
        public_url=public_url,
        now=now,
        demo=demo,
        connected=connected or {},
        ready=ready,
        behind=behind,
        reporting=reporting,
    )
    return Starlette(routes=[*others, *door.routes()], middleware=door.middleware(), exception_handlers=door.exception_handlers())


@contextmanager
def served(app: Starlette) -> Iterator[httpx.Client]:
    """A client of the running application that sends what a browser sends with a form on one of its own pages."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        time.sleep(0.005)
    base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    with httpx.Client(base_url=base, headers={"Sec-Fetch-Site": "same-origin"}, timeout=10) as client:
        yield client
    server.should_exit = True
    running.join(5)
