"""What a member of staff reads: at 80 columns, without colour, every quotation in full, and 999 above everything."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from adapters import samples
from bot.asking import EMERGENCY_LINE, ask, shown
from bot.replying import place
from knowledge.answering import Answerer
from knowledge.policy import Edition
from knowledge.verdict import Verdict
from tests.adapters.made_rulings import BAN, CARE, TODAY, answer_lines, answer_to, cited, printed, ruled, unwrapped

QUESTIONS = (
    "can I accept a parent's friend request?", "do i hav to chek my privasy setings", "who checks the school twitter",
    "photos on my own phone", "can i park here", "hi",
)  # fmt: skip


@pytest.mark.parametrize("school", samples.sample_names())
def test_no_answer_is_cut_or_wider_than_eighty_columns(school: str) -> None:
    answerer: Answerer = samples.answerer_of(samples.sample_edition(school))
    for question in QUESTIONS:
        answer = ask(question, answerer, TODAY)
        text = printed(answer_lines(answer))
        assert max(map(len, text.splitlines())) <= 80
        for ruling in answer.rulings:
            for citation in shown(ruling):
                assert unwrapped(citation.clause.text) in unwrapped(text)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_colour_adds_and_takes_away_no_word(width: int) -> None:
    ruling = ruled(Verdict.NO, cited(BAN), cited(CARE, sentence="Ask the head first."), contradiction=True)
    answer = answer_to("May I?", ruling, date(2020, 1, 1))
    coloured = printed(answer_lines(answer), width, colour=True)
    assert "\x1b[1mAsk" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == printed(answer_lines(answer), width)


def test_the_lead_in_stands_before_its_item_and_policy_text_is_never_taken_for_markup() -> None:
    text = printed(answer_lines(answer_to("May I?", ruled(Verdict.NO, cited(BAN)))))
    assert "    “DO NOT\n    – Add [bold]parents[/bold] :smile: as friends.”\n    6 Terms › 6.7 Friends, page 8\n" in text
    assert place(CARE) == "2.1 · 2 Purpose"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.NO, "No."),
        (Verdict.YES, "Yes."),
        (Verdict.CONDITIONAL, "Only with conditions."),
        (Verdict.INFO, "What your policy says:"),
    ],
)
def test_each_verdict_has_its_plain_headline_only_where_it_is_sure(verdict: Verdict, words: str) -> None:
    sure, unsure = (printed(answer_lines(answer_to("May I?", ruled(verdict, cited(CARE), confident=yes)))) for yes in (True, False))
    assert sure.startswith(f"{words}\n")
    assert unsure.startswith("Closest rules.")
    assert words not in unsure.splitlines()
    assert "ask the head or your designated safeguarding lead" in unwrapped(unsure)


def test_a_contradiction_is_said_above_the_stricter_rule() -> None:
    text = printed(answer_lines(answer_to("May I?", ruled(Verdict.NO, cited(BAN), cited(CARE), contradiction=True))))
    assert text.startswith("No.\nYour policy says two different things; the stricter comes first. Ask your head.\n")
    assert text.index("DO NOT") < text.index("Your policy also says:") < text.index("Think carefully")


def test_silence_says_so_names_whom_to_ask_and_never_passes_a_near_miss_for_an_answer() -> None:
    text = printed(answer_lines(answer_to("May I?", ruled(Verdict.NOT_COVERED, related=[cited(CARE)]))))
    assert text.startswith("Your policy doesn't cover this.\nBefore you act, ask the head or your designated safeguarding lead.\n")
    assert text.index("Closest, but not an answer:") < text.index("Think carefully")
    assert "Your policy may not cover this" in printed(
        answer_lines(answer_to("May I?", ruled(Verdict.NOT_COVERED, related=[cited(CARE)], confident=False)))
    )


def test_an_overdue_policy_is_warned_of_on_every_ruling_and_one_in_date_on_none() -> None:
    for ruling in (ruled(Verdict.NO, cited(BAN)), ruled(Verdict.NOT_COVERED), ruled(Verdict.INFO, cited(CARE), confident=False)):
        assert "due for review by 1 January 2020" in unwrapped(
            printed(answer_lines(answer_to("May I?", ruling, date(2020, 1, 1)), review_due=date(2020, 1, 1)))
        )
        assert "due for review" not in printed(answer_lines(answer_to("May I?", ruling, date(2030, 1, 1)), review_due=date(2030, 1, 1)))


def test_at_most_three_clauses_are_shown_and_none_that_is_far_behind_the_best() -> None:
    near = [cited(replace(CARE, anchor=str(at)), 9.0 - at) for at in range(4)]
    assert [one.clause.anchor for one in shown(ruled(Verdict.INFO, *near))] == ["0", "1", "2"]
    assert len(shown(ruled(Verdict.INFO, cited(BAN, 9.0), cited(CARE, 1.0)))) == 1


def test_each_of_several_questions_gets_its_own_headline() -> None:
    parts = (replace(ruled(Verdict.NO, cited(BAN)), question="May I?"), replace(ruled(Verdict.NOT_COVERED), question="Who pays?"))
    text = printed(answer_lines(answer_to("May I? Who pays?", ruled(Verdict.NO, cited(BAN), parts=parts))))
    assert "1. May I?\nNo.\n" in text
    assert "2. Who pays?\nYour policy doesn't cover this.\n" in text


@pytest.mark.parametrize(
    "message",
    [
        "a pupil has just told me he is going to kill himself tonight, what do I do?",
        "I found indecent images of a child on the class ipad. can I forward them to the head?",
        "a girl in my class told me her stepdad hit her last night, should I ring home?",
        "I want to report something about a colleague",
    ],
)
def test_999_and_the_lead_come_before_everything_else_where_somebody_may_be_in_danger(message: str) -> None:
    for ruling in (ruled(Verdict.NO, cited(BAN)), ruled(Verdict.NOT_COVERED, related=[cited(CARE)])):
        answer = answer_to(message, ruling, date(2020, 1, 1))
        text = unwrapped(printed(answer_lines(answer, Edition("Policy", "A School", ()), history=True)))
        assert text.startswith(EMERGENCY_LINE)
        assert answer.emergency_line
        assert answer.private_route
        assert text.index("designated safeguarding lead") < text.index("chair of governors")
        assert "A School" not in text[: text.index("chair of governors")]
        assert "doesn't cover" not in text


def test_indecent_pictures_are_not_to_be_opened_or_sent_on() -> None:
    text = unwrapped(printed(answer_lines(answer_to("found indecent images of a child on the ipad", ruled(Verdict.NO, cited(BAN))))))
    assert "do not open, copy, forward or upload" in text


def test_a_worry_that_asks_gets_a_sure_rule_too_but_never_an_unsure_one() -> None:
    worry = "a boy in my class sent me a picture of his bruises, can I reply on my own phone?"
    assert "DO NOT" in printed(answer_lines(answer_to(worry, ruled(Verdict.NO, cited(BAN)))))
    unsure = unwrapped(printed(answer_lines(answer_to(worry, ruled(Verdict.NO, cited(BAN), confident=False)))))
    assert "DO NOT" not in unsure
    assert "found no rule that it is sure of" in unsure
