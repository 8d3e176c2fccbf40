"""An edition made ready for questions: for each clause its words, concepts, letters, likely topics and meaning, sentence by sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.concepts import lexicon
from knowledge.encoder import Encoded, Encoder
from knowledge.judge import Judge, Side
from knowledge.policy import Audience, Clause, Edition, Stance
from knowledge.question import Question, understand
from knowledge.sentences import sentences
from knowledge.stance import sentence_stance
from knowledge.topics.fitted import TopicModel, Vector
from knowledge.wording import patterns
from knowledge.words import Speller, stems, tokens, trigrams

K1, B = 1.2, 0.6  # BM25's saturation and length normalisation
MOST_SENTENCES = 30  # more in 120 words is no prose
LEAD_IN_COUNTS, SECTION_COUNTS = 0.5, 0.4  # how much words of the lead-in and the headings count beside the clause's own

CLUES = tuple(patterns("clues"))


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause as a whole, or one of its sentences."""

    clause: int
    text: str
    stance: Stance
    whole: bool


class PolicyIndex:
    """All that ranking asks of an edition, worked out once. Arrays run over clauses (n) or units (m).

    Without an encoder nothing is known of meanings; encoding them takes most of the time where there is one. ``judge``: reads closely
    what ranks first; None where nothing does.
    """

    def __init__(self, edition: Edition, model: TopicModel, encoder: Encoder | None = None, judge: Judge | None = None) -> None:
        self.edition = edition
        self.model = model
        self.judge = judge
        self.clauses = edition.clauses
        self.units = [unit for at, clause in enumerate(self.clauses) for unit in _units(at, clause)]
        self.of_clause = np.array([unit.clause for unit in self.units])
        self.whole = np.array([unit.whole for unit in self.units])
        self.units_of = [np.flatnonzero(self.of_clause == at).tolist() for at in range(len(self.clauses))]  # the whole one first
        names = lexicon()
        self.concepts = [_concepts(clause) for clause in self.clauses]
        self.unit_concepts = [names.concepts(tokens(unit.text)) for unit in self.units]
        self.topics: NDArray[np.float32] = np.stack(
            [self._topics(unit, said) for unit, said in zip(self.units, self.unit_concepts, strict=True)]
        )
        self._encoder = encoder
        read = encoder.read([_read_together(self.clauses[unit.clause], unit) for unit in self.units]) if encoder else []
        self._meanings = np.stack([one.vector for one in read]) if read else None
        self._details = [read[units[0]].details.astype(np.float16) for units in self.units_of] if read else []
        self._terms = _Terms([_weighted_stems(self.clauses[unit.clause], unit) for unit in self.units])
        self._letters = _Letters([Counter(trigrams(tokens(clause.quotation))) for clause in self.clauses])
        self.clues = np.array([_clues(clause) for clause in self.clauses], np.float32)
        self.length = np.log1p(np.array([len(clause.text.split()) for clause in self.clauses], np.float32)) / 5
        self.binds_staff = np.array([Audience.STAFF in clause.binds for clause in self.clauses], np.float32)
        self.vocabulary = {word for clause in self.clauses for word in tokens(clause.quotation)} | {
            word for path in edition.headings for word in tokens(path[-1])
        }
        self.speller = Speller(self.vocabulary | model.vocabulary | names.vocabulary, names.spelling, names.vocabulary)

    def _topics(self, unit: Unit, said: dict[str, float]) -> Vector:
        clause = self.clauses[unit.clause]
        own = self.model.likely(tokens(unit.text), said)
        if not unit.whole and len(unit.text.split()) >= 6:
            return own
        setting = tokens(f"{clause.lead_in} {clause.section[-1] if clause.section else ''} {unit.text}")
        return np.asarray(0.5 * own + 0.5 * self.model.likely(setting, lexicon().concepts(setting)), np.float32)

    def bm25(self, weights: dict[str, float]) -> tuple[Vector, Vector]:
        """For each unit (m): its BM25 score for weighted stems, and the share of the question's own weight that it meets."""
        return self._terms.score(weights)

    def letters(self, words: tuple[str, ...]) -> Vector:
        """For each clause (n): how alike its letter trigrams are to some words' (cosine)."""
        return self._letters.alike(Counter(trigrams(words)))

    def understand(self, text: str) -> Question:
        """A question on this policy, understood."""
        question = understand(text, self.speller, self.model)
        return replace(question, meaning=self._encoder.read([text])[0]) if self._encoder else question

    def meanings_alike(self, question: Question) -> Vector:
        """For each unit (m): how alike it is in meaning to a question (cosine); 0 without an encoder."""
        if question.meaning is None or self._meanings is None:
            return np.zeros(len(self.units), np.float32)
        return np.asarray(self._meanings @ question.meaning.vector, np.float32)

    def sides(self, clauses: Sequence[int], question: Question) -> list[Side]:
        """Some clauses as the judge reads them beside a question; none without an encoder."""
        asked, meanings = question.meaning, self._meanings
        if asked is None or meanings is None:
            return []
        found = []
        for clause in clauses:
            whole, *parts = self.units_of[clause]
            nearest = parts[int(np.argmax(meanings[parts] @ asked.vector))] if parts else whole
            read = Encoded(meanings[whole], self._details[clause].astype(np.float32))
            found.append(Side(read, self.units[whole].stance, meanings[nearest], self.units[nearest].stance))
        return found

    def best_of_clause(self, per_unit: Vector) -> Vector:
        """For each clause (n): the highest value among its units."""
        best = np.full(len(self.clauses), -np.inf, np.float32)
        np.maximum.at(best, self.of_clause, per_unit)
        return best


