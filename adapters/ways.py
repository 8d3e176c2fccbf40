"""Trying one way after another to reach somebody: from worker threads, while the ways themselves work in the event loop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, replace
from datetime import timedelta
from logging import getLogger
from typing import Any, TypeVar

from bot.concerns.posting import PERMANENT
from bot.ports import Outcome, Sent
from bot.school import Holder

log = getLogger("signpost.ways")

WorkspacesOf = Callable[[str], Sequence[tuple[str, str]]]  # of a school: (door, workspace)
Attempt = Callable[[], Awaitable[Outcome]]
Said = TypeVar("Said")
Tell = Callable[[str, str, Said], Awaitable[Outcome]]  # Slack: person, workspace; Teams: tenant, person; then what is said
LONGEST_AGAIN = timedelta(hours=1)  # whatever a provider asks for: a report waits
REFUSED = "refused"
# What a provider says where trying again would change nothing, beside bot.concerns.posting.PERMANENT; anything not known here may pass.
FOR_GOOD = frozenset(
    """user_not_found users_not_found user_disabled user_not_visible cannot_dm_bot no_permission missing_scope not_allowed_token_type
    invalid_auth not_authed token_revoked account_inactive messages_tab_disabled channel_not_found is_archived restricted_action
    message_refused server_refused no_starttls no_login bad_message nothing_to_say""".split()
)
REFUSED_BY_TEAMS = re.compile(r"refused_4\d\d")


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
    """How it came out: by the first way that works. Raises nothing. ``why``: of the way before it.

    Where none works, ``why`` is one of bot.concerns.posting.PERMANENT if that is so for good with every way; else why the first way failed
    that may work later. ``retry_after``: the soonest that any of them asked for.
    """
    failed: list[Outcome] = []
    for way in ways:
        outcome = _tried(loop, way)
        if outcome.state is not Sent.FAILED:
            return Outcome(Sent.FELL_BACK, way.name, failed[-1].why) if failed else Outcome(outcome.state, way.name, outcome.why)
        failed.append(replace(outcome, why=outcome.why or "failed"))
    if not failed:
        return Outcome(Sent.FAILED, why="no_way")
    passing = [one for one in failed if not is_for_good(one)]
    if not passing:
        return Outcome(Sent.FAILED, why=failed[-1].why if failed[-1].why in PERMANENT else REFUSED)
    waits = [min(one.retry_after, LONGEST_AGAIN) for one in passing if one.retry_after is not None]
    return Outcome(Sent.FAILED, why=passing[0].why, retry_after=min(waits, default=None))


def is_for_good(failed: Outcome) -> bool:
    """Whether a way that failed would fail again however often it is tried."""
    if failed.retry_after is not None:
        return False
    return failed.why in PERMANENT or failed.why in FOR_GOOD or bool(REFUSED_BY_TEAMS.fullmatch(failed.why))


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
