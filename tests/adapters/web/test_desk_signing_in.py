"""Signing in at the desk: links that only a person uses up, sessions that belong to one school and one role, and the ways out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie

import httpx
import pytest

from bot.concerns.signing_in import MOST_LINKS
from bot.ports import Outcome, Sent
from tests.adapters.web.at_desk import DEPUTY, HEAD, LEAD, OTHER_LEAD, AtDesk, another, serving
from tests.adapters.web.page import faults_of, page_of, words_of

DESK = "/oak/desk"
OVER = "This link does not work any more"


@pytest.fixture
def desk() -> AtDesk:
    """A desk with nothing on it."""
    return AtDesk()


@pytest.fixture
def browser(desk: AtDesk) -> Iterator[httpx.Client]:
    """Somebody's browser."""
    with serving(desk) as client:
        yield client


def key_of(browser: httpx.Client, name: str, path: str = DESK) -> str:
    """What the form sends for somebody."""
    return str(page_of(browser.get(path).text).xpath(f"//label[contains(., '{name}')]/preceding-sibling::input/@value")[0])


def signed_in(browser: httpx.Client, path: str = DESK) -> bool:
    """Whether the desk knows who is there."""
    return "signed in as" in browser.get(path).text


def test_signed_out_the_desk_says_what_it_is_and_lists_who_can_sign_in(browser: httpx.Client) -> None:
    answer = browser.get(DESK)
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    told = words_of(page_of(answer.text))
    for words in (
        "The desk of Oak & Acorn <School>",
        "Designated safeguarding lead: Ann Lee",
        "Chair of governors: Sam Reed",
        "Send me a link",
    ):
        assert words in told
    assert "set-cookie" not in answer.headers


def test_a_link_signs_in_the_one_it_was_sent_to_and_only_them(desk: AtDesk, browser: httpx.Client) -> None:
    sent = browser.post(f"{DESK}/link", data={"who": key_of(browser, "Raj Shah")})
    assert (sent.status_code, faults_of(sent.text)) == (200, [])
    assert "a link is on its way" in words_of(page_of(sent.text))
    (school, holder, path) = desk.messages.links[-1]
    assert (school, holder) == ("oak", DEPUTY)
    assert path not in sent.text
    offered = browser.get(path)
    assert (offered.status_code, faults_of(offered.text)) == (200, [])
    assert "As Deputy safeguarding lead: Raj Shah" in words_of(page_of(offered.text))
    entered = browser.post(path)
    assert (entered.status_code, entered.headers["location"]) == (303, DESK)
    assert "Raj Shah, signed in as Deputy safeguarding lead" in words_of(page_of(browser.get(DESK).text))


def test_looking_at_a_link_uses_nothing_up_however_often(desk: AtDesk, browser: httpx.Client) -> None:
    link = desk.link()
    for _ in range(3):
        assert browser.get(link).status_code == 200
        assert browser.head(link).status_code == 200
    assert not signed_in(browser)
    assert browser.post(link).status_code == 303
    assert signed_in(browser)


def test_used_unknown_misshapen_and_expired_links_get_the_same_page(desk: AtDesk, browser: httpx.Client) -> None:
    used, old = desk.link(), desk.link(HEAD)
    browser.post(used)
    browser.cookies.clear()
    desk.wait(minutes=10)
    pages = set()
    for path in (used, old, f"{DESK}/enter/{'x' * 44}", f"{DESK}/enter/x", f"{DESK}/enter/%3Cb%3E", f"{DESK}/enter/{'y' * 5000}"):
        for answer in (browser.get(path), browser.post(path)):
            assert answer.status_code == 404
            assert "set-cookie" not in answer.headers
            pages.add(answer.text)
    (page,) = pages
    assert OVER in page
    assert faults_of(page) == []


def test_a_link_of_one_school_opens_no_other(desk: AtDesk, browser: httpx.Client) -> None:
    elsewhere = desk.link().replace("/oak/", "/ash/")
    assert browser.post(elsewhere).status_code == 404
    assert not signed_in(browser, "/ash/desk")


def test_a_session_goes_to_no_other_school_even_where_its_cookie_does(desk: AtDesk, browser: httpx.Client) -> None:
    desk.sign_in(browser)
    token = next(iter(browser.cookies.jar)).value
    with another(browser) as other:
        other.cookies.set("signpost-desk", str(token))
        assert not signed_in(other, "/ash/desk")
        assert signed_in(other, DESK)


