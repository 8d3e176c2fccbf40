"""One suite run against every door: the same message gets the same answer, once, whole, privately, and only from one's own school."""

from __future__ import annotations

import html
import importlib
import re
from collections.abc import Iterator

import pytest

from tests.contracts.door import DoorDriver, Shown, Spoiled
from tests.contracts.schools import (
    BIRCH_ONLY,
    FRIEND_QUESTION,
    FRIENDS,
    HOSTILE,
    LONG,
    PHOTO_QUESTION,
    WHATSAPP_QUESTION,
    WORRY,
    WORRY_CANARY,
    editions,
)

DOORS = ("slack", "teams", "web", "terminal")
DELIVERING = ("slack", "teams")


@pytest.fixture(scope="module", params=DOORS)
def door(request: pytest.FixtureRequest) -> Iterator[DoorDriver]:
    """Each door in turn, running."""
    with importlib.import_module(f"tests.contracts.drive_{request.param}").driving() as driver:
        yield driver


@pytest.fixture(scope="module", params=DELIVERING)
def delivering(request: pytest.FixtureRequest) -> Iterator[DoorDriver]:
    """Each door that a platform delivers events to."""
    with importlib.import_module(f"tests.contracts.drive_{request.param}").driving() as driver:
        assert driver.delivers_events
        yield driver


def words(text: str) -> str:
    """A text as its bare words: however a platform wraps, escapes or decorates it, these arrive in this order."""
    return " ".join(re.findall(r"\w+", html.unescape(text)))


def all_words(shown: list[Shown]) -> str:
    """The words of everything shown, in order."""
    return words(" ".join(one.text for one in shown))


def test_a_question_gets_the_rule_word_for_word_and_only_the_asker_sees_it(door: DoorDriver) -> None:
    told = door.ask(FRIEND_QUESTION)
    assert told.status < 300
    text = all_words(told.shown)
    assert words(FRIENDS) in text
    assert text.index("No ") < text.index(words(FRIENDS))
    assert {one.audience for one in told.shown} == {"private"}


def test_the_plain_text_fallback_is_the_whole_answer(door: DoorDriver) -> None:
    text = all_words(door.ask(FRIEND_QUESTION).shown)
    for part in ("No", FRIENDS, "1 Friends"):
        assert words(part) in text
    if door.name != "terminal":
        assert "alder policies social media editions 1 clause" in text or "/alder/policies/social-media/editions/1" in str(
            door.ask(FRIEND_QUESTION).shown
        )


def test_a_clause_of_3500_characters_arrives_whole(door: DoorDriver) -> None:
    assert len(LONG) >= 3500
    assert words(LONG) in all_words(door.ask(WHATSAPP_QUESTION).shown)


def test_markup_and_mentions_in_policy_text_are_words_and_nothing_more(door: DoorDriver) -> None:
    shown = door.ask(PHOTO_QUESTION).shown
    assert words("Staff must never post photographs of pupils") in all_words(shown)
    assert words("on their own Instagram accounts") in all_words(shown)
    sent = str([one.rich for one in shown])
    if door.name == "terminal":  # it knows no markup: the words stand as they are
        assert " ".join(HOSTILE.split()) in " ".join(shown[0].text.split())
    else:
        assert not re.search(r"<!channel>|<@U012ABCDEF>|<at>everyone</at>|<script>alert", sent)


def test_a_worry_gets_999_first_then_whom_to_tell_and_is_repeated_nowhere(door: DoorDriver) -> None:
    shown = door.ask(WORRY).shown
    text = all_words(shown)
    assert text.index("999") < text.index("Ann Lee" if door.name != "terminal" else "safeguarding lead")
    assert "xylocanary" not in " ".join(one.text for one in shown)
    assert WORRY_CANARY not in door.logged()


