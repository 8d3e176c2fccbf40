"""Filing a report: kept once, kept from those it is about, without a name where none was given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.concerns.concern import About, EntryKind, Route, State
from bot.concerns.filing import LONGEST_STORY, NobodyLeft, Unfinished
from bot.concerns.form import abouts, to_ring, who_reads
from bot.concerns.in_memory import InMemoryCaseUnit
from bot.concerns.ports import Act
from bot.school import Role
from tests.bot.concerns.house import AT, CHAIR, DEPUTY, HEAD, LEAD, OAK, STORY, House


def test_a_report_is_kept_with_its_story_a_ping_and_a_line_in_the_audit() -> None:
    house = House()

    filed = house.file()

    case = house.cases.unit("oak").case(filed.concern)
    assert case is not None
    assert [(entry.kind, entry.text) for entry in case.entries] == [(EntryKind.STORY, STORY)]
    assert case.concern.state is State.RECEIVED
    assert filed.told == (LEAD, DEPUTY, HEAD)
    assert [ping.concern for ping in house.cases.pings.values()] == [filed.concern]
    assert [(line.act, line.who) for line in house.cases.unit("oak").history(filed.reference)] == [(Act.FILED, "reporter")]


@pytest.mark.parametrize("route", [Route.ANONYMOUS, Route.CONFIDENTIAL])
def test_without_a_name_every_time_is_to_the_hour_and_no_name_is_kept_even_if_one_was_typed(route: Route) -> None:
    house = House()

    filed = house.file(route=route, name="Canary Person")

    assert "Canary" not in repr(house.cases.kept) + repr(house.cases.pings)
    told = repr(house.cases.kept["oak"].concerns) + repr(house.cases.kept["oak"].entries) + repr(house.cases.kept["oak"].audit)
    assert "9, 25" not in told
    assert house.concern(filed).filed_at == AT.replace(minute=0, second=0)
    assert all(ping.due_at.minute % 10 == ping.due_at.second == 0 for ping in house.cases.pings.values())


def test_with_a_name_the_lead_reads_it() -> None:
    house = House()

    filed = house.file(route=Route.NAMED, name=" Kit Moss ")

    assert house.concern(filed).reporter == "Kit Moss"
    assert house.concern(filed).filed_at == AT


def test_the_same_form_sent_twice_is_one_report_with_one_code() -> None:
    house = House()
    draft = house.draft()

    first, second = house.reports.filing.file("oak", draft), house.reports.filing.file("oak", draft)

    assert second.again
    assert (first.receipt, first.reference, first.concern) == (second.receipt, second.reference, second.concern)
    assert len(house.cases.kept["oak"].concerns) == len(house.cases.pings) == 1


def test_the_same_form_sent_with_more_words_keeps_both() -> None:
    house = House()
    draft = house.draft()
    first = house.reports.filing.file("oak", draft)

    house.reports.filing.file("oak", replace(draft, story="And it went on."))

    case = house.cases.unit("oak").case(first.concern)
    assert case is not None
    assert [entry.text for entry in case.entries] == [STORY, "And it went on."]


def test_a_story_that_no_store_can_hold_as_it_is_is_still_one_story() -> None:
    house = House()
    draft = house.draft("one\0\r\ntwo \ud800 \n")

    first = house.reports.filing.file("oak", draft)
    house.reports.filing.file("oak", draft)

    case = house.cases.unit("oak").case(first.concern)
    assert case is not None
    assert [entry.text for entry in case.entries] == ["one\ntwo \ufffd"]


def test_the_same_form_sent_again_with_the_lead_ticked_keeps_the_lead_out() -> None:
    house = House()
    draft = house.draft()
    house.reports.filing.file("oak", draft)

    again = house.reports.filing.file("oak", replace(draft, about=frozenset({About.LEAD})))

    assert again.told == (HEAD, DEPUTY)
    assert house.reports.desk.waiting("oak", LEAD) == ()
    assert house.concern(again).about == {About.PUPIL, About.LEAD}


def test_a_form_sent_again_lets_in_nobody_who_came_to_hold_a_role_it_is_about_that_was_vacant() -> None:
    house = House()
    house.staffed(LEAD, HEAD, CHAIR)
    draft = house.draft(STORY, About.DEPUTY)
    filed = house.reports.filing.file("oak", draft)
    house.staffed(LEAD, replace(LEAD, role=Role.DEPUTY), DEPUTY, HEAD, CHAIR)
    assert not [one for one in house.reports.desk.waiting("oak", DEPUTY) if one.id == filed.concern]

    again = house.reports.filing.file("oak", replace(draft, about=frozenset({About.LEAD, About.DEPUTY})))

    assert again.told == (HEAD,)
    assert not house.reports.desk.waiting("oak", DEPUTY)


def test_a_code_whose_beginning_is_taken_gives_way_to_another_and_is_found_again() -> None:
    house = House()
    draft = house.draft()
    first = house.reports.filing.file("oak", draft)
    kept = house.cases.kept["oak"]
    taken = kept.receipts.pop(first.receipt.lookup)
    kept.concerns.clear(), kept.filings.clear()
    kept.receipts[first.receipt.lookup] = replace(taken, concern="of another report")

    second = house.reports.filing.file("oak", draft)

    assert second.receipt != first.receipt
    assert house.reports.filing.file("oak", draft).receipt == second.receipt
    assert house.reports.returning.read("oak", second.receipt.code).reference == second.reference


def test_who_is_told_follows_from_whom_it_is_about() -> None:
    for about, told in [
        ({About.PUPIL}, (LEAD, DEPUTY, HEAD)),
        ({About.LEAD}, (HEAD, DEPUTY)),
        ({About.DEPUTY}, (LEAD, HEAD)),
        ({About.HEAD}, (CHAIR,)),
        ({About.HEAD, About.LEAD}, (CHAIR,)),
        ({About.CHAIR, About.PARENT}, (LEAD, DEPUTY, HEAD)),
    ]:
        assert House().file(*about).told == told


def test_where_nobody_is_left_nothing_is_kept_and_people_outside_are_named() -> None:
    house = House()

    with pytest.raises(NobodyLeft) as stopped:
        house.file(About.HEAD, About.CHAIR)

    assert not house.cases.kept["oak"].concerns
    assert any("LADO" in one.who and "01632 960009" in one.who for one in stopped.value.contacts)
    assert "NOT been kept" in stopped.value.message
    assert [line.act for line in house.cases.kept["oak"].audit] == [Act.NOBODY_LEFT]


def test_an_unfinished_form_says_what_is_missing_and_keeps_nothing() -> None:
    house = House()
    for draft, field in [
        (house.draft("  "), "story"),
        (house.draft("x" * (LONGEST_STORY + 1)), "story"),
        (replace(house.draft(), about=frozenset()), "about"),
        (house.draft(route=Route.NAMED), "name"),
        (house.draft(route=Route.NAMED, name="x" * 300), "name"),
        (replace(house.draft(), filing="short"), "filing"),
    ]:
        with pytest.raises(Unfinished) as stopped:
            house.reports.filing.file("oak", draft)
        assert list(stopped.value.faults) == [field]
    assert not house.cases.kept["oak"].concerns


def test_the_form_names_those_who_hold_a_role_and_says_who_reads() -> None:
    assert "Ann Lee" in abouts(OAK)[About.LEAD]
    assert "Jo Hall" not in who_reads(OAK, frozenset({About.HEAD}))
    assert who_reads(OAK, frozenset({About.HEAD, About.CHAIR})) == ""
    assert all("Jo Hall" not in one.who for one in to_ring(OAK, frozenset({About.HEAD})))


def test_where_nobody_is_left_the_audit_has_the_hour_and_not_the_moment() -> None:
    house = House()
    with pytest.raises(NobodyLeft):
        house.file(About.HEAD, About.CHAIR)
    assert [(line.at.minute, line.at.second) for line in house.cases.kept["oak"].audit] == [(0, 0)]


def test_a_form_sent_again_about_everybody_who_could_read_it_is_shut_to_them_and_never_said_to_be_received() -> None:
    house = House()
    filing = house.new_id()
    house.reports.filing.file("oak", house.draft(STORY, About.PUPIL, filing=filing))
    everybody = house.draft(STORY, About.LEAD, About.DEPUTY, About.HEAD, About.CHAIR, filing=filing)

    with pytest.raises(NobodyLeft) as stopped:
        house.reports.filing.file("oak", everybody)

    assert any("LADO" in one.who for one in stopped.value.contacts)
    assert [house.reports.desk.waiting("oak", one) for one in (LEAD, DEPUTY, HEAD, CHAIR)] == [(), (), (), ()]


def test_what_the_desk_did_meanwhile_is_not_undone_by_a_form_that_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    draft = house.draft(STORY, About.PUPIL)
    filed = house.reports.filing.file("oak", draft)
    commits: list[str] = []

    def committed(_: InMemoryCaseUnit) -> None:  # whoever waited for the concern gets it as soon as something is committed
        if not commits:
            commits.append("again")
            house.reports.desk.acknowledge("oak", LEAD, filed.concern)

    with monkeypatch.context() as during:
        during.setattr(InMemoryCaseUnit, "commit", committed)
        house.reports.filing.file("oak", replace(draft, story="Other words.", about=draft.about | {About.PARENT}))

    assert house.concern(filed).state is State.ACKNOWLEDGED
