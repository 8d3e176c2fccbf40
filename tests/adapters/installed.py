"""The `signpost` command in a folder of its own: run within this process, or serving in one of its own."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from typer.testing import CliRunner

from adapters.settings import Settings
from adapters.terminal.app import app

SIGNPOST = str(Path(sys.executable).parent / "signpost")
NAMES = tuple(name.upper() for name in Settings.model_fields)
KEY = "c2lnbnBvc3QgdGVzdHMsIG5vdCBmb3IgcmVwb3J0cyE="  # of the tests alone


def clean_environment(**settings: str) -> dict[str, str]:
    """This environment with these settings and no others of ours."""
    return {name: value for name, value in os.environ.items() if name.upper() not in NAMES} | settings


@dataclass
class Installation:
    """A folder with a database in it. ``settings``: in the environment of every command run here."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> tuple[str, str, int]:
        """Standard output, standard error and exit code of a command."""
        before, environment = Path.cwd(), dict(os.environ)
        root = logging.getLogger()
        handlers, level = root.handlers, root.level
        os.chdir(self.folder)
        try:
            os.environ.clear()
            os.environ.update(clean_environment(**self.settings))
            found = CliRunner().invoke(app, list(arguments))
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(environment)
            root.handlers = handlers  # `serve` sets the log up before it may refuse, on a standard error that is gone now
            root.setLevel(level)
            logging.captureWarnings(capture=False)
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        return found.stdout, found.stderr, found.exit_code

    def write(self, name: str, text: str) -> str:
        """The name of a file, written in the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


@dataclass
class Serving:
    """A server in a process of its own; a clock has no ``url``. ``said``: its lines on standard error so far."""

    process: subprocess.Popen[str]
    url: str
    said: list[str]

    def stop(self, number: int = signal.SIGINT) -> float:
        """How many seconds it took to end after Ctrl-C, or after another signal."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(10)
        return time.monotonic() - began


@contextmanager
def serving(folder: Path, *arguments: str, settings: Mapping[str, str] = {}) -> Iterator[Serving]:
    """`signpost serve` in a folder, on a port that was free, once it says that it is ready."""
    with _started(folder, ["serve", "--port", "0", *arguments], settings, "is ready") as running:
        found = re.search(r"http://\S+", "\n".join(line for line in running.said if "is ready" in line))
        assert found, running.said
        running.url = found[0]
        yield running


@contextmanager
def clocking(folder: Path, settings: Mapping[str, str] = {}) -> Iterator[Serving]:
    """`signpost clock` in a folder, once it says that it runs."""
    with _started(folder, ["clock"], settings, "clock runs") as running:
        yield running


@contextmanager
def _started(folder: Path, arguments: Sequence[str], settings: Mapping[str, str], when: str) -> Iterator[Serving]:
    process = subprocess.Popen(
        [SIGNPOST, *arguments],
        cwd=folder,
        env=clean_environment(**{"SIGNPOST_KEYS": KEY, **settings}),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    said: list[str] = []
    ready, stderr = threading.Event(), process.stderr
    assert stderr is not None

    def listen() -> None:
        for line in stderr:
            said.append(line.rstrip())
            if when in line:
                ready.set()
        ready.set()

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    try:
        assert ready.wait(60), said
        assert any(when in line for line in said), said
        yield Serving(process, "", said)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        listening.join(5)
        stderr.close()


def ask(url: str, path: str, **fields: str) -> httpx.Response:
    """What the web answers to a form."""
    return httpx.post(f"{url}{path}", data=fields, timeout=30)
