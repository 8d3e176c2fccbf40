"""What pings say: that a report needs somebody, which and since when, in rough words; whatever they are given, nothing else."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.concerns import wording_of_pings as wording
from bot.reply import plain


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(hours=-1), "since just now"),  # a time rounded to the hour may lie ahead
        (timedelta(0), "since just now"),
        (timedelta(seconds=119), "since just now"),
        (timedelta(minutes=2), "for 2 minutes"),
        (timedelta(minutes=25, seconds=59), "for 25 minutes"),
        (timedelta(minutes=59, seconds=59), "for 59 minutes"),
        (timedelta(hours=1), "for 1 hour"),
        (timedelta(hours=3, minutes=59), "for 3 hours"),
        (timedelta(hours=23, minutes=59), "for 23 hours"),
        (timedelta(days=1), "for 1 day"),
        (timedelta(days=2, hours=23), "for 2 days"),
    ],
)
def test_a_wait_is_told_in_rough_words_and_never_as_longer_than_it_is(wait: timedelta, said: str) -> None:
    assert wording.waiting(wait) == said


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60), st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=4000)))
def test_whatever_comes_in_place_of_a_reference_is_said_only_where_it_looks_like_one(words: str, wait: timedelta) -> None:
    told = wording.ping_text(words, wait, "")
    assert (f"Reference {words}." in told) == bool(wording.REFERENCE.fullmatch(words))
    assert told in {f"A report needs you.{known} It has been waiting {wording.waiting(wait)}." for known in ("", f" Reference {words}.")}
    assert plain(wording.ping_reply(words, wait, "", "ack.1")) == f"{told}\n\nAcknowledge"


def test_a_story_in_place_of_the_reference_is_said_nowhere() -> None:
    story = "He hit me after PE"
    said = (
        wording.subject_of_ping(story)
        + wording.ping_text(story, timedelta(0), "")
        + plain(wording.ping_reply(story, timedelta(0), "", "ack.1"))
    )
    assert "hit" not in said


def test_no_sentence_of_a_ping_can_be_given_a_report_a_school_or_a_person() -> None:
    for made in (wording.ping_text, wording.ping_reply, wording.subject_of_ping):
        assert set(inspect.signature(made).parameters) <= {"reference", "wait", "desk", "acknowledge"}


def test_an_address_stands_on_a_line_of_its_own() -> None:
    link = "https://signpost.oak.example/oak/desk/cases/1"
    assert link in wording.ping_text("K7M4Q2", timedelta(0), link).splitlines()
    assert link in wording.sign_in_text("Oak\nSchool", link).splitlines()
    assert wording.sign_in_text("Oak\nSchool", link).startswith("Your link to the desk of Oak School:\n")
