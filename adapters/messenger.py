"""Reaching one person who holds a role: in the chats they are known at, by e-mail, at last by the school's webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from logging import DEBUG, INFO, getLogger
from threading import Lock
from typing import Protocol

from adapters.ways import Tell, Way, WorkspacesOf, chat_ways, first_that_works
from bot.concerns import wording_of_pings as wording
from bot.concerns.letters import ToSay
from bot.ports import Outcome, Sent
from bot.reply import Reply
from bot.school import ROLE_NAMES, Holder, Role, School

CHAT_PATIENCE, MAIL_PATIENCE, WEBHOOK_PATIENCE = 8.0, 12.0, 12.0  # seconds; e-mail and webhook give up after ten
CHAT, EMAIL = "chat", "email"  # the ways, as a ladder names them
NO_WAY = "no_way"

log = getLogger("signpost.messenger")


class Post(Protocol):
    """E-mail, as adapters.mail.sending.Mail sends it."""

    async def send(self, to: str, subject: str, text: str, links: tuple[str, ...] = ()) -> Outcome:
        """How it came out. `links`: the lines of the text that can be pressed."""


class Hook(Protocol):
    """A school's own way, as adapters.webhook.sending.Webhook tells it."""

    async def send(self, school: str, role: Role, said: ToSay) -> Outcome:
        """How it came out."""


class DoorsMessenger:
    """`bot.concerns.ports.Messenger` over the doors, e-mail and the webhook. Called from worker threads; they work in the event loop.

    ``loop``: set when the application starts; before that nobody is reached. `public_url`: "" where there is none; a demo is at `port`
    of this computer then. `console`: in the demo alone, where what nobody could be sent is printed.
    ``last_links``: in the demo, by school, (name of the role, sign-in link), the newest first and one for each role.
    ``address``: where the links in what is sent lead, "" for nowhere.
    """

    def __init__(self, public_url: str, port: int, console: Callable[[str], None] | None = None) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.last_links: dict[str, list[tuple[str, str]]] = {}
        self.address = public_url.rstrip("/") or (f"http://127.0.0.1:{port}" if console else "")
        self._console = console
        self._remembering = Lock()
        self._workspaces: WorkspacesOf = lambda _: ()
        self._slack: Tell[Reply] | None = None
        self._teams: Tell[Reply] | None = None
        self._mail: Post | None = None
        self._webhook: Hook | None = None

    def serve(
        self,
        workspaces: WorkspacesOf,
        slack: Tell[Reply] | None,
        teams: Tell[Reply] | None,
        mail: Post | None,
        webhook: Hook | None = None,
    ) -> None:
        """Nothing: from now on these ways are used. Apart from making it, because the doors need what needs this."""
        self._workspaces, self._slack, self._teams, self._mail, self._webhook = workspaces, slack, teams, mail, webhook

    def deliver(self, school: School, holder: Holder, said: ToSay, ways: tuple[str, ...]) -> Outcome:
        """How it came out to say this by the first of the ways that works; the webhook is tried last, whichever they are."""
        outcome = first_that_works(self.loop, self._letter_ways(school, holder, said, ways))
        if outcome.state is Sent.FAILED and self._console:
            what = "Ping to" if said.press else "Message to"
            outcome = self._printed(outcome, f"{what} the {_who(school, holder)}: {' '.join(f'{said.text} {said.desk}'.split())}")
        # The first ping goes out when the report comes in: a line for each would have the moment that is kept to the hour.
        level = DEBUG if outcome.state is Sent.SENT else INFO
        log.log(level, "messenger.delivered state=%s way=%s why=%s", outcome.state.value, outcome.way, outcome.why)
        return outcome

    def sign_in(self, school: School, holder: Holder, path: str) -> Outcome:
        """How it came out to send somebody their sign-in link: to this one person, whoever else holds the role."""
        if not self.address:
            return Outcome(Sent.FAILED, why="no_address")
        link = self.address + path
        outcome = first_that_works(self.loop, self._sign_in_ways(school, holder, link))
        if outcome.state is Sent.FAILED and self._console:
            self._remember(school, holder, link)
            outcome = self._printed(outcome, f"Link to the desk for the {_who(school, holder)}: {link}")
        log.info("messenger.sign_in state=%s way=%s why=%s", outcome.state.value, outcome.way, outcome.why)
        return outcome

    def _letter_ways(self, school: School, holder: Holder, said: ToSay, ways: tuple[str, ...]) -> Iterator[Way]:
        for way in ways:
            if way == CHAT:
                yield from self._chat(school, holder, wording.chat(said))
            elif way == EMAIL:
                links = tuple(link for link in (said.acknowledge, said.desk) if link)
                yield from self._email(holder, said.subject, wording.mail(said), links)
        if (webhook := self._webhook) and said.last_resort:
            yield Way("webhook", lambda: webhook.send(school.id, holder.role, said), WEBHOOK_PATIENCE)

    def _sign_in_ways(self, school: School, holder: Holder, link: str) -> Iterator[Way]:
        """Chat and e-mail alone: a webhook may be read by more people than the one who is to sign in."""
        yield from self._chat(school, holder, wording.sign_in_reply(school.name, link))
        yield from self._email(holder, wording.SUBJECT_OF_SIGN_IN, wording.sign_in_text(school.name, link), (link,))

    def _chat(self, school: School, holder: Holder, reply: Reply) -> Iterator[Way]:
        if not ((self._slack and holder.slack) or (self._teams and holder.teams)):
            return
        try:
            workspaces = self._workspaces(school.id)
        except Exception as error:
            log.error("messenger.no_workspaces error=%s", type(error).__name__)
            yield Way("chat", _store_away, CHAT_PATIENCE)  # other ways are tried, but this one may be there when it is tried again
            return
        yield from chat_ways(holder, workspaces, self._slack, self._teams, reply, CHAT_PATIENCE)

    def _email(self, holder: Holder, subject: str, text: str, links: tuple[str, ...]) -> Iterator[Way]:
        if (mail := self._mail) and holder.email:
            yield Way("mail", lambda: mail.send(holder.email, subject, text, links), MAIL_PATIENCE)

    def _printed(self, failed: Outcome, line: str) -> Outcome:
        if self._console:
            self._console(line)
        return Outcome(Sent.SENT, "console") if failed.why == NO_WAY else Outcome(Sent.FELL_BACK, "console", failed.why)

    def _remember(self, school: School, holder: Holder, link: str) -> None:
        role = ROLE_NAMES[holder.role]
        with self._remembering:
            others = [one for one in self.last_links.get(school.id, []) if one[0] != role]
            self.last_links[school.id] = [(role, link), *others]


async def _store_away() -> Outcome:
    return Outcome(Sent.FAILED, "chat", "store_away")


def _who(school: School, holder: Holder) -> str:
    return f"{ROLE_NAMES[holder.role]} of {school.name}"
