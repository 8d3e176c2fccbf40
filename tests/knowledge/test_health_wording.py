"""The health check: wording, topics and numbering, the whole list, and what it must find on the real five."""

from __future__ import annotations

import re
from functools import cache

import pytest

from knowledge.health import SILENT, Finding, Kind, Severity, check, coverage
from knowledge.health.covered import core_topics
from knowledge.index import PolicyIndex
from knowledge.policy import Stance
from knowledge.topics.fitted import topic_model
from tests.knowledge.health_policies import RULE, TODAY, dated, found, index_of
from tests.shared_files import FIVE, five_edition

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
