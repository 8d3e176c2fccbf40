"""Every page: whole, reachable, ours alone, and safe against what a policy or an address says."""

from __future__ import annotations

import html as entities

import httpx
import pytest

from bot.links import clause_path
from tests.adapters.web.page import faults_of, page_of, words_of
from tests.adapters.web.schools import DROPPED_ANCHOR, FRIENDS, FRIENDS_ANCHOR, HOSTILE, HOSTILE_ANCHOR, LEAD_IN

POLICY = "/oak/policies/social-media"
PAGES = (
    "/privacy",
    "/terms",
    "/",
    "/oak/ask",
    "/elm/ask",
    "/oak/policies",
    "/elm/policies",
    POLICY,
    f"{POLICY}/editions/1",
    f"{POLICY}/editions/2",
    f"{POLICY}?q=friend+request",
    f"{POLICY}?binds=parents",
    f"{POLICY}?topic=befriend_parent",
    f"{POLICY}?binds=%3Cscript%3E&topic=%22%3E&clause=%3Cimg%3E",
    f"{POLICY}/health",
    "/ash/policies/online",
    "/ash/policies/online/health",
    "/topics/trust",
    "/topics/trust?show=differ",
    "/topics/trust?show=silent",
)
MISSING = (
    "/nowhere",
    "/none/ask",
    "/none/policies",
    "/oak/policies/none",
    f"{POLICY}/editions/3",
    f"{POLICY}/editions/0",
    f"{POLICY}/editions/99999999999999999999",
    f"{POLICY}/editions/one",
    "/topics/nobody",
    "/oak%00/policies",
    f"/{'a' * 300}/policies",
    "/ask",
    "/%3Cscript%3Ealert(1)%3C%2Fscript%3E/ask",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_loads_nothing_from_elsewhere(web: httpx.Client, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 200
    assert faults_of(answer.text) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_demo_is_whole_too(demo: httpx.Client, path: str) -> None:
    answer = demo.get(path)
    assert answer.status_code == 200
    assert faults_of(answer.text) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_word_of_a_policy_or_an_address_becomes_markup(web: httpx.Client, path: str) -> None:
    text = web.get(path).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "<b>" not in text
    assert "49" not in words_of(page_of(text)).replace("2049", "") or path.startswith(("/ash", "/topics"))


@pytest.mark.parametrize("path", PAGES)
def test_every_link_on_a_page_leads_somewhere(web: httpx.Client, path: str) -> None:
    links = {link for link in page_of(web.get(path).text).xpath("//a/@href") if link.startswith("/") and "?clause=" not in link}
    assert {link: web.get(link).status_code for link in sorted(links)} == dict.fromkeys(sorted(links), 200)


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_said_kindly_and_not_repeated(web: httpx.Client, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert faults_of(answer.text) == []
    assert "This page is not here" in answer.text
    assert "script>alert" not in entities.unescape(answer.text)


def test_clauses_stand_word_for_word_at_their_anchors_with_lead_in_number_and_page(web: httpx.Client) -> None:
    page = page_of(web.get(POLICY).text)
    friends = page.get_element_by_id(FRIENDS_ANCHOR)
    assert friends.xpath("string(p[@class='words'])") == FRIENDS
    assert "1.1" in words_of(friends)
    assert "page 2" in words_of(friends)
    post = page.get_element_by_id("post")
    assert LEAD_IN in words_of(post.getprevious())
    assert [words_of(one) for one in page.xpath("//p[@class='lead-in words']")].count(LEAD_IN) == 1  # once for both clauses
    assert page.get_element_by_id(HOSTILE_ANCHOR).xpath("string(p[@class='words'])") == HOSTILE


def test_the_clause_a_link_leads_to_is_marked_and_announced(web: httpx.Client) -> None:
    page = page_of(web.get(clause_path("oak", "social-media", 2, FRIENDS_ANCHOR).split("#")[0]).text)
    marked = page.xpath("//div[contains(@class, 'sent-here')]")
    assert [one.get("id") for one in marked] == [FRIENDS_ANCHOR]
    assert marked[0].get("tabindex") == "-1"
    told = page.get_element_by_id("sp-sent")
    assert told.get("role") == "status"
    assert "You were sent to clause 1.1" in words_of(told)
    assert told.xpath("a/@href") == [f"#{FRIENDS_ANCHOR}"]


def test_a_link_of_a_hostile_anchor_leads_to_its_clause(web: httpx.Client) -> None:
    link = clause_path("oak", "social-media", 2, HOSTILE_ANCHOR)
    page = page_of(web.get(link.split("#")[0]).text)
    assert [one.get("id") for one in page.xpath("//div[contains(@class, 'sent-here')]")] == [HOSTILE_ANCHOR]
    assert link in page.xpath("//a[@data-copy]/@href")


def test_a_link_to_a_clause_that_is_nowhere_says_so(web: httpx.Client) -> None:
    page = page_of(web.get(f"{POLICY}?clause=gone").text)
    assert "is not in this edition" in words_of(page.get_element_by_id("sp-sent"))


def test_an_old_edition_says_so_and_since_when_and_leads_to_the_same_clause_today(web: httpx.Client) -> None:
    page = page_of(web.get(f"{POLICY}/editions/1?clause={FRIENDS_ANCHOR}").text)
    notice = page.xpath("//div[@class='caution strong']")[0]
    assert "This is an old edition. Edition 1 was replaced on 5 March 2026" in words_of(notice)
    assert notice.xpath(".//a/@href") == [clause_path("oak", "social-media", 2, FRIENDS_ANCHOR)]


def test_an_old_edition_says_when_the_clause_is_gone(web: httpx.Client) -> None:
    notice = page_of(web.get(f"{POLICY}/editions/1?clause={DROPPED_ANCHOR}").text).xpath("//div[@class='caution strong']")[0]
    assert "not in the current edition" in words_of(notice)
    assert notice.xpath(".//a/@href") == [POLICY]


def test_the_current_edition_bears_no_such_notice_but_says_that_its_review_is_overdue(web: httpx.Client) -> None:
    page = page_of(web.get(POLICY).text)
    assert not page.xpath("//div[@class='caution strong']")
    assert "Overdue for review. This policy was due for review by 1 May 2025" in words_of(page)


def test_who_it_binds_filters_the_clauses_but_keeps_the_one_linked_to(web: httpx.Client) -> None:
    def shown(query: str) -> list[str]:
        return list(page_of(web.get(f"{POLICY}?{query}").text).xpath("//div[starts-with(@class, 'clause')]/@id"))

    assert shown("binds=parents") == ["parents-may"]
    assert shown("binds=parents&clause=tag") == ["parents-may", "tag"]
    assert shown("binds=wizards") == []
    assert FRIENDS_ANCHOR in shown("topic=befriend_parent")
    assert "tag" not in shown("topic=befriend_parent")


def test_a_search_ranks_the_clauses_as_the_answers_do_and_links_to_them(web: httpx.Client) -> None:
    page = page_of(web.get(f"{POLICY}?q=friend+request+from+a+parent").text)
    first = page.xpath("//section[@class='results']//li")[0]
    assert FRIENDS in words_of(first)
    assert first.xpath(".//a/@href") == [clause_path("oak", "social-media", 2, FRIENDS_ANCHOR)]


def test_a_search_that_tells_of_harm_shows_999_above_all(web: httpx.Client) -> None:
    page = page_of(web.get(f"{POLICY}?q=a+child+told+me+her+uncle+hits+her").text)
    urgent = page.xpath("//section[@class='urgent']")[0]
    assert words_of(urgent).startswith("If anyone may be in danger now, ring 999 first.")
    assert "tel:01632960001" in urgent.xpath(".//a/@href")


def test_the_topics_table_says_each_stance_in_a_word_and_links_it_to_its_clause(web: httpx.Client) -> None:
    page = page_of(web.get("/topics/trust").text)
    row = next(row for row in page.xpath("//tbody/tr") if "friend" in words_of(row).lower() and "parent" in words_of(row).lower())
    cells = dict(zip(("ash", "elm", "oak"), row.xpath("td"), strict=True))
    assert "Forbids" in words_of(cells["oak"])
    assert cells["oak"].xpath("a/@href") == [clause_path("oak", "social-media", 2, FRIENDS_ANCHOR)]
    assert "Silent" in words_of(cells["elm"])
    assert cells["elm"].xpath(".//a") == []
    assert all(len(words_of(cell)) > len("Info") for cell in page.xpath("//tbody//td"))  # never a sign alone


def test_the_filters_of_the_topics_table_leave_what_they_say(web: httpx.Client) -> None:
    def rows(show: str) -> list[list[str]]:
        page = page_of(web.get(f"/topics/trust?show={show}").text)
        return [[words_of(cell) for cell in row.xpath("td")] for row in page.xpath("//tbody/tr[td]")]

    everything, differing, silent = rows("all"), rows("differ"), rows("silent")
    assert differing == [cells for cells in everything if len(set(cells)) > 1]
    assert silent == [cells for cells in everything if any("Silent" in cell for cell in cells)]
    assert len(everything) > len(differing) > 0
    assert rows("nonsense") == everything


def test_the_health_page_shows_the_worst_first_and_draws_silences_together(web: httpx.Client) -> None:
    page = page_of(web.get(f"{POLICY}/health").text)
    titles = [words_of(one) for one in page.xpath("//h2")]
    assert titles[0].startswith("Serious")
    assert "due for review by 1 May 2025" in words_of(page.xpath("//section")[0])
    silences = [one for one in page.xpath("//p[@class='kind']") if words_of(one) == "Topics not covered"]
    assert 1 <= len(silences) <= len(titles)
    assert "Signpost found nothing in the policy on these" in words_of(silences[0].getparent())


def test_the_demo_starts_with_a_question_and_says_how_to_connect(demo: httpx.Client) -> None:
    page = page_of(demo.get("/").text)
    assert page.xpath("//select[@name='school']/option/@value") == ["ash", "elm", "oak"]
    for told in ("signpost slack manifest", "signpost teams package", "signpost chat", "SLACK_APP_TOKEN", "MICROSOFT_APP_TENANT_ID"):
        assert told in words_of(page)
    assert "Slack connected" in words_of(page)
    assert "Teams not connected yet" in words_of(page)


def test_an_installation_that_is_no_demo_names_no_school_on_its_start_page(web: httpx.Client) -> None:
    text = web.get("/").text
    for name in ("Oak", "Ash", "Elm", "/topics/"):
        assert name not in text


def test_the_style_script_and_icon_are_kept_by_browsers_until_they_change(web: httpx.Client) -> None:
    page = page_of(web.get("/").text)
    found = set(page.xpath("//link/@href|//script/@src"))
    assert len(found) == 3
    for address in found:
        answer = web.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert "immutable" not in web.get(address.split("?")[0]).headers["cache-control"]
    assert web.get("/static/door.py").status_code == 404
    assert web.get("/static/..%2fdoor.py").status_code == 404
