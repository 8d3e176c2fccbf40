"""Words of a page → pieces of lines, and out of the pieces what repeats on every page: running heads, feet, page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.documents.blocks import LeftOut
from knowledge.documents.pdf_page import SAME_LINE, Page, Rule, Word

PIECE_GAP = 1.2  # of the size: more than this between two words is a tab, a cell border or a gutter
ZONE = 0.13  # of the page's height, at the top and the bottom, where running heads stand
PAGE_NUMBER = re.compile(r"^\W*(?:page|p\.?)?\s*\d{1,3}\s*(?:(?:of|/)\s*\d{1,3})?\W*$", re.IGNORECASE)
PAGE_OF = re.compile(r"\bpage\s*\|?\s*\d{1,3}\b", re.IGNORECASE)


@dataclass(slots=True)
class Piece:
    """Words that follow one another on one line without a wide gap."""

    words: list[Word]
    underlined: bool = False

    @property
    def x0(self) -> float:
        """Its left end."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """Its right end."""
        return self.words[-1].x1

    @property
    def base(self) -> float:
        """Its baseline: that of its largest word, not of a superscript."""
        return max(self.words, key=lambda word: word.size).base

    @property
    def size(self) -> float:
        """Its size: that of its largest word."""
        return max(word.size for word in self.words)

    @property
    def text(self) -> str:
        """Its words with single spaces."""
        return joined(self.words)


def joined(words: Sequence[Word]) -> str:
    """The words as a text; a space between them unless they touch, as a word and the comma of another font do."""
    text = ""
    for at, word in enumerate(words):
        if at:
            before = words[at - 1]
            text += " " if before.spaced or word.x0 - before.x1 > 0.1 * word.size or word.x0 < before.x0 else ""
        text += word.text
    return text


def pieces_of(page: Page) -> list[Piece]:
    """The pieces of a page in the order they were drawn, which keeps apart what only overlaps on paper."""
    pieces: list[Piece] = []
    seen: set[tuple[str, int, int]] = set()
    for word in page.words:
        key = (word.text, round(word.x0), round(word.base))
        if key in seen:
            continue  # drawn twice: a shadow
        seen.add(key)
        last = pieces[-1].words[-1] if pieces else None
        if (
            last
            and abs(word.base - last.base) < SAME_LINE * max(word.size, last.size)
            and -0.3 * word.size < word.x0 - last.x1 < PIECE_GAP * word.size
        ):
            pieces[-1].words.append(word)
        else:
            pieces.append(Piece([word]))
    under = sorted((rule for rule in page.rules if rule.across), key=lambda rule: rule.top)
    for piece in pieces if len(under) < 500 else ():
        piece.underlined = any(_underlines(rule, piece) for rule in under)
    return pieces


def writes_spaces(pages: Sequence[list[Piece]]) -> bool:
    """Whether the document writes the space at which a line was wrapped: then a line without one was ended by hand."""
    wrapped = [
        before.words[-1].spaced
        for pieces in pages
        for before, piece in pairwise(pieces)
        if piece.base > before.base and piece.text[:1].islower()
    ]
    return len(wrapped) >= 10 and sum(wrapped) > 0.7 * len(wrapped)


def _underlines(rule: Rule, piece: Piece) -> bool:
    below = 0 <= rule.top - piece.base <= 0.3 * piece.size
    return (
        below and rule.x0 <= piece.x0 + 2 and rule.x1 >= piece.x1 - 2 - 0.1 * piece.size and rule.x1 - rule.x0 < 1.3 * (piece.x1 - piece.x0)
    )


def without_furniture(pages: Sequence[Page], pieces: Sequence[list[Piece]]) -> tuple[list[list[Piece]], list[LeftOut]]:
    """The pieces page by page without running heads, feet and page numbers, and what was taken out."""
    places: dict[tuple[str, bool], list[tuple[int, float, str]]] = defaultdict(list)
    rows: list[list[tuple[str, float, list[Piece]]]] = []
    for at, (page, found) in enumerate(zip(pages, pieces, strict=True)):
        edge = [piece for piece in found if not ZONE * page.height < piece.base < (1 - ZONE) * page.height]
        rows.append(_by_row(edge))
        for text, base, _ in rows[-1]:
            places[re.sub(r"\d+", "#", text), base < page.height / 2].append((at, base, text))
    running = {key for key, where in places.items() if _repeats(where, len(pages))}
    kept: list[list[Piece]] = []
    left_out: list[LeftOut] = []
    for page, found, edge_rows in zip(pages, pieces, rows, strict=True):
        gone: set[int] = set()
        for text, base, row in edge_rows:
            at_edge = base < page.height / 2
            number = bool(PAGE_NUMBER.match(text)) and (
                bool(PAGE_OF.search(text)) or str(page.number) in re.findall(r"\d+", text) or not at_edge
            )
            if number or (re.sub(r"\d+", "#", text), at_edge) in running:
                gone |= {id(piece) for piece in row}
                why = "page number" if PAGE_NUMBER.match(text) or PAGE_OF.search(text) else "running head"
                left_out.append(LeftOut(text, why, page.number))
        kept.append([piece for piece in found if id(piece) not in gone])
    return kept, left_out


def _by_row(pieces: list[Piece]) -> list[tuple[str, float, list[Piece]]]:
    """(text, baseline, pieces) of each line across the page."""
    rows: list[tuple[float, list[Piece]]] = []
    for piece in sorted(pieces, key=lambda piece: piece.base):
        if rows and piece.base - rows[-1][0] < SAME_LINE * piece.size:
            rows[-1][1].append(piece)
        else:
            rows.append((piece.base, [piece]))
    ordered = [(base, sorted(row, key=lambda piece: piece.x0)) for base, row in rows]
    return [(" ".join(piece.text for piece in row), base, row) for base, row in ordered]


def _repeats(where: list[tuple[int, float, str]], pages: int) -> bool:
    """Whether a line stands at one place on so many pages that it is a running head; numbers in it must be the page's."""
    middle = median(base for _, base, _ in where)
    there = [(page, text) for page, base, text in where if abs(base - middle) < 6]
    on = {page for page, _ in there}
    if len(on) < 2 or len(on) < (0.3 if len(on) >= 4 else 0.5) * pages:
        return False
    if len({text for _, text in there}) == 1:
        return True
    numbers = [(page, [int(number) for number in re.findall(r"\d{1,9}", text)]) for page, text in there]
    follows = {tuple(n - page for n in found) for page, found in numbers}
    counts = max((len(found) for _, found in numbers), default=0)
    return len(follows) == 1 or any(
        len({found[place] - page for page, found in numbers if len(found) > place}) == 1 for place in range(counts)
    )
