"""What letters say: that a report needs somebody, which and since when, in rough words; whatever they are given, nothing else."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.concerns import wording_of_pings as wording
from bot.concerns.letters import ToSay
from bot.reply import Choices, plain

DESK = "https://signpost.oak.example/oak/desk/cases/1"
LINK = "https://signpost.oak.example/oak/desk/acknowledge/t0ken"
STORY = "He hit me after PE"


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
    is_one = bool(wording.REFERENCE.fullmatch(words))
    said = wording.ping(words, wait, "")
    assert said.text == f"A report needs you.{f' Reference {words}.' if is_one else ''} It has been waiting {wording.waiting(wait)}."
    assert said.subject == f"A report needs you{f' ({words})' if is_one else ''}"
    named = f" ({words})" if is_one else ""
    assert wording.news(words, "").text == f"There is something new in a report you look after{named}."
    assert wording.taken(words, "deputy").text.startswith(f"The report you were told of{named} has been taken by the deputy.")


def test_a_story_in_place_of_the_reference_is_said_nowhere() -> None:
    letters = (wording.ping(STORY, timedelta(0), DESK), wording.news(STORY, DESK), wording.taken(STORY, "deputy"))
    for said in letters:
        assert "hit" not in said.subject + plain(wording.chat(said)) + wording.mail(said)


def test_no_letter_can_be_given_a_report_or_a_person() -> None:
    allowed = {"reference", "wait", "desk", "role", "school_name"}
    for made in (wording.ping, wording.news, wording.taken, wording.unheard, wording.drill):
        assert set(inspect.signature(made).parameters) <= allowed
        assert inspect.signature(made).return_annotation == "ToSay"


def test_who_runs_signpost_is_told_neither_which_report_it_is_nor_who_did_not_answer_it() -> None:
    said = wording.unheard("Oak\nSchool", timedelta(hours=3))
    assert "at Oak School for 3 hours" in said.text
    for one in (said, wording.drill("Oak School")):
        assert (one.desk, one.press, one.acknowledge, one.last_resort) == ("", "", "", False)
        assert not [word for word in ("lead", "deputy", "head", "chair", "Reference") if word in f"{one.subject} {one.text}".split()]


def test_a_subject_says_no_more_than_the_first_words_of_the_letter() -> None:
    assert wording.ping("K7M4Q2", timedelta(hours=2), DESK).subject == "A report needs you (K7M4Q2)"
    assert wording.news("K7M4Q2", DESK).subject == "A report has news (K7M4Q2)"
    assert wording.taken("K7M4Q2", "deputy").subject == "A report has been taken (K7M4Q2)"
    for said in (wording.unheard("Canary School", timedelta(0)), wording.drill("Canary School")):
        assert "Canary" not in said.subject


def test_in_chat_a_letter_has_the_address_on_a_line_of_its_own_and_a_button() -> None:
    said = replace(wording.ping("K7M4Q2", timedelta(minutes=25), DESK), press="ack.1", acknowledge=LINK)
    reply = wording.chat(said)
    assert plain(reply) == f"{said.text}\n\nOpen at the desk:\n{DESK}\n\nAcknowledge"
    assert [(one.label, one.press) for part in reply.parts if isinstance(part, Choices) for one in part.buttons] == [
        ("Acknowledge", "ack.1")
    ]
    assert plain(wording.chat(ToSay("Subject", "Text"))) == "Text"


def test_by_e_mail_a_letter_has_both_addresses_on_lines_of_their_own() -> None:
    said = replace(wording.ping("K7M4Q2", timedelta(minutes=25), DESK), press="ack.1", acknowledge=LINK)
    assert wording.mail(said) == f"{said.text}\n\nAcknowledge (you then look after it):\n{LINK}\n\nOpen at the desk:\n{DESK}"
    assert wording.mail(ToSay("Subject", "Text")) == "Text"


def test_only_what_goes_to_those_who_look_after_reports_may_go_by_the_webhook() -> None:
    assert all(said.last_resort for said in (wording.ping("K", timedelta(0), ""), wording.news("K", ""), wording.taken("K", "head")))
    assert not ToSay("A digest", "Counts").last_resort


def test_a_sign_in_link_stands_on_a_line_of_its_own() -> None:
    assert LINK in wording.sign_in_text("Oak\nSchool", LINK).splitlines()
    assert wording.sign_in_text("Oak\nSchool", LINK).startswith("Your link to the desk of Oak School:\n")
