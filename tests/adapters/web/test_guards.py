"""What stands round the pages: headers, the check of where posts come from, limits, the log and the counts."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.web.guards import HEADERS, MOST_OTHER, MOST_PAGE, same_site
from tests.adapters.web.page import faults_of
from tests.adapters.web.schools import QUESTION, schools
from tests.adapters.web.serving import app_of, served

CANARY = "zanzicanary"


def eventually(so: Callable[[], bool]) -> None:
    """Nothing: waits for what the server does after it has answered."""
    until = time.monotonic() + 5
    while not so() and time.monotonic() < until:
        time.sleep(0.002)


async def events(request: Request) -> Response:
    """What another door's route does with a body."""
    return PlainTextResponse(str(len(await request.body())))


async def failing(_: Request) -> Response:
    """A fault whose words hold what somebody wrote."""
    raise RuntimeError(f"could not keep {CANARY}")


@pytest.fixture(scope="module")
def guarded() -> Iterator[httpx.Client]:
    """The pages beside routes of other doors and one that fails, where nothing is ready."""
    others = (
        Route("/slack/events", events, methods=["POST"]),
        Route("/api/messages", events, methods=["POST"]),
        Route("/failing", failing),
    )
    with served(
        app_of(schools(), public_url="https://signpost.example", others=others, ready=lambda: "The database does not answer.")
    ) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/oak/ask", "/oak/policies/social-media", "/nowhere", "/failing", "/healthz", "/metrics", "/static/signpost.css"]
)
def test_every_response_bears_the_security_headers(guarded: httpx.Client, path: str) -> None:
    headers = guarded.get(path).headers
    for name, value in HEADERS.items():
        if name != "Referrer-Policy":
            assert headers[name] == value
    assert headers["Referrer-Policy"] == ("same-origin" if path in {"/", "/oak/ask"} else "no-referrer")
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "'unsafe" not in headers["Content-Security-Policy"]


def test_a_site_on_plain_http_promises_no_https(demo: httpx.Client) -> None:
    assert "Strict-Transport-Security" not in demo.get("/").headers


@pytest.mark.parametrize(
    ("sent", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://inside:8000"}, False),
        ({"sec-fetch-site": "nonsense"}, False),
        ({"origin": "http://inside:8000"}, True),
        ({"origin": "https://signpost.example"}, True),
        ({"origin": "https://signpost.example.evil.example"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://inside:8001"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({}, True),  # no browser posts without one of them
    ],
)
def test_a_post_is_taken_only_from_our_own_pages(sent: dict[str, str], allowed: bool) -> None:
    assert same_site(Headers(sent | {"host": "inside:8000"}), "https://signpost.example") is allowed


@pytest.mark.parametrize("path", ["/oak/ask", "/oak/press", "/"])
def test_a_form_sent_by_another_site_is_refused_with_a_kind_page(guarded: httpx.Client, path: str) -> None:
    answer = guarded.post(path, data={"question": QUESTION}, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert faults_of(answer.text) == []


@pytest.mark.parametrize("path", ["/slack/events", "/api/messages"])
def test_the_other_doors_look_after_themselves(guarded: httpx.Client, path: str) -> None:
    answer = guarded.post(path, content=b"x" * 100_000, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://slack.com"})
    assert (answer.status_code, answer.text) == (200, "100000")


def in_pieces(size: int) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    for _ in range(size // 1024 + 1):
        yield b"x" * 1024


@pytest.mark.parametrize(("path", "most"), [("/oak/ask", MOST_PAGE), ("/slack/events", MOST_OTHER), ("/api/messages", MOST_OTHER)])
def test_a_body_that_is_too_long_is_refused_whether_or_not_it_says_so(guarded: httpx.Client, path: str, most: int) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert guarded.post(path, content=b"x" * (most + 1), headers=form).status_code == 413
    assert guarded.post(path, content=in_pieces(most), headers=form).status_code == 413
    assert guarded.post(path, content=b"x" * (most - 1), headers=form).status_code in {200, 422}


def test_a_method_that_a_page_does_not_take_is_refused_with_a_page(guarded: httpx.Client) -> None:
    for method, path in (("PUT", "/oak/ask"), ("POST", "/oak/policies"), ("DELETE", "/"), ("GET", "/oak/press")):
        answer = guarded.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"]
        assert faults_of(answer.text) == []


def test_a_fault_of_ours_is_a_kind_page_and_its_words_reach_neither_page_nor_log(
    guarded: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = guarded.get("/failing")
    assert answer.status_code == 500
    assert faults_of(answer.text) == []
    assert "RuntimeError at" in caplog.text
    assert "test_guards.py" in caplog.text
    assert CANARY not in caplog.text
    assert CANARY not in answer.text


def test_the_log_holds_the_pattern_and_time_of_a_request_and_nothing_of_it(guarded: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="signpost"):
        guarded.post(f"/oak/ask?{CANARY}", data={"question": CANARY}, headers={"User-Agent": CANARY})
        guarded.get(f"/oak/policies/social-media/editions/1?q={CANARY}")
        guarded.get(f"/{CANARY}/policies")
        guarded.get(f"/{CANARY}")
        eventually(lambda: "unknown 404" in caplog.text)
    ours = [record for record in caplog.records if record.name.startswith("signpost")]
    assert [(record.method, record.route, record.status) for record in ours] == [  # type: ignore[attr-defined]
        ("POST", "/{school}/ask", 200),
        ("GET", "/{school}/policies/{policy}/editions/{number:int}", 200),
        ("GET", "/{school}/policies", 404),
        ("GET", "unknown", 404),
    ]
    everything = " ".join(str(vars(record)) for record in ours)
    assert CANARY not in everything
    assert "127.0.0.1" not in everything
    assert "oak" not in everything


def test_the_counts_hold_no_names_and_no_words(guarded: httpx.Client) -> None:
    guarded.post("/oak/ask", data={"question": f"{QUESTION} {CANARY}"})
    guarded.request("PROPFIND", "/oak/policies")
    eventually(lambda: 'method="other"' in guarded.get("/metrics").text)
    counts = guarded.get("/metrics").text
    assert 'signpost_requests_total{method="POST",route="/{school}/ask",status="200"}' in counts
    assert 'method="other"' in counts
    assert 'signpost_replies_total{standing="answered"}' in counts
    assert "signpost_answer_seconds_count" in counts
    for word in (CANARY, "oak", "Oak", "PROPFIND", "friend"):
        assert word not in counts


def test_alive_and_ready_are_told_apart(guarded: httpx.Client, web: httpx.Client) -> None:
    assert guarded.get("/healthz").json() == {"alive": True}
    unready = guarded.get("/readyz")
    assert (unready.status_code, unready.json()) == (503, {"ready": False, "why": "The database does not answer."})
    assert (web.get("/readyz").status_code, web.get("/readyz").json()) == (200, {"ready": True})


def test_a_host_that_somebody_made_up_is_repeated_nowhere(guarded: httpx.Client) -> None:
    for path in ("/", "/oak/ask", "/oak/policies/social-media"):
        assert "evil.example" not in guarded.get(path, headers={"Host": "evil.example"}).text
