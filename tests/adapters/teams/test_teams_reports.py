"""Reporting in a dialog: what is said first, what is kept and of whom, and that no word is lost when something goes wrong."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from adapters.teams import wording
from adapters.teams.report_form import LIMIT, draft_of
from bot.asking import EMERGENCY_LINE
from bot.concerns import form
from bot.concerns.concern import About, Evidence, Kind, Police, Route, Wish
from bot.concerns.receipts import read_code, receipt_of
from bot.reply import CHECK_REPORT, OPEN_REPORT
from tests.adapters.teams.dialog_client import STORY, TYPED, Dialog, code_on, fetch, invoke, kept, nodes, submit
from tests.adapters.teams.running import LADO, Running, running
from tests.contracts.schools import WORRY


def test_a_worry_is_answered_with_buttons_that_open_dialogs_and_with_the_address_for_another_device(teams: Running) -> None:
    (answer,) = teams.ask(WORRY)
    buttons = {node["title"]: node for node in nodes(answer.card) if str(node.get("type")).startswith("Action.")}
    assert buttons[OPEN_REPORT]["data"] == {"msteams": {"type": "task/fetch"}, "report": "open"}
    assert buttons[CHECK_REPORT]["data"] == {"msteams": {"type": "task/fetch"}, "report": "check"}
    assert {buttons[label]["type"] for label in (OPEN_REPORT, CHECK_REPORT)} == {"Action.Submit"}
    assert "https://signpost.example/alder/report" in [node.get("url") for node in nodes(answer.card)]
    assert f"{wording.ON_YOUR_PHONE} https://signpost.example/alder/report" in [node.get("text") for node in nodes(answer.card)]
    assert "https://signpost.example/alder/report" in answer.text


def test_told_among_others_the_offer_comes_to_the_personal_chat_alone(teams: Running) -> None:
    teams.microsoft.installed.add("user-1")
    answer, line = teams.ask(WORRY, scope="channel")
    assert answer.scope == "personal"
    assert OPEN_REPORT in str(answer.card)
    assert (line.activity["text"], line.card) == (wording.IN_PERSONAL, None)


@pytest.mark.parametrize("text", ["report", "Report privately", "check my report"])
def test_the_commands_bring_the_same_buttons(teams: Running, text: str) -> None:
    (answer,) = teams.ask(text)
    assert {OPEN_REPORT, CHECK_REPORT} <= {node.get("title") for node in nodes(answer.card)}


def test_the_form_says_whom_to_ring_and_how_confidential_it_is_before_it_asks_anything(teams: Running) -> None:
    dialog = fetch(teams)
    elements = dialog.card["body"]
    first_input = next(at for at, element in enumerate(elements) if element["type"].startswith("Input."))
    before = Dialog(teams, {"type": "continue", "value": dialog.task["value"]}).text.split(form.ABOUT_HINT)[0].splitlines()
    assert before == [
        EMERGENCY_LINE,
        "Designated safeguarding lead: Ann Lee, 01632 960001",
        "Deputy safeguarding lead: Dev_Singh *BA*, 01632 960002",
        "Head: Jo Hall, 01632 960003",
        f"LADO (the council's officer): {LADO}",
        "NSPCC helpline: 0808 800 5000",
        form.CONFIDENTIAL.format(platform="Teams", web=form.ANONYMOUS_PAGE.format(address="https://signpost.example/alder/report")),
        form.GIVES_WAY,
        form.IMAGES,
    ]
    assert first_input == 4
    assert dialog.card["fallbackText"]


def test_confidential_is_chosen_until_somebody_chooses_otherwise_and_no_name_stands_in_the_form(teams: Running) -> None:
    dialog = fetch(teams)
    assert (dialog.values["route"], dialog.values["name"]) == ("confidential", "")
    assert [choice["value"] for choice in dialog.inputs["route"]["choices"]] == ["confidential", "named"]
    assert "Sam Reed" not in str(dialog.task)


def test_every_input_has_a_label_and_what_is_needed_says_so(teams: Running) -> None:
    inputs = fetch(teams).inputs
    assert all(node["label"] for node in inputs.values())
    assert {name for name, node in inputs.items() if node.get("isRequired")} == {"story", "about"}
    assert all(node["errorMessage"] for node in inputs.values() if node.get("isRequired"))
    assert inputs["story"]["isMultiline"]
    assert inputs["about"]["isMultiSelect"]


def test_a_name_beside_a_tick_box_is_never_read_as_markdown(teams: Running) -> None:
    titles = [choice["title"] for node in fetch(teams).inputs.values() for choice in node.get("choices", ())]
    assert "Deputy safeguarding lead: Dev＿Singh ∗BA∗" in titles
    assert not [title for title in titles if re.search(r"[*_`\[\]<>~#\\]", title)]


def test_a_confidential_report_is_kept_with_everything_chosen_and_without_a_name(teams: Running) -> None:
    dialog = fetch(teams).press(wording.SEND_REPORT, **TYPED)
    (concern,) = kept(teams)
    assert (concern.route, concern.reporter) == (Route.CONFIDENTIAL, "")
    assert concern.about == {About.COLLEAGUE, About.DEPUTY}
    assert (concern.kind, concern.wish, concern.urgent) == (Kind.CYBERBULLYING, Wish.ADVICE, True)
    assert (concern.police, concern.evidence) == (Police.NO, Evidence.KEPT)
    assert [entry.text for entry in teams.cases.kept["alder"].entries[concern.id]] == [STORY]
    assert dialog.text.startswith(f"{wording.RECEIVED}\n{wording.REFERENCE.format(reference=concern.reference)}")
    assert "It can be read by: Designated safeguarding lead, Ann Lee; Head, Jo Hall." in dialog.text
    assert "Sam Reed" not in dialog.text


def test_the_code_is_typed_back_before_the_dialog_ends(teams: Running) -> None:
    receipt = fetch(teams).press(wording.SEND_REPORT, **TYPED)
    code = code_on(receipt)
    wrong = receipt.press(wording.TYPED, typed="AAAA")
    assert wording.TYPED_WRONG in wrong.text
    assert code_on(wrong) == code
    assert wording.RECEIVED in wrong.text
    assert wrong.press(wording.TYPED, typed="").card
    assert wrong.press(wording.TYPED, typed=f" {code.lower().replace('-', ' ')} ").ended == wording.DONE
    assert teams.reports.returning.read("alder", code).entries


def test_the_code_can_be_typed_back_while_the_store_is_away(teams: Running) -> None:
    receipt = fetch(teams).press(wording.SEND_REPORT, **TYPED)
    teams.cases.away = True
    assert receipt.press(wording.TYPED, typed=code_on(receipt)).ended == wording.DONE


@pytest.mark.parametrize(("typed", "name"), [("", "Sam Reed"), ("  ", "Sam Reed"), ("Ms S. Reed", "Ms S. Reed")])
def test_with_my_name_the_name_typed_is_kept_or_the_one_that_teams_shows(teams: Running, typed: str, name: str) -> None:
    dialog = fetch(teams).press(wording.SEND_REPORT, **TYPED, route="named", name=typed)
    assert [(one.route, one.reporter) for one in kept(teams)] == [(Route.NAMED, name)]
    assert wording.WITH_NAME.format(name=name) in dialog.text


def test_a_name_typed_but_not_wanted_is_not_kept(teams: Running) -> None:
    fetch(teams).press(wording.SEND_REPORT, **TYPED, name="Sam Reed")
    assert [one.reporter for one in kept(teams)] == [""]
    assert "Sam Reed" not in repr(teams.cases.kept["alder"])


def test_the_door_itself_passes_on_no_name_but_with_my_name() -> None:
    for route in ("confidential", "anonymous", ""):
        assert draft_of({**TYPED, "route": route, "name": "S. Reed"}, "Sam Reed").name == ""
    assert draft_of({**TYPED, "route": "named"}, "Sam Reed").name == "Sam Reed"


@pytest.mark.parametrize("route", ["anonymous", "", "x"])
def test_only_with_my_name_is_a_name_kept_whatever_is_sent(teams: Running, route: str) -> None:
    submit(teams, {**fetch(teams).data(wording.SEND_REPORT), **TYPED, "route": route, "name": "Sam Reed"})
    assert [(one.route, one.reporter) for one in kept(teams)] == [(Route.CONFIDENTIAL, "")]


def test_sent_twice_it_is_one_report_with_the_same_code(teams: Running) -> None:
    dialog = fetch(teams)
    codes = {code_on(dialog.press(wording.SEND_REPORT, **TYPED)) for _ in range(2)}
    assert len(kept(teams)) == 1
    assert {read_code(code) for code in codes} == {receipt_of(dialog.data(wording.SEND_REPORT)["filing"])}


def test_sent_at_the_same_moment_it_is_one_report(teams: Running) -> None:
    dialog = fetch(teams)
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: dialog.press(wording.SEND_REPORT, **TYPED), range(4)))
    assert len({code_on(one) for one in sent}) == 1
    assert len(kept(teams)) == 1


def test_another_form_is_another_report(teams: Running) -> None:
    codes = {code_on(fetch(teams).press(wording.SEND_REPORT, **TYPED)) for _ in range(2)}
    assert (len(codes), len(kept(teams))) == (2, 2)


def given_back(dialog: Dialog, typed: dict[str, str]) -> bool:
    """Whether everything typed stands in the form again."""
    return {name: dialog.values[name] for name in typed} == typed


@pytest.mark.parametrize(("missing", "sentence"), [("about", "Tick who it is about"), ("story", "Write what happened")])
def test_an_unfinished_form_comes_back_with_everything_in_it_and_what_is_missing_on_top(
    teams: Running, missing: str, sentence: str
) -> None:
    typed = {**TYPED, "route": "named", "name": "S. Reed", missing: ""}
    dialog = fetch(teams)
    again = dialog.press(wording.SEND_REPORT, **typed)
    assert given_back(again, typed)
    assert "Your report has not been sent yet." in again.text.splitlines()[0]
    assert sentence in again.text.splitlines()[1]
    assert kept(teams) == []
    assert again.data(wording.SEND_REPORT) == dialog.data(wording.SEND_REPORT)
    assert code_on(again.press(wording.SEND_REPORT, **{missing: TYPED[missing]}))


def test_what_cannot_be_kept_comes_back_whole_with_whom_to_ring_and_claims_nothing(teams: Running) -> None:
    dialog = fetch(teams)
    teams.cases.away = True
    again = dialog.press(wording.SEND_REPORT, **TYPED)
    assert given_back(again, TYPED)
    lines = again.text.splitlines()
    assert lines[:2] == [wording.NOT_KEPT, wording.NOT_KEPT_NEXT]
    assert lines[2:4] == ["Designated safeguarding lead: Ann Lee, 01632 960001", "Head: Jo Hall, 01632 960003"]  # not whom it is about
    assert wording.RECEIVED not in again.text
    assert "The disk of the stand-in" not in str(again.task)
    teams.cases.away = False
    assert code_on(again.press(wording.SEND_REPORT))
    assert len(kept(teams)) == 1


def test_where_not_even_the_school_can_be_looked_up_nothing_typed_or_ticked_is_lost(teams: Running) -> None:
    dialog = fetch(teams)
    teams.door._dialogs._known.clear()  # as if another replica had opened the form
    workspaces, teams.schools.workspaces = teams.schools.workspaces, None  # type: ignore[assignment]
    try:
        again = dialog.press(wording.SEND_REPORT, **TYPED)
        unopened = fetch(teams)
    finally:
        teams.schools.workspaces = workspaces
    assert given_back(again, TYPED)
    assert "NSPCC helpline: 0808 800 5000" in again.text
    assert wording.CANNOT_OPEN in unopened.text
    assert again.press(wording.SEND_REPORT).card
    assert [one.about for one in kept(teams)] == [{About.COLLEAGUE, About.DEPUTY}]


def test_about_everybody_who_could_read_it_the_council_is_named_and_the_words_stay(teams: Running) -> None:
    typed = {**TYPED, "about": "lead,head"}
    again = fetch(teams).press(wording.SEND_REPORT, **typed)
    assert given_back(again, typed)
    assert again.text.splitlines()[0] == f"{form.NOBODY_IDENTIFIED} It has NOT been kept."
    assert f"LADO (the council's officer): {LADO}" in again.text
    assert kept(teams) == []


@pytest.mark.parametrize("letter", ["x", "é", "“", "\n", '"'])
def test_a_story_as_long_as_the_form_lets_it_be_fits_into_the_card_that_gives_it_back(teams: Running, letter: str) -> None:
    dialog = fetch(teams)
    most = dialog.inputs["story"]["maxLength"]
    words = ("a line of what happened " * most)[: most - most // 10] + letter * (most // 10)
    teams.cases.away = True
    again = dialog.press(wording.SEND_REPORT, story=words, about="pupil")
    assert again.values["story"] == words
    assert again.text.startswith(wording.NOT_KEPT)
    assert EMERGENCY_LINE in again.text


def test_where_all_does_not_fit_what_is_said_first_gives_way_and_not_what_was_typed(teams: Running) -> None:
    words = "“" * 6_600
    again = fetch(teams).press(wording.SEND_REPORT, story=words, about="", route="named", name="S. Reed")
    assert (again.values["story"], again.values["name"]) == (words, "S. Reed")
    assert form.IMAGES not in again.text
    assert EMERGENCY_LINE in again.text
    assert len(str(again.card).encode()) < LIMIT


def test_a_longer_story_than_one_report_takes_comes_back_whole_too(teams: Running) -> None:
    words = "z" * 20_001
    again = submit(teams, {**fetch(teams).data(wording.SEND_REPORT), "story": words, "about": "pupil"})
    assert again.values["story"] == words
    assert "20,000 fit in one report" in again.text


def test_half_a_character_is_no_reason_to_lose_a_report(teams: Running) -> None:
    fetch(teams).press(wording.SEND_REPORT, **{**TYPED, "story": "before \ud83d after"})
    (concern,) = kept(teams)
    assert teams.cases.kept["alder"].entries[concern.id][0].text == "before \ufffd after"
    who = {"from": {"id": "29:u", "name": "Sam \ud83d", "aadObjectId": "u"}}
    assert "Sam \ufffd" in fetch(teams, **who).press(wording.SEND_REPORT, **TYPED, route="named").text


def test_a_fault_of_ours_is_no_answer_that_a_client_would_show_in_place_of_the_form(
    teams: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object) -> None:
        raise RuntimeError(STORY)

    monkeypatch.setattr("adapters.teams.dialogs.form_card", failing)
    assert teams.deliver(invoke(teams, "task/submit", {**TYPED, "report": "file", "filing": "x"})) == (500, {}, [])
    assert "dialog failed: RuntimeError in failing" in caplog.text
    assert STORY[:20] not in caplog.text


@pytest.mark.parametrize("scope", ["channel", "groupChat"])
def test_among_others_no_form_is_opened(teams: Running, scope: str) -> None:
    for which in ("open", "check"):
        dialog = fetch(teams, which, scope=scope)
        assert dialog.text == wording.OPEN_PERSONAL
        assert dialog.inputs == {}


def test_a_tenant_of_no_school_gets_no_form_and_nothing_it_sends_is_kept(teams: Running) -> None:
    assert fetch(teams, tenant="stranger").ended == wording.NOT_CONNECTED
    sent = submit(teams, {**TYPED, "report": "file", "filing": "f" * 22}, tenant="stranger")
    assert wording.NOT_KEPT in sent.text
    assert sent.values["story"] == STORY
    assert "Ann Lee" not in str(sent.task)
    assert kept(teams) + kept(teams, "birch") == []


def test_a_report_goes_to_the_school_of_the_tenant_it_is_sent_from(teams: Running) -> None:
    filed = {**TYPED, **fetch(teams).data(wording.SEND_REPORT)}
    submit(teams, {**filed, "school": "alder"}, tenant="other-tenant")
    assert (len(kept(teams)), len(kept(teams, "birch"))) == (0, 1)


def test_a_dialog_without_a_good_signature_is_refused(teams: Running) -> None:
    activity = invoke(teams, "task/submit", {**TYPED, "report": "file", "filing": "f" * 22})
    assert teams.deliver(activity, None) == (401, None, [])
    assert kept(teams) == []


@pytest.mark.parametrize("data", [None, "x", [], {}, {"report": "x"}, {"report": 7}, {"report": ["file"]}])
@pytest.mark.parametrize("name", ["task/fetch", "task/submit"])
def test_a_dialog_that_is_none_of_ours_says_so(teams: Running, name: str, data: Any) -> None:
    status, body, posted = teams.deliver(invoke(teams, name, data))
    assert (status, posted) == (200, [])
    assert body == {"task": {"type": "message", "value": wording.NO_BUTTON}}


def test_inputs_of_the_wrong_kind_are_left_out(teams: Running) -> None:
    sent = submit(teams, {"report": "file", "filing": "f" * 22, "story": STORY, "about": {"x": 1}, "urgent": True, "name": None})
    assert sent.values["story"] == STORY
    assert kept(teams) == []


def test_reporting_writes_down_nothing_of_who_it_was_or_when(teams: Running) -> None:
    receipt = fetch(teams).press(wording.SEND_REPORT, **TYPED)
    receipt.press(wording.TYPED, typed=code_on(receipt))
    fetch(teams, "check").press(wording.OPEN_MINE, code=code_on(receipt)).press(wording.SEND_ADDED, text="more")
    assert teams.events._until == {}
    assert (teams.references.kept, teams.references.writes) == ({}, 0)
    assert teams.microsoft.posted == []
    assert all(not school.turns for school in teams.schools.kept.values())


def test_a_reference_that_is_kept_already_is_not_written_anew_by_a_later_message(teams: Running) -> None:
    teams.ask("help")
    teams.door._answering._met.clear()  # as after a restart: the time kept with it must not become that of "report"
    teams.ask("report")
    assert teams.references.writes == 1


def test_a_client_that_knows_no_dialogs_is_told_what_to_do_instead(teams: Running) -> None:
    status, _, posted = teams.deliver(teams.microsoft.activity() | {"value": {"msteams": {"type": "task/fetch"}, "report": "open"}})
    assert (status, [one.text for one in posted]) == (200, [wording.CANNOT_SHOW])


def test_where_no_reports_are_taken_nothing_of_them_appears() -> None:
    with running() as teams:
        (answer,) = teams.ask(WORRY)
        assert OPEN_REPORT not in str(answer.activity)
        assert teams.deliver(invoke(teams, "task/fetch", {"report": "open"})) == (501, {}, [])
