"""A staff question understood: the sentence that asks, what form it takes, and whom, what and by what means it is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from knowledge.concepts import lexicon
from knowledge.encoder import Encoded
from knowledge.sentences import sentences
from knowledge.topics.fitted import TopicModel, Vector
from knowledge.wording import patterns
from knowledge.words import STOP_WORDS, Speller, stem, tokens

SHORT_KEYWORDS = 5  # words or fewer without a verb of asking: typed as into a search box
STORY = 25  # words from which the asking sentence is looked for
ASKING_COUNTS = 1.5  # how much more the asking sentence counts for the topic
STORY_COUNTS = 0.35  # weight of the words around the asking sentence

FORMS = patterns("questions")
ASKING = patterns("messages")["asking"]
SECOND_QUESTION = patterns("messages")["second_question"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, understood.

    ``weights``: each content stem with how much it counts (1 in the asking sentence, less in the story around it).
    ``concepts``: concept → weight. ``forms``: the names in FORMS that fit. ``topics``: a probability for each topic.
    ``meaning``: as the encoder reads it; None without one.
    """

    text: str
    words: tuple[str, ...]
    weights: dict[str, float]
    concepts: dict[str, float]
    forms: frozenset[str]
    topics: Vector
    keywords: bool
    meaning: Encoded | None = None


def forms_of(asked: str) -> frozenset[str]:
    """The names of the forms that some mended words take."""
    return frozenset(name for name, pattern in FORMS.items() if pattern.search(asked))


def split_questions(message: str) -> list[str]:
    """The questions in a message, each with the story that goes with it; most messages hold one.

    "Can I start a class blog, and who needs the log-in?" gives two; a story with one asking sentence gives itself.
    """
    said = sentences(message.strip())
    asking = [at for at, sentence in enumerate(said) if "?" in sentence or (ASKING.search(sentence) and at == len(said) - 1)]
    marked = [at for at in asking if "?" in said[at]]
    if len(marked) >= 2:
        parts = []
        start = 0
        for at in marked:
            parts.append(" ".join(said[start : at + 1]))
            start = at + 1
        if rest := " ".join(said[start:]):
            parts[-1] = f"{parts[-1]} {rest}"
        return [whole for part in parts for whole in _halves(part)]
    return _halves(message.strip())


def _halves(part: str) -> list[str]:
    if len(part.split()) > 60:
        return [part]
    pieces = [piece.strip() for piece in SECOND_QUESTION.split(part) if piece.strip()]
    return pieces if len(pieces) > 1 and all(len(piece.split()) >= 3 for piece in pieces) and ASKING.search(pieces[0]) else [part]


def understand(text: str, speller: Speller, model: TopicModel) -> Question:
    """What a question asks: its words mended, its asking sentence weighed above the story, its forms, concepts and likely topics."""
    words = speller.mend(tokens(text))
    said = sentences(text)
    asked = text
    if len(words) > STORY and len(said) > 1:
        asking = [sentence for sentence in said if "?" in sentence] or [sentence for sentence in said if ASKING.search(sentence)]
        asked = " ".join(asking) or said[-1]
    asked_words = speller.mend(tokens(asked)) if asked is not text else words
    names = lexicon()
    concepts = names.concepts(asked_words)
    topics = model.likely(asked_words, concepts)
    if asked is not text:
        topics = _topics_of_story(said, asked, speller, model)
        for concept, weight in names.concepts(words).items():
            concepts.setdefault(concept, weight * STORY_COUNTS)
    weights: dict[str, float] = {}
    inside = set(asked_words)
    for word in words:
        if word not in STOP_WORDS:
            one = stem(word)
            weights[one] = max(weights.get(one, 0.0), 1.0 if word in inside else STORY_COUNTS)
    joined = " ".join(asked_words)
    forms = forms_of(joined)
    keywords = "?" not in text and len(words) <= SHORT_KEYWORDS + 2 and not forms & {"may", "must", "who", "when", "how", "where"}
    return Question(text, tuple(words), weights, concepts, forms, topics, keywords)


def _topics_of_story(said: list[str], asked: str, speller: Speller, model: TopicModel) -> Vector:
    """The likely topics of a story: those of its sentences, the surer ones and the asking one counting more."""
    total = np.zeros(len(model.cards), np.float32)
    names = lexicon()
    for sentence in (*said, " ".join(said)):
        words = speller.mend(tokens(sentence))
        likely = model.likely(words, names.concepts(words))
        telling = min(1.0, sum(word not in STOP_WORDS for word in words) / 6)
        total += likely * telling * float(likely.max()) * (ASKING_COUNTS if sentence in asked else 1.0)
    return np.asarray(total / max(float(total.sum()), 1e-9), np.float32)
