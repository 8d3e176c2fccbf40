"""Coming back to a report in Slack with its code: read, added to, withdrawn, the wish about the police changed."""

from __future__ import annotations

import json
import threading

import pytest

from adapters.slack import unrecorded
from adapters.slack.report_returning import NOTHING_TO_SEND
from bot.asking import EMERGENCY_LINE
from bot.concerns.concern import About, Outcome, Police, Route, State
from bot.concerns.filing import Draft
from bot.concerns.form import GIVES_WAY
from bot.concerns.in_memory import InMemoryCases
from bot.concerns.returning import WITHDRAW_SAID, Returning, TooManyGuesses, WrongCode
from bot.school import Role
from tests.adapters.slack.reporting import HOLDERS, STORY, ReportingDoor
from tests.stand_ins.slack_windows import Person

LEAD = HOLDERS[0]
REPLY = "Thank you. I have spoken to <their> form tutor & will see you on Monday."


def filed(reports: ReportingDoor, story: str = STORY) -> str:
    """The code of a report that was made."""
    draft = Draft("f" * 22, story, frozenset({About.PUPIL}), Route.CONFIDENTIAL)
    return reports.reports.filing.file("alder", draft).receipt.code


def back(reports: ReportingDoor, code: str) -> Person:
    """Somebody who came back with a code."""
    person = reports.person()
    assert person.command("check") == {}
    assert person.submit({"report-code-box": code}) == {}
    return person


def written(person: Person) -> str:
    """All words in the window, in order, as the eye sees them."""
    words = "".join(
        run["text"]
        for block in person.window["blocks"]
        if block["type"] == "rich_text"
        for part in block["elements"]
        for run in part["elements"]
    )
    return words.replace("\u2060", "")


def entries(reports: ReportingDoor) -> list[str]:
    """What is kept of the one report."""
    return [entry.text for entry in reports.cases.kept["alder"].entries[reports.kept[0].id]]


def test_with_the_code_a_reporter_reads_where_the_report_stands_the_replies_and_their_own_words(reports: ReportingDoor) -> None:
    code = filed(reports)
    (concern,) = reports.kept
    reports.reports.desk.acknowledge("alder", LEAD, concern.id)
    reports.reports.desk.reply("alder", LEAD, concern.id, REPLY, "r1")
    person = back(reports, code.lower().replace("-", " "))
    words = written(person)
    assert words.startswith(EMERGENCY_LINE)
    assert f"Report {concern.reference}" in words
    assert words.index("You wrote") < words.index(STORY) < words.index("Ann Alder") < words.index(REPLY)
    assert GIVES_WAY in person.words
    assert reports.slack.posted == []


def test_the_way_back_asks_for_the_code_beneath_999(reports: ReportingDoor) -> None:
    person = reports.person()
    person.command("Check my report")
    assert person.words.index(EMERGENCY_LINE) < person.words.index("01234 567890") < person.words.index("report-code-box")


@pytest.mark.parametrize("wrong", ["4F2K-9QXT-4F2K-9QXT-4F2K", "hello", "0" * 99])
def test_every_wrong_code_gets_the_same_answer_and_stays_where_it_was_typed(over_http: ReportingDoor, wrong: str) -> None:
    filed(over_http)
    person = over_http.person()
    person.command("check")
    assert person.submit({"report-code-box": wrong}) == {"report-code-box": str(WrongCode())}
    assert person.window["callback_id"] == "report-come-back"


def test_too_many_guesses_are_stopped_with_a_word_on_when_to_try_again(over_http: ReportingDoor) -> None:
    code = filed(over_http)
    person = over_http.person()
    person.command("check")
    for letter in "0123456789":
        assert person.submit({"report-code-box": code[:4] + letter * 16}) == {"report-code-box": str(WrongCode())}
    assert person.submit({"report-code-box": code}) == {"report-code-box": str(TooManyGuesses())}


def test_a_code_of_another_school_opens_nothing(over_http: ReportingDoor) -> None:
    code = filed(over_http)
    there = over_http.person(team="T-other")
    there.command("check")
    assert there.submit({"report-code-box": code}) == {"report-code-box": str(WrongCode())}


def test_what_is_added_is_kept_once_and_shown_and_the_box_is_empty_again(reports: ReportingDoor) -> None:
    person = back(reports, filed(reports))
    sent = person.window
    assert person.submit({"report-add": "It happened again on Tuesday."}) == {}
    assert "It happened again on Tuesday." in written(person)
    assert box_of(person.window) != box_of(sent)
    reports.slack.views[sent["id"]] = sent  # the answer was lost on its way
    assert person.submit({"report-add": "It happened again on Tuesday."}) == {}
    assert entries(reports) == [STORY, "It happened again on Tuesday."]
    reports.slack.views[sent["id"]] = sent  # and sent again with other words
    assert person.submit({"report-add": "It happened again on Tuesday. And today."}) == {}
    assert entries(reports)[2:] == ["It happened again on Tuesday. And today."]


