"""Checks of `signpost doctor`: whether a clock runs and keeps up, which letters arrived nowhere, and who is sent the daily drill.

None says how many reports there are, at which school or since when: whoever runs Signpost may be whom one is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from adapters.check_reports import Workspaces, reached_by
from adapters.checks import Check, State
from adapters.pulse import is_silent
from adapters.settings import Settings
from adapters.store.clock_seen import given_up, last_beat, oldest_due
from bot.concerns.clock import BEHIND
from bot.concerns.filing import rounded
from bot.school import Role, School

A_DAY = timedelta(days=1)
MOST_NAMED = 10
START_ONE = "Start `signpost serve`, or `signpost clock` beside it, and leave it running: without it no report is brought to anybody."
WRONG_TIME = "Correct the time of the computers that run Signpost (NTP). Where it was just corrected: see that a clock runs."
TOO_SLOW = "See its log for what fails; where there is much to send, run `signpost clock` once more. docs/SCALING.md says what to size."
MEND_WAYS = "Correct the people in SCHOOL.toml and apply it, or whatever else stands here about the desk, Slack, Teams and e-mail."


def check_clock(engine: Engine, now: datetime) -> Iterator[Check]:
    """Whether a clock was here lately and nothing is overdue, and whether letters were given up within a day."""
    beat, oldest = last_beat(engine), oldest_due(engine, now)
    behind = oldest is not None and now - oldest > BEHIND
    overdue = "something is overdue" if behind else "nothing is overdue"  # for how long would tell when a report came in
    if beat is None:
        yield Check("pings", State.MEND if behind else State.LOOK, f"no clock has run yet; {overdue}", START_ONE)
    elif now < beat and is_silent(beat, now):
        yield Check("pings", State.MEND, f"a clock was here {_ago(beat - now).removesuffix(' ago')} after now; {overdue}", WRONG_TIME)
    elif is_silent(beat, now):
        yield Check("pings", State.MEND, f"no clock runs: the last was here {_ago(now - beat)}; {overdue}", START_ONE)
    elif behind:
        yield Check("pings", State.MEND, f"a clock runs, but {overdue}", TOO_SLOW)
    else:
        yield Check("pings", State.OK, f"a clock was here {_ago(now - beat)}; {overdue}")
    lost = given_up(engine, rounded(now - A_DAY))
    if lost.rounds:
        yield Check("letters", State.LOOK, f"the drill or digest of the last day arrived nowhere at: {_some(lost.rounds)}", MEND_WAYS)
    if lost.reports:
        found = "a message about a report was given up in the last day, after every way to somebody had failed"
        yield Check("letters", State.LOOK, found, MEND_WAYS)


def check_drills(settings: Settings, schools: Sequence[tuple[School, Workspaces]]) -> Iterator[Check]:
    """Which schools have nobody who is sent the daily drill. It is they who are told, too, when nobody acknowledges a report."""
    lacking = [school.id for school, known in schools if not any(map(reached_by(settings, known), school.holding(Role.IT)))]
    if lacking:
        found = f"no IT contact who can be reached, so nobody notices when pings stop: {_some(lacking)}"
        to_do = "Add [contacts.it] with an email, slack or teams to SCHOOL.toml and apply it; e-mail needs SMTP_URL and MAIL_FROM too."
        yield Check("drills", State.LOOK, found, to_do)
    elif schools:
        yield Check("drills", State.OK, "every school has an IT contact who is sent one each day")


def _some(schools: Sequence[str]) -> str:
    more = f" and {len(schools) - MOST_NAMED} more" if len(schools) > MOST_NAMED else ""
    return f"{', '.join(schools[:MOST_NAMED])}{more}"


def _ago(wait: timedelta) -> str:
    """How long ago: "4 s ago", "3 minutes ago", "5 hours ago"."""
    seconds = max(round(wait.total_seconds()), 0)
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} minutes ago" if seconds < 7200 else f"{seconds // 3600} hours ago"
