"""The page that an e-mail's link opens: looking takes nothing, the button does, and whatever does not work is one same page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from adapters.signer import SealedSigner
from bot.concerns.acknowledging import link_words
from bot.concerns.concern import About, State
from bot.concerns.filing import Filed
from bot.concerns.ports import Act
from bot.concerns.signing_in import holder_key
from bot.links import acknowledge_path
from bot.ports import NotKept
from bot.school import Holder
from tests.adapters.web.at_desk import CHAIR, DEPUTY, HEAD, LEAD, OTHER_LEAD, AtDesk, another, serving
from tests.adapters.web.page import faults_of, page_of, words_of

OVER = "This link does not work any more"


@pytest.fixture
def desk() -> AtDesk:
    """A desk with nothing on it."""
    return AtDesk(public_url="https://signpost.example")


@pytest.fixture
def browser(desk: AtDesk) -> Iterator[httpx.Client]:
    """The browser of whoever pressed the link: nobody is signed in there."""
    with serving(desk) as client:
        yield client


def link(desk: AtDesk, filed: Filed, holder: Holder = LEAD, school: str = "oak", signer: SealedSigner | None = None) -> str:
    """The path of a link as an e-mail to somebody has it."""
    return acknowledge_path(school, (signer or desk.signer).sign(link_words(school, filed.concern, holder_key(holder))))


def state(desk: AtDesk, filed: Filed) -> State:
    """How the report stands."""
    return desk.cases.kept["oak"].concerns[filed.concern].state


def test_the_link_of_a_case_that_cannot_be_opened_says_so(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file()
    path = link(desk, filed)
    desk.cases.kept["oak"].broken.add(filed.concern)
    for answer in (browser.get(path), browser.post(path)):
        assert (answer.status_code, faults_of(answer.text)) == (409, [])
        assert "This case cannot be opened" in answer.text


def test_the_link_of_the_letter_opens_a_page_whose_button_takes_the_report(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file()
    clock = desk.reports.clock
    while clock.climbing.step() or clock.posting.send():
        pass
    path = desk.messages.said[0][2].acknowledge.removeprefix("https://signpost.example")

    offered = browser.get(path)
    assert (offered.status_code, faults_of(offered.text)) == (200, [])
    told = words_of(page_of(offered.text))
    assert f"Acknowledge report {filed.reference}?" in told
    assert "You then look after it" in told
    [form] = page_of(offered.text).xpath("//main//form")
    assert (form.get("method"), form.get("action"), form.xpath(".//button/text()")) == ("post", path, ["Acknowledge"])
    assert state(desk, filed) is State.RECEIVED

    taken = browser.post(form.get("action"))
    assert (taken.status_code, faults_of(taken.text)) == (200, [])
    assert f"You have taken report {filed.reference}" in words_of(page_of(taken.text))
    assert page_of(taken.text).xpath("//main//a[@class='button']/@href") == ["/oak/desk"]
    assert state(desk, filed) is State.ACKNOWLEDGED


def test_whatever_only_looks_takes_nothing_however_often(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file()
    path = link(desk, filed)
    for _ in range(3):
        assert browser.get(path).status_code == browser.head(path).status_code == 200
        assert browser.put(path).status_code == 405
    assert browser.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403  # another site's page, or a form in an e-mail
    assert state(desk, filed) is State.RECEIVED


def test_nothing_of_the_report_is_shown_but_its_reference_and_nobody_is_signed_in(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file(About.COLLEAGUE, urgent=True)
    path = link(desk, filed)
    plain = desk.file(About.PARENT)
    other = link(desk, plain)
    for one in ("get", "post"):
        answer, alike = browser.request(one, path), browser.request(one, other)
        assert "set-cookie" not in answer.headers
        assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("no-store", "noindex, nofollow")
        assert answer.headers["referrer-policy"] == "same-origin"
        without = [
            page.text.replace(place, "PATH").replace(report.reference, "REFERENCE")
            for page, place, report in ((answer, path, filed), (alike, other, plain))
        ]
        assert without[0] == without[1]  # two reports as unlike as can be
        assert not [word for word in ("Xylocanary", "horrid", "Ann Lee", "Urgent", filed.receipt.code, filed.concern) if word in without[0]]
    assert "Sign in" in browser.get("/oak/desk").text
    with desk.cases.unit("oak") as unit:
        assert [line.act for line in unit.history(filed.reference)] == [Act.FILED, Act.ACKNOWLEDGED]


def test_twice_and_late_say_how_it_stands(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file()
    mine, theirs = link(desk, filed, DEPUTY), link(desk, filed)
    assert browser.post(mine).status_code == 200
    for answer in (browser.post(mine), browser.get(mine)):
        assert "You have taken report" in words_of(page_of(answer.text))
    for answer in (browser.get(theirs), browser.post(theirs)):
        told = words_of(page_of(answer.text))
        assert (answer.status_code, faults_of(answer.text)) == (200, [])
        assert "has been taken already" in told
        assert "By the deputy." in told
        assert "Raj" not in told
        assert not page_of(answer.text).xpath("//main//form")


def test_everything_that_does_not_work_is_the_same_page_to_the_letter(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file(About.LEAD)
    gone, closed = desk.file(), desk.file()
    over = link(desk, desk.file(), signer=SealedSigner([b"of the tests alone, no other use"], lambda: desk.at - timedelta(hours=72)))
    withdrawn = link(desk, gone)
    desk.reports.returning.withdraw("oak", gone.receipt.code)
    deleted = link(desk, closed)
    desk.reports.returning.withdraw("oak", closed.receipt.code)
    with desk.cases.unit("oak") as unit:
        unit.delete(closed.concern)
    good = link(desk, filed, HEAD)
    token = good.rpartition("/")[2]
    paths = {
        "excluded": link(desk, filed),
        "expired": over,
        "withdrawn": withdrawn,
        "deleted": deleted,
        "forged": link(desk, filed, HEAD, signer=SealedSigner([bytes(32)], lambda: desk.at)),
        "changed": good[:-1] + ("0" if good[-1] != "0" else "1"),
        "cut short": good[:-4],
        "unknown": acknowledge_path("oak", desk.signer.sign(link_words("oak", "nothing", holder_key(HEAD)))),
        "not told of it": link(desk, filed, CHAIR),
        "of another school": acknowledge_path("oak", desk.signer.sign(link_words("ash", filed.concern, holder_key(OTHER_LEAD)))),
        "no longer there": link(desk, filed, replace(DEPUTY, email="was@oak.example")),
        "not whole": "/oak/desk/acknowledge/x",
        "too long": f"/oak/desk/acknowledge/{'x' * 3000}",
        "tricky": "/oak/desk/acknowledge/%3Cb%3E%00%0A" + "x" * 80,
    }
    pages = set()
    for what, path in paths.items():
        for one in ("get", "post"):
            answer = browser.request(one, path)
            assert answer.status_code == 404, what
            assert OVER in words_of(page_of(answer.text)), what
            pages.add(answer.text)
    assert len(pages) == 1
    assert faults_of(pages.pop()) == []
    assert browser.get(f"/ash/desk/acknowledge/{token}").status_code == 404
    assert browser.get(f"/nowhere/desk/acknowledge/{token}").status_code == 404
    assert state(desk, filed) is State.RECEIVED
    assert browser.post(good).status_code == 200  # the right one worked all the while
    desk.wait(hours=72)
    assert browser.get(good).status_code == 404


def test_a_link_ends_with_the_role_also_between_looking_and_pressing(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file()
    path = link(desk, filed)
    assert browser.get(path).status_code == 200
    desk.holders(replace(LEAD, name="Kim New", email="kim@oak.example"), DEPUTY, HEAD)
    assert browser.post(path).status_code == 404
    assert state(desk, filed) is State.RECEIVED


def test_what_could_not_be_kept_is_not_said_to_be_taken(desk: AtDesk, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    filed = desk.file()
    path = link(desk, filed)

    def full(_: object) -> None:
        raise NotKept("The disk is full.", "Make room.")

    monkeypatch.setattr("bot.concerns.in_memory.InMemoryCaseUnit.commit", full)
    answer = browser.post(path)
    assert answer.status_code == 500
    assert "taken" not in words_of(page_of(answer.text))


def test_neither_log_nor_counts_tell_of_a_link(desk: AtDesk, browser: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    filed = desk.file()
    path = link(desk, filed)
    with another(browser) as theirs:
        with caplog.at_level(logging.DEBUG):
            browser.get(path), browser.post(path), browser.get(path[:-1])
        counts = theirs.get("/metrics").text
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("signpost")]
    assert [one for one in ours if "acknowledge/{token}" in one]
    assert not [one for one in ours if path.rpartition("/")[2][:20] in one or filed.concern in one or filed.reference in one]
    assert "desk" not in counts
