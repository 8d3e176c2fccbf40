"""What was learned from the phrasings, read from one small file: how likely a text is about each topic. Made by `make fit`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from knowledge.concepts import lexicon
from knowledge.errors import DataFault
from knowledge.features import features
from knowledge.topics import OFF_TOPIC

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TopicCard:
    """A topic as answering needs it, without its phrasings."""

    id: str
    title: str
    family: str
    who: tuple[str, ...]
    near: tuple[str, ...]


class TopicModel:
    """A linear classifier over hashed features; `likely` gives a probability for each topic, off-topic last."""

    def __init__(
        self, weights: NDArray[np.int8], scale: Vector, intercept: Vector, cards: tuple[TopicCard, ...], vocabulary: frozenset[str]
    ) -> None:
        self._weights, self._scale, self._intercept = weights, scale, intercept
        self.cards = cards
        self.vocabulary = vocabulary
        self.index = {card.id: at for at, card in enumerate(cards)}
        self.off_topic = self.index[OFF_TOPIC]
        near = np.zeros((len(cards), len(cards)), np.float32)
        for card in cards:
            for other in card.near:
                near[self.index[card.id], self.index[other]] = near[self.index[other], self.index[card.id]] = 1.0
        self.near = near

    def likely(self, words: list[str], concepts: dict[str, float]) -> Vector:
        """The probability of each topic (in the order of `cards`) for a text given as words and its concepts."""
        buckets, weights = features(words, concepts, lexicon())
        score = (weights @ self._weights[buckets].astype(np.float32)) * self._scale + self._intercept
        score -= score.max()
        likely = np.exp(score)
        return np.asarray(likely / likely.sum(), np.float32)

    def family(self, name: str) -> NDArray[np.int64]:
        """The positions of a family's topics."""
        return np.array([at for at, card in enumerate(self.cards) if card.family == name])


def topic_titles() -> dict[str, str]:
    """The title of each topic by its id, off-topic left out; the phrasings are not read for it."""
    return {card.id: card.title for card in topic_model().cards if card.id != OFF_TOPIC}


@cache
def topic_model() -> TopicModel:
    """The bundled topic model.

    Raises DataFault where the file is missing or does not fit this version.
    """
    source = files("knowledge.topics").joinpath("fitted.npz")
    try:
        with source.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            return model_of({name: stored[name] for name in stored.files})
    except (OSError, KeyError, ValueError) as error:
        raise DataFault(f"knowledge/topics/fitted.npz cannot be used ({error}).", "Run `make fit`.") from error


def model_of(stored: dict[str, NDArray]) -> TopicModel:  # type: ignore[type-arg]
    """The topic model held by the arrays of a fitted file."""
    told = json.loads(bytes(stored["told"]).decode())
    cards = tuple(TopicCard(card["id"], card["title"], card["family"], tuple(card["who"]), tuple(card["near"])) for card in told["cards"])
    return TopicModel(stored["weights"], stored["scale"], stored["intercept"], cards, frozenset(told["vocabulary"]))
