"""How a window about reports is opened: at once, because a trigger holds for three seconds, and filled when the store has answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.noting import outcome_of
from adapters.slack.report_form import refused, waiting
from adapters.slack.report_school import NoReportsHere, ReportSchools
from adapters.slack.sending import Refused, attempt
from bot.ports import Outcome
from bot.reply import Contact
from bot.school import NSPCC_HELPLINE, School

log = logging.getLogger("signpost.slack")

CANNOT = "Reports cannot be taken just now: something went wrong here, and nothing was sent to anybody. Try again in a moment."
WHAT_YOU_TYPED = "What you typed, so that you can copy it:\n\n"


async def open_window(
    schools: ReportSchools,
    body: dict[str, Any],
    team: str,
    client: AsyncWebClient,
    make: Callable[[School], Awaitable[dict[str, Any]]],
    typed: str = "",
) -> Outcome:
    """How opening a window came out. `make`: what it shows, once the school is known. `typed`: shown again where it cannot be kept."""
    trigger = str(body.get("trigger_id") or "")
    if (body.get("view") or {}).get("type") == "modal":  # pressed in a window: the new one goes on top, and closing it leads back
        opened = await attempt(client.views_push(trigger_id=trigger, view=waiting()))
    else:
        opened = await attempt(client.views_open(trigger_id=trigger, view=waiting()))
    if isinstance(opened, Refused):
        return outcome_of(opened, "views.open")
    try:
        view = await make(await asyncio.to_thread(schools.school, body, team))
    except NoReportsHere as error:
        view = refused(_with(str(error), typed), (Contact(NSPCC_HELPLINE),))
    except Exception as error:  # the store is away: whoever came must not look at an empty window
        log.error("slack.no_form error=%s", type(error).__name__)
        view = refused(_with(CANNOT, typed), schools.to_ring(team))
    return outcome_of(await attempt(client.views_update(view_id=str(opened["view"]["id"]), view=view)), "views.update")


def _with(text: str, typed: str) -> str:
    return f"{text}\n\n{WHAT_YOU_TYPED}{typed}" if typed else text