def test_no_message_text_stands_in_the_log_at_any_level(door: DoorDriver) -> None:
    door.ask(f"{FRIEND_QUESTION} zanzicanary")
    door.ask(PHOTO_QUESTION)
    logged = door.logged()
    assert "zanzicanary" not in logged
    assert "friend requests" not in logged
    assert "photographs of pupils" not in logged


def test_each_school_is_answered_from_its_own_policy_alone(door: DoorDriver) -> None:
    alder = all_words(door.ask(FRIEND_QUESTION).shown)
    birch = all_words(door.ask(FRIEND_QUESTION, workspace="other").shown)
    assert words(BIRCH_ONLY) in birch
    assert words(BIRCH_ONLY) not in alder
    for clause in editions()["alder"].clauses:
        assert words(clause.text) not in birch


def test_what_is_asked_where_others_read_is_answered_to_the_asker_alone(delivering: DoorDriver) -> None:
    shown = delivering.ask(FRIEND_QUESTION, shared=True).shown
    private = [one for one in shown if one.audience == "private"]
    assert words(FRIENDS) in all_words(private)
    seen_by_all = " ".join(str(one) for one in shown if one.audience == "shared")
    assert "friend requests" not in seen_by_all
    assert "No." not in seen_by_all


def test_a_worry_told_where_others_read_is_never_repeated_to_them(delivering: DoorDriver) -> None:
    shown = delivering.ask(WORRY, shared=True).shown
    assert "999" in all_words([one for one in shown if one.audience == "private"])
    assert not [one for one in shown if one.audience == "shared" and ("999" in one.text or "lead" in one.text.lower())]


def test_the_same_event_twice_is_answered_once(delivering: DoorDriver) -> None:
    first = delivering.ask(FRIEND_QUESTION, event="same-event-1")
    again = delivering.ask(FRIEND_QUESTION, event="same-event-1")
    assert words(FRIENDS) in all_words(first.shown)
    assert (again.status, again.shown) == (200, [])


def test_a_delivery_whose_answer_was_lost_is_answered_when_it_comes_again(delivering: DoorDriver) -> None:
    delivering.lose_next()
    lost = delivering.ask(FRIEND_QUESTION, event="lost-event-1")
    shown = lost.shown
    if not shown:  # where the door did not try again by itself it must have asked for another delivery
        assert lost.status >= 500
        shown = delivering.ask(FRIEND_QUESTION, event="lost-event-1").shown
    assert all_words(shown).count(words(FRIENDS)) == 1
    assert delivering.ask(FRIEND_QUESTION, event="lost-event-1").shown == []


@pytest.mark.parametrize("sender", ["this bot", "another bot"])
def test_what_bots_write_is_not_answered(delivering: DoorDriver, sender: str) -> None:
    told = delivering.ask(FRIEND_QUESTION, sender=sender)  # type: ignore[arg-type]
    assert (told.status, told.shown) == (200, [])


@pytest.mark.parametrize("how", ["unsigned", "forged", "stale", "malformed"])
def test_a_request_that_cannot_be_trusted_is_refused_and_no_work_is_done(delivering: DoorDriver, how: Spoiled) -> None:
    told = delivering.ask_spoiled(FRIEND_QUESTION, how)
    assert (told.status, told.shown) == (401, [])


def test_a_workspace_that_belongs_to_no_school_gets_no_policy(delivering: DoorDriver) -> None:
    told = delivering.ask(FRIEND_QUESTION, workspace="unknown")
    everything = all_words(told.shown)
    for edition in editions().values():
        for clause in edition.clauses:
            assert words(clause.text) not in everything
    assert "999" in everything  # said to everybody there, whatever they wrote: nothing was looked at
    assert told.status < 300


def test_a_button_answers_under_what_was_asked(door: DoorDriver) -> None:
    if door.name == "terminal":
        pytest.skip("the terminal keeps nothing, so it offers no feedback")
    shown = door.ask(FRIEND_QUESTION).shown
    pressed = door.press(shown[-1], "No")
    assert words("so that the policy or Signpost can be mended") in all_words(pressed.shown)
