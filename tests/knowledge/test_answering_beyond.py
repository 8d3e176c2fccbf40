"""A permission reaches as far as its words and no further: another place, time, person or means than it names is never a yes."""

from __future__ import annotations

import pytest

from knowledge.policy import Stance
from knowledge.verdict import Verdict
from tests.knowledge.test_answering import mild, strict

# The strict school allows personal phones "in the staffroom at break and lunchtime" and personal accounts "in their own time".
BEYOND_AT_THE_STRICT_SCHOOL = [
    "Can I use my phone in the classroom at lunchtime?",
    "can i use my phone in class at break",
    "can i use my phone in the hall at lunchtime",
    "Can I use my phone at lunch on the playground?",
    "Can I use my personal phone in the staffroom during lessons?",
    "Can I use my phone at break while I'm on duty with the pupils?",
    "Can I use my personal phone in the staffroom to film a pupil?",
    "Can I use my phone in the staffroom at lunch to text a parent?",
    "Can pupils use their personal phones in the staffroom at lunch?",
    "Am I allowed to use social media accounts in school time?",
    "Can I use Facebook in the staffroom during working hours?",
    "Can I use my personal social media at work?",
    "Can I keep a personal account with pupils as friends?",
    "Can I use my personal social media account to talk about pupils in my own time?",
    "Can I use my own account to message pupils in my own time?",
    "Can I use my personal account to post offensive jokes in my own time?",
    "Can I use my own time to run a personal account that criticises the school?",
    "Am I free to keep my profile public?",
]
# The mild school allows colleagues to be friends, the academy's own posts to be shared, the employer named, the class app from 8 to 6.
BEYOND_AT_THE_MILD_SCHOOL = [
    "Can I be friends with students online?",
    "Can colleagues be friends with students online?",
    "Can I be friends with ex-colleagues' kids online?",
    "Can I share posts about students from my own page?",
    "Can I share the academy's posts with students' names added?",
    "Can I share pictures of students from the academy's trips?",
    "Can I share posts from a parent's page?",
    "Can I say on my profile that the academy is rubbish?",
    "Am I allowed to say on my profile which students I teach?",
    "Can parents say on their profiles that they work for the academy?",
    "Can I message parents on the class app at 9 pm?",
    "Can I message parents on the class app on a Sunday night?",
    "Can I message parents on WhatsApp at 10 pm?",
    "Can I message students on the class app?",
    "Can I have a group chat with students?",
    "Can we discuss students in the staff group chat?",
    "Can I stay in touch with former students who are 16?",
    "Can I be in touch with ex students before they are 18?",
    "Can I photograph students on my phone without asking the head of year?",
    "Can students carry a phone in lessons?",
    "Can I carry a loud phone in lessons?",
]


@pytest.mark.parametrize("question", BEYOND_AT_THE_STRICT_SCHOOL)
def test_the_strict_school_s_permissions_reach_no_further_than_their_words(question: str) -> None:
    assert strict(question).verdict is not Verdict.YES


@pytest.mark.parametrize("question", BEYOND_AT_THE_MILD_SCHOOL)
def test_the_mild_school_s_permissions_reach_no_further_than_their_words(question: str) -> None:
    assert mild(question).verdict is not Verdict.YES


@pytest.mark.parametrize("question", BEYOND_AT_THE_STRICT_SCHOOL + BEYOND_AT_THE_MILD_SCHOOL)
def test_a_yes_always_stands_above_a_clause_that_allows(question: str) -> None:
    for ruling in (strict(question), mild(question)):
        if ruling.verdict is Verdict.YES:
            assert ruling.citations[0].stance in {Stance.ALLOWS, Stance.REQUIRES}
