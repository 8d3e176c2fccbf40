"""One case that cannot be opened: everything goes on for all others, and whoever asks for it is told so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.concerns.acknowledging import link_words
from bot.concerns.concern import Outcome, State
from bot.concerns.filing import Filed
from bot.concerns.in_chat import BROKEN
from bot.concerns.ports import CaseBroken
from bot.concerns.posting import LEASE
from bot.concerns.signing_in import holder_key
from bot.digest import Digests
from bot.in_memory import InMemorySchools, Kept
from bot.reply import plain
from tests.bot.concerns.house import CHAIR, HEAD, LEAD, OAK, House


def damaged(house: House, filed: Filed) -> None:
    """Nothing: the case does not open any more."""
    house.cases.kept["oak"].broken.add(filed.concern)


def mended(house: House) -> None:
    """Nothing: a backup was restored."""
    house.cases.kept["oak"].broken.clear()


def told(house: House) -> set[str]:
    """What was sent, by the report it is about."""
    house.tick()
    return {said.press.rpartition(".")[2] for _, _, said in house.messages.said}


def test_the_list_the_figures_and_the_digest_hold_all_others_and_the_desk_knows_how_many_do_not_open() -> None:
    house = House()
    whole, shut = house.file(), house.file()
    damaged(house, shut)
    desk = house.reports.desk
    assert [one.id for one in desk.waiting("oak", LEAD)] == [one.id for one in desk.counted("oak", LEAD)] == [whole.concern]
    assert desk.open("oak", LEAD, whole.concern).case.concern.id == whole.concern
    assert (desk.broken("oak"), desk.broken("elm")) == (1, 0)
    digest = Digests(InMemorySchools([Kept(OAK, [])]), house.cases, house.now).of(OAK, HEAD)
    assert "Reports that nobody has taken: 1." in digest.text


def test_whoever_asks_for_it_is_told_that_it_does_not_open() -> None:
    house = House()
    shut, other = house.file(), house.file()
    desk = house.reports.desk
    desk.link("oak", LEAD, other.concern, shut.reference)
    damaged(house, shut)
    for ask in (
        lambda: desk.open("oak", LEAD, shut.concern),
        lambda: desk.acknowledge("oak", LEAD, shut.concern),
        lambda: desk.reply("oak", LEAD, shut.concern, "Thank you.", "s"),
        lambda: house.reports.by_link.take("oak", link_words("oak", shut.concern, holder_key(LEAD))),
        lambda: house.reports.returning.read("oak", shut.receipt.code),
    ):
        with pytest.raises(CaseBroken):
            ask()
    assert desk.open("oak", LEAD, other.concern).linked == ()


def test_acknowledging_in_chat_works_for_the_others_and_says_plainly_that_this_one_was_not_taken() -> None:
    house = House()
    whole, shut = house.file(), house.file()
    damaged(house, shut)
    press = house.reports.in_chat.press
    assert whole.reference in plain(press("oak", whole.concern, "slack:T:U1"))
    assert plain(press("oak", shut.concern, "slack:T:U1")) == BROKEN
    assert plain(press("oak", shut.concern, "slack:T:U9")) != BROKEN


def test_the_clock_brings_all_others_and_this_one_once_it_is_mended() -> None:
    house = House()
    shut, whole = house.file(), house.file()  # the broken one is due first
    damaged(house, shut)
    assert told(house) == {whole.concern}
    house.later(seconds=1)
    assert told(house) == {whole.concern}  # its moment is claimed, and not looked at again and again
    mended(house)
    house.later(minutes=3)
    assert told(house) == {whole.concern, shut.concern}


def test_a_letter_of_a_case_that_broke_meanwhile_waits_and_keeps_no_other_from_being_sent() -> None:
    house = House()
    shut, whole = house.file(), house.file()
    while house.reports.clock.climbing.step():
        pass
    damaged(house, shut)
    assert told(house) == {whole.concern}
    mended(house)
    house.later(seconds=LEASE.total_seconds() + 1)
    assert told(house) == {whole.concern, shut.concern}


def test_the_others_are_deleted_on_their_day_also_where_they_are_linked_to_it_and_it_stays() -> None:
    house = House()
    shut, linked, other = house.file(), house.file(), house.file()
    desk = house.reports.desk
    desk.link("oak", LEAD, linked.concern, shut.reference)
    for one in (shut, linked, other):
        desk.acknowledge("oak", LEAD, one.concern)
        desk.close("oak", LEAD, one.concern, Outcome.SETTLED, "Done.")
    damaged(house, shut)
    day = house.concern(other).keep_until + timedelta(days=1)
    assert house.reports.delete_expired(day) == 2
    assert set(house.cases.kept["oak"].concerns) == {shut.concern}
    mended(house)
    assert house.reports.delete_expired(day) == 1


def test_a_report_filed_again_where_the_first_does_not_open_is_not_said_to_be_kept() -> None:
    house = House()
    draft = house.draft()
    filed = house.reports.filing.file("oak", draft)
    damaged(house, filed)
    with pytest.raises(CaseBroken):
        house.reports.filing.file("oak", replace(draft, story="More of it."))
    assert house.cases.kept["oak"].concerns[filed.concern].state is State.RECEIVED


def test_who_is_kept_from_others_learns_no_more_than_a_number() -> None:
    house = House()
    damaged(house, house.file())
    assert house.reports.desk.waiting("oak", CHAIR) == ()
    assert house.reports.desk.broken("oak") == 1
