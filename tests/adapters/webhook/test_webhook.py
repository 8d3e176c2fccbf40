"""A school's webhook over real HTTP: what is sent, byte by byte, how each thing that can go wrong comes out, and that the docs are true."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.settings import Settings, faults
from adapters.webhook.sending import AGAIN, LONGEST_AGAIN, SIGNATURE, Webhook, signature
from bot.concerns import wording_of_pings as wording
from bot.concerns.letters import ToSay
from bot.ports import Outcome, Sent
from bot.school import Role
from tests.stand_ins import mail
from tests.stand_ins.webhook import HOST, WebhookStandIn, webhook_server

NOON = datetime(2026, 11, 20, 12, 0, 0, 987_654, tzinfo=UTC)
SECRET = "5ec4e7-of-the-tests-alone"  # noqa: S105
DESK = "https://signpost.oak.example/oak/desk/cases/c0ncern"
PING = wording.ping("K7M4Q2", timedelta(minutes=25), DESK)
DOCS = (Path(__file__).parents[3] / "docs" / "WEBHOOK.md").read_text(encoding="utf-8")


@pytest.fixture
def server() -> Iterator[WebhookStandIn]:
    with webhook_server() as made:
        yield made


def send(url: str, said: ToSay = PING, role: Role = Role.LEAD, school: str = "oak", **more: Any) -> Outcome:
    """How sending it came out."""
    return asyncio.run(Webhook(url, SECRET, lambda: NOON, **more).send(school, role, said))


def test_a_letter_is_one_signed_request_to_the_way_of_its_role_and_holds_nothing_else(server: WebhookStandIn) -> None:
    assert send(server.url, school="oak & ash") == Outcome(Sent.SENT, "webhook")
    [taken] = server.taken
    assert taken.path == "/signpost-lead?school=oak%20%26%20ash"
    assert json.loads(taken.body) == {
        "school": "oak & ash",
        "role": "lead",
        "subject": "A report needs you (K7M4Q2)",
        "text": "A report needs you. Reference K7M4Q2. It has been waiting for 25 minutes.",
        "desk": DESK,
    }
    assert set(taken.headers) == {
        "host", "accept", "accept-encoding", "user-agent", "content-type", "content-length", "signpost-signature"
    }  # fmt: skip
    assert (taken.headers["user-agent"], taken.headers["content-type"]) == ("Signpost", "application/json")
    assert taken.headers["signpost-signature"] == signature(SECRET.encode(), NOON, taken.body)
    assert taken.headers["signpost-signature"].startswith(f"t={int(NOON.timestamp())},v1=")
    assert SECRET.encode() not in taken.body + repr(taken.headers).encode()


def test_what_acknowledges_in_an_e_mail_or_in_chat_is_not_for_the_webhook(server: WebhookStandIn) -> None:
    said = ToSay(
        "Subject", "Text", DESK, press="ack.canary-press", acknowledge="https://signpost.oak.example/canary-token", last_resort=True
    )
    send(server.url, said)
    assert b"canary" not in server.taken[0].body


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_taken(server: WebhookStandIn, status: int) -> None:
    server.status = status
    assert send(server.url) == Outcome(Sent.SENT, "webhook")


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 403, 404, 405, 410, 413])
def test_a_refusal_is_for_good_and_no_request_is_sent_on_to_another_address(server: WebhookStandIn, status: int) -> None:
    server.status, server.headers = status, {"Location": f"http://{HOST}:{server.port}/elsewhere"}
    assert send(server.url) == Outcome(Sent.FAILED, "webhook", "refused")
    assert [one.path for one in server.taken] == ["/signpost-lead?school=oak"]


@pytest.mark.parametrize(
    ("status", "retry_after", "again"),
    [
        (429, "30", timedelta(seconds=30)),
        (429, "", AGAIN),
        (429, "soon", AGAIN),
        (429, "-5", AGAIN),
        (429, "0", timedelta(0)),
        (503, "Fri, 20 Nov 2026 12:02:00 GMT", timedelta(minutes=2) - timedelta(microseconds=987_654)),
        (503, "Fri, 20 Nov 2020 12:02:00 GMT", timedelta(0)),
        (503, "9" * 30, AGAIN),
        (500, "86400", LONGEST_AGAIN),
        (502, "", AGAIN),
        (408, "", AGAIN),
    ],
)
def test_what_passes_is_told_with_how_long_the_server_wants_to_be_left_alone(
    server: WebhookStandIn, status: int, retry_after: str, again: timedelta
) -> None:
    server.status, server.headers = status, {"Retry-After": retry_after} if retry_after else {}
    assert send(server.url) == Outcome(Sent.FAILED, "webhook", f"status_{status}", again)


def test_a_server_that_never_answers_hangs_up_or_is_not_there_may_be_there_later(server: WebhookStandIn) -> None:
    server.status = None
    assert send(server.url) == Outcome(Sent.FAILED, "webhook", "not_reached", AGAIN)
    server.dawdles = True
    assert send(server.url, limit=0.3) == Outcome(Sent.FAILED, "webhook", "timeout", AGAIN)
    with socket.socket() as nobody:
        nobody.bind((HOST, 0))
        url = f"http://{HOST}:{nobody.getsockname()[1]}/{{role}}"
        assert send(url) == Outcome(Sent.FAILED, "webhook", "not_reached", AGAIN)


def test_a_certificate_that_is_not_trusted_gets_nothing_and_one_that_is_gets_the_letter() -> None:
    certificate, key = mail._certificate(HOST)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(certificate + key)
        file.flush()
        context.load_cert_chain(file.name)
    with webhook_server(context) as server:
        url = server.url.replace("http://", "https://")
        assert send(url) == Outcome(Sent.FAILED, "webhook", "tls_failed", AGAIN)
        assert server.taken == []
        assert send(url, context=ssl.create_default_context(cadata=certificate)).state is Sent.SENT
        assert len(server.taken) == 1


def test_no_log_line_holds_the_address_the_secret_or_what_was_sent(server: WebhookStandIn, caplog: pytest.LogCaptureFixture) -> None:
    said = ToSay("Canary-subject", "Canary-text", "https://canary-desk.example", last_resort=True)
    with caplog.at_level(logging.DEBUG, logger="signpost"):
        for status in (204, 404, 503, None):
            server.status = status
            send(server.url + "&canary-token=1", said, school="canary-school")
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("signpost"))
    assert ours.count("webhook.sent") == 4
    assert "canary" not in ours.lower()
    assert SECRET not in caplog.text
    assert str(server.port) not in ours


def documented(lang: str, holding: str) -> str:
    """The piece of the document in that language that holds those words."""
    pieces = [piece for piece in re.findall(rf"```{lang}\n(.*?)```", DOCS, re.DOTALL) if holding in piece]
    assert len(pieces) == 1
    return str(pieces[0])


def test_the_documented_ten_lines_take_our_requests_and_no_others(server: WebhookStandIn) -> None:
    code = documented("python", "def ours")
    assert len(code.strip().splitlines()) <= 12
    found: dict[str, Any] = {}
    exec(code, found)  # noqa: S102 (the document's own)
    send(server.url)
    [taken] = server.taken
    header, at = taken.headers[SIGNATURE.lower()], NOON.timestamp()
    ours = found["ours"]
    assert ours(header, taken.body, SECRET, at)
    assert ours(header, taken.body, SECRET, at + 299)
    for wrong in (
        (header, taken.body + b" ", SECRET, at),
        (header, taken.body, SECRET + "x", at),
        (header, taken.body, SECRET, at + 301),
        (header, taken.body, SECRET, at - 301),
        (header.replace(f"t={int(at)}", f"t={int(at) + 1}"), taken.body, SECRET, at),
        ("", taken.body, SECRET, at),
        ("t=,v1=", taken.body, SECRET, at),
        ("nonsense", taken.body, SECRET, at),
        (f"t={int(at)},v1=é", taken.body, SECRET, at),
    ):
        assert not ours(*wrong), wrong


def test_the_documented_request_is_what_is_sent(server: WebhookStandIn) -> None:
    send(server.url)
    assert json.loads(documented("json", '"role"')).keys() == json.loads(server.taken[0].body).keys()
    for role in (Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR):
        assert f"`{role.value}`" in DOCS


def test_the_documented_example_is_an_address_that_the_settings_take_and_reaches_each_role_by_its_own_topic(server: WebhookStandIn) -> None:
    example = re.search(r"^WEBHOOK_URL='(.*)'$", DOCS, re.MULTILINE)
    assert example
    assert faults(Settings(WEBHOOK_URL=example[1], WEBHOOK_SECRET=SECRET)) == []  # type: ignore[call-arg]
    here = re.sub(r"https://[^/]+", f"http://{HOST}:{server.port}", example[1])
    for role in (Role.LEAD, Role.HEAD):
        assert send(here, role=role).state is Sent.SENT
    lead, head = (one.path.partition("?") for one in server.taken)
    assert lead[0].replace("lead", "head") == head[0] != lead[0]
    assert "{{.text}}" in lead[2].replace("%7B", "{").replace("%7D", "}")


def test_letters_from_many_at_once_each_arrive(server: WebhookStandIn) -> None:
    made = Webhook(server.url, SECRET, lambda: NOON)
    before = threading.active_count()

    async def all_of_them() -> list[Outcome]:
        return await asyncio.gather(*(made.send("oak", Role.LEAD, PING) for _ in range(20)))

    assert {one.state for one in asyncio.run(all_of_them())} == {Sent.SENT}
    assert len(server.taken) == 20
    assert threading.active_count() < before + 45
