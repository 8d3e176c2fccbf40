"""Whoever a report is about walks every address of the whole house, waits for pings and presses stray buttons: nothing is there."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer

from adapters.terminal.app import app as commands
from adapters.web.desk_acts import ACTS
from bot.concerns import wording_of_pings
from bot.concerns.concern import Concern
from bot.concerns.figures import SMALL
from bot.concerns.in_chat import NOT_YOURS
from bot.concerns.signing_in import holder_key
from bot.school import Holder, Role, School
from tests.adapters.desk_walk import ACKNOWLEDGE, DESK, LISTS, OF_ONE_CASE, WALKED, Known, ask, asked, desk_routes, shape
from tests.adapters.installed import KEY, Installation
from tests.adapters.teams.running import button
from tests.adapters.web.page import page_of, words_of
from tests.adapters.whole_house import CHAIR, DEPUTY, HEAD, LEAD, OAK, OAK_PLACES, WholeHouse, whole_house
from tests.databases import migrated_database
from tests.stand_ins.slack import Posted as SlackPosted
from tests.stand_ins.teams import Posted as TeamsPosted

WORDS = ("quetzalstory", "quetzalmore", "quetzalname", "quetzalreply", "quetzalnote", "quetzalreason")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fea72d99"
    "190000000049454e44ae426082"
)
LEAD_HERE = replace(LEAD, teams="entra-lead")
BOTH_ROLES = (  # one person in two records, each written in another way
    Holder(Role.LEAD, "Ms J. Hall", "01632 960001", "jo@oak.example", slack="UJO", teams="entra-jo"),
    Holder(Role.HEAD, "Jo Hall", "01632 960003", "JO@Oak.example"),
)
DEPUTY_HERE = replace(DEPUTY, slack="URAJ")
NOW_HEAD = replace(DEPUTY_HERE, role=Role.HEAD, name="Mr Raj Shah", phone="01632 960009")

OTHERS = SMALL - 1  # reports that the person concerned may see: with one more, the figures would show a number
NEW_DEPUTY = Holder(Role.DEPUTY, "Kit New", "01632 960008", "kit@oak.example")


@dataclass(frozen=True)
class Scene:
    """Who is concerned. ``about``: what the reporter ticks. ``concerned``: as they sign in. ``sees``: somebody who may see it.

    ``before``, ``after``: the school's people when it is filed, and when they look.
    """

    about: str
    concerned: Holder
    sees: Holder
    before: tuple[Holder, ...]
    after: tuple[Holder, ...] = ()


SCENES = {
    "the lead": Scene("lead", LEAD_HERE, HEAD, (LEAD_HERE, DEPUTY, HEAD, CHAIR)),
    "a head who is the lead too": Scene("head", BOTH_ROLES[0], CHAIR, (*BOTH_ROLES, DEPUTY, CHAIR)),
    "a deputy who becomes the head": Scene(
        "deputy",
        NOW_HEAD,
        LEAD,
        (LEAD, DEPUTY_HERE, HEAD, CHAIR),
        (LEAD, NEW_DEPUTY, NOW_HEAD, CHAIR),
    ),
    "a deputy who becomes the head and stays deputy": Scene(
        "deputy", DEPUTY_HERE, LEAD, (LEAD, DEPUTY_HERE, HEAD, CHAIR), (LEAD, DEPUTY_HERE, NOW_HEAD, CHAIR)
    ),
}


@dataclass
class Looking:
    """A house in which a report about somebody is kept.

    ``about``, ``other``: it, and one that most may see. ``early``: the browser in which the person concerned was signed in before roles
    changed. ``before``: what they were shown before it came.
    """

    house: WholeHouse
    scene: Scene
    about: Concern
    other: Concern
    file: str
    browser: httpx.Client
    early: httpx.Client
    before: dict[str, str]

    @property
    def known(self) -> Known:
        """All that could be known of it."""
        who = holder_key(self.scene.concerned)
        return Known("oak", self.about.id, self.file, self.about.reference, "t" * 44, who, self.house.link_token("oak", self.about.id, who))

    @property
    def traces(self) -> tuple[str, ...]:
        """What would tell of it."""
        return (*WORDS, self.about.id, self.about.reference, self.file)


@pytest.fixture(scope="module", params=SCENES)
def looking(request: pytest.FixtureRequest) -> Iterator[Looking]:
    """A scene, with the person concerned signed in."""
    scene = SCENES[request.param]
    with migrated_database("sqlite") as engine, whole_house(str(engine.url)) as house:
        staffed(house, scene.before)
        house.microsoft.posted.clear()
        for user in ("lead", "jo", "deputy", "stranger"):
            house.deliver(house.microsoft.activity("hello", user=user))
        other, *_ = [filed(house, "An ordinary story.", "pupil")[0] for _ in range(OTHERS)]
        signs_in = next(one for one in scene.before if one.email.lower() == scene.concerned.email.lower())
        early = house.signed_in(signs_in)
        before = lists(early)
        about, code = filed(house, "The quetzalstory happened.", scene.about, name="Pat Quetzalname", files=[("q.png", PNG)])
        house.step(house.browser(), code, "add", text="And quetzalmore.")
        who_may_works(house, scene, about, other)
        if scene.after:
            staffed(house, scene.after)
        file = file_of(house, about)
        yield Looking(house, scene, about, other, file, house.signed_in(scene.concerned), early, before)


def staffed(house: WholeHouse, holders: tuple[Holder, ...]) -> None:
    """Nothing: the school's file was applied with these people in it."""
    house.apply(School(OAK.id, OAK.name, OAK.owner, holders, lado=OAK.lado), *OAK_PLACES)


