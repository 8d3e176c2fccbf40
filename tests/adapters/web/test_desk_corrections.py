"""The head's pages of how a policy is read, over real HTTP, on real databases: who may open them, what they show, what a form changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from html import unescape

import httpx
import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette

from adapters.store.schools import StoreSchools
from adapters.web.door import Reporting, WebDoor
from bot.conversation import Conversation
from bot.in_memory import NoCourier
from bot.school import Holder, School
from bot.shelf import Shelves
from knowledge.answering import Answerer
from knowledge.corrections import Correction
from knowledge.policy import Edition, Stance
from knowledge.verdict import Verdict
from tests.adapters.web.at_desk import CHAIR, DEPUTY, HEAD, LEAD, AtDesk, PlainPapers, new_id
from tests.adapters.web.page import faults_of, page_of, words_of
from tests.adapters.web.serving import served
from tests.databases import BOTH, migrated_database
from tests.shared_files import clause_with, edition

HOSTILE = "Staff must use “<b>strong</b>” passwords & tell <script>alert(1)</script> nobody."
HOSTILE_ANCHOR = "a\"><script>'&?#x"
POLICY = """Online conduct

1 Online

1.1 Staff must not accept friend requests from parents.

1.2 Staff are free to join a union's Facebook group.

1.3 Staff must use strong passwords.
"""
UNION, TOPIC = "may I join a union's Facebook group?", "union"
PAGES = "/oak/desk/policies"
OF_POLICY = f"{PAGES}/social-media"
OF_CLAUSE = f"{OF_POLICY}/clause"
ADDRESSES = (PAGES, OF_POLICY, f"{OF_CLAUSE}?clause=any")


def policy() -> Edition:
    """The policy that oak and ash have both published."""
    *others, last = (made := edition(POLICY)).clauses
    return replace(made, clauses=(*others, replace(last, text=HOSTILE, anchor=HOSTILE_ANCHOR)))


@dataclass
class House:
    """A desk beside schools on a database."""

    desk: AtDesk
    schools: StoreSchools
    shelves: Shelves

    @property
    def app(self) -> Starlette:
        """The application that wiring would build, answering without the networks."""
        desk = self.desk
        conversation = Conversation(self.schools, self.shelves, NoCourier(), lambda: desk.at, new_id)
        reporting = Reporting(desk.reports, PlainPapers(), new_id)
        door = WebDoor(conversation, self.schools, self.shelves, public_url="", now=lambda: desk.at, demo=False, reporting=reporting)
        return Starlette(routes=door.routes(), middleware=door.middleware(), exception_handlers=door.exception_handlers())

    def verdict(self, school: str = "oak") -> Verdict:
        """What the question on unions is answered with."""
        with self.schools.unit(school) as unit:
            shelf = self.shelves.of(unit)
        assert shelf is not None
        return shelf.answerer.answer(UNION).verdict

    def said(self, school: str = "oak") -> tuple[Correction, ...]:
        """What is corrected."""
        with self.schools.unit(school) as unit:
            return unit.corrections("social-media")


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with migrated_database(request.param) as engine:
        yield engine


@pytest.fixture
def house(engine: Engine) -> House:
    """Oak and ash with one policy."""
    desk = AtDesk()
    schools = StoreSchools(engine, lambda: desk.at)
    for name in ("oak", "ash"):
        schools.apply(School(name, f"{name} & school", "trust", (LEAD, DEPUTY, HEAD, CHAIR)), [])
        with schools.unit(name) as unit:
            unit.publish("social-media", policy(), "policy.txt")
            unit.commit()
    return House(desk, schools, Shelves(make=lambda of: Answerer(of, plain=True)))


@pytest.fixture
def browser(house: House) -> Iterator[httpx.Client]:
    """A browser."""
    with served(house.app) as client:
        yield client


def anchor(words: str) -> str:
    """Of the clause with these words."""
    return clause_with(policy(), words).anchor


def rows(browser: httpx.Client) -> list[str]:
    """The words of each clause on the policy's page."""
    answer = browser.get(OF_POLICY)
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    return [words_of(row) for row in page_of(answer.text).xpath("//ul[@class='desk-list']/li")]


