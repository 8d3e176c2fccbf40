"""One case at the desk over HTTP: everything that can be done to it, once however often it is sent, and no word lost on the way."""

from __future__ import annotations

import html as entities
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from adapters.web.desk_acts import ACTS
from adapters.web.desk_view import LADO
from bot.concerns.concern import About, Concern, EntryKind, Kind, Outcome, Route, State, Wish
from bot.concerns.filing import Filed
from bot.concerns.form import EVIDENCE_ADVICE, IMAGES
from bot.concerns.ports import Act
from bot.ports import NotKept
from bot.school import Role
from tests.adapters.web.at_desk import CHAIR, HEAD, LEAD, STORY, AtDesk, another, new_id, serving, submission_in
from tests.adapters.web.page import faults_of, page_of, words_of

LONG = "A reply that took half an hour to write.\nWith two lines & <b>signs</b>."


@pytest.fixture
def desk() -> AtDesk:
    """A desk."""
    return AtDesk()


@pytest.fixture
def filed(desk: AtDesk) -> Filed:
    """A report that came in on Monday at 14:00."""
    return desk.file()


@pytest.fixture
def browser(desk: AtDesk, filed: Filed) -> Iterator[httpx.Client]:
    """The lead's browser, signed in, sixteen hours later."""
    desk.wait(hours=16, minutes=5)
    with serving(desk) as client:
        desk.sign_in(client)
        yield client


def path_of(filed: Filed) -> str:
    """Where a case is."""
    return f"/oak/desk/cases/{filed.concern}"


def send(browser: httpx.Client, filed: Filed, act: str, **fields: str) -> httpx.Response:
    """What comes of a form of the case's page."""
    return browser.post(f"{path_of(filed)}/{act}", data={"submission": new_id(), **fields})


def done(browser: httpx.Client, filed: Filed, act: str, **fields: str) -> str:
    """The words of the page after a form was sent and used."""
    answer = send(browser, filed, act, **fields)
    assert answer.status_code == 303, words_of(page_of(answer.text))
    page = browser.get(answer.headers["location"])
    assert (page.status_code, faults_of(page.text)) == (200, [])
    told = words_of(page_of(page.text))
    assert ACTS[act].done in told
    return told


def concern_of(desk: AtDesk, filed: Filed) -> Concern:
    """The concern as it now is."""
    return desk.cases.kept["oak"].concerns[filed.concern]


