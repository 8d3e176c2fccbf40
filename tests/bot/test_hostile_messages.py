"""Messages made to do harm: none stops Signpost for everybody, and none has a worry taken for the rest of a question."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest

from bot.conversation import ASKS_WHO_SEES, TOO_LATE
from bot.follow_up import asks_on
from bot.heard import Pressed
from bot.reply import Urgent, plain
from bot.scrub import READ, scrub
from tests.bot.schools import button, told

PUPIL = "can I accept a friend request from a pupil?"
AT_ONCE = 0.5  # seconds of the one processor that all schools share; each of these took from ten seconds to hours


@pytest.mark.parametrize(
    "text",
    ["a@" * 1000, "a@b." * 1000, "1 " * 3000, "and " + "a" * 6000 + "\nb", "and a" + "?" * 6000 + "b", "ok, " * 1500 + "\nx",
     "will you send" + " it" * 30 + " x"],
)  # fmt: skip
def test_no_message_takes_long_to_be_looked_at(text: str) -> None:
    began = perf_counter()
    scrub(text)
    asks_on(text)
    ASKS_WHO_SEES.fullmatch(text)
    assert perf_counter() - began < AT_ONCE


def test_what_is_not_looked_at_is_not_passed_on_either() -> None:
    scrubbed = scrub("Can I post it? " + "x " * READ + "Tyler Jones")
    assert "Tyler" not in scrubbed
    assert scrubbed.endswith(" …")


@pytest.mark.parametrize(
    "worry",
    ["and she is being abused at home", "but the head kissed her", "and the lead is texting her at night", "and he touched me",
     "but he hit her", "and now he is not breathing"],
)  # fmt: skip
def test_a_worry_worded_like_a_follow_up_is_met_as_a_worry_and_not_kept(worry: str) -> None:
    talk = told()
    talk.hear(PUPIL)
    reply = talk.hear(worry)
    assert isinstance(reply.parts[0], Urgent), plain(reply)
    assert talk.kept().turns == {}


@pytest.mark.parametrize(
    "worry",
    ["a child hasn't eaten since friday", "hes in same nappy from last night every single morning, red raw",
     "hes told me his big cousin gives him money to carry packages on his bike"],
)  # fmt: skip
def test_a_worry_that_no_policy_of_ours_is_about_is_a_worry_all_the_same(worry: str) -> None:
    talk = told()
    assert talk.hear(worry).standing == "urgent"
    assert talk.kept().turns == {}


@pytest.mark.parametrize("message", ["the DSL has indecent images of a pupil on his phone", "the head has nudes of a pupil on his laptop"])
def test_whoever_has_the_pictures_is_not_named_as_the_one_to_tell_of_them(message: str) -> None:
    urgent = told().hear(message).parts[0]
    assert isinstance(urgent, Urgent)
    pictures = next(line for line in urgent.lines if "pictures" in line)
    assert "the lead" not in pictures
    assert "tell the police" in pictures


def test_who_asked_cannot_be_found_by_trying_everybody_where_the_secret_is_not_known() -> None:
    kept = []
    for secret in ("", "one", "another", "one"):
        talk = told()
        talk.conversation = replace(talk.conversation, secret=secret)
        reply = talk.hear(PUPIL)
        kept.append([(turn.asker, turn.thread) for turn in talk.kept().turns.values()])
        assert talk.press(reply, "Yes").replaces
    assert kept[1] == kept[3]
    assert len({str(one) for one in kept}) == 3
    assert "another" not in repr(talk.conversation)


@pytest.mark.parametrize("option", ["²", "9" * 5000, "٠", "-1", "00"])
def test_an_option_that_is_no_number_of_ours_changes_nothing(option: str) -> None:
    talk = told()
    reply = talk.hear("should I accept requests on facebook", "birch")
    carried = button(reply, "A parent").press.rpartition("-")[0]
    assert plain(talk.conversation.press(Pressed("birch", f"{carried}-{option}", "u1", "t1"))) == TOO_LATE
