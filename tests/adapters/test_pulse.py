"""The pulse: whether pings go out, told to anybody without asking the database, and to somebody outside only where all is well."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from adapters.pulse import LOOKED_LATELY, SILENT, AllWell, Pulse
from bot.concerns.clock import BEHIND
from bot.ports import NotKept
from tests.adapters.ticking import TickingHouse
from tests.adapters.web.schools import schools
from tests.adapters.web.serving import app_of, served
from tests.stand_ins.teams import served as outside

A_SECOND = timedelta(seconds=1)


@dataclass
class Watched:
    """A house whose clock beats when told to, and its pulse. ``ticks``: seconds of the replica that is asked."""

    house: TickingHouse = field(default_factory=TickingHouse)
    ticks: float = 0.0

    def __post_init__(self) -> None:
        self.pulse = Pulse(self.house.reports.clock, lambda: self.ticks)

    def beat(self) -> None:
        """Nothing: a clock was here."""
        self.house.cases.beat(self.house.now())

    def looked(self) -> bool:
        """Whether it is behind, after a look."""
        self.pulse.look()
        return self.pulse.behind()


def test_it_is_behind_while_no_clock_has_ever_run_and_after_the_last_has_died() -> None:
    watched = Watched()
    assert watched.looked()
    watched.beat()
    assert not watched.looked()
    watched.house.time += SILENT
    assert not watched.looked()
    watched.house.time += A_SECOND
    assert watched.looked()


def test_a_dead_clock_is_not_taken_for_alive_because_the_time_was_set_back() -> None:
    watched = Watched()
    watched.beat()
    watched.house.time -= timedelta(hours=1)
    assert watched.looked()
    watched.beat()
    assert not watched.looked()


def test_it_is_behind_when_something_is_due_for_too_long_though_a_clock_beats() -> None:
    watched = Watched()
    watched.house.file()
    watched.house.later(minutes=16)
    watched.beat()
    assert watched.house.reports.clock.behind() is not None
    assert watched.looked()
    watched.house.tick()
    assert not watched.looked()


@pytest.mark.parametrize("minutes", range(25, 41))
def test_a_report_that_came_in_just_now_turns_nothing_red(minutes: int) -> None:
    """Else the page would tell everybody, at that moment, that one came in: its time is kept roughly, so it seems to wait already."""
    watched = Watched()
    watched.house.time = watched.house.time.replace(minute=minutes % 60)
    watched.beat()
    watched.house.file()
    assert not watched.looked()


def test_what_is_due_within_the_bound_is_no_alarm() -> None:
    watched = Watched()
    filed = watched.house.file(urgent=True)
    watched.house.tick()
    concern = watched.house.concern(filed)
    watched.house.time = max(watched.house.time, concern.filed_at + timedelta(minutes=30)) + BEHIND
    watched.beat()
    assert not watched.looked()


def test_where_the_store_cannot_tell_or_nobody_looks_any_more_it_is_taken_to_be_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()
    assert watched.pulse.behind()  # not looked yet
    watched.beat()
    assert not watched.looked()
    watched.ticks += LOOKED_LATELY + 1
    assert watched.pulse.behind()
    assert not watched.looked()

    def away() -> None:
        raise NotKept("canary", "Wait.")

    monkeypatch.setattr(watched.house.cases, "last_beat", away)
    assert watched.looked()


def test_the_public_page_is_red_or_green_and_says_nothing_else_and_asks_the_store_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()
    with served(app_of(schools(), behind=watched.pulse.behind)) as client:
        watched.looked()
        never = client.get("/healthz")
        watched.beat()
        watched.looked()
        well = client.get("/healthz")
        watched.house.file()
        watched.house.later(minutes=16)
        watched.beat()
        watched.looked()
        monkeypatch.setattr(watched.house.cases, "last_beat", None)  # from now on to ask would raise
        overdue = client.get("/healthz")
        assert client.get("/readyz").status_code == 200  # whoever asks is still answered, and may still report

    assert (well.status_code, well.json()) == (200, {"alive": True})
    for red in (never, overdue):  # the one is told like the other: that there is a report is in neither
        assert (red.status_code, red.json()) == (503, {"alive": True, "behind": True})
    assert never.headers.keys() == overdue.headers.keys()
    assert well.headers["Cache-Control"] == "no-store"


@dataclass
class Outside:
    """Somebody who expects a call each minute. ``asked``: the paths called."""

    url: str = ""
    status: int = 200
    asked: list[str] = field(default_factory=list)


def ours(caplog: pytest.LogCaptureFixture) -> str:
    """What Signpost logged; whoever is called logs the address too."""
    return "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("signpost"))


@pytest.fixture
def watcher() -> Iterator[Outside]:
    with watching() as made:
        yield made


@contextmanager
def watching() -> Iterator[Outside]:
    """Somebody outside, over real HTTP."""
    made = Outside()

    async def called(request: Request) -> Response:
        made.asked.append(f"{request.method} {request.url.path}")
        return RedirectResponse("/elsewhere") if made.status == 307 else Response(status_code=made.status)

    with outside(Starlette(routes=[Route("/{path:path}", called, methods=["GET", "HEAD", "POST"])])) as url:
        made.url = url
        yield made


def test_whoever_watches_from_outside_is_called_only_where_all_is_well(watcher: Outside) -> None:
    watched = Watched()
    told = AllWell(f"{watcher.url}/ping/canary", watched.house.reports.clock)
    told.tell()  # no clock has run
    assert watcher.asked == []
    watched.beat()
    told.tell()
    assert watcher.asked == ["GET /ping/canary"]
    watched.house.time += SILENT + A_SECOND
    told.tell()
    watched.house.file()
    watched.house.later(minutes=16)
    watched.beat()
    told.tell()
    assert len(watcher.asked) == 1
    watched.house.tick()
    told.tell()
    assert len(watcher.asked) == 2


@pytest.mark.parametrize(("status", "why"), [(500, "status_500"), (404, "status_404"), (307, "status_307")])
def test_a_call_that_fails_is_logged_by_its_code_and_never_followed(
    watcher: Outside, caplog: pytest.LogCaptureFixture, status: int, why: str
) -> None:
    watched = Watched()
    watched.beat()
    watcher.status = status
    with caplog.at_level(logging.INFO):
        AllWell(f"{watcher.url}/ping/canary", watched.house.reports.clock).tell()
    assert watcher.asked == ["GET /ping/canary"]
    assert f"all_well.failed why={why}" in ours(caplog)
    assert "canary" not in ours(caplog)


def test_nobody_outside_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched()
    watched.beat()
    with watching() as gone:
        pass
    AllWell(f"{gone.url}/canary", watched.house.reports.clock).tell()
    assert "all_well.failed why=not_reached" in ours(caplog)
    assert "canary" not in ours(caplog)
