"""Reports whose taker has left the school, or may not see them any more: they wait again, and climb as when nobody had taken them."""

from __future__ import annotations

from contextlib import suppress

from bot.concerns.concern import Concern, State
from bot.concerns.exclusion import taker
from bot.concerns.filing import SIGNPOST
from bot.concerns.ports import Act, CaseBroken, Cases
from bot.concerns.waiting_again import wait_again
from bot.ports import NewId, Now
from bot.school import School


def let_go(cases: Cases, school: str, now: Now, new_id: NewId) -> None:
    """Nothing: no report of a school is left to somebody who is not there any more. Each in a unit of its own, and asked anew in it."""
    with cases.unit(school) as unit:
        left = [one.id for one in unit.concerns() if _is_left(unit.school, one)]
    for concern_id in left:
        with suppress(CaseBroken), cases.unit(school) as unit:
            concern = unit.concern(concern_id)
            if concern and _is_left(unit.school, concern):
                wait_again(unit, concern, now(), new_id)
                unit.audit(now(), Act.LET_GO, SIGNPOST, concern.reference)
                unit.commit()


def _is_left(school: School, concern: Concern) -> bool:
    return concern.state in {State.ACKNOWLEDGED, State.IN_ACTION} and taker(school, concern) is None
