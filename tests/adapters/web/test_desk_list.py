"""The desk's list: at seven in the morning, on a phone, it says what waits, since when, and what to do next; and tells no story."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from adapters.web.desk_list import ON_A_PAGE, filters_of, list_view
from adapters.web.desk_times import how_long, moment
from bot.concerns.concern import About, Concern, Kind, Route, State, Wish
from tests.adapters.web.at_desk import DEPUTY, LEAD, MONDAY, AtDesk, new_id, serving
from tests.adapters.web.page import faults_of, page_of, words_of

DESK = "/oak/desk"


@pytest.fixture
def desk() -> AtDesk:
    """A desk."""
    return AtDesk()


@pytest.fixture
def browser(desk: AtDesk) -> Iterator[httpx.Client]:
    """A browser."""
    with serving(desk) as client:
        yield client


def shown(browser: httpx.Client, query: str = "") -> list[str]:
    """The words of each row of the list."""
    answer = browser.get(DESK + query)
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    return [words_of(row) for row in page_of(answer.text).xpath("//ul[@class='desk-list']/li")]


def told(browser: httpx.Client) -> str:
    """The words of the list's page."""
    return words_of(page_of(browser.get(DESK).text))


def test_what_waits_comes_first_with_its_button(desk: AtDesk, browser: httpx.Client) -> None:
    long_ago, taken = desk.file(), desk.file()
    desk.wait(hours=10)
    urgent = desk.file(urgent=True, route=Route.NAMED, name="Tom Bird")
    desk.reports.desk.acknowledge("oak", DEPUTY, taken.concern)
    desk.wait(hours=6, minutes=20)
    desk.sign_in(browser)
    everything = told(browser)
    assert "2 reports wait for somebody to take them, the longest since yesterday, about 14:00 (16 hours)." in everything
    assert "1 of them is urgent." in everything
    rows = shown(browser)
    assert rows[0].startswith(f"{urgent.reference} Urgent Waits since today, 00:00 (6 hours) Received: waiting for somebody to take it")
    assert rows[1].startswith(f"{long_ago.reference} Waits since yesterday, about 14:00 (16 hours)")
    assert "With Raj Shah (Deputy safeguarding lead)" in rows[2]
    assert "Xylocanary" not in everything
    assert "Tom Bird" not in everything
    forms = page_of(browser.get(DESK).text).xpath("//ul[@class='desk-list']//form/@action")
    assert forms == [f"{DESK}/cases/{one.concern}/acknowledge" for one in (urgent, long_ago)]
    assert browser.post(forms[0]).headers["location"] == f"{DESK}/cases/{urgent.concern}?done=acknowledge"


