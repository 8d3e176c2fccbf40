"""Telling a heading from a rule, and the path of headings a clause stands under."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.clauses import numbering
from knowledge.clauses.furniture import plain
from knowledge.documents.blocks import Block
from knowledge.policy import ContentsLine
from knowledge.wording import patterns

SENTENCE_VERB = patterns("documents")["sentence_verb"]
QUESTION_WORD = re.compile(r"^(?:what|when|who|whom|whose|how|why|where|which|can|may|should|do|does|am|is|are|will|must)\b", re.IGNORECASE)
ASIDE = re.compile(r"\bwe (?:are|have|get|were)(?: often| usually| sometimes)? asked\b", re.IGNORECASE)  # "Questions we are often asked"
TITLE_QUESTION = re.compile(r"^(?:what|when|who|how|why|where|which)\b", re.IGNORECASE)
BARE_SECTION = re.compile(r"^(?:section|part|chapter|appendix|annex|schedule)\s+(?:\d{1,2}|[A-Z]|[ivxIVX]{1,5})\s*[:.–—-]?$", re.IGNORECASE)
IMPERATIVE = patterns("documents")["imperative"]
LONGEST_HEADING = 12  # words
COLUMN_LEVEL = 9  # the level of a heading that was a table column's


def is_lead_in(text: str) -> bool:
    """Whether these words only introduce a list: they end in a colon, or say no more than "Do not" or "Staff must"."""
    stripped = text.rstrip()
    return (
        stripped.endswith((":", ":-", ":–", ":—"))
        or bool(IMPERATIVE.match(stripped))
        or stripped.lower().endswith(("the following", "as follows"))
    )


def is_heading(block: Block, following: Block | None, after_bare_section: bool = False) -> bool:
    """Whether a block is a heading: by its style, or a short line without a sentence in it that stands above a body."""
    text = block.text.strip()
    words = text.split()
    if not words or block.kind in {"row", "item"} or following is None:
        return False
    if BARE_SECTION.match(text) or after_bare_section:
        return len(words) <= LONGEST_HEADING
    if block.kind == "heading":
        return len(words) <= 25 and not (len(words) > LONGEST_HEADING and text.endswith((".", ":")))
    _, title = numbering.split_number(text)
    if title.isupper() and len(title) > 3 and len(words) <= 22 and not text.endswith((".", ";", ":", ",")):
        return True
    if not title or len(title.split()) > LONGEST_HEADING or not (title[0].isupper() or title[0].isdigit() or title[0] in "'‘\"“"):
        return False
    if text.endswith("?"):
        return bool(QUESTION_WORD.match(title))
    if text.rstrip("\"'”’)").endswith((".", ";", ",", "!", "…")):
        return False
    if text.endswith(":"):
        return (
            following.kind == "paragraph"
            and len(words) <= 5
            and not SENTENCE_VERB.search(text)
            and len(following.text.split()) > len(words)
        )
    return bool(TITLE_QUESTION.match(title)) or not SENTENCE_VERB.search(ASIDE.sub("", title))


@dataclass(slots=True)
class _Step:
    level: float
    title: str
    number: str
    style: str
    quoted: bool = False  # a heading of another document quoted inside this one: its number is not this policy's


class HeadingPath:
    """The headings above the place reached so far; `enter` a heading, then read `path` and `number`."""

    def __init__(self, contents: tuple[ContentsLine, ...] = ()) -> None:
        self._steps: list[_Step] = []
        self._in_contents = {plain(line.title) for line in contents}
        self._top_number = 0
        self._fresh = False  # nothing but headings since the last heading
        self.all_paths: list[tuple[str, ...]] = []

    @property
    def path(self) -> tuple[str, ...]:
        """Titles from the outermost heading in, each with its number as printed."""
        return tuple(f"{step.number} {step.title}".strip() for step in self._steps)

    @property
    def number(self) -> str:
        """The number of the nearest heading that has one."""
        return next((numbering.bare(step.number) for step in reversed(self._steps) if step.number and not step.quoted), "")

    def body(self) -> None:
        """A rule has been met: the next heading no longer stands directly below the last."""
        self._fresh = False

    def enter(self, number: str, title: str, level: int) -> None:
        """Go to a heading; its depth is told by its number, the contents page, its capitals, or how it stands to those before."""
        title = title.strip(" :")
        kind = numbering.style(number) if number else "column" if level == COLUMN_LEVEL else "caps" if title.isupper() else "words"
        quoted = self._out_of_order(number)
        rank = self._deepest_numbered() + 1 if quoted else self._level(number, title, level, kind)
        while self._steps and self._steps[-1].level >= rank:
            self._steps.pop()
        self._steps.append(_Step(rank, title, number, kind, quoted))
        self._fresh = True
        self.all_paths.append(self.path)

    def _level(self, number: str, title: str, level: int, kind: str) -> float:
        if plain(title) in self._in_contents and numbering.depth(number) <= 1:
            return 1
        if number:
            return numbering.depth(number)
        if kind == "column":
            beside = next((step.level for step in self._steps if step.style == "column"), None)
            return beside or max((step.level for step in self._steps), default=0) + 1
        if kind == "caps" and not self._fresh:
            return 1
        same = next((step.level for step in reversed(self._steps) if step.style == kind and not step.number), None)
        if self._fresh and self._steps:
            return self._steps[-1].level + 1
        if same is not None:
            return same
        if level > 1 and not any(step.number for step in self._steps):
            return level
        return self._deepest_numbered() + 1

    def _out_of_order(self, number: str) -> bool:
        """Whether a whole number does not follow the last one: the heading of a document quoted here."""
        digits = numbering.bare(number)
        if not digits.isdigit() or number.startswith(("Appendix", "Annex", "Schedule")):
            return False
        if number.startswith("Section") or not self._top_number or int(digits) == self._top_number + 1:
            self._top_number = int(digits)
            return False
        return True

    def _deepest_numbered(self) -> float:
        return max((step.level for step in self._steps if step.number), default=0)
