"""The load bench of the doors, part of `make bench`: `python -m tools.bench_doors [--seconds N | --quick]`.

Slack messages and Teams activities in turn, 50 a second in all, in an open loop: every message is sent when it is due, and its time
counts from then until the platform has the whole reply. Echo bot and Signpost take turns, so that whatever else the machine does
disturbs both. Each server is one process; the platforms and the load are this one. On two cores they compete, for both alike.

The bounds hold for a thousand schools that share five policies. Where each has a policy of its own, drawing schools by lot means that
nearly every question has its school's policy made ready first: that is shown beside it, and only its memory and what it said are judged.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from tools.bench_doors import server
from tools.bench_doors.load import DOORS, Measured, made_messages, send
from tools.bench_doors.page import Page, ask_the_page
from tools.bench_doors.platforms import Platforms, standing_in
from tools.bench_doors.schools import keep_schools
from tools.sets import invented_schools

SCHOOLS = 1000
MOST_TIMES_ECHO = 1.5
MOST_MEMORY = 400  # MB
WARMING = 6.0  # seconds of the same load before anything is measured, for the echo bot too
READERS = 8  # of the web page
PAGE_SECONDS = 15.0
ECHO, SHARED, DIFFERENT = "echo bot", "Signpost", "Signpost, 1,000 different policies"


@dataclass(frozen=True, slots=True)
class Leg:
    """One server under load: what became of each door's messages, its memory in MB and its processor milliseconds a message."""

    name: str
    doors: dict[str, Measured]
    statuses: Counter[int]
    refused: Counter[str]
    memory: float
    busy: float


class Bench:
    """One run of the bench. `rate`: messages a second, both doors together."""

    def __init__(self, platforms: Platforms, folder: Path, questions: Sequence[str], seconds: float, rate: float) -> None:
        self._platforms = platforms
        self._folder = folder
        self._questions = questions
        self._seconds = seconds
        self._rate = rate
        self.legs: list[Leg] = []
        self.page: Page | None = None
        self.first: Page | None = None

    async def leg(self, name: str, started: AbstractContextManager[server.Server], *, with_page: bool = False) -> None:
        """Nothing: one server was warmed up and measured, and its web page after it."""
        with started as running:
            await self._load(running, min(WARMING, self._seconds), f"{len(self.legs)}-warming")
            self.legs.append(await self._measured(name, running))
            if with_page:
                self.page = await ask_the_page(running.url, self._questions, SCHOOLS, min(self._seconds, PAGE_SECONDS), READERS)

    async def own_policies(self, started: AbstractContextManager[server.Server]) -> None:
        """Nothing: one reader asked school after school for the first time, then all schools were asked at once."""
        with started as running:
            self.first = await ask_the_page(running.url, self._questions, SCHOOLS, min(self._seconds, PAGE_SECONDS), 1)
            self.legs.append(await self._measured(DIFFERENT, running))

    async def _measured(self, name: str, running: server.Server) -> Leg:
        before = running.busy()
        doors, statuses = await self._load(running, self._seconds, f"{len(self.legs)}-measured")
        busy = (running.busy() - before) * 1000 / (self._rate * self._seconds)
        return Leg(name, doors, statuses, Counter(self._platforms.refused), running.peak(), busy)

    async def _load(self, running: server.Server, seconds: float, label: str) -> tuple[dict[str, Measured], Counter[int]]:
        messages = made_messages(self._platforms, self._questions, SCHOOLS, self._rate, seconds, label)
        return await send(self._platforms, running.url, messages)

    def named(self, name: str) -> list[Leg]:
        """The legs of that name."""
        return [leg for leg in self.legs if leg.name == name]

    def p99(self, name: str, door: str) -> float:
        """The median of a door's p99 over the legs of that name, in milliseconds."""
        return median(leg.doors[door].at(0.99) for leg in self.named(name))

    def broken(self) -> list[str]:
        """A sentence for each bound that is broken."""
        found = []
        for door in DOORS:
            times = self.p99(SHARED, door) / self.p99(ECHO, door)
            if times > MOST_TIMES_ECHO:
                found.append(f"{door}: Signpost's p99 is {times:.2f} × the echo bot's, at most {MOST_TIMES_ECHO} ×.")
        for leg in self.legs:
            for door, measured in leg.doors.items():
                lost = 0 if leg.name == DIFFERENT else measured.lost
                for what, count in (("lost", lost), ("answered twice", measured.twice), ("answered wrongly", measured.wrong)):
                    if count:
                        found.append(f"{leg.name}, {door}: {count} messages {what}.")
            if leg.name != ECHO and leg.memory >= MOST_MEMORY:
                found.append(f"{leg.name}: {leg.memory:.0f} MB, less than {MOST_MEMORY} MB wanted.")
            odd = {status: count for status, count in leg.statuses.items() if status != 200}
            if odd and leg.name != DIFFERENT:
                found.append(f"{leg.name}: answered with other statuses than 200: {odd}.")
            if leg.refused:
                found.append(f"{leg.name}: the platforms refused calls: {dict(leg.refused)}.")
        if self.page and self.page.failed:
            found.append(f"The web page left {self.page.failed} questions without a reply.")
        return found


