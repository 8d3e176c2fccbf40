"""Letters from the filing of a report to the bytes that leave, each way in turn: nothing of the report is in them, and none is lost."""

from __future__ import annotations

import asyncio
import re
import secrets
import threading
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

from adapters.mail.sending import Mail
from adapters.messenger import DoorsMessenger
from adapters.relay import read_relay, read_sender
from adapters.signer import SealedSigner
from adapters.webhook.sending import Webhook
from bot.concerns.acknowledging import Came
from bot.concerns.concern import About, Concern, Kind, Route, State, Wish
from bot.concerns.filing import Draft, Filed
from bot.concerns.in_memory import InMemoryCases, QuickLock
from bot.concerns.letters import Letter, LetterKind, LetterState
from bot.concerns.reports import reports_of
from bot.ports import Outcome, Sent
from bot.reply import Reply, plain
from bot.school import Holder, Role, School
from tests.stand_ins.mail import MailStandIn, mail_server
from tests.stand_ins.webhook import WebhookStandIn, webhook_server

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ADDRESS = "https://signpost.oak.example"
LEAD = Holder(Role.LEAD, "Nameannlee", "01632 960001", "lead@oak.example", "U1", "t-1")
DEPUTY = Holder(Role.DEPUTY, "Namerajshah", "01632 960002", "deputy@oak.example", "U2", "t-2")
HEAD = Holder(Role.HEAD, "Namejohall", "01632 960003", "head@oak.example", "U3", "t-3")
OAK = School("oak", "Oak School", holders=(LEAD, DEPUTY, HEAD))
CANARIES = ("xylostory", "xyloadded", "xyloreporter", "cyber", "bully", "parent", "Name", "01632", "urgent", "xylonote", "xylosecret")
FAILS = Outcome(Sent.FAILED, why="unreachable")
REFUSES = Outcome(Sent.FAILED, why="user_not_found")


