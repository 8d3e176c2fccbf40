"""Answers from two invented policies: quoted to the word, silence, contradictions, several questions in one message."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answering import MOST_CITATIONS, Answerer, Ruling, overdue_warning
from knowledge.policy import LONGEST_CLAUSE, Stance
from knowledge.verdict import Verdict
from tests.shared_files import edition

STRICT = """Larch Lane Primary School

Staff Social Media and Devices Policy

Adopted: 4 March 2022

Review date: March 2024

1. Scope

1.1 This policy applies to all employees, governors and volunteers of Larch Lane Primary School.

1.2 Social media means any website or app on which people share words, pictures or films, such as Facebook, Instagram, TikTok and WhatsApp.

2. Contact with pupils

2.1 Staff must not accept or send friend requests to pupils, or follow pupils on any social networking site.

2.2 Staff must not have former pupils under the age of 18 as contacts on personal accounts.

2.3 Any friend request or message from a pupil is reported to the Designated Safeguarding Lead on the same day.

2.4 Staff must never give pupils their personal telephone number, home address or personal e-mail address.

3. Contact with parents

3.1 Staff are strongly discouraged from accepting parents and carers as friends on social media.

3.2 Messages to parents and carers are sent only by school e-mail or the school telephone; personal phones must not be used for this.

4. Phones and cameras

4.1 Personal mobile phones must be switched off and kept out of sight whenever pupils are present.

4.2 Staff may use their personal phones in the staffroom at break and lunchtime.

4.3 Photographs and films of pupils are taken on school cameras only. It is unacceptable to use a personal phone or camera.

4.4 Pictures of pupils must not be published without the written consent of their parents.

5. Conduct online

5.1 Staff must not:

- criticise the school, colleagues, pupils or parents online;
- name the school as their employer on a personal profile;
- discuss pupils or their families on social media;
- post anything racist, sexist or offensive;
- use social media for personal reasons during working hours.

5.2 Staff are free to keep personal social media accounts and to use them in their own time.

5.3 Privacy settings must be set to the highest level and checked every term.

6. Passwords and data

6.1 Passwords and log-in details must never be shared with anyone, including colleagues.

6.2 Information about pupils must not be stored on personal devices or memory sticks.

7. Cyber-bullying

7.1 Staff who are bullied online keep the evidence, with date and time, and report it to the Headteacher. They must not reply or retaliate.

8. Breaches

8.1 A breach of this policy may lead to disciplinary action, up to and including dismissal.
"""

MILD = """Cedar Park Academy

Online Conduct Guidance for Staff

Approved: 1 September 2025

Next review: September 2028

Who this is for

This guidance is for all teaching and support staff of Cedar Park Academy.

Social contact

Staff may accept parents and carers as friends on social media, provided that they tell their line manager first.

Students must not be added as friends or followed on personal accounts.

Staff may stay in touch with former students once they have turned 18.

Colleagues are welcome to be friends with one another online.

Friend requests from governors are a matter for the individual.

Phones

Staff may carry a personal phone in lessons as long as it is silent.

Personal phones can be used to photograph students on trips with the consent of the head of year; pictures are deleted within two days.

Students hand in their phones at the gate.

Messaging

Staff can message parents on the class app between 8 am and 6 pm.

Staff group chats are allowed, but students are never discussed in them.

Posting

Staff are allowed to say on their profiles that they work for the academy.

Staff may share posts from the academy's own pages.

Staff must not post pictures of students on personal accounts.

Consider carefully whether to comment on education politics.

Staff can open a social media account for a department with the written approval of the Principal.

Accounts

Everyone must use a password of twelve characters and change it every year.

The network manager logs all traffic on the academy network and keeps the logs for six months.

Worries

Any worry about a colleague's conduct online is reported to the Principal; a worry about the Principal goes to the Chair of Governors.

At a glance

DO NOT

- Accept parents as friends online.
- Reply to abuse.
"""


@cache
def answerer(text: str) -> Answerer:
    """An answerer for an invented policy."""
    return Answerer(edition(text))


def strict(question: str) -> Ruling:
    """The strict school's ruling."""
    return answerer(STRICT).answer(question)


def mild(question: str) -> Ruling:
    """The mild school's ruling."""
    return answerer(MILD).answer(question)


def plain(text: str) -> str:
    """A text's words, white space folded and bullets off."""
    return " ".join(re.sub(r"(?m)^\s*-\s+", "", text).split())


