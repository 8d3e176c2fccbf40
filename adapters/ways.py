"""Trying one way after another to reach somebody: from worker threads, while the ways themselves work in the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from logging import getLogger
from typing import Any, TypeVar

from bot.ports import Outcome, Sent
from bot.school import Holder

log = getLogger("signpost.ways")

WorkspacesOf = Callable[[str], Sequence[tuple[str, str]]]  # of a school: (door, workspace)
Attempt = Callable[[], Awaitable[Outcome]]
Said = TypeVar("Said")
Tell = Callable[[str, str, Said], Awaitable[Outcome]]  # Slack: person, workspace; Teams: tenant, person; then what is said


@dataclass(frozen=True, slots=True)
class Way:
    """A way to somebody. ``patience``: seconds that whoever waits for the outcome gives it."""

    name: str
    attempt: Attempt
    patience: float


def chat_ways(
    holder: Holder,
    workspaces: Sequence[tuple[str, str]],
    slack: Tell[Said] | None,
    teams: Tell[Said] | None,
    said: Said,
    patience: float,
) -> Iterator[Way]:
    """The chats that a holder is known at, in the workspaces and tenants of the school: Slack's, then Teams'."""
    for door, workspace in sorted(workspaces):  # Slack's come before Teams'
        if door == "slack" and slack and holder.slack:
            yield Way("slack", _telling(slack, holder.slack, workspace, said), patience)
        elif door == "teams" and teams and holder.teams:
            yield Way("teams", _telling(teams, workspace, holder.teams, said), patience)


def first_that_works(loop: asyncio.AbstractEventLoop | None, ways: Iterable[Way]) -> Outcome:
    """How it came out: by the first way that works. Raises nothing. ``why``: of the way before it, or of the last where none works.

    ``retry_after``: where none works, the soonest that any of them asked for.
    """
    why, waits = "", []
    for at, way in enumerate(ways):
        outcome = _tried(loop, way)
        if outcome.state is not Sent.FAILED:
            return Outcome(Sent.FELL_BACK, way.name, why) if at else Outcome(outcome.state, way.name, outcome.why)
        why = outcome.why or "failed"
        waits += [outcome.retry_after] if outcome.retry_after is not None else []
    return Outcome(Sent.FAILED, why=why or "no_way", retry_after=min(waits, default=None))


def _tried(loop: asyncio.AbstractEventLoop | None, way: Way) -> Outcome:
    if loop is None or loop.is_closed():
        return Outcome(Sent.FAILED, way.name, "not_running")
    sending = None
    try:
        sending = asyncio.run_coroutine_threadsafe(_awaited(way.attempt), loop)
        return sending.result(way.patience)
    except TookTooLong:
        if sending:
            sending.cancel()
        return Outcome(Sent.FAILED, way.name, "timeout")
    except Exception as error:  # one way's fault must not cost the next way, nor undo what was kept; its words may be the message's
        log.error("ways.failed way=%s error=%s", way.name, type(error).__name__)
        return Outcome(Sent.FAILED, way.name, "error")


def _telling(tell: Tell[Said], one: str, other: str, said: Said) -> Attempt:
    return lambda: tell(one, other, said)


def _awaited(attempt: Attempt) -> Coroutine[Any, Any, Outcome]:
    async def awaited() -> Outcome:
        return await attempt()

    return awaited()