@pytest.mark.parametrize(("public_url", "name"), [("https://signpost.example", "__Secure-signpost-desk"), ("", "signpost-desk")])
def test_the_cookie_is_for_this_desk_alone_and_until_the_browser_closes(public_url: str, name: str) -> None:
    desk = AtDesk(public_url=public_url)
    with serving(desk) as browser:
        cookie = SimpleCookie(browser.post(desk.link()).headers["set-cookie"])
    assert list(cookie) == [name]
    told = cookie[name]
    assert (told["path"], told["samesite"], bool(told["httponly"])) == (DESK, "lax", True)
    assert bool(told["secure"]) is public_url.startswith("https")
    assert (told["max-age"], told["expires"], told["domain"]) == ("", "", "")
    assert len(told.value) >= 40


def test_signing_in_makes_a_session_of_its_own_and_ends_the_one_before(desk: AtDesk, browser: httpx.Client) -> None:
    planted = "planted-by-somebody-else-0123456789"
    link = desk.link()
    with another(browser) as other:
        answer = other.post(link, headers={"Cookie": f"signpost-desk={planted}"})
        first = SimpleCookie(answer.headers["set-cookie"])["signpost-desk"].value
        assert first != planted
        answer = other.post(desk.link(HEAD))
        assert SimpleCookie(answer.headers["set-cookie"])["signpost-desk"].value != first
    assert "signed in as" not in browser.get(DESK, headers={"Cookie": f"signpost-desk={planted}"}).text
    assert "signed in as" not in browser.get(DESK, headers={"Cookie": f"signpost-desk={first}"}).text


def test_a_session_ends_when_idle_and_after_four_hours_whatever_is_done(desk: AtDesk, browser: httpx.Client) -> None:
    desk.sign_in(browser)
    desk.wait(minutes=29)
    assert signed_in(browser)
    desk.wait(minutes=31)
    assert not signed_in(browser)
    desk.sign_in(browser)
    for _ in range(11):
        desk.wait(minutes=20)
        assert signed_in(browser)
    desk.wait(minutes=20)
    assert not signed_in(browser)


def test_whoever_loses_the_role_is_out_at_once(desk: AtDesk, browser: httpx.Client) -> None:
    desk.sign_in(browser, DEPUTY)
    link = desk.link(DEPUTY)
    assert signed_in(browser)
    desk.holders(LEAD, HEAD)
    assert not signed_in(browser)
    assert browser.post(link).status_code == 404
    desk.holders(LEAD, replace(DEPUTY, email="raj@elsewhere.example"), HEAD)
    assert not signed_in(browser)


def test_signing_out_ends_this_session_and_everywhere_ends_all(desk: AtDesk, browser: httpx.Client) -> None:
    with another(browser) as phone, another(browser) as of_head:
        for one in (browser, phone):
            desk.sign_in(one)
        desk.sign_in(of_head, HEAD)
        token = next(iter(phone.cookies.jar)).value
        left = phone.post(f"{DESK}/leave")
        assert (left.status_code, left.headers["location"]) == (303, f"{DESK}?done=left")
        assert "You are signed out" in phone.get(left.headers["location"]).text
        assert "signed in as" not in browser.get(DESK, headers={"Cookie": f"signpost-desk={token}"}).text
        assert signed_in(browser)
        desk.sign_in(phone)
        browser.post(f"{DESK}/leave", data={"everywhere": "yes"})
        assert not signed_in(browser)
        assert not signed_in(phone)
        assert signed_in(of_head)


def test_asking_for_links_too_often_looks_the_same_and_sends_no_more(desk: AtDesk, browser: httpx.Client) -> None:
    key = key_of(browser, "Ann Lee")
    pages = {browser.post(f"{DESK}/link", data={"who": key}).text for _ in range(MOST_LINKS + 2)}
    assert len(pages) == 1
    assert len(desk.messages.links) == MOST_LINKS


@pytest.mark.parametrize("why", ["timeout", "slack.user_gone", "mail.refused", "error"])
def test_what_fails_for_a_reason_of_the_moment_is_not_told(desk: AtDesk, browser: httpx.Client, why: str) -> None:
    key = key_of(browser, "Ann Lee")
    fine = browser.post(f"{DESK}/link", data={"who": key})
    desk.messages.outcome = Outcome(Sent.FAILED, why=why)
    failed = browser.post(f"{DESK}/link", data={"who": key})
    assert (failed.status_code, failed.text) == (fine.status_code, fine.text)


