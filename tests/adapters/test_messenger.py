"""Reaching one person: which way is taken, what is said, and that nothing else is; in the demo, what is printed."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial

import pytest

from adapters import messenger
from adapters.mail.sending import Mail
from adapters.messenger import DoorsMessenger
from adapters.relay import read_relay, read_sender
from adapters.webhook.sending import Webhook
from bot.concerns import wording_of_pings as wording
from bot.concerns.letters import ToSay
from bot.concerns.posting import passes
from bot.ports import Outcome, Sent
from bot.reply import Choices, Reply, Says, plain
from bot.school import Holder, Role, School
from tests.stand_ins.mail import mail_server
from tests.stand_ins.webhook import webhook_server

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HEAD = Holder(Role.HEAD, "Canary Name", "01632 960003", "head@oak.example", slack="U1", teams="entra-1")
SCHOOL = School("oak", "Oak School", holders=(HEAD, Holder(Role.HEAD, "Another Head", email="other@oak.example", slack="U2")))
WORKSPACES = (("teams", "tenant-1"), ("slack", "T1"))
ADDRESS = "https://signpost.oak.example"
CONCERN, REFERENCE = "c0ncern-1d", "K7M4Q2"
PATH = "/oak/desk/enter/t0ken"


@dataclass
class Chat:
    """A door's way of telling: `outcome`, an error to raise, or None for never coming back. ``told``: what it was given."""

    outcome: Outcome | Exception | None = Outcome(Sent.SENT, "direct")  # noqa: RUF009 (frozen)
    told: list[tuple[str, str, Reply]] = field(default_factory=list)

    async def tell(self, one: str, other: str, reply: Reply) -> Outcome:
        """The outcome."""
        self.told.append((one, other, reply))
        return await _come_out(self.outcome)


@dataclass
class Post:
    """E-mail that comes out the same way. ``sent``: to, subject, text, links."""

    outcome: Outcome | Exception | None = Outcome(Sent.SENT, "mail")  # noqa: RUF009 (frozen)
    sent: list[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=list)

    async def send(self, to: str, subject: str, text: str, links: tuple[str, ...] = ()) -> Outcome:
        """The outcome."""
        self.sent.append((to, subject, text, links))
        return await _come_out(self.outcome)


@dataclass
class Hook:
    """A webhook that comes out the same way. ``sent``: school, role, what was said."""

    outcome: Outcome | Exception | None = Outcome(Sent.SENT, "webhook")  # noqa: RUF009 (frozen)
    sent: list[tuple[str, Role, ToSay]] = field(default_factory=list)

    async def send(self, school: str, role: Role, said: ToSay) -> Outcome:
        """The outcome."""
        self.sent.append((school, role, said))
        return await _come_out(self.outcome)


async def _come_out(outcome: Outcome | Exception | None) -> Outcome:
    if outcome is None:
        await asyncio.sleep(60)
    if isinstance(outcome, Exception):
        raise outcome
    assert outcome is not None
    return outcome


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join(5)
    made.close()


Made = Callable[..., DoorsMessenger]


@pytest.fixture
def made(loop: asyncio.AbstractEventLoop) -> Made:
    """A messenger over these ways."""

    def make(
        slack: Chat | None = None,
        teams: Chat | None = None,
        post: Post | Mail | None = None,
        url: str = ADDRESS,
        console: Callable[[str], None] | None = None,
        hook: Hook | Webhook | None = None,
    ) -> DoorsMessenger:
        found = DoorsMessenger(url, 3978, console)
        found.loop = loop
        found.serve(lambda _: WORKSPACES, slack.tell if slack else None, teams.tell if teams else None, post, hook)
        return found

    return make


CASE = f"{ADDRESS}/oak/desk/cases/{CONCERN}"
LINK = f"{ADDRESS}/oak/desk/acknowledge/t0ken"
PING = replace(wording.ping(REFERENCE, timedelta(minutes=25), CASE), press=f"ack.{CONCERN}", acknowledge=LINK)
FAILED = Outcome(Sent.FAILED, why="user_not_found")


