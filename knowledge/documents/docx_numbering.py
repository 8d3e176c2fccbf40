"""The numbers and bullets that Word prints but does not write into the text: counted again from numbering.xml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.documents.docx_package import OFF, W, value, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PLACE = re.compile(r"%([1-9])")
ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
DEEPEST = 9  # Word's lists have nine levels


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    legal: bool = False  # all numbers of the marker in figures
    indent: int | None = None


@dataclass(slots=True)
class _Numbers:
    abstract: str
    levels: dict[int, _Level]
    restarts: dict[int, int] = field(default_factory=dict)  # levels that this list starts anew, with the first number


class Numbering:
    """Counts through a document's lists in reading order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _Numbers] = {}
        self._counts: dict[str, list[int | None]] = {}  # by abstract list: Word counts on where two lists share one
        self._restarted: set[tuple[str, int]] = set()
        if root is not None:
            self._load(root)

    def _load(self, root: Element) -> None:
        abstracts = {element.get(f"{W}abstractNumId", ""): element for element in root.findall(f"{W}abstractNum")}
        by_style = {value(element, "styleLink"): element for element in abstracts.values() if value(element, "styleLink")}
        for number in root.findall(f"{W}num"):
            key = value(number, "abstractNumId") or ""
            element = abstracts.get(key)
            if element is None:
                continue
            element = by_style.get(value(element, "numStyleLink"), element)
            numbers = _Numbers(key, _levels(element))
            for override in number.findall(f"{W}lvlOverride"):
                depth = whole(override.get(f"{W}ilvl")) or 0
                numbers.levels |= _levels(override)
                start = whole(value(override, "startOverride"))
                if start is not None:
                    numbers.restarts[depth] = start
            self._lists[number.get(f"{W}numId", "")] = numbers

    def knows(self, num_id: str | None) -> bool:
        """Whether there is such a list ("0" is Word's way of taking a paragraph out of one)."""
        return num_id in self._lists

    def indent(self, num_id: str, depth: int) -> int | None:
        """How far the list's level is indented, in twentieths of a point, where it says so."""
        level = self._lists[num_id].levels.get(depth)
        return level.indent if level else None

    def is_bullet(self, num_id: str, depth: int) -> bool:
        """Whether this level has bullets, not numbers."""
        level = self._lists[num_id].levels.get(depth)
        return level is None or level.form in {"bullet", "none"} or not PLACE.search(level.pattern)

    def next_marker(self, num_id: str, depth: int) -> str:
        """The marker of the next paragraph of this list at this depth, as printed: "3.", "(b)", "4.1", "•"; "" where it prints none."""
        numbers = self._lists[num_id]
        depth = max(0, min(depth, DEEPEST - 1))
        level = numbers.levels.get(depth, _Level(form="bullet", pattern="•"))
        counts = self._counts.setdefault(numbers.abstract, [None] * DEEPEST)
        if depth in numbers.restarts and (num_id, depth) not in self._restarted:
            self._restarted.add((num_id, depth))
            counts[depth] = numbers.restarts[depth] - 1
        before = counts[depth]
        counts[depth] = level.start if before is None else before + 1
        counts[depth + 1 :] = [None] * (DEEPEST - depth - 1)
        if level.form == "bullet":
            return _bullet(level.pattern)
        if level.form == "none":
            return ""

        def shown(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            at = numbers.levels.get(place, _Level())
            count = counts[place] if place <= depth else None
            return as_written(at.start if count is None else count, "decimal" if level.legal else at.form)

        return PLACE.sub(shown, level.pattern).strip()


def _levels(parent: Element) -> dict[int, _Level]:
    found = {}
    for element in parent.findall(f"{W}lvl"):
        depth = whole(element.get(f"{W}ilvl")) or 0
        legal = element.find(f"{W}isLgl")
        indent = element.find(f"{W}pPr/{W}ind")
        left = whole(indent.get(f"{W}left") or indent.get(f"{W}start")) if indent is not None else None
        start = whole(value(element, "start"))
        is_legal = legal is not None and (legal.get(f"{W}val") or "on") not in OFF
        found[depth] = _Level(
            1 if start is None else start, value(element, "numFmt") or "decimal", value(element, "lvlText") or "", is_legal, left
        )
    return found


def _bullet(pattern: str) -> str:
    """A bullet that every font can show: the symbol fonts' letters and private characters stand for dots and squares."""
    mark = pattern.strip()
    if len(mark) != 1 or mark.isalnum() or "\ue000" <= mark <= "\uf8ff":
        return "•"
    return mark


def as_written(number: int, form: str) -> str:
    """A number in the form a list or an HTML `type` asks for: "3", "c", "C", "iii", "III"."""
    if number < 1 or number > 3999:
        return str(number)
    if form in {"lowerLetter", "upperLetter"}:
        repeat, place = divmod(number - 1, 26)  # Word goes on with "aa", "bb"
        letters = chr(ord("a") + place) * min(repeat + 1, 9)
        return letters.upper() if form == "upperLetter" else letters
    if form in {"lowerRoman", "upperRoman"}:
        letters = ""
        for worth, sign in ROMAN:
            while number >= worth:
                letters += sign
                number -= worth
        return letters.upper() if form == "upperRoman" else letters
    return f"{number:02}" if form == "decimalZero" else str(number)
