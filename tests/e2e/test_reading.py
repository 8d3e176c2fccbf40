"""Journeys of somebody who reads: policies, their editions, search, print, the topics of all schools."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
from playwright.sync_api import expect

from tests.e2e.conftest import Browse
from tests.e2e.pages import PAGES, POLICY
from tests.e2e.running import ADDED
from tests.e2e.test_asking import stands_at


def test_a_search_on_the_policy_page_leads_to_the_clause_in_its_place(browse: Browse) -> None:
    page = browse().open(POLICY)
    page.get_by_role("searchbox", name="Search this policy").fill("friend request from a parent")
    page.keyboard.press("Enter")
    found = page.locator(".results .quote")
    expect(found.first).to_contain_text("friend")
    words = found.first.locator(".words:not(.lead-in)").inner_text()
    found.first.get_by_role("link", name="Read it in its place").click()
    stands_at(page, words)


def test_the_filters_leave_only_what_was_chosen_and_can_be_undone(browse: Browse) -> None:
    page = browse().open(POLICY)
    whole = page.locator(".clause").count()
    chosen = page.get_by_label("Topic", exact=True).locator("optgroup option").first
    count = int(re.search(r"\((\d+)\)$", chosen.inner_text().strip())[1])  # type: ignore[index]
    page.get_by_label("Topic", exact=True).select_option(chosen.get_attribute("value"))
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".clause")).to_have_count(count)
    expect(page.get_by_role("status").filter(has_text=f"{count} of {whole} clauses shown")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".clause")).to_have_count(whole)


def test_each_clause_has_a_link_that_can_be_copied(browse: Browse) -> None:
    visit = browse(permissions=["clipboard-read", "clipboard-write"])
    page = visit.open(POLICY)
    clause = page.locator(".clause").nth(4)
    words = clause.locator(".words").inner_text()
    clause.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Link copied.")).to_be_attached()
    stands_at(visit.open(str(page.evaluate("navigator.clipboard.readText()"))), words)


def test_every_clause_is_on_the_printed_pages_and_no_button_is(browse: Browse, tmp_path: Path) -> None:
    page = browse().open(POLICY)
    clauses = page.locator(".clause .words").all_inner_texts()
    page.pdf(path=tmp_path / "printed.pdf", format="A4")
    printed = _letters(" ".join(leaf.get_textpage().get_text_range() for leaf in pypdfium2.PdfDocument(tmp_path / "printed.pdf")))
    lost = [clause for clause in clauses if _letters(clause) not in printed]
    assert len(clauses) > 20
    assert not lost, f"not printed: {lost[:3]}"
    assert not [button for button in ("Copylink", "Searchthispolicy", "Skiptothepage") if button in printed]


def test_the_table_of_topics_shows_where_schools_differ_and_opens_the_clause(browse: Browse) -> None:
    page = browse().open("/topics/samples")
    rows = page.locator("table.topics tbody tr:not(.family)")
    for tab in ("All topics", "Where policies differ", "Where one is silent"):
        link = page.get_by_role("link", name=re.compile(tab))
        count = int(re.search(r"\((\d+)\)", link.inner_text())[1])  # type: ignore[index]
        link.click()
        expect(rows).to_have_count(count)
        expect(page.get_by_role("link", name=re.compile(tab))).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name=re.compile("Where policies differ")).click()
    page.wait_for_url("**show=differ*")
    assert rows.evaluate_all("rows => rows.every(row => new Set([...row.cells].slice(1).map(one => one.innerText)).size > 1)")
    page.locator("td a.stance.forbids").first.click()
    stands_at(page, page.locator(".clause.sent-here .words").inner_text())


def test_the_health_check_names_a_clause_and_opens_it(browse: Browse) -> None:
    page = browse().open(f"{POLICY}/health")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Health check")
    page.locator(".findings a[href*='clause=']").first.click()
    stands_at(page, page.locator(".clause.sent-here .words").inner_text())


def test_a_link_to_an_old_edition_opens_it_and_leads_to_the_same_clause_in_the_new_one(browse: Browse) -> None:
    page = PAGES["an old edition"](browse())
    words = page.locator(".clause.sent-here .words").inner_text()
    stands_at(page, words)
    expect(page.get_by_text("This is an old edition.")).to_be_visible()
    expect(page).to_have_title(re.compile("old edition 1"))
    page.get_by_role("link", name="Read the same clause in the current edition").click()
    page.wait_for_url("**/editions/2?*")
    stands_at(page, words)
    expect(page.get_by_text("This is an old edition.")).to_have_count(0)


def test_a_newly_published_edition_is_what_is_read_and_asked(browse: Browse) -> None:
    page = browse().open("/astley-park/policies/social-media")
    expect(page.locator(".facts")).to_contain_text("Edition 2")
    expect(page.get_by_text(ADDED)).to_be_visible()
    page.get_by_text("All editions").click()
    page.get_by_role("link", name="Edition 1", exact=True).click()
    expect(page.get_by_text(ADDED)).to_have_count(0)
    expect(page.get_by_text("This is an old edition.")).to_be_visible()


def _letters(text: str) -> str:
    """Without spaces, line ends, and the sign that stands for a hyphen at a line's end: a page breaks lines where it likes."""
    return re.sub(r"[\s\ufffe\u00ad-]", "", text)
