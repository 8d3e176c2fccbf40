"""Signing in at the desk: links work once and for ten minutes, sessions are short and end with the role."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.concerns.in_memory import InMemoryCaseUnit
from bot.concerns.ports import DeskSession
from bot.concerns.signing_in import MOST_LINKS, holder_key
from bot.ports import Sent
from tests.bot.concerns.house import CHAIR, DEPUTY, HEAD, LEAD, OAK, House


def link_for(house: House) -> str:
    """The token of a new link for the lead."""
    assert house.reports.signing_in.send_link("oak", holder_key(LEAD)).state is Sent.SENT
    return house.messages.links[-1][2].rpartition("/")[2]


def test_a_link_signs_in_once_however_often_it_is_looked_at() -> None:
    house = House()
    token = link_for(house)
    signing = house.reports.signing_in

    for _ in range(5):
        assert signing.whose("oak", token) == LEAD
    session = signing.enter("oak", token)

    assert session is not None
    assert signing.who("oak", session) == LEAD
    assert signing.enter("oak", token) is None
    assert signing.whose("oak", token) is None


def test_a_link_is_over_after_ten_minutes_and_is_for_one_school() -> None:
    house = House()
    token = link_for(house)

    assert house.reports.signing_in.enter("elm", token) is None
    house.later(minutes=10)
    assert house.reports.signing_in.whose("oak", token) is None
    assert house.reports.signing_in.enter("oak", token) is None


def test_links_go_to_their_holder_alone_and_are_limited() -> None:
    house = House()
    for _ in range(MOST_LINKS):
        link_for(house)

    assert house.reports.signing_in.send_link("oak", holder_key(LEAD)).why == "too_many"
    assert house.reports.signing_in.send_link("oak", holder_key(HEAD)).state is Sent.SENT
    assert house.reports.signing_in.send_link("oak", "nobody").why == "unknown"
    assert {holder for _, holder, _ in house.messages.links} == {LEAD, HEAD}
    house.later(minutes=11)
    link_for(house)


def test_a_session_ends_when_idle_and_in_any_case_after_four_hours() -> None:
    house = House()
    signing = house.reports.signing_in
    session = signing.enter("oak", link_for(house)) or ""
    for _ in range(11):
        house.later(minutes=21)
        assert signing.who("oak", session) == LEAD
    house.later(minutes=21)
    assert signing.who("oak", session) is None
    idle = signing.enter("oak", link_for(house)) or ""
    house.later(minutes=30)
    assert signing.who("oak", idle) is None


def test_a_session_ends_at_once_when_its_holder_no_longer_holds_the_role() -> None:
    house = House()
    signing = house.reports.signing_in
    session = signing.enter("oak", link_for(house)) or ""
    pending = link_for(house)

    house.staffed(replace(LEAD, name="Kim New", email="kim@oak.example", slack="U9", teams="t-9"), DEPUTY, HEAD, CHAIR)

    assert signing.who("oak", session) is None
    assert signing.enter("oak", pending) is None


def test_signing_out_everywhere_ends_every_session_and_link_of_that_holder() -> None:
    house = House()
    signing = house.reports.signing_in
    sessions = [signing.enter("oak", link_for(house)) or "" for _ in range(2)]
    pending = link_for(house)
    signing.send_link("oak", holder_key(HEAD))
    head = signing.enter("oak", house.messages.links[-1][2].rpartition("/")[2]) or ""

    signing.leave("oak", sessions[0], everywhere=True)

    assert [signing.who("oak", one) for one in sessions] == [None, None]
    assert signing.enter("oak", pending) is None
    assert signing.who("oak", head) == HEAD


def test_neither_a_link_nor_a_session_is_kept_as_it_is_sent() -> None:
    house = House()
    token = link_for(house)
    session = house.reports.signing_in.enter("oak", token)

    assert session is not None
    assert len(session) >= 43
    assert token not in repr(house.cases.kept)
    assert session not in repr(house.cases.kept)
    assert OAK.id in house.cases.kept


def test_nothing_is_nobodys_session() -> None:
    house = House()

    for token in ("", "x", "x" * 10_000):
        assert house.reports.signing_in.who("oak", token) is None
    house.reports.signing_in.leave("oak", "x")


def test_a_session_that_is_ended_while_a_page_is_opened_in_it_stays_over(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    signing = house.reports.signing_in
    session = signing.enter("oak", link_for(house)) or ""
    house.later(minutes=2)
    read = InMemoryCaseUnit.session

    def ended_meanwhile(unit: InMemoryCaseUnit, digest: str) -> DeskSession | None:
        found = read(unit, digest)
        monkeypatch.setattr(InMemoryCaseUnit, "session", read)
        signing.leave("oak", session, everywhere=True)
        return found

    monkeypatch.setattr(InMemoryCaseUnit, "session", ended_meanwhile)
    signing.who("oak", session)
    assert signing.who("oak", session) is None
