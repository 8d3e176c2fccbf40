"""The pictures of the README. Each is taken in every run, so that what it shows is known to exist, and kept only when asked:

SIGNPOST_SCREENSHOTS=1 writes docs/images/ anew.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e import reporting
from tests.e2e.browsing import DESKTOP, PHONE
from tests.e2e.conftest import Browse
from tests.e2e.pages import PAGES, POLICY, QUESTION, SCHOOL
from tests.e2e.running import Running
from tests.e2e.teams_client import PERSONAL, teams

KEPT_IN = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 200_000
DESK_OF = "dobcroft"  # whose desk no other check fills
STORIES = (
    reporting.STORY,
    "Somebody in the staff group shares pictures of colleagues with nasty words under them.",
    "A former pupil keeps writing to one of our teaching assistants late at night.",
)


def test_the_start_page(browse: Browse, tmp_path: Path) -> None:
    page = browse().open("/")
    page.get_by_label("School", exact=True).select_option(label=SCHOOL)
    page.get_by_label("Your question").fill(QUESTION)
    kept(page, "start", (1280, 800), tmp_path)


def test_an_answer_on_a_phone(browse: Browse, tmp_path: Path) -> None:
    page = PAGES["an answer"](browse(size=PHONE))
    kept(page, "answer-on-a-phone", (2 * PHONE[0], 2 * PHONE[1]), tmp_path)


def test_the_policy_at_the_clause(browse: Browse, tmp_path: Path) -> None:
    page = PAGES["a policy at a clause"](browse())
    expect(page.locator(".sent-here")).to_be_focused()
    kept(page, "policy-at-the-clause", (1280, 800), tmp_path)


def test_the_topics_of_five_schools(browse: Browse, tmp_path: Path) -> None:
    kept(browse().open("/topics/samples?show=differ"), "topics", (1280, 800), tmp_path)


def test_the_health_check(browse: Browse, tmp_path: Path) -> None:
    kept(browse().open(f"{POLICY}/health"), "health-check", (1280, 800), tmp_path)


def test_the_report_form_on_a_phone(browse: Browse, tmp_path: Path) -> None:
    page = browse(size=PHONE).open(f"/{DESK_OF}/report")
    kept(page, "report-on-a-phone", (2 * PHONE[0], 2 * PHONE[1]), tmp_path)


def test_the_code_of_a_report(browse: Browse, tmp_path: Path) -> None:
    page, _ = reporting.report(browse(size=PHONE), school=DESK_OF, files=True)
    kept(page, "receipt-code", (2 * PHONE[0], 2 * PHONE[1]), tmp_path)


def test_the_desk_and_a_case(browse: Browse, tmp_path: Path) -> None:
    reporter = browse()
    made = [reporting.report(reporter, school=DESK_OF, story=story, urgent=not at, files=not at)[1] for at, story in enumerate(STORIES)]
    for one in made[1:]:
        page = reporting.open_case(reporting.at_desk(browse(), school=DESK_OF), one.reference)
        page.get_by_label("Reply to the reporter").fill("Thank you for telling us. What has been done so far?")
        page.get_by_role("button", name="Keep this reply").click()
        expect(page.get_by_role("status")).to_be_visible()
    page = reporting.open_report(reporter, made[1].code, school=DESK_OF)
    page.get_by_label("Answer, or add").fill("It has stopped, but the account is still there.")
    page.get_by_role("button", name="Add it").click()
    page = reporting.at_desk(browse(size=PHONE), school=DESK_OF)
    expect(page.locator("li.card")).not_to_have_count(0)
    kept(page, "desk", (2 * PHONE[0], 2 * PHONE[1]), tmp_path)
    page = reporting.open_case(reporting.at_desk(browse(), school=DESK_OF), made[0].reference)
    kept(page, "case", DESKTOP, tmp_path)


def test_an_answer_in_teams(browser: Browser, playground: Running, tmp_path: Path) -> None:
    with teams(browser, playground, size=(1280, 800)) as client:
        client.page.get_by_title("Toggle Log Panel").click()
        client.open(PERSONAL)
        client.say(QUESTION)
        button = client.card("in no circumstances ever accept").get_by_role("button", name="No", exact=True)
        expect(button).to_be_in_viewport()
        client.page.evaluate("document.activeElement.blur()")
        kept(client.page, "answer-in-teams", (1280, 800), tmp_path)


def kept(page: Page, name: str, size: tuple[int, int], tmp_path: Path) -> None:
    """Nothing: the picture of what is in view was taken, is of this size in pixels, shows something and is small enough to keep."""
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    folder = KEPT_IN if os.environ.get("SIGNPOST_SCREENSHOTS") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    taken.quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
    assert taken.size == size
    assert len(taken.getcolors(taken.width * taken.height) or ()) > 20, "the picture is empty"
    assert path.stat().st_size < MOST_BYTES


def test_the_kept_pictures_are_all_there_and_small() -> None:
    if not KEPT_IN.is_dir():
        pytest.fail("docs/images/ is missing: SIGNPOST_SCREENSHOTS=1 makes it anew")
    pictures = {path.stem: path.stat().st_size for path in KEPT_IN.glob("*.png")}
    assert {"start", "answer-on-a-phone", "policy-at-the-clause", "topics", "health-check", "answer-in-teams"} <= set(pictures)
    assert {"report-on-a-phone", "receipt-code", "desk", "case", "ping", "acknowledge"} <= set(pictures)
    assert max(pictures.values()) < MOST_BYTES