@dataclass
class Underway:
    """A school whose letters go out by every way there is. ``chat``: how Slack and Teams come out; ``told``: what they were given."""

    mail: MailStandIn
    hook: WebhookStandIn
    loop: asyncio.AbstractEventLoop
    at: datetime = NOON
    chat: Outcome = Outcome(Sent.SENT, "direct")  # noqa: RUF009 (frozen)
    told: list[tuple[str, str, Reply]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = InMemoryCases((OAK,), lambda: self.at)
        messenger = DoorsMessenger(ADDRESS, 3978)
        messenger.loop = self.loop
        sender, relay = read_sender("Signpost <signpost@oak.example>"), read_relay(f"smtp://127.0.0.1:{self.mail.port}")
        messenger.serve(
            lambda _: (("slack", "T1"), ("teams", "tenant")),
            self._tell,
            self._tell,
            Mail(relay, sender, lambda: self.at, lambda: "id"),
            Webhook(self.hook.url, "xylosecret-of-the-tests", lambda: self.at),
        )
        self.reports = reports_of(
            self.cases,
            QuickLock(),
            messenger,
            SealedSigner([secrets.token_bytes(32)], lambda: self.at),
            lambda: self.at,
            lambda: secrets.token_urlsafe(16),
            random=lambda: 0.5,
            digest=lambda _school, _head: None,
            public_url=ADDRESS,
        )

    async def _tell(self, one: str, other: str, reply: Reply) -> Outcome:
        self.told.append((one, other, reply))
        return self.chat

    def file(self) -> Filed:
        """An urgent report full of canaries."""
        draft = Draft(
            secrets.token_urlsafe(16), "xylostory: it began on Monday.", frozenset({About.PARENT}), Route.NAMED,
            Kind.CYBERBULLYING, Wish.ACTION, urgent=True, name="xyloreporter",
        )  # fmt: skip
        return self.reports.filing.file("oak", draft)

    def tick(self, **later: float) -> None:
        """Nothing: time has passed, and the clock has dealt with all that is due."""
        self.at += timedelta(**later)
        for _ in range(200):
            if not (self.reports.clock.climbing.step() or self.reports.clock.posting.send()):
                return
        raise AssertionError("the clock never comes to rest")

    def letters(self, kind: LetterKind = LetterKind.PING) -> list[Letter]:
        """All letters of that kind."""
        return [one for one in self.cases.letters.values() if one.kind is kind]

    def concern(self, filed: Filed) -> Concern:
        """How it stands."""
        return self.cases.kept["oak"].concerns[filed.concern]

    def left(self) -> str:
        """Everything that left, with the texts of e-mails and the tokens of links as whoever opens them up reads them."""
        mails = [part.get_content() for raw in self.mail.taken for part in message_from_bytes(raw, policy=default).walk() if _is_text(part)]
        raw = [one.decode() for one in self.mail.taken] + [f"{one.path} {one.headers} {one.body.decode()}" for one in self.hook.taken]
        tokens = [
            urlsafe_b64decode(one + "==").decode("latin-1") for one in re.findall(r"acknowledge/([\w-]+?)[0-9a-f]{64}\b", "".join(mails))
        ]
        return "\n".join([*mails, *raw, *tokens, *(plain(reply) + repr(reply) for _, _, reply in self.told)])


def _is_text(part: object) -> bool:
    return getattr(part, "get_content_maintype", lambda: "")() == "text"


@contextmanager
def underway() -> Iterator[Underway]:
    """A school, its letters, and where they arrive."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with ExitStack() as stack:
        try:
            yield Underway(stack.enter_context(mail_server(starttls=False)), stack.enter_context(webhook_server()), loop)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(5)
            loop.close()


def test_nothing_of_a_report_leaves_by_any_way_from_its_filing_to_its_being_taken_and_written_to() -> None:
    with underway() as school:
        filed = school.file()
        school.tick()
        school.chat = FAILS
        school.tick(minutes=31)
        school.mail.answers["RCPT"] = "550 no such user"
        school.tick(minutes=31)
        school.reports.desk.reply("oak", HEAD, filed.concern, "xylonote", "s" * 16)
        school.tick()
        school.reports.returning.add("oak", filed.receipt.code, "xyloadded", "a" * 16)
        school.tick()
        left = school.left()
        assert (len(school.told) > 3, len(school.mail.taken) >= 2, len(school.hook.taken) >= 3) == (True, True, True)
        assert {one.kind for one in school.cases.letters.values()} >= {LetterKind.PING, LetterKind.TAKEN, LetterKind.NEWS}
    assert left.count(filed.reference) > 6
    assert f"oak\n{filed.concern}\n" in left  # the tokens were opened
    assert not [canary for canary in CANARIES if canary.lower() in left.lower()]
    assert not [subject for subject in re.findall(r"^Subject: (.*)$", left, re.MULTILINE) if not subject.startswith("A report ")]


def test_the_link_that_left_by_e_mail_takes_the_report() -> None:
    with underway() as school:
        school.chat = REFUSES
        filed = school.file()
        school.tick()
        body = message_from_bytes(school.mail.taken[0], policy=default).get_body(("plain",))  # type: ignore[attr-defined]
        [token] = re.findall(rf"^{ADDRESS}/oak/desk/acknowledge/([\w-]+)\r?$", body.get_content(), re.MULTILINE)
        assert school.reports.by_link.look("oak", token).came is Came.WAITS
        assert school.reports.by_link.take("oak", token).came is Came.MINE
        school.tick(hours=3)
        assert [one.state for one in school.letters()] == [LetterState.SENT]
        assert school.concern(filed).taken_by == LEAD


def test_where_no_way_will_ever_work_the_next_person_is_told_at_once() -> None:
    with underway() as school:
        school.chat, school.hook.status = REFUSES, 404
        school.mail.answers["RCPT"] = "550 no such user"
        school.file()
        school.tick()
        dead = {one.recipient for one in school.letters() if one.state is LetterState.DEAD}
        assert len(dead) == 3  # the lead, the deputy and the head, though no time has passed; and then it rests until the next hour
        assert school.at == NOON


def test_where_one_way_may_work_later_the_letter_waits_as_long_as_was_asked_and_arrives() -> None:
    with underway() as school:
        school.chat = REFUSES
        school.mail.answers["RCPT"] = "550 no such user"
        school.hook.status, school.hook.headers = 429, {"Retry-After": "300"}
        school.file()
        school.tick()
        [letter] = school.letters()
        assert (letter.state, letter.due_at) == (LetterState.PENDING, NOON + timedelta(seconds=300))
        school.tick(seconds=299)
        assert len(school.hook.taken) == 1
        school.hook.status = 204
        school.tick(seconds=1)
        assert len(school.hook.taken) == 2
        assert [one.state for one in school.letters()] == [LetterState.SENT]


def test_when_all_is_down_for_a_while_nothing_is_lost() -> None:
    with underway() as school:
        school.chat, school.hook.status = FAILS, None
        school.mail.answers["RCPT"] = None
        filed = school.file()
        for _ in range(4):
            school.tick(seconds=45)
        assert school.concern(filed).state is State.RECEIVED
        assert {one.state for one in school.letters()} == {LetterState.PENDING}
        school.chat = Outcome(Sent.SENT, "direct")
        school.tick(minutes=10)
        assert {one.state for one in school.letters()} == {LetterState.SENT}
