"""The Teams door running between a stand-in for Microsoft and the two schools, for tests that talk to it over HTTP."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from adapters.teams.door import TeamsDoor
from adapters.teams.references import ConversationReference
from adapters.teams.sending import Patience
from adapters.teams.settings import TeamsSettings
from bot.concerns.in_memory import InMemoryCases, InMemoryCaseUnit, PlainSigner, QuickLock, RecordedMessages
from bot.concerns.reports import Reports, reports_of
from bot.conversation import Conversation
from bot.in_memory import InMemoryHeardEvents, InMemorySchools, NoCourier
from bot.ports import NotKept
from bot.school import Holder, Role
from bot.shelf import Shelves
from tests.contracts.schools import two_schools
from tests.stand_ins.teams import APP_ID, HOME_TENANT, PASSWORD, Posted, TeamsStandIn, standing_in

GOOD = "a valid one"
QUICK = Patience(tries=3, first=0.01, whole=2.0)
HOLDERS = (
    Holder(Role.LEAD, "Ann Lee", "01632 960001", teams="entra-lead"),
    Holder(Role.DEPUTY, "Dev_Singh *BA*", "01632 960002", teams="entra-deputy"),
    Holder(Role.HEAD, "Jo Hall", "01632 960003", teams="entra-head"),
)
LADO = "Kim Park, 01632 960009"


@dataclass
class KeptReferences:
    """References in memory, counting what was kept."""

    kept: dict[tuple[str, str], ConversationReference] = field(default_factory=dict)
    writes: int = 0

    def keep(self, reference: ConversationReference) -> None:
        """Nothing: kept."""
        self.writes += 1
        self.kept[reference.tenant, reference.user] = reference

    def of_user(self, tenant: str, user: str) -> ConversationReference | None:
        """Where that person is reached."""
        return self.kept.get((tenant, user))


class CasesThatFail(InMemoryCases):
    """Reports in memory, which cannot be read or kept while they are ``away``."""

    away = False

    def unit(self, school: str) -> InMemoryCaseUnit:
        """A unit of work for a school. Raises NotKept while away."""
        if self.away:
            raise NotKept("The disk of the stand-in is full.", "Make room on it.")
        return super().unit(school)


@dataclass
class Running:
    """The door and what stands around it. ``reports``, ``cases``: where it takes reports."""

    microsoft: TeamsStandIn
    door: TeamsDoor
    references: KeptReferences
    schools: InMemorySchools
    events: InMemoryHeardEvents
    client: httpx.Client
    loop: asyncio.AbstractEventLoop
    reports: Reports
    cases: CasesThatFail

    def forget(self) -> None:
        """Nothing: everything is as at the start, for the next test; the servers run on."""
        self.microsoft.forget()
        self.references.kept.clear()
        self.references.writes = 0
        self.events._until.clear()
        self.door._answering._met.clear()
        for school in self.schools.kept.values():
            school.turns.clear()
        fresh = CasesThatFail([one.school for one in self.cases.kept.values()], self.cases.now)
        self.cases.kept, self.cases.pings, self.cases.leases, self.cases.away = fresh.kept, {}, {}, False

    def deliver(self, activity: Any, token: str | None = GOOD) -> tuple[int, Any, list[Posted]]:
        """The status, the body and what was posted because of it. ``token``: None for none at all."""
        before = len(self.microsoft.posted)
        shown = self.microsoft.token() if token == GOOD else token
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {shown}"} if shown is not None else {})
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        answer = self.client.post("/api/messages", content=body, headers=headers)
        return answer.status_code, answer.json() if answer.content else None, self.microsoft.posted[before:]

    def ask(self, text: str, **more: Any) -> list[Posted]:
        """What was posted because of a message."""
        status, _, posted = self.deliver(self.microsoft.activity(text, **more))
        assert status == 200
        return posted

    def press(self, action: dict[str, Any], **more: Any) -> tuple[dict[str, Any], list[Posted]]:
        """The answer to the invoke, and what was posted."""
        value = {"action": {"type": action["type"], "verb": action.get("verb"), "data": action["data"]}, "trigger": "manual"}
        activity = self.microsoft.activity(**more) | {"type": "invoke", "name": "adaptiveCard/action", "value": value}
        status, body, posted = self.deliver(activity)
        assert status == 200
        return body, posted

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What a coroutine returns on the door's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)


def button(card: dict[str, Any], label: str) -> dict[str, Any]:
    """The one action of a card with that title."""
    sets = [element for element in card["body"] if element["type"] == "ActionSet"]
    found = [action for one in sets for action in one["actions"] if action["title"] == label]
    assert len(found) == 1, f"{label}: {len(found)} of them"
    return dict(found[0])


@contextmanager
def running(
    *,
    patience: Patience = QUICK,
    any_tenant: str | None = None,
    unauthenticated: bool = False,
    microsoft: TeamsStandIn | None = None,
    with_reports: bool = False,
) -> Iterator[Running]:
    """The door, served, with the schools alder ("known-tenant") and birch ("other-tenant")."""
    if microsoft is None:
        with (
            standing_in() as made,
            running(
                patience=patience,
                any_tenant=any_tenant,
                unauthenticated=unauthenticated,
                microsoft=made,
                with_reports=with_reports,
            ) as one,
        ):
            yield one
        return
    schools = two_schools("teams", "known-tenant", "other-tenant")
    now = lambda: datetime.now(UTC)  # noqa: E731
    new_id = lambda: secrets.token_urlsafe(16)  # noqa: E731
    cases = CasesThatFail([replace(one.school, holders=HOLDERS, lado=LADO) for one in schools.kept.values()], now)
    reports = reports_of(
        cases, QuickLock(), RecordedMessages(), PlainSigner(), now, new_id, lambda: 0.5, lambda *_: None, "https://signpost.example"
    )
    conversation = Conversation(
        schools,
        Shelves(),
        NoCourier(),
        now,
        new_id,
        "https://signpost.example",
        reports=reports.in_chat if with_reports else None,
    )
    settings = TeamsSettings(
        "" if unauthenticated else APP_ID,
        "" if unauthenticated else PASSWORD,
        HOME_TENANT,
        "https://signpost.example",
        f"{microsoft.url}/.well-known/openidconfiguration",
        microsoft.url,
        unauthenticated=unauthenticated,
    )
    microsoft.needs_token = not unauthenticated
    references, events = KeptReferences(), InMemoryHeardEvents(now)
    ready = threading.Event()
    held: dict[str, Any] = {}

    async def serve() -> None:
        door = TeamsDoor(
            settings,
            conversation,
            schools,
            events,
            references,
            any_tenant=any_tenant,
            patience=patience,
            reports=reports if with_reports else None,
            new_id=new_id,
        )
        server = uvicorn.Server(
            uvicorn.Config(Starlette(routes=list(door.routes())), port=0, log_config=None, lifespan="off", access_log=False)
        )
        held.update(door=door, server=server, loop=asyncio.get_running_loop())
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.005)
        held["url"] = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        ready.set()
        await serving
        await door.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    with httpx.Client(base_url=held["url"], timeout=20) as client:
        yield Running(microsoft, held["door"], references, schools, events, client, held["loop"], reports, cases)
    held["server"].should_exit = held["server"].force_exit = True
    thread.join(5)