def filed(house: WholeHouse, story: str, about: str, **more: Any) -> tuple[Concern, str]:
    """A report that came in on the web, and its code."""
    before = {one.id for one in concerns(house)}
    code = house.report(house.browser(), story, about, **more)
    return next(one for one in concerns(house) if one.id not in before), code


def concerns(house: WholeHouse) -> tuple[Concern, ...]:
    """All that is kept."""
    with house.house.reports.cases.unit("oak") as unit:
        return unit.concerns()


def file_of(house: WholeHouse, concern: Concern) -> str:
    """The id of its file."""
    with house.house.reports.cases.unit("oak") as unit:
        case = unit.case(concern.id)
    assert case
    return case.attachments[0].id


def who_may_works(house: WholeHouse, scene: Scene, about: Concern, other: Concern) -> None:
    """Nothing: somebody who may has read, answered, noted, decided, and tried to link it with the other case."""
    browser = house.signed_in(next(one for one in scene.before if one.role is scene.sees.role))
    case = f"/oak/desk/cases/{about.id}"
    assert "quetzalstory" in browser.get(case).text
    for act, fields in {
        "reply": {"text": "quetzalreply"},
        "note": {"text": "quetzalnote"},
        "decide": {"text": "d", "reason": "quetzalreason"},
    }.items():
        assert browser.post(f"{case}/{act}", data={**fields, "submission": f"{act}-{'x' * 20}"}).status_code == 303
    browser.post(f"{case}/link", data={"reference": other.reference})


def lists(browser: httpx.Client) -> dict[str, str]:
    """What the lists and the figures show, but for how long ago it was."""
    paths = [*(f"/oak/desk{query}" for query in LISTS), "/oak/desk/figures", "/oak/desk/figures.csv"]
    return {path: re.sub(r"\(\d+ \w+\)|\((just now)\)", "", browser.get(path).text) for path in paths}


# ---- the walk


def test_every_address_of_the_desk_is_walked(looking: Looking) -> None:
    """Whoever adds an address to the desk adds it to the walk."""
    assert desk_routes(looking.house.app) == WALKED.keys()


def test_on_every_address_the_person_concerned_gets_what_an_unknown_case_gives(looking: Looking) -> None:
    walked: Counter[str] = Counter()
    known, unknown = looking.known, looking.known.unknown()
    for method, pattern in asked(looking.house.app):
        answer = ask(looking.browser, method, pattern, known)
        walked[pattern.partition("?")[0]] += 1
        assert [trace for trace in looking.traces if trace in answer.text] == [], (method, pattern)
        assert [trace for trace in looking.traces if trace.encode() in answer.content] == [], (method, pattern)
        assert looking.about.reference not in str(answer.headers)
        assert answer.status_code < 500 or pattern == "/healthz"  # which tells that no clock runs here
        if pattern.startswith((OF_ONE_CASE, ACKNOWLEDGE)):
            assert answer.status_code == 404
            assert shape(answer, known) == shape(ask(looking.browser, method, pattern, unknown), unknown), (method, pattern)
    assert sum(walked[pattern] for pattern in walked if pattern.startswith(OF_ONE_CASE)) == 4 + len(ACTS)
    assert unchanged(looking)


