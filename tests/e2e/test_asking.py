"""Journeys of somebody who asks: with a mouse, with keys alone, without JavaScript; from the question to the clause."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Browse
from tests.e2e.pages import DISCLOSURE, QUESTION, UNCOVERED, ask, ask_at_start, open_clause, press

EVERY_BROWSER = pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])


@EVERY_BROWSER
def test_a_question_on_the_start_page_leads_to_the_clause_it_quotes(browse: Browse, script: bool) -> None:
    page = browse(java_script_enabled=script).open("/")
    ask_at_start(page, QUESTION)
    expect(page.get_by_role("heading", name="No.", exact=True)).to_be_visible()
    expect(page.locator(".turn")).to_contain_text(QUESTION)
    words = open_clause(page)
    stands_at(page, words)
    if script:
        expect(page.locator(".sent-here")).to_be_focused()


@EVERY_BROWSER
def test_a_follow_up_is_understood_against_the_question_before(browse: Browse, script: bool) -> None:
    page = browse(java_script_enabled=script).open("/bledington/ask")
    ask(page, QUESTION)
    ask(page, "What about former pupils?")
    last = page.locator(".turn").last
    expect(last).to_contain_text("Understood as:")
    expect(last).to_contain_text(re.compile("friend", re.IGNORECASE))
    expect(last.locator(".quote").first).to_be_visible()


@EVERY_BROWSER
def test_an_answer_that_did_not_help_is_passed_on_without_a_name(browse: Browse, script: bool) -> None:
    page = browse(java_script_enabled=script).open("/bledington/ask")
    ask(page, QUESTION)
    press(page, "No")
    expect(page.locator(".turn").last).to_contain_text("noted, without your name")
    press(page, "Pass it on …")
    expect(page.locator(".turn").last).to_contain_text("The head would read this:")
    expect(page.get_by_role("button", name="With my name", exact=True)).to_have_count(0)  # the web page knows no name to give
    press(page, "Without my name")
    expect(page.locator(".turn").last).to_contain_text(re.compile("Kept for the head|Passed on to the head"))
    expect(page.get_by_role("button", name="Without my name")).to_have_count(0)


def test_what_the_policy_does_not_cover_is_said_and_can_be_passed_on(browse: Browse) -> None:
    page = browse().open("/bledington/ask")
    ask(page, UNCOVERED)
    reply = page.locator(".turn .reply")
    expect(reply.get_by_role("heading").first).to_have_text("Your policy doesn't cover this.")
    expect(reply.get_by_role("button", name="Pass it on …")).to_be_visible()


@EVERY_BROWSER
def test_a_disclosure_is_met_with_999_and_numbers_to_ring_before_all_else(browse: Browse, script: bool) -> None:
    page = browse(java_script_enabled=script).open("/bledington/ask")
    ask(page, DISCLOSURE)
    first = page.locator(".turn .reply > *").first
    expect(first).to_have_class("urgent")
    expect(first.locator("p").first.locator('a[href="tel:999"]')).to_be_in_viewport()
    numbers = first.locator(".contacts a[href^='tel:']")
    assert numbers.count() >= 2, "the people to ring and the helpline stand on the card, each with a number"
    assert DISCLOSURE not in page.content(), "what was told is not shown again: somebody may look over a shoulder"
    assert "Did this answer it?" not in page.content()


def test_an_example_is_asked_with_one_press(browse: Browse) -> None:
    page = browse().open("/bledington/ask")
    example = page.locator(".examples button").first
    asked = example.inner_text()
    example.click()
    expect(page.locator(".turn")).to_contain_text(asked)
    expect(page.locator(".turn .quote").first).to_be_visible()
    expect(page.locator(".examples")).to_have_count(0)


def test_another_school_is_chosen_where_one_asks(browse: Browse) -> None:
    page = browse().open("/bledington/ask")
    page.get_by_label("Ask another school").select_option("dobcroft")
    page.get_by_role("button", name="Change school").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dobcroft Junior School")


def test_keys_alone_lead_from_the_start_page_to_the_clause(browse: Browse) -> None:
    page = browse().open("/")
    tab_to(page, "Skip to the page")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sp-main"
    tab_to(page, "School")
    page.keyboard.type("Bledington")
    tab_to(page, "Your question, in your own words")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".turn h2")).to_be_focused()
    words = page.locator(".quote blockquote .words:not(.lead-in)").first.inner_text()
    tab_to(page, "Open the policy at this clause")
    page.keyboard.press("Enter")
    stands_at(page, words)
    tab_to(page, "Copy link")  # from the clause itself, the next thing to reach is its own link


def test_keys_alone_answer_the_question_whether_it_helped(browse: Browse) -> None:
    page = browse().open("/bledington/ask")
    page.locator("#sp-question").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".turn h2")).to_be_focused()
    tab_to(page, "No")
    page.keyboard.press("Space")
    expect(page.locator(".turn").last).to_contain_text("noted, without your name")
    tab_to(page, "Pass it on …")


def stands_at(page: Page, words: str) -> None:
    """Nothing: the page shows these words as the clause one was sent to: marked, in view, and told to those who hear the page."""
    clause = page.locator(".clause.sent-here")
    expect(clause).to_have_count(1)
    expect(clause.locator(".words")).to_have_text(words)
    expect(clause).to_be_in_viewport()
    expect(clause).to_contain_text("You were sent to this clause")
    expect(page.get_by_role("status").filter(has_text="You were sent to").first).to_be_attached()
    paint = "one => getComputedStyle(one).backgroundColor"
    assert clause.evaluate(paint) != page.locator(".clause:not(.sent-here)").first.evaluate(paint), "the clause is not highlighted"


NAME = "one => (one.labels?.[0]?.textContent ?? one.textContent).trim()"
FOCUS = """one => { const style = getComputedStyle(one);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; }"""


def tab_to(page: Page, name: str) -> None:
    """Nothing: the Tab key was pressed until what starts with this name has the focus, and at each stop one could see where one is."""
    passed = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate_handle("document.activeElement").as_element()
        assert stop is not None
        passed.append(str(stop.evaluate(NAME)))
        assert stop.evaluate(FOCUS), f"no sign of focus on “{passed[-1][:60]}”"
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"“{name}” is not reached with Tab: {passed}")
