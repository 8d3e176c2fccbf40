"""Cards: every word of the reply, nothing that a client would read as markup, within Teams' limits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.cards import LIMIT, Message, card, messages, size
from adapters.teams.kept import pack, unpack
from adapters.teams.pieces import pieces
from bot.reply import Button, Caution, Choices, Contact, Heading, Part, Quote, Reply, ReportOffer, Says, Urgent, plain

QUOTE = Quote(
    "Think first. Do not add parents. Ask the head.",
    "Staff must:",
    "Do not add parents.",
    "6.7 · Friends, page 8",
    "Social Media Policy",
    "https://s.example/p?clause=a#a",
)
ALL: tuple[Part, ...] = (
    Urgent(("If a child is in danger now, ring 999.", "Then tell the lead."), (Contact("Lead: Ann Lee", "01632 960001"), Contact("NSPCC"))),
    Says("Your policy says:\n• one\nhttps://s.example/alder/policies"),
    Heading("No.", "May I?"),
    QUOTE,
    Caution("The review date has passed."),
    ReportOffer("You can also tell them privately.", "https://s.example/alder/report"),
    Choices("Did this answer it?", (Button("Yes", "t.yes"), Button("No", "t.no"))),
)
KEY = b"key"


def nodes(of: Any) -> Iterator[dict[str, Any]]:
    """Every object in a card."""
    if isinstance(of, dict):
        yield of
        for value in of.values():
            yield from nodes(value)
    elif isinstance(of, list):
        for value in of:
            yield from nodes(value)


def words(text: str) -> str:
    """A text without spaces, breaks and decoration."""
    return "".join(re.findall(r"\w", text))


def seen(message: Message) -> str:
    """Every word a person sees on the card, buttons included."""
    found = []
    for node in nodes(message["attachments"][0]["content"]["body"]):
        kind = str(node.get("type"))
        found += [node["text"]] if kind == "TextRun" else [node["title"]] if kind.startswith("Action.") else []
    return " ".join(found)


def test_a_card_says_everything_and_its_fallback_text_is_the_whole_reply() -> None:
    (message,) = messages(Reply(ALL))
    content = message["attachments"][0]["content"]
    assert (content["type"], content["version"]) == ("AdaptiveCard", "1.4")
    assert content["fallbackText"] == plain(Reply(ALL))
    shown = words(seen(message))
    for part in (
        "ring 999",
        "Ann Lee, 01632 960001",
        "NSPCC",
        "• one",
        "May I?",
        "No.",
        QUOTE.text,
        QUOTE.lead_in,
        QUOTE.place,
        "review date",
        "tell them privately",
        "Report this privately",
        "Check my report",
        "https://s.example/alder/report",
    ):
        assert words(part) in shown


def test_notifications_tell_nothing_of_what_was_asked_or_answered() -> None:
    (message,) = messages(Reply(ALL))
    assert message["summary"] == "Signpost has answered you."
    assert "text" not in message


def test_cards_use_nothing_newer_than_version_1_4_and_no_markdown() -> None:
    known = {"AdaptiveCard", "RichTextBlock", "TextRun", "Container", "ActionSet", "Action.Execute", "Action.Submit", "Action.OpenUrl"}
    for node in nodes(card(ALL)):
        if "type" in node:
            assert node["type"] in known | {"task/fetch"}  # the last stands in what a button carries
        assert "color" not in node


def test_each_button_falls_back_to_a_submit_that_carries_the_press_alone() -> None:
    content = card(ALL, lambda parts, at: pack(parts, at, "teams:t:u", KEY))
    executes = [node for node in nodes(content) if node.get("type") == "Action.Execute"]
    assert [one["title"] for one in executes] == ["Yes", "No"]
    for one in executes:
        assert one["fallback"] == {"type": "Action.Submit", "title": one["title"], "data": {"press": one["data"]["press"]}}
        assert set(one["data"]) == {"press", "kept"}


def test_links_are_opened_only_at_web_addresses() -> None:
    bad = Quote("A rule.", "", "", "1", "P", "javascript:alert(1)")
    urls = [
        node["url"]
        for node in nodes(card((QUOTE, bad, Says("file:///etc/passwd\nhttps://ok.example"))))
        if node.get("type") == "Action.OpenUrl"
    ]
    assert urls == [QUOTE.url, "https://ok.example"]


def test_the_sentence_that_answers_best_stands_out_within_the_whole_clause() -> None:
    runs = [node for node in nodes(card((QUOTE,))) if node.get("type") == "TextRun"]
    assert [run["text"] for run in runs if run.get("weight") == "Bolder"] == ["Do not add parents."]
    assert "“Think first. Do not add parents. Ask the head.”" in "".join(run["text"] for run in runs)


def test_a_short_row_of_buttons_stays_a_row_and_long_labels_stand_alone() -> None:
    long = Choices("Which?", (Button("A friend request from a pupil", "t.option-0"), Button("From a parent", "t.option-1")))
    assert [len(element["actions"]) for element in card((ALL[-1],))["body"] if element["type"] == "ActionSet"] == [2]
    assert [len(element["actions"]) for element in card((long,))["body"] if element["type"] == "ActionSet"] == [1, 1]


def test_mentions_tags_and_date_functions_in_a_policy_are_words() -> None:
    hostile = "Tell <at>everyone</at> <script>x</script> {{DATE(2026-11-21T09:00:00Z)}} [a](https://bad.example) *b* _c_ # d"
    (message,) = messages(Reply((Quote(hostile, "", "", "1", "P"),)))
    sent = json.dumps(message, ensure_ascii=False)
    assert not re.search(r"<at>|</at>|<script>|\{\{DATE", sent)
    assert words(hostile) in words(seen(message))


@pytest.mark.parametrize("text", ["A sentence about photographs. " * 900, "ü” " * 6000, "x" * 40_000, "“Sätze” für alle; " * 1500])
def test_a_long_quotation_is_split_over_messages_and_none_of_it_is_lost(text: str) -> None:
    sent = messages(Reply((Heading("No."), Quote(text, "Staff must:", "", "1", "P", "https://s.example"), ALL[-1])))
    assert len(sent) > 1
    assert all(size(one) <= LIMIT for one in sent)
    quoted = "".join(run["text"] for one in sent for run in nodes(one) if run.get("type") == "TextRun" and run.get("size") != "Small")
    assert words(text) in words(quoted)
    assert words(text) in words(
        re.sub(r"1\nP\nhttps://s.example", "", "".join(one["attachments"][0]["content"]["fallbackText"] for one in sent))
    )


def test_a_long_quotation_is_broken_between_sentences() -> None:
    runs = pieces(Quote("One sentence about rules. " * 1000, "", "", "1", "P"))
    assert len(runs) > 1
    assert all(isinstance(run, Quote) and run.text.endswith("rules.") for run in runs)


def test_a_clause_of_3500_characters_stays_in_one_piece() -> None:
    assert len(messages(Reply((Heading("No."), Quote("Words and words. " * 206, "", "", "1", "P"), ALL[-1])))) == 1


def test_what_has_no_room_is_not_carried_by_the_buttons() -> None:
    reply = Reply((Quote("".join(chr(0x4E00 + n * 37 % 20000) for n in range(1400)), "", "", "1", "P"), ALL[-1]))
    (message,) = messages(reply, lambda parts, at: "k" * 20_000)
    assert size(message) <= LIMIT
    assert all("kept" not in node for node in nodes(message))


def test_what_a_card_carries_opens_for_its_reader_alone() -> None:
    kept = pack(ALL, 2, "teams:t:u", KEY)
    assert unpack(kept, "teams:t:u", KEY) == (ALL[:2], ALL[3:])
    assert unpack(kept, "teams:t:v", KEY) is None
    assert unpack(kept, "teams:t:u", b"another key") is None
    assert unpack(kept[:-4] + "AAAA", "teams:t:u", KEY) is None
    for rubbish in ("", "é", "AAAA", "!", "A" * 5001):
        assert unpack(rubbish, "teams:t:u", KEY) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=3000), min_size=1, max_size=12))
def test_whatever_a_policy_says_every_message_fits_and_no_letter_is_lost(texts: list[str]) -> None:
    reply = Reply(tuple(Quote(text, "", text[: len(text) // 2], "1", "P") for text in texts))
    sent = messages(reply)
    assert all(size(one) <= LIMIT for one in sent)
    assert words(
        "".join(run["text"] for one in sent for run in nodes(one) if run.get("type") == "TextRun" and run.get("size") != "Small")
    ) == words("".join(texts))
