"""Reporting on the web: what is said first, what is asked, what is kept, and the code that is shown once and typed back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.asking import EMERGENCY_LINE
from bot.concerns import form
from bot.concerns.concern import About, Evidence, Kind, Police, Route, Wish
from bot.concerns.filing import LONGEST_NAME, LONGEST_STORY
from tests.adapters.web.page import faults_of, page_of, words_of
from tests.adapters.web.reporting import CHECK, REPORT, STORY, Taking, code_in, fields_of, taking, typed_in
from tests.adapters.web.schools import HOLDERS, WORRY

HOSTILE = "</textarea><script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }} & \r\nSet-Cookie: a=b"


@pytest.fixture(scope="module")
def running() -> Iterator[Taking]:
    """The schools, served once for this file."""
    with taking() as taken:
        yield taken


@pytest.fixture
def schools(running: Taking) -> Taking:
    """The schools with nothing reported yet."""
    for kept in running.cases.kept.values():
        kept.concerns.clear(), kept.filings.clear(), kept.entries.clear(), kept.receipts.clear(), kept.attachments.clear()
    return running


def test_what_must_be_known_is_said_before_anything_is_asked(schools: Taking) -> None:
    answer = schools.client.get(REPORT)
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    words = words_of(page_of(answer.text).get_element_by_id("sp-main"))
    told = [EMERGENCY_LINE, form.ANONYMOUS, form.GIVES_WAY, form.IMAGES, form.STORY_ASKED, form.ABOUT_ASKED, form.ABOUT_HINT]
    told += [*form.abouts(schools.cases.kept["oak"].school).values(), form.KIND_ASKED, *form.KINDS.values(), form.WISH_ASKED]
    told += [*form.WISHES.values(), form.URGENT_ASKED, form.EVIDENCE_ASKED, form.EVIDENCE_ADVICE, form.POLICE_ASKED, form.POLICE_ADVICE]
    at = 0
    for one in told:
        at = words.find(" ".join(one.split()), at)
        assert at >= 0, one
    assert "tel:01632960001" in page_of(answer.text).xpath("//section[@class='urgent']//a/@href")


def test_every_choice_has_a_label_of_its_own_and_nothing_runs_on_the_page(schools: Taking) -> None:
    page = page_of(schools.client.get(REPORT).text)
    assert page.xpath("//script") == []
    for box in page.xpath("//input[@type='checkbox' or @type='radio']"):
        assert words_of(page.xpath(f"//label[@for='{box.get('id')}']")[0])
    assert page.xpath("//form/@enctype") == ["multipart/form-data"]
    assert {field.get("autocomplete") for field in page.xpath("//textarea|//select|//input[@type='text']")} == {"off"}


def test_a_report_is_kept_as_it_was_filled_in_and_its_code_opens_it(schools: Taking) -> None:
    chosen = {"about": ["colleague", "head"], "kind": "cyberbullying", "wish": "advice", "urgent": "yes"}
    answer = schools.send(schools.form() | chosen | {"evidence": "kept", "police": "undecided"})
    (kept,) = schools.concerns()
    assert (kept.kind, kept.wish, kept.urgent) == (Kind.CYBERBULLYING, Wish.ADVICE, True)
    assert (kept.evidence, kept.police, kept.about) == (Evidence.KEPT, Police.UNDECIDED, {About.COLLEAGUE, About.HEAD})
    assert (kept.route, kept.reporter) == (Route.ANONYMOUS, "")
    assert schools.said() == [STORY]
    assert schools.reports.returning.read("oak", code_in(answer)).reference == kept.reference


def test_the_page_after_it_says_who_can_read_it_and_shows_the_code_for_eye_and_ear(schools: Taking) -> None:
    answer = schools.send(schools.form() | {"about": ["head"]})
    page, code = page_of(answer.text), code_in(answer)
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    words = words_of(page.get_element_by_id("sp-main"))
    assert "Chair of governors: Sam Reed" in words
    assert "Jo Hall" not in words
    assert schools.concerns()[0].reference in words
    assert page.xpath("//p[@class='code']/@aria-hidden") == ["true"]
    assert ", ".join(code[:4]) in words_of(page.xpath("//div[@class='code-box']/p[@class='unseen']")[0])
    assert code not in str(answer.url)
    assert answer.history == []
    assert answer.headers["cache-control"] == "no-store"


def test_the_code_typed_back_is_told_right_from_wrong_and_the_report_stands_either_way(schools: Taking) -> None:
    kept = schools.send()
    code, back = code_in(kept), fields_of(page_of(kept.text))
    wrong = schools.client.post(REPORT, data=back | {"typed": "4F2K"})
    assert (wrong.status_code, code_in(wrong), faults_of(wrong.text)) == (422, code, [])
    right = schools.client.post(REPORT, data=back | {"typed": code.lower().replace("-", " ").replace("0", "o")})
    assert right.status_code == 200
    assert "You can close this page" in words_of(page_of(right.text))
    assert code not in right.text
    assert len(schools.concerns()) == 1
    assert CHECK in page_of(kept.text).xpath("//main//a/@href")


def test_a_name_is_kept_only_where_it_is_written(schools: Taking) -> None:
    schools.send(schools.form() | {"name": "Pat Gray"})
    schools.send(schools.form() | {"name": "   "})
    assert [(one.route, one.reporter) for one in schools.concerns()] == [(Route.NAMED, "Pat Gray"), (Route.ANONYMOUS, "")]


def test_the_same_form_sent_twice_is_one_report_with_one_code(schools: Taking) -> None:
    sent = schools.form()
    first, second = schools.send(sent), schools.send(sent)
    assert code_in(first) == code_in(second)
    assert len(schools.concerns()) == 1
    assert schools.said() == [STORY]
    assert "it is one report, with one code" in words_of(page_of(second.text))


def test_the_same_form_sent_at_the_same_moment_is_one_report_too(schools: Taking) -> None:
    sent = schools.form()
    with ThreadPoolExecutor(4) as several:
        codes = {code_in(answer) for answer in several.map(lambda _: schools.send(sent), range(4))}
    assert len(codes) == 1
    assert len(schools.concerns()) == 1


def test_who_cannot_wait_is_told_whom_to_ring_and_never_somebody_it_is_about(schools: Taking) -> None:
    urgent = words_of(page_of(schools.send(schools.form() | {"urgent": "yes", "about": ["lead", "head"]}).text))
    assert "You said that it cannot wait. Do not wait for an answer here: ring somebody it is not about." in urgent
    assert "01632 960004" in urgent
    assert HOLDERS[0].phone not in urgent
    assert "You said that it cannot wait" not in words_of(page_of(schools.send(schools.form()).text))


def test_what_is_changed_before_it_is_sent_again_is_not_lost(schools: Taking) -> None:
    sent = schools.form()
    schools.send(sent)
    schools.send(sent | {"story": "There is more to it."})
    assert sorted(schools.said()) == sorted([STORY, "There is more to it."])


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"story": "  "}, "story"),
        ({"about": []}, "about"),
        ({"story": "x" * (LONGEST_STORY + 1)}, "story"),
        ({"name": "n" * (LONGEST_NAME + 1)}, "name"),
    ],
)
def test_what_is_missing_is_named_at_the_top_with_all_that_was_typed_still_there(
    schools: Taking, missing: dict[str, Any], field: str
) -> None:
    typed = (
        schools.form() | {"kind": "child", "wish": "record", "urgent": "yes", "evidence": "none", "police": "no", "name": "Pat"} | missing
    )
    answer = schools.send(typed)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    page = page_of(answer.text)
    again = fields_of(page)
    assert {name: value for name, value in again.items() if name != "story"} == {
        name: value[0] if isinstance(value, list) and value else value for name, value in typed.items() if name != "story" and value
    }
    assert typed_in(answer) == typed["story"]
    (link,) = page.xpath("//div[@role='alert']//a/@href")
    assert page.get_element_by_id(link[1:]).get("name") == field
    wrong = page.get_element_by_id(f"sp-{field}-wrong")
    assert words_of(wrong) in words_of(page.xpath("//div[@role='alert']")[0])
    assert wrong.get("id") in " ".join(page.xpath("//@aria-describedby"))
    assert page.xpath("//*[@aria-invalid='true']/@name")[0] == field
    assert schools.concerns() == []
    assert "received" not in answer.text.lower()


def test_a_form_mended_and_sent_again_is_kept_under_the_same_id(schools: Taking) -> None:
    faulty = schools.form() | {"about": []}
    again = fields_of(page_of(schools.send(faulty).text))
    assert again["filing"] == faulty["filing"]
    code_in(schools.send(again | {"about": ["pupil"]}))
    assert schools.said() == [STORY]


@pytest.mark.parametrize(
    "field", ["story", "name", "about", "kind", "wish", "urgent", "evidence", "police", "filing", "step", "code", "typed"]
)
def test_hostile_words_in_any_field_are_words_and_nothing_else(schools: Taking, field: str) -> None:
    for about in (["colleague"], []):
        answer = schools.send(schools.form() | {"about": about, "name": "Pat"} | {field: HOSTILE})
        assert answer.status_code in {200, 422}
        assert faults_of(answer.text) == []
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "set-cookie" not in answer.headers
        assert "{{" not in answer.text or field in {"story", "name"}


def test_hostile_words_are_shown_as_words_to_those_who_come_back(schools: Taking) -> None:
    answer = schools.step(schools.filed(story=HOSTILE))
    assert faults_of(answer.text) == []
    assert "<script>alert" not in answer.text
    assert "onerror=alert(1)>{{ 7*7 }}" in words_of(page_of(answer.text))


def test_choices_that_nobody_offered_are_left_out_and_the_story_is_kept(schools: Taking) -> None:
    schools.send(schools.form() | {"kind": "war", "wish": "gold", "about": ["pupil", "aliens"], "police": "999", "evidence": "x"})
    (kept,) = schools.concerns()
    assert (kept.kind, kept.wish, kept.about, kept.police) == (Kind.OTHER, Wish.ACTION, {About.PUPIL}, Police.NOT_ASKED)


def test_a_school_that_is_not_here_has_no_form(schools: Taking) -> None:
    for path in ("/none/report", "/none/report/check", "/%3Cscript%3E/report", "/oak%00/report", f"/{'a' * 300}/report"):
        assert schools.client.get(path).status_code == 404
        assert schools.client.post(path, data={"story": STORY}).status_code == 404
    assert schools.client.get("/oak/report/").status_code in {404, 307}
    assert schools.client.get("/oak/report/../report").status_code == 200


def test_a_worry_told_to_the_chat_page_is_offered_the_form_and_the_way_back(schools: Taking) -> None:
    page = page_of(schools.client.post("/oak/ask", data={"question": WORRY}).text)
    offered = {words_of(link): link.get("href") for link in page.xpath("//div[@class='offer']//a")}
    assert offered == {"Report this privately": REPORT, "Check my report": CHECK}
    asked = page_of(schools.client.post("/oak/ask", data={"question": "how do I check the report I made?"}).text)
    assert asked.xpath("//article[@class='turn']/@data-gist")[0]


def test_the_demo_leads_to_a_form_and_a_desk(schools: Taking) -> None:
    with taking(demo=True) as shown:
        links = page_of(shown.client.get("/").text).xpath("//main//a/@href")
        for path in ("/ash/report", "/ash/report/check", "/ash/desk"):
            assert path in links
            assert shown.client.get(path).status_code == 200


def test_the_pages_that_say_what_is_kept_tell_of_reports_where_they_are_taken(schools: Taking) -> None:
    assert "When you report something privately" in schools.client.get("/privacy").text
    assert "takes no reports" not in schools.client.get("/terms").text
    assert faults_of(schools.client.get("/privacy").text) == []
    assert "cannot pass on reports" not in schools.client.get("/oak/ask").text
