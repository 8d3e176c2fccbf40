"""Texts as the numbers of BERT's word pieces (lower case, accents off), the same as its own tokenizer gives."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ASCII_WORD = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
START, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
LONGEST_WORD = 100  # letters; longer ones are unknown


class WordPieces:
    """A vocabulary of pieces, one a line in the order of their numbers; those within a word begin with ##."""

    def __init__(self, vocabulary: str) -> None:
        self._number = {piece: at for at, piece in enumerate(vocabulary.splitlines())}
        self._pieces = lru_cache(maxsize=20_000)(self._cut)

    def numbers(self, text: str, longest: int) -> list[int]:
        """The numbers of the text's pieces between those of start and end, at most `longest` in all."""
        found: list[int] = []
        for word in _words(text):
            found.extend(self._pieces(word))
            if len(found) > longest - 2:
                break
        return [self._number[START], *found[: longest - 2], self._number[END]]

    def _cut(self, word: str) -> tuple[int, ...]:
        """The longest known piece from the start, then from where it ends; one unknown where that leads nowhere."""
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if piece in self._number:
                    found.append(self._number[piece])
                    start = end
                    break
            else:
                return (self._number[UNKNOWN],)
        return tuple(found) or (self._number[UNKNOWN],)


def _words(text: str) -> list[str]:
    """The words and marks of a text in lower case, without accents and control characters."""
    if text.isascii() and text.isprintable():
        return ASCII_WORD.findall(text.lower())
    kept = "".join(one if one in "\t\n\r" or unicodedata.category(one)[0] != "C" else "" for one in text.replace("\ufffd", ""))
    apart = unicodedata.normalize("NFD", kept.lower())
    plain = "".join(one for one in apart if unicodedata.category(one) != "Mn")
    return "".join(f" {one} " if _stands_alone(one) else one for one in plain).split()


def _stands_alone(one: str) -> bool:
    """Whether a character is a word by itself: punctuation, the symbols of ASCII, and each Chinese character."""
    if one.isascii():
        return not one.isalnum() and not one.isspace()
    return unicodedata.category(one)[0] == "P" or bool(CHINESE.match(one))
