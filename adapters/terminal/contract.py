"""The machine contract: one JSON object in, one out. Pure: lines in, records or faults out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.asking import Answer, headline, sort, whom_to_ask
from knowledge.answering import Answerer, Citation, Ruling
from knowledge.policy import Edition

WANTED = 'Each line needs "id" (a text or a number) and "question" or "message" (a text).'

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the input: its id, to be given back as it came, and what is asked."""

    id: str | int
    message: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that is no question: its number, counted from 1, and what is wrong with it."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.why} {WANTED}"


def read_lines(lines: Iterable[bytes]) -> Iterator[Asked | Malformed]:
    """What each line asks; blank lines are passed over."""
    for number, raw in enumerate(lines, start=1):
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            yield Malformed(number, "it is not UTF-8 text.")
            continue
        if text:
            yield _asked(text, number)


def _asked(text: str, number: int) -> Asked | Malformed:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        return Malformed(number, "it is not JSON.")
    if not isinstance(row, dict):
        return Malformed(number, "it is not a JSON object.")
    name = row.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int):
        return Malformed(number, '"id" is missing, or neither a text nor a number.')
    message = row["question"] if "question" in row else row.get("message")
    if not isinstance(message, str):
        return Malformed(number, '"question" (or "message") is missing or not a text.')
    # Half of a surrogate pair can be written in JSON but not read by a stemmer.
    return Asked(name, message.encode("utf-8", "replace").decode())


def record(asked: Asked, answerer: Answerer) -> Record:
    """The answer to one line, in the contract's shape: verdict and clauses whatever the intent."""
    ruling = answerer.answer(asked.message)
    return {"id": asked.id, "intent": sort(asked.message, ruling).intent} | ruling_record(ruling)


def ruling_record(ruling: Ruling) -> Record:
    """A ruling in the contract's shape, without id and intent."""
    return {
        "verdict": str(ruling.verdict),
        "confident": ruling.confident,
        "clauses": [_clause(citation) for citation in ruling.citations[:10]],
        "contradiction": ruling.contradiction,
        "related": [_clause(citation) for citation in ruling.related[:10]],
    }


def answer_record(answer: Answer, edition: Edition) -> Record:
    """What `ask --json` prints: the contract's keys, and what a person is told beside them."""
    return {
        "question": answer.ruling.question,
        "school": edition.school,
        "policy": edition.title,
        "intent": answer.intent,
        "standing": str(answer.standing),
        "headline": headline(answer.ruling) if answer.rulings else "",
        "first": list(answer.before),
        "said": answer.said,
        **ruling_record(answer.ruling),
        "parts": [{"question": part.question, **ruling_record(part)} for part in answer.ruling.parts],
        "ask_whom": whom_to_ask(answer.ruling, answer.about_head) if answer.rulings else "",
        "review_warning": answer.review_warning,
    }


def _clause(citation: Citation) -> Record:
    clause = citation.clause
    return {
        "anchor": clause.anchor,
        "number": clause.number,
        "section": list(clause.section),
        "page": clause.page,
        "lead_in": clause.lead_in,
        "text": clause.text,
        "stance": str(citation.stance),
        "topics": list(citation.topics),
        "score": citation.score,
    }
