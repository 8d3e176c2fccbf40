"""Reaching those who hold a role at a school, through whichever door they are known at."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from logging import getLogger
from typing import Any

from bot.people import each_once
from bot.ports import Outcome, Sent
from bot.school import Holder, Role, School

PATIENCE = 5.0  # seconds for one way to one person: whoever passes a question on waits for this
BEST_FIRST = (Sent.SENT, Sent.FELL_BACK, Sent.FAILED)

log = getLogger("signpost.courier")

WorkspacesOf = Callable[[str], Sequence[tuple[str, str]]]
TellSlack = Callable[[str, str, str], Awaitable[Outcome]]  # person, workspace, text
TellTeams = Callable[[str, str, str], Awaitable[Outcome]]  # tenant, person, text
Attempt = Callable[[], Awaitable[Outcome]]


class DoorsCourier:
    """`bot.ports.Courier` over the doors. Called from worker threads; the doors work in the event loop.

    ``loop``: set when the application starts; before that nobody is reached.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._workspaces: WorkspacesOf = lambda _: ()
        self._slack: TellSlack | None = None
        self._teams: TellTeams | None = None

    def serve(self, workspaces: WorkspacesOf, slack: TellSlack | None, teams: TellTeams | None) -> None:
        """Nothing: from now on these ways are used. Apart from making it, because the doors need the conversation and it needs this."""
        self._workspaces, self._slack, self._teams = workspaces, slack, teams

    def tell(self, school: School, roles: Sequence[Role], text: str) -> Outcome:
        """How it came out: each holder is told, by the first way that works; the best of their outcomes counts."""
        workspaces = self._workspaces(school.id)
        outcomes = [self._tell(holder, workspaces, text) for holder in each_once(school.holding(*roles))]
        best = min(outcomes, key=lambda one: BEST_FIRST.index(one.state), default=Outcome(Sent.FAILED, why="no_holder"))
        log.info("courier.told state=%s way=%s why=%s", best.state.value, best.way, best.why)
        return best

    def _tell(self, holder: Holder, workspaces: Sequence[tuple[str, str]], text: str) -> Outcome:
        why = ""
        for at, (way, attempt) in enumerate(self._ways(holder, workspaces, text)):
            outcome = self._try(way, attempt)
            if outcome.state is not Sent.FAILED:
                return Outcome(Sent.FELL_BACK, way, why) if at else Outcome(outcome.state, way, outcome.why)
            why = outcome.why or "failed"
        return Outcome(Sent.FAILED, why=why or "no_way")

    def _ways(self, holder: Holder, workspaces: Sequence[tuple[str, str]], text: str) -> Iterator[tuple[str, Attempt]]:
        slack, teams = self._slack, self._teams
        for door, workspace in sorted(workspaces):  # Slack's come before Teams'
            if door == "slack" and slack and holder.slack:
                yield "slack", lambda tell=slack, team=workspace: tell(holder.slack, team, text)  # type: ignore[misc]
            elif door == "teams" and teams and holder.teams:
                yield "teams", lambda tell=teams, tenant=workspace: tell(tenant, holder.teams, text)  # type: ignore[misc]

    def _try(self, way: str, attempt: Attempt) -> Outcome:
        if self.loop is None or self.loop.is_closed():
            return Outcome(Sent.FAILED, way, "not_running")
        sending = asyncio.run_coroutine_threadsafe(_awaited(attempt), self.loop)
        try:
            return sending.result(PATIENCE)
        except TookTooLong:
            sending.cancel()
            return Outcome(Sent.FAILED, way, "timeout")
        except Exception as error:  # a door's fault must not undo what was kept for the head; its words may be the message's
            log.error("courier.failed way=%s error=%s", way, type(error).__name__)
            return Outcome(Sent.FAILED, way, "error")


def _awaited(attempt: Attempt) -> Coroutine[Any, Any, Outcome]:
    async def awaited() -> Outcome:
        return await attempt()

    return awaited()
