"""Coming back to a report with its code, in a dialog; and the lead's button under a ping."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.teams import wording
from adapters.teams.kept import pack, unpack
from bot.concerns import wording_of_pings
from bot.concerns.concern import Police, State
from bot.concerns.receipts import receipt_of
from bot.concerns.returning import NOBODY_READS_IT, SAID_TO_REPORTER, WITHDRAW_SAID
from bot.ports import Sent
from bot.reply import Button, Choices, Reply, ReportOffer, Says
from tests.adapters.teams.dialog_client import TYPED, Dialog, code_on, fetch, kept, nodes, submit
from tests.adapters.teams.running import HOLDERS, Running, button, running

LEAD = HOLDERS[0]
LONG = "\n".join(f"Line {number}: they wrote to me again, and I kept it. “Sätze” für alle." for number in range(260))


@pytest.fixture
def code(teams: Running) -> str:
    """The code of a report that is kept."""
    return code_on(fetch(teams).press(wording.SEND_REPORT, **TYPED))


def opened(teams: Running, code: str, **more: str) -> Dialog:
    """The report come back to."""
    return fetch(teams, "check", **more).press(wording.OPEN_MINE, code=code)


def test_a_code_opens_the_report_with_its_state_its_words_and_the_replies(teams: Running, code: str) -> None:
    (concern,) = kept(teams)
    teams.reports.desk.reply("alder", LEAD, concern.id, "Thank you. I have *spoken* to them <at>all</at>.", "r" * 22)
    shown = opened(teams, code.lower().replace("-", " "))
    assert concern.reference in shown.text
    assert SAID_TO_REPORTER[kept(teams)[0].state] in shown.text
    assert "They post about me in the parents' group." in shown.text
    assert re.search(r"The designated safeguarding lead replied on \d+ \w+ \d{4}:\nThank you. I have \*spoken\* to them", shown.text)
    assert "<at>" not in str(shown.task)
    assert "Ann Lee" not in shown.text


def test_where_nobody_is_left_to_read_it_the_card_says_so_and_whom_to_ring(teams: Running, code: str) -> None:
    school = teams.cases.kept["alder"].school
    teams.cases.kept["alder"].school = replace(school, holders=(), lado="Kim Dale, 01632 960009")
    try:
        shown = opened(teams, code)
    finally:
        teams.cases.kept["alder"].school = school
    assert NOBODY_READS_IT in shown.text
    assert "LADO (the council's officer): Kim Dale, 01632 960009" in shown.text
    assert "are being told" not in shown.text


@pytest.mark.parametrize("wrong", ["", "x", "AAAA-AAAA-AAAA-AAAA-AAAA", "the first", "another school's", "\ud83d", "0" * 500])
def test_every_wrong_code_gets_the_same_answer(teams: Running, code: str, wrong: str) -> None:
    tenant = "known-tenant"
    if wrong == "the first":
        wrong = code[:4] + "-0000-0000-0000-0000"
    if wrong == "another school's":
        wrong, tenant = code, "other-tenant"
    shown = opened(teams, wrong, tenant=tenant)
    assert shown.text.splitlines()[0] == "That code opens no report here."
    again = opened(teams, "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ", tenant=tenant)
    assert shown.text == again.text
    assert shown.buttons == again.buttons == [wording.OPEN_MINE]
    assert shown.inputs["code"]["value"] == wrong.replace("\ud83d", "\ufffd")


def test_guessing_is_stopped_and_said(teams: Running, code: str) -> None:
    wrong = code[:4] + "-0000-0000-0000-0000"
    said = [opened(teams, wrong).text.splitlines()[0] for _ in range(11)]
    assert set(said[:10]) == {"That code opens no report here."}
    assert said[10].startswith("Too many codes")
    assert opened(teams, code).text.startswith("Too many codes")


def test_what_is_added_is_kept_once_however_often_it_is_sent(teams: Running, code: str) -> None:
    shown = opened(teams, code)
    added = shown.press(wording.SEND_ADDED, text="And again today.")
    shown.press(wording.SEND_ADDED, text="And again today.")
    assert added.text.startswith(wording.ADDED)
    assert added.values["text"] == ""
    (concern,) = kept(teams)
    assert [entry.text for entry in teams.cases.kept["alder"].entries[concern.id]][1:] == ["And again today."]
    added.press(wording.SEND_ADDED, text="And again today.")  # written once more on purpose
    assert len(teams.cases.kept["alder"].entries[concern.id]) == 3


def test_an_empty_box_is_asked_to_be_filled(teams: Running, code: str) -> None:
    again = opened(teams, code).press(wording.SEND_ADDED, text="  ")
    assert again.text == "Write what you want to add."
    assert again.press(wording.SEND_ADDED, text="this").text.startswith(wording.ADDED)


def test_what_cannot_be_added_comes_back_whole_and_is_kept_once_when_it_can(teams: Running, code: str) -> None:
    shown = opened(teams, code)
    teams.cases.away = True
    words = ("And “again” today.\n" * 600)[:10_000]
    again = shown.press(wording.SEND_ADDED, text=words)
    assert again.values["text"] == words
    assert again.text.splitlines()[:2] == [wording.NOT_DONE, wording.NOT_DONE_NEXT]
    assert "Ann Lee, 01632 960001" in again.text
    teams.cases.away = False
    assert again.press(wording.SEND_ADDED).text.startswith(wording.ADDED)
    shown.press(wording.SEND_ADDED, text=words)
    (concern,) = kept(teams)
    assert [entry.text for entry in teams.cases.kept["alder"].entries[concern.id]][1:] == [words.strip()]


def test_the_wish_about_the_police_can_be_changed_and_what_was_being_written_stays(teams: Running, code: str) -> None:
    changed = opened(teams, code).press(wording.POLICE_WISH, police="yes", text="half a sentence")
    assert changed.text.startswith(wording.WISHED)
    assert (changed.values["police"], changed.values["text"]) == ("yes", "half a sentence")
    assert wording.NOT_SENT_YET in changed.text
    assert kept(teams)[0].police is Police.YES
    teams.cases.away = True
    again = changed.press(wording.POLICE_WISH, police="no")
    assert again.values["text"] == "half a sentence"


def test_withdrawing_takes_two_steps_and_says_what_it_means(teams: Running, code: str) -> None:
    asked = opened(teams, code).press(wording.WITHDRAW_FIRST, text="half a sentence")
    assert asked.text.startswith(WITHDRAW_SAID)
    assert kept(teams)[0].state is State.RECEIVED
    back = asked.press(wording.GO_BACK)
    assert back.values["text"] == "half a sentence"
    gone = asked.press(wording.WITHDRAW_NOW)
    assert gone.text.startswith(wording.WITHDRAWN)
    assert gone.values["text"] == "half a sentence"
    assert kept(teams)[0].state is State.WITHDRAWN
    assert wording.WITHDRAW_FIRST not in gone.buttons
    assert asked.press(wording.WITHDRAW_NOW).text.startswith(wording.WITHDRAWN)  # pressed twice


@pytest.mark.parametrize("unsent", ["", "é" * 3_000])
def test_a_long_report_is_read_page_by_page_and_not_a_line_of_it_is_missing(teams: Running, code: str, unsent: str) -> None:
    for number in range(3):
        teams.reports.returning.add("alder", code, f"{LONG}\nEnd {number}.", f"{number:022d}")
    page = opened(teams, code).press(wording.POLICE_WISH, police="yes", text=unsent)
    pages = [page.text]
    assert "End 2." in page.text
    while wording.OLDER in page.buttons:
        assert page.values["text"] == unsent
        page = page.press(wording.OLDER)
        pages.append(page.text)
    assert 3 < len(pages) < 20
    whole = "\n".join(reversed(pages))
    assert [int(found) for found in re.findall(r"^Line (\d+):", whole, re.MULTILINE)] == [*range(260)] * 3
    assert "They post about me" in pages[-1]
    assert "End 2." in page.press(wording.NEWEST).text


@pytest.mark.parametrize("until", ["0", "-1", "999999", "x", "", "１", "9" * 5000])
def test_a_page_that_there_is_not_is_the_nearest_one(teams: Running, code: str, until: str) -> None:
    assert submit(teams, {"report": "read", "code": code, "until": until}).text


@pytest.mark.parametrize("step", ["read", "add", "wish", "withdraw"])
def test_whatever_is_done_needs_the_code_each_time(teams: Running, code: str, step: str) -> None:
    sent = submit(teams, {"report": step, "code": code[:-1] + ("0" if code[-1] != "0" else "1"), "text": "more", "police": "yes"})
    assert sent.text.splitlines()[0] == "That code opens no report here."
    assert sent.values["text"] == "more"
    (concern,) = kept(teams)
    assert (concern.state, concern.police) == (State.RECEIVED, Police.NO)


def test_a_ping_is_acknowledged_where_it_stands_and_its_notification_tells_nothing(teams: Running, code: str) -> None:
    teams.ask("help", user="lead")
    (concern,) = kept(teams)
    before = len(teams.microsoft.posted)
    said = wording_of_pings.ping(concern.reference, timedelta(hours=2), "https://signpost.example/alder/desk/cases/x")
    reply = wording_of_pings.chat(replace(said, press=f"ack.{concern.id}"))
    outcome = teams.call(teams.door.tell_reply("known-tenant", "entra-lead", reply))
    assert outcome.state is Sent.SENT
    (ping,) = teams.microsoft.posted[before:]
    assert ping.activity["summary"] == wording.NOTIFIED_UNASKED
    assert "report" not in ping.activity["summary"]
    assert "replyToId" not in ping.activity
    assert ping.card
    stranger, _ = teams.press(button(ping.card, "Acknowledge"), user="user-1")
    assert "nothing here for you" in str(stranger) + str(teams.microsoft.posted[-1].activity)
    assert kept(teams)[0].state is State.RECEIVED
    body, posted = teams.press(button(ping.card, "Acknowledge"), user="lead")
    assert posted == []
    assert f"You have taken report {concern.reference}." in body["value"]["fallbackText"]
    assert "A report needs you." in body["value"]["fallbackText"]
    assert not [node for node in nodes(body["value"]) if node.get("type") == "Action.Execute"]
    assert kept(teams)[0].state is State.ACKNOWLEDGED


def test_a_letter_without_a_button_is_its_words_alone_and_its_notification_tells_nothing(teams: Running) -> None:
    teams.ask("help", user="lead")
    for said in (wording_of_pings.taken("K7M4Q2", "deputy"), wording_of_pings.news("K7M4Q2", ""), wording_of_pings.drill("Alder School")):
        assert teams.call(teams.door.tell_reply("known-tenant", "entra-lead", wording_of_pings.chat(said))).state is Sent.SENT
        shown = teams.microsoft.posted[-1]
        assert shown.activity["summary"] == wording.NOTIFIED_UNASKED
        assert said.text in str(shown.activity)
        assert not [node for node in nodes(shown.activity) if str(node.get("type", "")).startswith("Action.")]


def test_telling_somebody_who_cannot_be_reached_says_why(teams: Running) -> None:
    told = teams.call(teams.door.tell_reply("known-tenant", "nobody", Reply((Says("x"),))))
    assert (told.state, told.why) == (Sent.FAILED, "not_installed")
    teams.ask("help")
    teams.microsoft.refusals.append((429, "90"))
    told = teams.call(teams.door.tell_reply("known-tenant", "entra-user-1", Reply((Says("x"),))))
    assert (told.why, told.retry_after) == ("throttled", timedelta(seconds=90))


def test_an_offer_beside_other_buttons_stays_when_those_are_pressed() -> None:
    parts = (Says("a"), ReportOffer("b", "https://signpost.example/alder/report"), Choices("c", (Button("d", "t.yes"),)))
    assert unpack(pack(parts, 2, "teams:t:u", b"key"), "teams:t:u", b"key") == (parts[:2], ())


def test_a_confidential_report_leaves_no_trace_of_who_made_it_nor_its_words_in_the_log() -> None:
    """Marker words as name, ids, tenant's and story; then everything that is kept, sent and logged is looked through."""
    log, root = io.StringIO(), logging.getLogger()
    listening = logging.StreamHandler(log)
    own = [logging.getLogger(name) for name in ("httpx", "httpcore")]  # the test's own client, not the door's
    levels = [logger.level for logger in own]
    root.addHandler(listening)
    root.setLevel(logging.DEBUG)
    for logger in own:
        logger.setLevel(logging.CRITICAL)
    who = {"from": {"id": "29:quokkaid", "name": "Quokkaname", "aadObjectId": "quokkaentra"}, "id": "quokkaactivity"}
    try:
        with running(with_reports=True) as teams:
            typed = {**TYPED, "story": "zebrastory", "name": "zebraname"}
            form = fetch(teams, **who)
            teams.cases.away = True
            form.press(wording.SEND_REPORT, **typed)
            teams.cases.away = False
            receipt = form.press(wording.SEND_REPORT, **typed)
            code = code_on(receipt)
            receipt.press(wording.TYPED, typed=code)
            shown = fetch(teams, "check", **who).press(wording.OPEN_MINE, code=code)
            shown.press(wording.SEND_ADDED, text="zebraadded").press(wording.POLICE_WISH, police="yes")
            shown.press(wording.WITHDRAW_FIRST).press(wording.WITHDRAW_NOW)
            opened(teams, "zebracode", **who)  # type: ignore[arg-type]
            workspaces, teams.schools.workspaces = teams.schools.workspaces, None  # type: ignore[assignment]
            form.press(wording.SEND_REPORT, **typed)
            teams.schools.workspaces = workspaces
            stored = repr([teams.cases.kept, teams.cases.pings, teams.references, teams.events.__dict__])
            stored += repr([vars(one) for one in teams.schools.kept.values()])
            posted = repr(teams.microsoft.posted)
    finally:
        root.removeHandler(listening)
        root.setLevel(logging.WARNING)
        for logger, level in zip(own, levels, strict=True):
            logger.setLevel(level)
    logged = log.getvalue()
    assert "zebrastory" in stored, "the story itself is kept, and this store seals nothing"
    assert logged.count("report dialog failed") == 2
    for identity in ("quokka", "Quokka", "zebraname", "known-tenant", code, receipt_of(form.data(wording.SEND_REPORT)["filing"]).code):
        for place, words in (("stored", stored), ("sent", posted), ("logged", logged)):
            assert identity not in words, (identity, place)
    assert "zebra" not in logged + posted
    assert form.data(wording.SEND_REPORT)["filing"] not in stored + logged + posted
