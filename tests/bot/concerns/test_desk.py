"""The desk: what a lead sees first, what each step leads to, and what is on record afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.concerns.concern import About, EntryKind, Kind, Outcome, Route, State
from bot.concerns.desk import CannotHandOver, NoSuchCase, is_mine, soon_deleted
from bot.concerns.filing import Unfinished
from bot.concerns.ports import Act
from bot.concerns.states import TRANSITIONS, NotNow, Step, after, possible
from bot.school import Role
from tests.bot.concerns.house import CHAIR, DEPUTY, HEAD, LEAD, STORY, House


def test_what_nobody_has_taken_stands_first_the_urgent_and_the_longest_waiting_before_others() -> None:
    house = House()
    old = house.file()
    house.later(hours=3)
    taken = house.file()
    house.later(hours=3)
    urgent = house.file(urgent=True)
    house.reports.desk.open("oak", LEAD, taken.concern)
    house.reports.desk.acknowledge("oak", LEAD, taken.concern)

    listed = house.reports.desk.waiting("oak", LEAD)

    assert [one.reference for one in listed] == [urgent.reference, old.reference, taken.reference]
    assert [is_mine(one, LEAD) for one in listed] == [False, False, True]


def test_a_closed_case_that_the_reporter_wrote_to_again_stands_above_what_is_in_hand() -> None:
    house = House()
    closed, in_hand = house.file(), house.file()
    for one in (closed, in_hand):
        house.reports.desk.open("oak", LEAD, one.concern)
        house.reports.desk.acknowledge("oak", LEAD, one.concern)
    house.reports.desk.close("oak", LEAD, closed.concern, Outcome.SETTLED, "Spoken to.")
    house.reports.returning.add("oak", closed.receipt.code, "It is back.", "s")

    assert house.reports.desk.waiting("oak", LEAD)[0].reference == closed.reference


def test_acknowledging_twice_or_late_leaves_it_with_whoever_was_first() -> None:
    house = House()
    filed = house.file()

    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    again = house.reports.desk.acknowledge("oak", DEPUTY, filed.concern)

    assert again.taken_by == LEAD
    assert [line.act for line in house.cases.unit("oak").history(filed.reference)].count(Act.ACKNOWLEDGED) == 1


def test_a_reply_or_a_decision_is_an_action_and_a_note_is_none() -> None:
    house = House()
    filed = house.file()
    desk = house.reports.desk
    desk.note("oak", LEAD, filed.concern, "thinking", "n")
    assert house.concern(filed).state is State.RECEIVED
    desk.reply("oak", DEPUTY, filed.concern, "Thank you.", "r")
    assert house.concern(filed).state is State.IN_ACTION
    assert house.concern(filed).taken_by == DEPUTY


def test_a_form_sent_twice_is_entered_once() -> None:
    house = House()
    filed = house.file()
    for _ in range(2):
        house.reports.desk.decide("oak", LEAD, filed.concern, "Told the parents.", "They asked.", "s")

    entries = house.reports.desk.open("oak", LEAD, filed.concern).case.entries
    assert [entry.kind for entry in entries] == [EntryKind.STORY, EntryKind.DECISION]


def test_decisions_closing_and_handing_over_need_a_reason() -> None:
    house = House()
    filed = house.file()
    desk = house.reports.desk
    for act in (
        lambda: desk.decide("oak", LEAD, filed.concern, "x", " ", "s"),
        lambda: desk.close("oak", LEAD, filed.concern, Outcome.SETTLED, ""),
        lambda: desk.hand_over("oak", LEAD, filed.concern, Role.CHAIR, ""),
        lambda: desk.keep_until("oak", LEAD, filed.concern, date(2040, 1, 1), ""),
        lambda: desk.reply("oak", LEAD, filed.concern, " ", "s"),
    ):
        with pytest.raises(Unfinished):
            act()
    assert house.concern(filed).state is State.RECEIVED


def test_a_case_goes_from_hand_to_hand_with_its_history() -> None:
    house = House()
    filed = house.file()
    desk = house.reports.desk
    with pytest.raises(NoSuchCase):
        desk.open("oak", CHAIR, filed.concern)

    assert [one.role for one in desk.open("oak", LEAD, filed.concern).hand_to] == [Role.CHAIR]
    desk.hand_over("oak", LEAD, filed.concern, Role.CHAIR, "It concerns the governors.")

    opened = desk.open("oak", CHAIR, filed.concern)
    assert opened.case.entries[-1].reason == "It concerns the governors."
    assert Act.HANDED_OVER in {line.act for line in opened.history}
    with pytest.raises(CannotHandOver):
        desk.hand_over("oak", LEAD, filed.concern, Role.CHAIR, "again")


def test_only_a_closed_case_is_deleted_and_only_with_its_reference_typed() -> None:
    house = House()
    filed, other = house.file(), house.file()
    desk = house.reports.desk
    desk.link("oak", LEAD, filed.concern, other.reference.lower())
    with pytest.raises(Unfinished):
        desk.delete("oak", LEAD, filed.concern, filed.reference)
    desk.acknowledge("oak", LEAD, filed.concern)
    desk.close("oak", LEAD, filed.concern, Outcome.NO_ACTION, "Nothing to it.")
    with pytest.raises(Unfinished):
        desk.delete("oak", LEAD, filed.concern, "wrong")

    desk.delete("oak", LEAD, filed.concern, f" {filed.reference.lower()} ")
    house.messages.said.clear()
    house.tick()
    assert {holder.name for _, holder, said in house.messages.said if filed.reference in said.text} >= {DEPUTY.name, HEAD.name}
    house.later(days=7)
    assert house.reports.delete_expired(house.time.date()) == 0  # until then anybody who sees it can keep it
    house.later(days=1)
    assert house.reports.delete_expired(house.time.date()) == 1

    kept = house.cases.kept["oak"]
    assert filed.concern not in repr(kept.concerns) + repr(kept.entries) + repr(kept.receipts) + repr(house.cases.pings)
    assert [line.act for line in kept.audit if line.reference == filed.reference][-1] is Act.DELETED


def test_a_report_is_deleted_when_its_day_is_over_and_never_while_it_is_open() -> None:
    house = House()
    opened, closed = house.file(), house.file()
    house.reports.returning.withdraw("oak", closed.receipt.code)
    day = house.concern(closed).keep_until
    assert day == date(2032, 3, 2)
    assert soon_deleted(house.concern(closed), date(2032, 2, 10))

    assert house.reports.delete_expired(day) == 0
    assert house.reports.delete_expired(date(2032, 3, 3)) == 1

    assert list(house.cases.kept["oak"].concerns) == [opened.concern]


def test_the_desk_may_call_it_another_kind_and_keep_it_longer() -> None:
    house = House()
    filed = house.file(kind=Kind.OTHER)
    house.reports.desk.sort("oak", LEAD, filed.concern, Kind.CONDUCT)
    house.reports.desk.keep_until("oak", LEAD, filed.concern, date(2051, 1, 1), "The pupil's 25th birthday.")

    assert house.concern(filed).kind is Kind.CONDUCT
    assert house.concern(filed).keep_until == date(2051, 1, 1)
    with pytest.raises(Unfinished):
        house.reports.desk.keep_until("oak", LEAD, filed.concern, date(2020, 1, 1), "x")


def test_nobody_gets_round_the_week_by_choosing_an_earlier_day_to_keep_a_case() -> None:
    house = House()
    filed = house.file()
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    house.reports.desk.close("oak", LEAD, filed.concern, Outcome.NO_ACTION, "Nothing to it.")
    house.tick()
    house.messages.said.clear()
    today = house.time.date()
    with pytest.raises(Unfinished):
        house.reports.desk.keep_until("oak", LEAD, filed.concern, today + timedelta(days=1), "x")

    house.reports.desk.keep_until("oak", LEAD, filed.concern, today + timedelta(days=7), "x")

    house.tick()
    assert {holder.name for _, holder, said in house.messages.said if filed.reference in said.text} == {DEPUTY.name, HEAD.name}
    house.messages.said.clear()
    house.reports.desk.keep_until("oak", DEPUTY, filed.concern, today + timedelta(days=900), "It matters.")
    house.tick()
    assert house.messages.said == []  # to keep it longer is nobody's loss


def test_a_file_is_given_to_those_who_may_see_the_case() -> None:
    house = House()
    filed = house.file(About.LEAD)
    house.reports.returning.attach("oak", filed.receipt.code, "picture-1.png", "image/png", b"pixels")
    attachment = house.reports.desk.open("oak", HEAD, filed.concern).case.attachments[0]

    assert house.reports.desk.file("oak", HEAD, filed.concern, attachment.id) == (attachment, b"pixels")
    with pytest.raises(NoSuchCase):
        house.reports.desk.file("oak", HEAD, filed.concern, "another")


def test_the_table_says_where_every_state_can_go_and_no_step_leaves_it() -> None:
    assert {state for state, _ in TRANSITIONS} == set(State)
    assert {step for _, step in TRANSITIONS} == set(Step)
    for state in State:
        for step in Step:
            if (state, step) not in TRANSITIONS:
                with pytest.raises(NotNow) as stopped:
                    after(state, step)
                assert "You can" in stopped.value.next_step
    assert Step.FALL_BACK not in possible(State.ACKNOWLEDGED)
    assert all(to is State.WITHDRAWN for (_, step), to in TRANSITIONS.items() if step is Step.WITHDRAW)


def test_a_named_report_shows_its_name_at_the_desk() -> None:
    house = House()
    filed = house.file(route=Route.NAMED, name="Kit Moss")

    assert house.reports.desk.open("oak", LEAD, filed.concern).case.concern.reporter == "Kit Moss"


def test_other_words_sent_with_the_same_form_are_kept_and_not_taken_for_the_first() -> None:
    house = House()
    filed = house.file()
    for text in ("Are you safe?", "Are you safe? Ring me.", "Are you safe? Ring me.", "Are you safe?"):
        house.reports.desk.reply("oak", LEAD, filed.concern, text, "one-form")
    said = [entry.text for entry in house.reports.returning.read("oak", filed.receipt.code).entries]
    assert said == [STORY, "Are you safe?", "Are you safe? Ring me."]
