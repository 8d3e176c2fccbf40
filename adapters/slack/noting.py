"""How showing something came out, written into the log by code and held against the delivery where it was lost."""

from __future__ import annotations

import logging
from typing import Any

from adapters.slack.sending import TOKEN_GONE, Refused, lost
from adapters.slack.tokens import Tokens
from bot.ports import Outcome, Sent

log = logging.getLogger("signpost.slack")
LEVELS = {Sent.SENT: logging.DEBUG, Sent.FELL_BACK: logging.INFO, Sent.FAILED: logging.ERROR}


def note(what: str, outcome: Outcome, context: Any, tokens: Tokens) -> None:
    """Nothing: logs it, and marks the delivery lost where delivering again may help."""
    level = LEVELS[outcome.state]
    log.log(level, "slack.shown what=%s state=%s way=%s why=%s", what, outcome.state.value, outcome.way, outcome.why)
    context["delivery"].lost |= lost(outcome)
    if outcome.why in TOKEN_GONE:
        tokens.forget(str(context.team_id or ""))


def outcome_of(answered: Any | Refused, way: str) -> Outcome:
    """How a call of Slack's API came out."""
    if isinstance(answered, Refused):
        return Outcome(Sent.FAILED, way, answered.code, answered.retry_after)
    return Outcome(Sent.SENT, way)
