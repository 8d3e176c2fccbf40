"""The chat page without a script: a question in, the same answer as at every door out, and buttons that work."""

from __future__ import annotations

import httpx
import pytest
from lxml.html import HtmlElement

from bot.links import clause_path
from tests.adapters.web.page import faults_of, page_of, words_of
from tests.adapters.web.schools import ABOUT_LEAD, FRIENDS, FRIENDS_ANCHOR, QUESTION, WORRY

PART = {"X-Signpost-Part": "turn"}


def asked(client: httpx.Client, question: str, conversation: str = "", school: str = "oak") -> HtmlElement:
    """The page after a question."""
    answer = client.post(f"/{school}/ask", data={"question": question, "conversation": conversation})
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    return page_of(answer.text)


def pressed(client: httpx.Client, page: HtmlElement, label: str) -> HtmlElement:
    """The page after a button."""
    form = next(form for form in page.xpath("//form[@class='choices']") if label in words_of(form))
    fields = dict(zip(form.xpath(".//input/@name"), form.xpath(".//input/@value"), strict=True))
    button = next(button for button in form.xpath(".//button") if words_of(button) == label)
    answer = client.post(form.get("action"), data=fields | {button.get("name"): button.get("value")})
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    return page_of(answer.text)


def conversation_of(page: HtmlElement) -> str:
    """The conversation that the page goes on with."""
    return str(page.xpath("//form[@id='sp-ask']/input[@name='conversation']/@value")[0])


def test_a_question_is_answered_with_the_rule_and_a_link_on_this_site(web: httpx.Client) -> None:
    page = asked(web, QUESTION)
    reply = page.xpath("//article[@class='turn']")[0]
    assert words_of(reply.xpath(".//h2")[0]) == f"You asked: {QUESTION}"
    assert words_of(reply.xpath(".//h3")[0]) == "No."
    assert FRIENDS in words_of(reply)
    assert clause_path("oak", "social-media", 2, FRIENDS_ANCHOR) in reply.xpath(".//a/@href")


def test_the_script_gets_the_reply_alone(web: httpx.Client) -> None:
    answer = web.post("/oak/ask", data={"question": QUESTION}, headers=PART)
    assert answer.text.lstrip().startswith("<article")
    assert "<html" not in answer.text
    assert FRIENDS in answer.text


def test_no_form_puts_a_question_in_an_address_and_no_reply_is_kept_by_the_browser(web: httpx.Client) -> None:
    for answer in (web.get("/oak/ask"), web.post("/oak/ask", data={"question": QUESTION}), web.post("/oak/press", data={"press": "x"})):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
    assert web.get(f"/oak/ask?question={QUESTION}").text.count("accept a friend request from a parent?") == web.get("/oak/ask").text.count(
        "accept a friend request from a parent?"
    )


def test_a_follow_up_is_understood_within_its_conversation_and_in_no_other(web: httpx.Client) -> None:
    first = asked(web, "can I accept a friend request from a pupil?")
    assert "Understood as: can I accept a friend request from parents?" in words_of(
        asked(web, "what about parents?", conversation_of(first))
    )
    assert "Understood as" not in words_of(asked(web, "what about parents?"))


@pytest.mark.parametrize("made_up", ["x", "a b" * 10, "../../etc/passwd-and-more", "x" * 500, "ééééééééééééééééééééé"])
def test_a_conversation_id_that_is_none_of_ours_is_replaced(web: httpx.Client, made_up: str) -> None:
    assert conversation_of(asked(web, QUESTION, made_up)) != made_up


def test_feedback_and_passing_on_work_by_forms_alone(web: httpx.Client) -> None:
    page = pressed(web, asked(web, QUESTION), "No")
    assert "noted, without your name" in words_of(page)
    page = pressed(web, page, "Pass it on …")
    assert "The head would read this" in words_of(page)
    assert "With my name" not in words_of(page)  # the web knows nobody's
    assert "Kept for the head" in words_of(pressed(web, page, "Without my name"))


