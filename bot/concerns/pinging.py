"""Pings: those who may be told of a report are told that one needs them, again and further up until somebody takes it.

A ping says a reference and how long it waits, and nothing else. Whom it may reach is asked anew just before each is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.concerns.concern import Concern, State
from bot.concerns.exclusion import is_kept_from, may_see, recipients
from bot.concerns.filing import SIGNPOST
from bot.concerns.ports import Act, Cases, Messenger, Ping
from bot.people import same_person
from bot.ports import Now, Sent
from bot.school import Holder, School

LEASE = timedelta(minutes=5)  # longer than all ways to everybody take; a program that dies meanwhile leaves it to be sent again
# After how long the first, the second … are told too; then the last wait again and again. A crude ladder until schools set their own.
URGENT = (timedelta(0), timedelta(minutes=30), timedelta(hours=1))
ROUTINE = (timedelta(0), timedelta(hours=4), timedelta(hours=24))
TRIED_AGAIN = timedelta(minutes=5)  # where nobody could be reached for a reason that passes


@dataclass(frozen=True, slots=True)
class Pinging:
    """What the clock calls. Any number of replicas may: each ping is claimed first."""

    cases: Cases
    messenger: Messenger
    now: Now

    def send_due(self, most: int = 100) -> int:
        """How many pings were dealt with: none where nothing is due."""
        for done in range(most):
            ping = self.cases.claim_ping(self.now(), LEASE)
            if ping is None:
                return done
            self.cases.settle_ping(ping, self._again_at(ping))
        return most

    def _again_at(self, ping: Ping) -> datetime | None:
        """When to ping again after this one was sent; None where nobody needs to be told any more."""
        with self.cases.unit(ping.school) as unit:
            concern, school = unit.concern(ping.concern), unit.school
            if concern is None or not _waits(concern):
                return None
            told = told_now(school, concern, ping.attempts)
            unit.audit(concern.filed_at if ping.attempts == 0 else self.now(), Act.PINGED, SIGNPOST, concern.reference)
            unit.commit()
        # Without a name its time is to the hour, and "waiting for 40 minutes" would be untrue of a report just filed.
        since = self.now() if ping.attempts == 0 else concern.waits_since
        outcomes = [self.messenger.ping(school, one, concern.reference, since, concern.id) for one in told]
        if concern.state is not State.RECEIVED:  # something was added to a case that somebody looks after: said once
            return None if any(one.state is not Sent.FAILED for one in outcomes) else self.now() + TRIED_AGAIN
        waits = URGENT if concern.urgent else ROUTINE
        if not any(one.state is not Sent.FAILED for one in outcomes) and ping.attempts < len(waits) - 1:
            return self.now()  # nobody there could be reached: the next are told at once
        if not any(one.state is not Sent.FAILED for one in outcomes):
            return self.now() + TRIED_AGAIN
        following = ping.attempts + 1
        wait = waits[following] - waits[following - 1] if following < len(waits) else waits[-1]
        return self.now() + wait


def told_now(school: School, concern: Concern, rung: int) -> tuple[Holder, ...]:
    """Whom a ping goes to: the first who may be told, on the next rung the first two, then all; for a case in hand whoever has taken it."""
    everybody = recipients(school, concern.about, concern.kept_from)
    if concern.state is State.RECEIVED:
        return everybody[: rung + 1] if rung < 2 else everybody
    if concern.taken_by:
        mine = [one for one in school.holders if same_person(one, concern.taken_by) and not is_kept_from(school, concern, one)]
        if mine:
            return tuple(mine[:1])
    return tuple(one for one in everybody if may_see(school, concern, one))


def _waits(concern: Concern) -> bool:
    return concern.state is State.RECEIVED or concern.unread
