"""Making a private report in Slack, over real HTTP and a real websocket: in windows only, kept before it is said to be, and never lost."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest

from adapters.slack import unrecorded
from adapters.slack.report_form import LINK_NOT_HERE, TYPED
from adapters.slack.report_school import NOT_HERE, TAKES_NONE
from adapters.slack.report_views import DIFFERENT, DONE
from adapters.slack.reporting import NOT_OPENED
from bot.asking import EMERGENCY_LINE
from bot.concerns import form
from bot.concerns.concern import About, Evidence, Kind, Police, Route, Wish
from bot.concerns.filing import Filing
from bot.concerns.in_memory import InMemoryCases, InMemoryCaseUnit
from bot.ports import NotKept
from bot.reply import CHECK_REPORT, OPEN_REPORT
from tests.adapters.slack import payloads
from tests.adapters.slack.reporting import FORM, HOLDERS, LADO, STORY, ReportingDoor, block_types, code_shown
from tests.adapters.slack.running import PUBLIC_URL, RunningDoor
from tests.stand_ins.slack import SlackStandIn, Workspace
from tests.stand_ins.slack_windows import TROUBLE, Person

OPEN_CHANNEL = {"id": "C1", "name": "staffroom"}
WORRY = "A pupil told me that her uncle hits her"


def opened(reports: ReportingDoor, text: str = "") -> Person:
    """Somebody with the form before them."""
    person = reports.person()
    assert person.command(text) == {}
    return person


def test_a_report_is_kept_then_its_code_shown_and_typed_back_and_no_message_is_sent(reports: ReportingDoor) -> None:
    person = opened(reports)
    assert person.submit(FORM) == {}
    (concern,) = reports.kept
    assert (concern.route, concern.reporter, concern.about) == (Route.CONFIDENTIAL, "", frozenset({About.PUPIL}))
    assert reports.story() == STORY
    code = code_shown(person)
    assert len(code) == 24
    assert concern.reference in person.words
    assert "Designated safeguarding lead, Ann Alder" in person.words
    assert person.submit({"report-code-box": "4F2K 9QXT 4F2K 9QXT 4F2K"}) == {"report-code-box": DIFFERENT}
    assert person.submit({"report-code-box": "is this it?"}) == {"report-code-box": DIFFERENT}
    assert person.submit({"report-code-box": code.lower().replace("-", " ")}) == {}
    assert DONE in person.words
    assert "submit" not in person.window
    assert reports.slack.posted == []
    assert reports.slack.refused == []
    assert reports.reports.returning.read("alder", code).reference == concern.reference


def test_the_form_begins_with_999_whom_to_ring_and_what_confidential_means(reports: ReportingDoor) -> None:
    words = opened(reports).words
    web = form.ANONYMOUS_PAGE.format(address=f"{PUBLIC_URL}/alder/report")
    first = [EMERGENCY_LINE, "01234 567890", LADO, form.CONFIDENTIAL.format(platform="Slack", web=web), form.GIVES_WAY, form.IMAGES]
    places = [words.index(one) for one in (*first, form.STORY_ASKED)]
    assert places == sorted(places)
    assert TYPED not in words
    for one in HOLDERS:
        assert one.name in words


def test_everything_the_form_asks_is_kept(reports: ReportingDoor) -> None:
    more = {
        "report-route": "named", "report-name": "Pat Lee", "report-more": "And more of it.", "report-about": ["head", "pupil"],
        "report-kind": "cyberbullying", "report-wish": "record", "report-urgent": ["urgent"], "report-evidence": "kept",
        "report-police": "no",
    }  # fmt: skip
    assert opened(reports).submit({**FORM, **more}) == {}
    (concern,) = reports.kept
    assert (concern.route, concern.reporter) == (Route.NAMED, "Pat Lee")
    assert (concern.kind, concern.wish, concern.urgent) == (Kind.CYBERBULLYING, Wish.RECORD, True)
    assert (concern.evidence, concern.police) == (Evidence.KEPT, Police.NO)
    assert concern.about == {About.HEAD, About.PUPIL}
    assert reports.story() == f"{STORY}\n\nAnd more of it."


def test_a_name_typed_beside_confidential_is_not_kept(over_http: ReportingDoor) -> None:
    assert opened(over_http).submit({**FORM, "report-name": "Zenobia Quill"}) == {}
    assert "Zenobia" not in repr(over_http.cases.kept)


def test_what_is_missing_is_said_beside_its_box_and_everything_typed_stays(reports: ReportingDoor) -> None:
    person = opened(reports)
    before = person.window
    errors = person.submit({**FORM, "report-story": "  \n ", "report-route": "named"})
    assert set(errors) == {"report-story", "report-name"}
    assert person.window == before
    assert reports.kept == []
    assert person.submit({**FORM, "report-route": "named", "report-name": "Pat"}) == {}
    assert len(reports.kept) == 1


def test_sent_twice_it_is_one_report_with_the_same_code(reports: ReportingDoor) -> None:
    person = opened(reports)
    sent = person.window
    assert person.submit(FORM) == {}
    code = code_shown(person)
    reports.slack.views[sent["id"]] = sent  # the answer was lost on its way, and the form is still there
    assert person.submit({**FORM, "report-more": "I forgot this."}) == {}
    assert code_shown(person) == code
    assert len(reports.kept) == 1
    entries = reports.cases.kept["alder"].entries[reports.kept[0].id]
    assert [entry.text for entry in entries] == [STORY, f"{STORY}\n\nI forgot this."]


def test_what_was_typed_after_the_command_is_in_the_form_whole_and_nowhere_else(reports: ReportingDoor) -> None:
    typed = " ".join(f"word{number}" for number in range(600))
    person = opened(reports, typed)
    assert TYPED in person.words
    boxes = {block["element"]["action_id"]: block["element"] for block in person.window["blocks"] if block["type"] == "input"}
    assert boxes["report-story"]["initial_value"] + boxes["report-more"]["initial_value"] == typed
    assert reports.kept == []
    assert reports.slack.posted == []
    assert "word1 " not in json.dumps([call for call in reports.slack.calls if not call[0].startswith("views.")])


def test_each_way_in_opens_the_form(reports: ReportingDoor) -> None:
    person = reports.person()
    person.shortcut("report-open")
    assert "report-story" in person.words
    person.command(WORRY, command="/policy")
    (answer,) = reports.slack.posted
    assert f"{PUBLIC_URL}/alder/report" in answer.text
    person.press(answer, OPEN_REPORT)
    assert person.window["callback_id"] == "report-form"
    person.press(answer, CHECK_REPORT)
    assert person.window["callback_id"] == "report-come-back"
    home = {"type": "app_home_opened", "user": "U1", "tab": "home", "channel": "DU1"}
    event = payloads.event(reports.slack, person.workspace, home)
    _ = reports.slack.deliver(reports.url, event) if reports.url else reports.slack.send_envelope(event)
    drawn = {**reports.slack.homes["U1"], "id": "V-home"}
    person.press_in_window(OPEN_REPORT, drawn)
    assert person.window["callback_id"] == "report-form"
    person.press_in_window(CHECK_REPORT, drawn)
    assert person.window["callback_id"] == "report-come-back"
    assert reports.slack.refused == []


def test_from_an_answer_in_a_window_the_form_opens_on_top_of_it(over_http: ReportingDoor) -> None:
    person = over_http.person()
    person.shortcut("ask")
    assert person.submit({"question": WORRY}) == {}
    person.press_in_window(OPEN_REPORT)
    assert person.window["callback_id"] == "report-form"
    assert person.window["previous_view_id"] in over_http.slack.views
    assert over_http.slack.refused == []


@pytest.mark.parametrize("ticked", [True, False])
def test_of_a_message_only_a_link_goes_along_and_only_if_it_is_ticked(reports: ReportingDoor, ticked: bool) -> None:
    person = reports.person()
    person.workspace.members["C1"] = {"U1"}
    person.on_message("report-message", "you are useless canarymessage", OPEN_CHANNEL)
    link = "https://t-known.slack.com/archives/C1/p1700000000000100"
    assert person.submit({**FORM, "report-link": ["link"] if ticked else []}) == {}
    assert (link in reports.story()) is ticked
    assert "canarymessage" not in repr(reports.cases.kept) + json.dumps(reports.slack.calls)


@pytest.mark.parametrize("channel", [("D1", "directmessage"), ("G1", "mpdm-a--b--c-1"), ("C9", "where the app is not")])
def test_no_link_is_offered_that_nobody_could_open_or_that_says_who_reports(over_http: ReportingDoor, channel: tuple[str, str]) -> None:
    person = over_http.person()
    person.workspace.members["G1"] = {"U1"}
    person.on_message("report-message", "a message", {"id": channel[0], "name": channel[1]})
    assert LINK_NOT_HERE in person.words
    assert "report-link" not in person.words
    assert "archives" not in json.dumps(person.window)
    assert person.submit(FORM) == {}


class FullUnit(InMemoryCaseUnit):
    """A unit of a store whose disk is full."""

    def add(self, *_: object) -> bool:
        """Raises."""
        raise NotKept("The disk is full.", "Make room.")


def test_what_cannot_be_kept_is_said_not_to_be_received_with_whom_to_ring(reports: ReportingDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    person = opened(reports)
    before = person.window
    with monkeypatch.context() as full:
        full.setattr(InMemoryCases, "unit", lambda self, school: FullUnit(self.kept[school], self))
        errors = person.submit({**FORM, "report-about": ["lead"]})
    assert set(errors) == {"report-story"}
    assert "NOT received" in errors["report-story"]
    assert "press Send again" in errors["report-story"]
    assert "Hal Hill, 01234 567892" in errors["report-story"]
    assert "Ann Alder" not in errors["report-story"], "it is about her"
    assert person.window == before
    assert reports.kept == []
    assert person.submit(FORM) == {}
    assert len(reports.kept) == 1


def test_an_error_that_nobody_foresaw_never_closes_the_form(reports: ReportingDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    person = opened(reports)

    def fall(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("adapters.slack.reporting.received", fall)
        assert "NOT received" in person.submit(FORM)["report-story"]
    assert person.submit(FORM) == {}
    assert len(reports.kept) == 1


def test_where_everybody_is_whom_it_is_about_those_outside_are_named(over_http: ReportingDoor) -> None:
    errors = opened(over_http).submit({**FORM, "report-about": ["lead", "head", "chair", "deputy"]})
    assert set(errors) == {"report-about"}
    assert "NOT been kept" in errors["report-about"]
    assert LADO in errors["report-about"]
    assert "NSPCC" in errors["report-about"]
    assert over_http.kept == []


def test_a_slow_store_claims_nothing_and_loses_no_word(reports: ReportingDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unrecorded, "IN_TIME", 0.2)
    go_on, whole = threading.Event(), Filing.file

    def slow(self: Filing, *args: object) -> object:
        assert go_on.wait(10)
        return whole(self, *args)  # type: ignore[arg-type]

    person = opened(reports)
    before = person.window
    with monkeypatch.context() as slowly:
        slowly.setattr(Filing, "file", slow)
        errors = person.submit(FORM)
        assert set(errors) == {"report-story"}
        assert "not sure yet" in errors["report-story"]
        assert "received" not in errors["report-story"].lower()
        assert person.window == before
        go_on.set()
        reports.until_idle()
    assert len(reports.kept) == 1
    assert person.submit(FORM) == {}
    assert len(reports.kept) == 1
    assert reports.reports.returning.read("alder", code_shown(person)).entries[0].text == STORY
    assert reports.slack.late == []


def test_where_no_answer_comes_in_time_slack_keeps_the_form_and_it_is_one_report(
    over_http: ReportingDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = opened(over_http)
    with monkeypatch.context() as lost:
        lost.setattr("tests.stand_ins.slack.PATIENCE", 0.0)
        assert person.submit(FORM) == TROUBLE
    assert person.submit(FORM) == {}
    assert len(over_http.kept) == 1


def test_a_window_that_cannot_be_opened_is_not_passed_over_in_silence(reports: ReportingDoor) -> None:
    reports.slack.fail("views.open", error="expired_trigger_id")
    person = reports.person()
    said = person.command()
    assert NOT_OPENED in said["text"]
    assert said["response_type"] == "ephemeral"
    reports.slack.fail("views.open", error="expired_trigger_id")
    person.patience = 0.5
    assert person.shortcut("report-open") is None  # Slack itself then says that it did not work


def test_while_the_store_is_away_the_window_says_so_with_the_numbers_and_gives_back_what_was_typed(
    reports: ReportingDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(reports)

    def away(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(InMemoryCases, "unit", away)
    person = opened(reports, "He hit me")
    assert "cannot be taken just now" in person.words
    assert "He hit me" in person.words
    assert "01234 567890" in person.words
    assert "submit" not in person.window


def test_nobody_from_another_schools_workspace_gets_a_form_or_can_send_one(reports: ReportingDoor) -> None:
    guest = reports.person()
    guest.guest_of = "T-other"
    guest.shortcut("report-open")
    assert NOT_HERE in guest.words
    assert "report-story" not in guest.words
    person = opened(reports)
    person.guest_of = "T-other"
    assert "NOT received" in person.submit(FORM)["report-story"]
    assert reports.kept == []


def test_a_report_goes_to_the_workspaces_own_school_whatever_the_window_carries(over_http: ReportingDoor) -> None:
    there = over_http.person(team="T-other")
    over_http.cases.kept["birch"].school = replace(over_http.cases.kept["birch"].school, holders=HOLDERS)
    view = opened(over_http).window
    carried = json.loads(view["private_metadata"])
    assert set(carried) == {"filing"}
    view["private_metadata"] = json.dumps({**carried, "school": "alder"})
    over_http.slack.views[view["id"]] = view
    assert there.submit(FORM) == {}
    assert over_http.kept == []
    assert len(over_http.cases.kept["birch"].concerns) == 1


def test_where_no_reports_are_taken_that_is_said_and_nothing_is_offered(slack: SlackStandIn, known: Workspace, door: RunningDoor) -> None:
    person = Person(slack, known, door.url)
    person.command("a story")
    assert TAKES_NONE in person.words
    assert "a story" in person.words
    assert block_types(person).count("input") == 0
    slack.deliver(door.url, payloads.event(slack, known, {"type": "app_home_opened", "user": "U1", "tab": "home"}))
    assert OPEN_REPORT not in json.dumps(slack.homes["U1"])
    slack.deliver(door.url, payloads.message(slack, known, WORRY))
    assert OPEN_REPORT not in json.dumps(slack.posted[0].blocks)
