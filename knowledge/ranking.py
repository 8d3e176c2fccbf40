"""Which clauses answer a question: features of each clause beside the question, added up with learned weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.concepts import KINDS, lexicon
from knowledge.index import CLUES, PolicyIndex
from knowledge.policy import Stance
from knowledge.question import Question

# The features of a clause beside a question, in the order of the columns of `feature_table`.
FEATURES = (
    "bm25", "bm25_best_sentence", "words_met", "words_met_sentence", "letters", "topics_alike", "topics_product", "topics_sentence",
    "near_miss", "meaning", "meaning_sentence",
    "who_met", "who_other", "who_sentence", "act_met", "act_missing", "means_met", "theme_met", "sentence_concepts",
    "binds_others", "binds_others_asked", "consequence", "person", "time", "defines", "place", "background", "references", "length",
    "may_ruled", "may_informed", "ask_informed", "forbids", "requires", "allows", "conditions", "advises", "informs",
)  # fmt: skip
FAMILIES = "families"  # the family of topics about pupils' and parents' own duties
MEANING_SPREAD = np.float32(
    5
)  # cosines of meanings lie closer together than the other features; unstretched, weight decay would hold them down
SENTENCE_MEANING = np.float32(0.4)  # how much meaning tells which sentence of a clause answers, beside topics and words
PERSONS = ("pupil", "former_pupil", "parent", "colleague", "governor", "manager", "public", "volunteer")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A clause with its score and the sentence of it that answers best."""

    clause: int
    unit: int
    score: float


def feature_table(question: Question, index: PolicyIndex) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """For each clause the values of FEATURES (n × features), and its best unit for this question (n)."""
    n = len(index.clauses)
    bm25, met = index.bm25(question.weights)
    whole = index.whole
    order = index.of_clause
    alike = np.sqrt(index.topics) @ np.sqrt(question.topics)
    meant = MEANING_SPREAD * index.meanings_alike(question)
    unit_pull = alike + met + SENTENCE_MEANING * meant
    best_unit = np.zeros(n, np.int64)
    for at in np.argsort(unit_pull + 0.05 * ~whole, kind="stable"):
        best_unit[order[at]] = at
    top = max(float(bm25.max()), 1e-6)
    table = np.zeros((n, len(FEATURES)), np.float32)
    put = {name: at for at, name in enumerate(FEATURES)}
    table[:, put["bm25"]] = bm25[whole] / top
    table[:, put["bm25_best_sentence"]] = index.best_of_clause(bm25) / top
    table[:, put["words_met"]] = met[whole]
    table[:, put["words_met_sentence"]] = index.best_of_clause(met)
    table[:, put["letters"]] = index.letters(question.words)
    table[:, put["topics_alike"]] = alike[whole]
    table[:, put["topics_product"]] = np.sqrt(np.maximum(index.topics[whole] @ question.topics, 0))
    table[:, put["topics_sentence"]] = index.best_of_clause(np.asarray(alike, np.float32))
    table[:, put["near_miss"]] = np.sqrt(index.topics[whole] @ (index.model.near @ question.topics))
    table[:, put["meaning"]] = meant[whole]
    table[:, put["meaning_sentence"]] = index.best_of_clause(meant)
    _concept_columns(table, put, question, index)
    others = float(question.topics[index.model.family(FAMILIES)].sum())
    table[:, put["binds_others"]] = (1 - index.binds_staff) * (1 - others)
    table[:, put["binds_others_asked"]] = (1 - index.binds_staff) * others
    _form_columns(table, put, question, index, best_unit)
    table[:, put["length"]] = index.length
    return table, best_unit


def _concept_columns(table: NDArray[np.float32], put: dict[str, int], question: Question, index: PolicyIndex) -> None:
    """How far each clause speaks of the persons, acts, means and themes asked about, and of other persons instead."""
    kind_of = lexicon().kind_of
    asked = {kind: {c: w for c, w in question.concepts.items() if kind_of[c] == kind} for kind in KINDS}
    persons = {concept for concept in asked["who"] if concept in PERSONS}
    by_unit = np.zeros(len(index.units), np.float32)
    total = sum(question.concepts.values()) or 1.0
    for at, said in enumerate(index.unit_concepts):
        by_unit[at] = sum(min(weight, said.get(concept, 0.0)) for concept, weight in question.concepts.items()) / total
    table[:, put["sentence_concepts"]] = index.best_of_clause(by_unit)
    for at, said in enumerate(index.concepts):
        for kind, column in (("who", "who_met"), ("act", "act_met"), ("means", "means_met"), ("theme", "theme_met")):
            wanted = asked[kind]
            if wanted:
                table[at, put[column]] = sum(min(weight, said.get(concept, 0.0)) for concept, weight in wanted.items()) / sum(
                    wanted.values()
                )
        if asked["act"]:
            table[at, put["act_missing"]] = float(table[at, put["act_met"]] == 0)
        if persons:
            named = {concept for concept in PERSONS if said.get(concept, 0.0) >= 0.5}
            table[at, put["who_other"]] = float(bool(named) and not named & persons)
            table[at, put["who_sentence"]] = float(bool(named & persons))


def _form_columns(
    table: NDArray[np.float32], put: dict[str, int], question: Question, index: PolicyIndex, best_unit: NDArray[np.int64]
) -> None:
    """How far the kind of answer asked for (who, when, what happens, may I) is the kind each clause gives."""
    forms = question.forms
    wants = {
        "consequence": "consequence" in forms,
        "person": "who" in forms,
        "time": "when" in forms,
        "defines": "define" in forms,
        "place": "where" in forms,
        "background": True,
        "references": True,
    }
    for at, clue in enumerate(CLUES):
        if wants[clue]:
            table[:, put[clue]] = index.clues[:, at]
    may = bool(forms & {"may", "must", "banned"}) and not forms & {"who", "when", "why", "consequence", "define"}
    informed = np.array([index.units[at].stance is Stance.INFORMS for at in best_unit], np.float32)
    table[:, put["may_ruled"]] = float(may) * (1 - informed)
    table[:, put["may_informed"]] = float(may) * informed
    table[:, put["ask_informed"]] = float(not may) * informed
    columns = {
        Stance.FORBIDS: "forbids", Stance.REQUIRES: "requires", Stance.ALLOWS: "allows",
        Stance.CONDITIONS: "conditions", Stance.ADVISES_AGAINST: "advises", Stance.INFORMS: "informs",
    }  # fmt: skip
    for at, clause in enumerate(index.clauses):
        table[at, put[columns[clause.stance]]] = 1.0


def rank(question: Question, index: PolicyIndex, weights: NDArray[np.float32]) -> tuple[list[Ranked], NDArray[np.float32]]:
    """All clauses, best first, and the feature table they were ranked by."""
    table, best_unit = feature_table(question, index)
    scores = table @ weights
    order = np.argsort(-scores, kind="stable")
    return [Ranked(int(at), int(best_unit[at]), float(scores[at])) for at in order], table
