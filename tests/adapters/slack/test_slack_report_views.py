"""The windows of reports: nothing in them that Slack would refuse, whatever people are called and however much was written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import report_form, report_ids, report_views, views
from adapters.slack.blocks import messages
from bot.concerns.concern import About, Attachment, Entry, EntryKind, Police, Route, State
from bot.concerns.filing import Filed, faults_of
from bot.concerns.form import NAME_ASKED
from bot.concerns.receipts import receipt_of
from bot.concerns.returning import NOBODY_READS_IT, SAID_TO_REPORTER, Visit
from bot.reply import CHECK_REPORT, OPEN_REPORT, Contact, Reply, ReportOffer, Says, plain
from bot.school import Holder, Role, School
from tests.adapters.slack.limits import faults_of_message, faults_of_view
from tests.adapters.slack.reporting import HOLDERS

FILING = "f" * 22
URL = "https://signpost.example/alder/report"
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120).filter(str.strip)
SCHOOLS = st.builds(
    School,
    st.just("alder"),
    NAMES,
    holders=st.lists(st.builds(Holder, st.sampled_from(Role), NAMES, st.just("") | NAMES), max_size=8).map(tuple),
    lado=st.just("") | NAMES,
)
ENTRIES = st.builds(
    Entry,
    st.uuids().map(str),
    st.just(datetime(2026, 11, 3, 14, tzinfo=UTC)),
    st.sampled_from([EntryKind.STORY, EntryKind.ADDED, EntryKind.REPLY]),
    NAMES | NAMES.map(lambda words: words * 150),
    st.sampled_from([Role.LEAD, None]),
    NAMES,
)


def offered(blocks: list[dict[str, Any]], action_id: str) -> list[str]:
    """The options of a box."""
    (element,) = [block["element"] for block in blocks if block["type"] == "input" and block["element"]["action_id"] == action_id]
    return [option["value"] for option in element["options"]]


@settings(max_examples=40, deadline=None)
@given(SCHOOLS, st.text(max_size=50).map(lambda text: text.strip() * 150), st.sampled_from(["", "https://alder.slack.com/archives/C1/p1"]))
def test_the_form_of_any_school_is_within_slacks_limits_and_offers_everybody_it_can_be_about(school: School, typed: str, link: str) -> None:
    view = report_form.report_form(school, FILING, address=URL, typed=typed, link=link, from_message=True)
    assert faults_of_view(view) == []
    held = {About(one.role.value) for one in school.holders if one.role is not Role.IT}
    assert {About(value) for value in offered(view["blocks"], report_ids.ABOUT)} == {
        About.PUPIL, About.COLLEAGUE, About.PARENT, About.UNSURE, *held
    }  # fmt: skip
    words = json.dumps(view, ensure_ascii=False).replace("\u2060", "")
    for one in school.holders:
        if one.role is not Role.IT:
            assert json.dumps(one.name, ensure_ascii=False)[1:-1].replace("\u2060", "") in words, "nobody must be ticked past"


@settings(max_examples=25, deadline=None)
@given(st.lists(ENTRIES, max_size=12), st.sampled_from(Police), st.sampled_from(State), st.lists(NAMES, max_size=5))
def test_any_report_come_back_to_is_within_slacks_limits(entries: list[Entry], police: Police, state: State, files: list[str]) -> None:
    at = datetime(2026, 11, 3, 14, tzinfo=UTC)
    attached = tuple(Attachment(f"a{number}", at, name, "image/png", 1) for number, name in enumerate(files))
    visit = Visit("K7M4Q2", state, SAID_TO_REPORTER[state], at, tuple(entries), attached, police, can_withdraw=state is State.RECEIVED)
    ring = tuple(Contact(name) for name in files)
    left = replace(visit, said=NOBODY_READS_IT, nobody=True, contacts=ring)
    shown = json.dumps(made := report_views.visited(left, receipt_of(FILING).code, "s" * 22, URL), ensure_ascii=False)
    assert faults_of_view(made) == []
    assert NOBODY_READS_IT in shown
    view = report_views.visited(visit, receipt_of(FILING).code, "s" * 22, URL)
    assert faults_of_view(view) == []
    assert faults_of_view(report_views.said_above(report_views.said_above(view, "Once."), "Twice.")) == []


@settings(max_examples=25, deadline=None)
@given(SCHOOLS)
def test_every_other_window_is_within_slacks_limits(school: School) -> None:
    filed = Filed(receipt_of(FILING), "K7M4Q2", "c", school.holders)
    made = [report_views.received(filed, URL), report_views.received(filed), report_views.finished(URL), report_form.waiting()]
    made += [
        report_views.coming_back(()),
        report_form.refused("No."),
        views.home(views.AtHome("Alder", takes_reports=True, emergency="999")),
    ]
    assert [faults_of_view(view) for view in made] == [[]] * len(made)


def test_a_window_with_twenty_thousand_signs_that_take_twelve_bytes_each_is_within_slacks_limits() -> None:
    at = datetime(2026, 11, 3, 14, tzinfo=UTC)
    entry = Entry("e", at, EntryKind.STORY, "\N{PENSIVE FACE}" * 20_000)
    visit = Visit("K7M4Q2", State.RECEIVED, "Received.", at, (entry,), (), Police.YES, can_withdraw=True)
    view = report_views.visited(visit, receipt_of(FILING).code, "s" * 22)
    assert faults_of_view(view) == []
    assert report_views.EARLIER_LEFT_OUT.format(web="") in json.dumps(view)


def test_the_code_is_large_grouped_and_typed_back_and_the_report_is_kept_either_way() -> None:
    filed = Filed(receipt_of(FILING), "K7M4Q2", "c", HOLDERS)
    view = report_views.received(filed, URL)
    (header,) = [block for block in view["blocks"] if block["type"] == "header"]
    assert header["text"]["text"] == filed.receipt.code
    words = json.dumps(view)
    assert report_views.KEPT_ANYWAY in words
    assert URL in words
    assert "Chair of governors, Cy Croft" in words


def test_confidential_is_chosen_from_the_start_and_whatever_is_not_with_a_name_is_without() -> None:
    view = report_form.report_form(School("alder", "Alder", holders=HOLDERS), FILING)
    (radio,) = [block["element"] for block in view["blocks"] if block["type"] == "input" and block["element"]["type"] == "radio_buttons"]
    assert radio["initial_option"]["value"] == Route.CONFIDENTIAL
    for state in ({}, {"report-route": {"report-route": {"selected_option": {"value": "anonymous"}}}}):
        assert report_form.draft_of({**view, "state": {"values": state}}).route is Route.CONFIDENTIAL
    named = {"report-name": {"report-name": {"value": "Pat"}}}
    assert report_form.draft_of({**view, "state": {"values": named}}).name == "", "the core is not even told"
    assert NAME_ASKED in json.dumps(view)


@pytest.mark.parametrize("carried", ["", "[]", "{", "null", '{"filing": 7}'])
def test_a_window_that_carries_nothing_of_ours_is_sent_again_and_not_filed(carried: str) -> None:
    draft = report_form.draft_of({"private_metadata": carried, "state": {"values": {}}})
    assert "filing" in faults_of(draft)
    assert faults_of(replace(draft, filing=FILING)).keys() >= {"story", "about"}


def test_an_offer_has_both_buttons_the_address_and_all_its_words_in_the_text() -> None:
    offer = ReportOffer("Tell somebody <@U1> privately.", URL)
    (made,) = messages(Reply((Says("Before."), offer, offer)))
    sent = {"text": made.text, "blocks": made.as_dicts()}
    assert faults_of_message(sent) == []
    labels = [element["text"]["text"] for block in made.as_dicts() if block["type"] == "actions" for element in block["elements"]]
    assert labels == [OPEN_REPORT, CHECK_REPORT] * 2
    assert f"<{URL}|{URL}>" in json.dumps(made.as_dicts())
    assert URL in made.text
    assert plain(Reply((offer,))).count(URL) == 1
    (bare,) = messages(Reply((ReportOffer("Privately."),)))
    assert "http" not in json.dumps(bare.as_dicts())


@pytest.mark.parametrize(
    ("body", "of_reports"),
    [
        ({"command": "/concern"}, True),
        ({"command": "/policy"}, False),
        ({"type": "shortcut", "callback_id": "report-open"}, True),
        ({"type": "message_action", "callback_id": "check"}, False),
        ({"type": "view_submission", "view": {"callback_id": "report-form"}}, True),
        ({"type": "view_submission", "view": {"callback_id": "ask"}}, False),
        ({"type": "block_actions", "actions": [{"action_id": "report-open:3"}], "view": {"callback_id": "answered"}}, True),
        ({"type": "block_actions", "actions": [{"action_id": "press:choice-1-x:0"}], "message": {}}, False),
        ({"event": {"type": "message", "text": "report-open"}, "view": None}, False),
    ],
)
def test_what_is_about_a_report_is_known_before_anything_is_recorded(body: dict[str, Any], of_reports: bool) -> None:
    assert report_ids.is_of_reports(body) is of_reports
