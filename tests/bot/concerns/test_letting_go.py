"""A report whose taker has left the school, or may not see it any more: somebody else is told within a day, and it is left to nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.concerns.concern import About, State
from bot.concerns.filing import Filed
from bot.concerns.ports import Act
from bot.school import Role
from tests.bot.concerns.house import CHAIR, DEPUTY, HEAD, LEAD, House

NEW_LEAD = replace(LEAD, name="Kim New", email="kim@oak.example", slack="U9", teams="t-9")


def a_day_passes(house: House) -> list[tuple[str, str]]:
    """(name, subject) of what is sent in it."""
    house.messages.said.clear()
    for _ in range(24):
        house.later(hours=1)
        house.reports.clock.rounds.go()
        house.tick()
    return [(holder.name, said.subject) for _, holder, said in house.messages.said]


def in_action(house: House, *about: About) -> Filed:
    """A report that the lead has taken, and about which something is recorded."""
    filed = house.file(*about)
    house.tick()
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    house.reports.desk.decide("oak", LEAD, filed.concern, "Rang the parents.", "They must know.", "s")
    return filed


def acts(house: House, filed: Filed) -> list[Act]:
    with house.cases.unit("oak") as unit:
        return [line.act for line in unit.history(filed.reference)]


def test_a_report_in_action_whose_taker_has_left_climbs_again_within_a_day() -> None:
    house = House()
    filed = in_action(house)
    assert not a_day_passes(house)
    house.staffed(NEW_LEAD, DEPUTY, HEAD, CHAIR)

    assert (NEW_LEAD.name, f"A report needs you ({filed.reference})") in a_day_passes(house)
    concern = house.concern(filed)
    assert (concern.state, concern.taken_by, concern.climbs) == (State.RECEIVED, None, 1)
    assert acts(house, filed).count(Act.LET_GO) == 1
    assert DEPUTY.name in {name for name, _ in a_day_passes(house)}
    assert acts(house, filed).count(Act.LET_GO) == 1


def test_a_report_acknowledged_by_somebody_who_has_left_does_not_wait_for_its_deadline() -> None:
    house = House()
    filed = house.file()
    house.reports.desk.acknowledge("oak", LEAD, filed.concern)
    house.staffed(NEW_LEAD, DEPUTY, HEAD, CHAIR)

    assert NEW_LEAD.name in {name for name, _ in a_day_passes(house)}
    assert Act.FELL_BACK not in acts(house, filed)


def test_how_long_it_waits_is_said_from_when_it_was_let_go() -> None:
    house = House()
    filed = in_action(house)
    for _ in range(40):
        a_day_passes(house)
    house.staffed(NEW_LEAD, DEPUTY, HEAD, CHAIR)
    a_day_passes(house)

    said = [said.text for _, _, said in house.messages.said]
    assert said == [f"A report needs you. Reference {filed.reference}. It has been waiting since just now."]


@pytest.mark.parametrize(
    "holder",
    [replace(LEAD, name="Ann Lee-Fox", email="ann.fox@oak.example"), replace(LEAD, role=Role.DEPUTY), replace(LEAD, phone="")],
    ids=["other name", "other role", "other number"],
)
def test_whoever_is_still_there_under_another_name_or_role_keeps_it(holder: object) -> None:
    house = House()
    filed = in_action(house)
    house.staffed(holder, HEAD, CHAIR)  # type: ignore[arg-type]

    a_day_passes(house)
    assert house.concern(filed).state is State.IN_ACTION


def test_closed_and_withdrawn_reports_of_somebody_who_has_left_stay_as_they_are() -> None:
    house = House()
    filed = in_action(house)
    house.reports.returning.withdraw("oak", filed.receipt.code)
    house.staffed(NEW_LEAD, DEPUTY, HEAD, CHAIR)

    a_day_passes(house)
    assert house.concern(filed).state is State.WITHDRAWN


def test_a_report_that_cannot_be_opened_keeps_no_other_from_being_let_go() -> None:
    house = House()
    broken, filed = in_action(house), in_action(house)
    house.cases.kept["oak"].broken.add(broken.concern)
    house.staffed(NEW_LEAD, DEPUTY, HEAD, CHAIR)

    a_day_passes(house)
    assert house.concern(filed).state is State.RECEIVED