def test_the_walk_finds_a_case_where_there_is_one(looking: Looking) -> None:
    """The walk itself: it must not pass because it asks wrongly."""
    browser = looking.house.signed_in(looking.scene.sees)
    found = {pattern for method, pattern in asked(looking.house.app) if method == "GET" and finds(looking, browser, pattern)}
    wanted = {OF_ONE_CASE, f"{OF_ONE_CASE}/chronology.csv", DESK, f"{DESK}?state=all", f"{DESK}?mine=yes"}
    assert wanted <= found
    assert ask(browser, "GET", f"{OF_ONE_CASE}/files/{{file}}", looking.known).content[1:4] == b"PNG"
    assert ask(browser, "GET", f"{OF_ONE_CASE}/chronology.pdf", looking.known).content.startswith(b"%PDF")


def finds(looking: Looking, browser: httpx.Client, pattern: str) -> bool:
    """Whether an address tells of it."""
    text = ask(browser, "GET", pattern, looking.known).text
    return looking.about.reference in text


def test_a_session_from_before_shows_no_more_than_a_new_one(looking: Looking) -> None:
    known, unknown = looking.known, looking.known.unknown()
    for method, pattern in asked(looking.house.app):
        answer = ask(looking.early, method, pattern, known)
        if pattern.startswith(OF_ONE_CASE):  # where the role is gone it is a page to sign in at, with what was typed
            assert answer.status_code in {401, 404}
            assert shape(answer, known) == shape(ask(looking.early, method, pattern, unknown), unknown), (method, pattern)
        else:
            assert [trace for trace in looking.traces if trace in answer.text] == [], (method, pattern)
        assert [word for word in WORDS if word in answer.text] == []
    assert unchanged(looking)


def unchanged(looking: Looking) -> bool:
    """Whether the report is as it was before anybody walked."""
    kept = next(one for one in concerns(looking.house) if one.id == looking.about.id)
    return (kept.state.value, kept.also, kept.linked, kept.kind) == ("in_action", frozenset(), kept.linked, looking.about.kind)


def test_lists_and_figures_count_no_more_than_before_it_came(looking: Looking) -> None:
    if looking.scene.concerned in looking.scene.before:
        assert lists(looking.browser) == looking.before
    shown = words_of(page_of(looking.browser.get("/oak/desk?state=all").text))
    assert f"{OTHERS} cases" in shown
    assert len(page_of(looking.browser.get("/oak/desk?state=all").text).xpath("//ul[@class='desk-list']/li")) == OTHERS
    figures = [browser.get("/oak/desk/figures.csv").text for browser in (looking.browser, looking.house.signed_in(looking.scene.sees))]
    assert [f'"{SMALL}"' in one for one in figures] == [False, True], "one more would be seen"


def test_a_case_of_theirs_names_no_link_to_it_and_takes_none(looking: Looking) -> None:
    path = f"/oak/desk/cases/{looking.other.id}"
    mine = looking.browser.get(path)
    assert mine.status_code == 200
    assert [trace for trace in looking.traces if trace in mine.text] == []
    answers = [looking.browser.post(f"{path}/link", data={"reference": one}) for one in (looking.about.reference, "ZZZZZZ")]
    told = [re.sub(r'name="submission" value="[\w-]+"', "", answer.text.replace(looking.about.reference, "ZZZZZZ")) for answer in answers]
    assert without_history(told[0]) == without_history(told[1])
    assert [answer.status_code for answer in answers] == [422, 422]
    assert looking.about.id not in answers[0].text


def without_history(page: str) -> str:
    """A case's page without its history, which grows by a line each time it is read, and without how long ago things were."""
    return re.sub(r"\(\d+ \w+\)", "", page.partition('<ol class="desk-history">')[0])


def test_whatever_the_clock_does_they_are_never_pinged_of_it(looking: Looking) -> None:
    house, scene = looking.house, looking.scene
    staffed(house, scene.before)
    ladder = filed(house, "Another quetzalstory.", scene.about)[0]
    house.send_due()
    staffed(house, scene.after or scene.before)
    house.climb()
    pinged = [one for one in house.shown() if ladder.reference in one or looking.about.reference in one]
    assert len(pinged) >= 3, "those who may be told are pinged, again and again"
    mine = filter(None, (scene.concerned.slack, scene.concerned.teams.removeprefix("entra-"), scene.concerned.email))
    reaches = re.compile("|".join(rf'"D?{who}"|-{who}"|To: {who}|{who}$' for who in mine), re.IGNORECASE)
    assert [one for one in pinged if reaches.search(one)] == []
    assert [one for one in house.shown() if reaches.search(one)], "else they could not be seen to be pinged"