def state(browser: httpx.Client, words: str, topic: str, stance: str) -> httpx.Response:
    """What comes of saying so with the form."""
    return browser.post(OF_CLAUSE, data={"clause": anchor(words), "topic": topic, "stance": stance})


def test_nobody_signed_in_gets_the_page_to_sign_in_at(house: House, browser: httpx.Client) -> None:
    for path in ADDRESSES:
        answer = browser.get(path)
        assert (answer.status_code, "Who are you?" in answer.text, "Staff must not accept" in answer.text) == (401, True, False)
    assert state(browser, "union", TOPIC, "forbids").status_code == 401
    assert house.said() == ()


@pytest.mark.parametrize("holder", [LEAD, DEPUTY, CHAIR])
def test_whoever_is_not_the_head_is_refused(house: House, browser: httpx.Client, holder: Holder) -> None:
    house.desk.sign_in(browser, holder)
    for path in ADDRESSES:
        answer = browser.get(path)
        assert (answer.status_code, faults_of(answer.text), "This page is the head" in answer.text) == (403, [], True)
    assert state(browser, "union", TOPIC, "forbids").status_code == 403
    assert house.said() == ()
    assert PAGES not in browser.get("/oak/desk").text


def test_the_head_finds_the_policy_and_each_clause_with_topic_stance_and_counts_worst_first(house: House, browser: httpx.Client) -> None:
    with house.schools.unit("oak") as unit:
        for words, useful, often in (("parents", False, 1), ("union", False, 3), ("union", True, 2), ("passwords", True, 5)):
            for _ in range(often):
                unit.count_feedback("social-media", anchor(words), date(2026, 11, 1), useful=useful)
        unit.count_feedback("social-media", anchor("passwords"), date(2025, 10, 1), useful=False)  # longer ago than is looked back
        unit.commit()
    house.desk.sign_in(browser, HEAD)
    assert f'href="{PAGES}"' in browser.get("/oak/desk").text
    listed = browser.get(PAGES)
    assert faults_of(listed.text) == []
    assert page_of(listed.text).xpath("//ul[@class='desk-list']//a/@href") == [OF_POLICY]
    first, second, third = rows(browser)
    assert "union's Facebook group" in first
    assert "Allows" in first
    assert "No: 3, yes: 2" in first
    assert ("friend requests" in second, "Forbids" in second, "No: 1, yes: 0" in second) == (True, True, True)
    assert "Friend or follow request between staff and a current parent" in second
    assert ("strong" in third, "No: 0, yes: 5" in third) == (True, True)
    assert "<script>alert" not in browser.get(OF_POLICY).text
    links = page_of(browser.get(OF_POLICY).text).xpath("//ul[@class='desk-list']//a/@href")
    assert all(faults_of(browser.get(link).text) == [] for link in links)
    assert HOSTILE in words_of(page_of(browser.get(links[2]).text))
    assert HOSTILE in unescape(browser.get(OF_POLICY).text)


def test_what_the_head_says_is_how_it_is_read_until_they_take_it_back(house: House, browser: httpx.Client) -> None:
    house.desk.sign_in(browser, HEAD)
    assert house.verdict() is Verdict.YES
    kept = state(browser, "union", TOPIC, Stance.FORBIDS.value)
    assert kept.status_code == 303
    page = browser.get(kept.headers["location"])
    assert (page.status_code, faults_of(page.text)) == (200, [])
    assert "That is how the clause is read from now on" in page.text
    assert "It forbids it." in words_of(page_of(page.text))
    assert "Forbids (by its own words: allows)" in words_of(page_of(page.text))
    assert (house.verdict(), house.verdict("ash")) == (Verdict.NO, Verdict.YES)
    assert house.said() == (Correction(anchor("union"), TOPIC, Stance.FORBIDS),)
    assert any("union" in row and "Forbids" in row and "Corrected" in row for row in rows(browser))
    back = browser.post(OF_CLAUSE, data={"clause": anchor("union"), "topic": TOPIC, "act": "take-back"})
    assert (back.status_code, house.said(), house.verdict()) == (303, (), Verdict.YES)
    assert "Taken back" in browser.get(back.headers["location"]).text
    again = browser.post(OF_CLAUSE, data={"clause": anchor("union"), "topic": TOPIC, "act": "take-back"})
    assert (again.status_code, "Nothing was changed yet" in again.text) == (422, True)


