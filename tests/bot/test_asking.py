"""What is said beside an answer: whoever a worry is about is never named as the person to tell."""

from __future__ import annotations

import pytest

from bot.asking import ABOUT_LEAD


@pytest.mark.parametrize(
    "message",
    [
        "dsl is messaging a kid on snapchat", "our DSL is the one touching kids", "The safeguarding lead keeps texting a girl in year 9",
        "I think the designated safeguarding lead has pupils on Instagram", "the dsl's been adding pupils",
    ],
)  # fmt: skip
def test_a_worry_about_the_lead_is_seen_to_be_about_the_lead(message: str) -> None:
    assert ABOUT_LEAD.search(message)


@pytest.mark.parametrize(
    "message",
    [
        "who is the safeguarding lead",
        "shall I tell the DSL",
        "the DSL is off today who do I tell",
        "the safeguarding lead has been told",
        "dsl is away",
    ],
)
def test_telling_the_lead_is_not_a_worry_about_the_lead(message: str) -> None:
    assert not ABOUT_LEAD.search(message)
