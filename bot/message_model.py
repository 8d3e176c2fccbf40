"""How likely a message is a question, a worry, an emergency …: two small linear models, one over its words, one over its meaning.

Each catches what the other misses. Where the sentence encoder cannot run here the words alone tell. Made by `make fit`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.concepts import lexicon
from knowledge.encoder import Encoder, encoder
from knowledge.errors import DataFault
from knowledge.words import stem, tokens

BUCKETS = 1 << 15
MEANING_STRETCH = np.float32(20)
LONGEST = 400  # words: what comes after is not read
ONE, TWO, APART, CONCEPT, LETTERS, FORM, START = 1.0, 0.7, 0.4, 0.5, 0.2, 0.5, 0.7  # how much each kind of feature weighs


def message_features(message: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The (buckets, weights) of a message: its stems, small words too ("can't breathe"), pairs of them, letters, and how it begins."""
    names = lexicon()
    words = [part for word in tokens(message)[:LONGEST] for part in names.spelling.get(word, word).split()]
    stems = [stem(word) for word in words]
    counts: dict[int, float] = defaultdict(float)

    def count(kind: str, name: str, weight: float) -> None:
        counts[crc32(f"{kind}:{name}".encode("utf-8", "replace")) % BUCKETS] += weight

    for at, one in enumerate(stems):
        count("u", one, ONE)
        if at + 1 < len(stems):
            count("b", f"{one} {stems[at + 1]}", TWO)
        if at + 2 < len(stems):
            count("k", f"{one} {stems[at + 2]}", APART)
    for concept in names.concepts(words):
        count("c", concept, CONCEPT)
    for word in words:
        marked = f"<{word}>"
        for at in range(len(marked) - 3 if len(word) >= 5 else 0):
            count("l", marked[at : at + 4], LETTERS)
    count("q", str("?" in message), FORM)
    count("n", str(min(6, len(words) // 5)), FORM)
    count("f", " ".join(stems[:1]), START)
    count("f2", " ".join(stems[:2]), FORM)
    weights = np.fromiter(counts.values(), np.float32, len(counts))
    return np.fromiter(counts.keys(), np.int32, len(counts)), np.asarray(weights / np.linalg.norm(weights), np.float32)


@dataclass(frozen=True, slots=True)
class MessageModel:
    """The models: one column of weights for each kind of message. ``meant``: those over the numbers of a message's vector (384 × kinds)."""

    kinds: tuple[str, ...]
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    intercept: NDArray[np.float32]
    meant: NDArray[np.float32]
    meant_intercept: NDArray[np.float32]

    def likely(self, message: str) -> dict[str, float]:
        """A probability for each kind of message; together 1."""
        buckets, counted = message_features(message)
        sure = _log_shares((counted @ self.weights[buckets].astype(np.float32)) * self.scale + self.intercept)
        vector = meaning_of(message)
        if vector is not None:
            sure = _log_shares(np.asarray((sure + _log_shares(vector @ self.meant + self.meant_intercept)) / 2, np.float32))
        return dict(zip(self.kinds, map(float, np.exp(sure)), strict=True))


def _log_shares(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(scores - np.logaddexp.reduce(scores), np.float32)


def meaning_of(message: str) -> NDArray[np.float32] | None:
    """The vector of a message, stretched to numbers near 1; None where no encoder can run."""
    used = _encoder()
    return used.vectors([message])[0] * MEANING_STRETCH if used else None


@cache
def _encoder() -> Encoder | None:
    try:
        return encoder()
    except DataFault:  # an emergency must be seen all the same; `signpost doctor` tells what is wrong
        return None


@cache
def message_model() -> MessageModel:
    """The bundled model.

    Raises DataFault where its file is missing or does not fit this version.
    """
    try:
        with files("bot").joinpath("message_model.npz").open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            return model_of({name: stored[name] for name in stored.files})
    except (OSError, KeyError, ValueError) as error:
        raise DataFault(f"bot/message_model.npz cannot be used ({error}).", "Run `make fit`.") from error


def model_of(stored: dict[str, NDArray]) -> MessageModel:  # type: ignore[type-arg]
    """The model held by the arrays of a fitted file."""
    kinds = tuple(json.loads(bytes(stored["kinds"]).decode()))
    meant, meant_intercept = stored["meant"].astype(np.float32), stored["meant_intercept"].astype(np.float32)
    return MessageModel(kinds, stored["weights"], stored["scale"], stored["intercept"], meant, meant_intercept)
