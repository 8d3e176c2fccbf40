"""Reaching one person: which way is taken, what is said, and that nothing else is; in the demo, what is printed."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from adapters import messenger
from adapters.mail.sending import Mail
from adapters.messenger import DoorsMessenger
from adapters.relay import read_relay, read_sender
from bot.ports import Outcome, Sent
from bot.reply import Choices, Reply, plain
from bot.school import Holder, Role, School
from tests.stand_ins.mail import mail_server

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
    """E-mail that comes out the same way. ``sent``: to, subject, text, link."""

    outcome: Outcome | Exception | None = Outcome(Sent.SENT, "mail")  # noqa: RUF009 (frozen)
    sent: list[tuple[str, str, str, str | None]] = field(default_factory=list)

    async def send(self, to: str, subject: str, text: str, link: str | None = None) -> Outcome:
        """The outcome."""
        self.sent.append((to, subject, text, link))
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
    ) -> DoorsMessenger:
        found = DoorsMessenger(lambda: NOON, url, 3978, console)
        found.loop = loop
        found.serve(lambda _: WORKSPACES, slack.tell if slack else None, teams.tell if teams else None, post)
        return found

    return make


def ping(one: DoorsMessenger, holder: Holder = HEAD, wait: timedelta = timedelta(minutes=25)) -> Outcome:
    """How a ping came out."""
    return one.ping(SCHOOL, holder, REFERENCE, NOON - wait, CONCERN)


def test_the_ways_are_slack_then_teams_then_e_mail_and_the_first_that_works_is_the_only_one_used(made: Made) -> None:
    failed = Outcome(Sent.FAILED, why="user_not_found")
    slack, teams, post = Chat(), Chat(), Post()
    assert ping(made(slack, teams, post)) == Outcome(Sent.SENT, "slack")
    assert (len(slack.told), teams.told, post.sent) == (1, [], [])
    assert slack.told[0][:2] == ("U1", "T1")
    assert ping(made(Chat(failed), teams, post)) == Outcome(Sent.FELL_BACK, "teams", "user_not_found")
    assert teams.told[0][:2] == ("tenant-1", "entra-1")
    assert ping(made(Chat(failed), Chat(failed), post)) == Outcome(Sent.FELL_BACK, "mail", "user_not_found")
    assert ping(made(None, None, post)) == Outcome(Sent.SENT, "mail")


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
        again = timedelta(seconds=30)
        held_up = Chat(Outcome(Sent.FAILED, why="ratelimited", retry_after=again))
        assert send(made(held_up, None, Post(Outcome(Sent.FAILED, "mail", "recipient_refused")))) == Outcome(
            Sent.FAILED, why="recipient_refused", retry_after=again
        )
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
    assert ping(one) == Outcome(Sent.SENT, "mail")
    assert slack.told == []


def test_a_ping_says_that_a_report_needs_them_its_reference_and_its_wait_and_nothing_else(made: Made) -> None:
    slack, post = Chat(), Post()
    ping(made(slack))
    ping(made(None, None, post))
    case = f"{ADDRESS}/oak/desk/cases/{CONCERN}"
    said = "A report needs you. Reference K7M4Q2. It has been waiting for 25 minutes."
    reply = slack.told[0][2]
    assert plain(reply) == f"{said}\n\nOpen at the desk:\n{case}\n\nAcknowledge"
    assert [button.press for part in reply.parts if isinstance(part, Choices) for button in part.buttons] == [f"ack.{CONCERN}"]
    assert post.sent == [("head@oak.example", "A report needs you (K7M4Q2)", f"{said}\n\nOpen at the desk:\n{case}", case)]


def test_a_ping_goes_out_though_there_is_no_address_to_link_to(made: Made) -> None:
    slack = Chat()
    assert ping(made(slack, url="")).state is Sent.SENT
    assert "http" not in plain(slack.told[0][2])
    assert "Acknowledge" in plain(slack.told[0][2])


def test_a_sign_in_link_goes_to_its_one_holder_and_to_nobody_else_in_that_role(made: Made) -> None:
    slack, post = Chat(), Post()
    assert made(slack, None, post).sign_in(SCHOOL, HEAD, PATH).state is Sent.SENT
    assert [told[0] for told in slack.told] == ["U1"]
    assert made(None, None, post).sign_in(SCHOOL, HEAD, PATH) == Outcome(Sent.SENT, "mail")
    [(to, subject, text, link)] = post.sent
    assert (to, subject, link) == ("head@oak.example", "Your link to the desk", ADDRESS + PATH)
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
    assert "Canary" not in "".join(printed)
    failing = made(Chat(Outcome(Sent.FAILED, why="not_installed")), console=printed.append)
    assert failing.sign_in(SCHOOL, HEAD, PATH) == Outcome(Sent.FELL_BACK, "console", "not_installed")


def test_outside_the_demo_no_link_is_printed_or_remembered(made: Made, capfd: pytest.CaptureFixture[str]) -> None:
    one = made(Chat(Outcome(Sent.FAILED, why="not_installed")))
    assert one.sign_in(SCHOOL, HEAD, PATH).state is Sent.FAILED
    assert one.last_links == {}
    assert "t0ken" not in "".join(capfd.readouterr())


def test_the_bytes_that_leave_as_e_mail_hold_neither_a_name_nor_the_ids_of_anybody(made: Made) -> None:
    with mail_server(starttls=False) as server:
        sender = read_sender("Signpost <signpost@oak.example>")
        one = made(None, None, Mail(read_relay(f"smtp://127.0.0.1:{server.port}"), sender, lambda: NOON, lambda: "id"))
        assert ping(one).state is one.sign_in(SCHOOL, HEAD, PATH).state is Sent.SENT
    assert len(server.taken) == 2
    sent = b"\n".join(server.taken)
    assert not [canary for canary in ("Canary", "entra-1", "U1", "T1", "tenant-1", "01632", "Another") if canary.encode() in sent]


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
    assert "messenger.pinged state=failed" in caplog.text
