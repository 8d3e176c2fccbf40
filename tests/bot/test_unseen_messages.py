"""Triage on messages of an author it has not learned from: floors a little below what was reached (tests/golden/LOG.md)."""

from __future__ import annotations

import warnings
from collections import Counter

import pytest

import bot.triage
from bot.message_model import MessageModel, model_of
from bot.triage import triage
from tools.fitting import fit_messages
from tools.sets import message_sets, plain_questions

HARM = ("concern", "emergency")


# By author: emergencies, harm caught, questions taken as harm at most. Four of eight authors, since learning anew takes long.
# The last two wrote half of their questions to sound alarming, and "hard" wrote what should be missed.
FLOORS = {"careful": (0.95, 0.94, 0.06), "mixed": (0.95, 0.95, 0.09), "primary": (0.91, 0.93, 0.2), "hard": (0.82, 0.83, 0.17)}


def test_messages_of_an_unknown_author_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """One test, so that messages are encoded once, in one process."""
    warnings.filterwarnings("ignore")
    questions = plain_questions()
    for author, (emergencies, harm, alarms) in FLOORS.items():
        sets = message_sets()
        figures = figures_of(sets.pop(author), model_of(fit_messages(list(sets.values()), questions)), monkeypatch)
        assert figures["right"] >= 0.74, author
        assert figures["emergencies"] >= emergencies, author
        assert figures["harm"] >= harm, author
        assert figures["alarms"] <= alarms, author


def figures_of(unseen: list[tuple[str, str]], model: MessageModel, monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """How messages are sorted with a model."""
    monkeypatch.setattr(bot.triage, "message_model", lambda: model)
    seen = Counter((kind, triage(message).intent) for message, kind in unseen)
    of = Counter(kind for _, kind in unseen)
    return {
        "right": sum(n for (kind, said), n in seen.items() if kind == said) / len(unseen),
        "emergencies": seen["emergency", "emergency"] / of["emergency"],
        "harm": sum(n for (kind, said), n in seen.items() if kind in HARM and said in HARM) / sum(of[kind] for kind in HARM),
        "alarms": sum(seen["question", said] for said in HARM) / of["question"],
    }
