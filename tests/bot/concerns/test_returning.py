"""Coming back with a code: what the reporter reads and can do, and what a guesser learns."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_urlsafe

import pytest

from bot.concerns.concern import About, EntryKind, Outcome, Police, State
from bot.concerns.filing import Unfinished
from bot.concerns.ports import Why
from bot.concerns.receipts import receipt_of
from bot.concerns.returning import MOST_OF_ONE, MOST_OF_SCHOOL, NOBODY_READS_IT, SAID_TO_REPORTER, TooManyGuesses, WrongCode
from bot.concerns.states import NotNow
from bot.school import NSPCC_HELPLINE, Role
from tests.bot.concerns.house import CHAIR, HEAD, LEAD, STORY, House


def test_the_reporter_reads_the_story_the_replies_and_nothing_of_the_desks_own() -> None:
    house = House()
    filed = house.file()
    desk = house.reports.desk
    desk.note("oak", LEAD, filed.concern, "a private note", "n1")
    desk.decide("oak", LEAD, filed.concern, "a decision", "a reason", "n2")
    desk.reply("oak", LEAD, filed.concern, "Thank you. Are you safe?", "n3")

    visit = house.reports.returning.read("oak", filed.receipt.code)

    assert [(entry.kind, entry.text) for entry in visit.entries] == [
        (EntryKind.STORY, STORY),
        (EntryKind.REPLY, "Thank you. Are you safe?"),
    ]
    assert "private" not in repr(visit)
    assert "a reason" not in repr(visit)


def test_what_the_reporter_adds_is_unread_at_the_desk_once_however_often_it_is_sent() -> None:
    house = House()
    filed = house.file()
    house.reports.desk.open("oak", LEAD, filed.concern)
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    code = filed.receipt.code

    for _ in range(2):
        visit = house.reports.returning.add("oak", code, "It happened again.", "once")

    assert [entry.text for entry in visit.entries] == [STORY, "It happened again."]
    assert house.concern(filed).unread
    assert all(entry.at.minute == 0 for entry in visit.entries)
    assert [ping.why for ping in house.cases.pings.values()].count(Why.NEWS) == 1


def test_withdrawing_is_the_reporters_and_the_desk_is_told() -> None:
    house = House()
    filed = house.file()

    visit = house.reports.returning.withdraw("oak", filed.receipt.code)

    assert visit.state is State.WITHDRAWN
    assert not visit.can_withdraw
    assert house.concern(filed).unread
    house.reports.returning.withdraw("oak", filed.receipt.code)  # twice is once
    house.reports.desk.reopen("oak", LEAD, filed.concern, "A child is at risk.")
    assert house.reports.returning.read("oak", filed.receipt.code).state is State.IN_ACTION


def test_where_role_changes_leave_nobody_who_may_read_it_the_reporter_is_told_and_whom_to_ring_outside() -> None:
    house = House()
    filed = house.file(About.LEAD)
    visit = house.reports.returning.read("oak", filed.receipt.code)
    assert (visit.nobody, visit.contacts, visit.said) == (False, (), SAID_TO_REPORTER[State.RECEIVED])

    house.staffed(replace(LEAD, role=Role.HEAD, phone="01632 960009"), CHAIR)  # whom it is about is the only one left who would read it
    visit = house.reports.returning.read("oak", filed.receipt.code)
    assert visit.nobody
    assert visit.said == NOBODY_READS_IT
    assert [one.who for one in visit.contacts] == ["LADO (the council's officer): 01632 960009", NSPCC_HELPLINE]
    assert house.reports.returning.add("oak", filed.receipt.code, "More.", "s").nobody

    assert not house.reports.returning.withdraw("oak", filed.receipt.code).nobody  # nothing is to be done about it any more
    house.staffed(HEAD)
    assert not house.reports.returning.read("oak", filed.receipt.code).nobody


def test_whoever_it_was_handed_to_still_reads_it() -> None:
    house = House()
    filed = house.file()
    house.reports.desk.hand_over("oak", LEAD, filed.concern, Role.CHAIR, "She looks after it.")
    house.staffed(CHAIR)
    assert not house.reports.returning.read("oak", filed.receipt.code).nobody
    house.staffed()
    assert house.reports.returning.read("oak", filed.receipt.code).nobody


def test_a_closed_report_cannot_be_withdrawn_but_can_be_added_to() -> None:
    house = House()
    filed = house.file()
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    house.reports.desk.close("oak", LEAD, filed.concern, Outcome.SUPPORT, "Done.")

    with pytest.raises(NotNow):
        house.reports.returning.withdraw("oak", filed.receipt.code)
    house.reports.returning.add("oak", filed.receipt.code, "It is back.", "more")
    assert house.reports.desk.waiting("oak", LEAD)[0].unread


def test_the_wish_about_the_police_can_be_changed() -> None:
    house = House()
    filed = house.file()

    assert house.reports.returning.wish("oak", filed.receipt.code, Police.YES).police is Police.YES
    assert house.concern(filed).police is Police.YES


def test_wrong_foreign_deleted_and_misshapen_codes_get_the_same_answer() -> None:
    house = House()
    filed = house.file()
    deleted = house.file()
    house.reports.returning.withdraw("oak", deleted.receipt.code)
    house.forgotten(deleted)
    right = filed.receipt
    said = set()
    wrong_secret = f"{right.lookup}{receipt_of(token_urlsafe(16)).secret}"
    tries = [
        ("oak", wrong_secret),
        ("oak", receipt_of(token_urlsafe(16)).code),
        ("oak", deleted.receipt.code),
        ("oak", "nonsense"),
        ("elm", right.code),
    ]
    for school, code in tries:
        with pytest.raises(WrongCode) as wrong:
            house.reports.returning.read(school, code)
        said.add(str(wrong.value))
    assert len(said) == 1


def test_every_code_costs_one_slow_check_whatever_is_wrong_with_it() -> None:
    house = House()
    filed = house.file()
    checks = []

    class Counting:
        def lock(self, secret: str) -> str:
            return secret

        def opens(self, secret: str, locked: str) -> bool:
            checks.append((len(secret), bool(locked)))
            return False

    returning = type(house.reports.returning)(house.cases, Counting(), house.now, house.new_id)
    for code in (filed.receipt.code, receipt_of(token_urlsafe(16)).code, "nonsense"):
        with pytest.raises(WrongCode):
            returning.read("oak", code)
    assert len(checks) == 3


def test_guessing_at_one_code_ends_but_its_owner_and_all_others_wait_at_most_a_while() -> None:
    house = House()
    filed = house.file()
    other = house.file()
    guess = f"{filed.receipt.lookup}{receipt_of(token_urlsafe(16)).secret}"
    for _ in range(MOST_OF_ONE):
        with pytest.raises(WrongCode):
            house.reports.returning.read("oak", guess)

    with pytest.raises(TooManyGuesses):
        house.reports.returning.read("oak", filed.receipt.code)
    assert house.reports.returning.read("oak", other.receipt.code).reference == other.reference
    house.later(minutes=16)
    assert house.reports.returning.read("oak", filed.receipt.code).reference == filed.reference


def test_guessing_at_random_ends_for_the_school() -> None:
    house = House()
    for at in range(MOST_OF_SCHOOL):
        with pytest.raises(WrongCode):
            house.reports.returning.read("oak", f"{at}")

    with pytest.raises(TooManyGuesses):
        house.reports.returning.read("oak", "one more")


def test_coming_back_often_with_the_right_code_is_no_guessing() -> None:
    house = House()
    filed = house.file()

    for _ in range(3 * MOST_OF_ONE):
        house.reports.returning.read("oak", filed.receipt.code)


def test_nothing_or_too_much_is_not_added() -> None:
    house = House()
    filed = house.file()

    for text in (" ", "x" * 20_001):
        with pytest.raises(Unfinished):
            house.reports.returning.add("oak", filed.receipt.code, text, "s")


def test_a_report_holds_five_files() -> None:
    house = House()
    filed = house.file()
    for number in range(5):
        house.reports.returning.attach("oak", filed.receipt.code, f"picture-{number}.png", "image/png", b"x")

    with pytest.raises(Unfinished):
        house.reports.returning.attach("oak", filed.receipt.code, "picture-6.png", "image/png", b"x")


def test_what_is_added_in_other_words_under_the_same_form_is_kept_too() -> None:
    house = House()
    code = house.file().receipt.code
    for text in ("It goes on.", "It goes on, and worse.", "It goes on, and worse.", "It goes on."):
        visit = house.reports.returning.add("oak", code, text, "one-form")
    assert [entry.text for entry in visit.entries] == [STORY, "It goes on.", "It goes on, and worse."]
