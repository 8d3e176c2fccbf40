"""How a message is read before it is sorted: sentences of plain words, each word with the lexicon groups it belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SHORTEST_REPAIRED = 5  # shorter words have too many honest neighbours ("nude", "rude") to be repaired by rule
LONG = 8  # letters: a shorter word with another vowel or consonant is more often an honest neighbour ("better", "batter")
LONGEST_MESSAGE = 6000  # characters: past this a story has said what it is, and a pasted file must not slow the door
LONGEST_SENTENCE = 120  # words: unpunctuated stories are cut here, so that one pattern never walks a whole page

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "."})
_YEAR_GROUP = re.compile(r"\b(?:year|yr|y)\s?(?:r|\d{1,2})(?:'?(s))?\b(?!\s*(?:ago|old))")
_AGE = re.compile(r"\b\d{1,2}\s?-?(?:yo|yr|yrs|year|years)\s?-?(?:olds?|o)?\b(?!\s+ago)")
_PIECES = re.compile(r"[a-z0-9]+(?:'[a-z]+)*|[.!?;\n]+|,|:|-(?=\s)|\(|\)")
_ENDS = frozenset(".!?;\n")
_PAUSES = frozenset(",:-()")
_STRETCHED = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as words, the places where it pauses (commas), and which groups start at which word."""

    words: tuple[str, ...]
    pauses: frozenset[int]  # a pause stands before the word at this position
    asked: bool  # ends in a question mark
    spans: Mapping[int, Mapping[str, tuple[int, ...]]]  # position -> group -> the positions just past it
    present: frozenset[str]  # every word, and every group as "<group>"

    def segment_start(self, at: int) -> int:
        """The position after the last pause at or before ``at``: where the part of the sentence holding it begins."""
        return max((p for p in self.pauses if p <= at), default=0)


def _mistakes(word: str) -> Iterable[str]:
    """The word with each one of its letters (but the first) left out: how two spellings one slip apart find each other."""
    return (word[:i] + word[i + 1 :] for i in range(1, len(word)))