def ping(one: DoorsMessenger, holder: Holder = HEAD, ways: tuple[str, ...] = ("chat", "email"), said: ToSay = PING) -> Outcome:
    """How a ping came out."""
    return one.deliver(SCHOOL, holder, said, ways)


def test_the_ways_are_slack_then_teams_then_e_mail_and_the_first_that_works_is_the_only_one_used(made: Made) -> None:
    slack, teams, post, hook = Chat(), Chat(), Post(), Hook()
    assert ping(made(slack, teams, post, hook=hook)) == Outcome(Sent.SENT, "slack")
    assert (len(slack.told), teams.told, post.sent, hook.sent) == (1, [], [], [])
    assert slack.told[0][:2] == ("U1", "T1")
    assert ping(made(Chat(FAILED), teams, post, hook=hook)) == Outcome(Sent.FELL_BACK, "teams", "user_not_found")
    assert teams.told[0][:2] == ("tenant-1", "entra-1")
    assert ping(made(Chat(FAILED), Chat(FAILED), post, hook=hook)) == Outcome(Sent.FELL_BACK, "mail", "user_not_found")
    assert ping(made(None, None, post, hook=hook)) == Outcome(Sent.SENT, "mail")
    assert hook.sent == []


def test_only_the_ways_of_the_ladder_are_used_in_their_order(made: Made) -> None:
    slack, post = Chat(), Post()
    one = made(slack, None, post)
    assert ping(one, ways=("email", "chat")) == Outcome(Sent.SENT, "mail")
    assert ping(one, ways=("email",)) == Outcome(Sent.SENT, "mail")
    assert slack.told == []
    assert ping(one, ways=("chat",)) == Outcome(Sent.SENT, "slack")
    assert ping(made(Chat(FAILED), None, post), ways=("chat",)) == Outcome(Sent.FAILED, why="refused")
    assert ping(made(slack, None, Post(Outcome(Sent.FAILED, why="timeout"))), ways=("email", "chat")) == Outcome(
        Sent.FELL_BACK, "slack", "timeout"
    )
    assert ping(one, ways=()) == ping(one, ways=("pigeon",)) == Outcome(Sent.FAILED, why="no_way")
    assert len(post.sent) == 2


def test_the_webhook_is_the_last_resort_for_letters_about_reports_alone(made: Made) -> None:
    hook = Hook()
    assert ping(made(Chat(FAILED), Chat(FAILED), Post(FAILED), hook=hook)) == Outcome(Sent.FELL_BACK, "webhook", "user_not_found")
    nowhere = replace(HEAD, slack="", teams="", email="")
    assert ping(made(Chat(), Chat(), Post(), hook=hook), nowhere) == Outcome(Sent.SENT, "webhook")
    assert hook.sent == [("oak", Role.HEAD, PING)] * 2
    for said in (wording.drill("Oak"), wording.unheard("Oak", timedelta(hours=2)), ToSay("A digest", "Three reports wait.")):
        assert ping(made(hook=hook), nowhere, said=said) == Outcome(Sent.FAILED, why="no_way")
    one = made(hook=hook)
    assert one.sign_in(SCHOOL, nowhere, PATH) == Outcome(Sent.FAILED, why="no_way")
    assert len(hook.sent) == 2


AGAIN = timedelta(seconds=30)
THROTTLED = Outcome(Sent.FAILED, why="ratelimited", retry_after=AGAIN)


