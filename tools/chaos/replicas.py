"""Signpost's own processes: started, killed as a power cut would, and started again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
OURS = re.compile(r"(SLACK_|MICROSOFT_|SMTP_|MAIL_|WEBHOOK_|SIGNPOST_|DATABASE_|PUBLIC_|ALL_WELL_|LOG_LEVEL)")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This environment with these settings and no others of ours."""
    around = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    return around | {"PYTHONPATH": str(ROOT)} | dict(settings)


@dataclass
class Replica:
    """One process at an address of its own: `signpost serve`, its clock in it, or `signpost clock`, which has no address."""

    settings: Mapping[str, str]
    log: Path
    port: int
    program: Sequence[str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Nothing: it is starting."""
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                _program(*self.program), env=environment(self.settings), cwd=ROOT, stdout=said, stderr=said, start_new_session=True
            )

    def kill(self) -> None:
        """Nothing: it is gone, whatever it was at."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def revive(self) -> bool:
        """Whether it had ended by itself; it is starting again, as under systemd or on any platform."""
        if self.process and self.process.poll() is None:
            return False
        self.start()
        return True


@dataclass
class Replicas:
    """So many web replicas, each with a clock in it."""

    settings: Mapping[str, str]
    folder: Path
    count: int
    all: list[Replica] = field(default_factory=list)
    kills: int = 0
    ended: int = 0  # how often one ended by itself

    def __enter__(self) -> Replicas:
        for number in range(self.count):
            port = _free_port(Random())
            program = ("serve", "--port", str(port))
            self.all.append(Replica(self.settings, self.folder / f"replica-{number}.log", port, program))
        for one in self.all:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.all:
            one.kill()

    async def ready(self, within: float = 60.0) -> None:
        """Nothing: all of them answer. Raises TimeoutError."""
        async with asyncio.timeout(within), httpx.AsyncClient(timeout=5) as client:
            for one in self.all:
                while not await _answers(client, one.url):
                    await asyncio.sleep(0.2)
                    self.ended += one.revive()

    async def kill_one_each(self, every: float, until: asyncio.Event, random: Random) -> None:
        """Nothing, once it is told to stop: until then one of them is killed again and again, and started again at once."""
        at = time.monotonic()
        while not until.is_set():
            at += every
            try:
                await asyncio.wait_for(until.wait(), max(at - time.monotonic(), 0.01))
            except TimeoutError:
                self.ended += sum(other.revive() for other in self.all)
                one = random.choice(self.all)
                await asyncio.to_thread(one.kill)
                one.start()
                self.kills += 1

    def said(self) -> bytes:
        """Every line they logged."""
        return b"".join(one.log.read_bytes() for one in self.all if one.log.exists())


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/readyz")).status_code == 200
    except httpx.HTTPError:
        return False


def _program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "adapters", *arguments]


def _free_port(random: Random) -> int:
    """A port that nobody listens at, below those that the system gives to whoever connects somewhere: the next start needs it again."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
