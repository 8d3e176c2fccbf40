"""E-mail to a real local server: what arrives, byte by byte, and how each thing that can go wrong comes out."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from adapters.mail.sending import AGAIN, Mail
from adapters.relay import Relay
from bot.ports import Outcome, Sent
from tests.stand_ins.mail import HOST, PASSWORD, USER, MailStandIn, mail_server

SENDER = Address("Signpost", addr_spec="signpost@oak.example")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the stand-in does so on purpose
LINK = "https://signpost.oak.example/oak/desk/cases/aB-_9?x=1&y=2"
TEXT = f"A report needs you. Reference K7M4Q2.\n\nOpen at the desk:\n{LINK}"


@pytest.fixture
def server() -> Iterator[MailStandIn]:
    with mail_server() as made:
        yield made


def mail(server: MailStandIn, *, tls: bool = True, sign_in: tuple[str, str] = ("", ""), **more: Any) -> Mail:
    """E-mail through the stand-in, over STARTTLS unless told otherwise."""
    relay = Relay(HOST, server.port, more.pop("encrypted", False), *sign_in)
    return Mail(relay, SENDER, lambda: NOON, lambda: "r4nd0m-_id", more.pop("context", server.trusting() if tls else None), **more)


def send(
    made: Mail, to: str = "lead@oak.example", subject: str = "A report needs you", text: str = TEXT, links: tuple[str, ...] = (LINK,)
) -> Outcome:
    """How sending it came out."""
    return asyncio.run(made.send(to, subject, text, links))


def read(raw: bytes) -> EmailMessage:
    """The e-mail, as a mail program reads it."""
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_an_e_mail_arrives_whole_as_text_and_as_html_and_says_nothing_else(server: MailStandIn) -> None:
    assert send(mail(server)) == Outcome(Sent.SENT, "mail")
    found = read(server.taken[0])
    text, html = (part.get_content().replace("\r\n", "\n") for part in found.iter_parts())
    assert text == TEXT + "\n"
    assert html.count("https://") == 2  # the address and where it leads: nothing is fetched from anywhere
    assert f'<a href="{LINK.replace("&", "&amp;")}">{LINK.replace("&", "&amp;")}</a>' in html
    assert not re.search(r"<(img|script|style|link|iframe|form|object)|src=|url\(", html)
    assert set(found.keys()) == {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
    assert (found["From"], found["To"], found["Subject"]) == ("Signpost <signpost@oak.example>", "lead@oak.example", "A report needs you")
    assert (found["Auto-Submitted"], found["Message-ID"]) == ("auto-generated", "<r4nd0m-_id@oak.example>")
    assert found["Date"] == "Fri, 20 Nov 2026 12:00:00 +0000"
    assert server.envelopes == [("signpost@oak.example", ["lead@oak.example"])]
    assert server.greeted_by == ["oak.example"]  # not the name of this computer
    assert socket.gethostname().encode() not in server.taken[0]
    assert server.encrypted == [True]


def test_words_outside_ascii_and_a_full_stop_on_its_own_line_arrive_as_they_are(server: MailStandIn) -> None:
    words = "Ysgol Tŷ Gwyn: “Schüler” 学校\n.\n..x\n" + "long " * 400
    assert send(mail(server), subject="Dolen i’r ddesg", text=words, links=()).state is Sent.SENT
    found = read(server.taken[0])
    assert found["Subject"] == "Dolen i’r ddesg"
    body = found.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == words + "\n"
    assert server.taken[0].isascii()
    assert max(map(len, server.taken[0].split(b"\r\n"))) <= 100


def test_html_in_words_is_words_and_only_an_address_of_the_web_becomes_a_link(server: MailStandIn) -> None:
    send(mail(server), text="<b>Oak & Ash</b>\njavascript:alert(1)", links=("javascript:alert(1)",))
    html = list(read(server.taken[0]).iter_parts())[1].get_content()
    assert "&lt;b&gt;Oak &amp; Ash&lt;/b&gt;" in html
    assert "href" not in html


def test_nothing_that_is_put_in_makes_a_header_or_another_recipient(server: MailStandIn) -> None:
    assert send(mail(server), subject="A report\r\nBcc: eve@evil.example\r\n\r\nbody").state is Sent.SENT
    found = read(server.taken[0])
    assert "Bcc" not in found
    assert found["Subject"] == "A report Bcc: eve@evil.example body"
    for bad in (
        "",
        "lead",
        "lead@oak.example\r\nBcc: eve@evil.example",
        "lead@oak.example>\r\nDATA",
        "lead@oak.example, eve@evil.example",
        "lead @oak.example",
    ):
        assert send(mail(server), to=bad).why == "bad_address", bad
    assert [recipients for _, recipients in server.envelopes] == [["lead@oak.example"]]


def test_an_address_that_the_server_cannot_take_and_words_that_are_none_are_told(server: MailStandIn) -> None:
    assert send(mail(server), to="zoë@oak.example") == Outcome(Sent.FAILED, "mail", "bad_address")
    assert send(mail(server), text="\udcff") == Outcome(Sent.FAILED, "mail", "bad_message")
    assert server.taken == []


@pytest.mark.parametrize(
    ("step", "answer", "why"),
    [
        ("RCPT", "550 5.1.1 no such user", "recipient_refused"),
        ("RCPT", "451 4.7.1 greylisted", "recipient_deferred"),
        ("MAIL", "553 5.7.1 not your address", "sender_refused"),
        ("MAIL", "421 4.3.2 going down", "sender_deferred"),
        ("DATA", "554 5.7.1 looks like spam", "message_refused"),
        ("DATA", "452 4.3.1 disk full", "message_deferred"),
        ("RCPT", None, "not_reached"),
        ("DATA", None, "not_reached"),
    ],
)
def test_a_refusal_for_good_is_told_from_one_that_passes(server: MailStandIn, step: str, answer: str | None, why: str) -> None:
    server.answers[step] = answer
    again = AGAIN if why.endswith("_deferred") or why == "not_reached" else None
    assert send(mail(server)) == Outcome(Sent.FAILED, "mail", why, again)
    assert server.taken == []


def test_a_server_that_never_answers_is_given_up(server: MailStandIn) -> None:
    server.dawdles = "RCPT"
    assert send(mail(server, limit=0.3)) == Outcome(Sent.FAILED, "mail", "timeout", AGAIN)


def test_what_is_taken_is_sent_whatever_comes_after(server: MailStandIn) -> None:
    server.answers["QUIT"] = None
    assert send(mail(server)).state is Sent.SENT


def test_nobody_listening_is_not_reached() -> None:
    with mail_server() as server:
        pass
    assert send(mail(server)) == Outcome(Sent.FAILED, "mail", "not_reached", AGAIN)


def test_it_signs_in_over_starttls_and_over_tls_from_the_start() -> None:
    for from_the_start in (False, True):
        with mail_server(from_the_start=from_the_start, sign_in=True) as server:
            made = mail(server, encrypted=from_the_start, sign_in=(USER, PASSWORD))
            assert asyncio.run(made.reach()) == ""
            assert server.taken == []
            assert send(made).state is Sent.SENT
            assert server.encrypted == [True]
            assert send(mail(server, encrypted=from_the_start, sign_in=(USER, "wrong"))).why == "login_refused"
            assert asyncio.run(mail(server, encrypted=from_the_start, sign_in=(USER, "wrong")).reach()) == "login_refused"


@pytest.mark.parametrize("from_the_start", [False, True])
def test_a_certificate_that_is_not_trusted_or_another_s_gets_no_password(from_the_start: bool) -> None:
    with mail_server(from_the_start=from_the_start, sign_in=True) as server:
        strict = ssl.create_default_context()
        assert send(mail(server, encrypted=from_the_start, sign_in=(USER, PASSWORD), context=strict)).why == "tls_failed"
        assert (server.passwords, server.taken) == ([], [])
    with mail_server(from_the_start=from_the_start, sign_in=True, name="another.example") as server:
        assert send(mail(server, encrypted=from_the_start, sign_in=(USER, PASSWORD))).why == "tls_failed"
        assert (server.passwords, server.taken) == ([], [])


def test_without_starttls_nothing_goes_to_another_machine_in_the_clear() -> None:
    with mail_server(starttls=False, sign_in=True) as server:
        assert send(mail(server, sign_in=(USER, PASSWORD))).why == "no_starttls"
        assert (server.passwords, server.taken) == ([], [])


def test_a_server_on_another_machine_is_never_spoken_to_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = asyncio.BaseEventLoop.getaddrinfo

    async def here(loop: asyncio.BaseEventLoop, host: Any, *told: Any, **more: Any) -> Any:
        return await resolve(loop, HOST, *told, **more)

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", here)
    with mail_server(starttls=False) as server:
        made = Mail(Relay("smtp.oak.example", server.port, encrypted=False), SENDER, lambda: NOON, lambda: "id")
        assert send(made).why == "no_starttls"
        assert server.taken == []


def test_on_this_machine_it_speaks_without_tls() -> None:
    with mail_server(starttls=False) as server:
        assert send(mail(server, tls=False)).state is Sent.SENT
        assert server.encrypted == [False]
    with mail_server(sign_in=True) as server:
        assert send(mail(server, tls=False, sign_in=(USER, PASSWORD))).why == "no_login"
        assert server.passwords == []


def test_neither_words_nor_addresses_nor_the_password_are_logged(server: MailStandIn, caplog: pytest.LogCaptureFixture) -> None:
    canaries = ("canary-word", "canary-address", "canary-password")
    with caplog.at_level(logging.DEBUG):
        for name in ("mail.log", "aiosmtpd"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # the stand-in's own
        for answer in ("250 OK", "550 canary-address unknown", "451 later, canary-address"):
            server.answers["RCPT"] = answer
            made = mail(server, sign_in=("canary-address", "canary-password"))
            send(made, to="canary-address@oak.example", subject="canary-word", text="canary-word")
            send(mail(server), to="canary-address@oak.example", subject="canary-word", text="canary-word")
    assert "mail.sent" in caplog.text
    assert not [one for one in canaries if one in caplog.text]
    assert "canary" not in repr(Relay(HOST, 25, False, "canary-address", "canary-password"))
