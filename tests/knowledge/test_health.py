"""The health check: each kind of finding fires where it should and only there, on invented policies and on the real five."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pytest

from knowledge.errors import DataFault
from knowledge.health import SILENT, Finding, Kind, Severity, check, coverage
from knowledge.health.covered import core_topics
from knowledge.health.dates import how_long
from knowledge.health.references import read_references, references
from knowledge.index import PolicyIndex
from knowledge.policy import Stance
from knowledge.topics.fitted import topic_model
from tests.shared_files import FIVE, edition, five_edition

TODAY = date(2026, 11, 21)
FRONT = "Social Media Policy\n\nElm Row Primary School\n\nAdopted: 3 March 2026\n\nNext review date: March 2027\n\n"


def index_of(text: str, front: str = FRONT) -> PolicyIndex:
    return PolicyIndex(edition(front + text), topic_model())


def found(text: str, kind: Kind, front: str = FRONT, today: date = TODAY) -> list[Finding]:
    return [finding for finding in check(index_of(text, front), today) if finding.kind is kind]


def dated(adopted: str, review: str) -> str:
    return f"Social Media Policy\n\nElm Row Primary School\n\n{adopted}\n\n{review}\n\n"


RULE = "1 Conduct\n\nStaff must not write about pupils on their own pages at any time, whatever the settings of the page.\n"

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


# Wording


@pytest.mark.parametrize(
    "rule",
    [
        "Staff must only use their phones at appropriate times.",
        "Staff should try to answer messages from parents by the next day.",
        "Staff should use the cameras of the school where possible.",
        "Names must not be put online without the appropriate permission.",
    ],
)
def test_weak_wording_in_a_rule_is_told(rule: str) -> None:
    (finding,) = found(f"1 Rules\n\n{rule}\n", Kind.WEAK)
    assert finding.quote == rule
    assert finding.what_to_do.startswith("Say ")


@pytest.mark.parametrize(
    "rule",
    [
        "Staff must only use their phones in the staffroom, before and after lessons.",
        "Staff must use appropriate times only. This means break and lunch, in the staffroom.",
        "Pictures taken from time to time show that the garden has changed over the years.",
        "The school does not see this as appropriate behaviour and staff must stop it.",
    ],
)
def test_plain_wording_is_no_finding(rule: str) -> None:
    assert not found(f"1 Rules\n\n{rule}\n", Kind.WEAK)


@pytest.mark.parametrize(
    "rule",
    [
        "Any such message must be reported without delay.",
        "Staff should report the matter and keep a note of it.",
        "Concerns should be raised through the relevant procedure.",
        "Use of the accounts will be monitored every week.",
    ],
)
def test_a_duty_that_names_nobody_is_told(rule: str) -> None:
    assert [finding.quote for finding in found(f"1 Rules\n\n{rule}\n", Kind.NOBODY)] == [rule]


@pytest.mark.parametrize(
    "rule",
    [
        "Any such message must be reported to the headteacher without delay.",
        "Concerns should be raised through the Whistleblowing Policy.",
        "Use of the accounts will be monitored by the office manager every week.",
        "Pupils are taught how to report abuse in every year group.",
        "Staff should report the matter on the same day. The headteacher keeps a note of it.",
    ],
)
def test_a_duty_that_names_somebody_is_no_finding(rule: str) -> None:
    assert not found(f"1 Rules\n\n{rule}\n", Kind.NOBODY)


# Topics


def silences(index: PolicyIndex) -> set[str]:
    titles = {entry.title: entry.topic for entry in core_topics()}
    whys = [finding.why for finding in check(index, TODAY) if finding.kind is Kind.SILENT]
    return {topic for title, topic in titles.items() if any(f" of {title}," in why for why in whys)}


def test_a_policy_that_says_nothing_of_a_topic_is_silent_on_it() -> None:
    assert {"befriend_parent", "photo_own_phone", "ai_tools", "monitoring"} <= silences(index_of(RULE))


@pytest.mark.parametrize(
    ("topic", "rule"),
    [
        ("befriend_parent", "Staff must decline friend requests from parents."),
        ("befriend_pupil", "Never accept a pupil's friend request on any site."),
        ("befriend_expupil", "Staff must not be in touch online with former pupils until they are eighteen."),
        ("photo_own_phone", "Staff must not take pictures of pupils with their own phones."),
        ("passwords", "Staff must keep their passwords secret."),
        ("monitoring", "The head monitors the use of the school's internet."),
        ("class_app", "Messages on ClassDojo are answered on weekdays."),
        ("ai_tools", "Staff must not put pupils' names into ChatGPT."),
        ("report_head", "Concerns about the head go to the chair of governors."),
    ],
)
def test_a_policy_that_speaks_of_a_topic_is_not_called_silent(topic: str, rule: str) -> None:
    assert topic not in silences(index_of(f"1 Rules\n\n{rule}\n"))


def test_every_core_topic_is_a_topic() -> None:
    assert {entry.topic for entry in core_topics()} <= set(topic_model().index)


def test_coverage_tells_the_strictest_stance_and_its_clause() -> None:
    index = index_of(
        "1 Parents\n\nStaff may meet parents as friends at fairs.\n\n2 Online\n\nStaff must not accept friend requests from parents.\n"
    )
    covered = coverage(index)["befriend_parent"]
    assert covered.stance is Stance.FORBIDS
    clause = index.edition.clause(covered.anchor)
    assert clause is not None
    assert clause.text.startswith("Staff must not accept")


def test_coverage_has_every_topic_and_says_silent_where_there_is_nothing() -> None:
    covered = coverage(index_of(RULE))
    assert set(covered) == set(topic_model().index) - {"off_topic"}
    assert covered["ai_tools"].said == SILENT
    assert covered["ai_tools"].anchor == ""


# Numbering

BODY = "Staff must keep to every rule of this policy, at school and at home, by day and by night."


def sections(*titles: str, contents: tuple[str, ...] = ()) -> str:
    page = "Contents\n\n" + "\n\n".join(contents) + "\n\n" if contents else ""
    return page + "\n\n".join(f"{title}\n\n{BODY} It is about {title[2:].lower()}." for title in titles) + "\n"


def test_numbers_that_differ_from_the_contents_page_are_told() -> None:
    text = sections("1. Phones", "2. Cameras", "3. Messages", contents=("1. Phones", "2. Messages", "3. Cameras"))
    (finding,) = found(text, Kind.NUMBERING)
    assert "number 2 sections differently" in finding.why
    assert "“Cameras” is 3 there and 2 in the text" in finding.why


def test_a_contents_page_that_agrees_is_no_finding() -> None:
    assert not found(
        sections("1. Phones", "2. Cameras", "3. Messages", contents=("1. Phones", "2. Cameras", "3. Messages")), Kind.NUMBERING
    )


def test_a_gap_in_the_sections_is_told() -> None:
    (finding,) = found(sections("Section 1 Phones", "Section 2 Cameras", "Section 4 Messages"), Kind.NUMBERING)
    assert "3 is missing" in finding.why


def test_a_number_used_twice_is_told() -> None:
    (finding,) = found(sections("Section 1 Phones", "Section 2 Cameras", "Section 2 Messages"), Kind.NUMBERING)
    assert "Two sections have the number 2" in finding.why


def test_a_gap_in_the_paragraphs_is_told() -> None:
    (finding,) = found(f"1 Phones\n\n1.1 {BODY}\n\n1.2 {BODY} Always.\n\n1.4 {BODY} Everywhere.\n", Kind.NUMBERING)
    assert "1.3" in finding.why


# The whole list


def test_findings_come_worst_first_and_quote_the_policy_word_for_word() -> None:
    index = index_of(
        "1 Rules\n\nThe LSCB must be told. Use phones at appropriate times.\n",
        dated("Adopted: 3 March 2020", "Next review date: March 2021"),
    )
    findings = check(index, TODAY)
    order = [list(Severity).index(finding.severity) for finding in findings]
    assert order == sorted(order)
    said = " ".join(clause.quotation for clause in index.clauses)
    assert all(finding.quote in said for finding in findings if finding.anchor and finding.kind is not Kind.NUMBERING)
    assert all(index.edition.clause(finding.anchor) for finding in findings if finding.anchor)
    assert all(finding.why.endswith(".") and finding.what_to_do.endswith(".") for finding in findings)


def test_a_well_kept_policy_has_no_serious_finding_but_silences() -> None:
    findings = check(index_of(RULE), TODAY)
    assert {finding.kind for finding in findings} == {Kind.SILENT}


# The real five


@cache
def real(name: str) -> tuple[PolicyIndex, tuple[Finding, ...]]:
    index = PolicyIndex(five_edition(name), topic_model())
    return index, tuple(check(index, TODAY))


def of_kind(name: str, kind: Kind) -> list[Finding]:
    return [finding for finding in real(name)[1] if finding.kind is kind]


@pytest.mark.parametrize("name", ["astley-park", "cbc", "cookridge", "dobcroft"])
def test_every_overdue_review_of_the_five_is_found(name: str) -> None:
    assert any(re.search(r"was due for review by .* ago", finding.why) for finding in of_kind(name, Kind.REVIEW))


def test_bledington_states_no_review_date() -> None:
    assert ["no review date" in finding.why for finding in of_kind("bledington", Kind.REVIEW)] == [True]


def test_cookridges_review_was_due_when_it_was_issued() -> None:
    assert any("no later than" in finding.why for finding in of_kind("cookridge", Kind.REVIEW))


def test_cookridges_drafting_note_and_lost_sentence_are_found() -> None:
    notes = of_kind("cookridge", Kind.DRAFTING)
    assert [finding.quote.startswith("Do we need to refer") for finding in notes] == [True, False]
    assert "stray “I”" in notes[1].why


def test_cookridges_swapped_sections_and_old_act_are_found() -> None:
    assert any("7" in finding.why and "8" in finding.why for finding in of_kind("cookridge", Kind.NUMBERING))
    assert any("Data Protection Act 1998" in finding.quote for finding in of_kind("cookridge", Kind.REFERENCE))


def test_dobcrofts_contradiction_on_parents_as_friends_is_found() -> None:
    pairs = [(finding.quote, finding.against_quote) for finding in of_kind("dobcroft", Kind.CONTRADICTION)]
    assert any("pursue relationships" in ban and "Consider carefully" in mild for ban, mild in pairs)


def test_the_five_have_no_contradiction_but_those_that_were_read_and_judged_real() -> None:
    assert {name: len(of_kind(name, Kind.CONTRADICTION)) for name in FIVE} == {
        "astley-park": 0,
        "bledington": 0,
        "cbc": 0,
        "cookridge": 1,
        "dobcroft": 3,
    }


def test_no_numbering_is_called_wrong_but_cookridges() -> None:
    assert {name for name in FIVE if of_kind(name, Kind.NUMBERING)} == {"cookridge"}


def test_silence_on_parents_friend_requests_is_cookridges_alone() -> None:
    assert {name for name in FIVE if "befriend_parent" in silences(real(name)[0])} == {"cookridge"}


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("astley-park", {"befriend_pupil", "befriend_expupil", "give_pupil_number", "discipline", "privacy_settings"}),
        ("bledington", {"befriend_expupil", "photo_post_personal", "passwords", "parents_filming", "report_colleague", "discipline"}),
        ("cbc", {"cyberbully_report", "cyberbully_evidence", "passwords", "staff_mobile", "photo_consent_website"}),
        (
            "cookridge",
            {"photo_own_phone", "cyberbully_report", "cyberbully_evidence", "passwords", "staff_mobile", "photo_consent_website"},
        ),
        ("dobcroft", {"befriend_expupil", "message_pupil", "class_app", "monitoring", "staff_mobile", "report_head", "cyberbully_report"}),
    ],
)
def test_no_silence_is_claimed_where_a_clause_plainly_speaks(name: str, spoken: set[str]) -> None:
    assert not spoken & silences(real(name)[0])


@pytest.mark.parametrize(
    ("name", "silent"),
    [
        ("astley-park", {"photo_consent_website", "passwords", "staff_mobile"}),
        ("bledington", {"photo_consent_website", "staff_mobile", "monitoring"}),
        ("cbc", {"befriend_expupil", "monitoring"}),
        ("cookridge", {"befriend_expupil", "parents_filming"}),
        ("dobcroft", {"parents_filming", "ai_tools"}),
    ],
)
def test_the_silences_found_by_reading_are_found(name: str, silent: set[str]) -> None:
    assert silent <= silences(real(name)[0])
