"""The same question in other words gets the same clause; another person gets another."""

from __future__ import annotations

import pytest

from knowledge.verdict import Verdict
from tests.knowledge.test_answering import mild, strict

SAME = [
    # a typing mistake
    ("Can I accept a friend request from a pupil?", "Can I acept a freind request from a pupil?"),
    ("Can I share my password with a colleague?", "Can I share my pasword with a colleague?"),
    ("Can I take photos of pupils on my personal phone?", "Can I take photos of pupils on my persnal phone?"),
    ("Can I give pupils my phone number?", "Can I give puplis my phone number?"),
    ("Do I have to check my privacy settings?", "Do I have to chek my privasy settings?"),
    ("Can I accept parents as friends on Facebook?", "Can I accept paretns as friends on Facebok?"),
    ("What happens if I break this policy?", "What hapens if I break this polciy?"),
    ("Can I criticise the school online?", "Can I critisise the school online?"),
    ("Can I use social media during working hours?", "Can I use socail media during workng hours?"),
    ("Can I publish pictures of pupils without consent?", "Can I publish picturs of pupils without consnet?"),
    ("What do I do if I am bullied online?", "What do I do if I am buleld online?"),
    ("Can I store information about pupils on a memory stick?", "Can I store infomation about pupils on a memmory stick?"),
    ("Can I message parents on my own phone?", "Can I mesage parents on my own phone?"),
    # another word or brand
    ("Can I accept a friend request from a pupil?", "Can I accept a friend request from a student?"),
    ("Can I follow a pupil on Instagram?", "Can I follow a pupil on TikTok?"),
    ("Can I accept parents as friends on Facebook?", "Can I accept mums as friends on Facebook?"),
    ("Can I add a parent on Facebook?", "Can I add a parent on Instagram?"),
    ("Can I take photos of pupils on my personal phone?", "Can I take pictures of children on my personal mobile?"),
    ("Can I share my password with a colleague?", "Can I share my login with a workmate?"),
    ("Can I criticise the school online?", "Can I slag off the school online?"),
    ("Can I be friends with former pupils on Facebook?", "Can I be friends with ex-students on Facebook?"),
    ("Can I name the school on my profile?", "Can I say where I work on my profile?"),
    ("Who do I tell if a pupil messages me?", "Who do I tell if a kid DMs me?"),
    ("Can I give pupils my phone number?", "Can I give kids my mobile number?"),
    ("What counts as social media?", "What is meant by social media?"),
    ("Can I use Facebook in working hours?", "Can I use Insta in working hours?"),
    ("Can I keep pupil data on my own laptop?", "Can I keep pupil data on my own tablet?"),
    # a polite preface
    *(
        (asked, f"{preface}{asked[0].lower()}{asked[1:]}")
        for preface, asked in [
            ("Hi there, ", "Can I accept a friend request from a pupil?"), ("Sorry to bother you, but ",
            "Can I share my password with a colleague?"),
            ("Good morning! Could you tell me, ", "Can I take photos of pupils on my personal phone?"), ("Quick question: ",
            "Can I give pupils my phone number?"),
            ("Hope you're well. ", "Can I accept parents as friends on Facebook?"), ("Please could you help, ",
            "Can I criticise the school online?"),
            ("Just wondering, ", "Can I use my phone in the staffroom?"), ("Hello bot, ", "What happens if I break this policy?"),
            ("Thanks in advance, ", "Can I be friends with former pupils on Facebook?"), ("Silly question maybe, but ",
            "Can I use social media during working hours?"),
            ("Hiya, ", "Can I publish pictures of pupils without consent?"), ("Hey, one more thing, ",
            "Do I have to check my privacy settings?"),
            ("I was just wondering if you could help me: ", "Can I message parents on my own phone?"),
        ]
    ),
]  # fmt: skip


def first(question: str) -> str:
    """The anchor of the strict school's first citation; "" where it is silent."""
    citations = strict(question).citations
    return citations[0].clause.anchor if citations else ""


def test_a_typo_another_word_or_a_polite_preface_leaves_the_first_citation_85_times_in_100() -> None:
    assert len(SAME) >= 40
    changed = [pair for pair in SAME if first(pair[0]) != first(pair[1])]
    assert len(changed) <= 0.15 * len(SAME), changed


PERSONS = [
    ("Can I accept a friend request from a pupil?", "Can I accept a friend request from a parent?"),
    ("Can I add a pupil on Facebook?", "Can I add a mum on Facebook?"),
    ("can i follow a student on insta", "can i follow a carer on insta"),
    ("My pupil wants to be friends online, ok?", "My pupil's dad wants to be friends online, ok?"),
    ("Can I be friends with a pupil on social media?", "Can I be friends with a former pupil on social media?"),
]


@pytest.mark.parametrize(("one", "other"), PERSONS)
def test_another_person_is_another_rule_where_the_policy_says_so(one: str, other: str) -> None:
    assert first(one) != first(other)


def test_a_pupil_and_a_parent_get_different_verdicts_at_the_mild_school() -> None:
    pupil, colleague = mild("Can I add a student as a friend?"), mild("Can I add a colleague as a friend?")
    assert pupil.verdict is Verdict.NO
    assert colleague.verdict is not Verdict.NO
    assert pupil.citations[0].clause.anchor != colleague.citations[0].clause.anchor
