"""A report that somebody had taken waits again: it climbs anew from the beginning."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.concerns.concern import Concern
from bot.concerns.ports import CaseUnit, Ping
from bot.concerns.states import Step, after
from bot.ports import NewId

A_CLIMB = 10_000  # numbers of one climb's steps, in letters and moments; the next climb's begin above


def wait_again(unit: CaseUnit, concern: Concern, now: datetime, new_id: NewId) -> Concern:
    """The concern as it is from now on, with a moment for the first step of its new climb."""
    state = after(concern.state, Step.FALL_BACK)
    again = replace(concern, state=state, taken_by=None, taken_at=None, climbs=concern.climbs + 1, climbs_since=now)
    unit.put(again)
    unit.ping(Ping(new_id(), unit.school.id, concern.id, now, again.climbs * A_CLIMB))
    return again
