"""Reaching one person who holds a role: in the chats they are known at, then by e-mail. A ping, or their link to the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from logging import DEBUG, INFO, getLogger
from threading import Lock
from typing import Protocol

from adapters.ways import Tell, Way, WorkspacesOf, chat_ways, first_that_works
from bot.concerns import wording_of_pings as wording
from bot.concerns.in_chat import ACKNOWLEDGE
from bot.links import case_path
from bot.ports import Now, Outcome, Sent
from bot.reply import Reply
from bot.school import ROLE_NAMES, Holder, School

CHAT_PATIENCE, MAIL_PATIENCE = 8.0, 12.0  # seconds; an e-mail is given up after ten
NO_WAY = "no_way"

log = getLogger("signpost.messenger")


class Post(Protocol):
    """E-mail, as adapters.mail.sending.Mail sends it."""

    async def send(self, to: str, subject: str, text: str, link: str | None = None) -> Outcome:
        """How it came out. `link`: the line of the text that can be pressed."""


class DoorsMessenger:
    """`bot.concerns.ports.Messenger` over the doors and e-mail. Called from worker threads; they work in the event loop.

    ``loop``: set when the application starts; before that nobody is reached. `public_url`: "" where there is none; a demo is at `port`
    of this computer then. `console`: in the demo alone, where what nobody could be sent is printed.
    ``last_links``: in the demo, by school, (name of the role, sign-in link), the newest first and one for each role.
    """

    def __init__(self, now: Now, public_url: str, port: int, console: Callable[[str], None] | None = None) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.last_links: dict[str, list[tuple[str, str]]] = {}
        self._now = now
        self._address = public_url.rstrip("/") or (f"http://127.0.0.1:{port}" if console else "")
        self._console = console
        self._remembering = Lock()
        self._workspaces: WorkspacesOf = lambda _: ()
        self._slack: Tell[Reply] | None = None
        self._teams: Tell[Reply] | None = None
        self._mail: Post | None = None

    def serve(self, workspaces: WorkspacesOf, slack: Tell[Reply] | None, teams: Tell[Reply] | None, mail: Post | None) -> None:
        """Nothing: from now on these ways are used. Apart from making it, because the doors need what needs this."""
        self._workspaces, self._slack, self._teams, self._mail = workspaces, slack, teams, mail

    def ping(self, school: School, holder: Holder, reference: str, waits_since: datetime, concern: str) -> Outcome:
        """How it came out to say that a report needs them. It goes without a link where this installation has no address."""
        wait = self._now() - waits_since
        desk = self._address + case_path(school.id, concern) if self._address else ""
        text = wording.ping_text(reference, wait, desk)
        reply = wording.ping_reply(reference, wait, desk, f"{ACKNOWLEDGE}.{concern}")
        outcome = self._sent(school, holder, reply, wording.subject_of_ping(reference), text, desk)
        if outcome.state is Sent.FAILED and self._console:
            outcome = self._printed(outcome, f"Ping to the {_who(school, holder)}: {' '.join(text.split())}")
        # The first ping goes out when the report comes in: a line for each would have the moment that is kept to the hour.
        level = DEBUG if outcome.state is Sent.SENT else INFO
        log.log(level, "messenger.pinged state=%s way=%s why=%s", outcome.state.value, outcome.way, outcome.why)
        return outcome

    def sign_in(self, school: School, holder: Holder, path: str) -> Outcome:
        """How it came out to send somebody their sign-in link: to this one person, whoever else holds the role."""
        if not self._address:
            return Outcome(Sent.FAILED, why="no_address")
        link = self._address + path
        text, reply = wording.sign_in_text(school.name, link), wording.sign_in_reply(school.name, link)
        outcome = self._sent(school, holder, reply, wording.SUBJECT_OF_SIGN_IN, text, link)
        if outcome.state is Sent.FAILED and self._console:
            self._remember(school, holder, link)
            outcome = self._printed(outcome, f"Link to the desk for the {_who(school, holder)}: {link}")
        log.info("messenger.sign_in state=%s way=%s why=%s", outcome.state.value, outcome.way, outcome.why)
        return outcome

    def _sent(self, school: School, holder: Holder, reply: Reply, subject: str, text: str, link: str) -> Outcome:
        return first_that_works(self.loop, self._ways(school, holder, reply, subject, text, link))

    def _ways(self, school: School, holder: Holder, reply: Reply, subject: str, text: str, link: str) -> Iterator[Way]:
        yield from chat_ways(holder, self._workspaces_of(school), self._slack, self._teams, reply, CHAT_PATIENCE)
        if (mail := self._mail) and holder.email:
            yield Way("mail", lambda: mail.send(holder.email, subject, text, link or None), MAIL_PATIENCE)

    def _workspaces_of(self, school: School) -> Sequence[tuple[str, str]]:
        """The school's workspaces; none where the store cannot say: then e-mail is still tried."""
        try:
            return self._workspaces(school.id)
        except Exception as error:
            log.error("messenger.no_workspaces error=%s", type(error).__name__)
            return ()

    def _printed(self, failed: Outcome, line: str) -> Outcome:
        if self._console:
            self._console(line)
        return Outcome(Sent.SENT, "console") if failed.why == NO_WAY else Outcome(Sent.FELL_BACK, "console", failed.why)

    def _remember(self, school: School, holder: Holder, link: str) -> None:
        role = ROLE_NAMES[holder.role]
        with self._remembering:
            others = [one for one in self.last_links.get(school.id, []) if one[0] != role]
            self.last_links[school.id] = [(role, link), *others]


def _who(school: School, holder: Holder) -> str:
    return f"{ROLE_NAMES[holder.role]} of {school.name}"
