"""Reports in Slack, the way back: a code typed, the report shown, added to, withdrawn, or its wish about the police changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import report_ids as ids
from adapters.slack.noting import note, outcome_of
from adapters.slack.report_form import block_of, chosen_in, metadata_of, typed_in
from adapters.slack.report_school import NoReportsHere, ReportSchools
from adapters.slack.report_views import said_above, visited
from adapters.slack.reporting import AGAIN
from adapters.slack.sending import attempt
from adapters.slack.tokens import Tokens
from bot.concerns.concern import Police
from bot.concerns.filing import Unfinished
from bot.concerns.returning import Returning, TooManyGuesses, Visit, WrongCode
from bot.concerns.states import NotNow
from bot.links import receipt_path

log = logging.getLogger("signpost.slack")

NOTHING_TO_SEND = "Write what you want to add, or change your wish about the police; else just close the window."
OVER = "It can no longer be withdrawn: it is closed or withdrawn already."


class ComingBack:
    """The listeners of the way back. The code goes from window to window, unseen, and is kept nowhere else."""

    def __init__(self, schools: ReportSchools, tokens: Tokens, public_url: str = "") -> None:
        self._schools = schools
        self._tokens = tokens
        self._public_url = public_url.rstrip("/")

    def listen(self, app: AsyncApp) -> None:
        """Nothing: from now on the app calls these."""
        app.view(ids.COME_BACK)(self.code_typed)
        app.view(ids.VISIT)(self.more_sent)
        app.action(ids.WITHDRAW)(self.withdrawn)

    async def code_typed(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        """Nothing: shows the report, or the one answer that every wrong code gets."""
        code = typed_in(body.get("view", {}), ids.CODE_BOX)
        await self._answer(ack, body, context, code, ids.CODE_BOX, lambda returning, school: returning.read(school, code))

    async def more_sent(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        """Nothing: adds what was typed and changes the wish, then shows the report anew."""
        view = body.get("view", {})
        kept = metadata_of(view)
        code, text = kept.get("code", ""), typed_in(view, ids.ADD).strip()
        wished = next((one for one in chosen_in(view, ids.POLICE) if one in set(Police) and one != kept.get("police")), "")
        # Of the words too: sent again with other words, after an answer that came late, those are added as well.
        submission = blake2b(f"{kept.get('submission', '')} {text}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

        def send(returning: Returning, school: str) -> Visit:
            if not text and not wished:
                raise Unfinished({"text": NOTHING_TO_SEND})
            visit = returning.add(school, code, text, submission) if text else None
            return returning.wish(school, code, Police(wished)) if wished or visit is None else visit

        await self._answer(ack, body, context, code, ids.ADD, send)

    async def withdrawn(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: withdraws the report, once Slack has asked whether that is meant, and shows it anew."""
        await ack()
        view = body.get("view", {})
        code = metadata_of(view).get("code", "")
        made, fault = await self._visited(body, context, code, lambda returning, school: returning.withdraw(school, code))
        updated = await attempt(client.views_update(view_id=str(view.get("id")), view=made or said_above(view, fault)))
        note("window", outcome_of(updated, "views.update"), context, self._tokens)

    async def _answer(
        self, ack: Any, body: dict[str, Any], context: Any, code: str, beside: str, visit: Callable[[Returning, str], Visit]
    ) -> None:
        """Nothing: the window shows the report as `visit` leaves it, or a fault beside its box."""
        made, fault = await self._visited(body, context, code, visit)
        if made:
            await ack(response_action="update", view=made)
        else:
            await ack(response_action="errors", errors={block_of(body.get("view", {}), beside): fault})

    async def _visited(
        self, body: dict[str, Any], context: Any, code: str, visit: Callable[[Returning, str], Visit]
    ) -> tuple[dict[str, Any] | None, str]:
        """The window with the report, or None and why not."""
        team = str(context.team_id or "")

        def look() -> dict[str, Any]:
            school = self._schools.must_find(body, team)
            found = visit(self._schools.reports.returning, school)
            address = f"{self._public_url}{receipt_path(school)}" if self._public_url else ""
            return visited(found, code, self._schools.reports.returning.new_id(), address)

        try:
            return await asyncio.to_thread(look), ""
        except (WrongCode, TooManyGuesses, NoReportsHere) as error:
            return None, str(error)
        except Unfinished as error:
            return None, error.next_step
        except NotNow:
            return None, OVER
        except Exception as error:
            log.error("slack.report_not_opened error=%s", type(error).__name__)
            return None, AGAIN
