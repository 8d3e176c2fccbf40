"""Two schools in the whole house: whatever of one is shown at the other, by page, button, dialog or code, it gives what nothing gives."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from adapters.store.tables import METADATA
from adapters.teams import wording
from bot.concerns import wording_of_pings
from bot.concerns.concern import Concern
from bot.concerns.in_chat import NOT_YOURS
from bot.concerns.signing_in import holder_key
from bot.school import Holder, Role, School
from tests.adapters.desk_walk import OF_ONE_CASE, WALKED, Known, ask, asked, desk_routes, shape
from tests.adapters.teams.dialog_client import fetch
from tests.adapters.teams.running import button
from tests.adapters.test_reports_exclusion_routes import PNG
from tests.adapters.web.page import page_of, words_of
from tests.adapters.whole_house import DEPUTY, LEAD, OAK, WholeHouse, whole_house
from tests.databases import migrated_database

# The lead of ash has the same name, number and chat ids as oak's: whoever looks these up without asking for the school finds the wrong one.
ASH_LEAD = Holder(Role.LEAD, LEAD.name, LEAD.phone, "ann@ash.example", slack=LEAD.slack, teams="entra-ann")
ASH = School("ash", "Ash School", "trust", (ASH_LEAD, Holder(Role.HEAD, "Di Ash", "01632 960011", "di@ash.example")))
OAKS, ASHES = ("teams", "known-tenant"), (("slack", "T-known"), ("teams", "ash-tenant"))
NO_CODE = "ABCD-2345-6789-ABCD-EFGH"
STEPS = ("", "add", "police", "files", "withdraw", "sure")
WORDS = ("tapirstory", "tapirmore", "tapirreply", "tapirname")


@dataclass
class Two:
    """A house with a report in each school, the same in all but its words."""

    house: WholeHouse
    oak: Concern
    code: str
    file: str
    mine: Concern
    token: str
    session: str
    browser: httpx.Client

    @property
    def known(self) -> Known:
        """All that could be known of oak's report, asked for at ash."""
        who = holder_key(DEPUTY)
        return Known("ash", self.oak.id, self.file, self.oak.reference, self.token, who, self.house.link_token("oak", self.oak.id, who))

    @property
    def traces(self) -> tuple[str, ...]:
        """What would tell of it."""
        return (*WORDS, self.oak.id, self.oak.reference, self.file)


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    """Both schools, with the lead of ash signed in at ash."""
    with migrated_database("sqlite") as engine, whole_house(str(engine.url)) as house:
        house.apply(OAK, OAKS)
        house.apply(ASH, *ASHES)
        for tenant, user in (("known-tenant", "deputy"), ("ash-tenant", "ann")):
            house.deliver(house.microsoft.activity("hello", tenant=tenant, user=user))
        code = house.report(house.browser(), "The tapirstory happened.", "pupil", name="Pat Tapirname", files=[("t.png", PNG)])
        house.step(house.browser(), code, "add", text="And tapirmore.")
        house.report(house.browser(), "An ash story.", "pupil", school="ash")
        (oak,), (mine,) = kept(house, "oak"), kept(house, "ash")
        lead = house.signed_in(LEAD)
        lead.post(f"/oak/desk/cases/{oak.id}/reply", data={"text": "tapirreply", "submission": "reply-0123456789abcdef"})
        with house.house.reports.cases.unit("oak") as unit:
            case = unit.case(oak.id)
        assert case
        (session,) = lead.cookies.values()
        token = house.link(DEPUTY).rpartition("/")[2]
        yield Two(house, oak, code, case.attachments[0].id, mine, token, session, house.signed_in(ASH_LEAD, "ash"))


def kept(house: WholeHouse, school: str) -> tuple[Concern, ...]:
    """A school's reports."""
    with house.house.reports.cases.unit(school) as unit:
        return unit.concerns()


def rows_of(two: Two, school: str) -> dict[str, list[Any]]:
    """Every row of a school in every table that has schools."""
    with two.house.house.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table).where(table.c.school == school))), key=repr)
            for table in METADATA.sorted_tables
            if "school" in table.c
        }


@pytest.fixture(autouse=True)
def nothing_of_oak_changes(two: Two) -> Iterator[None]:
    """Nothing: whatever is done at ash, every row of oak's stays."""
    before = rows_of(two, "oak")
    assert before["entries"]
    assert before["attachments"]
    yield
    assert rows_of(two, "oak") == before


def test_every_address_of_the_desk_is_walked(two: Two) -> None:
    assert desk_routes(two.house.app) == WALKED.keys()