def quoted_exactly(ruling: Ruling, source: str) -> None:
    """Asserts what is promised of every ruling, whatever was asked."""
    assert (ruling.verdict is Verdict.NOT_COVERED) is (ruling.citations == ())
    assert len(ruling.citations) <= MOST_CITATIONS
    assert len(ruling.related) <= MOST_CITATIONS
    assert len({citation.clause.anchor for citation in ruling.citations}) == len(ruling.citations)
    for citation in chain(ruling.citations, ruling.related):
        assert plain(citation.clause.text) in plain(source)
        assert plain(citation.clause.lead_in) in plain(source)
        assert citation.sentence in citation.clause.text
        assert len(citation.clause.text.split()) <= LONGEST_CLAUSE
    assert ruling.related or ruling.citations


def test_the_invented_policies_are_read_as_meant() -> None:
    for text, count in ((STRICT, 25), (MILD, 22)):
        clauses = answerer(text).edition.clauses
        assert abs(len(clauses) - count) <= 3
    bans = [clause for clause in answerer(STRICT).edition.clauses if clause.lead_in == "Staff must not:"]
    assert [clause.stance for clause in bans] == [Stance.FORBIDS] * 5


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_gets_a_ruling_quoted_to_the_word(message: str) -> None:
    quoted_exactly(strict(message), STRICT)


SAID = [
    "can",
    "i",
    "parent",
    "pupil",
    "friend",
    "phone",
    "photo",
    "password",
    "facebook",
    "not",
    "and",
    "who",
    "?",
    ".",
    "surely",
    "teh",
    "ur",
    "mum",
]


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(SAID), max_size=40).map(" ".join))
def test_any_jumble_of_staff_words_gets_a_ruling_quoted_to_the_word(message: str) -> None:
    for answer, text in ((strict, STRICT), (mild, MILD)):
        ruling = answer(message)
        quoted_exactly(ruling, text)
        for part in ruling.parts:
            quoted_exactly(part, text)


def test_asking_twice_gives_the_same_answer() -> None:
    question = "can i add a parnet on insta and who do i tell?"
    first, again = strict(question), Answerer(edition(STRICT)).answer(question)
    assert (first.verdict, [c.clause.anchor for c in first.citations]) == (again.verdict, [c.clause.anchor for c in again.citations])


SILENT = [
    "Can I use ChatGPT to write the end of year reports?",
    "Is the school allowed to look up candidates online before an interview?",
    "How long does the school keep a record of the sites I visit?",
    "Can I accept a gift voucher from a parent?",
    "Does the school offer counselling to staff who are bullied online?",
    "Can parents take pictures at the nativity?",
    "Are pupils allowed phones at school?",
    "Do we have to keep our phones charged on school trips?",
]


def test_where_the_policy_is_silent_that_is_said_and_near_misses_are_given() -> None:
    answered = {question: ruling for question in SILENT if (ruling := strict(question)).verdict is not Verdict.NOT_COVERED}
    assert len(answered) <= 3, sorted(answered)
    assert not [question for question, ruling in answered.items() if ruling.verdict is Verdict.YES]
    for question in set(SILENT) - set(answered):
        ruling = strict(question)
        assert (ruling.citations, ruling.contradiction) == ((), False)
        assert ruling.related


@pytest.mark.parametrize(
    "question",
    ["what time does the canteen open", "the photocopier is jammed again", "how do I claim mileage", "when is pay day", "car park full"],
)
def test_what_the_policy_is_not_about_is_met_with_silence(question: str) -> None:
    for answer in (strict, mild):
        assert answer(question).verdict is Verdict.NOT_COVERED


def test_a_contradiction_is_shown_the_stricter_first_and_never_a_yes() -> None:
    ruling = mild("Can I accept parents as friends on social media?")
    texts = [citation.clause.text for citation in ruling.citations[:4]]
    assert ruling.contradiction
    assert texts[0] == "Accept parents as friends online."
    assert any(text.startswith("Staff may accept parents") for text in texts)
    assert ruling.verdict is Verdict.NO


@pytest.mark.parametrize(
    "question", ["can I have parents as facebook friends", "mum wants to be my friend on insta ok?", "parents as friends online"]
)
def test_a_contradiction_is_no_yes_in_any_wording(question: str) -> None:
    assert mild(question).verdict is not Verdict.YES


def test_a_ban_that_stands_alone_is_no_contradiction() -> None:
    assert not strict("Can I accept a friend request from a pupil?").contradiction


def test_an_overdue_policy_is_warned_of_and_one_in_date_is_not() -> None:
    late, due = answerer(STRICT).edition, answerer(MILD).edition
    assert "31 March 2024" in overdue_warning(late, date(2026, 1, 5))
    assert overdue_warning(late, date(2024, 3, 31)) == ""
    assert overdue_warning(due, date(2026, 1, 5)) == ""
