"""Whether pings go out: a clock was here lately, and nothing has been due for too long. The watcher's watcher asks this."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from logging import getLogger
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bot.concerns.clock import Clock

SILENT = timedelta(minutes=2)  # without a beat: all clocks are dead
LOOK_EVERY = 10.0  # seconds
LOOKED_LATELY = 60.0  # seconds: where even looking takes so long, nothing is known to be well
PATIENCE = 10.0  # seconds for the call outside

log = getLogger("signpost.pulse")


def late(clock: Clock) -> bool:
    """Whether no clock was here lately, or something has been due for too long. Raises NotKept where the store cannot tell."""
    beat = clock.cases.last_beat()
    return beat is None or is_silent(beat, clock.now()) or clock.behind() is not None


def is_silent(beat: datetime, now: datetime) -> bool:
    """Whether a beat is not of just now: also one from after now, left before the time was set back or by a clock whose time is wrong."""
    return abs(now - beat) > SILENT


class Pulse:
    """What is known of the clocks by a replica that is asked for it, so often as anybody likes: the database is asked by `look` alone.

    One word for all that may be amiss, "behind", and no number: the page that shows it is open to everybody, also to whomever a report is
    about, and must not tell that there is one, or when it came in.
    """

    def __init__(self, clock: Clock, ticks: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ticks = ticks
        self._known: tuple[float, bool] | None = None  # one value, because threads look while others ask

    def look(self) -> None:
        """Nothing: what is known is true of this moment."""
        try:
            found = late(self._clock)
        except Exception as error:  # without the database no ping can go out either
            log.error("pulse.failed error=%s", type(error).__name__)
            found = True
        if found and not self.behind():
            log.error("pulse.behind")
        self._known = (self._ticks(), found)

    def behind(self) -> bool:
        """Whether pings may not be going out, as far as is known."""
        return self._known is None or self._known[1] or self._ticks() - self._known[0] > LOOKED_LATELY


class AllWell:
    """Somebody outside who expects a call each minute and raises the alarm when none comes. The call is made only where all is well."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._opener = build_opener(_NoRedirect)

    def tell(self) -> None:
        """Nothing: they were called, or something is not well. Raises NotKept."""
        if late(self._clock):
            log.error("all_well.withheld")
            return
        why = self._called()
        if why:
            log.warning("all_well.failed why=%s", why)

    def _called(self) -> str:
        """Why the call failed, "" where it did not. Its words hold the address, which is a secret, so they go no further."""
        asked = Request(self._url, headers={"User-Agent": "Signpost"})  # noqa: S310 - the settings allow https alone
        try:
            with self._opener.open(asked, timeout=PATIENCE):
                return ""
        except HTTPError as error:
            with error:
                return f"status_{error.code}"
        except (URLError, OSError, ValueError):
            return "not_reached"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Nothing: they are called where the settings say and nowhere else."""
