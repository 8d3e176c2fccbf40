"""Fits the topic classifier on the phrasings. Used by `make fit` for the shipped file and by cross-validation for leak-controlled ones."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from bot.message_model import BUCKETS as MESSAGE_BUCKETS
from bot.message_model import meaning_of, message_features
from knowledge.concepts import lexicon
from knowledge.features import BUCKETS, features
from knowledge.topics import OFF_TOPIC, Topic, off_topic, topics
from knowledge.words import Speller, tokens

STRENGTH = 30.0  # inverse regularisation; 10 to 30 differ by a point on a voice left out
ROUNDS = 60
MESSAGE_STRENGTH = 20.0
MEANING_STRENGTH = 0.01
QUESTIONS_COUNT = 0.15  # of a message: there are many more of them


def matrix(texts: Sequence[str], mend: bool) -> Any:
    """The sparse feature matrix of some texts, one row each; `mend` undoes phone spelling first, as for questions."""
    words = lexicon()
    speller = Speller(words.vocabulary, words.spelling, words.vocabulary)
    starts, buckets, weights = [0], [], []
    for text in texts:
        said = speller.mend(tokens(text)) if mend else tokens(text)
        found, weight = features(said, words.concepts(said), words)
        buckets.append(found)
        weights.append(weight)
        starts.append(starts[-1] + len(found))
    return sp.csr_matrix((np.concatenate(weights), np.concatenate(buckets), starts), shape=(len(texts), BUCKETS))


def four_word_runs(text: str) -> set[tuple[str, ...]]:
    """Every run of four words in `text`."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    return {tuple(words[at : at + 4]) for at in range(len(words) - 3)}


def fit_topics(
    keep_policy: Callable[[str], bool] = lambda _: True, keep_voice: Callable[[str], bool] = lambda _: True
) -> dict[str, np.ndarray]:
    """The arrays of a fitted file, learned from all phrasings that are kept.

    ``keep_policy`` drops policy phrasings (leak control), ``keep_voice`` whole voices.
    """
    entries: tuple[Topic, ...] = topics()
    staff = [
        (phrase, at)
        for at, topic in enumerate(entries)
        for voice, phrases in topic.staff.items()
        if keep_voice(voice)
        for phrase in phrases
    ]
    staff += [(phrase, len(entries)) for phrase in off_topic()]
    policy = [
        (phrase, at)
        for at, topic in enumerate(entries)
        for voice, phrases in topic.policy.items()
        if keep_voice(voice)
        for phrase in phrases
        if keep_policy(phrase)
    ]
    rows = sp.vstack([matrix([text for text, _ in staff], mend=True), matrix([text for text, _ in policy], mend=False)])
    labels = np.array([at for _, at in staff + policy])
    learned = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-3).fit(rows, labels)
    weights = np.zeros((len(entries) + 1, BUCKETS), np.float32)
    weights[learned.classes_] = learned.coef_
    intercept = np.full(len(entries) + 1, -10.0, np.float32)
    intercept[learned.classes_] = learned.intercept_
    scale = np.abs(weights).max(axis=1) / 127 + 1e-9
    cards = [{"id": t.id, "title": t.title, "family": t.family, "who": t.who, "near": t.near} for t in entries]
    cards.append({"id": OFF_TOPIC, "title": "Not what a social media policy is about", "family": OFF_TOPIC, "who": (), "near": ()})
    told = {"cards": cards, "vocabulary": sorted(_vocabulary([text for text, _ in staff + policy])), "phrasings": fingerprint()}
    return {
        "weights": np.round(weights / scale[:, None]).astype(np.int8).T.copy(),
        "scale": scale.astype(np.float32),
        "intercept": intercept,
        "told": np.frombuffer(json.dumps(told).encode(), np.uint8),
    }


def _vocabulary(texts: Sequence[str]) -> set[str]:
    """Words that at least three phrasings use: what typing mistakes are mended to."""
    count = Counter(word for text in texts for word in set(tokens(text)))
    return {word for word, times in count.items() if times >= 3 and word.isalpha() and len(word) > 2}


def fingerprint() -> str:
    """A digest of the topic and lexicon files, so that a test can tell whether the fitted file is of these phrasings."""
    folder = Path(__file__).parent.parent / "knowledge" / "topics"
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def fit_messages(sets: Sequence[Sequence[tuple[str, str]]], questions: Sequence[str]) -> dict[str, np.ndarray]:
    """The arrays of the message model, learned from sets of (message, kind) and from plain policy questions, which count less."""
    messages = [pair for rows in sets for pair in rows]
    texts = [message for message, _ in messages] + list(questions)
    kinds = [kind for _, kind in messages] + ["question"] * len(questions)
    weight = np.concatenate([np.ones(len(messages)), np.full(len(questions), QUESTIONS_COUNT)])
    starts, buckets, weights = [0], [], []
    for text in texts:
        found, counted = message_features(text)
        buckets.append(found)
        weights.append(counted)
        starts.append(starts[-1] + len(found))
    rows = sp.csr_matrix((np.concatenate(weights), np.concatenate(buckets), starts), shape=(len(texts), MESSAGE_BUCKETS))
    learned = LogisticRegression(C=MESSAGE_STRENGTH, max_iter=200).fit(rows, kinds, sample_weight=weight)
    meant = LogisticRegression(C=MEANING_STRENGTH, max_iter=500).fit(_meanings(texts), kinds, sample_weight=weight)
    scale = np.abs(learned.coef_).max(axis=1) / 127 + 1e-9
    return {
        "weights": np.round(learned.coef_ / scale[:, None]).astype(np.int8).T.copy(),
        "scale": scale.astype(np.float32),
        "intercept": learned.intercept_.astype(np.float32),
        "meant": meant.coef_.T.astype(np.float16),
        "meant_intercept": meant.intercept_.astype(np.float32),
        "kinds": np.frombuffer(json.dumps([str(kind) for kind in learned.classes_]).encode(), np.uint8),
    }


_MEANINGS: dict[str, np.ndarray] = {}  # of messages met before: they are learned from again and again, another author left out each time


def _meanings(texts: Sequence[str]) -> np.ndarray:
    for text in texts:
        if text not in _MEANINGS:
            meaning = meaning_of(text)
            if meaning is None:
                raise SystemExit("The sentence encoder cannot run here: `signpost doctor` tells why.")
            _MEANINGS[text] = meaning
    return np.stack([_MEANINGS[text] for text in texts])
