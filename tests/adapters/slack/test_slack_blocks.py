"""Replies as Slack messages: every word there, nothing that Slack would refuse."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import views
from adapters.slack.blocks import Message, messages, replaced, words_of_choice
from adapters.slack.wording import as_typed, defanged, escaped, link, pieces
from bot.reply import Button, Caution, Choices, Contact, Heading, Quote, Reply, ReportOffer, Says, Urgent, plain
from tests.adapters.slack.limits import faults_of_message, faults_of_view

URL = "https://signpost.example/alder/policies/conduct/editions/1?clause=c1#c1"
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=400).filter(str.strip)
LABELS = st.lists(WORDS, min_size=1, max_size=12, unique=True)
QUOTES = st.builds(
    Quote, text=WORDS, lead_in=st.just("") | WORDS, sentence=st.just(""), place=WORDS, policy=WORDS, url=st.sampled_from(["", URL])
)
PARTS = st.one_of(
    st.builds(Says, WORDS),
    st.builds(Caution, WORDS),
    st.builds(Heading, WORDS, st.just("") | WORDS),
    st.builds(Urgent, st.tuples(WORDS, WORDS), st.tuples(st.builds(Contact, WORDS, st.just("") | WORDS))),
    st.builds(Choices, WORDS, LABELS.map(lambda labels: tuple(Button(label, f"t{at}.press") for at, label in enumerate(labels)))),
    st.builds(ReportOffer, WORDS, st.sampled_from(["", URL])),
    QUOTES,
)


def sent(message: Message) -> dict[str, Any]:
    """A message as it is sent."""
    return {"text": message.text, "blocks": message.as_dicts()}


def shown(made: tuple[Message, ...]) -> str:
    """All words of the messages' blocks."""
    found: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                found.append(value["text"])
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look([message.as_dicts() for message in made])
    return "".join(found)


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=8))
def test_any_reply_is_within_slacks_limits_and_its_text_is_the_whole_answer(parts: list[Any]) -> None:
    reply = Reply(tuple(parts))
    made = messages(reply)
    assert [faults_of_message(sent(message)) for message in made] == [[]] * len(made)
    if len(made) == 1:
        assert html.unescape(made[0].text) == html.unescape(escaped(plain(reply)))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=800), st.integers(5, 200))
def test_pieces_put_together_are_the_text(text: str, longest: int) -> None:
    cut = pieces(text, longest)
    assert "".join(cut) == (text if text.strip() else "")
    assert all(len(piece) <= longest for piece in cut)


def test_a_quotation_longer_than_a_message_is_split_at_sentences_and_stays_whole() -> None:
    text = " ".join(f"Rule number {number} holds for all staff at all times and in all places." for number in range(600))
    made = messages(Reply((Heading("No."), Quote(text, "Staff:", "", "3.2", "Policy", URL))))
    assert len(made) > 1
    assert [faults_of_message(sent(message)) for message in made] == [[]] * len(made)
    assert text in shown(made)
    assert all(message.text.rstrip().endswith((".", ".”", URL.replace("&", "&amp;"))) for message in made)


def test_the_sentence_that_decides_is_bold_and_no_other_word_of_the_quotation() -> None:
    quote = Quote("First this. You must not. Then that.", "Staff:", "You must not.", "3.2", "Policy")
    runs = messages(Reply((quote,)))[0].as_dicts()[0]["elements"][0]["elements"]
    assert [run["text"] for run in runs if run.get("style", {}).get("bold")] == ["You must not."]
    assert "".join(run["text"] for run in runs) == "Staff:\n– First this. You must not. Then that."


def test_buttons_stand_five_abreast_and_carry_what_comes_back() -> None:
    buttons = tuple(
        Button("A label that is a good deal longer than the seventy-five characters Slack allows", f"t.{at}") for at in range(7)
    )
    blocks = messages(Reply((Choices("Which?", buttons),)))[0].as_dicts()
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    assert [len(row) for row in rows] == [5, 2]
    assert [button["value"] for row in rows for button in row] == [button.press for button in buttons]
    assert all(button["text"]["text"].endswith("…") for row in rows for button in row)