def test_whatever_of_another_schools_case_is_asked_for_gives_what_an_unknown_one_gives(two: Two) -> None:
    known, unknown = two.known, two.known.unknown()
    walked = 0
    for method, pattern in asked(two.house.app):
        answer = ask(two.browser, method, pattern, known)
        assert [trace for trace in two.traces if trace in answer.text] == [], (method, pattern)
        if "{concern}" in pattern or "{token}" in pattern or pattern.endswith("/link"):
            walked += 1
            assert answer.status_code == (422 if pattern.endswith("desk/link") else 404), (method, pattern)
            assert shape(answer, known) == shape(ask(two.browser, method, pattern, unknown), unknown), (method, pattern)
    assert walked > 15


def test_a_file_or_a_link_of_another_schools_case_is_not_reached_through_a_case_of_ones_own(two: Two) -> None:
    case = OF_ONE_CASE.format(school="ash", concern=two.mine.id)
    assert two.browser.get(case).status_code == 200
    assert two.browser.get(f"{case}/files/{two.file}").status_code == 404
    answers = [two.browser.post(f"{case}/link", data={"reference": one}) for one in (two.oak.reference, "ZZZZZZ")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("No other case at your desk has that reference" in answer.text for answer in answers)
    assert two.oak.id not in answers[0].text


def test_the_list_and_figures_hold_ones_own_school_alone(two: Two) -> None:
    shown = words_of(page_of(two.browser.get("/ash/desk?state=all").text))
    assert two.mine.reference in shown
    assert "1 case" in shown
    assert two.oak.reference not in shown


def test_a_session_of_one_school_is_none_at_the_other(two: Two) -> None:
    visitor, cookie = two.house.browser(), {"Cookie": f"signpost-desk={two.session}"}
    assert "Sign out" in visitor.get("/oak/desk", headers=cookie).text
    assert "Sign out" not in visitor.get("/ash/desk", headers=cookie).text
    for path in ("/figures", "/figures.csv", f"/cases/{two.mine.id}", f"/cases/{two.mine.id}/chronology.pdf"):
        assert visitor.get(f"/ash/desk{path}", headers=cookie).status_code == 401
    assert visitor.post("/ash/desk/leave", headers=cookie, data={"everywhere": "yes"}).status_code == 303
    assert "Sign out" in visitor.get("/oak/desk", headers=cookie).text


@pytest.mark.parametrize("step", STEPS)
def test_a_code_of_one_school_opens_nothing_at_the_other(two: Two, step: str) -> None:
    files = {"files": [("t.png", PNG)]} if step == "files" else {}
    answers = [
        two.house.step(two.house.browser(), code, step, school="ash", text="x", police="no", **files) for code in (two.code, NO_CODE)
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].text == answers[1].text
    assert not [word for word in WORDS if word in answers[0].text]


def test_a_code_of_one_school_opens_nothing_in_the_others_chats(two: Two) -> None:
    in_teams, in_slack = [], []
    person = two.house.in_slack("USOMEBODY")
    for code in (two.code, NO_CODE):
        in_teams.append(fetch(two.house, "check", tenant="ash-tenant", user="ann").press(wording.OPEN_MINE, code=code).text)  # type: ignore[arg-type]
        person.command("check")
        in_slack.append(person.submit({"report-code-box": code}))
    for said in (in_teams, in_slack):
        assert said[0] == said[1]
        assert "That code opens no report here" in str(said)


def test_a_button_of_one_school_does_nothing_for_the_others_lead(two: Two) -> None:
    house = two.house
    answers: list[tuple[Any, ...]] = []
    for concern in (two.oak.id, "A" * len(two.oak.id)):
        ping = wording_of_pings.ping(two.oak.reference, house.clock.ahead, "")
        reply = wording_of_pings.chat(replace(ping, press=f"ack.{concern}"))
        assert house.house.teams
        assert house.house.messenger.loop
        told = asyncio.run_coroutine_threadsafe(house.house.teams.tell_reply("ash-tenant", "entra-ann", reply), house.house.messenger.loop)
        assert told.result(20).state.value == "sent"
        pressed = button(house.microsoft.posted[-1].card, "Acknowledge")  # type: ignore[arg-type]
        value = {"action": {"type": pressed["type"], "verb": pressed.get("verb"), "data": pressed["data"]}, "trigger": "manual"}
        activity = house.microsoft.activity(tenant="ash-tenant", user="ann")
        status, body, shown = house.deliver(activity | {"type": "invoke", "name": "adaptiveCard/action", "value": value})
        answers.append((status, str(body), [one.text for one in shown]))
        assert house.house.slack
        told = asyncio.run_coroutine_threadsafe(house.house.slack.tell_reply("ULEAD", "T-known", reply), house.house.messenger.loop)
        assert told.result(20).state.value == "sent"
        house.in_slack("ULEAD").press(house.slack.posted[-1], "Acknowledge")
        answers[-1] += (house.slack.posted[-1].text.partition(NOT_YOURS)[1:],)
    assert answers[0] == answers[1]
    assert str(answers).count(NOT_YOURS) == 4
