"""`serve`: all doors in this one process, and `clock`: a clock and nothing else, until they are told to stop."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Callable
from threading import Thread

import uvicorn

from adapters import samples, wiring
from adapters.demo import POLICY as DEMO_POLICY
from adapters.doctor import unreached
from adapters.logs import set_up
from adapters.settings import Settings, checked, read_settings
from adapters.terminal.screen import complain
from knowledge.errors import SignpostError

LAST_ANSWERS = 1  # seconds that stopping waits for requests under way
WAITING = 128  # connections that may wait to be taken
DEMO_SAID = """
  ==================================================================
  DEMO: sample policies and invented people. Whoever is at this
  computer may ask as anybody; Teams activities need no token.
  Never use it for a real school.
  =================================================================="""


class ForTheDemoAlone(SignpostError):
    """An option that only the demo takes: whoever started Signpost can leave it out."""


class CannotListen(SignpostError):
    """The address is taken or not ours to listen at: whoever starts Signpost can choose another."""


class DidNotStart(SignpostError):
    """The doors did not open: the log says where it went wrong."""


def serve(host: str, port: int | None, *, demo: bool, school: str | None, clock: bool = True) -> None:
    """Nothing, once it was told to stop. `clock`: whether one runs in this process too.

    Raises SettingsWrong, NotMigrated, DatabaseUnusable, DemoInTheOpen, CannotListen, DidNotStart.
    """
    settings = read_settings()
    set_up(settings.log_level)
    showing = _demo(demo, school, host)
    with _listening(host, settings.port if port is None else port) as listener:
        address = _address(host, listener.getsockname()[1])
        if showing:
            complain(DEMO_SAID)
            if "database_url" in settings.model_fields_set:
                complain("  The demo has its own database, signpost-demo.db: DATABASE_URL is left alone.")
            if not settings.public_url:
                settings = settings.model_copy(update={"public_url": address})
        _run(settings, showing, host, listener, address, clock=clock)


def run_clock() -> None:
    """Nothing, once it was told to stop. Raises SettingsWrong, NotMigrated, DatabaseUnusable."""
    settings = read_settings()
    set_up(settings.log_level)
    wiring.run_clock(wiring.house(checked(settings)), lambda: complain("\n  Signpost's clock runs (Ctrl-C ends it)\n"))
    complain("Signpost's clock has stopped.")
    _leave()


def _run(settings: Settings, demo: wiring.Demo | None, host: str, listener: socket.socket, address: str, *, clock: bool) -> None:
    built = wiring.house(checked(settings), demo, host)

    def ready() -> None:
        complain(f"\n  Signpost is ready at {address} (Ctrl-C ends it)\n")
        if not clock:
            complain("  No clock runs in this process: reports are brought to nobody unless `signpost clock` runs somewhere.")
        if not demo and (settings.slack or settings.teams):
            complain("  Whether Slack and Teams take these settings: `signpost doctor` asks them.")
        if not built.schools.ids():
            complain("  There is no school yet: `signpost school apply SCHOOL.toml` (docs/example-school.toml explains it).")
        if not demo and (deaf := unreached(settings, built.schools)):
            complain(
                f"  Private reports would be kept, but nobody could be told of them, at: {', '.join(deaf)}. `signpost doctor` says why."
            )
        if demo:
            with built.schools.unit(demo.school) as unit:
                published = unit.published(DEMO_POLICY)
            if published:
                built.shelves.answerer_of(published)  # so that the first question is answered as quickly as the next

    server = _Server(
        uvicorn.Config(
            wiring.application(built, clock=clock),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # nobody's address is needed, so none is taken
            lifespan="on",
            timeout_graceful_shutdown=LAST_ANSWERS,
        ),
        ready,
    )
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn has ended cleanly and passes Ctrl-C on
        complain("Signpost has stopped.")
    if not server.opened:
        raise DidNotStart(
            "Signpost could not open its doors.", "The lines above say where it went wrong; `signpost doctor` checks the rest."
        )
    _leave()


def _leave() -> None:
    """Nothing: the process is over."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # All is closed. A thread still loading the encoder must not see the interpreter being taken down: onnxruntime was seen to abort then.
    # Nor must one that is still sending: its letter is sent again once its claim has run out.
    os._exit(0)


class _Server(uvicorn.Server):
    """Says when it is really listening."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self.opened = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Nothing: requests are taken from now on, or `should_exit` is set."""
        await super().startup(sockets)
        self.opened = self.started
        if self.opened:
            Thread(target=self._ready, daemon=True).start()  # nobody who presses Ctrl-C now waits for it


def _demo(demo: bool, school: str | None, host: str) -> wiring.Demo | None:
    if demo:
        wiring.keep_in(host)
        return wiring.Demo(samples.sample_named(school or samples.FIRST_SAMPLE))
    if school is not None:
        raise ForTheDemoAlone("--school is for the demo alone.", "Leave it out: each workspace's school is in that school's SCHOOL.toml.")
    return None


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address, before anything else is done: a port that is taken is known at once. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(WAITING)
    except (OSError, UnicodeError) as error:
        made.close()
        match getattr(error, "errno", None):
            case errno.EADDRINUSE:
                told = f"Port {port} is taken: another program listens there, perhaps another Signpost."
                raise CannotListen(told, f"Stop that one, or choose another port: --port {port + 1 if port < 65535 else 3978}.") from None
            case errno.EACCES:
                told = f"Signpost may not listen at port {port}."
                raise CannotListen(told, "Choose one above 1023, such as --port 3978, and let a reverse proxy do the rest.") from None
        raise CannotListen(
            f"Signpost cannot listen at {host}.", "Use 127.0.0.1 for this computer alone, 0.0.0.0 for all its networks."
        ) from None
    return made


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
