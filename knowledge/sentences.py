"""Sentences, and long paragraphs cut between them into clauses of at most 120 words."""

from __future__ import annotations

import re

from knowledge.policy import LONGEST_CLAUSE

# A full stop after one of these ends no sentence.
SHORT_FORMS = re.compile(
    r"(?:\b(?:e\.g|i\.e|eg|ie|etc|cf|vs|no|nos|para|sec|fig|st|mr|mrs|ms|dr|prof|approx|incl|dept|p|pp)|\b[A-Z])\.$", re.IGNORECASE
)
END = re.compile(r"(?<![.!?])[.!?]++[\"'”’)\]]*+(?=\s+[\"'“‘(\[]?[A-Z0-9])")


LONGEST_SHORT_FORM = 12  # characters


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order; joined by single spaces they give `text` back."""
    found: list[str] = []
    start = 0
    for end in END.finditer(text):
        tail = text[max(start, end.end() - LONGEST_SHORT_FORM) : end.end()]
        if SHORT_FORMS.search(tail) and not tail.endswith("etc."):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    if rest := text[start:].strip():
        found.append(rest)
    return found


def split_long(text: str, longest: int = LONGEST_CLAUSE) -> list[str]:
    """`text` cut between sentences into as few parts as fit, of like length; a single longer sentence is cut at ; or , or by words."""
    if len(text.split()) <= longest:
        return [text]
    units = [piece for sentence in sentences(text) for piece in _cut_sentence(sentence, longest)]
    total = sum(len(unit.split()) for unit in units)
    return _pack(units, -(-total // -(-total // longest)), longest)


def _pack(units: list[str], aim: int, longest: int) -> list[str]:
    """Units put together in order, each part near `aim` words and never above `longest`."""
    packed: list[list[str]] = [[]]
    size = 0
    for unit in units:
        words = len(unit.split())
        nearer_without = abs(size - aim) <= abs(size + words - aim)
        if packed[-1] and (size + words > longest or (size >= aim * 0.6 and nearer_without)):
            packed.append([])
            size = 0
        packed[-1].append(unit)
        size += words
    return [" ".join(part) for part in packed]


def _cut_sentence(sentence: str, longest: int) -> list[str]:
    if len(sentence.split()) <= longest:
        return [sentence]
    for mark in (r"(?<=;)\s+", r"(?<=:)\s+", r"(?<=,)\s+"):
        pieces = re.split(mark, sentence)
        if len(pieces) > 1 and max(len(piece.split()) for piece in pieces) <= longest:
            return pieces
    words = sentence.split()
    return [" ".join(words[at : at + longest]) for at in range(0, len(words), longest)]
