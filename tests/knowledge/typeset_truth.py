"""The lines of the five policies' plain texts, and which of them a document's blocks give back word for word."""

from __future__ import annotations

import html
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.documents import Document

POLICIES = Path(__file__).parents[2].parent / "shared" / "policies"
NAMES = ("astley-park", "bledington", "cbc", "cookridge", "dobcroft")
MARKER = re.compile(r"^\s*(?:[-–•]\s+)+")
ENDED = re.compile(r"[.!?:;][\"'”’)*\]]*$")


def policies() -> Path:
    """The folder of the five policies; skips the test where it is missing, but fails under CI."""
    if not POLICIES.is_dir():
        reason = f"the five policies are not at {POLICIES}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return POLICIES


def words(text: str) -> tuple[str, ...]:
    """The words of `text` as printed, markup and markers taken off."""
    text = html.unescape(re.sub(r"<(https?://[^>]*)>", r"\1", text))
    text = re.sub(r"</?[a-zA-Z][^<>]*>", " ", text)
    text = MARKER.sub("", re.sub(r"\*", "", text))
    return tuple(text.replace("•", " ").replace("|", " ").split())


@dataclass(frozen=True)
class Line:
    """One line, table cell or inner list line of a source text."""

    words: tuple[str, ...]
    torn: bool  # goes on with the sentence of the line before it

    def __str__(self) -> str:
        return " ".join(self.words)


def source_lines(text: str) -> list[Line]:
    """The lines of a source text that hold words, in order."""
    lines: list[Line] = []
    for raw in text.splitlines():
        cells = raw.split("\t") if "\t" in raw else [raw]
        for cell in cells:
            for part in re.split(r"•", cell) if "<ul" in cell else [cell]:
                found = words(part)
                if found and any(any(letter.isalnum() for letter in word) for word in found):
                    before = " ".join(lines[-1].words) if lines else ""
                    torn = bool(lines) and not ENDED.search(before) and not MARKER.match(raw) and len(cells) == 1
                    lines.append(Line(found, torn))
    return lines


def block_words(document: Document) -> set[tuple[str, ...]]:
    """The words of every block, with and without its marker, and of every cell and inner list line."""
    found: set[tuple[str, ...]] = set()
    for block in document.blocks:
        found |= {words(block.text), words(f"{block.marker} {block.text}")}
        for cell in (*block.cells, *block.columns):
            found |= {words(cell), *(words(part) for part in cell.split("•"))}
    return found


def given_back(lines: list[Line], document: Document) -> list[bool]:
    """For each source line whether a block has the same words; lines torn in the source may be one block together."""
    found = block_words(document)
    good = [line.words in found for line in lines]
    for first in range(len(lines)):
        together = lines[first].words
        for last in range(first + 1, min(first + 6, len(lines))):
            if not lines[last].torn:
                break
            together += lines[last].words
            if together in found:
                good[first : last + 1] = [True] * (last + 1 - first)
    return good