def test_what_comes_of_a_button_takes_the_place_of_its_question_alone() -> None:
    one = Choices("First?", tuple(Button(f"Option {at}", f"a.{at}") for at in range(6)))
    two = Choices("Second?", (Button("Yes", "b.yes"),))
    old = messages(Reply((Says("Before."), one, two, Says("After."))))[0]
    pressed = next(block["block_id"] for block in old.as_dicts() if block["type"] == "actions")
    new = messages(Reply((Says("Thanks."), Choices("Third?", (Button("Yes", "c.yes"),)))))[0]
    blocks = replaced(old.as_dicts(), pressed, new.as_dicts())
    words = json.dumps(blocks)
    assert "First?" not in words
    assert "Option" not in words
    assert words.index("Before.") < words.index("Thanks.") < words.index("Third?") < words.index("Second?") < words.index("After.")
    assert faults_of_message({"text": "x", "blocks": blocks}) == []
    assert words_of_choice(old.as_dicts(), pressed) in old.text


@pytest.mark.parametrize(
    "mention", ["<!channel>", "<!here|here>", "<@U012ABC>", "<#C1|general>", "<!subteam^S1>", "@here", "@Channel", "@everyone"]
)
def test_no_mention_survives_quoting_and_the_eye_sees_the_same(mention: str) -> None:
    assert mention not in defanged(f"Ask {mention} first")
    assert mention not in escaped(f"Ask {mention} first")
    assert html.unescape(escaped(f"Ask {mention} & go")).replace("\u2060", "") == f"Ask {mention} & go"


def test_only_addresses_of_the_web_become_links() -> None:
    assert link("javascript:alert(1)", "Open <it>") == "Open &lt;\u2060it&gt;"
    assert link("https://x.example/?a=1&b=2|3", "Open") == "<https://x.example/?a=1&amp;b=2%7C3|Open>"


def test_what_slack_delivers_is_read_as_it_was_typed() -> None:
    assert (
        as_typed("<@UBOT> can <@U2> &amp; I post <https://x.example|this>  in <#C1|general>?", "UBOT")
        == "can someone & I post this in general?"
    )


def test_what_slack_refuses_is_found() -> None:
    button = {"type": "button", "action_id": "a", "text": {"type": "mrkdwn", "text": "x" * 76}, "value": "v" * 2001}
    actions = {"type": "actions", "elements": [button, button]}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": ""}}
    faults = faults_of_message(
        {"text": "", "blocks": [actions, section, {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}
    )
    for fault in ("mrkdwn on a button", "an action_id twice", "a button's text over 75", "a button's value over 2,000", "empty text"):
        assert fault in faults
    assert any("150" in fault for fault in faults)
    divider = {"type": "divider"}
    assert faults_of_message({"text": "x", "blocks": [divider] * 51}) == ["more than 50 blocks"]
    assert faults_of_message({"text": " "}) == ["no_text"]
    unsent = {key: value for key, value in views.asking().items() if key != "submit"}
    assert "a modal with an input and no submit" in faults_of_view(unsent)
    assert "more than 100 blocks" in faults_of_view({**views.looking(), "blocks": [divider] * 101})


@pytest.mark.parametrize("answer", [Reply((Says("a"),)), Reply((Quote("word " * 700, "", "", "3.2", "P", URL),))])
def test_every_window_is_within_slacks_limits(answer: Reply) -> None:
    made = [views.asking(), views.looking(), views.too_long(), views.answered(answer), views.home_refused("no")]
    assert [faults_of_view(view or {}) for view in made] == [[]] * len(made)


def test_an_answer_too_long_for_a_window_is_not_cut_to_fit() -> None:
    assert views.answered(Reply((Says("word. " * 6000),))) is None


def test_the_home_tab_of_a_school_with_many_policies_is_within_slacks_limits() -> None:
    policies = tuple(views.ShownPolicy("A <title> & more " * 40, None, overdue=False, url=URL) for _ in range(60))
    at = views.AtHome("School " * 60, policies, (Contact("Lead: Ann", "01"),) * 6, ("q " * 80,) * 7, "Ring 999.")
    home = views.home(at)
    assert faults_of_view(home) == []
    assert "999" in json.dumps(home)
