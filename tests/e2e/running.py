"""Programs started for the checks: the demo and Microsoft's Agents Playground, each in a folder of its own, ended after use."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
PLAYGROUND = PACKAGES / "@microsoft" / "m365agentsplayground" / "cli.js"
SAID = "said.txt"
READY_WITHIN = 60.0  # seconds, on a busy machine
ADDED = "The governors read this document through once more in the autumn."
KEPT_FROM_OURS = ("PATH", "HOME", "LANG", "TMPDIR")  # settings of whoever runs the checks must not reach the demo


@dataclass
class Running:
    """A program at work. ``url``: where it answers. ``status``: what it ended with, None while it runs."""

    url: str
    folder: Path
    settings: dict[str, str]
    said: Path
    status: int | None = field(default=None)

    def run(self, *command: str) -> str:
        """What a `signpost` command prints, run beside the program with the same settings. Raises AssertionError where it fails."""
        whole = [sys.executable, "-m", "adapters", *command]
        settings = self.settings | {"DATABASE_URL": "sqlite:///signpost-demo.db"}
        done = subprocess.run(whole, cwd=self.folder, env=settings, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"signpost {' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def free_port() -> int:
    """A port of this machine that nothing listens on just now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def demo(folder: Path) -> Iterator[Running]:
    """`signpost serve --demo`, ready to be asked. One of its schools has published twice."""
    port = free_port()
    settings = {name: os.environ[name] for name in KEPT_FROM_OURS if name in os.environ}
    command = [sys.executable, "-m", "adapters", "serve", "--demo", "--port", str(port)]
    with _program(command, f"http://127.0.0.1:{port}", folder, settings, _answers("/readyz")) as running:
        publish_again(running, "astley-park")
        yield running


def publish_again(running: Running, school: str) -> None:
    """Nothing: the school has published its sample policy a second time, with a sentence more."""
    newer = running.folder / "social-media.md"
    sample = files("knowledge.samples").joinpath(f"{school}.md").read_text(encoding="utf-8")
    newer.write_text(f"{sample.rstrip()}\n\n{ADDED}\n", encoding="utf-8")
    running.run("policy", "publish", str(newer), "--school", school, "--yes")


@contextmanager
def playground(folder: Path, messages: str) -> Iterator[Running]:
    """The Agents Playground as a Teams client of whoever answers at `messages`. It runs under Node and is kept on this machine."""
    port = free_port()
    settings = {name: os.environ[name] for name in KEPT_FROM_OURS if name in os.environ} | {
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(HERE / "m365agentsplayground.yml"),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / SAID),
        "APPLICATION_INSIGHTS_NO_STATSBEAT": "1",
    }
    command = ["node", "--require", str(HERE / "loopback.cjs"), str(PLAYGROUND), "start", "--disable-telemetry"]
    command += ["--app-endpoint", messages, "--channel-id", "msteams", "--port", str(port)]
    with _program(command, f"http://localhost:{port}", folder, settings, _answers("/")) as running:
        yield running


@contextmanager
def _program(command: list[str], url: str, folder: Path, settings: dict[str, str], ready: Callable[[str], bool]) -> Iterator[Running]:
    running = Running(url, folder, settings, folder / SAID)
    with running.said.open("a") as said:
        program = subprocess.Popen(command, cwd=folder, env=settings, stdout=said, stderr=subprocess.STDOUT)
    try:
        _wait(program, running, ready)
        yield running
    finally:
        if program.poll() is None:
            program.send_signal(signal.SIGTERM)
        try:
            running.status = program.wait(timeout=15)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def _wait(program: subprocess.Popen[bytes], running: Running, ready: Callable[[str], bool]) -> None:
    until = time.monotonic() + READY_WITHIN
    while not ready(running.url):
        gone = program.poll() is not None or time.monotonic() > until
        assert not gone, f"did not start: {running.said.read_text()}"
        time.sleep(0.1)


def _answers(path: str) -> Callable[[str], bool]:
    def asked(url: str) -> bool:
        try:
            with urlopen(url + path, timeout=5) as answer:  # noqa: S310 - an address of this machine
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    return asked
