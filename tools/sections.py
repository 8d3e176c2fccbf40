"""Invented sections of policies with staff questions on them (tools/sections), written blind: what encoder and judge learn reading from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from knowledge import sentences as prose

FOLDER = Path(__file__).parent / "sections"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a section. ``answers``: the places of the clauses that answer; none where the section is silent on it."""

    question: str
    answers: tuple[int, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class Section:
    """Clauses that stand close to one another: different facets of one subject, and what staff ask about it."""

    author: str
    name: str
    clauses: tuple[str, ...]
    asked: tuple[Asked, ...]


@cache
def sections() -> tuple[Section, ...]:
    """All sections, author by author."""
    return tuple(
        Section(
            path.stem,
            row["section"],
            tuple(row["clauses"]),
            tuple(Asked(one["q"], tuple(one["answers"]), one["verdict"]) for one in row["questions"]),
        )
        for path in sorted(FOLDER.glob("*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    )


BANNED = re.compile(r"\b(?:must|should|may|shall|will) (?:not|never)\b|\bare not (?:permitted|allowed) to\b|\bcannot\b")
FREED = re.compile(r"\b(?:may|can)\b(?! (?:be|not|only)\b)|\bare (?:welcome|free|permitted|allowed) to\b")
WITH_A_BUT = re.compile(r"\b(?:unless|except|provided|only|but|however|other than|if|without)\b", re.IGNORECASE)


def turned_round(section: Section) -> Iterator[Section]:
    """The section with one ban made a permission, or the other way round, and the questions it answers with yes or no labelled anew.

    One for each plain clause of one sentence: so that it is learned that a word decides, not what is usually banned.
    """
    for at, clause in enumerate(section.clauses):
        if WITH_A_BUT.search(clause) or len(prose.sentences(clause)) > 1 or bool(BANNED.search(clause)) == bool(FREED.search(clause)):
            continue
        banned = bool(BANNED.search(clause))
        turned = BANNED.sub("may", clause, count=1) if banned else FREED.sub("must not", clause, count=1)
        was, now = ("no", "yes") if banned else ("yes", "no")
        asked = tuple(replace(one, verdict=now) for one in section.asked if one.answers == (at,) and one.verdict == was)
        if asked:
            yield replace(section, clauses=(*section.clauses[:at], turned, *section.clauses[at + 1 :]), asked=asked)


def sections_digest() -> str:
    """A digest of the sections, file by file."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.jsonl")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def encoder_digest() -> str:
    """A digest of the encoder whose vectors the judge reads, and of what compares their tokens."""
    folder = files("knowledge.encoder")
    return hashlib.sha256(folder.joinpath("model.onnx").read_bytes() + folder.joinpath("meeting.npz").read_bytes()).hexdigest()[:16]
