"""A report that nobody takes climbs until somebody does: from a phone without a name to the lead, a deputy, the head and back.

Slack and e-mail are stand-ins, Teams is Microsoft's own local client; the clock is the house's own, its time put forward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import running
from tests.e2e.browsing import DESKTOP, PHONE, WITHIN, Browsing, browsing
from tests.e2e.pinging import HEAD, LEAD, LINK, RUTH, SCHOOL, PingedHouse, pinged_house
from tests.e2e.reporting import Made, open_case, open_report, report
from tests.e2e.running import Running
from tests.e2e.teams_client import PERSONAL, Teams, teams
from tests.e2e.test_every_page import LEAST_TARGET, SMALL_TARGETS, violations
from tests.e2e.test_pictures import kept

STORY = "The caretaker films children in the changing room, and shows it round in the pub."
REPLY = "Thank you for telling us. He no longer comes to the school, and the police know."
NOT_ONE_OF = ("caretaker", "changing room", "shows it round", "the pub", "colleague", "urgent")  # what no letter may hold of it

Visit = Callable[..., Browsing]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PingedHouse]:
    """The house, its clock running."""
    with pinged_house(tmp_path_factory.mktemp("pinged")) as opened:
        yield opened


@pytest.fixture(scope="module")
def priyas(house: PingedHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The Playground, as Teams in which a deputy has opened the app once."""
    with running.playground(tmp_path_factory.mktemp("priyas"), f"{house.url}/api/messages") as started:
        yield started


@pytest.fixture
def priya(browser: Browser, priyas: Running) -> Iterator[Teams]:
    """Priya, a deputy, in Teams."""
    with teams(browser, priyas, size=(1280, 800)) as client:
        client.page.get_by_title("Toggle Log Panel").click()
        client.open(PERSONAL)
        client.say("help")
        client.card("For example:")
        yield client


@pytest.fixture
def visit(house: PingedHouse, browser: Browser) -> Iterator[Visit]:
    """Opens a browser on the house; all are looked over when the check ends."""
    with ExitStack() as opened:

        def opening(**options: Any) -> Browsing:
            return opened.enter_context(browsing(browser, house.url, **options))

        yield opening


def reported(visit: Visit) -> Made:
    """A report without a name that cannot wait, from a phone on which no script runs."""
    return report(visit(size=PHONE, java_script_enabled=False), school=SCHOOL, story=STORY, urgent=True)[1]


def signed_in(house: PingedHouse, visit: Visit, role: str, user: str) -> Page:
    """The desk, entered with the link that came to somebody in Slack."""
    page = visit().open(f"/{SCHOOL}/desk")
    page.get_by_label(role).first.check()
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("status")).to_be_visible()
    sent = house.told_in_slack(user, "Your link to the desk").text
    page.goto(next(link for link in LINK.findall(sent) if "/desk/enter/" in link))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reports at")
    return page


