"""What goes wrong while somebody reports: they are told plainly that nothing was kept and whom to ring, and lose no word of theirs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.web.guards import MOST_STORY
from bot.concerns.filing import LONGEST_STORY
from bot.concerns.in_memory import InMemoryCaseUnit
from bot.concerns.ports import Act
from tests.adapters.web.page import faults_of, page_of, words_of
from tests.adapters.web.reporting import CHECK, NOT_KEPT, REPORT, STORY, Taking, code_in, fields_of, taking, typed_in

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def running() -> Iterator[Taking]:
    """The schools, served once for this file."""
    with taking() as taken:
        yield taken


@pytest.fixture
def schools(running: Taking) -> Iterator[Taking]:
    """The schools with a store that works, and works again afterwards."""
    for kept in running.cases.kept.values():
        kept.concerns.clear(), kept.filings.clear(), kept.entries.clear(), kept.receipts.clear(), kept.audit.clear()
    yield running
    running.cases.wrong = running.cases.away = None
    running.cases.kept["oak"].guesses.clear()


def rung(answer: httpx.Response) -> list[str]:
    """Every number that a page's warning gives to ring."""
    return list(page_of(answer.text).xpath("//div[@role='alert']//a[starts-with(@href, 'tel:')]/@href"))


@pytest.mark.parametrize("wrong", [NOT_KEPT, OSError("canary-of-an-error"), RuntimeError("canary-of-an-error")])
def test_a_report_the_store_cannot_keep_is_said_not_to_be_kept_with_numbers_and_every_word(
    schools: Taking, wrong: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    sent = schools.form() | {"about": ["lead", "colleague"], "kind": "child", "name": "Pat", "police": "no"}
    schools.cases.wrong = wrong
    with caplog.at_level(logging.DEBUG):
        answer = schools.send(sent, files=[("secret-name.png", b"x")])
    assert (answer.status_code, faults_of(answer.text)) == (503, [])
    words = words_of(page_of(answer.text).get_element_by_id("sp-main"))
    assert "Your report has NOT been kept, and nobody has been told." in words
    for claim in ("received", "is kept", "Your code"):
        assert claim not in words.replace("before it is kept", "").replace("It is kept first; then you are shown a code.", "")
    assert "tel:01632960003" in rung(answer)  # the head
    assert "tel:01632960001" not in rung(answer)  # the lead, whom it is about
    assert (typed_in(answer), fields_of(page_of(answer.text))["about"]) == (STORY, ["colleague", "lead"])
    assert "secret-name.png" in words
    assert schools.messages.said == []
    ours = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("signpost"))
    assert "report.not_kept" in ours
    for canary in ("Xylocanary", "canary-of-an-error", "Pat", "secret-name", sent["filing"]):
        assert canary not in ours
    schools.cases.wrong = None
    assert code_in(schools.send(fields_of(page_of(answer.text))))
    assert schools.said() == [STORY]


def test_a_store_that_cannot_even_be_asked_still_brings_the_page_with_whom_to_ring(schools: Taking) -> None:
    sent = schools.form() | {"about": ["head"]}
    schools.cases.away = ConnectionError("gone")
    answer = schools.send(sent)
    assert (answer.status_code, typed_in(answer), faults_of(answer.text)) == (503, STORY, [])
    assert rung(answer)[0] == "tel:01632960004"  # the chair
    fresh = schools.client.get(REPORT)
    assert (fresh.status_code, faults_of(fresh.text)) == (503, [])
    assert "tel:01632960001" in rung(fresh)
    assert schools.client.get(CHECK).status_code == 200


def test_a_store_that_never_answered_brings_the_page_with_999_and_the_helpline() -> None:
    with taking() as schools:
        schools.cases.away = ConnectionError("gone")
        answer = schools.client.post(REPORT, data={"story": STORY, "about": ["lead", "head"]})
        assert (answer.status_code, typed_in(answer), faults_of(answer.text)) == (503, STORY, [])
        assert rung(answer) == ["tel:08088005000"]
        assert fields_of(page_of(answer.text))["about"] == ["lead", "head"]
        schools.cases.away = None
        assert schools.client.get("/nowhere/report").status_code == 404


def test_where_nobody_is_left_to_read_it_the_reporter_learns_whom_to_ring_outside(schools: Taking) -> None:
    answer = schools.send(schools.form("/ash/report") | {"about": ["head"]}, path="/ash/report")
    assert (answer.status_code, typed_in(answer), faults_of(answer.text)) == (422, STORY, [])
    assert "NOT been kept" in words_of(page_of(answer.text))
    assert rung(answer) == ["tel:08088005000"]
    oak = schools.send(schools.form() | {"about": ["head", "chair"]})
    assert rung(oak) == ["tel:01632960009", "tel:08088005000"]
    assert schools.concerns() == schools.concerns("ash") == []
    assert [line.act for line in schools.cases.kept["ash"].audit] == [Act.NOBODY_LEFT]


