"""Concepts: who is spoken of, what is done, by what means, the theme; read off questions and clauses with the lexicon's words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from knowledge.errors import DataFault
from knowledge.words import stem, tokens

KINDS = ("who", "act", "means", "theme")
YEAR_GROUP = re.compile(r"^(?:y|yr|yrs|year)(?:1[0-3]|[1-9])s?$")
BROADER_COUNTS = 0.5


class Lexicon:
    """The words of each concept, found in running text longest phrase first."""

    def __init__(self, tables: dict[str, dict[str, list[str]]], broader: dict[str, list[str]], spelling: dict[str, str]) -> None:
        self.kind_of: dict[str, str] = {concept: kind for kind in KINDS for concept in tables[kind]}
        self.broader = broader
        self.spelling = {str(short): full for short, full in spelling.items()}
        self._phrases: dict[tuple[str, ...], list[str]] = {}
        for kind in KINDS:
            for concept, phrases in tables[kind].items():
                for phrase in phrases:
                    key = tuple(stem(word) for word in tokens(phrase))
                    found = self._phrases.setdefault(key, [])
                    if concept not in found:
                        found.append(concept)
        self._longest = max(map(len, self._phrases))
        self.vocabulary = {
            word
            for tables_ in (tables[kind] for kind in KINDS)
            for phrases in tables_.values()
            for phrase in phrases
            for word in tokens(phrase)
        }

    def concepts(self, words: Sequence[str]) -> dict[str, float]:
        """The concepts in lower-case words, each with a weight: 1 where it is named, a half where a narrower one is."""
        found: dict[str, float] = {}
        stemmed = [stem(word) for word in words]
        at = 0
        while at < len(words):
            if YEAR_GROUP.match(words[at]) or (
                words[at] in {"y", "yr", "year"} and at + 1 < len(words) and words[at + 1].isdigit() and len(words[at + 1]) < 3
            ):
                found["pupil"] = 1.0
                at += 1 if YEAR_GROUP.match(words[at]) else 2
                continue
            for length in range(min(self._longest, len(words) - at), 0, -1):
                if concepts := self._phrases.get(tuple(stemmed[at : at + length])):
                    for concept in concepts:
                        found[concept] = 1.0
                    # A phrase naming a person is used up ("former pupil" is no pupil); other words may be part of a further phrase.
                    at += length if any(self.kind_of[concept] == "who" and concept != "self" for concept in concepts) else 1
                    break
            else:
                at += 1
        for concept in list(found):
            for wider in self.broader.get(concept, ()):
                found.setdefault(wider, BROADER_COUNTS)
        return found


@cache
def lexicon() -> Lexicon:
    """The bundled lexicon, read once.

    Raises DataFault where a concept's words are not a list, or a broader concept does not exist.
    """
    source = files("knowledge.topics").joinpath("lexicon.toml").read_text(encoding="utf-8")
    try:
        raw = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise DataFault(f"knowledge/topics/lexicon.toml: {error}.", "Mend the line it names.") from error
    known = {concept for kind in KINDS for concept in raw.get(kind, {})}
    for kind in KINDS:
        for concept, phrases in raw.get(kind, {}).items():
            if not isinstance(phrases, list) or not all(isinstance(phrase, str) and tokens(phrase) for phrase in phrases):
                raise DataFault(
                    f"knowledge/topics/lexicon.toml: [{kind}] {concept} is not a list of words.", "Write it as a list of strings."
                )
    for concept, wider in raw.get("broader", {}).items():
        if unknown := {concept, *wider} - known:
            raise DataFault(
                f"knowledge/topics/lexicon.toml: [broader] names {sorted(unknown)}, which is no concept.",
                "Use a concept of [who], [act], [means] or [theme].",
            )
    return Lexicon(
        {kind: raw.get(kind, {}) for kind in KINDS},
        raw.get("broader", {}),
        {key: str(full) for key, full in raw.get("spelling", {}).items()},
    )


def agreement(asked: dict[str, float], said: dict[str, float], among: Iterable[str]) -> tuple[float, float]:
    """How far the concepts asked about are in what is said: (share of the asked that are there, share that are not), each 0 to 1."""
    wanted = {concept: weight for concept, weight in asked.items() if concept in among}
    total = sum(wanted.values())
    if not total:
        return 0.0, 0.0
    met = sum(min(weight, said.get(concept, 0.0)) for concept, weight in wanted.items())
    return met / total, 1.0 - met / total
