"""The health check: reviews, drafting notes, references and contradictions, each found where it should be and only there."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.errors import DataFault
from knowledge.health import Kind, Severity
from knowledge.health.dates import how_long
from knowledge.health.references import read_references, references
from tests.knowledge.health_policies import RULE, TODAY, dated, found

# Review dates


def test_a_review_that_is_late_is_told_with_how_late_it_is() -> None:
    (finding,) = found(RULE, Kind.REVIEW, dated("Adopted: 3 March 2023", "Next review date: 31 March 2024"))
    assert finding.severity is Severity.SERIOUS
    assert "2 years and 7 months" in finding.why
    assert "31 March 2024" in finding.quote


def test_a_review_a_few_weeks_late_is_not_yet_serious() -> None:
    (finding,) = found(RULE, Kind.REVIEW, dated("Adopted: 3 March 2023", "Next review date: 31 October 2026"))
    assert finding.severity is Severity.MEND


def test_a_review_still_to_come_is_no_finding() -> None:
    assert not found(RULE, Kind.REVIEW)


def test_the_same_policy_falls_due_as_the_days_pass() -> None:
    assert not found(RULE, Kind.REVIEW, today=date(2027, 3, 31))
    assert found(RULE, Kind.REVIEW, today=date(2027, 4, 1))


def test_no_review_date_at_all_is_serious() -> None:
    (finding,) = found(RULE, Kind.REVIEW, dated("Adopted: 3 March 2026", ""))
    assert finding.severity is Severity.SERIOUS
    assert "no review date" in finding.why


def test_a_review_in_the_month_of_the_last_change_is_told() -> None:
    findings = found(RULE, Kind.REVIEW, dated("Updated: March 2026", "Next review date: March 2026"), date(2026, 3, 10))
    assert ["no later than" in finding.why for finding in findings] == [True]


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2025, 1, 31), date(2026, 11, 21), "1 year and 9 months"),
        (date(2024, 11, 21), date(2026, 11, 21), "2 years"),
        (date(2026, 11, 20), date(2026, 11, 21), "1 day"),
        (date(2026, 10, 25), date(2026, 11, 21), "27 days"),
    ],
)
def test_time_is_told_in_years_and_months(since: date, until: date, said: str) -> None:
    assert how_long(since, until) == said


# Drafting notes


@pytest.mark.parametrize(
    "note",
    [
        "Do we need to mention the trust's own rules on cameras here?",
        "Should this section refer to the code of conduct as well?",
        "Concerns go to [name of school]'s office manager, who keeps a list of them.",
        "Reports are made to the designated lead, TBC, within one working day of the event.",
        "Staff may be reached on XX during the holidays when the office is closed.",
        "Volunteers and governors (delete as appropriate) must follow these rules as well.",
        "Phones are kept in lockers??? during the school day by all members of staff.",
        "Insert school logo above the title and send to print before the start of term.",
    ],
)
def test_a_drafting_note_left_in_is_serious(note: str) -> None:
    findings = found(
        f"{RULE}\n2 Cameras\n\nStaff must use the cameras of the school for every picture of a pupil.\n\n{note}\n", Kind.DRAFTING
    )
    assert [finding.severity for finding in findings] == [Severity.SERIOUS]


def test_a_sentence_that_was_cut_off_is_told() -> None:
    (finding,) = found("1 Data\n\nStaff must never take lists of pupils home, except where the head has agreed to it. W\n", Kind.DRAFTING)
    assert "stray “W”" in finding.why


@pytest.mark.parametrize(
    "rule",
    [
        "Can I use my own phone? You may use it in the staffroom at break and at lunch.",
        "Ask yourself before you post: would you say this to a parent? If not, leave it.",
        "Pupils in Year 6 may bring a phone and must hand it in at the office, as plan B.",
    ],
)
def test_a_question_to_staff_is_no_drafting_note(rule: str) -> None:
    assert not found(f"1 Phones\n\n{rule}\n", Kind.DRAFTING)


# References


@pytest.mark.parametrize(
    ("named", "instead"),
    [
        ("The Data Protection Act 1998 governs what the school keeps about its pupils.", "Data Protection Act 2018"),
        ("Staff must follow the General Data Protection Regulation 2018 whenever they share a file.", "UK GDPR"),
        ("Every volunteer must hold a CRB certificate before going on a trip.", "Disclosure and Barring"),
        ("Concerns are passed to the LSCB by the designated lead of the school.", "safeguarding partners"),
        ("Staff must read Keeping Children Safe in Education (DfE, 2024) every year.", "edition in force"),
        ("Staff must read the Guidance for Safer Working Practice (May 2019) when they join.", "February 2022"),
        ("Staff may ring the Teacher Support Network at any hour for advice.", "Education Support"),
        ("Staff must not post about pupils on Twitter at any time.", "X (formerly Twitter)"),
        ("The Disability Discrimination Act 1995 must be kept in mind when posting.", "Equality Act 2010"),
    ],
)
def test_an_out_of_date_reference_is_told_with_what_to_name_now(named: str, instead: str) -> None:
    (finding,) = found(f"1 Law\n\n{named}\n", Kind.REFERENCE)
    assert instead in finding.what_to_do


@pytest.mark.parametrize(
    "named",
    [
        "The Data Protection Act 2018 governs what the school keeps about its pupils.",
        "Staff must read Keeping Children Safe in Education every year.",
        "Staff must read Keeping Children Safe in Education (September 2026) every year.",
        "Staff must read the Guidance for Safer Working Practice (February 2022) when they join.",
        "Staff must keep to safer working practice whenever they are alone with a pupil.",
        "The Prevent duty was laid on schools long ago and still holds for every one of them.",
        "Staff must read Keeping Children Safe in Education, the Mobile Phone Policy 2019 and this policy.",
    ],
)
def test_a_reference_that_still_holds_is_no_finding(named: str) -> None:
    assert not found(f"1 Law\n\n{named}\n", Kind.REFERENCE)


def test_last_years_edition_goes_out_of_date_in_september() -> None:
    rule = "1 Law\n\nStaff must read Keeping Children Safe in Education (September 2025) when they join the school.\n"
    assert not found(rule, Kind.REFERENCE, today=date(2026, 8, 31))
    assert found(rule, Kind.REFERENCE, today=date(2026, 9, 1))


def test_a_reference_named_in_two_clauses_is_told_once() -> None:
    rules = "1 Law\n\nThe LSCB sets the rules for every school here.\n\n2 Concerns\n\nThe lead tells the LSCB of every serious concern.\n"
    (finding,) = found(rules, Kind.REFERENCE)
    assert "1 more clause names it too" in finding.why


def test_every_line_of_the_table_of_references_is_whole() -> None:
    for reference in references():
        assert reference.source
        assert reference.instead
        assert reference.since or reference.newest(TODAY)


def test_a_reference_with_a_wrong_key_is_refused_by_name() -> None:
    with pytest.raises(DataFault, match="insted"):
        read_references('[[reference]]\nname = "x"\nfound = ["x"]\ninsted = "y"\nsince = "z"\nsource = "s"\nseverity = "serious"\n')


# Contradictions


def test_a_ban_and_a_permission_on_one_act_are_a_contradiction_with_both_quotes() -> None:
    rules = (
        "1 Parents\n\nStaff should consider carefully whether to accept parents as friends on their private pages.\n\n"
        "2 Standards\n\nStaff must not form online friendships with parents or with pupils.\n"
    )
    (finding,) = found(rules, Kind.CONTRADICTION)
    assert finding.severity is Severity.SERIOUS
    assert "must not form" in finding.quote
    assert "consider carefully" in finding.against_quote
    assert finding.anchor != finding.against_anchor


@pytest.mark.parametrize(
    "rules",
    [
        "Staff must not accept pupils as friends.\n\nStaff may accept colleagues as friends on their private pages.",
        "Staff must not accept parents as friends unless the head agrees.\n\nStaff may accept parents as friends if the head agrees.",
        "Staff must not accept pupils as friends.\n\nPupils may be friends with each other from the age of thirteen.",
        "Staff must not have inappropriate relationships with pupils.\n\nStaff may accept pupils as friends on the class platform.",
        "Staff must not accept parents as friends.\n\nStaff may have formed friendships with parents before they joined the school.",
        "Personal use of the internet at work is not permitted during lessons.\n\nPersonal use of it at work is allowed at lunch.",
    ],
)
def test_rules_on_different_things_are_no_contradiction(rules: str) -> None:
    assert not found(f"1 Contact\n\n{rules}\n", Kind.CONTRADICTION)


def test_two_clauses_that_send_one_matter_to_different_persons_are_told() -> None:
    rules = (
        "1 Abuse\n\nStaff must report cyber-bullying to the headteacher on the same day.\n\n"
        "2 Support\n\nStaff should tell their line manager of any cyber-bullying they meet.\n"
    )
    (finding,) = found(rules, Kind.PERSONS)
    assert "the head" in finding.why
    assert "the line manager" in finding.why


def test_the_head_and_the_senior_leaders_are_no_different_persons() -> None:
    rules = (
        "1 Abuse\n\nStaff must report cyber-bullying to the headteacher on the same day.\n\n"
        "2 Support\n\nStaff should tell a senior leader of any cyber-bullying they meet.\n"
    )
    assert not found(rules, Kind.PERSONS)