@pytest.mark.parametrize(
    ("slack", "teams", "mail", "hook", "why", "retry_after"),
    [
        ("user_not_found", "not_installed", "recipient_refused", "refused", "refused", None),
        ("user_not_found", "not_installed", "recipient_refused", None, "recipient_refused", None),
        ("invalid_auth", "refused_403", "no_login", None, "refused", None),
        ("message_refused", "refused_400", "server_refused", None, "refused", None),
        ("unreachable", "not_installed", "recipient_refused", "refused", "unreachable", None),
        ("user_not_found", "not_installed", "timeout", "refused", "timeout", None),
        ("user_not_found", "not_installed", "recipient_refused", "status_503", "status_503", None),
        ("user_not_found", "refused_503", "tls_failed", None, "refused_503", None),
        (THROTTLED, "not_installed", "recipient_refused", "refused", "ratelimited", AGAIN),
        ("user_not_found", THROTTLED, "greylisted", None, "ratelimited", AGAIN),
        ("something_new", "not_installed", None, None, "something_new", None),
        (Outcome(Sent.FAILED), None, None, None, "failed", None),
        (RuntimeError("canary"), "not_installed", None, None, "error", None),
        (Outcome(Sent.FAILED, why="ratelimited", retry_after=timedelta(days=1)), None, None, None, "ratelimited", timedelta(hours=1)),
    ],
)
def test_what_may_work_later_is_told_from_what_never_will_whichever_way_it_was(
    made: Made, slack: object, teams: object, mail: object, hook: object, why: str, retry_after: timedelta | None
) -> None:
    def as_outcome(told: object) -> Outcome | Exception | None:
        return Outcome(Sent.FAILED, why=told) if isinstance(told, str) else told  # type: ignore[return-value]

    one = made(
        Chat(as_outcome(slack)),
        Chat(as_outcome(teams)) if teams else None,
        Post(as_outcome(mail)) if mail else None,
        hook=Hook(as_outcome(hook)) if hook else None,
    )
    outcome = ping(one)
    assert (outcome.state, outcome.why, outcome.retry_after) == (Sent.FAILED, why, retry_after)
    assert passes(outcome) == (why not in {"refused", "recipient_refused"})


@pytest.mark.parametrize("send", [ping, lambda one, holder=HEAD: one.sign_in(SCHOOL, holder, PATH)], ids=["ping", "sign_in"])
def test_a_way_that_breaks_or_never_answers_is_followed_by_the_next(
    made: Made, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, send: Callable[..., Outcome]
) -> None:
    monkeypatch.setattr(messenger, "CHAT_PATIENCE", 0.05)
    monkeypatch.setattr(messenger, "MAIL_PATIENCE", 0.05)
    with caplog.at_level(logging.DEBUG, "signpost"):
        assert send(made(Chat(RuntimeError("canary-word")), Chat(None), Post())) == Outcome(Sent.FELL_BACK, "mail", "timeout")
        assert send(made(None, None, Post(None))) == Outcome(Sent.FAILED, why="timeout")
        assert send(made(Chat(ValueError("canary-word")))) == Outcome(Sent.FAILED, why="error")
        monkeypatch.setattr(messenger, "WEBHOOK_PATIENCE", 0.05)
        assert ping(made(None, None, Post(None), hook=Hook(None))) == Outcome(Sent.FAILED, why="timeout")
    assert "canary" not in caplog.text
    assert not [one for one in (CONCERN, REFERENCE, "t0ken", "oak", "U1", "Canary") if one in caplog.text]


def test_who_is_in_no_chat_and_has_no_e_mail_has_no_way(made: Made) -> None:
    nowhere = replace(HEAD, slack="", teams="", email="")
    one = made(Chat(), Chat(), Post())
    assert ping(one, nowhere) == one.sign_in(SCHOOL, nowhere, PATH) == Outcome(Sent.FAILED, why="no_way")
    assert ping(made()) == Outcome(Sent.FAILED, why="no_way")
    one.loop = None
    assert ping(one) == Outcome(Sent.FAILED, why="not_running")


