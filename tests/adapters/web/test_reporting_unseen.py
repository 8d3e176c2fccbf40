"""What must not be seen of those who report: no cookie, no line in the log, nothing in the counts that anybody may read."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx
import pytest

from tests.adapters.web.page import page_of
from tests.adapters.web.reporting import CHECK, NOT_KEPT, REPORT, Taking, code_in, fields_of, taking
from tests.adapters.web.test_guards import eventually

CANARY = "zanzicanary"
WHO = {"User-Agent": CANARY, "X-Forwarded-For": "203.0.113.77", "Referer": f"https://{CANARY}.example/", "Cookie": f"a={CANARY}"}


@pytest.fixture(scope="module")
def schools() -> Iterator[Taking]:
    """The schools, served once for this file."""
    with taking() as taken:
        yield taken


def counts(schools: Taking) -> str:
    """What anybody may read of how often what was asked, the reading itself left out."""
    return "\n".join(line for line in schools.client.get("/metrics").text.split("\n") if "/metrics" not in line)


def a_whole_visit(schools: Taking) -> list[httpx.Response]:
    """Every page of somebody who reports, mistypes, comes back and withdraws."""
    client = schools.client
    form = fields_of(page_of(client.get(REPORT, headers=WHO).text)) | {"story": f"{CANARY} did it", "about": "colleague"}
    found = [client.get(REPORT, headers=WHO), client.post(REPORT, data=form | {"story": ""}, headers=WHO)]
    found.append(client.post(REPORT, data=form, files=[("files", (f"{CANARY}.txt", CANARY.encode()))], headers=WHO))
    code = code_in(found[-1])
    found.append(client.post(REPORT, data=fields_of(page_of(found[-1].text)) | {"typed": code}, headers=WHO))
    found += [client.get(CHECK, headers=WHO), client.post(CHECK, data={"code": CANARY}, headers=WHO)]
    for step in ("", "add", "police", "files", "withdraw", "sure"):
        found.append(client.post(f"{CHECK}?{CANARY}", data={"code": code, "step": step, "text": CANARY, "police": "no"}, headers=WHO))
    return found


def test_a_visit_leaves_nothing_in_the_log_nor_in_the_counts(schools: Taking, caplog: pytest.LogCaptureFixture) -> None:
    counts(schools), eventually(lambda: "/metrics" in schools.client.get("/metrics").text)  # that is counted itself
    before = counts(schools)
    with caplog.at_level(logging.DEBUG):
        answers = a_whole_visit(schools)
        assert counts(schools) == before
    assert {one.status_code for one in answers} == {200, 422}
    ours = [record for record in caplog.records if record.name.startswith(("signpost", "python_multipart"))]
    assert [record.message for record in ours if "report" in record.message and "GET" in record.message] == []
    everything = " ".join(str(vars(record)) for record in ours)
    for canary in (CANARY, "203.0.113.77", "127.0.0.1", code_in(answers[2]), "oak"):
        assert canary not in everything


def test_nothing_of_who_sent_it_is_kept(schools: Taking) -> None:
    a_whole_visit(schools)
    kept = schools.cases.kept["oak"]
    concern = list(kept.concerns.values())[-1]
    assert (concern.filed_at.minute, concern.filed_at.second) == (0, 0)
    everything = str(vars(kept)).replace(f"{CANARY} did it", "").replace(f"text='{CANARY}'", "")
    for canary in (CANARY, "203.0.113.77", "127.0.0.1"):
        assert canary not in everything
    assert CANARY not in str(schools.messages)


def test_no_page_sets_a_cookie_is_stored_listed_or_names_itself_elsewhere(schools: Taking) -> None:
    for answer in a_whole_visit(schools):
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}
        assert CANARY not in answer.headers.get("location", "")
        assert "http" not in "".join(page_of(answer.text).xpath("//@href|//@src|//@action"))


def test_no_address_carries_a_code_a_filing_or_a_word(schools: Taking) -> None:
    for answer in a_whole_visit(schools):
        assert set(page_of(answer.text).xpath("//form/@action")) <= {REPORT, CHECK}
        assert set(page_of(answer.text).xpath("//form/@method")) <= {"post"}
        assert not [link for link in page_of(answer.text).xpath("//main//a/@href") if "?" in link]


def test_that_reports_cannot_be_kept_is_there_for_whoever_runs_it_to_see(schools: Taking) -> None:
    schools.cases.wrong = NOT_KEPT
    schools.send()
    schools.cases.wrong = None
    eventually(lambda: "/report" in counts(schools))
    line = next(line for line in counts(schools).split("\n") if "/report" in line)
    assert line.startswith('signpost_requests_total{method="POST",route="/{school}/report",status="503"}')
