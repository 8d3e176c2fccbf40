"""Triage: emergencies first, worries told from questions, small talk and commands; floors on messages written for the purpose."""

from __future__ import annotations

import json
import time
import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.message_model
from bot.message_model import meaning_of, message_model
from bot.triage import triage
from bot.triage_marks import load_rules, rules_from
from knowledge.errors import DataFault

HERE = Path(__file__).parent
EXAMPLES = load_rules().examples
EMERGENCIES = [(kind, text) for kind, text, must in EXAMPLES if must]
NEAR_MISSES = [(kind, text) for kind, text, must in EXAMPLES if not must]


def _messages(name: str) -> list[dict[str, str]]:
    with (HERE / "messages" / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _figures(rows: list[dict[str, str]]) -> dict[str, float]:
    seen: Counter[tuple[str, str]] = Counter((row["intent"], triage(row["message"]).intent) for row in rows)
    of = Counter(row["intent"] for row in rows)
    harm = ("concern", "emergency")
    return {
        "right": sum(n for pair, n in seen.items() if pair[0] == pair[1]) / len(rows),
        "emergency": seen["emergency", "emergency"] / of["emergency"],
        "harm": sum(n for (a, b), n in seen.items() if a in harm and b in harm) / (of["concern"] + of["emergency"]),
        "questions_as_harm": sum(seen["question", b] for b in harm) / of["question"],
    }


@pytest.mark.parametrize(("kind", "message"), EMERGENCIES)
def test_every_example_of_an_emergency_is_seen_as_that_kind(kind: str, message: str) -> None:
    sorting = triage(message)
    assert (sorting.intent, sorting.urgency) == ("emergency", "now")
    assert kind in sorting.reasons


@pytest.mark.parametrize(("kind", "message"), NEAR_MISSES)
def test_no_near_miss_is_taken_for_an_emergency(kind: str, message: str) -> None:
    assert triage(message).intent != "emergency"


# The figures of all sets once their misses were mended: a guard against losing ground, not a measure of unseen messages.
@pytest.mark.parametrize("name", sorted(path.name for path in (HERE / "messages").glob("*.jsonl")))
def test_our_own_messages_are_sorted_at_least_as_well_as_before(name: str) -> None:
    figures = _figures(_messages(name))
    hard = name in {"primary.jsonl", "upper.jsonl", "hard.jsonl"}  # half of their questions were written to sound alarming
    assert figures["right"] >= (0.84 if hard else 0.9)
    assert figures["emergency"] >= 0.93
    assert figures["harm"] >= (0.9 if hard else 0.94)
    assert figures["questions_as_harm"] <= (0.13 if hard else 0.1)


@pytest.mark.parametrize("before", ["", "hi ", "Hi, ", "hello there, ", "please ", "sorry to bother you, "])
@pytest.mark.parametrize("after", ["", "!!!", "?", "...", " thanks", " please", ", ta", " xx"])
def test_courtesies_and_punctuation_never_lose_an_emergency(before: str, after: str) -> None:
    lost = [text for _, text in EMERGENCIES if triage(before + text + after).intent != "emergency"]
    assert lost == []


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title, lambda t: t.replace("'", ""), lambda t: t.replace("'", "’")])
def test_capitals_and_apostrophes_never_lose_an_emergency(change: Any) -> None:
    assert [text for _, text in EMERGENCIES if triage(change(text)).intent != "emergency"] == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_at_all_is_sorted_without_an_error(message: str) -> None:
    sorting = triage(message)
    assert (sorting.urgency == "now") == (sorting.intent == "emergency")
    assert (sorting.command is not None) == (sorting.intent == "command")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([w for _, t, _ in EXAMPLES for w in t.split()]), max_size=40))
def test_reasons_are_ids_of_marks_and_never_the_words_of_the_message(words: list[str]) -> None:
    ids = _known_ids()
    sorting = triage(" ".join(words))
    assert set(sorting.reasons) <= ids
    assert sorting.command is None or f"command.{sorting.command}" in ids


def _known_ids() -> set[str]:
    words, emergencies = _documents()
    names = {entry["id"] for entry in words["mark"]} | {entry["id"] for entry in emergencies["emergency"]}
    return (
        names
        | {f"command.{entry['id']}" for entry in words["command"]}
        | {"smalltalk"}
        | {f"model.{kind}" for kind in ("emergency", "harm", "question", "smalltalk")}
    )


@pytest.mark.parametrize(
    "message",
    ["What if a child said she wants to die?", "Scenario for training: he's got a knife.", "If a pupil takes an overdose who do I call?"],
)
def test_only_an_explicit_what_if_or_training_frame_overrides_an_emergency(message: str) -> None:
    assert triage(message).intent == "question"


@pytest.mark.parametrize(
    "message",
    ["what do I do if he's just told me he wants to die", "Is it ok to let her go if she's scared her dad will kill her tonight?"],
)
def test_an_emergency_worded_as_a_question_is_still_an_emergency_and_still_asks(message: str) -> None:
    sorting = triage(message)
    assert sorting.intent == "emergency"
    assert sorting.asks


