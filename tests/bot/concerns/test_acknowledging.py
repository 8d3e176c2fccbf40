"""Taking a report with the link of an e-mail: once, late, twice, by whom it must not be, with what is not ours; chat does the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.concerns.acknowledging import NONE, Acknowledged, Came, link_words
from bot.concerns.concern import About, Outcome, State
from bot.concerns.filing import Filed
from bot.concerns.in_chat import NOT_YOURS
from bot.concerns.letters import LetterKind, LetterState
from bot.concerns.ports import Act
from bot.concerns.signing_in import holder_key
from bot.links import acknowledge_path
from bot.ports import UnknownSchool
from bot.reply import Says, plain
from bot.school import Holder, Role
from tests.bot.concerns.house import CHAIR, DEPUTY, ELM, HEAD, LEAD, House


def token_of(filed: Filed, holder: Holder = LEAD, school: str = "oak") -> str:
    """A token as a letter to somebody carries it; these tests' signer adds nothing."""
    return link_words(school, filed.concern, holder_key(holder))


def acts(house: House, filed: Filed, act: Act) -> list[str]:
    """Who did that, in the audit."""
    with house.cases.unit("oak") as unit:
        return [line.who for line in unit.history(filed.reference) if line.act is act]


def test_the_link_in_the_letter_takes_the_report_and_looking_at_it_does_not() -> None:
    house = House()
    filed = house.file()
    house.tick()
    [(_, holder, said)] = house.messages.said
    token = token_of(filed)
    assert holder == LEAD
    assert said.acknowledge == "https://signpost.example" + acknowledge_path("oak", token)

    for _ in range(5):
        assert house.reports.by_link.look("oak", token) == Acknowledged(Came.WAITS, filed.reference)
    assert house.concern(filed).state is State.RECEIVED
    assert acts(house, filed, Act.ACKNOWLEDGED) == acts(house, filed, Act.READ) == []

    assert house.reports.by_link.take("oak", token) == Acknowledged(Came.MINE, filed.reference, Role.LEAD)
    assert (house.concern(filed).state, house.concern(filed).taken_by) == (State.ACKNOWLEDGED, LEAD)
    assert house.concern(filed).unread  # taken, not read
    assert acts(house, filed, Act.ACKNOWLEDGED) == ["lead"]


def test_acknowledging_twice_is_once_and_says_the_same() -> None:
    house = House()
    filed = house.file()
    first = house.reports.by_link.take("oak", token_of(filed))
    house.later(minutes=5)
    assert house.reports.by_link.take("oak", token_of(filed)) == first == house.reports.by_link.look("oak", token_of(filed))
    assert acts(house, filed, Act.ACKNOWLEDGED) == ["lead"]


def test_whoever_comes_late_learns_who_has_taken_it_in_chat_and_by_link_alike() -> None:
    house = House()
    filed = house.file()
    assert "You have taken" in plain(house.reports.in_chat.press("oak", filed.concern, "slack:T1:U2"))

    late = Acknowledged(Came.TAKEN, filed.reference, Role.DEPUTY)
    assert house.reports.by_link.look("oak", token_of(filed)) == house.reports.by_link.take("oak", token_of(filed)) == late
    assert "taken already, by the deputy" in plain(house.reports.in_chat.press("oak", filed.concern, "slack:T1:U1"))
    assert house.concern(filed).taken_by == DEPUTY


def test_once_it_is_taken_by_link_nobody_is_pinged_and_those_who_were_are_told() -> None:
    house = House()
    filed = house.file(urgent=True)
    house.tick()
    house.later(minutes=31)
    house.tick()
    house.messages.said.clear()

    house.reports.by_link.take("oak", token_of(filed, DEPUTY))
    house.tick()
    assert [(holder, said.subject) for _, holder, said in house.messages.said] == [
        (LEAD, f"A report has been taken ({filed.reference})")
    ]  # fmt: skip
    house.later(minutes=90)
    house.messages.said.clear()
    house.tick()
    with house.cases.unit("oak") as unit:
        pings = [one for one in unit.letters(filed.concern) if one.kind is LetterKind.PING]
    assert {one.state for one in pings} <= {LetterState.SENT, LetterState.NEEDLESS}
    assert not [said for _, _, said in house.messages.said if "needs you" in said.subject]


def test_a_case_that_fell_back_can_be_taken_again_by_the_same_link() -> None:
    house = House()
    filed = house.file(urgent=True)
    house.reports.by_link.take("oak", token_of(filed))
    house.later(days=8)
    house.tick()
    assert house.concern(filed).state is State.RECEIVED
    assert house.reports.by_link.look("oak", token_of(filed)).came is Came.WAITS
    assert house.reports.by_link.take("oak", token_of(filed)).came is Came.MINE


