"""Triage on messages of an author it has not learned from: floors a little below what was reached (tests/golden/LOG.md)."""

from __future__ import annotations

import warnings
from collections import Counter

import pytest

import bot.triage
from bot.message_model import model_of
from bot.triage import triage
from tools.fitting import fit_messages
from tools.sets import message_sets, plain_questions

HARM = ("concern", "emergency")


@pytest.mark.parametrize("author", ["support-staff", "secondary", "careful", "mixed", "wide"])
def test_messages_of_an_unknown_author_are_told_apart(author: str, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings.filterwarnings("ignore")
    sets = message_sets()
    unseen = sets.pop(author)
    model = model_of(fit_messages(list(sets.values()), plain_questions()))
    monkeypatch.setattr(bot.triage, "message_model", lambda: model)
    seen = Counter((kind, triage(message).intent) for message, kind in unseen)
    of = Counter(kind for _, kind in unseen)
    figures = {
        "right": sum(n for (kind, said), n in seen.items() if kind == said) / len(unseen),
        "emergencies": seen["emergency", "emergency"] / of["emergency"],
        "harm": sum(n for (kind, said), n in seen.items() if kind in HARM and said in HARM) / sum(of[kind] for kind in HARM),
        "alarms": sum(seen["question", said] for said in HARM) / of["question"],
    }
    assert figures["right"] >= 0.8
    assert figures["emergencies"] >= 0.95
    assert figures["harm"] >= 0.92
    assert figures["alarms"] <= 0.11  # the hardest author; the others stand near 0.06