def test_where_the_store_cannot_say_which_workspaces_there_are_e_mail_is_still_sent(made: Made) -> None:
    def away(_: str) -> tuple[tuple[str, str], ...]:
        raise RuntimeError("canary-word")

    slack, post = Chat(), Post()
    one = made()
    one.serve(away, slack.tell, None, post)
    assert ping(one) == Outcome(Sent.FELL_BACK, "mail", "store_away")
    assert slack.told == []
    one.serve(away, slack.tell, None, Post(Outcome(Sent.FAILED, why="recipient_refused")))
    assert passes(ping(one))  # Slack may well work once the store is back
    one.serve(away, None, None, post)
    assert ping(one) == Outcome(Sent.SENT, "mail")


def test_a_ping_says_that_a_report_needs_them_its_reference_and_its_wait_and_nothing_else(made: Made) -> None:
    slack, post = Chat(), Post()
    ping(made(slack))
    ping(made(None, None, post))
    said = "A report needs you. Reference K7M4Q2. It has been waiting for 25 minutes."
    reply = slack.told[0][2]
    assert plain(reply) == f"{said}\n\nOpen at the desk:\n{CASE}\n\nAcknowledge"
    assert [button.press for part in reply.parts if isinstance(part, Choices) for button in part.buttons] == [f"ack.{CONCERN}"]
    text = f"{said}\n\nAcknowledge (you then look after it):\n{LINK}\n\nOpen at the desk:\n{CASE}"
    assert post.sent == [("head@oak.example", "A report needs you (K7M4Q2)", text, (LINK, CASE))]


def test_a_letter_without_buttons_or_addresses_is_its_text_alone(made: Made) -> None:
    slack, post = Chat(), Post()
    said = wording.taken(REFERENCE, "deputy")
    assert ping(made(slack), said=said).state is ping(made(None, None, post), said=said).state is Sent.SENT
    assert slack.told[0][2] == Reply((Says(said.text),))
    assert post.sent == [("head@oak.example", "A report has been taken (K7M4Q2)", said.text, ())]


def test_a_ping_goes_out_though_there_is_no_address_to_link_to(made: Made) -> None:
    slack = Chat()
    bare = replace(PING, desk="", acknowledge="")
    assert ping(made(slack, url=""), said=bare).state is Sent.SENT
    assert "http" not in plain(slack.told[0][2])
    assert "Acknowledge" in plain(slack.told[0][2])


def test_a_sign_in_link_goes_to_its_one_holder_and_to_nobody_else_in_that_role(made: Made) -> None:
    slack, post = Chat(), Post()
    assert made(slack, None, post).sign_in(SCHOOL, HEAD, PATH).state is Sent.SENT
    assert [told[0] for told in slack.told] == ["U1"]
    assert made(None, None, post).sign_in(SCHOOL, HEAD, PATH) == Outcome(Sent.SENT, "mail")
    [(to, subject, text, links)] = post.sent
    assert (to, subject, links) == ("head@oak.example", "Your link to the desk", (ADDRESS + PATH,))
    assert text == plain(slack.told[0][2])
    assert text.splitlines() == [
        "Your link to the desk of Oak School:",
        ADDRESS + PATH,
        "It works once, for ten minutes. If you did not ask for it, ignore it; nobody is signed in by it alone.",
    ]


def test_without_an_address_there_is_no_sign_in_link(made: Made) -> None:
    slack = Chat()
    assert made(slack, url="").sign_in(SCHOOL, HEAD, PATH) == Outcome(Sent.FAILED, why="no_address")
    assert slack.told == []