@pytest.mark.parametrize("how", ["closed", "withdrawn"])
def test_what_is_closed_or_withdrawn_is_left_as_it_is(how: str) -> None:
    house = House()
    filed = house.file()
    if how == "closed":
        house.reports.desk.acknowledge("oak", DEPUTY, filed.concern)
        house.reports.desk.close("oak", DEPUTY, filed.concern, Outcome.SUPPORT, "Done.")
    else:
        house.reports.returning.withdraw("oak", filed.receipt.code)
    before = house.concern(filed)
    assert house.reports.by_link.look("oak", token_of(filed)).came is Came.NOT_NOW
    assert house.reports.by_link.take("oak", token_of(filed)).came is Came.NOT_NOW
    assert "closed or withdrawn" in plain(house.reports.in_chat.press("oak", filed.concern, "slack:T1:U1"))
    assert house.concern(filed) == before


def none_of_it(house: House, filed: Filed, token: str, school: str = "oak") -> None:
    """Nothing: that token shows and takes nothing."""
    before = house.concern(filed)
    assert house.reports.by_link.look(school, token) == NONE
    assert house.reports.by_link.take(school, token) == NONE
    assert house.concern(filed) == before


def test_whom_a_report_is_about_takes_nothing_in_whatever_role_they_stand() -> None:
    house = House()
    filed = house.file(About.LEAD)
    none_of_it(house, filed, token_of(filed, LEAD))
    again = replace(LEAD, role=Role.DEPUTY)
    house.staffed(LEAD, again, HEAD, CHAIR)
    none_of_it(house, filed, token_of(filed, again))
    for who in ("slack:T1:U1", "teams:t:t-1"):
        assert house.reports.in_chat.press("oak", filed.concern, who).parts == (Says(NOT_YOURS),)
    assert house.reports.by_link.take("oak", token_of(filed, HEAD)).came is Came.MINE


def test_who_came_to_be_excluded_after_the_letter_was_sent_takes_nothing() -> None:
    house = House()
    filed = house.file()
    token = token_of(filed)
    assert house.reports.by_link.look("oak", token).came is Came.WAITS
    with house.cases.unit("oak") as unit:
        unit.put(replace(house.concern(filed), about=frozenset({About.LEAD}), kept_from=(LEAD,)))
    none_of_it(house, filed, token)


def test_who_holds_the_role_no_longer_or_holds_another_now_takes_nothing() -> None:
    house = House()
    filed = house.file()
    token = token_of(filed)
    house.staffed(replace(LEAD, name="Kim New", email="kim@oak.example", slack="U9", teams="t-9"), DEPUTY, HEAD)
    none_of_it(house, filed, token)
    house.staffed(replace(LEAD, role=Role.IT), DEPUTY, HEAD)
    none_of_it(house, filed, token)
    none_of_it(house, filed, token_of(filed, replace(LEAD, role=Role.IT)))
    none_of_it(house, filed, token_of(filed, CHAIR))


def test_a_role_that_is_not_told_of_such_a_report_takes_nothing() -> None:
    house = House()
    filed = house.file()
    none_of_it(house, filed, token_of(filed, CHAIR))


def test_another_schools_token_and_words_that_are_no_token_take_nothing() -> None:
    house = House()
    filed = house.file()
    key = holder_key(ELM.holders[0])
    for token in (
        link_words("elm", filed.concern, key),
        link_words("elm", filed.concern, holder_key(LEAD)),
        link_words("oak", filed.concern, key),
        link_words("oak", "no-such-concern", holder_key(LEAD)),
        link_words("oak", "", holder_key(LEAD)),
        "",
        "oak",
        f"oak\n{filed.concern}",
        f"oak\n{filed.concern}\n{holder_key(LEAD)}\nmore",
    ):
        none_of_it(house, filed, token)
    none_of_it(house, filed, link_words("elm", filed.concern, key), school="elm")
    with pytest.raises(UnknownSchool):
        house.reports.by_link.look("ash", link_words("ash", filed.concern, key))


def test_a_deleted_report_is_like_one_that_never_was() -> None:
    house = House()
    filed = house.file()
    house.reports.returning.withdraw("oak", filed.receipt.code)
    house.forgotten(filed)
    assert house.reports.by_link.look("oak", token_of(filed)) == house.reports.by_link.take("oak", token_of(filed)) == NONE


def test_who_holds_two_roles_takes_it_in_the_one_that_may() -> None:
    house = House()
    both = replace(HEAD, role=Role.CHAIR)
    house.staffed(LEAD, both, HEAD)
    filed = house.file()
    reply = house.reports.in_chat.press("oak", filed.concern, "slack:T1:U3")
    assert "You have taken" in plain(reply)
    assert house.concern(filed).taken_by == HEAD
