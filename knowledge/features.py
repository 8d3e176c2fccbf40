"""Features of a text for what is learned from the phrasings: stems, pairs of stems, concepts and pairs of concepts, hashed into buckets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.concepts import Lexicon
from knowledge.words import STOP_WORDS, stem

BUCKETS = 1 << 14
# Small words that tell what is asked ("who", "how", "not") count in pairs though not alone.
TELLING = frozenset(
    [
        "who",
        "what",
        "when",
        "how",
        "why",
        "where",
        "not",
        "no",
        "never",
        "must",
        "can",
        "should",
        "may",
        "my",
        "own",
        "if",
        "after",
        "before",
        "anyone",
    ]
)
PAIR, CONCEPT, CONCEPT_PAIR, LETTERS = 0.6, 0.8, 0.5, 0.15  # weights beside a stem's 1


def features(words: Sequence[str], concepts: dict[str, float], lexicon: Lexicon) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The (buckets, weights) of a text given as lower-case words; weights have length 1 together."""
    counts: defaultdict[int, float] = defaultdict(float)
    kept = [stem(word) for word in words if word not in STOP_WORDS or word in TELLING]
    for at, one in enumerate(kept):
        counts[_bucket("u", one)] += 1.0 if one not in TELLING else 0.5
        if at + 1 < len(kept):
            counts[_bucket("b", f"{one} {kept[at + 1]}")] += PAIR
    for concept, weight in concepts.items():
        counts[_bucket("c", concept)] += CONCEPT * weight
    who = [concept for concept in concepts if lexicon.kind_of[concept] == "who"]
    act = [concept for concept in concepts if lexicon.kind_of[concept] == "act"]
    means = [concept for concept in concepts if lexicon.kind_of[concept] == "means"]
    for first, second in ((who, act), (act, means), (who, means)):
        for one in first:
            for two in second:
                counts[_bucket("p", f"{one} {two}")] += CONCEPT_PAIR * concepts[one] * concepts[two]
    for word in words:
        if len(word) >= 5 and word not in STOP_WORDS:
            marked = f"<{word}>"
            for at in range(len(marked) - 3):
                counts[_bucket("l", marked[at : at + 4])] += LETTERS
    if not counts:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    buckets = np.fromiter(counts.keys(), np.int32, len(counts))
    weights = np.sqrt(np.fromiter(counts.values(), np.float32, len(counts)))
    return buckets, np.asarray(weights / np.linalg.norm(weights), np.float32)


def _bucket(kind: str, name: str) -> int:
    return crc32(f"{kind}:{name}".encode()) % BUCKETS