def test_the_demo_prints_what_nobody_can_be_sent_and_remembers_the_newest_link_of_each_role(made: Made) -> None:
    printed: list[str] = []
    one = made(url="", console=printed.append)
    lead = Holder(Role.LEAD, "Canary Lead")
    for holder, path in ((HEAD, "/1"), (lead, "/2"), (HEAD, "/3")):
        assert one.sign_in(SCHOOL, holder, path) == Outcome(Sent.SENT, "console")
    here = "http://127.0.0.1:3978"
    assert one.last_links == {"oak": [("Head", f"{here}/3"), ("Designated safeguarding lead", f"{here}/2")]}
    assert printed[0] == f"Link to the desk for the Head of Oak School: {here}/1"
    assert ping(one) == Outcome(Sent.SENT, "console")
    assert printed[-1].startswith("Ping to the Head of Oak School: A report needs you. Reference K7M4Q2.")
    assert printed[-1].endswith(CASE)
    assert ping(one, said=wording.drill("Oak")) == Outcome(Sent.SENT, "console")
    assert printed[-1].startswith("Message to the Head of Oak School: This is a drill.")
    assert one.address == here
    assert "Canary" not in "".join(printed)
    failing = made(Chat(Outcome(Sent.FAILED, why="not_installed")), console=printed.append)
    assert failing.sign_in(SCHOOL, HEAD, PATH) == Outcome(Sent.FELL_BACK, "console", "not_installed")


def test_outside_the_demo_no_link_is_printed_or_remembered(made: Made, capfd: pytest.CaptureFixture[str]) -> None:
    one = made(Chat(Outcome(Sent.FAILED, why="not_installed")))
    assert one.sign_in(SCHOOL, HEAD, PATH).state is Sent.FAILED
    assert one.last_links == {}
    assert "t0ken" not in "".join(capfd.readouterr())


def test_the_bytes_that_leave_hold_neither_a_name_nor_the_ids_of_anybody(made: Made) -> None:
    with mail_server(starttls=False) as server, webhook_server() as taking:
        sender = read_sender("Signpost <signpost@oak.example>")
        mail = Mail(read_relay(f"smtp://127.0.0.1:{server.port}"), sender, lambda: NOON, lambda: "id")
        hook = Webhook(taking.url, "a-secret-of-the-tests-alone", lambda: NOON)
        one = made(None, None, mail)
        assert ping(one).state is one.sign_in(SCHOOL, HEAD, PATH).state is Sent.SENT
        server.answers["RCPT"] = "451 later"
        assert ping(made(None, None, mail, hook=hook)) == Outcome(Sent.FELL_BACK, "webhook", "recipient_deferred")
    assert (len(server.taken), len(taking.taken)) == (2, 1)
    sent = b"\n".join([*server.taken, taking.taken[0].body, repr(taking.taken[0]).encode()])
    assert not [canary for canary in ("Canary", "entra-1", "U1", "T1", "tenant-1", "01632", "Another") if canary.encode() in sent]
    assert b"head@oak.example" not in repr(taking.taken[0]).encode()


def test_an_e_mail_has_two_links_that_can_be_pressed(made: Made) -> None:
    with mail_server(starttls=False) as server:
        sender = read_sender("Signpost <signpost@oak.example>")
        ping(made(None, None, Mail(read_relay(f"smtp://127.0.0.1:{server.port}"), sender, lambda: NOON, lambda: "id")))
    found = message_from_bytes(server.taken[0], policy=default)
    assert isinstance(found, EmailMessage)
    text, html = (part.get_content() for part in found.iter_parts())
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', html) == [(LINK, LINK), (CASE, CASE)]
    assert {LINK, CASE} <= set(text.splitlines())
    assert found["Subject"] == "A report needs you (K7M4Q2)"


def test_pings_from_many_threads_each_come_out(made: Made, loop: asyncio.AbstractEventLoop) -> None:
    post = Post()
    one = made(None, None, post)
    threads = [threading.Thread(target=partial(ping, one)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(post.sent) == 8


def test_the_log_has_no_line_for_a_ping_that_arrives_since_the_first_goes_when_the_report_comes_in(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert ping(made(Chat(), None, Post())).state is Sent.SENT
        assert caplog.text == ""
        assert ping(made(None, None, None)).state is Sent.FAILED
    assert "messenger.delivered state=failed" in caplog.text
