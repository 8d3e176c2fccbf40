"""Signpost in Teams, seen through Microsoft's own client: in a personal chat, in a group, in a channel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.pages import DISCLOSURE, QUESTION, UNCOVERED
from tests.e2e.running import Running
from tests.e2e.teams_client import CHANNEL, GROUP, PERSONAL, Teams, teams
from tests.e2e.test_asking import stands_at

RULE = "in no circumstances ever accept a friend request"


@pytest.fixture
def client(browser: Browser, playground: Running) -> Iterator[Teams]:
    """Teams, newly opened."""
    with teams(browser, playground) as opened:
        yield opened


def test_a_question_in_a_personal_chat_gets_a_card_whose_button_opens_the_clause(client: Teams) -> None:
    client.open(PERSONAL)
    client.say(QUESTION)
    card = client.card(RULE)
    expect(card).to_contain_text("No.")
    with client.page.context.expect_page() as opened:
        card.get_by_text("Open the policy at this rule").first.click()
    clause = opened.value.locator(".sent-here .words")
    expect(clause).to_contain_text(RULE)
    stands_at(opened.value, clause.inner_text())


def test_pressed_buttons_change_the_card_they_stand_on_and_keep_the_rule(client: Teams) -> None:
    client.open(PERSONAL)
    client.say(QUESTION)
    client.card(RULE).get_by_role("button", name="No", exact=True).click()
    card = client.card("noted, without your name")
    expect(card).to_contain_text(RULE)
    card.get_by_role("button", name="Pass it on …").click()
    card = client.card("The head would read this:")
    card.get_by_role("button", name="Without my name").click()
    expect(client.card("for the head").get_by_role("button", name="Without my name")).to_have_count(0)


def test_a_follow_up_is_understood_in_the_personal_chat(client: Teams) -> None:
    client.open(PERSONAL)
    client.say(QUESTION)
    client.card(RULE)
    client.say("what about former pupils?")
    client.card("Understood as:")


def test_what_the_policy_does_not_cover_is_said(client: Teams) -> None:
    client.open(PERSONAL)
    client.say(UNCOVERED)
    expect(client.card("Your policy doesn't cover this.").get_by_role("button", name="Pass it on …")).to_be_visible()


def test_a_disclosure_is_met_with_999_first(client: Teams) -> None:
    client.open(PERSONAL)
    client.say(DISCLOSURE)
    assert client.card("999").inner_text().strip().startswith("If anyone may be in danger now, ring 999 first.")


@pytest.mark.parametrize(
    ("chat", "question", "rule"),
    [
        (GROUP, "May I put photos of pupils on my own Instagram?", "the only places online where staff should share or upload photos"),
        (CHANNEL, "Can I add a colleague on LinkedIn?", "Caution is advised before colleagues from work are asked"),
    ],
    ids=["group", "channel"],
)
def test_a_question_among_others_is_answered_in_the_personal_chat_alone(client: Teams, chat: str, question: str, rule: str) -> None:
    client.open(chat)
    client.sees("Hello, I am Signpost.")
    client.say(question)
    client.sees("I have answered you in our personal chat.")
    expect(client.cards).to_have_count(0)
    expect(client.page.get_by_text(rule)).to_have_count(0)
    client.open(PERSONAL)
    client.card(rule)


def test_a_client_on_this_machine_is_reached_from_no_other(playground: Running) -> None:
    """The Playground by itself listens on every interface; ours is held to this machine, and so is the demo."""
    listening = [line.split() for line in open("/proc/net/tcp", encoding="ascii")][1:]  # noqa: SIM115
    port = f"{int(playground.url.rsplit(':', 1)[1]):04X}"
    assert {line[1].split(":")[0] for line in listening if line[3] == "0A" and line[1].endswith(f":{port}")} == {"0100007F"}