def show(bench: Bench, console: Console) -> None:
    """Nothing: prints the figures."""
    table = Table(title=f"Milliseconds from due to reply posted; {SCHOOLS:,} schools, {os.cpu_count()} cores")
    for column in ("server", "door", "messages", "p50", "p95", "p99", "lost", "twice", "wrong", "peak MB", "CPU ms each"):
        table.add_column(column, justify="left" if column in {"server", "door"} else "right")
    for leg in bench.legs:
        for at, (door, one) in enumerate(leg.doors.items()):
            counted = [str(len(one.milliseconds) + one.lost), *(f"{one.at(share):.1f}" for share in (0.5, 0.95, 0.99))]
            whole = ["", ""] if at else [f"{leg.memory:.0f}", f"{leg.busy:.1f}"]
            table.add_row("" if at else leg.name, door, *counted, str(one.lost), str(one.twice), str(one.wrong), *whole)
    console.print(table)
    for name in dict.fromkeys(leg.name for leg in bench.legs if leg.name != ECHO):
        for door in DOORS:
            ours, theirs = bench.p99(name, door), bench.p99(ECHO, door)
            console.print(f"{name}, {door}: p99 {ours:.1f} ms against the echo bot's {theirs:.1f} ms, {ours / theirs:.2f} × (medians)")
    if bench.page:
        console.print(f"Web page: {bench.page.a_second:.0f} questions/s with {READERS} readers, p99 {bench.page.p99:.0f} ms")
    if bench.first:
        console.print(
            f"A school's first question, its policy made ready on demand: median {bench.first.median:.0f} ms, p99 {bench.first.p99:.0f} ms"
        )


async def run(seconds: float, rate: float, *, rounds: int, different: bool) -> Bench:
    """The bench, run."""
    questions = [labelled.question for school in invented_schools() for labelled in school.questions]
    with TemporaryDirectory() as made:
        folder = Path(made)
        shared = keep_schools(folder / "shared.db", SCHOOLS, different=False)
        async with standing_in() as platforms:
            bench = Bench(platforms, folder, questions, seconds, rate)
            for at in range(rounds):
                await bench.leg(ECHO, server.echo(platforms, folder))
                await bench.leg(SHARED, server.signpost(platforms, shared, folder), with_page=at == rounds - 1)
            if different:
                own = keep_schools(folder / "different.db", SCHOOLS, different=True)
                await bench.own_policies(server.signpost(platforms, own, folder))
    return bench


def main() -> None:
    """Prints the figures; exits with 1 where a bound is broken."""
    asked = argparse.ArgumentParser(prog="python -m tools.bench_doors", description="The load bench of the doors.")
    asked.add_argument("--seconds", type=float, default=60.0, help="of load on each server (default 60)")
    asked.add_argument("--quick", action="store_true", help="the same as --seconds 10")
    asked.add_argument("--rate", type=float, default=50.0, help="messages a second, Slack and Teams together (default 50)")
    asked.add_argument("--rounds", type=int, default=2, help="how often echo bot and Signpost take turns (default 2)")
    asked.add_argument("--no-different", action="store_true", help="leave out the run with 1,000 different policies")
    told = asked.parse_args()
    seconds = 10.0 if told.quick else told.seconds
    bench = asyncio.run(run(seconds, told.rate, rounds=told.rounds, different=not told.no_different))
    console = Console(width=None if sys.stdout.isatty() else 140)
    show(bench, console)
    if broken := bench.broken():
        console.print("\n".join(f"BROKEN {one}" for one in broken))
        sys.exit(1)


if __name__ == "__main__":
    main()