def test_a_clause_can_be_said_not_to_be_about_a_topic(house: House, browser: httpx.Client) -> None:
    house.desk.sign_in(browser, HEAD)
    title = "Friend or follow request between staff and a current parent"
    assert any(title in row for row in rows(browser))
    assert state(browser, "parents", "befriend_parent", "not about").status_code == 303
    assert not any(title in row for row in rows(browser))
    page = words_of(page_of(browser.get(OF_CLAUSE, params={"clause": anchor("parents")}).text))
    assert "It is not about this topic." in page


@pytest.mark.parametrize(
    ("topic", "stance", "told"),
    [
        ("", "forbids", "Choose the topic"),
        (TOPIC, "", "Choose what the clause says"),
        ("no-such", "forbids", "There is no topic “no-such”"),
        ("off_topic", "forbids", "There is no topic"),
        (TOPIC, "<b>", "There is no stance"),
    ],
)
def test_a_form_that_cannot_be_used_says_what_is_missing_and_keeps_what_was_chosen(
    house: House, browser: httpx.Client, topic: str, stance: str, told: str
) -> None:
    house.desk.sign_in(browser, HEAD)
    answer = state(browser, "union", topic, stance)
    assert (answer.status_code, faults_of(answer.text), house.said()) == (422, [], ())
    page = page_of(answer.text)
    assert told in words_of(page.xpath("//*[@role='alert']")[0])
    assert page.xpath("//option[@selected]/@value") == ([TOPIC] if topic == TOPIC else [])
    assert page.xpath("//input[@checked]/@value") == (["forbids"] if stance == "forbids" else [])


def test_what_there_is_not_is_not_found(house: House, browser: httpx.Client) -> None:
    house.desk.sign_in(browser, HEAD)
    for path in (f"{PAGES}/none", f"{PAGES}/none/clause?clause=x", OF_CLAUSE, f"{OF_CLAUSE}?clause=%00", f"{PAGES}/{'x' * 200}"):
        assert browser.get(path).status_code == 404, path
    for fields in ({"clause": "none", "topic": TOPIC, "stance": "forbids"}, {"topic": TOPIC, "stance": "forbids"}, {}):
        assert browser.post(OF_CLAUSE, data=fields).status_code == 404
    assert house.said() == ()


def test_a_form_of_another_site_changes_nothing(house: House, browser: httpx.Client) -> None:
    house.desk.sign_in(browser, HEAD)
    fields = {"clause": anchor("union"), "topic": TOPIC, "stance": "forbids"}
    foreign = browser.post(OF_CLAUSE, data=fields, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert (foreign.status_code, house.said()) == (403, ())


def test_the_pages_are_kept_by_no_browser_and_each_control_has_its_label(house: House, browser: httpx.Client) -> None:
    house.desk.sign_in(browser, HEAD)
    for path in (PAGES, OF_POLICY, f"{OF_CLAUSE}?clause={anchor('union')}"):
        answer = browser.get(path)
        assert (answer.headers["cache-control"], "noindex" in answer.headers["x-robots-tag"]) == ("no-store", True)
    form = page_of(browser.get(f"{OF_CLAUSE}?clause={anchor('union')}").text).xpath("//form[.//select]")[0]
    assert form.get("method") == "post"
    labels = {label.get("for") for label in form.xpath(".//label")}
    assert set(form.xpath(".//select/@id|.//input[@type='radio']/@id")) == labels
    assert len(form.xpath(".//fieldset/legend")) == 1


def test_a_correction_shows_on_the_policy_s_own_pages_and_in_the_table_of_topics(house: House, browser: httpx.Client) -> None:
    house.desk.sign_in(browser, HEAD)

    def cells() -> list[str]:
        (row,) = page_of(browser.get("/topics/trust").text).xpath("//tr[th[contains(., 'union or professional')]]")
        return [words_of(cell) for cell in row.xpath("./td")]

    assert len(set(cells())) == 1
    assert state(browser, "union", TOPIC, "forbids").status_code == 303
    ash, oak = cells()
    assert (ash != oak, "Forbids" in oak) == (True, True)
    assert f'value="{TOPIC}"' in browser.get("/oak/policies/social-media").text