@pytest.mark.parametrize(
    "message",
    [
        "What do I do if a child has swallowed a battery ten minutes ago",
        "What do I do if a pupil has swallowed bleach? It was just now and he is with me.",
        "He says if I go home dad will kill me",
        "Her brother texted: when you get in you're dead",
    ],
)
def test_what_is_reported_or_happening_is_not_set_aside_for_its_if(message: str) -> None:
    assert triage(message).intent == "emergency"


@pytest.mark.parametrize(
    "message",
    [
        "In a lockdown do staff turn their phones off?",
        "Who rings 999, the office or the first aider?",
        "What do I put under missing child in the risk assessment?",
        "Can we show year 11 a film with a stabbing scene",
    ],
)
def test_alarming_words_in_a_question_of_procedure_or_fiction_are_a_question(message: str) -> None:
    assert triage(message).intent == "question"


def test_a_question_that_is_also_a_disclosure_is_a_concern_that_asks() -> None:
    sorting = triage("A dad has been sending me abusive messages all week. Can I block him?")
    assert (sorting.intent, sorting.urgency, sorting.asks) == ("concern", "soon", True)


@pytest.mark.parametrize(
    "message",
    [
        "a mum sent me a friend request last night, do I press ignore?",
        "a pupil followed me on insta, what do I do",
        "got a LinkedIn request from a dad",
    ],
)
def test_a_harmless_event_that_wants_a_rule_is_a_question(message: str) -> None:
    assert triage(message).intent == "question"


@pytest.mark.parametrize(
    ("message", "about_head"),
    [
        ("The head shouted at me in front of everyone and called me useless", True),
        ("our headteacher keeps texting me at midnight", True),
        ("how do I report the head?", True),
        ("I told the head that a TA is messaging pupils on snapchat", False),
        ("A boy in my class has bruises all over his arms, should I tell the head?", False),
    ],
)
def test_a_worry_about_the_head_is_told_from_one_taken_to_the_head(message: str, about_head: bool) -> None:
    assert triage(message).about_head is about_head


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("help", "help"),
        ("What can you do?", "help"),
        ("start over", "start_over"),
        ("show me the policy please", "show_policy"),
        ("I want to report something", "report"),
        ("any news on my report?", "check_report"),
        ("who is our DSL?", "who_is_lead"),
        ("stop", "stop"),
    ],
)
def test_what_the_bot_does_is_recognised_when_asked_for(message: str, command: str) -> None:
    assert triage(message).command == command


@pytest.mark.parametrize("message", ["", "   ", "👍", "hi", "Thanks so much!", "ok cheers"])
def test_pleasantries_and_empty_messages_are_small_talk(message: str) -> None:
    assert triage(message).intent == "smalltalk"


def test_sorting_costs_less_than_twelve_milliseconds_of_processor_a_message_on_average() -> None:
    rows = _messages("own.jsonl")
    spent = []
    for _ in range(3):  # the best of three, in processor time: other work on the machine is not ours
        start = time.process_time()
        for row in rows:
            triage(row["message"])
        spent.append(time.process_time() - start)
    assert min(spent) / len(rows) < 0.012  # most of it the encoder's; longer messages take longer


def test_where_the_encoder_cannot_run_words_alone_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise DataFault("It cannot run here.", "Ask `signpost doctor`.")

    monkeypatch.setattr(bot.message_model, "encoder", broken)
    bot.message_model._encoder.cache_clear()
    try:
        assert meaning_of("is anybody there") is None
        assert sum(message_model().likely("a boy in my class has bruises again").values()) == pytest.approx(1, abs=1e-5)
        figures = _figures(_messages("wide.jsonl"))
    finally:
        bot.message_model._encoder.cache_clear()
    assert figures["emergency"] >= 0.9
    assert figures["harm"] >= 0.9


def _documents() -> tuple[dict[str, Any], dict[str, Any]]:
    words = tomllib.loads(files("bot").joinpath("triage_words.toml").read_text(encoding="utf-8"))
    return words, tomllib.loads(files("bot").joinpath("triage.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": "emergency.new", "patterns": "<nobody_here> falls", "match": "a", "near_miss": "b"}, "nobody_here"),
        ({"id": "emergency.new", "patterns": "falls ..", "match": "a", "near_miss": "b"}, "emergency.new"),
        ({"id": "emergency.new", "patterns": "", "match": "a", "near_miss": "b"}, "patterns"),
        ({"id": "emergency.new", "patterns": "falls", "match": "a"}, "near_miss"),
        ({"id": "emergency.new", "patterns": ["falls"], "match": "a", "near_miss": "b"}, "patterns"),
        ({"id": "emergency.overdose", "patterns": "falls", "match": "a", "near_miss": "b"}, "emergency.overdose"),
        ({"patterns": "falls", "match": "a", "near_miss": "b"}, "no id"),
    ],
)
def test_a_wrong_entry_in_the_data_is_named_when_it_is_loaded(change: dict[str, Any], named: str) -> None:
    words, emergencies = _documents()
    emergencies["emergency"].append(change)
    with pytest.raises(DataFault, match=named):
        rules_from(words, emergencies)
