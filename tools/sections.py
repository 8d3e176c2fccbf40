"""Invented sections of policies with staff questions on them (tools/sections), written blind: what encoder and judge learn reading from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

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


def sections_digest() -> str:
    """A digest of the sections, file by file."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.jsonl")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def encoder_digest() -> str:
    """A digest of the encoder whose vectors the judge reads."""
    return hashlib.sha256(files("knowledge.encoder").joinpath("model.onnx").read_bytes()).hexdigest()[:16]