def test_a_report_climbs_to_the_head_who_takes_it_and_its_reporter_reads_the_answer(
    house: PingedHouse, priya: Teams, visit: Visit, tmp_path: Path
) -> None:
    made = reported(visit)

    # At once: the lead in Slack, a deputy in Teams, another by e-mail. The head is not told yet.
    first = house.ping_in_slack(LEAD, made.reference)
    assert "Acknowledge" in str(first.blocks)
    card = priya.card(made.reference)
    expect(card).to_contain_text("A report needs you. Reference " + made.reference)
    expect(card.get_by_role("button", name="Acknowledge", exact=True)).to_be_in_viewport()
    house.mailed(RUTH, made.reference)
    assert house.pings_in_slack(HEAD, made.reference) == []
    priya.page.evaluate("document.activeElement.blur()")
    kept(priya.page, "ping", (1280, 800), tmp_path)

    # Nobody acts. After half an hour the head is told, and the lead once more.
    house.later(minutes=41)
    ping = house.ping_in_slack(HEAD, made.reference)
    assert "waiting for" in ping.text
    assert len(house.pings_in_slack(LEAD, made.reference)) == 2

    # The head takes it in chat: the button is gone, and the others know that they need do nothing.
    house.press_in_slack(HEAD, ping, "Acknowledge")
    assert "You have taken report" in ping.text
    assert "Acknowledge" not in str(ping.blocks)
    house.told_in_slack(LEAD, made.reference, "taken by the head")
    expect(priya.card("taken by the head")).to_contain_text(made.reference)

    # Hours later nobody has been told of it again.
    house.later(hours=5)
    assert [len(house.pings_in_slack(user, made.reference)) for user in (LEAD, HEAD)] == [2, 1]
    assert priya.cards.filter(has_text="A report needs you").filter(has_text=made.reference).count() == 1

    # The head answers at the desk, and the reporter reads it with the code.
    page = open_case(signed_in(house, visit, "Head", HEAD), made.reference)
    page.get_by_label("Reply to the reporter").fill(REPLY)
    page.get_by_role("button", name="Keep this reply").click()
    expect(page.get_by_role("status")).to_contain_text("Your reply is kept")
    expect(open_report(visit(size=PHONE, java_script_enabled=False), made.code, SCHOOL).locator("main")).to_contain_text(REPLY)

    sent = house.everything_sent().lower() + priya.page.locator("body").inner_text().lower()
    assert [word for word in NOT_ONE_OF if word in sent] == [], "no letter holds a word of a report"


def test_a_deputy_takes_a_report_with_the_button_in_teams(house: PingedHouse, priya: Teams, visit: Visit) -> None:
    made = reported(visit)
    priya.card(made.reference).get_by_role("button", name="Acknowledge", exact=True).click()
    card = priya.card(f"You have taken report {made.reference}")
    expect(card.get_by_role("button", name="Acknowledge", exact=True)).to_have_count(0)
    house.told_in_slack(LEAD, made.reference, "taken by the deputy")
    house.later(hours=2)
    assert house.pings_in_slack(HEAD, made.reference) == []


def test_the_link_of_an_e_mail_takes_a_report_only_when_its_button_is_pressed(
    house: PingedHouse, visit: Visit, browser: Browser, tmp_path: Path
) -> None:
    made = reported(visit)
    subject, text = house.mailed(RUTH, made.reference)
    assert subject == f"A report needs you ({made.reference})"
    (link,) = (found for found in LINK.findall(text) if "/acknowledge/" in found)

    page = visit(size=PHONE, java_script_enabled=False).open(link)
    for _ in range(2):  # mail scanners and previews open links too, more than once
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Acknowledge report {made.reference}?")
    ping = house.ping_in_slack(LEAD, made.reference)
    assert not [one for one in house.in_slack(LEAD) if "has been taken" in one.text and made.reference in one.text]
    kept(page, "acknowledge", (2 * PHONE[0], 2 * PHONE[1]), tmp_path)
    for size, dark in ((DESKTOP, False), (PHONE, True)):
        looked = visit(size=size, dark=dark).open(link)
        assert violations(looked) == []
        assert looked.evaluate(SMALL_TARGETS, LEAST_TARGET) == []

    page.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"You have taken report {made.reference}", timeout=WITHIN)
    assert page.context.cookies() == [], "it signs nobody in"
    house.told_in_slack(LEAD, made.reference, "taken by the deputy")
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("You have taken")

    # Too late for the lead, who is told so and not made to take it.
    house.press_in_slack(LEAD, ping, "Acknowledge")
    assert "has been taken already, by the deputy" in ping.text


def test_a_link_that_somebody_made_up_opens_nothing(house: PingedHouse, visit: Visit) -> None:
    somebody = visit()
    somebody.expected.add(404)
    page = somebody.open(f"/{SCHOOL}/desk/acknowledge/{'A' * 120}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("This link does not work any more")
    assert violations(page) == []
