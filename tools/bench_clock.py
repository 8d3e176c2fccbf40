"""The bench of the clock, part of `make bench`: `python -m tools.bench_clock [--schools 10000 --letters 1500]`.

How long a look for what is due takes where ten thousand schools have an open report each, beside the query plans; and how many letters a
second real clock processes bring to a stand-in of Slack, which makes two calls of each letter. All of it on the same cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, event, insert, select, text, update

from adapters.store.cases import StoreCases
from adapters.store.engine import engine_of
from adapters.store.migrations import migrate
from adapters.store.schools import StoreSchools
from adapters.store.sealing import Keys, new_key
from adapters.store.tables.concerns import PingRow
from adapters.store.tables.letters import LetterRow
from bot.concerns.concern import About, Concern, Kind, Route, Wish
from bot.concerns.ladder import frozen_ladder
from bot.concerns.letters import LetterKind, LetterState
from bot.concerns.ports import KeptReceipt, Ping
from bot.concerns.signing_in import holder_key
from bot.school import Holder, Role, School
from tests.databases import empty_url
from tools.chaos.plan import Weather
from tools.chaos.providers import TOKEN, standing_in
from tools.chaos.replicas import Replica

MOST_MILLISECONDS = 100.0
STEPS_OF_A_RUN = 1000
LEASE = timedelta(minutes=2)
LOOKS = 200
WITHIN = 120.0  # seconds for one run of letters
EARLIER, LATER = timedelta(hours=1), timedelta(days=1)
ONE = 77  # the school at which one thing is due
PENDING, SENT = LetterState.PENDING.value, LetterState.SENT.value


@dataclass(frozen=True, slots=True)
class Look:
    """How long looking took, in milliseconds. ``what``: how much was due."""

    what: str
    milliseconds: list[float]

    def at(self, share: float) -> float:
        """Of so many looks the milliseconds were no more than this."""
        return sorted(self.milliseconds)[min(int(len(self.milliseconds) * share), len(self.milliseconds) - 1)]


@dataclass
class Filled:
    """A database with so many schools, an open report in each."""

    kind: str
    url: str
    key: str
    engine: Engine
    cases: StoreCases
    schools: list[str]
    runs: int = 0


def school(number: int) -> School:
    """A school whose lead is known in Slack."""
    return School(f"school-{number:05d}", f"School {number}", holders=(Holder(Role.LEAD, "Alex Example", slack=f"U{number:05d}"),))


def filled(kind: str, count: int, folder: Path) -> Filled:
    """Such a database. The next moment of each report is a day away, and a letter about it was sent."""
    url, key = empty_url(kind, folder), new_key()
    engine = engine_of(url)
    migrate(engine)
    now = datetime.now(UTC)
    cases = StoreCases(engine, Keys.read(key), lambda: now)
    schools = [school(number) for number in range(count)]
    with engine.begin() as connection:
        kept = StoreSchools(connection, lambda: now)
        for number, one in enumerate(schools):
            kept.apply(one, (("slack", f"T{number:05d}"),))
    for number, one in enumerate(schools):
        with cases.unit(one.id) as unit:
            unit.add(_concern(one, number, now), f"filing-{number}", KeptReceipt(f"c{number}", f"{number:05d}", "locked"))
            unit.ping(Ping(f"p{number}", one.id, f"c{number}", now + LATER, attempts=1))
            unit.commit()
    with engine.begin() as connection:
        _letters(connection, schools, 0, SENT, now)
        connection.execute(text("ANALYZE"))
    return Filled(kind, url, key, engine, cases, [one.id for one in schools])


def looks(database: Filled) -> list[Look]:
    """How long it takes to look for what is due: with nothing due, with one thing, and with everything."""
    now = datetime.now(UTC)
    found = [Look("nothing due", [_look(database, now) for _ in range(LOOKS)])]
    single = []
    for _ in range(LOOKS):
        with database.engine.begin() as connection:
            connection.execute(update(PingRow).where(PingRow.id == f"p{ONE}").values(due_at=now, lease_until=None))
            one = update(LetterRow).where(LetterRow.concern == f"c{ONE}")
            connection.execute(one.values(due_at=now, lease_until=None, state=PENDING))
        single.append(_look(database, now))
    found.append(Look("one moment and one letter due", single))
    with database.engine.begin() as connection:
        connection.execute(update(PingRow).values(due_at=now - EARLIER, lease_until=None))
        connection.execute(update(LetterRow).values(due_at=now - EARLIER, lease_until=None, state=PENDING))
    found.append(Look("all due, as after an hour without a clock", [_look(database, now) for _ in range(LOOKS)]))
    _all_sent(database)
    return found


def plans(database: Filled) -> list[str]:
    """The query plan of each statement of a look."""
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    _look(database, datetime.now(UTC))
    event.remove(database.engine, "before_cursor_execute", note)
    explain = "EXPLAIN " if database.kind == "postgresql" else "EXPLAIN QUERY PLAN "
    lines = []
    with database.engine.connect() as connection:
        for name, (statement, values) in zip(("claim_ping", "oldest_due", "claim_letter"), asked, strict=True):
            lines.append(f"{name}:")
            lines += [f"    {row[-1]}" for row in connection.exec_driver_sql(explain + statement, values)]  # type: ignore[arg-type]
    return lines


async def letters_a_second(database: Filled, count: int, pause: float, clocks: int, *, climb: bool) -> float:
    """How many letters a second reached Slack. `climb`: whether each is written first, from a moment that is due."""
    database.runs += 1
    weather = Weather(1.0)
    with tempfile.TemporaryDirectory(prefix="signpost-clock-") as folder:
        async with standing_in(weather, pause) as providers:
            settings = {
                "DATABASE_URL": database.url,
                "SIGNPOST_KEYS": database.key,
                "PUBLIC_URL": "https://signpost.example",
                "SLACK_BOT_TOKEN": TOKEN,
                "SLACK_SIGNING_SECRET": "a-signing-secret-of-the-bench",
                "SLACK_API_URL": providers.api_url,
                "LOG_LEVEL": "warning",
            }
            running = [Replica(settings, Path(folder) / f"clock-{number}.log", 0, ("clock",)) for number in range(clocks)]
            due_at = datetime.now(UTC)
            await asyncio.to_thread(_due, database, count, due_at, climb=climb)
            try:
                for one in running:
                    one.start()
                until = time.monotonic() + WITHIN
                while len(providers.pings) < count and time.monotonic() < until:
                    await asyncio.sleep(0.1)
            finally:
                for one in running:
                    one.kill()
            at = sorted(one.at for one in providers.pings)
    _all_sent(database)
    first, last = at[len(at) // 10], at[len(at) * 9 // 10]  # while all clocks were at it
    return (len(at) * 9 // 10 - len(at) // 10) / max((last - first).total_seconds(), 0.001)


def _look(database: Filled, now: datetime) -> float:
    began = time.perf_counter()
    database.cases.claim_ping(now, LEASE)
    database.cases.oldest_due(now)
    database.cases.claim_letter(now, LEASE)
    return (time.perf_counter() - began) * 1000


def _due(database: Filled, count: int, now: datetime, *, climb: bool) -> None:
    """Nothing: so many letters are waiting, or so many moments of which each makes one."""
    with database.engine.begin() as connection:
        if climb:
            some = select(PingRow.id).limit(count).scalar_subquery()
            step = STEPS_OF_A_RUN * database.runs  # each run's letters are of steps of their own
            connection.execute(update(PingRow).where(PingRow.id.in_(some)).values(due_at=now, attempts=step))
        else:
            _letters(connection, [school(number) for number in range(count)], STEPS_OF_A_RUN * database.runs, PENDING, now)


def _all_sent(database: Filled) -> None:
    with database.engine.begin() as connection:
        connection.execute(update(LetterRow).where(LetterRow.state != SENT).values(state=SENT, lease_until=None))
        connection.execute(update(PingRow).values(due_at=datetime.now(UTC) + LATER, lease_until=None))


def _letters(connection: Connection, schools: Sequence[School], number: int, state: str, now: datetime) -> None:
    rows = [
        {
            "id": f"l{number}-{at}",
            "school": one.id,
            "concern": f"c{int(one.id[-5:])}",
            "kind": LetterKind.PING.value,
            "number": number,
            "recipient": holder_key(one.holders[0]),
            "due_at": now,
            "ways": ["chat", "email"],
            "attempts": 0,
            "state": state,
            "lease_until": None,
        }
        for at, one in enumerate(schools)
    ]
    connection.execute(insert(LetterRow), rows)


def _concern(one: School, number: int, now: datetime) -> Concern:
    return Concern(
        id=f"c{number}",
        reference=f"K{number:05d}",
        filed_at=now,
        route=Route.NAMED,
        about=frozenset({About.COLLEAGUE}),
        kept_from=(),
        kind=Kind.OTHER,
        wish=Wish.ACTION,
        keep_until=date(2040, 1, 1),
        waits_since=now,
        ladder=frozen_ladder(one, urgent=True),
    )


async def run(schools: int, letters: int, console: Console) -> list[str]:
    """A sentence for each bound that is broken."""
    broken, sped = [], Table(title=f"Letters a second to the stand-in of Slack (two calls a letter), {os.cpu_count()} cores")
    seen = Table(title=f"Milliseconds of one look (claim_ping, oldest_due, claim_letter), {schools:,} schools with an open report each")
    for column in ("database", "due", "p50", "p99", "most"):
        seen.add_column(column, justify="left" if column in {"database", "due"} else "right")
    for column in ("database", "what waits", "provider takes", "clocks", "letters/s"):
        sped.add_column(column, justify="right" if column == "letters/s" else "left")
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="signpost-bench-") as folder:
            database = await asyncio.to_thread(filled, kind, schools, Path(folder))
            for look in await asyncio.to_thread(looks, database):
                seen.add_row(kind, look.what, *(f"{look.at(share):.1f}" for share in (0.5, 0.99, 1.0)))
                if look.at(0.99) > MOST_MILLISECONDS:
                    broken.append(f"{kind}, {look.what}: a look took {look.at(0.99):.0f} ms, {MOST_MILLISECONDS:.0f} ms at most wanted.")
            console.print(f"{kind}, query plans:", *plans(database), sep="\n", markup=False, highlight=False)
            _all_sent(database)
            clocks = (1, 2) if kind == "postgresql" else (1,)
            for pause, climb in ((0.0, False), (0.05, False), (0.05, True)):
                for count in clocks:
                    speed = await letters_a_second(database, letters, pause, count, climb=climb)
                    what = "moments, each then a letter" if climb else "letters"
                    sped.add_row(kind, what, f"{2000 * pause:.0f} ms a letter", str(count), f"{speed:.0f}")
            database.engine.dispose()
    console.print(seen, sped)
    return broken


def main() -> None:
    """Nothing: exits with 1 where a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schools", type=int, default=10_000)
    parser.add_argument("--letters", type=int, default=1500, help="in each run")
    given = parser.parse_args()
    console = Console(width=140)
    broken = asyncio.run(run(given.schools, min(given.letters, given.schools), console))
    for line in broken:
        console.print(f"BROKEN: {line}", style="red")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
