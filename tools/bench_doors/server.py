"""The server that is measured, in a process of its own: Signpost as `signpost serve` starts it, or the echo bots."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stand_ins.slack_workspace import SIGNING_SECRET
from tests.stand_ins.teams import APP_ID, PASSWORD
from tools.bench_doors.platforms import ECHO_TOKEN, HOME_TENANT, TEAMS_TOKEN, Platforms
from tools.bench_doors.schools import CLIENT_ID

STARTS_WITHIN = 30.0  # seconds
STOPS_WITHIN = 15.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    pid: int
    url: str

    def peak(self) -> float:
        """The most memory it has held so far, in MB."""
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0

    def busy(self) -> float:
        """Seconds of processor time it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def signpost(platforms: Platforms, database_url: str, folder: Path) -> Iterator[Server]:
    """Signpost on a database, with all three doors."""
    port = _free_port()
    settings = {
        "DATABASE_URL": database_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": "a-client-secret",
        "MICROSOFT_APP_TENANT_ID": HOME_TENANT,
        "LOG_LEVEL": "warning",
    }
    program = [str(Path(sys.executable).parent / "signpost"), "serve", "--port", str(port)]
    with _running(program, platforms, settings, port, folder / "signpost.log") as server:
        yield server


@contextmanager
def echo(platforms: Platforms, folder: Path) -> Iterator[Server]:
    """The echo bots."""
    port = _free_port()
    settings = {"SLACK_BOT_TOKEN": ECHO_TOKEN, "BENCH_TEAMS_TOKEN": TEAMS_TOKEN}
    with _running([sys.executable, "-m", "tools.bench_doors.echo", str(port)], platforms, settings, port, folder / "echo.log") as server:
        yield server


@contextmanager
def _running(program: list[str], platforms: Platforms, settings: dict[str, str], port: int, log: Path) -> Iterator[Server]:
    shared = {
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"{platforms.url}/api/",
        "MICROSOFT_APP_ID": APP_ID,
        "MICROSOFT_APP_PASSWORD": PASSWORD,
        "MICROSOFT_LOGIN_URL": platforms.url,
        "MICROSOFT_METADATA_URL": f"{platforms.url}/metadata",
    }
    ours = ("SLACK_", "MICROSOFT_", "DATABASE_URL", "PUBLIC_URL")
    around = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    with log.open("ab") as said, subprocess.Popen(program, env={**around, **shared, **settings}, stderr=said, stdout=said) as process:
        try:
            server = Server(process.pid, f"http://127.0.0.1:{port}")
            _wait(server, process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:  # what it has not answered yet is counted as lost already
                process.kill()


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=1):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"The server did not start:\n{log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
