"""Signpost put together, and what goes on while it runs: its clock, Slack's websocket, and looks at whether pings go out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from logging import getLogger
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from adapters.clock import ROUND_EVERY, SQLITE_THREADS, THREADS, ClockWork, Duty
from adapters.courier import DoorsCourier
from adapters.messenger import DoorsMessenger
from adapters.pulse import LOOK_EVERY, AllWell, Pulse
from adapters.settings import Settings
from adapters.store.schools import StoreSchools
from bot.concerns.reports import Reports
from bot.conversation import Conversation
from bot.ports import Now
from bot.shelf import Shelves

if TYPE_CHECKING:
    from adapters.slack.door import SlackDoor
    from adapters.teams.door import TeamsDoor

TIDY_EVERY = 60.0  # seconds: what is said to be forgotten after half an hour is gone a minute later

log = getLogger("signpost.living")


@dataclass(frozen=True, slots=True)
class House:
    """Signpost put together: what it keeps, its conversation and its chats. ``slack`` and ``teams``: None where they are not set up.

    ``pulse``: whether pings go out, as this process sees it. ``demo``: whether it is a demonstration.
    """

    settings: Settings
    engine: Engine
    schools: StoreSchools
    shelves: Shelves
    conversation: Conversation
    courier: DoorsCourier
    reports: Reports
    messenger: DoorsMessenger
    pulse: Pulse
    slack: SlackDoor | None
    teams: TeamsDoor | None
    now: Now
    demo: bool


@asynccontextmanager
async def open_house(built: House, *, clock: bool) -> AsyncIterator[None]:
    """Nothing, while its doors are open, Slack's websocket among them. `clock`: whether one runs beside them."""
    async with _sending(built):
        await asyncio.to_thread(_warm)
        if built.slack:
            await built.slack.start()
        async with _clock(built) if clock else _nothing():
            await asyncio.to_thread(built.pulse.look)
            looking = asyncio.create_task(_every(LOOK_EVERY, built.pulse.look))
            try:
                yield
            finally:
                looking.cancel()
                with suppress(asyncio.CancelledError):
                    await looking


@asynccontextmanager
async def clock_alone(built: House) -> AsyncIterator[None]:
    """Nothing, while a clock runs and nothing else: the chats are spoken to, but nobody is listened to."""
    async with _sending(built), _clock(built):
        yield


@asynccontextmanager
async def _sending(built: House) -> AsyncIterator[None]:
    """Nothing, while worker threads can send through the doors, which work in this event loop."""
    built.courier.loop = built.messenger.loop = asyncio.get_running_loop()
    try:
        yield
    finally:
        if built.slack:
            await built.slack.stop()
        if built.teams:
            await built.teams.close()
        built.engine.dispose()


@asynccontextmanager
async def _clock(built: House) -> AsyncIterator[None]:
    """Nothing, while a clock runs. The event loop goes on until it has stopped: letters under way are sent through it."""
    threads = SQLITE_THREADS if built.engine.dialect.name == "sqlite" else THREADS
    work = ClockWork(built.reports.clock, _duties(built), threads)
    await asyncio.to_thread(work.start)
    try:
        yield
    finally:
        await asyncio.to_thread(work.stop)


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


def _duties(built: House) -> tuple[Duty, ...]:
    """What a clock does besides, each by itself so that none keeps another from being done."""

    def delete_expired() -> None:
        built.reports.delete_expired(built.now().date())

    duties = (
        Duty("tidy", TIDY_EVERY, lambda: built.schools.forget_old(built.now())),
        Duty("tidy_reports", TIDY_EVERY, lambda: built.reports.cases.forget_old(built.now())),
        Duty("delete_expired", TIDY_EVERY, delete_expired),
    )
    url = "" if built.demo else built.settings.value("ALL_WELL_URL")  # a demonstration must not say that the school's own Signpost is well
    return (*duties, Duty("all_well", ROUND_EVERY, AllWell(url, built.reports.clock).tell)) if url else duties


def _warm() -> None:
    """Nothing: what all schools share is loaded, once, before the first message and not by each of the first messages."""
    from bot.triage import triage
    from knowledge.encoder import encoder
    from knowledge.judge import judge
    from knowledge.topics.fitted import topic_model
    from knowledge.weights import weights

    encoder(), judge(), topic_model(), weights(), triage("good morning to you all")


async def _every(seconds: float, do: Callable[[], object]) -> None:
    """Nothing, as long as this runs: it is done again and again, in a worker thread. It must raise nothing."""
    while True:
        await asyncio.sleep(seconds)
        await asyncio.to_thread(do)