def _units(at: int, clause: Clause) -> list[Unit]:
    said = sentences(clause.text)
    whole = Unit(at, clause.text, clause.stance, whole=True)
    if len(said) == 1 or len(said) > MOST_SENTENCES:
        return [whole]
    return [
        whole,
        *(
            Unit(at, sentence, sentence_stance(sentence, clause.lead_in if first == 0 else ""), whole=False)
            for first, sentence in enumerate(said)
        ),
    ]


def _read_together(clause: Clause, unit: Unit) -> str:
    """The words whose meaning a unit has: a clause's with its lead-in, a sentence's alone."""
    return clause.quotation if unit.whole else unit.text


def _concepts(clause: Clause) -> dict[str, float]:
    """The concepts of a clause: its own in full, those only of its lead-in or heading in part."""
    names = lexicon()
    found = names.concepts(tokens(clause.text))
    for text, counts in ((clause.lead_in, LEAD_IN_COUNTS), (" ".join(clause.section[-1:]), SECTION_COUNTS)):
        for concept, weight in names.concepts(tokens(text)).items():
            found[concept] = max(found.get(concept, 0.0), weight * counts)
    return found


def _weighted_stems(clause: Clause, unit: Unit) -> dict[str, float]:
    counts: dict[str, float] = dict(Counter(stems(unit.text)))
    for text, share in ((clause.lead_in, LEAD_IN_COUNTS), (" ".join(clause.section), SECTION_COUNTS)):
        for one in stems(text):
            counts[one] = counts.get(one, 0.0) + share
    return counts


def _clues(clause: Clause) -> list[float]:
    """Whether the clause can give each kind of answer in CLUES: read off its text, or for whole sections off the heading above it."""
    heading = " ".join(clause.section[-1:])
    read_off = {"background": heading, "references": f"{heading} {clause.lead_in}"}
    return [float(bool(pattern.search(read_off.get(clue, clause.text)))) for clue, pattern in patterns("clues").items()]


class _Terms:
    """BM25 over units, as postings."""

    def __init__(self, documents: list[dict[str, float]]) -> None:
        self._count = len(documents)
        lengths = np.array([sum(document.values()) for document in documents], np.float32)
        norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1e-6))
        postings: dict[str, list[tuple[int, float]]] = {}
        for at, document in enumerate(documents):
            for one, count in document.items():
                postings.setdefault(one, []).append((at, count))
        self._postings: dict[str, tuple[NDArray[np.int64], Vector, float]] = {}
        for one, found in postings.items():
            where = np.array([at for at, _ in found])
            counts = np.array([count for _, count in found], np.float32)
            idf = float(np.log1p((self._count - len(found) + 0.5) / (len(found) + 0.5)))
            self._postings[one] = (where, np.asarray(counts * (K1 + 1) / (counts + norm[where]), np.float32), idf)
        self._rarest = float(np.log1p((self._count + 0.5) / 0.5))

    def score(self, weights: dict[str, float]) -> tuple[Vector, Vector]:
        scores, met = np.zeros(self._count, np.float32), np.zeros(self._count, np.float32)
        total = 0.0
        for one, weight in weights.items():
            found = self._postings.get(one)
            total += weight * (found[2] if found else self._rarest * 0.5)
            if found:
                scores[found[0]] += weight * found[2] * found[1]
                met[found[0]] += weight * found[2]
        return scores, met / np.float32(max(total, 1e-6))


class _Letters:
    """Cosine over letter trigrams, weighted by rarity."""

    def __init__(self, documents: list[Counter[str]]) -> None:
        often = Counter(gram for document in documents for gram in document)
        self._position = {gram: at for at, gram in enumerate(often)}
        self._idf = np.log1p(len(documents) / np.array(list(often.values()), np.float32)) if often else np.zeros(0, np.float32)
        rows = np.zeros((len(documents), len(often)), np.float32)
        for at, document in enumerate(documents):
            for gram, count in document.items():
                rows[at, self._position[gram]] = np.sqrt(count) * self._idf[self._position[gram]]
        self._rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)

    def alike(self, grams: Counter[str]) -> Vector:
        known = [(self._position[gram], count) for gram, count in grams.items() if gram in self._position]
        if not known:
            return np.zeros(len(self._rows), np.float32)
        where = np.array([at for at, _ in known])
        weights = np.sqrt(np.array([count for _, count in known], np.float32)) * self._idf[where]
        return np.asarray(self._rows[:, where] @ (weights / np.linalg.norm(weights)), np.float32)
