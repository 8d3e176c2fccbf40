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


# By author: emergencies, harm caught, questions taken as harm at most. The last three wrote half of their questions to sound alarming, and
# "hard" wrote what should be missed.
FLOORS = {
    "support-staff": (0.95, 0.97, 0.08),
    "secondary": (0.95, 0.97, 0.08),
    "careful": (0.95, 0.94, 0.06),
    "mixed": (0.95, 0.95, 0.09),
    "wide": (0.95, 0.94, 0.11),
    "primary": (0.91, 0.93, 0.2),
    "upper": (0.93, 0.94, 0.15),
    "hard": (0.82, 0.83, 0.17),
}


@pytest.mark.parametrize("author", FLOORS)
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
    emergencies, harm, alarms = FLOORS[author]
    assert figures["right"] >= 0.74
    assert figures["emergencies"] >= emergencies
    assert figures["harm"] >= harm
    assert figures["alarms"] <= alarms