@pytest.mark.parametrize(("why", "words"), [("no_way", "neither Slack nor Teams nor an e-mail"), ("no_address", "PUBLIC_URL")])
def test_what_the_school_has_not_set_up_is_said_plainly(desk: AtDesk, browser: httpx.Client, why: str, words: str) -> None:
    desk.messages.outcome = Outcome(Sent.FAILED, why=why)
    answer = browser.post(f"{DESK}/link", data={"who": key_of(browser, "Ann Lee")})
    assert (answer.status_code, faults_of(answer.text)) == (503, [])
    assert words in words_of(page_of(answer.text))


def test_the_demo_says_where_the_link_was_printed(desk: AtDesk, browser: httpx.Client) -> None:
    desk.messages.outcome = Outcome(Sent.SENT, "console")
    told = browser.post(f"{DESK}/link", data={"who": key_of(browser, "Ann Lee")}).text
    assert "printed on the console" in told
    assert desk.messages.links[-1][2] not in told


def test_nobody_chosen_is_asked_again(desk: AtDesk, browser: httpx.Client) -> None:
    for data in ({}, {"who": "nobody"}, {"who": key_of(browser, "Kim Ash", "/ash/desk")}):
        answer = browser.post(f"{DESK}/link", data=data)
        assert (answer.status_code, faults_of(answer.text)) == (422, [])
        assert "Choose who you are" in answer.text
    assert desk.messages.links == []


def test_nothing_leads_to_another_site(desk: AtDesk, browser: httpx.Client) -> None:
    for query in ("?next=https://evil.example", "?done=//evil.example", "?return_to=%2F%2Fevil.example&done=left"):
        entered = browser.post(desk.link(HEAD) + query)
        assert entered.headers["location"] == DESK
        assert "evil.example" not in browser.get(DESK + query).text
        assert browser.post(f"{DESK}/leave{query}").headers["location"] == f"{DESK}?done=left"
        desk.wait(minutes=11)


def test_a_form_of_another_site_signs_nobody_in_or_out(desk: AtDesk, browser: httpx.Client) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    link = desk.link()
    assert browser.post(link, headers=foreign).status_code == 403
    desk.sign_in(browser)
    assert browser.post(f"{DESK}/leave", headers=foreign).status_code == 403
    assert signed_in(browser)


@pytest.mark.parametrize(
    "path", ["/none/desk", f"/{'a' * 300}/desk", "/oak%00/desk", "/none/desk/enter/x", "/none/desk/cases/x", "/none/desk/figures"]
)
def test_an_unknown_school_has_no_desk(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["x-robots-tag"]) == (404, "noindex, nofollow")


def test_a_school_without_anybody_says_so(desk: AtDesk, browser: httpx.Client) -> None:
    desk.holders()
    answer = browser.get(DESK)
    assert faults_of(answer.text) == []
    assert "nobody can sign in" in answer.text


def test_every_page_of_the_desk_is_kept_nowhere_framed_nowhere_and_found_nowhere(desk: AtDesk, browser: httpx.Client) -> None:
    filed = desk.file()
    link = desk.link()
    pages = [browser.get(DESK), browser.get(link), browser.get(f"{DESK}/enter/x"), browser.post(f"{DESK}/link")]
    desk.sign_in(browser)
    case = f"{DESK}/cases/{filed.concern}"
    paths = (DESK, case, f"{case}?done=reply", f"{DESK}/cases/x", f"{DESK}/figures", f"{DESK}/figures.csv", f"{case}/chronology.pdf")
    pages += [browser.get(path) for path in paths]
    pages += [browser.post(f"{case}/reply", data={"text": ""}), browser.post(f"{case}/reply", data={"text": "x"})]
    for page in pages:
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-robots-tag"] == "noindex, nofollow"
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["referrer-policy"] in {"same-origin", "no-referrer"}
        csp = page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in csp or "sandbox" in csp


def test_only_ids_that_were_sent_to_the_other_school_open_its_desk(desk: AtDesk, browser: httpx.Client) -> None:
    desk.sign_in(browser, OTHER_LEAD, "ash")
    filed = desk.file()
    assert browser.get(f"/ash/desk/cases/{filed.concern}").status_code == 404
    assert filed.reference not in browser.get("/ash/desk?state=all").text
    assert not signed_in(browser)
