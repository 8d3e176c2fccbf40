"""Every page there is, as somebody would come to see it, and the steps that journeys share."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import reporting
from tests.e2e.browsing import Browsing

SCHOOL = "Bledington Primary School"
POLICY = "/bledington/policies/social-media"
TWICE_PUBLISHED = "/astley-park/policies/social-media"
HOW_READ = f"{reporting.DESK}/policies/social-media"
QUESTION = "Can I accept a friend request from a parent?"
UNCOVERED = "Can parents set up a class WhatsApp group?"
DISCLOSURE = "A girl in my class has just told me a man online keeps asking her for nude pictures"
TOO_LONG = "a word " * 1000


def ask_at_start(page: Page, question: str, school: str = SCHOOL) -> None:
    """Nothing: a question is asked on the start page, and its reply stands on the page that follows."""
    page.get_by_label("School", exact=True).select_option(label=school)
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".turn")).to_be_visible()


def ask(page: Page, question: str) -> None:
    """Nothing: a question is asked on the chat page, and its reply is the last on it."""
    # With JavaScript it joins those before it, without it stands alone on a new page: either way it is the one not yet marked.
    page.locator(".turn").evaluate_all("turns => turns.forEach(turn => turn.dataset.before = 'yes')")
    page.locator("#sp-question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".turn:not([data-before])")).to_be_visible()


def press(page: Page, label: str) -> None:
    """Nothing: the last button of that name is pressed."""
    page.get_by_role("button", name=label, exact=True).last.click()


def open_clause(page: Page) -> str:
    """The words of the first rule quoted; its link has been followed."""
    words = page.locator(".quote blockquote .words:not(.lead-in)").first.inner_text()
    page.get_by_role("link", name="Open the policy at this clause").first.click()
    page.wait_for_url("**/editions/*")
    return words


def _asked(question: str) -> Callable[[Browsing], Page]:
    def opened(visit: Browsing) -> Page:
        page = visit.open("/bledington/ask")
        ask(page, question)
        return page

    return opened


def _passing_on(visit: Browsing) -> Page:
    page = _asked(QUESTION)(visit)
    press(page, "No")
    press(page, "Pass it on …")
    expect(page.get_by_role("button", name="Without my name")).to_be_visible()
    return page


def _at_clause(visit: Browsing) -> Page:
    page = _asked(QUESTION)(visit)
    open_clause(page)
    return page


def _old_edition(visit: Browsing) -> Page:
    old = f"{TWICE_PUBLISHED}/editions/1"
    page = visit.open(old)
    anchor = page.locator(".clause").nth(6).get_attribute("id")
    page.goto(f"{visit.base}{old}?clause={anchor}#{anchor}")
    return page


def _too_long(visit: Browsing) -> Page:
    visit.expected.add(422)
    page = visit.open("/bledington/ask")
    page.locator("#sp-question").fill(TOO_LONG)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def _not_here(visit: Browsing) -> Page:
    visit.expected.add(404)
    return visit.open("/no-such-school/ask")


def _report_unfinished(visit: Browsing) -> Page:
    visit.expected.add(422)
    page = visit.open(reporting.FORM)
    page.locator("form").evaluate("one => one.noValidate = true")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def _code_typed(typed: str) -> Callable[[Browsing], Page]:
    def opened(visit: Browsing) -> Page:
        page, made = reporting.report(visit)
        visit.expected.add(422)
        page.get_by_label("Type your code back").fill(typed or made.code)
        page.get_by_role("button", name="Check it").click()
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("Write this code down")
        return page

    return opened


def _report_opened(visit: Browsing) -> Page:
    return reporting.open_report(visit, reporting.a_report(visit).code)


def _wrong_code(visit: Browsing) -> Page:
    visit.expected.add(422)
    page = visit.open(reporting.CHECK)
    page.get_by_label("Your code").fill("0000-0000-0000-0000-0000")
    page.get_by_role("button", name="Open my report").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def _withdrawing(visit: Browsing) -> Page:
    page = _report_opened(visit)
    page.get_by_text("Withdraw the report").click()
    page.get_by_role("button", name="Withdraw it …").click()
    expect(page.get_by_role("button", name="Yes, withdraw it")).to_be_visible()
    return page


def _list(visit: Browsing) -> Page:
    reporting.a_report(visit)
    return reporting.at_desk(visit)


def _case(visit: Browsing) -> Page:
    page = reporting.open_case(_list(visit), reporting.a_report(visit).reference)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    return page


def _case_not_changed(visit: Browsing) -> Page:
    page = _case(visit)
    visit.expected.add(422)
    page.get_by_label("Reference of another case").fill("ZZZZZZ")
    page.get_by_role("button", name="Link the two").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed yet")
    return page


def _no_case(visit: Browsing) -> Page:
    visit.expected.add(404)
    return reporting.at_desk(visit, f"{reporting.DESK}/cases/none")


def _clause_to_correct(visit: Browsing) -> Page:
    page = reporting.at_desk(visit, HOW_READ, reporting.HEAD)
    page.get_by_role("link", name="Correct").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("How this clause is read")
    return page


def _clause_corrected(visit: Browsing) -> Page:
    page = _clause_to_correct(visit)
    page.get_by_label("The topic you are speaking of").select_option(index=1)
    page.get_by_label("It only informs about it").check()
    page.get_by_role("button", name="Read it so from now on").click()
    expect(page.get_by_role("status").first).to_contain_text("from now on")
    return page


def _clause_not_corrected(visit: Browsing) -> Page:
    page = _clause_to_correct(visit)
    visit.expected.add(422)
    page.locator("form").evaluate_all("forms => forms.forEach(one => one.noValidate = true)")
    page.get_by_role("button", name="Read it so from now on").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed yet")
    return page


def _heads_page(visit: Browsing) -> Page:
    visit.expected.add(403)
    return reporting.at_desk(visit, HOW_READ)


def _signed_out_while_writing(visit: Browsing) -> Page:
    page = _case(visit)
    visit.context.clear_cookies()
    visit.expected.add(401)
    page.get_by_label("Reply to the reporter").fill("Thank you.")
    page.get_by_role("button", name="Keep this reply").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def _at(path: str) -> Callable[[Browsing], Page]:
    return lambda visit: visit.open(path)


PAGES: dict[str, Callable[[Browsing], Page]] = {
    "start": _at("/"),
    "ask": _at("/bledington/ask"),
    "an answer": _asked(QUESTION),
    "a silence": _asked(UNCOVERED),
    "a disclosure": _asked(DISCLOSURE),
    "passing on": _passing_on,
    "too long": _too_long,
    "policies": _at("/bledington/policies"),
    "a policy": _at(POLICY),
    "a policy of another school": _at("/dobcroft/policies/social-media"),
    "a policy at a clause": _at_clause,
    "an old edition": _old_edition,
    "a search": _at(f"{POLICY}?q=photographs+of+pupils"),
    "a policy filtered": _at(f"{POLICY}?binds=staff"),
    "health check": _at(f"{POLICY}/health"),
    "topics": _at("/topics/samples"),
    "a page that is not here": _not_here,
    "the report form": _at(reporting.FORM),
    "the report form with something missing": _report_unfinished,
    "a report kept": lambda visit: reporting.report(visit)[0],
    "a code typed back": _code_typed(""),
    "a code typed back wrong": _code_typed("no idea"),
    "coming back": _at(reporting.CHECK),
    "a wrong code": _wrong_code,
    "a report come back to": _report_opened,
    "withdrawing": _withdrawing,
    "signing in to the desk": _at(reporting.DESK),
    "a link to the desk": reporting.link_offered_before,
    "the desk": _list,
    "a case": _case,
    "a case that was not changed": _case_not_changed,
    "no such case": _no_case,
    "signed out while writing": _signed_out_while_writing,
    "how policies are read": lambda visit: reporting.at_desk(visit, f"{reporting.DESK}/policies", reporting.HEAD),
    "how a policy is read": lambda visit: reporting.at_desk(visit, HOW_READ, reporting.HEAD),
    "a clause to correct": _clause_to_correct,
    "a clause corrected": _clause_corrected,
    "a clause not corrected": _clause_not_corrected,
    "a page of the head's": _heads_page,
    "the figures": lambda visit: reporting.at_desk(visit, f"{reporting.DESK}/figures"),
}
