"""The traps known to lie in the five policies (../shared/policies/README.md), one by one."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.policy import Audience, Clause, Stance
from tests.shared_files import FIVE, clause_with, five_edition


def under(name: str, lead_in: str) -> list[Clause]:
    """The clauses of a policy whose lead-in ends in some words."""
    return [clause for clause in five_edition(name).clauses if clause.lead_in.rstrip().lower().endswith(lead_in.lower())]


def test_dobcroft_s_do_list_is_required_and_its_do_not_list_forbidden() -> None:
    do = [clause for clause in five_edition("dobcroft").clauses if clause.lead_in == "DO"]
    do_not = [clause for clause in five_edition("dobcroft").clauses if clause.lead_in == "DO NOT"]
    assert (len(do), len(do_not)) == (7, 9)
    assert {clause.stance for clause in do} == {Stance.REQUIRES}
    assert {clause.stance for clause in do_not} == {Stance.FORBIDS}


@pytest.mark.parametrize("fragment", ["Build or pursue relationships", "Discuss work related issues", "Post derogatory, defamatory"])
def test_a_dobcroft_ban_is_read_together_with_its_do_not(fragment: str) -> None:
    assert clause_with(five_edition("dobcroft"), fragment).quotation.startswith(f"DO NOT {fragment}")


def test_the_line_after_dobcroft_s_do_not_list_is_no_ban() -> None:
    closing = clause_with(five_edition("dobcroft"), "All of the above applies")
    assert closing.lead_in == ""
    assert closing.stance is Stance.INFORMS


def test_dobcroft_says_two_things_on_parents_as_friends() -> None:
    edition = five_edition("dobcroft")
    body, appendix = clause_with(edition, "to accept colleagues, parents"), clause_with(edition, "Build or pursue relationships")
    assert (body.number, body.stance) == ("6.7", Stance.CONDITIONS)
    assert appendix.stance is Stance.FORBIDS
    assert body.section != appendix.section


def test_dobcroft_s_bullets_torn_over_lines_are_whole() -> None:
    assert "child or parent is no longer within" in clause_with(five_edition("dobcroft"), "Build or pursue relationships").text
    assert "Think through what activities you take" in clause_with(five_edition("dobcroft"), "Engage in activities online").text


def test_astley_park_s_nested_list_carries_both_lead_ins() -> None:
    nested = under("astley-park", "in a manner which may:-")
    assert len(nested) == 5
    assert {clause.number for clause in nested} == {"4.1(iii)"}
    assert {clause.stance for clause in nested} == {Stance.FORBIDS}
    assert all("should be advised as follows" in clause.lead_in and "do not conduct" in clause.lead_in for clause in nested)


def test_astley_park_s_lettered_list_goes_on_after_the_nested_one() -> None:
    friends = clause_with(five_edition("astley-park"), "on-line 'friendships'")
    former = clause_with(five_edition("astley-park"), "former pupils should be strongly")
    assert (friends.number, former.number) == ("4.1(iv)", "4.1(v)")
    assert (friends.stance, former.stance) == (Stance.FORBIDS, Stance.ADVISES_AGAINST)
    assert friends.lead_in == former.lead_in
    assert friends.lead_in.endswith("advised as follows:-")


def test_astley_park_s_that_they_items_mean_what_they_say() -> None:
    edition = five_edition("astley-park")
    assert clause_with(edition, "access these sites for personal").stance is Stance.FORBIDS
    assert clause_with(edition, "familiarise themselves").stance is Stance.REQUIRES
    assert clause_with(edition, "could face legal proceedings").stance is Stance.INFORMS


def test_the_document_astley_park_quotes_lends_it_no_section_numbers() -> None:
    edition = five_edition("astley-park")
    quoted = [clause for clause in edition.clauses if any("Communication with Pupils" in part for part in clause.section)]
    assert len(quoted) >= 10
    assert {clause.number for clause in quoted} == {"5"}
    assert all(clause.section[0].endswith("SAFEGUARDING ISSUES") for clause in quoted)
    assert not [clause for clause in edition.clauses if clause.number.startswith(("7", "12"))]
    assert clause_with(edition, "retained in Staff Handbooks").number == "6(i)"


def test_cbc_s_items_are_not_considered_acceptable() -> None:
    bans = under("cbc", "not considered acceptable at CBC:")
    assert [clause.stance for clause in bans] == [Stance.CONDITIONS, Stance.FORBIDS, Stance.FORBIDS, Stance.FORBIDS]
    assert bans[0].text.startswith("The use of the school's name")


def test_cbc_s_second_list_hangs_from_its_own_lead_in() -> None:
    duties = under("cbc", "must ensure that they:")
    assert len(duties) == 6
    assert clause_with(five_edition("cbc"), "Never 'friend' a pupil").stance is Stance.FORBIDS
    assert clause_with(five_edition("cbc"), "Do not make any derogatory").stance is Stance.FORBIDS
    assert clause_with(five_edition("cbc"), "high levels of privacy").stance is Stance.REQUIRES


def test_cbc_s_table_of_other_policies_stands_under_its_two_column_headings() -> None:
    national = clause_with(five_edition("cbc"), "Teaching Online Safety in Schools")
    local = clause_with(five_edition("cbc"), "London Safeguarding Children Procedures")
    assert national.section[-1].startswith("National")
    assert local.section[-1].startswith("Local")


def test_cbc_s_students_hand_in_phones_and_its_staff_do_not() -> None:
    assert clause_with(five_edition("cbc"), "Students must hand their phones").binds == (Audience.PUPILS,)
    assert clause_with(five_edition("cbc"), "keep their phone switched on").binds == (Audience.STAFF,)


@pytest.mark.parametrize(
    ("fragment", "bound"),
    [
        ("Staff must decline", (Audience.STAFF,)),
        ("pupils must not send a", (Audience.PUPILS,)),
        ("Pupils should be aware of", (Audience.PUPILS,)),
        ("must not post pictures of", (Audience.PARENTS,)),
        ("while helping on school visits", (Audience.PARENTS,)),
        ("should raise queries, concerns", (Audience.PARENTS,)),
        ("inviting work colleagues", (Audience.STAFF,)),
        ("All social media services", (Audience.STAFF,)),
        ("the login details must be", (Audience.STAFF,)),
    ],
)
def test_bledington_s_rules_bind_those_they_speak_to(fragment: str, bound: tuple[Audience, ...]) -> None:
    assert clause_with(five_edition("bledington"), fragment).binds == bound


def test_bledington_s_five_areas_are_named_once_as_contents_and_then_as_headings() -> None:
    edition = five_edition("bledington")
    assert [line.number for line in edition.contents] == ["A", "B", "C", "D", "E"]
    assert [path[0][0] for path in edition.headings if len(path) == 1 and path[0][1:2] == " "] == ["A", "B", "C", "D", "E"]


def test_bledington_s_signature_is_left_out_and_its_dates_are_kept() -> None:
    edition = five_edition("bledington")
    assert [left.text for left in edition.left_out if left.why == "signature"] == ["Signed: CO-HEADTEACHERS"]
    assert edition.adopted == date(2025, 1, 29)


@pytest.mark.parametrize(
    "joined",
    [
        "Safeguarding Children in a Digital",
        "acting promptly to prevent and",
        "such information should never be",
        "to transfer such data must",
        "school will investigate this matter",
        "profession or workplace on social",
        "as well as guidance from",
    ],
)
def test_cookridge_s_torn_paragraphs_are_joined(joined: str) -> None:
    assert any(joined.lower() in clause.text.lower() for clause in five_edition("cookridge").clauses)


def test_cookridge_s_body_numbers_its_sections_otherwise_than_its_contents() -> None:
    edition = five_edition("cookridge")
    contents = {line.number: line.title for line in edition.contents}
    assert contents["Section 7"] == "Internet Use"
    assert clause_with(edition, "must not share logins").number == "8"
    assert clause_with(edition, "Personal equipment capable of recording").number == "7"


def test_cookridge_s_drafting_note_is_no_lead_in_of_a_rule() -> None:
    edition = five_edition("cookridge")
    assert not [clause for clause in edition.clauses if "Do we need to refer" in clause.lead_in]


def test_cookridge_s_lists_keep_their_lead_ins() -> None:
    assert len(under("cookridge", "material and actions are:")) == 7
    assert len(under("cookridge", "Members of staff must:")) == 5
    own = under("cookridge", "their personal information by:")
    assert len(own) == 9
    assert {clause.stance for clause in own if clause.text.startswith("Not ")} == {Stance.FORBIDS}
    assert {clause.stance for clause in own if clause.text.startswith("Keeping ")} == {Stance.REQUIRES}


HEADERS = {
    "astley-park": ("Social Networking Policy", "Astley Park School", date(2018, 11, 5), date(2019, 9, 1)),
    "bledington": ("Social Media Policy for Staff", "Bledington Primary School", date(2025, 1, 29), None),
    "cbc": ("Social Media Policy 2022", "The Constance Bridgeman Centre", date(2022, 11, 29), date(2024, 9, 30)),
    "cookridge": ("E Safety and Social Media", "Cookridge Holy Trinity Primary School", date(2025, 1, 1), date(2025, 1, 31)),
    "dobcroft": ("Social Media Policy for Staff", "Dobcroft Junior School", date(2021, 12, 7), date(2023, 12, 31)),
}


@pytest.mark.parametrize("name", FIVE)
def test_title_school_and_dates_are_those_on_the_document(name: str) -> None:
    edition = five_edition(name)
    title, school, adopted, review_due = HEADERS[name]
    assert edition.title.startswith(title)
    assert (edition.school, edition.adopted, edition.review_due) == (school, adopted, review_due)
    assert edition.overdue(date(2026, 1, 1)) is (review_due is not None)
