"""Reports in Slack, the way in: whatever opens the form, the form sent, and its receipt code typed back.

Kept first and acknowledged afterwards; windows only, never a message. Of who sends it nothing leaves this file: not to the core, not to
the log. The school is found from the workspace with each delivery and never taken from a window.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import report_ids as ids
from adapters.slack.noting import note
from adapters.slack.report_form import BOXES, LONGEST_LINK, block_of, draft_of, metadata_of, report_form, typed_in
from adapters.slack.report_school import NoReportsHere, ReportSchools
from adapters.slack.report_views import DIFFERENT, coming_back, finished, received
from adapters.slack.report_windows import open_window
from adapters.slack.sending import Refused, attempt
from adapters.slack.tokens import Tokens
from adapters.slack.wording import as_typed
from bot.asking import EMERGENCY_LINE
from bot.concerns.filing import Draft, Filed, NobodyLeft, Unfinished
from bot.concerns.form import to_ring
from bot.concerns.receipts import read_code
from bot.concerns.reports import Reports
from bot.links import receipt_path, report_path
from bot.ports import Sent
from bot.reply import Contact
from bot.school import School

CHECKS = {"check", "check my report", "my report"}  # what stands after the command when somebody comes back; else it is a story
NOT_RECEIVED = (
    "This was NOT received: something went wrong here. Your words are still in the form: press Send again in a moment. "
    "If it cannot wait, ring one of these, in danger 999: {numbers}."
)
NOT_SURE_YET = (
    "This takes longer than it should, and it is not sure yet that your report is kept. Your words are still in the form: press Send again "
    "in a moment; however often you do, it is one report. If it cannot wait, ring one of these, in danger 999: {numbers}."
)
REFUSED = "This was NOT received."
AGAIN = "That did not work just now. What you typed still stands here: press again in a moment."
SLOW = "That takes longer than it should. What you typed still stands here: press again in a moment."
NOT_OPENED = "The form could not be opened just now. Please try again in a moment. If it cannot wait, tell a person. " + EMERGENCY_LINE


class Reporting:
    """The listeners of the way in. `reports`: None where none are taken, which is then said to whoever tries."""

    def __init__(self, reports: Reports | None, schools: ReportSchools, tokens: Tokens, public_url: str = "") -> None:
        self._reports = reports
        self._schools = schools
        self._tokens = tokens
        self._public_url = public_url.rstrip("/")

    def listen(self, app: AsyncApp) -> None:
        """Nothing: from now on the app calls these."""
        app.command(ids.COMMAND)(self.command)
        app.shortcut(ids.OPEN)(self.form_opened)
        app.shortcut(ids.MESSAGE)(self.message_reported)
        app.action(re.compile(f"^{ids.OPEN}:"))(self.form_opened)
        app.action(re.compile(f"^{ids.CHECK}:"))(self.check_opened)
        app.view(ids.FORM)(self.form_sent)
        app.view(ids.CODE)(self.code_typed_back)

    async def command(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: opens the form with what was typed after the command in it, or the way back."""
        await ack()
        typed = as_typed(str(body.get("text") or ""))
        await (self._check(body, context, client) if typed.lower() in CHECKS else self._form(body, context, client, typed=typed))

    async def form_opened(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: opens the empty form."""
        await ack()
        await self._form(body, context, client)

    async def message_reported(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: opens the form from a message, of which nothing but a link can come along."""
        await ack()
        await self._form(body, context, client, from_message=True)

    async def check_opened(self, ack: Any, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        """Nothing: opens the way back."""
        await ack()
        await self._check(body, context, client)

    async def form_sent(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        """Nothing: keeps the report, and only then shows its code. Whatever keeps it from being kept is said in the form."""
        view, draft = body.get("view", {}), draft_of(body.get("view", {}))
        try:
            school, filed = await asyncio.to_thread(self._file, body, str(context.team_id or ""), draft)
        except Unfinished as error:
            await ack(response_action="errors", errors=_by_block(view, error.faults))
        except NobodyLeft as error:
            await ack(response_action="errors", errors={block_of(view, ids.ABOUT): f"{error} {_numbers(error.contacts)}".strip()})
        except NoReportsHere as error:
            await ack(response_action="errors", errors={block_of(view, ids.STORY): f"{REFUSED} {error}"})
        else:
            await ack(response_action="update", view=received(filed, self._address(receipt_path(school))))

    async def code_typed_back(self, ack: Any, body: dict[str, Any]) -> None:
        """Nothing: says whether the reporter has the code."""
        view = body.get("view", {})
        kept = metadata_of(view)
        typed = read_code(typed_in(view, ids.CODE_BOX))
        if typed is not None and typed == read_code(kept.get("code", "")):
            await ack(response_action="update", view=finished(kept.get("web", "")))
        else:
            await ack(response_action="errors", errors={block_of(view, ids.CODE_BOX): DIFFERENT})

    def if_late(self, body: dict[str, Any], team: str) -> BoltResponse:
        """What Slack is answered where it cannot be kept waiting: a form stays as it is, and nothing is claimed."""
        return self._instead(body, team, NOT_SURE_YET, SLOW) or BoltResponse(status=200)

    def if_failed(self, body: dict[str, Any], team: str) -> BoltResponse:
        """What Slack is answered where something went wrong: the same, and whom to ring."""
        if body.get("command"):
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": NOT_OPENED})
        return self._instead(body, team, NOT_RECEIVED, AGAIN) or BoltResponse(status=500)

    def _instead(self, body: dict[str, Any], team: str, of_form: str, of_others: str) -> BoltResponse | None:
        """The words beside the box of a window that was sent; None where none was."""
        if body.get("type") != "view_submission":
            return None
        view = body.get("view", {})
        block = block_of(view, ids.STORY, ids.CODE_BOX, ids.ADD)
        words = of_others
        if view.get("callback_id") == ids.FORM:
            words = of_form.format(numbers=_numbers(self._schools.to_ring(team, draft_of(view).about)))
        return BoltResponse(status=200, body={"response_action": "errors", "errors": {block: words}})

    async def _form(
        self, body: dict[str, Any], context: Any, client: AsyncWebClient, *, typed: str = "", from_message: bool = False
    ) -> None:
        async def form(school: School) -> dict[str, Any]:
            link = await _link_to_message(body, client) if from_message else ""
            filing = self._reports.filing.new_id() if self._reports else ""
            address = self._address(report_path(school.id))
            return report_form(school, filing, address=address, typed=typed, link=link, from_message=from_message)

        await self._open(body, context, client, form, typed)

    async def _check(self, body: dict[str, Any], context: Any, client: AsyncWebClient) -> None:
        async def check(school: School) -> dict[str, Any]:
            return coming_back(to_ring(school))

        await self._open(body, context, client, check)

    async def _open(self, body: dict[str, Any], context: Any, client: AsyncWebClient, make: Any, typed: str = "") -> None:
        outcome = await open_window(self._schools, body, str(context.team_id or ""), client, make, typed)
        note("window", outcome, context, self._tokens)
        if outcome.state is Sent.FAILED and outcome.way != "views.update":
            context["delivery"].lost = True  # whatever the reason: whoever pressed must not be left in silence

    def _file(self, body: dict[str, Any], team: str, draft: Draft) -> tuple[str, Filed]:
        school = self._schools.must_find(body, team)
        return school, self._schools.reports.filing.file(school, draft)

    def _address(self, path: str) -> str:
        return f"{self._public_url}{path}" if self._public_url else ""


async def _link_to_message(body: dict[str, Any], client: AsyncWebClient) -> str:
    """The link to the message the reporter came from; "" where there is none, and for talk between two or a few.

    Nobody else could open a link to that, and it would say who the reporter is.
    """
    channel, message = body.get("channel") or {}, body.get("message") or {}
    name = str(channel.get("name") or "")
    if str(channel.get("id") or "D").startswith("D") or name == "directmessage" or name.startswith("mpdm-"):
        return ""
    found = await attempt(client.chat_getPermalink(channel=str(channel["id"]), message_ts=str(message.get("ts") or "")))
    link = "" if isinstance(found, Refused) else str(found.get("permalink") or "")
    return link if link.startswith("https://") and len(link) <= LONGEST_LINK else ""


def _by_block(view: dict[str, Any], faults: dict[str, str]) -> dict[str, str]:
    """Faults of a draft as errors of a window, each beside its box; one of no box of ours stands beside the story."""
    found: dict[str, str] = {}
    for fault, sentence in faults.items():
        block = block_of(view, BOXES.get(fault, ids.STORY), ids.STORY)
        found[block] = f"{found[block]} {sentence}" if block in found else sentence
    return found


def _numbers(contacts: tuple[Contact, ...]) -> str:
    return "; ".join(f"{one.who}, {one.phone}" if one.phone else one.who for one in contacts)