def test_what_is_new_and_what_lies_idle_is_said(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file()
    desk.sign_in(browser)
    browser.post(f"{DESK}/cases/{filed.concern}/acknowledge")
    browser.get(f"{DESK}/cases/{filed.concern}")
    assert "No report waits for somebody to take it. 1 case that you took has nothing recorded yet." in told(browser)
    assert "You have it" in shown(browser)[0]
    assert "Record what you do" in shown(browser)[0]
    desk.reports.returning.add("oak", filed.receipt.code, "More", new_id())
    assert "1 case has something new from the reporter." in told(browser)
    assert "New from the reporter" in shown(browser)[0]
    assert "Read what is new" in shown(browser)[0]


def test_closed_cases_are_listed_when_asked_for_and_their_deletion_is_told_in_time(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file()
    desk.sign_in(browser)
    for act, fields in (("acknowledge", {}), ("close", {"outcome": "advice", "reason": "Advised"})):
        browser.post(f"{DESK}/cases/{filed.concern}/{act}", data=fields)
    assert "New from the reporter" in shown(browser)[0]  # closed without ever being read
    browser.get(f"{DESK}/cases/{filed.concern}")
    assert shown(browser) == []
    assert "Every case is closed" in told(browser)
    assert len(shown(browser, "?state=all")) == len(shown(browser, "?state=closed")) == 1
    desk.at = datetime(2032, 11, 1, 9, 0, tzinfo=UTC)
    desk.sign_in(browser)
    assert "1 closed or withdrawn case is deleted within the next 30 days." in told(browser)
    assert "Will be deleted for good after 23 Nov 2032" in shown(browser, "?state=all")[0]


def test_filters_leave_what_they_say(desk: AtDesk, browser: httpx.Client) -> None:
    old = desk.file()
    desk.wait(days=8)
    urgent = desk.file(urgent=True)
    mine = desk.file()
    desk.reports.desk.acknowledge("oak", LEAD, mine.concern)
    desk.sign_in(browser)

    def references(query: str) -> set[str]:
        return {row.split()[0] for row in shown(browser, query)}

    assert references("?state=received") == {old.reference, urgent.reference}
    assert references("?urgency=urgent") == {urgent.reference}
    assert references("?urgency=routine&state=received") == {old.reference}
    assert references("?age=week") == {old.reference}
    assert references("?age=month") == set()
    assert references("?mine=yes") == {mine.reference}
    assert references("?state=%3Cscript%3E&urgency=x&age=%00&mine=1&page=-1") == {old.reference, urgent.reference, mine.reference}
    assert "No case is like that" in browser.get(f"{DESK}?age=month").text


def test_cases_that_cannot_be_opened_are_counted_and_shut_away_no_other(desk: AtDesk, browser: httpx.Client) -> None:
    shut, whole = desk.file(), desk.file()
    desk.sign_in(browser)
    desk.cases.kept["oak"].broken.add(shut.concern)
    assert "1 case cannot be opened: tell whoever runs Signpost at once." in told(browser)
    assert [row.split()[0] for row in shown(browser)] == [whole.reference]
    for path in (f"cases/{shut.concern}", f"cases/{shut.concern}/chronology.pdf"):
        answer = browser.get(f"{DESK}/{path}")
        assert (answer.status_code, faults_of(answer.text)) == (409, [])
        assert "This case cannot be opened" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
    assert browser.post(f"{DESK}/cases/{shut.concern}/acknowledge").status_code == 409
    reply = browser.post(f"{DESK}/cases/{shut.concern}/reply", data={"text": "What was typed for long.", "submission": "s" * 22})
    assert (reply.status_code, "What was typed for long." in reply.text) == (503, True)
    assert browser.get(f"{DESK}/cases/{whole.concern}").status_code == browser.get(f"{DESK}/figures").status_code == 200
    desk.cases.kept["oak"].broken.add(whole.concern)
    assert "2 cases cannot be opened" in told(browser)
    assert "There are no reports" not in told(browser)


def test_an_empty_desk_says_so(desk: AtDesk, browser: httpx.Client) -> None:
    desk.sign_in(browser)
    assert "There are no reports at your desk." in told(browser)
    assert shown(browser) == []


def concern(number: int) -> Concern:
    """One of many."""
    return Concern(
        id=f"c{number}",
        reference=f"R{number:05}",
        filed_at=MONDAY,
        route=Route.NAMED,
        about=frozenset({About.PUPIL}),
        kept_from=(),
        kind=Kind.OTHER,
        wish=Wish.RECORD,
        keep_until=date(2032, 11, 23),
        waits_since=MONDAY,
        state=State.IN_ACTION,
    )


def test_a_long_list_comes_in_pages_that_hold_each_case_once() -> None:
    many = [concern(number) for number in range(2 * ON_A_PAGE + 1)]
    views = [list_view(many, LEAD, filters_of({"page": str(leaf)}), MONDAY) for leaf in (1, 2, 3)]
    assert [row.id for view in views for row in view.rows] == [one.id for one in many]
    assert {view.leaves for view in views} == {3}
    assert list_view(many, LEAD, filters_of({"page": "9999"}), MONDAY).leaf == 3
    assert filters_of({"state": "all", "mine": "yes"}).address(2) == "?state=all&mine=yes&page=2"


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "today, 14:00"),
        (2, "today, 12:00"),
        (15, "yesterday, 23:00"),
        (48, "Sat 14:00"),
        (24 * 6, "Tue 14:00"),
        (24 * 7, "Mon 16 Nov 2026, 14:00"),
    ],
)
def test_a_moment_is_said_as_shortly_as_it_is_clear(hours: int, words: str) -> None:
    assert moment(MONDAY - timedelta(hours=hours), MONDAY) == words


def test_times_are_the_schools_own_in_summer_too() -> None:
    noon = datetime(2026, 7, 6, 12, 0, tzinfo=UTC)
    assert moment(noon, noon) == "today, 13:00"
    assert moment(noon, noon + timedelta(hours=11, minutes=30), about=True) == "yesterday, about 13:00"
    assert how_long(noon, noon + timedelta(minutes=90)) == "1 hour"


def test_of_a_report_without_a_name_no_minutes_are_made_up(desk: AtDesk, browser: httpx.Client) -> None:
    desk.wait(minutes=44)
    nameless = desk.file()
    named = desk.file(route=Route.NAMED, name="Tom Bird")
    desk.wait(minutes=5)
    desk.sign_in(browser)
    rows = {row.split()[0]: row for row in shown(browser)}
    assert "Waits since today, about 14:00 (less than an hour)" in rows[nameless.reference]
    assert "Waits since today, 14:44 (5 minutes)" in rows[named.reference]
    assert "the longest since today, about 14:00 (less than an hour)" in told(browser)