def test_a_case_tells_its_story_first_and_all_else_in_words(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    answer = browser.get(path_of(filed))
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    told = words_of(page_of(answer.text))
    for words in (
        f"Report {filed.reference}",
        "Received: waiting for somebody to take it",
        "Nobody has taken this yet",
        "a pupil",
        "Cyber-bullying or online harassment",
        "That something is done",
        "Not decided yet",
        "Not kept yet",
        "yesterday, about 14:00",
        "the school's network may know",
        EVIDENCE_ADVICE,
        "is for the person who was bullied to decide",
        "Nobody is told by message",
        "Never seen by the reporter",
        "Opened the case",
    ):
        assert words in told, words
    assert entities.escape(STORY, quote=True) in answer.text
    assert (
        told.index("Xylocanary") < told.index("That something is done") < told.index("Reply to the reporter") < told.index("Hand over to")
    )
    assert not concern_of(desk, filed).unread


def test_an_allegation_says_where_it_goes_and_whom_it_is_kept_from(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file(About.DEPUTY, kind=Kind.CONDUCT, urgent=True)
    told = words_of(page_of(browser.get(path_of(filed)).text))
    assert f"{LADO}: Pat Fox, 01632 960100." in told
    assert "Do not speak of it to Raj Shah (Deputy safeguarding lead)" in told
    assert "999 and children's social care" in told
    assert "Urgent" in told


def test_the_name_that_was_given_is_shown_and_none_where_none_was(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    named = desk.file(route=Route.NAMED, name="Tom Bird")
    assert "Reporter Tom Bird" in words_of(page_of(browser.get(path_of(named)).text))
    assert "Reporter" not in [words_of(one) for one in page_of(browser.get(path_of(filed)).text).xpath("//dt")]


def test_acknowledging_takes_it_and_a_second_press_changes_nothing(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    told = done(browser, filed, "acknowledge")
    assert "Taken by you, today, 06:05." in told
    at = concern_of(desk, filed).taken_at
    desk.wait(minutes=1)
    done(browser, filed, "acknowledge")
    assert concern_of(desk, filed).taken_at == at
    assert concern_of(desk, filed).taken_by == LEAD


def test_a_reply_reaches_the_reporter_once_however_often_it_is_sent(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    submission = submission_in(browser.get(path_of(filed)).text)
    for _ in range(3):
        assert "Replied to the reporter" in done(browser, filed, "reply", text="Thank you. Can you say when?", submission=submission)
    visit = desk.reports.returning.read("oak", filed.receipt.code)
    assert [entry.text for entry in visit.entries if entry.kind is EntryKind.REPLY] == ["Thank you. Can you say when?"]
    assert concern_of(desk, filed).state is State.IN_ACTION


def test_what_the_reporter_adds_stands_in_the_thread(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    desk.reports.returning.add("oak", filed.receipt.code, "It happened again today.", new_id())
    told = words_of(page_of(browser.get(path_of(filed)).text))
    assert "Added to the report The reporter · today, about 06:00 It happened again today." in told


def test_a_note_and_a_decision_are_never_the_reporters_to_read(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    assert "Ann Lee (Designated safeguarding lead)" in done(browser, filed, "note", text="Ring the mother")
    told = done(browser, filed, "decide", text="Spoke to both", reason="It was not meant")
    assert "Spoke to both Why: It was not meant" in told
    visit = desk.reports.returning.read("oak", filed.receipt.code)
    assert {entry.kind for entry in visit.entries} == {EntryKind.STORY}
    assert concern_of(desk, filed).state is State.IN_ACTION


def test_a_case_is_closed_with_what_came_of_it_and_taken_up_again(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    done(browser, filed, "reply", text="I am on it")
    submission = new_id()
    for _ in range(2):
        told = done(browser, filed, "close", outcome="settled", reason="They made up", submission=submission)
    assert "What came of it: Settled within the school. It is kept until 23 Nov 2032" in told
    assert "Why: They made up" in told
    assert concern_of(desk, filed).outcome is Outcome.SETTLED
    submission = new_id()
    for _ in range(2):
        told = done(browser, filed, "reopen", reason="It began again", submission=submission)
    assert "Taken by you" in told
    assert concern_of(desk, filed).state is State.IN_ACTION


def test_a_case_is_handed_to_a_role_with_a_reason(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    submission = new_id()
    for _ in range(2):
        told = done(browser, filed, "hand-over", role="chair", reason="The head is away", submission=submission)
    assert "Handed over to Chair of governors" in told
    assert concern_of(desk, filed).also == {Role.CHAIR}
    with another(browser) as of_chair:
        desk.sign_in(of_chair, CHAIR)
        assert STORY.partition("\n")[0] in of_chair.get(path_of(filed)).text


def test_two_cases_name_each_other(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    other = desk.file(story="Another")
    done(browser, filed, "link", reference=f" {other.reference.lower()} ")
    for one, named in ((filed, other), (other, filed)):
        assert page_of(browser.get(path_of(one)).text).xpath(f"//a[@href='{path_of(named)}' and text()='{named.reference}']")


@pytest.mark.parametrize("reference", ["NONE00", "", "self"])
def test_a_case_that_is_not_there_cannot_be_linked(browser: httpx.Client, filed: Filed, reference: str) -> None:
    answer = send(browser, filed, "link", reference=filed.reference if reference == "self" else reference)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    assert "No other case at your desk has that reference" in answer.text


def test_the_desk_sorts_a_case_and_says_how_long_it_is_kept(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    assert "A child who may be harmed or at risk" in done(browser, filed, "sort", kind="child")
    done(browser, filed, "keep", day="2040-01-31", reason="The insurer asks for it")
    assert concern_of(desk, filed).kind is Kind.CHILD
    assert concern_of(desk, filed).keep_until.isoformat() == "2040-01-31"


def test_a_closed_case_is_deleted_once_its_reference_is_typed(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    assert "Delete the case" not in browser.get(path_of(filed)).text
    assert "close it first" in send(browser, filed, "delete", reference=filed.reference).text
    done(browser, filed, "acknowledge")
    done(browser, filed, "close", outcome="advice", reason="Advised")
    wrong = send(browser, filed, "delete", reference="WRONG1")
    assert (wrong.status_code, faults_of(wrong.text)) == (422, [])
    assert filed.concern in desk.cases.kept["oak"].concerns
    answer = send(browser, filed, "delete", reference=filed.reference)
    assert (answer.status_code, answer.headers["location"]) == (303, "/oak/desk?done=delete")
    assert "deleted for good a week from now" in browser.get(answer.headers["location"]).text
    assert "To be deleted for good after" in browser.get(path_of(filed)).text
    assert desk.reports.delete_expired((desk.at + timedelta(days=8)).date()) == 1
    assert browser.get(path_of(filed)).status_code == 404


def test_a_withdrawn_case_says_that_one_may_still_have_to_act(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    desk.reports.returning.withdraw("oak", filed.receipt.code)
    told = words_of(page_of(browser.get(path_of(filed)).text))
    assert "you still have to act" in told
    assert "The reporter withdrew the report." in told
    done(browser, filed, "close", outcome="no_action", reason="As wished")


@pytest.mark.parametrize(
    ("act", "fields", "sentence"),
    [
        ("reply", {"text": " "}, "Write it in the box first."),
        ("note", {}, "Write it in the box first."),
        ("decide", {"text": "Rang the parents"}, "Write the reason"),
        ("decide", {"text": "x" * 20_001, "reason": "y"}, "20,001 characters and 20,000 fit"),
        ("close", {"reason": "All is well"}, "Choose what came of it."),
        ("close", {"outcome": "settled", "reason": "All is well"}, "nobody can close it now"),
        ("reopen", {"reason": "It began again"}, "nobody can take it up again now"),
        ("hand-over", {"reason": "I am away"}, "Choose who is to see it too."),
        ("hand-over", {"role": "head", "reason": "I am away"}, "The case cannot go to that role."),
        ("hand-over", {"role": "it", "reason": "I am away"}, "The case cannot go to that role."),
        ("sort", {"kind": "odd"}, "Choose what kind of concern it is."),
        ("keep", {"day": "next year", "reason": "The insurer"}, "write it like 2031-08-31"),
        ("keep", {"day": "2020-01-01", "reason": "The insurer"}, "Choose a day in the future"),
    ],
)
def test_a_form_that_cannot_be_used_comes_back_with_what_was_typed_and_why(
    desk: AtDesk, browser: httpx.Client, filed: Filed, act: str, fields: dict[str, str], sentence: str
) -> None:
    entries = len(desk.cases.kept["oak"].entries[filed.concern])
    answer = send(browser, filed, act, **fields)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    page = page_of(answer.text)
    assert sentence in words_of(page.xpath("//*[@role='alert']")[0])
    for name, typed in fields.items():
        if name in {"text", "reason"}:
            assert page.xpath(f"//*[@id='sp-{act}-{name}']")[0].text_content().lstrip("\n") == typed
    if invalid := page.xpath("//*[@aria-invalid]"):
        described = set(" ".join(one.get("aria-describedby") for one in invalid).split())
        assert described <= set(page.xpath("//@id"))
    assert len(desk.cases.kept["oak"].entries[filed.concern]) == entries


def test_words_typed_while_the_session_ran_out_are_given_back_and_can_be_sent_once_signed_in(
    desk: AtDesk, browser: httpx.Client, filed: Filed
) -> None:
    submission = submission_in(browser.get(path_of(filed)).text)
    desk.wait(hours=1)
    answer = browser.post(f"{path_of(filed)}/decide", data={"text": LONG, "reason": "Because <i>", "submission": submission})
    assert (answer.status_code, faults_of(answer.text)) == (401, [])
    page = page_of(answer.text)
    again = page.xpath("//form[.//textarea]")[0]
    assert again.get("action") == f"{path_of(filed)}/decide"
    fields = {one.get("name"): one.text_content().lstrip("\n") for one in again.xpath(".//textarea")}
    assert fields == {"text": LONG, "reason": "Because <i>"}
    assert filed.reference not in answer.text
    assert STORY.partition(":")[0] not in answer.text
    desk.sign_in(browser)
    sent = fields | {"submission": again.xpath(".//input[@name='submission']/@value")[0]}
    for _ in range(2):
        assert browser.post(again.get("action"), data=sent).status_code == 303
    entries = desk.cases.kept["oak"].entries[filed.concern]
    assert [(one.text, one.reason) for one in entries if one.kind is EntryKind.DECISION] == [(LONG, "Because <i>")]


def test_words_that_the_store_cannot_keep_are_given_back(
    desk: AtDesk, browser: httpx.Client, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(school: str) -> None:
        raise NotKept("The disk is full.", "Make room.")

    with monkeypatch.context() as broken:
        broken.setattr(desk.cases, "unit", full)
        answer = browser.post(f"{path_of(filed)}/reply", data={"text": LONG, "submission": "s" * 22})
        assert (answer.status_code, faults_of(answer.text)) == (503, [])
        assert browser.post(f"{path_of(filed)}/acknowledge").status_code == 500
    again = page_of(answer.text).xpath("//form")[0]
    assert again.xpath(".//textarea")[0].text_content().lstrip("\n") == LONG
    assert browser.post(again.get("action"), data={"text": LONG, "submission": "s" * 22}).status_code == 303


def test_a_long_reply_in_any_script_gets_through(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    text = "\N{CJK UNIFIED IDEOGRAPH-8A71}" * 20_000
    assert send(browser, filed, "reply", text=text).status_code == 303
    assert desk.reports.returning.read("oak", filed.receipt.code).entries[-1].text == text


def test_what_is_not_done_to_cases_is_not_there_and_reading_alone_does_nothing(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    assert send(browser, filed, "burn").status_code == 404
    for act in ACTS:
        assert browser.get(f"{path_of(filed)}/{act}").status_code == 405
    assert concern_of(desk, filed).state is State.RECEIVED


def test_a_form_of_another_site_does_nothing(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    for act in ACTS:
        answer = browser.post(f"{path_of(filed)}/{act}", data={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert concern_of(desk, filed).state is State.RECEIVED


def test_a_file_comes_as_a_download_that_no_browser_opens_in_its_page(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    desk.reports.returning.attach("oak", filed.receipt.code, "picture-1.jpg", "image/jpeg", b"\xff\xd8\xff picture")
    desk.reports.returning.attach("oak", filed.receipt.code, '../"x\r\nSet-Cookie: a=b;.svg', "image/svg+xml", b"<svg onload=alert(1)>")
    page = browser.get(path_of(filed))
    assert faults_of(page.text) == []
    assert IMAGES in words_of(page_of(page.text))
    picture, odd = page_of(page.text).xpath("//ul[@class='desk-files']//a/@href")
    answer = browser.get(picture)
    assert (answer.status_code, answer.content) == (200, b"\xff\xd8\xff picture")
    expected = {
        "content-disposition": 'attachment; filename="picture-1.jpg"',
        "content-type": "image/jpeg",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow",
    }
    assert {name: answer.headers[name] for name in expected} == expected
    answer = browser.get(odd)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="x-Set-Cookie- a-b.bin"'
    assert "set-cookie" not in answer.headers
    assert Act.OPENED_FILE in {line.act for line in desk.cases.kept["oak"].audit}


def test_a_chronology_is_taken_away_and_that_is_noted(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    for kind, media in (("pdf", "application/pdf"), ("csv", "text/csv; charset=utf-8")):
        answer = browser.get(f"{path_of(filed)}/chronology.{kind}")
        assert answer.headers["content-disposition"] == f'attachment; filename="chronology-{filed.reference}.{kind}"'
        assert answer.headers["content-type"] == media
        assert b"Xylocanary" in answer.content
    assert sum(line.act is Act.EXPORTED for line in desk.cases.kept["oak"].audit) == 2


def test_figures_tell_how_they_are_counted_and_no_small_number(desk: AtDesk, browser: httpx.Client) -> None:
    empty = browser.get("/ash/desk/figures")
    assert empty.status_code == 401
    for _ in range(5):
        desk.file(wish=Wish.RECORD)
    answer = browser.get("/oak/desk/figures")
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    told = words_of(page_of(answer.text))
    assert "Cyber-bullying or online harassment 6" in told
    assert "fewer than 5" in told
    assert "Autumn 2026" in told
    assert page_of(answer.text).xpath("//*[local-name()='svg']")
    assert browser.get("/oak/desk/figures.csv").headers["content-disposition"] == 'attachment; filename="figures.csv"'


def test_an_empty_desk_has_no_figures(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    desk.cases.kept["oak"].concerns.clear()
    assert "There is nothing to count yet" in browser.get("/oak/desk/figures").text


def test_the_history_keeps_a_nameless_reporters_times_rough(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    desk.wait(minutes=7)
    desk.reports.returning.read("oak", filed.receipt.code)
    told = words_of(page_of(browser.get(path_of(filed)).text))
    assert "today, about 06:00 The reporter: Looked at the report with the receipt code" in told
    assert "Designated safeguarding lead: Opened the case" in told


def test_somebody_else_having_it_is_said(desk: AtDesk, browser: httpx.Client, filed: Filed) -> None:
    desk.reports.desk.acknowledge("oak", HEAD, filed.concern)
    desk.at += timedelta(days=10)
    desk.sign_in(browser)
    assert "Taken by Jo Hall (Head), Tue 24 Nov 2026, 06:05" in words_of(page_of(browser.get(path_of(filed)).text))
