"""One process on SQLite while its disk is full, or somebody else holds the database: the reporter is told the truth, and nothing is lost.

The disk is full as far as the process can tell: from a moment on it may write no file beyond its first block (RLIMIT_FSIZE). It is no
less true of its log, its temporary files and SQLite's own.
"""

from __future__ import annotations

import asyncio
import re
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
from rich.table import Table

from tools.chaos.plan import CANARY, Report, Weather, address, reports, slack_id
from tools.chaos.providers import Providers, standing_in
from tools.chaos.replicas import Replica, Replicas
from tools.chaos.reporters import CODE, NOT_KEPT
from tools.chaos.run import set_up, settings_of

FIRST_BLOCK = 4096  # bytes
SOON = 40.0  # seconds until a ping has gone out
LONGEST_WAIT = 60.0  # seconds for an answer: SQLite waits 30 for whoever holds the database
REFERENCE = re.compile(r"Its reference is <strong>([0-9A-Z]+)</strong>")
CLAIMS = ("Your report is kept", "has been received", 'class="code"')


@dataclass
class Case:
    """What came of one case. ``waited``: seconds until the reporter was told that nothing was kept."""

    name: str
    waited: float = 0.0
    faults: list[str] = field(default_factory=list)

    def must(self, fault: str, fine: bool) -> None:
        """Nothing: the fault is noted unless all is fine."""
        if not fine:
            self.faults.append(fault)


def cases() -> list[Case]:
    """What came of each."""
    return asyncio.run(_cases())


def shown(found: list[Case]) -> Table:
    """The figures."""
    table = Table(title="One process on SQLite")
    for column in ("case", "told the truth after", "outcome"):
        table.add_column(column)
    for one in found:
        told = "not reached" if not one.waited and one.faults else f"{one.waited:.1f} s"
        table.add_row(
            one.name, told, "; ".join(one.faults) or "nothing claimed; the same form was filed once, its code opens it, the lead was told"
        )
    return table


async def _cases() -> list[Case]:
    found = []
    for name, trouble in (("disk full", _full), ("database held by another", _held)):
        with tempfile.TemporaryDirectory(prefix="signpost-away-") as folder:
            found.append(await _case(Case(name), trouble, Path(folder), killed=False))
    with tempfile.TemporaryDirectory(prefix="signpost-away-") as folder:
        found.append(await _case(Case("disk full, and killed while it was"), _full, Path(folder), killed=True))
    return found


async def _case(case: Case, trouble: object, folder: Path, *, killed: bool) -> Case:
    async with standing_in(Weather(1.0)) as providers, httpx.AsyncClient(timeout=LONGEST_WAIT) as client:
        settings = settings_of(f"sqlite:///{_file(folder)}", providers)
        await asyncio.to_thread(set_up, settings, folder, 1)
        with Replicas(settings, folder, 1) as replicas:
            await replicas.ready()
            one, (before, during) = replicas.all[0], reports(2, 1.0, 1, Random(1))
            kept = await _send(client, one, before)
            case.must("a report that could be kept was not", bool(CODE.search(kept.text)))
            with trouble(folder, one):  # type: ignore[operator]
                began = time.monotonic()
                refused = await _send(client, one, during)
                case.waited = time.monotonic() - began
                _judge_refusal(case, refused, during)
                if killed:
                    await asyncio.to_thread(one.kill)
            if killed:
                one.start()
                await replicas.ready()
            again = [await _send(client, one, during) for _ in range(2)]
            codes = [found[1] if (found := CODE.search(answer.text)) else "" for answer in again]
            case.must("the same form was not filed afterwards", bool(codes[0]))
            case.must("the same form, sent again, gave another code", codes[0] == codes[1])
            case.must("it is there more than once, or not at all", _count(folder) == 2)
            for report, code in ((before, _code(kept)), (during, codes[0])):
                opened = await client.post(f"{one.url}/{report.school}/report/check", data={"code": code})
                case.must("a code does not open its report", opened.status_code == 200 and report.story in opened.text)
            wanted = {found[1] for answer in (kept, again[0]) if (found := REFERENCE.search(answer.text))}
            case.must("the lead was not told", len(wanted) == 2 and await _told(providers, wanted))
            case.must("words of a report are in the log", CANARY.encode() not in replicas.said())
    return case


def _judge_refusal(case: Case, answer: httpx.Response, report: Report) -> None:
    case.must(f"the answer was {answer.status_code} and not 503", answer.status_code == 503)
    case.must("it was not said that nothing is kept", NOT_KEPT in answer.text)
    case.must("the words did not come back", report.story in answer.text and report.filing in answer.text)
    case.must("nobody to ring was named", "tel:" in answer.text)
    case.must("it was claimed that something was kept", not any(claim in answer.text for claim in CLAIMS))


@contextmanager
def _full(_: Path, replica: Replica) -> Iterator[None]:
    """Nothing, while the process can write nothing more."""
    assert replica.process  # noqa: S101
    pid, (_soft, hard) = replica.process.pid, resource.prlimit(replica.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (FIRST_BLOCK, hard))
    yield
    if replica.process.poll() is None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def _held(folder: Path, _: Replica) -> Iterator[None]:
    """Nothing, while somebody else writes to the database and does not end."""
    with closing(sqlite3.connect(_file(folder), isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def _send(client: httpx.AsyncClient, replica: Replica, report: Report) -> httpx.Response:
    return await client.post(f"{replica.url}/{report.school}/report", data=report.form())


async def _told(providers: Providers, wanted: set[str]) -> bool:
    until = time.monotonic() + SOON
    first = {slack_id(0, "lead", 0), address(0, "lead", 0), slack_id(0, "head", 0), address(0, "head", 0)}
    while time.monotonic() < until:
        if wanted <= {ping.reference for ping in providers.pings if ping.person in first}:
            return True
        await asyncio.sleep(0.2)
    return False


def _code(answer: httpx.Response) -> str:
    found = CODE.search(answer.text)
    return found[1] if found else ""


def _count(folder: Path) -> int:
    with closing(sqlite3.connect(_file(folder), timeout=30)) as reading:
        return int(reading.execute("SELECT count(*) FROM concerns").fetchone()[0])


def _file(folder: Path) -> Path:
    return folder / "signpost.db"
