"""Long parts of a reply taken apart at their sentences, so that no message is too large and no quotation is cut."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from bot.reply import Caution, Part, Quote, Says

MOST = 9_000  # bytes of JSON one part's words may take: they stand in a card and again in its fallback text
BREAKS = (re.compile(r"(?<=[.!?;:])\s+|\n+"), re.compile(r"\s+"))


def pieces(part: Part, most: int = MOST) -> list[Part]:
    """The part itself, or the same words as several parts of its kind."""
    match part:
        case Quote(text=text, lead_in=lead_in) if _size(text) + _size(lead_in) > most:
            shorter = [*runs(lead_in, most), *runs(text, most)]
            return [replace(part, text=run, lead_in="", sentence=part.sentence if part.sentence in run else "") for run in shorter]
        case Says(text) if _size(text) > most:
            return [Says(run) for run in runs(text, most)]
        case Caution(text) if _size(text) > most:
            return [Caution(run) for run in runs(text, most)]
    return [part]


def _size(text: str) -> int:
    return len(json.dumps(text))


def runs(text: str, most: int) -> Iterator[str]:
    """The text in runs of at most `most` bytes, broken after sentences; where one sentence is longer, between words."""
    while _size(text) > most:
        at = max(_last_break(text, most), 1)
        yield text[:at].strip()
        text = text[at:].lstrip()
    if text.strip():
        yield text.strip()


def _last_break(text: str, most: int) -> int:
    """Where the longest allowed run ends: after a sentence, else after a word, else anywhere."""
    fits = _longest(text, most)
    for breaks in BREAKS:
        ends = [found.start() for found in breaks.finditer(text, 0, fits) if found.start() > 0]
        if ends:
            return ends[-1]
    return fits


def _longest(text: str, most: int) -> int:
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(text[:middle]) <= most else (low, middle - 1)
    return low
