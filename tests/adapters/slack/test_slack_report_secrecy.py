"""What a report in Slack leaves behind: nothing of who made it, anywhere; and what pings say and do."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.concerns import wording_of_pings as wording
from bot.concerns.concern import State
from bot.concerns.ports import Act
from bot.reply import Reply, Says
from tests.adapters.slack.reporting import FORM, ReportingDoor, code_shown
from tests.stand_ins.slack_windows import Person

USER, NAME, TEAM, STORY = "UCANARYUSER7", "zenobia.canaryname", "TCANARYTEAM7", "The canarystory happened in the corridor."
MINUTES = timedelta(minutes=25)


@contextmanager
def logged_at_debug() -> Iterator[io.StringIO]:
    """All that is logged meanwhile, at every level."""
    log, root = io.StringIO(), logging.getLogger()
    listening, level = logging.StreamHandler(log), root.level
    root.addHandler(listening)
    root.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        root.removeHandler(listening)
        root.setLevel(level)


def canary(reports: ReportingDoor) -> Person:
    """Somebody whose id, name and workspace can be found again wherever they were kept."""
    workspace = reports.slack.workspaces.pop("xoxb-T-known")
    workspace.team = TEAM
    reports.slack.workspaces["xoxb-T-known"] = workspace
    return Person(reports.slack, workspace, reports.url, user=USER, name=NAME)


@pytest.fixture
def as_canary(reports: ReportingDoor) -> Iterator[ReportingDoor]:
    schools = reports.door.door._answers._schools
    schools.workspaces["slack", TEAM] = "alder"  # type: ignore[attr-defined]
    yield reports
    del schools.workspaces["slack", TEAM]  # type: ignore[attr-defined]


def test_a_confidential_report_leaves_nothing_of_who_made_it_anywhere(as_canary: ReportingDoor) -> None:
    reports = as_canary
    before = dict(reports.events._until)
    with logged_at_debug() as log:
        person = canary(reports)
        person.command(STORY)
        assert person.submit({**FORM, "report-story": STORY, "report-name": "Zenobia Canaryname"}) == {}
        code = code_shown(person)
        assert person.submit({"report-code-box": code}) == {}
        person.command("check")
        assert person.submit({"report-code-box": code}) == {}
        assert person.submit({"report-add": "And canarymore."}) == {}
        person.press_in_window("Withdraw this report")
        reports.until_idle()
    (concern,) = reports.kept
    assert concern.state is State.WITHDRAWN
    kept = repr((reports.cases.kept, reports.cases.pings, reports.cases.letters, vars(reports.reports.clock.posting.messenger)))
    calls = reports.slack.calls
    for marker in (USER, TEAM, "anaryname"):
        assert marker.lower() not in kept.lower()
        assert marker.lower() not in log.getvalue().lower()
        assert marker.lower() not in json.dumps([call for call in calls if not call[0].startswith("views.")]).lower()
    for method, args in calls:  # of the person nothing is said to Slack either: a window opens for whoever holds the trigger
        assert USER not in json.dumps(args), method
    for words in ("canarystory", "canarymore", code, code.replace("-", ""), concern.reference):
        assert words not in log.getvalue()
    assert reports.slack.posted == []
    assert reports.events.asked == [], "no record with a time to the second, which Slack's own log could be laid beside"
    assert reports.events._until == before
    assert concern.filed_at.minute == concern.filed_at.second == 0


def test_questions_are_still_handled_once_and_recorded(reports: ReportingDoor) -> None:
    reports.person().command("Can I accept a friend request from a parent?", command="/policy")
    assert len(reports.events.asked) == 1


def test_a_ping_says_nothing_of_the_report_and_its_button_takes_it(reports: ReportingDoor) -> None:
    person = reports.person()
    person.command()
    person.submit(FORM)
    (concern,) = reports.kept
    ping = wording.chat(replace(wording.ping(concern.reference, MINUTES, "https://signpost.example/alder/desk"), press=f"ack.{concern.id}"))
    outcome = reports.door.run(reports.door.door.tell_reply("ULEAD", "T-known", ping))
    assert outcome.state.value == "sent"
    (shown,) = reports.slack.posted
    assert shown.channel == "DULEAD"
    assert FORM["report-story"] not in shown.text + json.dumps(shown.blocks)
    assert shown.text.startswith("A report needs you.")
    Person(reports.slack, person.workspace, reports.url, user="ULEAD").press(shown, "Acknowledge")
    (now_it_is,) = reports.kept
    assert now_it_is.state is State.ACKNOWLEDGED
    assert now_it_is.taken_by is not None
    assert now_it_is.taken_by.name == "Ann Alder"
    assert f"You have taken report {concern.reference}" in shown.text
    assert "Acknowledge" not in json.dumps(shown.blocks)
    assert not [block for block in shown.blocks if block["type"] == "actions"]
    assert reports.slack.refused == []


def test_a_letter_without_a_button_is_its_words_alone_in_the_notification_too(reports: ReportingDoor) -> None:
    for said in (wording.taken("K7M4Q2", "deputy"), wording.news("K7M4Q2", ""), wording.drill("Alder School")):
        assert reports.door.run(reports.door.door.tell_reply("ULEAD", "T-known", wording.chat(said))).state.value == "sent"
        assert reports.slack.posted[-1].text == said.text
        assert not [block for block in reports.slack.posted[-1].blocks if block["type"] == "actions"]
    assert reports.slack.refused == []


def test_whoever_it_is_about_or_has_no_role_cannot_acknowledge(reports: ReportingDoor) -> None:
    person = reports.person()
    person.command()
    person.submit({**FORM, "report-about": ["lead"]})
    (concern,) = reports.kept
    ping = wording.chat(replace(wording.ping(concern.reference, MINUTES, ""), press=f"ack.{concern.id}"))
    for user in ("ULEAD", "UNOBODY"):
        reports.door.run(reports.door.door.tell_reply(user, "T-known", ping))
        Person(reports.slack, person.workspace, reports.url, user=user).press(reports.slack.posted[-1], "Acknowledge")
        assert "nothing here for you to acknowledge" in reports.slack.posted[-1].text
    assert reports.kept[0].state is State.RECEIVED
    assert Act.ACKNOWLEDGED not in [line.act for line in reports.cases.kept["alder"].audit]


def test_a_reply_that_cannot_be_sent_says_why(over_http: ReportingDoor) -> None:
    tell = over_http.door.door.tell_reply
    assert over_http.door.run(tell("nobody", "T-known", Reply((Says("Hello"),)))).why == "user_not_found"
    over_http.slack.fail("chat.postMessage", error="internal_error", times=3)
    outcome = over_http.door.run(tell("ULEAD", "T-known", Reply((Says("Hello"),))))
    assert (outcome.state.value, outcome.way) == ("failed", "direct")
