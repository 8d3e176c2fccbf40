"""Text made to hurt: nothing hangs, no words of the policy are lost or turned round, nothing unseen reaches the screen."""

from __future__ import annotations

import time
from datetime import date

import pytest

from knowledge.answering import Answerer
from knowledge.clauses import edition_of
from knowledge.documents import read_bytes
from knowledge.errors import PolicyUnreadable
from knowledge.health import check
from knowledge.policy import Edition, Stance
from knowledge.verdict import Verdict

RULE = "Staff must not add pupils as friends on social media.\n\n"


def edition(text: str, name: str = "policy.txt") -> Edition:
    return edition_of(read_bytes(text.encode(), name), "policy")


@pytest.mark.parametrize("ending", [".txt", ".md", ".html"])
@pytest.mark.parametrize(
    "hostile",
    [
        "A" * 60_000, "A. B. " * 8_000, "e.g. A " * 8_000, "." * 60_000, "?" * 30_000, "adopted " * 15_000, "<!--" * 20_000, "<" * 60_000,
        "•" + " " * 60_000 + "x", "# a" + " " * 60_000 + "b", "---\n" + "\n" * 30_000, "review " * 15_000, "(" * 30_000, "*" * 30_000,
        "_a" * 20_000, "must not " * 10_000, "The School " * 10_000, "1.1.1.1 " * 10_000, "unless " * 15_000, "with the " * 15_000,
    ],
)  # fmt: skip
def test_no_text_hangs_the_import_or_the_answer(hostile: str, ending: str) -> None:
    start = time.process_time()
    try:
        policy = edition(RULE + hostile + "\n", f"policy{ending}")
        answerer = Answerer(policy)
        answerer.answer("can I add a pupil?")
        check(answerer.index, date(2026, 11, 21))
    except PolicyUnreadable:
        pass
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "message", ["A. B. " * 20_000, "?" * 20_000, "e.g. A " * 9_000, " ".join(f"word{n}" for n in range(10_000)), "\x00" * 99, "😀" * 999]
)
def test_no_message_hangs_the_answer(message: str) -> None:
    answerer = Answerer(edition(RULE))
    start = time.process_time()
    answerer.answer(message)
    assert time.process_time() - start < 1


@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_words_in_angle_brackets_are_words_and_tags_are_not(ending: str) -> None:
    policy = edition("Rules\n\nStaff must <not> share <b>pupil</b> photographs. Report it to <insert name of DSL> at once.\n", f"p{ending}")
    text = " ".join(clause.text for clause in policy.clauses)
    assert "must <not> share pupil photographs" in text
    assert "<insert name of DSL>" in text


def test_an_ampersand_without_a_semicolon_stays_as_it_is() -> None:
    assert "staff&section" in edition("Read the staff&section page before you post.\n").clauses[0].text


def test_no_escape_sequence_or_turned_text_is_left_in_a_quotation() -> None:
    policy = edition("<p>Staff must not &#27;[31mpost&#8238; pupil photographs online.</p>", "policy.html")
    assert not {"\x1b", "\u202e"} & set(policy.clauses[0].text)


@pytest.mark.parametrize(
    "answer", ["You can’t add parents on Facebook as friends.", "Absolutely not.", "Of course not.", "You can never do so.", "You can't."]
)
def test_an_answer_that_begins_like_a_yes_but_is_a_no_is_never_a_yes(answer: str) -> None:
    policy = edition(
        "Our guide\n\nSome rules stand below for everybody who works here at the school.\n\nCan I add parents on Facebook as friends?\n\n"
        f"{answer} Ask the head if in doubt.\n"
    )
    faq = next(clause for clause in policy.clauses if clause.lead_in.endswith("?"))
    assert faq.stance is Stance.FORBIDS
    assert Answerer(policy).answer("Can I add parents on Facebook as friends?").verdict is not Verdict.YES


@pytest.mark.parametrize(
    "ban",
    [
        "Staff may not have pupils as friends on social media.",
        "Staff may not have contact with pupils online.",
        "Staff may not be the administrator of a pupil group.",
        "As long as you work here you must not befriend pupils.",
        "Staff must not just post pictures without thinking.",
    ],
)
def test_a_ban_in_unusual_words_is_a_ban(ban: str) -> None:
    assert edition(f"Rules\n\n{ban}\n").clauses[0].stance is Stance.FORBIDS


def test_a_rule_said_under_three_headings_is_kept() -> None:
    text = "".join(
        f"{place}\n\nPersonal phones must not be used near pupils.\n\nThere is more to say of the {place.lower()} below.\n\n"
        for place in ("Hall", "Yard", "Pool")
    )
    assert sum("Personal phones" in clause.text for clause in edition(text).clauses) == 3


def test_a_date_no_school_will_see_is_no_date() -> None:
    policy = edition("Policy\n\nAdopted: 1 January 9999\n\nThis policy is reviewed every two years by the governors of the school.\n")
    assert (policy.adopted, policy.review_due) == (None, None)


def test_every_question_of_a_message_is_answered_even_where_the_first_is_off_the_subject() -> None:
    ruling = Answerer(edition(RULE + "Staff must not share passwords with anyone.\n")).answer(
        "What is the pay scale? Can I add a pupil as a friend?"
    )
    assert [part.verdict for part in ruling.parts] == [Verdict.NOT_COVERED, Verdict.NO]
    assert ruling.verdict is Verdict.NO


def test_a_short_rule_right_under_the_title_is_no_title_page() -> None:
    html = (
        "<h1>Oakfield School: Staff use of social media</h1><h2>Principles</h2><p>Staff must not befriend pupils online.</p>"
        "<h2>Gifts</h2><p>Staff must not accept money.</p><h2>Images</h2><ul><li>Never photograph a child.</li></ul>"
    )
    found = edition(html, "policy.html").clauses
    assert [clause.text for clause in found] == [
        "Staff must not befriend pupils online.",
        "Staff must not accept money.",
        "Never photograph a child.",
    ]
    assert found[0].section[-1] == "Principles"


def test_a_heading_that_forbids_says_so_of_each_item_below_it() -> None:
    policy = edition(
        "# Our policy\n\n## What you must not do\n\n- Be friends with pupils on Facebook\n- Post during lessons\n", "policy.md"
    )
    assert [(clause.lead_in, clause.stance) for clause in policy.clauses] == [("What you must not do", Stance.FORBIDS)] * 2


def test_no_is_never_said_above_a_sentence_that_orders_or_allows_just_that() -> None:
    policy = edition(
        "Rules for staff\n\nTell the headteacher if a pupil contacts you online.\n\n"
        "Parents are welcome to film the school play, but must not post it online.\n\n"
        "Staff must not add pupils as friends.\n\nStaff must not share passwords.\n\nNever photograph a pupil on your own phone.\n"
    )
    for question in ("Is it ok to tell the headteacher if a pupil contacts me online?", "Can parents film the school play?"):
        assert Answerer(policy).answer(question).verdict is not Verdict.NO
