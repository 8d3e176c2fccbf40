"""What Signpost says in a workspace: the core asked in a worker thread, for the school the workspace belongs to; nothing for no school."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from adapters.slack.reading import Asked
from adapters.slack.views import AtHome, ShownPolicy
from bot.asking import EMERGENCY_LINE
from bot.conversation import EXAMPLES, Conversation
from bot.heard import Heard, Pressed
from bot.links import policy_path
from bot.people import contact
from bot.ports import Schools, Unit
from bot.reply import Contact, Reply, Says
from bot.school import Role

log = logging.getLogger("signpost.slack")

DOOR = "slack"
NOT_CONNECTED = (
    "This Slack workspace is not connected to a school yet, so nothing was looked up. "
    "Whoever looks after IT at your school can connect it: add “{team}” to `workspaces` in SCHOOL.toml, "
    "then run `signpost school apply SCHOOL.toml`. " + EMERGENCY_LINE
)
WENT_WRONG = (
    "Something went wrong here and nothing was looked up. Please ask again in a minute. "
    "If it cannot wait, ask a person: the head or your designated safeguarding lead. " + EMERGENCY_LINE
)


class Answers:
    """The core as the Slack door sees it. `any_workspace`: the school that every workspace belongs to, in a demonstration only."""

    def __init__(
        self,
        conversation: Conversation,
        schools: Schools,
        *,
        any_workspace: str | None = None,
        public_url: str = "",
        takes_reports: bool = False,
    ) -> None:
        self._conversation = conversation
        self._schools = schools
        self._any = any_workspace
        self._public_url = public_url.rstrip("/")
        self._takes_reports = takes_reports

    async def to(self, asked: Asked, guest_of: str = "") -> Reply:
        """The reply to a question. `guest_of`: the asker's own workspace where it is another; its school must be the same."""

        def hear(school: str) -> Reply:
            heard = Heard(school=school, text=asked.text, who=asked.who, thread=asked.thread, place=asked.place)
            return self._conversation.hear(heard)

        return await self._in_school(asked.team, hear, guest_of)

    async def to_press(self, asked: Asked, button: str, name: str) -> Reply:
        """The reply to a button. `name`: the presser's, used only if they ask to be named."""

        def press(school: str) -> Reply:
            return self._conversation.press(Pressed(school=school, button=button, who=asked.who, thread=asked.thread, name=name))

        return await self._in_school(asked.team, press)

    async def at_home(self, team: str) -> AtHome | None:
        """What the Home tab shows; None for a workspace of no school."""

        def look() -> AtHome | None:
            school = self._school_of(team)
            if school is None:
                return None
            with self._schools.unit(school) as unit:
                return self._home_of(unit)

        return await asyncio.to_thread(look)

    def school_for(self, team: str, guest_of: str = "") -> str | None:
        """The school of a workspace; None where it has none, and for somebody whose own workspace is another school's. Reads the store."""
        school = self._school_of(team)
        return school if not guest_of or self._school_of(guest_of) == school else None

    async def _in_school(self, team: str, ask: Callable[[str], Reply], guest_of: str = "") -> Reply:
        def reply() -> Reply:
            school = self.school_for(team, guest_of)
            return ask(school) if school else not_connected(guest_of or team)

        try:
            return await asyncio.to_thread(reply)
        except Exception as error:  # whoever asked gets a sentence, never silence; the log gets the kind of error, never its words
            log.error("slack.core_failed error=%s", type(error).__name__)
            return Reply((Says(WENT_WRONG),))

    def _school_of(self, team: str) -> str | None:
        return self._any or (self._schools.school_of(DOOR, team) if team else None)

    def _home_of(self, unit: Unit) -> AtHome:
        school = unit.school
        today = datetime.now(UTC).date()
        shown = []
        for key in unit.current():
            published = unit.published(key.policy, key.number)
            if published is not None:
                edition = published.edition
                url = self._public_url + policy_path(school.id, key.policy) if self._public_url else ""
                shown.append(ShownPolicy(edition.title or key.policy, edition.review_due, edition.overdue(today), url))
        holders = (contact(holder) for holder in school.holding(Role.LEAD, Role.DEPUTY, Role.HEAD))
        return AtHome(
            school=school.name,
            policies=tuple(shown),
            contacts=(*holders, *([Contact(school.helpline)] if school.helpline else [])),
            suggested=EXAMPLES,
            emergency=EMERGENCY_LINE,
            takes_reports=self._takes_reports,
        )


def not_connected(team: str) -> Reply:
    """The one sentence a workspace of no school gets."""
    return Reply((Says(NOT_CONNECTED.format(team=team)),))
