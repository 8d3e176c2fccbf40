"""Whoever a report is about finds no trace of it at the desk, on any address there is; and nothing typed by anybody becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Route as Address

from adapters.web.desk_acts import ACTS
from bot.concerns.concern import About, Concern, Route
from bot.concerns.filing import Filed, NobodyLeft
from bot.school import Holder, Role
from tests.adapters.web.at_desk import CHAIR, DEPUTY, HEAD, LEAD, AtDesk, another, new_id, serving
from tests.adapters.web.page import faults_of, page_of
from tests.adapters.web.test_guards import eventually

DESK = "/oak/desk"
CONCERNED = {About.LEAD: LEAD, About.DEPUTY: DEPUTY, About.HEAD: HEAD}
SEES = {About.LEAD: HEAD, About.DEPUTY: LEAD, About.HEAD: CHAIR}
HOSTILE = "</textarea></script><script>alert('x')</script><img src=x onerror=alert(1)> \"' & {{ 7*7 }} {% raw %} \u202e"
FORM = {"text": "t", "reason": "r", "role": "chair", "kind": "child", "outcome": "advice", "day": "2040-01-01"}


@pytest.fixture(scope="module")
def desk() -> AtDesk:
    """A desk."""
    return AtDesk()


@pytest.fixture(scope="module")
def browser(desk: AtDesk) -> Iterator[httpx.Client]:
    """A browser."""
    with serving(desk) as client:
        yield client


def addresses(desk: AtDesk) -> list[tuple[str, str]]:
    """(method, pattern) of every address of the desk, each act on a case with one of its own."""
    found = [
        (method, route.path)
        for route in desk.door.routes()
        if isinstance(route, Address) and route.path.startswith("/{school}/desk")
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    acts = [(method, path.replace("{act}", act)) for method, path in found if "{act}" in path for act in ACTS]
    return [one for one in found if "{act}" not in one[1]] + acts


def ask(browser: httpx.Client, method: str, pattern: str, concern: str, file: str, reference: str) -> httpx.Response:
    """What comes of asking at an address about a case."""
    path = pattern.format(school="oak", concern=concern, file=file, token="none", policy="none")  # noqa: S106
    return browser.request(method, path, data={**FORM, "reference": reference, "submission": "s" * 22} if method == "POST" else None)


def shape(answer: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    """All that an answer tells, but the moment and ids of forms."""
    return (
        answer.status_code,
        re.sub(r'name="submission" value="[\w-]+"', "", answer.text),
        [one for one in answer.headers.items() if one[0] not in {"date"}],
    )


@pytest.mark.parametrize("about", CONCERNED)
def test_the_person_concerned_gets_on_every_address_what_an_unknown_case_gives(desk: AtDesk, browser: httpx.Client, about: About) -> None:
    filed = desk.file(about)
    desk.reports.returning.attach("oak", filed.receipt.code, "picture-1.jpg", "image/jpeg", b"\xff\xd8")
    (attachment, _) = desk.cases.kept["oak"].attachments[filed.concern][0]
    before = desk.cases.kept["oak"].concerns[filed.concern]
    walked = 0
    with another(browser) as theirs:
        desk.sign_in(theirs, CONCERNED[about])
        for method, pattern in addresses(desk):
            if pattern.endswith("/leave"):
                continue
            answer = ask(theirs, method, pattern, filed.concern, attachment.id, filed.reference)
            assert filed.reference not in answer.text.replace("WRONG", "")
            assert filed.concern not in answer.text
            if "{concern}" in pattern:
                walked += 1
                assert answer.status_code == 404
                assert shape(answer) == shape(ask(theirs, method, pattern, new_id(), new_id(), "WRONG1"))
        assert filed.reference not in theirs.get(f"{DESK}?state=all").text
        assert filed.reference.encode() not in theirs.get(f"{DESK}/figures.csv").content
    assert walked == 4 + len(ACTS)
    assert desk.cases.kept["oak"].concerns[filed.concern] == before
    with another(browser) as others:
        desk.sign_in(others, SEES[about])
        assert others.get(f"{DESK}/cases/{filed.concern}").status_code == 200


@pytest.mark.parametrize("about", CONCERNED)
def test_the_list_and_the_figures_of_the_person_concerned_are_as_if_it_had_never_come(about: About) -> None:
    desk = AtDesk()
    with serving(desk) as browser:
        desk.sign_in(browser, CONCERNED[about])
        paths = (DESK, f"{DESK}?state=all", f"{DESK}/figures", f"{DESK}/figures.csv")
        before = [shape(browser.get(path)) for path in paths]
        desk.file(about)
        assert [shape(browser.get(path)) for path in paths] == before


def test_a_case_cannot_be_linked_to_one_that_is_kept_from_the_viewer(desk: AtDesk, browser: httpx.Client) -> None:
    mine, about_me = desk.file(), desk.file(About.LEAD)
    desk.sign_in(browser, LEAD)
    link = f"{DESK}/cases/{mine.concern}/link"
    known = browser.post(link, data={"reference": about_me.reference})
    unknown = browser.post(link, data={"reference": "NONE00"})
    assert (known.status_code, known.text.count("has that reference")) == (unknown.status_code, unknown.text.count("has that reference"))
    assert desk.cases.kept["oak"].concerns[mine.concern].linked == frozenset()


def test_a_case_handed_over_is_lost_again_with_the_role_and_when_it_turns_out_to_be_about_them(browser: httpx.Client, desk: AtDesk) -> None:
    filed = desk.file()
    desk.reports.desk.hand_over("oak", LEAD, filed.concern, Role.CHAIR, "They help")
    path = f"{DESK}/cases/{filed.concern}"
    with another(browser) as of_chair:
        desk.sign_in(of_chair, CHAIR)
        assert of_chair.get(path).status_code == 200
        kept: Concern = desk.cases.kept["oak"].concerns[filed.concern]
        desk.cases.kept["oak"].concerns[filed.concern] = replace(kept, about=frozenset({About.PUPIL, About.CHAIR}), kept_from=(CHAIR,))
        assert of_chair.get(path).status_code == 404
        assert filed.reference not in of_chair.get(DESK).text


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    about=st.sets(st.sampled_from(sorted(CONCERNED)), min_size=1, max_size=2),
    viewer=st.sampled_from([LEAD, DEPUTY, HEAD, CHAIR]),
    second=st.sampled_from([None, Role.CHAIR, Role.DEPUTY]),
)
def test_one_person_in_two_roles_is_kept_out_in_both(
    desk: AtDesk, browser: httpx.Client, about: set[About], viewer: Holder, second: Role | None
) -> None:
    roles = (viewer, replace(viewer, role=second, slack="U1")) if second and second is not viewer.role else (viewer,)
    concerned = {CONCERNED[one].role for one in about} & {one.role for one in roles}
    before = desk.cases.kept["oak"].school
    desk.holders(LEAD, DEPUTY, HEAD, CHAIR, *roles[1:])
    try:
        filed = desk.file(*about)
        with another(browser) as theirs:
            for holder in roles:
                desk.sign_in(theirs, holder)
                status = theirs.get(f"{DESK}/cases/{filed.concern}").status_code
                assert status in ({404} if concerned else {200, 404})
                assert not concerned or filed.reference not in theirs.get(f"{DESK}?state=all").text
    except NobodyLeft:
        assert concerned
    finally:
        desk.cases.kept["oak"].school = before


@pytest.fixture(scope="module")
def hostile(desk: AtDesk, browser: httpx.Client) -> Filed:
    """A case in which everything that anybody can type is hostile."""
    desk.holders(replace(LEAD, name=f"Ann {HOSTILE}"), DEPUTY, HEAD, replace(CHAIR, name=f"Sam {HOSTILE}"))
    filed = desk.file(About.DEPUTY, story=HOSTILE, route=Route.NAMED, name=HOSTILE[:150])
    lead = desk.cases.kept["oak"].school.holders[0]
    at_desk, case = desk.reports.desk, ("oak", lead, filed.concern)
    at_desk.reply(*case, HOSTILE, new_id())
    at_desk.note(*case, HOSTILE, new_id())
    at_desk.decide(*case, HOSTILE, HOSTILE, new_id())
    at_desk.hand_over(*case, Role.CHAIR, HOSTILE)
    desk.reports.returning.add("oak", filed.receipt.code, HOSTILE, new_id())
    desk.reports.returning.attach("oak", filed.receipt.code, f"{HOSTILE}.jpg", "image/jpeg", b"\xff\xd8")
    desk.sign_in(browser, lead)
    return filed


def test_nothing_that_anybody_typed_becomes_markup(browser: httpx.Client, hostile: Filed) -> None:
    case = f"{DESK}/cases/{hostile.concern}"
    answers = [
        browser.get(path) for path in (DESK, case, f"{DESK}/figures", f"{DESK}?state={HOSTILE}&done={HOSTILE}", f"{case}?done={HOSTILE}")
    ]
    answers += [
        browser.post(f"{case}/{act}", data=dict.fromkeys([*FORM, "reference", "submission"], HOSTILE)) for act in ("close", "link", "keep")
    ]
    answers.append(browser.post(f"{DESK}/link", data={"who": HOSTILE}))
    browser.cookies.clear()
    answers += [browser.get(DESK), browser.post(f"{case}/decide", data=dict.fromkeys(["text", "reason", "submission", HOSTILE], HOSTILE))]
    for answer in answers:
        page = page_of(answer.text)
        assert answer.status_code < 500
        assert faults_of(answer.text) == []
        assert not page.xpath("//script[not(@src)]|//img[not(@alt='')]|//*[@onerror]")
        assert "49" not in [part for part in re.findall(r"\{\{ 7\*7 \}\}|\b49\b", answer.text) if part == "49"]


@pytest.mark.parametrize(
    "path",
    [
        f"{DESK}/cases/..%2f..%2fash",
        f"{DESK}/cases/%2e%2e",
        f"{DESK}/cases/x%00y",
        f"{DESK}/cases/x%0d%0aSet-Cookie:a=b",
        f"{DESK}/cases/{'x' * 3000}",
        f"{DESK}/cases/x/files/..%2f..%2fetc%2fpasswd",
        f"{DESK}/cases//chronology.pdf",
        f"{DESK}/CASES/x",
        f"{DESK}//evil.example",
        f"{DESK}/enter/x%0d%0aSet-Cookie:a=b",
    ],
)
def test_tricks_in_the_path_lead_nowhere(desk: AtDesk, browser: httpx.Client, path: str) -> None:
    with another(browser) as other:
        desk.sign_in(other, HEAD)
        for answer in (other.get(path), other.post(f"{path}/reply", data={"text": "x"})):
            assert answer.status_code == 404
            assert "a=b" not in str(answer.headers.get("set-cookie", ""))
            assert "location" not in answer.headers


def test_neither_log_nor_counts_tell_of_a_case(desk: AtDesk, browser: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    filed = desk.file(story="Canarystory")
    with another(browser) as theirs, caplog.at_level("DEBUG"):
        link = desk.link(HEAD)
        theirs.post(link)
        theirs.get(f"{DESK}/cases/{filed.concern}")
        theirs.post(f"{DESK}/cases/{filed.concern}/reply", data={"text": "Canaryreply"})
        eventually(lambda: "/cases/{concern}/{act} 303" in caplog.text)
        counts = theirs.get("/metrics").text
    ours = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("signpost"))
    for word in (filed.concern, filed.reference, link.rpartition("/")[2], "Canary", "Jo Hall", "oak"):
        assert word not in ours
    assert "desk" not in counts
