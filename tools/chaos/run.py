"""One run: everything started, reports filed, processes killed and providers failing, then some quiet, then judged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
from pydantic import SecretStr
from sqlalchemy import Engine, text

from adapters import wiring
from adapters.schoolfile import read_school_file
from adapters.settings import Settings
from adapters.store.engine import engine_of
from adapters.store.sealing import new_key
from bot.concerns.acknowledging import link_words
from bot.concerns.exclusion import recipients
from bot.concerns.receipts import filing_digest
from bot.concerns.reports import Reports
from bot.concerns.signing_in import holder_key
from bot.links import acknowledge_path
from bot.school import Role
from tools.chaos.judging import MOST_DUPLICATES, Verdict, judge
from tools.chaos.plan import CANARY, RUNGS, Report, Weather, reports, school_file, school_id
from tools.chaos.providers import TOKEN, Providers, standing_in
from tools.chaos.replicas import HOST, Replicas
from tools.chaos.reporters import Answered, Reporters

LAST_RUNG = 60.0 * (len(RUNGS) - 1)  # seconds
LOOK_EVERY = 2.0
OPENING_AT_ONCE = 6
UNSETTLED = "SELECT count(*) FROM letters WHERE state IN ('pending', 'sending', 'uncertain')"
MOMENTS_DUE = "SELECT count(*) FROM pings WHERE due_at <= :now"


@dataclass(frozen=True)
class Size:
    """How much of it. ``seconds``: in which reports are filed and processes killed. ``quiet``: seconds in which all has to arrive then.

    ``last_rung``: seconds after the last report until its last rung is due. ``hasten``: what processes had claimed when they were killed
    is free at once when the quiet begins, and what waits to be tried again is tried; for a test that cannot wait for minutes.
    """

    concerns: int = 500
    seconds: float = 120.0
    schools: int = 10
    replicas: int = 3
    kill_every: float = 1.0
    quiet: float = 600.0
    last_rung: float = LAST_RUNG
    hasten: bool = False


@dataclass
class Outcome:
    """What came of a run. ``unanswered``: reports that got no code in all that time; ``closed``: codes that did not open their report."""

    verdict: Verdict
    unanswered: int
    closed: int
    kills: int
    ended: int
    quiet: float
    unsettled: int
    troubles: dict[str, int]
    faults: dict[str, int]
    others: int
    acknowledged: int
    breaches: list[str] = field(default_factory=list)


class Run:
    """One run of the kill test on a PostgreSQL database that is there and empty."""

    def __init__(self, size: Size, database_url: str, folder: Path, random: Random) -> None:
        self._size = size
        self._random = random
        self._folder = folder
        self._url = database_url
        self._schools = [school_id(number) for number in range(size.schools)]
        self._acknowledged: dict[int, datetime | None] = {}

    async def go(self) -> Outcome:
        """What came of it."""
        weather = Weather(self._size.seconds)
        async with standing_in(weather) as providers:
            settings = settings_of(self._url, providers)
            ours = wiring.house(await asyncio.to_thread(set_up, settings, self._folder, self._size.schools)).reports
            engine = engine_of(self._url)
            try:
                with Replicas(settings, self._folder, self._size.replicas) as replicas:
                    await replicas.ready()
                    return await self._through(weather, providers, replicas, ours, engine)
            finally:
                engine.dispose()

    async def _through(self, weather: Weather, providers: Providers, replicas: Replicas, ours: Reports, engine: Engine) -> Outcome:
        size, over = self._size, asyncio.Event()
        planned = reports(size.concerns, size.seconds, size.schools, self._random)
        reporters = Reporters([one.url for one in replicas.all], self._random)
        weather.began = began = time.monotonic()
        killing = asyncio.create_task(replicas.kill_one_each(size.kill_every, over, self._random))
        async with httpx.AsyncClient() as client:
            filing = [
                asyncio.create_task(
                    reporters.report(client, one, began, lambda: time.monotonic() > began + size.seconds + size.quiet), name=str(one.number)
                )
                for one in planned
            ]
            taking = [asyncio.create_task(self._take(client, reporters, ours, one)) for one in planned if one.acknowledged]
            await asyncio.sleep(began + size.seconds - time.monotonic())
            over.set()
            await killing
            weather.healed = True
            await replicas.ready()
            quiet_from = time.monotonic()
            await asyncio.gather(*filing)
            for one in taking:
                one.cancel()
            await asyncio.gather(*taking, return_exceptions=True)
            as_of, unsettled = await self._quiet(engine)
            quiet = time.monotonic() - quiet_from
            verdict = await asyncio.to_thread(judge, ours, reporters.answered, providers.pings, self._acknowledged, self._schools, as_of)
            limit = asyncio.Semaphore(OPENING_AT_ONCE)
            opened = await asyncio.gather(*(reporters.opens(client, one, limit) for one in reporters.answered))
        outcome = Outcome(
            verdict=verdict,
            unanswered=size.concerns - len(reporters.answered),
            closed=opened.count(False),
            kills=replicas.kills,
            ended=replicas.ended,
            quiet=quiet,
            unsettled=unsettled,
            troubles=dict(reporters.troubles),
            faults=dict(providers.faults),
            others=providers.others,
            acknowledged=sum(at is not None for at in self._acknowledged.values()),
        )
        outcome.breaches = breaches(outcome, reporters.untrue, providers.heard, replicas.said())
        return outcome

    async def _take(self, client: httpx.AsyncClient, reporters: Reporters, ours: Reports, report: Report) -> None:
        """Nothing: whoever is told of a report first has acknowledged it with the link of their e-mail, some time after it was filed."""
        while not (mine := _of(reporters.answered, report)):
            await asyncio.sleep(1)
        await asyncio.sleep(self._random.uniform(5, 60))
        token = await asyncio.to_thread(_token, ours, mine)
        self._acknowledged[report.number] = None
        while True:
            with suppress(httpx.HTTPError):
                path = acknowledge_path(report.school, token)
                answer = await client.post(f"{self._random.choice(reporters.urls)}{path}", timeout=10)
                if answer.status_code == 200:
                    self._acknowledged[report.number] = datetime.now(UTC)
                    return
            await asyncio.sleep(1)

    async def _quiet(self, engine: Engine) -> tuple[datetime, int]:
        """The moment at which nothing was left to do, and how many letters were left all the same when the time was over."""
        await asyncio.sleep(self._size.last_rung)
        if self._size.hasten:
            await asyncio.to_thread(_hasten, engine)
        until = time.monotonic() + self._size.quiet
        while True:
            now = datetime.now(UTC) - timedelta(seconds=1)
            left = await asyncio.to_thread(_left, engine, now)
            if not left or time.monotonic() > until:
                return now, left
            await asyncio.sleep(LOOK_EVERY)


def set_up(settings: Mapping[str, str], folder: Path, schools: int) -> Settings:
    """The settings of an installation whose database now has these schools."""
    read = Settings(database_url=SecretStr(settings["DATABASE_URL"]), signpost_keys=SecretStr(settings["SIGNPOST_KEYS"]))
    wiring.migrate_database(read)
    for number in range(schools):
        file = folder / f"{school_id(number)}.toml"
        file.write_text(school_file(number), encoding="utf-8")
        told = read_school_file(file)
        wiring.apply_school(read, told.school, told.workspaces, ())
    return read


def settings_of(database_url: str, providers: Providers) -> dict[str, str]:
    """What the processes are told."""
    return {
        "DATABASE_URL": database_url,
        "SIGNPOST_KEYS": new_key(),
        "PUBLIC_URL": "https://signpost.example",
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": "a-signing-secret-of-the-kill-test",
        "SLACK_API_URL": providers.api_url,
        "SMTP_URL": f"smtp://{HOST}:{providers.smtp_port}",
        "MAIL_FROM": "signpost@chaos.example",
    }


def breaches(outcome: Outcome, untrue: Sequence[str], heard: Sequence[bytes], said: bytes) -> list[str]:
    """A sentence for each promise that was not kept."""
    verdict = outcome.verdict
    found = [*verdict.lost_concerns, *verdict.lost_pings, *verdict.wrong]
    if outcome.closed:
        found.append(f"{outcome.closed} codes do not open their report")
    if outcome.unanswered:
        found.append(f"{outcome.unanswered} reports were never answered with a code")
    if outcome.unsettled:
        found.append(f"{outcome.unsettled} letters or moments were left when the time was over")
    if verdict.share_of_duplicates > MOST_DUPLICATES:
        found.append(f"{verdict.share_of_duplicates:.1%} of the pings arrived more than once; {MOST_DUPLICATES:.0%} may")
    if untrue:
        found.append(f"{len(untrue)} answers neither gave a code nor said that nothing was kept: {sorted(set(untrue))}")
    words = sum(CANARY.encode() in one or CANARY.lower().encode() in one for one in heard)
    if words:
        found.append(f"{words} requests to the providers held words of a report")
    if CANARY.encode() in said:
        found.append("the log holds words of a report")
    return found


def _of(answered: Sequence[Answered], report: Report) -> Answered | None:
    return next((one for one in answered if one.report is report), None)


def _token(ours: Reports, one: Answered) -> str:
    """The token that stands in the e-mail to the first who may see a report: its lead, or the head where it is about the lead."""
    with ours.cases.unit(one.report.school) as unit:
        concern = unit.by_filing(filing_digest(one.report.filing))
        assert concern is not None  # noqa: S101 - it was answered with a code
        holder = recipients(unit.school, concern.about, concern.kept_from)[0]
        assert holder.role in {Role.LEAD, Role.HEAD}  # noqa: S101
        return ours.clock.posting.signer.sign(link_words(one.report.school, concern.id, holder_key(holder)))


def _left(engine: Engine, now: datetime) -> int:
    with engine.connect() as connection:
        due = connection.scalar(text(MOMENTS_DUE), {"now": now}) or 0
        return int(due) + int(connection.scalar(text(UNSETTLED)) or 0)


def _hasten(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in ("letters", "pings"):
            connection.execute(text(f"UPDATE {table} SET lease_until = NULL"))  # noqa: S608 - our own words
        connection.execute(text("UPDATE letters SET due_at = :now WHERE state = 'pending'"), {"now": datetime.now(UTC)})
