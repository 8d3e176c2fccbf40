"""What people say of clauses is followed by answers, silence, the table of topics and the health check; and makes no yes."""

from __future__ import annotations

from datetime import date
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answering import Answerer
from knowledge.corrections import LIKELY, CorrectedAnswerer, CorrectedIndex, Correction, stance_as_corrected, stated_of
from knowledge.health import Kind, check, coverage
from knowledge.policy import Edition, Stance
from knowledge.verdict import Verdict
from tests.shared_files import clause_with, edition

POLICY = """Online conduct

1 Online

1.1 Staff must not accept friend requests from parents.

1.2 Staff may follow the school's own page. Staff must not comment on it.

1.3 Staff are free to join a union's Facebook group.

1.4 The business manager keeps a list of the school's accounts.
"""
PARENT, UNION, FOLLOW = (
    "can I accept a friend request from a parent?",
    "may I join a union's Facebook group?",
    "can I follow the school's own page?",
)
BAN, FREE, TWO, LIST = "friend requests", "union", "own page", "keeps a list"
QUESTIONS = (PARENT, UNION, FOLLOW, "who keeps the list of the school's accounts?", "can I set up a school account?")


@cache
def policy() -> Edition:
    """The policy, imported once."""
    return edition(POLICY)


@cache
def by_words() -> Answerer:
    """What answers by the words alone."""
    return Answerer(policy(), plain=True)


def said(words: str, topic: str, stance: Stance | None) -> Correction:
    """Something said of the clause that has these words."""
    return Correction(clause_with(policy(), words).anchor, topic, stance)


def topic_of(question: str) -> str:
    """What a question is about."""
    return by_words().answer(question).topic


def test_a_corrected_stance_changes_the_answer_and_not_a_word() -> None:
    assert by_words().answer(UNION).verdict is Verdict.YES
    ruling = CorrectedAnswerer(by_words(), [said(FREE, topic_of(UNION), Stance.FORBIDS)]).answer(UNION)
    assert ruling.verdict is Verdict.NO
    clause = clause_with(policy(), FREE)
    shown = ruling.citations[0].clause
    assert (shown.anchor, shown.text, shown.stance, clause.stance) == (clause.anchor, clause.text, Stance.FORBIDS, Stance.ALLOWS)
    assert by_words().answer(UNION).verdict is Verdict.YES  # what it was made of stays as it was


def test_a_clause_that_is_not_about_a_topic_leaves_the_policy_silent_on_it() -> None:
    assert by_words().answer(PARENT).verdict is Verdict.NO
    corrected = CorrectedAnswerer(by_words(), [said(BAN, topic_of(PARENT), None)])
    assert corrected.answer(PARENT).verdict is Verdict.NOT_COVERED
    covered, before = coverage(corrected.index)[topic_of(PARENT)], coverage(by_words().index)[topic_of(PARENT)]
    assert (covered.said, before.said) == ("silent", "forbids")


def test_the_table_of_topics_and_the_health_check_follow() -> None:
    def silences(index: CorrectedIndex | None) -> int:
        found = check(index or by_words().index, date(2026, 1, 5))
        return sum(finding.kind is Kind.SILENT for finding in found)

    topic = "befriend_pupil"  # one of those that are told from words, and nearly every policy has
    index = CorrectedIndex(by_words().index, [said(LIST, topic, Stance.ADVISES_AGAINST)])
    covered = coverage(index)[topic]
    assert (covered.stance, covered.anchor) == (Stance.ADVISES_AGAINST, clause_with(policy(), LIST).anchor)
    assert coverage(by_words().index)[topic].said == "silent"
    assert silences(index) == silences(None) - 1


def test_of_several_sentences_that_most_on_the_topic_and_the_whole_take_the_stance() -> None:
    read = by_words().index
    topic = topic_of(FOLLOW)
    index = CorrectedIndex(read, [said(TWO, topic, Stance.CONDITIONS)])
    at = read.clauses.index(clause_with(policy(), TWO))
    column = read.model.index[topic]
    before, after = ([(one.units[unit].text, one.units[unit].stance) for unit in one.units_of[at]] for one in (read, index))
    changed = [new[0] for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [policy().clauses[at].text, "Staff may follow the school's own page."]
    assert [float(index.topics[unit, column]) >= LIKELY - 1e-6 for unit in index.units_of[at]][:2] == [True, True]
    assert index.clauses[at].stance is Stance.CONDITIONS


def test_where_two_things_are_said_of_a_clause_the_stricter_is_what_it_says_as_a_whole() -> None:
    two = [said(LIST, "befriend_pupil", Stance.ALLOWS), said(LIST, "photo_own_phone", Stance.FORBIDS)]
    index = CorrectedIndex(by_words().index, two)
    at = by_words().index.clauses.index(clause_with(policy(), LIST))
    assert index.clauses[at].stance is Stance.FORBIDS
    assert stance_as_corrected(Stance.INFORMS, two) is index.clauses[at].stance
    assert coverage(index)["befriend_pupil"].stance is Stance.ALLOWS  # each topic keeps what was said of it


def test_what_there_is_not_is_left_out() -> None:
    index = CorrectedIndex(by_words().index, [Correction("gone", "befriend_parent", Stance.ALLOWS), said(BAN, "no_such_topic", None)])
    assert (index.stated, stated_of(by_words().index)) == ({}, {})
    assert index.clauses == policy().clauses


def test_a_ban_said_to_allow_gives_no_yes() -> None:
    corrected = CorrectedAnswerer(by_words(), [said(BAN, topic_of(PARENT), Stance.ALLOWS)])
    ruling = corrected.answer(PARENT)
    assert ruling.verdict is Verdict.INFO
    assert ruling.citations[0].clause.text == clause_with(policy(), BAN).text
    as_condition = CorrectedAnswerer(by_words(), [said(BAN, topic_of(PARENT), Stance.CONDITIONS)])
    assert as_condition.answer(PARENT).verdict is Verdict.CONDITIONAL


def test_what_only_informs_gives_no_yes_either_when_it_is_said_to_allow() -> None:
    topic = by_words().answer("can I set up a school account?").topic
    for clause in policy().clauses:
        corrected = CorrectedAnswerer(by_words(), [Correction(clause.anchor, topic, Stance.ALLOWS)])
        assert corrected.answer("can I set up a school account?").verdict is not Verdict.YES


@given(
    st.lists(
        st.builds(
            Correction,
            st.sampled_from([clause.anchor for clause in policy().clauses]),
            st.sampled_from([*{topic_of(question) for question in QUESTIONS}, "befriend_pupil", "passwords"]),
            st.sampled_from([*Stance, None]),
        ),
        max_size=6,
    ),
    st.sampled_from(QUESTIONS),
)
@settings(max_examples=60, deadline=None)
def test_no_correction_ever_makes_a_yes_of_what_was_none(corrections: list[Correction], question: str) -> None:
    if CorrectedAnswerer(by_words(), corrections).answer(question).verdict is Verdict.YES:
        assert by_words().answer(question).verdict is Verdict.YES


def test_each_question_of_a_message_is_kept_from_a_yes() -> None:
    corrected = CorrectedAnswerer(by_words(), [said(BAN, topic_of(PARENT), Stance.ALLOWS)])
    ruling = corrected.answer(f"{PARENT} And {UNION}")
    assert [one.verdict for one in (ruling, *ruling.parts)] == [Verdict.INFO, Verdict.INFO, Verdict.YES]
