"""What others could do to those who report: choose their code for them, watch the counts, fill the memory, or make a second try vanish."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.uploads import MOST_FIELD, MOST_WORDS, Room, SentForm, sent_form
from bot.concerns.receipts import receipt_of
from tests.adapters.web.page import page_of
from tests.adapters.web.reporting import CHECK, REPORT, STORY, Taking, code_in, fields_of, taking, typed_in
from tests.adapters.web.schools import schools as schools_of_the_tests
from tests.adapters.web.serving import app_of, served
from tests.adapters.web.test_reporting_files import picture

ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}


@pytest.fixture
def schools() -> Iterator[Taking]:
    """The schools, served anew."""
    with taking() as taken:
        yield taken


@pytest.mark.parametrize("story", ["", STORY])
def test_no_other_site_can_choose_the_filing_id_and_so_know_the_code(schools: Taking, story: str) -> None:
    chosen = "an-id-that-somebody-else-knows"
    shown = schools.client.post(REPORT, data={"filing": chosen, "story": story}, headers=ELSEWHERE)
    assert shown.status_code == 403
    form = fields_of(page_of(shown.text))
    assert typed_in(shown) == story
    assert form["filing"] != chosen
    code = code_in(schools.send(form | {"story": STORY, "about": ["colleague"]}))
    assert code not in {receipt_of(chosen, attempt).code for attempt in range(10)}
    assert schools.step(receipt_of(chosen).code).status_code == 422


def test_that_a_browser_fetches_the_style_of_a_report_page_is_neither_counted_nor_logged(
    schools: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "signpost"):
        before = schools.client.get("/metrics").text
        page = page_of(schools.client.get(REPORT).text)
        for address in page.xpath("//link/@href"):
            assert schools.client.get(address).status_code == 200
        schools.client.get("/terms")  # this one is, so the others would have been by then
    after = schools.client.get("/metrics").text
    assert "/static" not in caplog.text
    assert "/terms" in caplog.text
    assert "/static" not in before + after


def test_what_was_written_differently_the_second_time_is_added_too(schools: Taking) -> None:
    code = schools.filed()
    form = fields_of(page_of(schools.step(code).text))
    for text in ("First try.", "First try, and more.", "First try, and more.", "First try."):
        assert schools.client.post(CHECK, data=form | {"text": text}).status_code == 200
    assert schools.said() == [STORY, "First try.", "First try, and more."]


def test_another_file_sent_with_the_same_form_is_kept_too_and_the_same_one_once(schools: Taking) -> None:
    form = schools.form()
    for colour in ("teal", "red", "red"):
        assert schools.send(form, files=[("chat.png", picture(colour))]).status_code == 200
    assert len(schools.concerns()) == 1
    assert len(schools.files()) == 2


def test_many_long_fields_fill_no_memory() -> None:
    field = b'--b\r\nContent-Disposition: form-data; name="story"\r\n\r\n' + b"w" * MOST_FIELD + b"\r\n"
    sent = asyncio.run(_read(field for _ in range(60)))
    assert sum(len(value) for _, value in sent.words) <= MOST_WORDS
    assert sent.broken
    assert sent.one("story") == "w" * MOST_FIELD


async def _read(chunks: Iterator[bytes]) -> SentForm:
    """A multipart form as it is read from these chunks."""

    async def receive() -> dict[str, object]:
        chunk = next(chunks, None)
        return {"type": "http.request", "body": chunk or b"--b--\r\n", "more_body": chunk is not None}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"multipart/form-data; boundary=b")]}
    async with sent_form(Request(scope, receive), Room()) as sent:  # type: ignore[arg-type]
        return sent


@pytest.mark.parametrize("path", ["/slack/events", "/api/messages"])
def test_a_delivery_to_slack_or_teams_that_went_well_is_no_line_of_the_log(path: str, caplog: pytest.LogCaptureFixture) -> None:
    async def delivered(request: Request) -> Response:
        return Response(status_code=int(request.query_params["status"]))

    others = (Route(path, delivered, methods=["POST"]),)
    with caplog.at_level(logging.INFO, "signpost"), served(app_of(schools_of_the_tests(), others=others)) as client:
        for status in (200, 401):
            assert client.post(f"{path}?status={status}").status_code == status
        client.get("/terms")
    assert [line.rsplit(" ", 2)[0] for line in caplog.messages] == [f"POST {path} 401", "GET /terms 200"]