def test_a_button_pressed_from_another_conversation_is_refused(web: httpx.Client) -> None:
    press = asked(web, QUESTION).xpath("//button[@name='press']/@value")[0]
    answer = web.post("/oak/press", data={"press": press, "conversation": "somebody-elses-conversation"})
    assert "Only the person who asked can press this" in answer.text


def test_a_worry_shows_999_and_numbers_to_ring_and_is_not_repeated(web: httpx.Client) -> None:
    page = asked(web, WORRY)
    assert page.xpath("//article//text()[contains(., '999')]")
    urgent = page.xpath("//section[@class='urgent']")[0]
    assert urgent.getprevious() is None  # nothing stands above it in the reply
    assert {"tel:999", "tel:01632960001", "tel:08088005000"} <= set(urgent.xpath(".//a/@href"))
    assert "xylocanary" not in words_of(page)


def test_a_worry_about_the_lead_names_the_lead_nowhere_on_the_page(web: httpx.Client) -> None:
    assert "Ann Lee" in words_of(page_of(web.get("/oak/ask").text))
    page = asked(web, ABOUT_LEAD)
    assert "Jo Hall" in words_of(page)
    assert "Ann Lee" not in words_of(page)


def test_what_is_typed_is_shown_as_words(web: httpx.Client) -> None:
    text = web.post("/oak/ask", data={"question": "<script>alert(1)</script> can I {{7*7}} friend parents?\x00"}).text
    assert "<script>alert" not in text
    assert "{{7*7}}" in text
    assert "\x00" not in text


def test_a_question_that_is_too_long_is_kept_in_the_box(web: httpx.Client) -> None:
    typed = "can I </textarea><script>alert(1)</script> " * 200
    answer = web.post("/oak/ask", data={"question": typed})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    page = page_of(answer.text)
    assert page.xpath("string(//textarea)").removeprefix("\n") == typed  # browsers leave out the first line break
    assert "6,000 at most" in words_of(page.get_element_by_id("sp-wrong"))


def test_nothing_asked_is_met_with_help(web: httpx.Client) -> None:
    for empty in ("", "   ", "\n"):
        assert "Ask what your school" in words_of(asked(web, empty))


def test_a_school_without_a_policy_says_so(web: httpx.Client) -> None:
    assert "has not published a policy here yet" in words_of(asked(web, QUESTION, school="elm"))


def test_a_school_that_is_not_there_is_not_asked(web: httpx.Client) -> None:
    assert web.post("/none/ask", data={"question": QUESTION}).status_code == 404
    assert web.post("/none/press", data={"press": "x.yes"}).status_code == 404


def test_the_demo_asks_any_school_from_its_start_page(demo: httpx.Client) -> None:
    answer = demo.post("/ask", data={"school": "oak", "question": QUESTION}, follow_redirects=True)
    assert answer.url.path == "/oak/ask"
    assert not answer.url.query
    assert FRIENDS in words_of(page_of(answer.text))
    assert demo.get("/ask?school=ash", follow_redirects=True).url.path == "/ash/ask"
    assert demo.post("/ask", data={"school": "//evil.example", "question": QUESTION}).status_code == 404


def test_only_the_demo_has_a_school_picker(web: httpx.Client, demo: httpx.Client) -> None:
    assert page_of(demo.get("/oak/ask").text).xpath("//select/option[@selected]/@value") == ["oak"]
    assert not page_of(web.get("/oak/ask").text).xpath("//select")
    assert "Ash School" not in web.get("/oak/ask").text


@pytest.mark.parametrize("body", [b"\xff\xfe=%ff&question", b"question=%", b"=&=&==", b"a=1&" * 50])
def test_a_form_that_is_no_form_is_never_our_error(web: httpx.Client, body: bytes) -> None:
    answer = web.post("/oak/ask", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code in {200, 400}
    assert faults_of(answer.text) == []


def test_a_broken_upload_is_refused(web: httpx.Client) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = web.post("/oak/ask", content=b"--x\r\nnonsense", headers={"Content-Type": content_type})
        assert answer.status_code in {200, 400}
        assert faults_of(answer.text) == []
    assert web.post("/oak/ask", files={"question": ("x.txt", b"can I")}).status_code == 400
