"""What the door does with activities: who sees the answer, what is said once, what is tried again."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.teams import wording
from bot.ports import Outcome, Sent
from tests.adapters.teams.running import QUICK, Running, button, running
from tests.contracts.schools import BIRCH_ONLY, FRIEND_QUESTION, FRIENDS
from tests.stand_ins.teams import BOT, Posted


@pytest.fixture(scope="module")
def door() -> Iterator[Running]:
    """The door, running."""
    with running() as one:
        yield one


@pytest.fixture
def teams(door: Running) -> Running:
    """The door, as if it had just been started."""
    door.forget()
    return door


def texts(posted: list[Posted]) -> list[str]:
    """The plain words of each message."""
    return [one.text for one in posted]


@pytest.mark.parametrize("scope", ["channel", "groupChat"])
def test_asked_where_others_read_the_answer_goes_to_the_askers_chat_and_one_neutral_line_stays(teams: Running, scope: str) -> None:
    teams.microsoft.installed.add("user-1")
    answer, line = teams.ask(FRIEND_QUESTION, scope=scope)
    assert (answer.scope, answer.conversation) == ("personal", "a:known-tenant-user-1")
    assert FRIENDS in answer.text
    assert (line.scope, line.activity["text"], line.card) == (scope, wording.IN_PERSONAL, None)


def test_the_personal_chat_opened_once_is_used_again(teams: Running) -> None:
    teams.microsoft.installed.add("user-1")
    for _ in range(3):
        assert len(teams.ask(FRIEND_QUESTION, scope="channel")) == 2
    assert [path for _, path in teams.microsoft.calls].count("/uk/v3/conversations") == 1


def test_where_the_app_is_not_installed_for_the_asker_nothing_of_the_answer_is_said_in_public(teams: Running) -> None:
    (line,) = teams.ask(FRIEND_QUESTION, scope="channel")
    assert line.scope == "channel"
    assert line.activity["text"] == wording.OPEN_THE_APP


def test_a_chat_that_is_gone_is_opened_anew(teams: Running) -> None:
    teams.ask("help")
    del teams.microsoft.scopes["a:known-tenant-user-1"]
    teams.microsoft.installed.add("user-1")
    answer, line = teams.ask(FRIEND_QUESTION, scope="channel")
    assert FRIENDS in answer.text
    assert line.activity["text"] == wording.IN_PERSONAL


def test_the_mention_of_the_bot_is_no_part_of_the_question(teams: Running) -> None:
    teams.microsoft.installed.add("user-1")
    assert teams.ask("help", scope="channel")[0].text == teams.ask("help")[0].text


def test_a_tenant_of_no_school_is_told_so_in_one_sentence_and_its_people_are_not_kept(teams: Running) -> None:
    (refusal,) = teams.ask(FRIEND_QUESTION, tenant="stranger")
    assert refusal.text == wording.NOT_CONNECTED
    assert teams.references.kept == {}


def test_where_the_personal_chat_is_known_is_kept_once(teams: Running) -> None:
    for _ in range(3):
        teams.ask(FRIEND_QUESTION)
    (reference,) = teams.references.kept.values()
    assert (reference.tenant, reference.user, reference.conversation) == ("known-tenant", "entra-user-1", "a:known-tenant-user-1")
    assert (reference.service_url, reference.bot, reference.scope) == (teams.microsoft.service_url, BOT, "personal")
    assert teams.references.writes == 1


def test_follow_ups_are_understood_in_the_same_chat(teams: Running) -> None:
    teams.ask(FRIEND_QUESTION)
    assert "Understood as" in teams.ask("what about ex-pupils?")[0].text
    assert "Understood as" not in teams.ask("what about ex-pupils?", user="user-2")[0].text


def test_one_installation_is_welcomed_once_however_often_it_is_told(teams: Running) -> None:
    added = {"membersAdded": [{"id": BOT}], "type": "conversationUpdate"}
    installed = {"type": "installationUpdate", "action": "add"}
    posted = [one for more in (added, installed, added, installed) for one in teams.deliver(teams.microsoft.activity(**more))[2]]
    (welcome,) = posted
    assert "Can I accept a friend request from a parent?" in welcome.text
    assert len(teams.references.kept) == 1


def test_a_team_is_told_how_to_ask_and_a_stranger_tenant_that_it_is_not_connected(teams: Running) -> None:
    added: dict[str, Any] = {"membersAdded": [{"id": BOT}], "type": "conversationUpdate"}
    assert texts(teams.deliver(teams.microsoft.activity(scope="channel", **added))[2]) == [wording.MENTION_ME]
    assert texts(teams.deliver(teams.microsoft.activity(tenant="stranger", **added))[2]) == [wording.NOT_CONNECTED]


@pytest.mark.parametrize(
    "more",
    [
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
        {"type": "conversationUpdate", "membersAdded": [{"id": "29:somebody"}]},
        {"type": "installationUpdate", "action": "remove"},
        {"type": "typing"},
        {"type": "event", "name": "anything"},
        {"type": "unheard-of"},
    ],
)
def test_what_asks_for_nothing_gets_200_and_no_answer(teams: Running, more: dict[str, object]) -> None:
    assert teams.deliver({**teams.microsoft.activity(), **more}) == (200, None, [])


def test_an_invoke_of_another_kind_is_answered_as_not_implemented(teams: Running) -> None:
    activity = teams.microsoft.activity() | {"type": "invoke", "name": "composeExtension/query", "value": {}}
    assert teams.deliver(activity) == (501, {}, [])


def test_feedback_redraws_the_card_with_the_quoted_answer_kept_and_the_pressed_buttons_gone(teams: Running) -> None:
    (answer,) = teams.ask(FRIEND_QUESTION)
    assert answer.card
    body, posted = teams.press(button(answer.card, "No"))
    assert posted == []
    assert (body["statusCode"], body["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    redrawn = body["value"]
    assert FRIENDS in redrawn["fallbackText"]
    assert "Did this answer it?" not in redrawn["fallbackText"]
    assert "can be mended" in redrawn["fallbackText"]
    again, _ = teams.press(button(redrawn, "Pass it on …"))  # and the button on the redrawn card works in its turn
    assert FRIENDS in again["value"]["fallbackText"]
    assert "Pass it on …" not in again["value"]["fallbackText"]


def test_what_a_card_carries_is_only_believed_from_the_one_it_was_shown_to(teams: Running) -> None:
    (answer,) = teams.ask(FRIEND_QUESTION)
    assert answer.card
    pressed = button(answer.card, "Yes")
    body, _ = teams.press(pressed, user="user-2")
    assert FRIENDS not in str(body)
    pressed["data"]["kept"] = pressed["data"]["kept"][:-8] + "AAAAAAA="
    body, posted = teams.press(pressed)
    assert body["type"] == "application/vnd.microsoft.activity.message"
    assert ["noted" in one.text for one in posted] == [True]


def test_a_client_without_execute_sends_the_press_as_a_message_and_is_answered_below(teams: Running) -> None:
    (answer,) = teams.ask(FRIEND_QUESTION)
    assert answer.card
    fallback = button(answer.card, "Yes")["fallback"]
    assert fallback["type"] == "Action.Submit"
    status, _, posted = teams.deliver(teams.microsoft.activity() | {"value": fallback["data"]})
    assert status == 200
    assert ["noted" in one.text for one in posted] == [True]


@pytest.mark.parametrize("value", [None, "text", {}, {"action": "x"}, {"action": {"data": []}}, {"action": {"data": {"press": ""}}}])
def test_an_invoke_without_a_button_is_answered_with_an_error_of_the_protocol(teams: Running, value: object) -> None:
    activity = teams.microsoft.activity() | {"type": "invoke", "name": "adaptiveCard/action", "value": value}
    status, body, posted = teams.deliver(activity)
    assert (status, posted) == (200, [])
    assert (body["statusCode"], body["type"]) == (400, "application/vnd.microsoft.error")


@pytest.mark.parametrize("status", [412, 429, 500, 502, 503, 504])
def test_what_passes_is_tried_again_and_answered_once(teams: Running, status: int) -> None:
    teams.microsoft.refusals += [(status, None), (status, None)]
    assert len(teams.ask(FRIEND_QUESTION)) == 1


def test_a_retry_after_is_waited_for(teams: Running) -> None:
    teams.ask("help")
    teams.microsoft.refusals.append((429, "1"))
    started = time.monotonic()
    assert len(teams.ask(FRIEND_QUESTION)) == 1
    assert 1.0 <= time.monotonic() - started < 2.0


def test_what_cannot_be_sent_gets_500_and_is_answered_when_it_comes_again(teams: Running) -> None:
    teams.microsoft.refuse_all = 503
    activity = teams.microsoft.activity(FRIEND_QUESTION, event="lost")
    assert teams.deliver(activity) == (500, None, [])
    teams.microsoft.refuse_all = 0
    assert [FRIENDS in text for text in texts(teams.deliver(activity)[2])] == [True]
    assert teams.deliver(activity) == (200, None, [])


def test_the_line_in_public_being_lost_does_not_have_the_answer_sent_twice(teams: Running) -> None:
    teams.microsoft.installed.add("user-1")
    teams.ask(FRIEND_QUESTION)  # from here on the personal chat is known, so its answer is the first call
    activity = teams.microsoft.activity(FRIEND_QUESTION, scope="channel")
    del teams.microsoft.scopes[activity["conversation"]["id"]]
    status, _, posted = teams.deliver(activity)
    assert (status, [one.scope for one in posted]) == (200, ["personal"])


def test_where_the_core_fails_the_asker_is_told_and_the_delivery_may_come_again(teams: Running) -> None:
    kept = dict(teams.schools.kept)
    teams.schools.kept.clear()
    activity = teams.microsoft.activity(FRIEND_QUESTION)
    status, _, posted = teams.deliver(activity)
    assert (status, texts(posted)) == (500, [wording.TROUBLE])
    teams.schools.kept.update(kept)
    assert [FRIENDS in text for text in texts(teams.deliver(activity)[2])] == [True]


def test_somebody_known_can_be_told_something_unasked(teams: Running) -> None:
    teams.ask("help")
    before = len(teams.microsoft.posted)
    assert teams.call(teams.door.tell("known-tenant", "entra-user-1", "A *report* needs you.")) == Outcome(Sent.SENT, "personal chat")
    (told,) = teams.microsoft.posted[before:]
    assert (told.activity["text"], told.activity["textFormat"]) == ("A *report* needs you.", "plain")
    assert "replyToId" not in told.activity


def test_telling_somebody_who_cannot_be_reached_says_why(teams: Running) -> None:
    assert teams.call(teams.door.tell("known-tenant", "nobody", "hello")).why == "not_installed"
    teams.ask("help")
    teams.microsoft.refusals.append((403, None))
    assert teams.call(teams.door.tell("known-tenant", "entra-user-1", "hello")) == Outcome(Sent.FAILED, "personal chat", "not_installed")
    teams.microsoft.refusals.append((429, "90"))
    outcome = teams.call(teams.door.tell("known-tenant", "entra-user-1", "hello"))
    assert (outcome.state, outcome.why, outcome.retry_after) == (Sent.FAILED, "throttled", timedelta(seconds=90))


def test_schools_do_not_see_each_other(teams: Running) -> None:
    (answer,) = teams.ask(FRIEND_QUESTION, tenant="other-tenant")
    assert BIRCH_ONLY in answer.text
    assert FRIENDS not in answer.text


def test_neither_words_nor_names_nor_ids_are_logged_at_any_level_whatever_happens() -> None:
    log, root = io.StringIO(), logging.getLogger()
    listening = logging.StreamHandler(log)
    own = [logger for name in ("httpx", "httpcore") for logger in (logging.getLogger(name),)]  # the test's own client, not the door's
    levels = [logger.level for logger in own]
    root.addHandler(listening)
    root.setLevel(logging.DEBUG)
    for logger in own:
        logger.setLevel(logging.CRITICAL)
    try:
        with running(patience=QUICK) as teams:
            (answer,) = teams.ask(f"{FRIEND_QUESTION} canaryword")
            assert answer.card
            teams.press(button(answer.card, "No"))
            teams.deliver(teams.microsoft.activity("canaryword"), "canaryword")
            teams.deliver(teams.microsoft.activity("canaryword", tenant="stranger"))
            teams.microsoft.refuse_all = 400
            assert teams.deliver(teams.microsoft.activity("canaryword"))[0] == 500
            teams.microsoft.refuse_all = 0
            teams.schools.kept.clear()
            assert teams.deliver(teams.microsoft.activity("canaryword"))[0] == 500
    finally:
        root.removeHandler(listening)
        root.setLevel(logging.WARNING)
        for logger, level in zip(own, levels, strict=True):
            logger.setLevel(level)
    logged = log.getvalue()
    assert "activity not answered" in logged
    for secret in ("canaryword", "friend requests", "Sam Reed", "user-1", "known-tenant", "bot-token", "a-password"):
        assert secret not in logged
