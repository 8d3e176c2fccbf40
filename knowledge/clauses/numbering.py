"""Numbers and bullets in front of a paragraph: what they are, and which belong to one series."""

from __future__ import annotations

import re

SECTION = re.compile(
    r"^(?P<word>section|part|chapter|appendix|annex|schedule)\s+(?P<number>\d{1,2}|[A-Z]|[ivxIVX]{1,5})\b\s*[-–—:.]*\s*", re.IGNORECASE
)
DOTTED = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2})+)[.):]?\s+")
PLAIN = re.compile(r"^(?P<number>\d{1,2})[.):]\s+")
BRACKETED = re.compile(r"^\((?P<number>[a-z]|[ivx]{1,5}|\d{1,2})\)\s*", re.IGNORECASE)
LETTER = re.compile(r"^(?P<number>[a-zA-Z]|[ivx]{2,5})[.)]\s+")
ROMAN = re.compile(r"^[ivx]+$", re.IGNORECASE)


def split_number(text: str) -> tuple[str, str]:
    """The number in front of `text` ("6.7", "Section 3", "(iv)", "A") and the words after it; ("", text) where there is none."""
    if found := SECTION.match(text):
        word = found["word"].capitalize()
        return f"{word} {found['number']}", text[found.end() :]
    for pattern in (DOTTED, PLAIN, BRACKETED, LETTER):
        if found := pattern.match(text):
            bare = found["number"]
            return (f"({bare})" if pattern is BRACKETED else bare), text[found.end() :]
    return "", text


def style(number: str, before: str = "") -> str:
    """The series a number or bullet belongs to; `before` is the number above it, which tells (i) the letter from (i) the numeral."""
    bare = number.strip("().: ")
    brackets = "()" if number.startswith("(") else ""
    if not bare or not bare[0].isalnum():
        return number.strip() or "-"
    if bare.replace(".", "").isdigit():
        return f"dotted{bare.count('.')}" if "." in bare else f"digit{brackets}"
    if " " in bare:
        return bare.split()[0].lower()
    case = "upper" if bare.isupper() else "lower"
    follows_h = bare.lower() == "i" and before.strip("().: ").lower() == "h"
    return f"{case}{'letter' if follows_h or not ROMAN.match(bare) else 'roman'}{brackets}"


def depth(number: str) -> int:
    """How deep a heading's number lies: "6", "Section 6" and "A" are 1, "6.1" is 2; 0 for no number."""
    if not number:
        return 0
    return number.rstrip(".").count(".") + 1


def bare(number: str) -> str:
    """The number without its word: "Section 6" → "6"."""
    return number.rsplit(" ", 1)[-1].rstrip(".")
