"""Somebody who reports on the web, and the lead at the desk: the steps that journeys and pages share."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from PIL import Image, ImageDraw
from playwright.sync_api import Cookie, Page, expect

from tests.e2e.browsing import Browsing

SCHOOL = "bledington"
FORM, CHECK, DESK = f"/{SCHOOL}/report", f"/{SCHOOL}/report/check", f"/{SCHOOL}/desk"
LEAD, DEPUTY, HEAD = "Designated safeguarding lead", "Deputy safeguarding lead", "Head"
STORY = (
    "Somebody has made an account with my name and my photo and posts about the children in my class as if I had written it.\n\n"
    "It began on Monday evening. Three parents have written to me since."
)
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}")
REFERENCE = re.compile(r"[0-9A-Z]{6}")


@dataclass(frozen=True)
class Made:
    """A report that is kept: the code its reporter has and the reference the school has."""

    code: str
    reference: str


_sessions: dict[tuple[str, str], list[Cookie]] = {}  # by demo and role: a link is sent a few times in ten minutes and no more
_links: dict[str, str] = {}  # by demo
_reports: dict[str, Made] = {}  # by demo: one that pages can show


def screenshot() -> bytes:
    """A picture of a conversation, as somebody might keep it."""
    made = Image.new("RGB", (360, 640), "#e8eef2")
    drawn = ImageDraw.Draw(made)
    for at, words in enumerate(("Mon 19:02", "look what she wrote about your kid", "that can't be her")):
        drawn.rounded_rectangle((20, 40 + 90 * at, 320, 100 + 90 * at), 12, "white")
        drawn.text((36, 62 + 90 * at), words, "black")
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def fill(page: Page, *, story: str = STORY, files: bool = False) -> None:
    """Nothing: the form is filled in."""
    page.get_by_label("What happened? When, where, who saw it?").fill(story)
    page.get_by_label("A colleague, volunteer or governor").check()
    page.get_by_label("Somebody is bullied or harassed online").check()
    page.get_by_label("have you kept it?").select_option(label="Yes, I have screen prints")
    page.get_by_label("do you want the police told?").select_option(label="I have not decided")
    if files:
        page.get_by_label("Files, if you have any").set_input_files({"name": "chat.png", "mimeType": "image/png", "buffer": screenshot()})


def send(page: Page) -> Made:
    """The report, once the page says that it is kept."""
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your report is kept")
    code = CODE.search(page.locator("p.code").inner_text().replace("\n", ""))
    reference = REFERENCE.search(page.get_by_text("Its reference is").locator("strong").inner_text())
    assert code
    assert reference
    return Made(code[0], reference[0])


def report(visit: Browsing, *, school: str = SCHOOL, story: str = STORY, files: bool = False, urgent: bool = False) -> tuple[Page, Made]:
    """A page that shows the code of a report just made."""
    page = visit.open(f"/{school}/report")
    fill(page, story=story, files=files)
    if urgent:
        page.get_by_label("It cannot wait until tomorrow").check()
    return page, send(page)


def open_report(visit: Browsing, code: str, school: str = SCHOOL) -> Page:
    """The report as its reporter sees it who came back."""
    page = visit.open(f"/{school}/report/check")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Open my report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your report")
    return page


def a_report(visit: Browsing) -> Made:
    """A report there is in this demo; made where there is none."""
    if visit.base not in _reports:
        page, _reports[visit.base] = report(visit, files=True)
        page.close()
    return _reports[visit.base]


def offered_link(visit: Browsing, role: str = LEAD, school: str = SCHOOL) -> Page:
    """The page that a link to the desk leads to: asked for, and followed from the start page as people find it there."""
    page = visit.open(f"/{school}/desk")
    page.get_by_label(role).first.check()
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("status")).to_contain_text("stands on the start page")
    page.goto(f"{visit.base}/")
    page.locator(f"a[href*='/{school}/desk/enter/']").filter(has_text=f"Sign in as {role}").click()
    return page


def link_offered_before(visit: Browsing) -> Page:
    """The same page, of one link for the deputy that is never used up."""
    if visit.base not in _links:
        page = offered_link(visit, DEPUTY)
        _links[visit.base] = page.url
        page.close()
    return visit.open(_links[visit.base])


def at_desk(visit: Browsing, path: str = "", role: str = LEAD, school: str = SCHOOL) -> Page:
    """A page of the desk, with somebody signed in."""
    known = (visit.base, f"{role} of {school}")
    if known in _sessions:
        visit.context.add_cookies([{**one} for one in _sessions[known]])  # type: ignore[misc]
        return visit.open(path or f"/{school}/desk")
    page = offered_link(visit, role, school)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reports at")
    _sessions[known] = visit.context.cookies()
    if path:
        page.goto(visit.base + path)
    return page


def open_case(page: Page, reference: str) -> Page:
    """The case of that reference, opened from the list."""
    page.get_by_role("link", name=reference, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(reference)
    return page
