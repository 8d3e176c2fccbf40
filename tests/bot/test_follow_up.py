"""Follow-ups: what is left of "what about …?" put into the question before it."""

from __future__ import annotations

import pytest

from bot.follow_up import asks_on, follow_up

PUPIL = "can I accept a friend request from a pupil?"


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        (PUPIL, "what about ex-pupils?", "can I accept a friend request from ex-pupils?"),
        (PUPIL, "And parents?", "can I accept a friend request from parents?"),
        (PUPIL, "ok, does that include my own children?", "can I accept a friend request from my own children?"),
        (PUPIL, "thanks! how about a former pupil's mum", "can I accept a friend request from a former pupil's mum?"),
        (PUPIL, "and if they're 18?", "can I accept a friend request from a pupil, if they're 18?"),
        (PUPIL, "ok but what if she's my sister", "can I accept a friend request from a pupil, if she's my sister?"),
        (PUPIL, "even at weekends?", "can I accept a friend request from a pupil, at weekends?"),
        ("can one of the mums add me on insta", "what about dads?", "can dads add me on insta?"),
        ("can one of the mums add me on insta", "and on facebook?", "can one of the mums add me on facebook?"),
        ("May I film the play", "same for governors?", "May I film the play, governors?"),
    ],
)
def test_a_follow_up_becomes_a_whole_question(before: str, text: str, whole: str) -> None:
    assert follow_up(text, before) == whole


@pytest.mark.parametrize(
    "text",
    ["can I post photos?", "what if a pupil tells me a secret?",
     "and can I post photos?", "photos on my phone", "what is the rule about phones?", "", "?", "and", "and?",
     "what if", "hi",
     "and then the boy in my class who had told me last week about his dad came back crying to me again"],
)  # fmt: skip
def test_a_message_that_stands_on_its_own_is_left_alone(text: str) -> None:
    assert follow_up(text, PUPIL) == ""


def test_a_message_is_known_to_ask_on_without_knowing_what() -> None:
    assert asks_on("what about ex-pupils?")
    assert not asks_on("what is the rule about phones?")


def test_without_a_question_before_it_nothing_is_a_follow_up() -> None:
    assert follow_up("what about parents?", "") == ""
