"""Words: tokens, stems, phone spelling undone, typing mistakes repaired against what the policy and the lexicon know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

import Stemmer
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
POSSESSIVE = re.compile(r"(?:'s|s')$")
STOP_WORDS = frozenset(
    """
    a an the and or but if then than so of to in on at by for from with about as into over under is am are was were be been
    being do does did doing have has had having i me my we us our you your he him his she her it its they them their this
    that these those there here what which who whom whose when where why how can could may might must shall should will
    would just very really please thanks thank hi hello hey ok okay get got go going want wants need some any all not no nor
    only also too up out off again more most such own same s t don im ive
    """.split()
)
SHORT = 5  # letters
_stemmer = Stemmer.Stemmer("english")


def tokens(text: str) -> list[str]:
    """The words of `text` in lower case, apostrophes folded away: "Parents' Wi-Fi" → ["parents", "wi", "fi"]."""
    folded = text.lower().replace("’", "'").replace("‘", "'").replace("`", "'")
    return [POSSESSIVE.sub("", token).replace("'", "") for token in TOKEN.findall(folded)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The English (Snowball) stem of one lower-case word."""
    return str(_stemmer.stemWord(word))


def stems(text: str) -> list[str]:
    """The stems of `text`'s words, small words left out."""
    return [stem(word) for word in tokens(text) if word not in STOP_WORDS]


def trigrams(words: Iterable[str]) -> Iterator[str]:
    """The letter trigrams of each word with its edges marked: "pic" → "<pi", "pic", "ic>"."""
    for word in words:
        marked = f"<{word}>"
        for at in range(len(marked) - 2):
            yield marked[at : at + 3]


class Speller:
    """Repairs words against a known vocabulary; a word that is known, short or far from everything is left alone."""

    def __init__(self, known: Iterable[str], phone_spelling: dict[str, str] | None = None, likelier: Collection[str] = ()) -> None:
        """A speller for the known words; where two are as near, one of the `likelier` is taken."""
        self._known = {word for word in known if len(word) > 1}
        self._likelier = likelier
        self._phone = phone_spelling or {}
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self._known):
            if len(word) >= 4 and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)
        self._repaired: dict[str, str] = {}

    def knows(self, word: str) -> bool:
        """Whether the word needs no repair."""
        return word in self._known or stem(word) in self._known

    def mend(self, words: Iterable[str]) -> list[str]:
        """The words with phone spelling written out and typing mistakes mended."""
        mended: list[str] = []
        for word in words:
            if phone := self._phone.get(word):
                mended.extend(phone.split())
            else:
                mended.append(word if word in self._known else self._repair(word))
        return mended

    def _repair(self, word: str) -> str:
        if len(word) < 4 or not word.isalpha() or word in STOP_WORDS or self.knows(word):
            return word
        if word not in self._repaired:
            if len(self._repaired) > 20_000:
                self._repaired.clear()
            self._repaired[word] = self._nearest(word)
        return self._repaired[word]

    def _nearest(self, word: str) -> str:
        """The known word one slip away (two from eight letters on) that starts alike; the word itself where there is none."""
        slips = 1 if len(word) < 8 else 2
        near = [
            known
            for length in range(len(word) - slips, len(word) + slips + 1)
            for known in self._by_length.get(length, ())
            if known[0] == word[0] or known[1:3] == word[1:3]
        ]
        # Where two are as near, the first is taken. A short word that we may not know ("paint") is mended only to an everyday one.
        near = sorted(
            (known for known in near if len(word) > SHORT or known in self._likelier), key=lambda known: known not in self._likelier
        )
        best = process.extractOne(word, near, scorer=DamerauLevenshtein.distance, score_cutoff=slips)
        if not best and len(word) >= 5:  # two letters changed places at the start: "aprents"
            best = process.extractOne(
                word,
                (known for known in self._by_length.get(len(word), ()) if sorted(known[:3]) == sorted(word[:3])),
                scorer=DamerauLevenshtein.distance,
                score_cutoff=1,
            )
        return str(best[0]) if best else word