@dataclass
class Lexicon:
    """The groups of words the marks are made of; reads messages into sentences."""

    groups: Mapping[str, tuple[str, ...]]
    rewrites: Mapping[str, tuple[str, ...]]
    well_spelt: frozenset[str]
    _words: dict[str, list[str]] = field(default_factory=dict)
    _phrases: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    _prefixes: dict[str, list[str]] = field(default_factory=dict)
    _slips: dict[str, list[str]] = field(default_factory=dict)
    _repaired: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for group, entries in self.groups.items():
            for entry in entries:
                self._learn(group, entry)
        for word in [w for w in self._words if len(w) > SHORTEST_REPAIRED]:
            self._slips.setdefault(word, []).append(word)
            for slip in _mistakes(word):
                self._slips.setdefault(slip, []).append(word)

    def _learn(self, group: str, entry: str) -> None:
        if entry.endswith("*"):
            self._prefixes.setdefault(entry[:-1], []).append(group)
            return
        parts = tuple(w for part in entry.split() for w in self.rewrites.get(part, (part,)))
        if len(parts) == 1:
            self._words.setdefault(parts[0], []).append(group)
        else:
            self._phrases.setdefault(parts[0], []).append((parts, group))

    def repair(self, word: str) -> str:
        """The lexicon word this one is a slip of (a letter left out, added, doubled or swapped, a vowel changed), or the word."""
        if len(word) < SHORTEST_REPAIRED or word in self._words or word in self.well_spelt or not word.isalpha():
            return word
        if word.startswith(tuple(self._prefixes)):
            return word
        for candidate in (word, *_mistakes(word)):
            for meant in self._slips.get(candidate, ()):
                if is_slip(word, meant):
                    return meant
        return word

    def _plain(self, raw: str) -> tuple[str, ...]:
        word = raw
        if word.endswith("'s") and word not in ("it's", "let's"):
            return (*self._plain(word[:-2]), "s")
        if word.endswith("'ll"):
            return (*self._plain(word[:-3]), "will")
        word = word.replace("'", "")
        word = _STRETCHED.sub(r"\1", word) if _STRETCHED.search(word) else word
        if word in self.rewrites:
            return self.rewrites[word]
        return (self.repair(word),)

    def read(self, message: str) -> list[Sentence]:
        """The message's sentences, lower-cased, contractions opened, near misspellings of lexicon words repaired."""
        text = unicodedata.normalize("NFKC", message[:LONGEST_MESSAGE]).translate(_QUOTES).lower()
        text = _AGE.sub(" yearsold ", text)
        text = _YEAR_GROUP.sub(lambda m: " yeargroups " if m.group(1) else " yeargroup ", text)
        sentences: list[Sentence] = []
        words: list[str] = []
        pauses: set[int] = set()
        for piece in _PIECES.findall(text):
            if piece[0] in _ENDS:
                if words:
                    sentences.append(self._sentence(words, pauses, "?" in piece))
                words, pauses = [], set()
            elif piece in _PAUSES:
                pauses.add(len(words))
            else:
                words.extend(self._plain(piece))
                if len(words) >= LONGEST_SENTENCE:
                    sentences.append(self._sentence(words, pauses, False))
                    words, pauses = [], set()
        if words:
            sentences.append(self._sentence(words, pauses, False))
        return sentences

    def _between_courtesies(self, words: list[str]) -> tuple[int, int]:
        """From where to where the words stand once "hi" and "please" are off both ends; all of them where nothing else is left."""
        start, end = 0, len(words)
        while courtesy := self._longest("opening", words[start : start + 4], at_end=False):
            start += courtesy
        while courtesy := self._longest("closing", words[max(start, end - 4) : end], at_end=True):
            end -= courtesy
        return (start, end) if start < end else (0, len(words))

    def _longest(self, group: str, words: list[str], at_end: bool) -> int:
        """How many of the words, at their start or end, are one entry of the group."""
        runs = (n for n in range(len(words), 0, -1) if " ".join(words[-n:] if at_end else words[:n]) in self.groups.get(group, ()))
        return next(runs, 0)

    def _sentence(self, words: list[str], pauses: set[int], asked: bool) -> Sentence:
        skipped, kept_to = self._between_courtesies(words)
        words, pauses = words[skipped:kept_to], {p - skipped for p in pauses if p >= skipped}
        spans: dict[int, dict[str, list[int]]] = {}

        def tag(at: int, group: str, end: int) -> None:
            spans.setdefault(at, {}).setdefault(group, []).append(end)

        for i, word in enumerate(words):
            for group in self._words.get(word, ()):
                tag(i, group, i + 1)
            for beginning, of_groups in self._prefixes.items():
                if word.startswith(beginning):
                    for group in of_groups:
                        tag(i, group, i + 1)
            for parts, group in self._phrases.get(word, ()):
                if tuple(words[i : i + len(parts)]) == parts:
                    tag(i, group, i + len(parts))
            if len(word) > 4 and word.endswith("ing"):
                tag(i, "ing", i + 1)
            elif len(word) > 3 and word.endswith("ed"):
                tag(i, "ed", i + 1)
        present = frozenset(words) | {f"<{group}>" for at in spans.values() for group in at}
        kept = {at: {group: tuple(ends) for group, ends in by.items()} for at, by in spans.items()}
        return Sentence(tuple(words), frozenset(pauses), asked, kept, present)


_VOWELS = frozenset("aeiouy")
_ALIKE = frozenset({"cs", "sc", "ck", "kc", "sz", "zs", "fv", "vf", "mn", "nm"})


def is_slip(written: str, meant: str) -> bool:
    """True where one letter left out, added or swapped with its neighbour, or one like-sounding letter, parts the two."""
    if written[0] != meant[0]:
        return False
    at = next((i for i, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), min(len(written), len(meant)))
    if len(written) == len(meant):
        if at == len(meant):
            return True
        if written[at + 1 :] == meant[at + 1 :]:
            return len(meant) >= LONG and ((written[at] in _VOWELS and meant[at] in _VOWELS) or written[at] + meant[at] in _ALIKE)
        return written[at : at + 2] == meant[at : at + 2][::-1] and written[at + 2 :] == meant[at + 2 :]
    if len(written) + 1 == len(meant):
        # A missing last "s" or "d" is grammar, not a slip: "bruise" is its own word.
        return at < len(written) and written[at:] == meant[at + 1 :] and (len(meant) >= LONG or meant[at] in _VOWELS)
    return len(written) == len(meant) + 1 and at < len(meant) and written[at + 1 :] == meant[at:] and len(meant) >= LONG - 1
