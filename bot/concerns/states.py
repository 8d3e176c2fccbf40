"""Where a concern can go from where it stands, and who moves it: a table, and one error that says what can be done instead."""

from __future__ import annotations

from enum import StrEnum

from bot.concerns.concern import State
from knowledge.errors import SignpostError


class Step(StrEnum):
    """What moves a concern."""

    ACKNOWLEDGE = "acknowledge"
    ACT = "act"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    FALL_BACK = "fall_back"


# Withdrawing is the reporter's alone and falling back the clock's; all else is done at the desk. A withdrawn concern may be taken up
# all the same, with a reason: where a child is at risk the lead has to act whatever the reporter wishes.
TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.RECEIVED, Step.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.RECEIVED, Step.ACT): State.IN_ACTION,
    (State.RECEIVED, Step.WITHDRAW): State.WITHDRAWN,
    (State.ACKNOWLEDGED, Step.ACT): State.IN_ACTION,
    (State.ACKNOWLEDGED, Step.CLOSE): State.CLOSED,
    (State.ACKNOWLEDGED, Step.WITHDRAW): State.WITHDRAWN,
    (State.ACKNOWLEDGED, Step.FALL_BACK): State.RECEIVED,
    (State.IN_ACTION, Step.ACT): State.IN_ACTION,
    (State.IN_ACTION, Step.FALL_BACK): State.RECEIVED,
    (State.IN_ACTION, Step.CLOSE): State.CLOSED,
    (State.IN_ACTION, Step.WITHDRAW): State.WITHDRAWN,
    (State.CLOSED, Step.REOPEN): State.IN_ACTION,
    (State.WITHDRAWN, Step.REOPEN): State.IN_ACTION,
    (State.WITHDRAWN, Step.CLOSE): State.CLOSED,
}
SAID = {
    State.RECEIVED: "waiting for somebody to take it",
    State.ACKNOWLEDGED: "taken, nothing recorded yet",
    State.IN_ACTION: "in action",
    State.CLOSED: "closed",
    State.WITHDRAWN: "withdrawn by the reporter",
}
DOES = {
    Step.ACKNOWLEDGE: "acknowledge it",
    Step.ACT: "record an action",
    Step.CLOSE: "close it",
    Step.REOPEN: "take it up again",
    Step.WITHDRAW: "withdraw it",
}


class NotNow(SignpostError):
    """A step that a concern's state does not allow: whoever tried it sees what can be done instead."""


def after(state: State, step: Step) -> State:
    """The state a step leads to. Raises NotNow."""
    found = TRANSITIONS.get((state, step))
    if found is None:
        able = [DOES[one] for one in possible(state) if one is not Step.WITHDRAW]
        what = DOES.get(step, step.value)
        raise NotNow(
            f"It is {SAID[state]}, so nobody can {what} now.", f"You can {' or '.join(able)}." if able else "Nothing is left to do."
        )
    return found


def possible(state: State) -> tuple[Step, ...]:
    """The steps a state allows people, in the table's order."""
    return tuple(step for (stands, step) in TRANSITIONS if stands is state and step is not Step.FALL_BACK)
