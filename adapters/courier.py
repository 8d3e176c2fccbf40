"""Reaching those who hold a role at a school, through whichever door they are known at."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from logging import getLogger

from adapters.ways import Tell, WorkspacesOf, chat_ways, first_that_works
from bot.people import each_once
from bot.ports import Outcome, Sent
from bot.school import Role, School

PATIENCE = 5.0  # seconds for one way to one person: whoever passes a question on waits for this
BEST_FIRST = (Sent.SENT, Sent.FELL_BACK, Sent.FAILED)

log = getLogger("signpost.courier")


class DoorsCourier:
    """`bot.ports.Courier` over the doors. Called from worker threads; the doors work in the event loop.

    ``loop``: set when the application starts; before that nobody is reached.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._workspaces: WorkspacesOf = lambda _: ()
        self._slack: Tell[str] | None = None
        self._teams: Tell[str] | None = None

    def serve(self, workspaces: WorkspacesOf, slack: Tell[str] | None, teams: Tell[str] | None) -> None:
        """Nothing: from now on these ways are used. Apart from making it, because the doors need the conversation and it needs this."""
        self._workspaces, self._slack, self._teams = workspaces, slack, teams

    def tell(self, school: School, roles: Sequence[Role], text: str) -> Outcome:
        """How it came out: each holder is told, by the first way that works; the best of their outcomes counts."""
        workspaces = self._workspaces(school.id)
        outcomes = [
            first_that_works(self.loop, chat_ways(holder, workspaces, self._slack, self._teams, text, PATIENCE))
            for holder in each_once(school.holding(*roles))
        ]
        best = min(outcomes, key=lambda one: BEST_FIRST.index(one.state), default=Outcome(Sent.FAILED, why="no_holder"))
        log.info("courier.told state=%s way=%s why=%s", best.state.value, best.way, best.why)
        return best