def box_of(view: dict[str, object]) -> str:
    """The block_id of the box to add in."""
    blocks: list[dict[str, object]] = view["blocks"]  # type: ignore[assignment]
    return next(str(block["block_id"]) for block in blocks if str(block.get("block_id", "")).startswith("report-add:"))


def test_the_wish_about_the_police_can_be_changed_alone(reports: ReportingDoor) -> None:
    person = back(reports, filed(reports))
    assert person.submit({"report-police": "yes"}) == {}
    assert reports.kept[0].police is Police.YES
    assert person.submit({}) == {"report-add": NOTHING_TO_SEND}
    assert reports.kept[0].police is Police.YES


def test_a_report_is_withdrawn_once_that_is_confirmed(reports: ReportingDoor) -> None:
    person = back(reports, filed(reports))
    (button,) = [element for block in person.window["blocks"] if block["type"] == "actions" for element in block["elements"]]
    assert button["confirm"]["text"]["text"] == WITHDRAW_SAID
    before = person.window
    person.press_in_window("Withdraw this report")
    assert reports.kept[0].state is State.WITHDRAWN
    assert "You have withdrawn it." in written(person)
    assert "Withdraw this report" not in person.words
    person.press_in_window("Withdraw this report", before)  # delivered twice
    assert reports.kept[0].state is State.WITHDRAWN


def test_withdrawing_what_is_closed_meanwhile_says_so_and_keeps_what_was_typed(reports: ReportingDoor) -> None:

    person = back(reports, filed(reports))
    (concern,) = reports.kept
    reports.reports.desk.acknowledge("alder", LEAD, concern.id)
    reports.reports.desk.close("alder", LEAD, concern.id, Outcome.SETTLED, "They have made up.")
    before = person.window
    person.press_in_window("Withdraw this report")
    assert "can no longer be withdrawn" in written(person)
    assert box_of(person.window) == box_of(before)
    assert reports.kept[0].state is State.CLOSED


def test_while_the_store_is_away_nothing_typed_is_lost(reports: ReportingDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    person = back(reports, filed(reports))
    before = person.window

    def away(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as gone:
        gone.setattr(InMemoryCases, "unit", away)
        errors = person.submit({"report-add": "More."})
        person.press_in_window("Withdraw this report")
    assert "still stands here" in errors["report-add"]
    assert box_of(person.window) == box_of(before)
    assert "did not work" in written(person)
    assert person.submit({"report-add": "More."}) == {}
    assert entries(reports) == [STORY, "More."]


def test_a_slow_store_leaves_what_was_added_in_its_box(over_http: ReportingDoor, monkeypatch: pytest.MonkeyPatch) -> None:

    person = back(over_http, filed(over_http))
    go_on, whole = threading.Event(), Returning.add
    monkeypatch.setattr(unrecorded, "IN_TIME", 0.2)

    def slow(self: Returning, *args: str) -> object:
        assert go_on.wait(10)
        return whole(self, *args)

    with monkeypatch.context() as slowly:
        slowly.setattr(Returning, "add", slow)
        assert "longer than it should" in person.submit({"report-add": "More."})["report-add"]
        go_on.set()
        over_http.until_idle()
    assert person.submit({"report-add": "More."}) == {}
    assert entries(over_http) == [STORY, "More."]


def test_a_long_report_is_shown_whole(over_http: ReportingDoor) -> None:
    story = " ".join(f"Sentence {number} says what happened on that day." for number in range(430))
    assert len(story) > 19_000
    person = back(over_http, filed(over_http, story))
    assert story in written(person)


def test_of_more_than_a_window_holds_the_newest_is_shown_and_where_the_rest_is(over_http: ReportingDoor) -> None:
    code = filed(over_http)
    for number in range(60):
        over_http.reports.returning.add("alder", code, f"Addition {number}: " + "word " * 900, f"s{number}")
    person = back(over_http, code)
    assert "Addition 59" in written(person)
    assert "Addition 0:" not in written(person)
    assert "/alder/report/check" in person.words


def test_who_answers_is_named_by_role(over_http: ReportingDoor) -> None:
    code = filed(over_http)
    over_http.reports.desk.reply("alder", HOLDERS[1], over_http.kept[0].id, REPLY, "r1")
    assert HOLDERS[1].role is Role.DEPUTY
    assert "Reply from: Deputy safeguarding lead, Dev Dale" in written(back(over_http, code))


def test_the_code_stands_in_no_call_but_those_that_show_windows(over_http: ReportingDoor) -> None:
    code = filed(over_http)
    back(over_http, code)
    shown = {method for method, args in over_http.slack.calls if code in json.dumps(args)}
    assert shown <= {"views.open", "views.update"}
