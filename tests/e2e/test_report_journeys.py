"""Journeys of somebody who reports from a phone without JavaScript, and of the lead who answers: by mouse, by keys alone, to the file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import PHONE, Browsing
from tests.e2e.conftest import Browse
from tests.e2e.reporting import CHECK, DESK, FORM, HEAD, STORY, at_desk, fill, offered_link, open_case, open_report, report, send
from tests.e2e.running import Running
from tests.e2e.test_asking import tab_to

REPLY = "Thank you. Please do not answer them. I have asked the provider to take the account down; can we talk on Thursday?"


def on_a_phone(browse: Browse) -> Browsing:
    """A phone that runs no script."""
    return browse(size=PHONE, java_script_enabled=False)


def test_on_a_phone_without_javascript_somebody_reports_reads_the_answer_adds_to_it_and_withdraws(browse: Browse) -> None:
    phone = on_a_phone(browse)
    page, made = report(phone, files=True)
    expect(page.get_by_text("1 file kept with your report.")).to_be_visible()
    phone.expected.add(422)
    page.get_by_label("Type your code back").fill("no idea")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("alert")).to_contain_text("Your report is kept whatever you type here")
    page.get_by_label("Type your code back").fill(made.code.lower().replace("-", " "))
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You can close this page")
    assert phone.context.cookies() == []

    lead = open_case(at_desk(browse()), made.reference)
    assert lead.locator("blockquote.story").inner_text() == STORY
    with lead.expect_download() as download:
        lead.get_by_role("link", name="Download picture-1.png").click()
    assert download.value.suggested_filename == "picture-1.png"
    lead.get_by_label("Reply to the reporter").fill(REPLY)
    lead.get_by_role("button", name="Keep this reply").click()
    expect(lead.get_by_role("status")).to_contain_text("Your reply is kept")

    later = on_a_phone(browse)
    page = open_report(later, made.code)
    expect(page.get_by_text("There is an answer for you.")).to_be_visible()
    expect(page.locator(".thread")).to_contain_text(REPLY)
    page.get_by_label("Answer, or add to your report").fill("Thursday is fine.")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("status")).to_contain_text("has been added")
    page.get_by_text("Change what you wish about the police").click()
    page.get_by_label("do you want the police told?").select_option(label="Yes")
    page.get_by_role("button", name="Change it").click()
    page.get_by_text("Withdraw the report").click()
    page.get_by_role("button", name="Withdraw it …").click()
    page.get_by_role("button", name="Yes, withdraw it").click()
    expect(page.get_by_role("status")).to_contain_text("withdrawn")
    assert later.context.cookies() == []
    assert made.code not in page.url

    lead.goto(lead.url.partition("?")[0])
    expect(lead.locator("#sp-next")).to_contain_text("Withdrawn by the reporter")
    expect(lead.get_by_text("Thursday is fine.")).to_be_visible()
    expect(lead.locator(".desk-facts")).to_contain_text("Wants the police told")


def test_what_was_written_on_a_phone_is_still_there_when_something_is_missing(browse: Browse) -> None:
    phone = on_a_phone(browse)
    phone.expected.add(422)
    page = phone.open(FORM)
    fill(page)
    page.get_by_label("A colleague, volunteer or governor").uncheck()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick who it is about")
    expect(page.locator("#sp-story")).to_have_value(STORY)
    page.get_by_role("alert").get_by_role("link").first.click()
    page.get_by_label("A colleague, volunteer or governor").check()
    send(page)


def test_a_code_that_opens_nothing_says_so_and_keeps_nothing(browse: Browse) -> None:
    phone = on_a_phone(browse)
    phone.expected.add(422)
    page = phone.open(CHECK)
    page.get_by_label("Your code").fill("ABCD-EFGH-JKMN-PQRS-TVWX")
    page.get_by_role("button", name="Open my report").click()
    expect(page.get_by_role("alert")).to_contain_text("That code opens no report here")
    assert phone.context.cookies() == []


def test_the_lead_takes_a_report_decides_hands_it_over_closes_it_and_takes_the_chronology_away(browse: Browse, tmp_path: Path) -> None:
    _, made = report(browse())
    visit = browse()
    page = at_desk(visit)
    row = page.locator("li.card").filter(has_text=made.reference)
    expect(row).to_contain_text("Waits since")
    row.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("status")).to_contain_text("has been taken")
    expect(page.locator("#sp-next")).to_contain_text("Acknowledged")

    page.get_by_label("What you decided or did").fill("Rang the provider and asked for the account to be closed.")
    page.get_by_role("button", name="Record the decision").click()
    message = page.locator("#sp-decide-reason").evaluate("one => one.validationMessage")
    assert message, "a decision without its reason is held back"
    page.locator("#sp-decide-reason").fill("The reporter asked for it, and the account still posts.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_role("status")).to_contain_text("on record")
    page.get_by_label("Add a private note").fill("Look at it again on Friday.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_text("Look at it again on Friday.")).to_be_visible()

    page.get_by_text("Hand over to somebody else at the desk").click()
    page.get_by_label("Chair of governors").check()
    page.locator("#sp-hand-over-reason").fill("They keep the contract with the provider.")
    page.get_by_role("button", name="Hand it over").click()
    expect(page.get_by_text("Handed over to: Chair of governors.")).to_be_visible()

    page.get_by_text("Close the case").first.click()
    page.get_by_label("What came of it").select_option(label="Support given")
    page.locator("#sp-close-reason").fill("The account is gone.")
    page.get_by_role("button", name="Close the case").click()
    expect(page.locator("#sp-next")).to_contain_text("Closed")

    page.get_by_text("Take the chronology away as a file").click()
    said = ("Rang the provider", "The account is gone.", "Handed over to: Chair of governors", made.reference)
    as_pdf, as_csv = (downloaded(page, kind, tmp_path) for kind in ("PDF", "CSV"))
    document = pypdfium2.PdfDocument(as_pdf)
    told = " ".join("".join(document[at].get_textpage().get_text_range() for at in range(len(document))).split())
    assert [words for words in said if words not in told] == []
    cells = [cell for row in csv.reader(io.StringIO(as_csv.decode("utf-8-sig"))) for cell in row]
    assert [words for words in said if not any(words in cell for cell in cells)] == []
    page.goto(f"{visit.base}{DESK}?state=closed")
    expect(page.locator("li.card").filter(has_text=made.reference)).to_be_visible()


def downloaded(page: Page, kind: str, folder: Path) -> bytes:
    """The chronology as a file of that kind."""
    with page.expect_download() as download:
        page.get_by_role("link", name=kind, exact=True).click()
    assert download.value.suggested_filename.endswith(kind.lower())
    kept = folder / f"chronology.{kind.lower()}"
    download.value.save_as(kept)
    return kept.read_bytes()


def test_keys_alone_lead_from_the_list_through_the_case_to_a_reply(browse: Browse) -> None:
    _, made = report(browse())
    page = at_desk(browse())
    tab_to(page, made.reference)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(made.reference)
    tab_to(page, "Acknowledge: I have taken it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("has been taken")
    tab_to(page, "Reply")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") in {"sp-thread", ""}
    tab_to(page, "Reply to the reporter")
    page.keyboard.type(REPLY)
    tab_to(page, "Keep this reply for the reporter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your reply is kept")
    expect(page.get_by_text(REPLY)).to_be_visible()


def test_keys_alone_fill_in_and_send_a_report(browse: Browse) -> None:
    page = browse().open(FORM)
    tab_to(page, "What happened?")
    page.keyboard.type("Somebody shares pictures of me.")
    tab_to(page, "A colleague, volunteer")
    page.keyboard.press("Space")
    tab_to(page, "Send the report")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your report is kept")


def test_a_link_signs_in_once_and_only_when_its_button_is_pressed(browse: Browse, demo: Running) -> None:
    visit = browse()
    page = offered_link(visit, HEAD)
    link = page.url
    assert visit.context.cookies() == [], "to open a link signs nobody in: programs open links too"
    assert link in demo.said.read_text(), "it stands on the console"
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".desk-who")).to_contain_text("Jo Hall")
    (cookie,) = visit.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"], cookie["expires"]) == (True, "Lax", DESK, -1)
    other = browse()
    other.expected.add(404)
    used = other.open(link)
    expect(used.get_by_role("heading", level=1)).to_contain_text("does not work any more")
    page.locator(".desk-who summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out")
    assert visit.context.cookies() == []


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_words_typed_after_the_session_was_ended_elsewhere_are_not_lost(browse: Browse, script: bool) -> None:
    visit = browse(java_script_enabled=script)
    _, made = report(visit)
    page = at_desk(visit)
    open_case(page, made.reference)
    visit.context.clear_cookies()
    visit.expected.add(401)
    page.get_by_label("Reply to the reporter").fill(REPLY)
    page.get_by_role("button", name="Keep this reply").click()
    expect(page.get_by_role("alert")).to_contain_text("has not been kept")
    expect(page.get_by_label("What you wrote")).to_have_value(REPLY)
    again = at_desk(visit)  # signed in once more, in another tab
    page.get_by_role("button", name="Send it now that I am signed in").click()
    expect(page.get_by_role("status")).to_contain_text("Your reply is kept")
    again.close()