@pytest.mark.parametrize("where", [{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"}])
def test_a_form_from_elsewhere_is_not_taken_but_comes_back_whole(schools: Taking, where: dict[str, str]) -> None:
    answer = schools.client.post(REPORT, data=schools.form(), headers=where)
    assert (answer.status_code, typed_in(answer), faults_of(answer.text)) == (403, STORY, [])
    assert schools.concerns() == []
    words = schools.client.post(CHECK, data={"step": "add", "text": STORY}, headers=where)
    assert words.status_code == 403
    assert page_of(words.text).get_element_by_id("sp-text").text.strip() == STORY


def test_an_error_in_the_middle_of_keeping_is_met_the_same(schools: Taking, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise KeyError(STORY)

    sent = schools.form()
    with monkeypatch.context() as during:
        during.setattr(InMemoryCaseUnit, "ping", failing)
        answer = schools.send(sent)
    assert (answer.status_code, typed_in(answer)) == (503, STORY)
    assert code_in(schools.send(fields_of(page_of(answer.text))))  # whatever had been kept of it, it is one report
    assert len(schools.concerns()) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"story=" + STORY.encode()),
        ("application/json", b'{"story": "x"}'),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=", b"----"),
        ("multipart/form-data; boundary=" + "b" * 300, b"--b\r\n"),
        ("multipart/form-data; boundary=b", b"--c\r\nnonsense"),
        ("multipart/form-data; boundary=b", b""),
        ("application/x-www-form-urlencoded", b"%ff%fe=%00&&&=;"),
        ("", b"\x00\xff"),
    ],
)
def test_what_is_no_form_of_ours_is_answered_with_the_form(schools: Taking, kind: str, body: bytes) -> None:
    for path in (REPORT, CHECK):
        answer = schools.client.post(path, content=body, headers={"Content-Type": kind})
        assert (answer.status_code, faults_of(answer.text)) == (422, [])
    assert schools.concerns() == []


def test_a_form_that_broke_off_is_not_taken_for_a_whole_one_and_loses_nothing(schools: Taking) -> None:
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}'
    body = f"{part.format('about', 'pupil')}\r\n{part.format('story', STORY)}"
    answer = schools.client.post(REPORT, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert (answer.status_code, typed_in(answer)) == (422, STORY)
    assert "Part of what your browser sent did not arrive" in words_of(page_of(answer.text))
    assert schools.concerns() == []


def test_a_story_far_too_long_comes_back_as_far_as_it_can_be_read(schools: Taking) -> None:
    story = "word " * 100_000
    answer = schools.send(schools.form() | {"story": story})
    assert answer.status_code == 422
    assert story.startswith(typed_in(answer))
    assert len(typed_in(answer)) > LONGEST_STORY
    assert "more than can be read at once" in words_of(page_of(answer.text))


def test_a_form_of_thousands_of_fields_is_stopped(schools: Taking) -> None:
    answer = schools.send(schools.form() | {f"field-{at}": "x" for at in range(500)})
    assert (answer.status_code, typed_in(answer)) == (422, STORY)
    plain = schools.client.post(REPORT, data=schools.form() | {f"field-{at}": "x" for at in range(500)})
    assert (plain.status_code, typed_in(plain)) == (422, STORY)


def test_a_plain_form_longer_than_any_story_is_refused(schools: Taking) -> None:
    assert schools.client.post(REPORT, content=b"x" * (MOST_STORY + 1), headers=FORM).status_code == 413
    assert schools.client.post(REPORT, data=schools.form() | {"story": "é" * (LONGEST_STORY - 1)}).status_code == 200


def test_no_header_can_be_smuggled_in(schools: Taking) -> None:
    for value in ("x\r\nX-Evil: 1", "x\nSet-Cookie: a=b"):
        for path, field in ((REPORT, "filing"), (REPORT, "name"), (CHECK, "code"), (CHECK, "submission")):
            answer = schools.client.post(path, data=schools.form() | {field: value})
            assert not {"x-evil", "set-cookie"} & set(answer.headers)


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from("\n<>&\"'{}%"), max_size=80)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    story=TEXT.filter(str.strip),
    about=st.lists(TEXT | st.sampled_from(["pupil", "head", "lead"]), max_size=3),
    more=st.dictionaries(
        st.sampled_from(["kind", "wish", "police", "evidence", "name", "filing", "urgent", "step", "code", "text", "submission"]),
        TEXT,
        max_size=5,
    ),
    multipart=st.booleans(),
)
def test_no_form_whatever_breaks_the_page_or_loses_a_story(
    schools: Taking, story: str, about: list[str], more: dict[str, str], multipart: bool
) -> None:
    sent: dict[str, Any] = {"story": story, "about": about} | more
    files = [("files", ("", b""))] if multipart else None
    before = len(schools.concerns())
    answer = schools.client.post(REPORT, data=sent, files=files)
    assert answer.status_code in {200, 422}
    if answer.status_code == 200:
        assert len(schools.concerns()) == before + 1
        assert schools.said()[-1] == story.replace("\r\n", "\n").strip()
    elif more.get("step") != "typed":
        assert typed_in(answer) == story
    back = schools.client.post(CHECK, data=sent, files=files)
    assert back.status_code in {422, 429}
