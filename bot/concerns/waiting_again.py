"""A report climbs anew from the beginning: where somebody had taken it, and where it has climbed for so long that its numbers end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.concerns.concern import Concern, State
from bot.concerns.ports import CaseUnit, Ping
from bot.concerns.states import Step, after
from bot.ports import NewId

A_CLIMB = 10_000  # numbers of one climb's steps, in letters and moments; the next climb's begin above


def wait_again(unit: CaseUnit, concern: Concern, now: datetime, new_id: NewId) -> Concern:
    """The concern as it is from now on, taken by nobody, with a moment for the first step of its new climb."""
    waits_since = now if concern.state is State.IN_ACTION else concern.waits_since  # what was acted on did not wait
    free = replace(concern, state=after(concern.state, Step.FALL_BACK), taken_by=None, taken_at=None, waits_since=waits_since)
    return climb_anew(unit, free, now, new_id)


def climb_anew(unit: CaseUnit, concern: Concern, at: datetime, new_id: NewId) -> Concern:
    """The concern as it is from now on, with a moment for the first step of its new climb. `at`: when that is due."""
    again = replace(concern, climbs=concern.climbs + 1, climbs_since=at)
    unit.put(again)
    unit.ping(Ping(new_id(), unit.school.id, concern.id, at, again.climbs * A_CLIMB))
    return again