@contextmanager
def having_the_button(looking: Looking, concern_id: str) -> Iterator[Callable[[str, str], Any]]:
    """Sends a ping's button to somebody, as if it had gone astray."""
    house = looking.house.house
    ping = wording_of_pings.ping(looking.about.reference, looking.house.clock.ahead, "")
    reply = wording_of_pings.chat(replace(ping, press=f"ack.{concern_id}"))
    loop = house.messenger.loop
    assert loop
    assert house.slack
    assert house.teams

    def send(door: str, who: str) -> SlackPosted | TeamsPosted:
        tell = house.slack.tell_reply(who, "T-known", reply) if door == "slack" else house.teams.tell_reply("known-tenant", who, reply)  # type: ignore[union-attr]
        assert asyncio.run_coroutine_threadsafe(tell, loop).result(20).state.value == "sent"
        return looking.house.slack.posted[-1] if door == "slack" else looking.house.microsoft.posted[-1]

    yield send


def test_a_ping_that_went_astray_is_answered_like_a_strangers(looking: Looking) -> None:
    concerned = looking.scene.concerned
    with having_the_button(looking, looking.about.id) as send:
        for who in filter(None, (concerned.slack, "USTRANGER")):
            posted = send("slack", who)
            looking.house.in_slack(who, "somebody").press(posted, "Acknowledge")
            assert NOT_YOURS in looking.house.slack.posted[-1].text
        answers = []
        for who in filter(None, (concerned.teams, "entra-stranger")):
            pressed = button(send("teams", who).card, "Acknowledge")
            value = {"action": {"type": pressed["type"], "verb": pressed.get("verb"), "data": pressed["data"]}, "trigger": "manual"}
            activity = looking.house.microsoft.activity(user=who.removeprefix("entra-"))
            status, body, shown = looking.house.deliver(activity | {"type": "invoke", "name": "adaptiveCard/action", "value": value})
            answers.append((status, str(body), [one.text for one in shown]))
        assert all(answer == answers[0] for answer in answers)
        assert NOT_YOURS in str(answers)
    assert unchanged(looking)


# ---- the command line

RUN = {  # what whoever runs Signpost may run, and what it is run with here
    "audit verify": [("audit", "verify")],
    "school list": [("school", "list"), ("school", "list", "--json")],
    "school show": [("school", "show", "oak"), ("school", "show", "oak", "--json")],
    "gaps": [("gaps", "--school", "oak"), ("gaps", "--school", "oak", "--json")],
    "doctor": [("doctor",), ("doctor", "--json")],
    "keys check": [("keys", "check")],
    "keys rotate": [("keys", "rotate")],
    "migrate": [("migrate",)],
    "poster": [("poster", "--school", "oak", "--out", "poster.svg")],
    "backup": [("backup", "out.gz", "--force")],
}
OPENS_NO_REPORTS = {  # these read policies, settings or files alone, or run the house that is walked above
    *(
        "answer",
        "ask",
        "chat",
        "clock",
        "evaluate",
        "health",
        "import",
        "keys new",
        "policies",
        "policy correct",
        "policy corrections",
        "policy publish",
        "restore",
        "school apply",
        "serve",
    ),
    *("ladder preview", "slack manifest", "teams package"),
}


def command_names(command: Any, before: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all commands."""
    for name, one in getattr(command, "commands", {}).items():
        yield from command_names(one, (*before, name))
    if before and not hasattr(command, "commands"):
        yield " ".join(before)


def test_every_command_is_run_or_opens_no_reports() -> None:
    names = set(command_names(typer.main.get_command(commands)))
    assert names <= RUN.keys() | OPENS_NO_REPORTS
    assert RUN.keys() <= names


@pytest.mark.parametrize("looking", ["the lead"], indirect=True)
def test_no_command_shows_anything_of_a_report(looking: Looking, tmp_path: Path) -> None:
    settings = {
        "DATABASE_URL": looking.house.settings.value("DATABASE_URL"),
        "SIGNPOST_KEYS": KEY,
        "PUBLIC_URL": "https://signpost.example",
    }
    for each in RUN.values():
        for arguments in each:
            offline = settings if arguments[0] == "poster" else {name: value for name, value in settings.items() if name != "PUBLIC_URL"}
            out, err, _ = Installation(tmp_path, offline).run(*arguments)
            assert [trace for trace in looking.traces if trace.lower() in (out + err).lower()] == [], arguments
