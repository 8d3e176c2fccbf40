"""Numbering: the contents page against the headings, and gaps or repeats in the series of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from knowledge.clauses import numbering
from knowledge.clauses.furniture import plain
from knowledge.health.finding import Finding, Kind, Severity
from knowledge.policy import ContentsLine, Edition

SAME_TITLE = 78  # rapidfuzz points from which a heading is the one a contents line means
Heading = tuple[str, str, tuple[str, ...]]  # number, title, path

WIDEST_GAP = 60  # numbers: a wider one is no gap but another way of numbering


def numbering_findings(edition: Edition) -> list[Finding]:
    """Where numbers and titles disagree: contents page against text, then gaps and repeats."""
    headings = [(*_number_and_title(edition, path), path) for path in edition.headings]
    return [*_against_contents(edition, headings), *_series(edition, headings)]


def _number_and_title(edition: Edition, path: tuple[str, ...]) -> tuple[str, str]:
    """A heading's number and title.

    A bare "2 Cameras" or "A Use of …" is numbered only where the clauses below it bear the number: "A guide to cameras" is not.
    """
    number, title = numbering.split_number(path[-1])
    if not number and (bare := re.match(r"^(\d{1,2}|[A-Z])\s+(\S.*)$", path[-1])):
        below = (clause for clause in edition.clauses if clause.section[: len(path)] == path)
        if any(re.match(rf"{bare[1]}(?![\w])", clause.number) for clause in below):
            return bare[1], bare[2]
    return number, title


def _against_contents(edition: Edition, headings: Sequence[Heading]) -> list[Finding]:
    if not edition.contents:
        return []
    pairs = _paired(edition.contents, headings)
    found: list[Finding] = []
    other = [
        (line, headings[at])
        for line, at in pairs
        if at is not None and line.number and headings[at][0] and numbering.bare(line.number) != numbering.bare(headings[at][0])
    ]
    if other:
        told = "; ".join(
            f"“{heading[1]}” is {numbering.bare(line.number)} there and {numbering.bare(heading[0])} in the text" for line, heading in other
        )
        why = f"The contents page and the text number {len(other)} section{'s' if len(other) > 1 else ''} differently: {told}."
        found.append(
            _finding(
                edition,
                other[0][1],
                Severity.MEND,
                why,
                "Put the sections or the contents page in one order, and check every reference to these numbers.",
            )
        )
    for line, at in pairs:
        if at is None and not _stands_somewhere(edition, line.title):
            name = f"{line.number} {line.title}".strip()
            found.append(
                Finding(
                    Kind.NUMBERING,
                    Severity.MEND,
                    "",
                    name,
                    f"The contents page lists “{name}”, but no section of that title stands in the policy.",
                    "Restore the section or take the line out of the contents page.",
                )
            )
    known = {at for _, at in pairs}
    numbered = any(line.number for line in edition.contents)
    for at, heading in enumerate(headings):
        if at not in known and len(heading[2]) == 1 and (heading[0] or not numbered):  # a contents page of numbers lists what has one
            found.append(
                _finding(
                    edition,
                    heading,
                    Severity.INFO,
                    f"The section “{heading[2][-1]}” is missing from the contents page.",
                    "Add it to the contents page.",
                )
            )
    return found


def _stands_somewhere(edition: Edition, title: str) -> bool:
    """Whether a title is in the text at all: as a heading that differs a little, or read as a clause of its own."""
    wanted = plain(title)
    texts = (
        [path[-1] for path in edition.headings]
        + [clause.text for clause in edition.clauses]
        + [line.text for line in edition.left_out if line.why != "contents"]
    )
    return any(fuzz.token_set_ratio(wanted, said) >= 95 for text in texts if (said := plain(text)) and len(said) <= 2 * len(wanted))


def _paired(lines: Sequence[ContentsLine], headings: Sequence[Heading]) -> list[tuple[ContentsLine, int | None]]:
    """Each contents line with the index of the heading it names, best matches first, each heading once."""
    scores = sorted(
        ((_alike(plain(line.title), plain(heading[1])), -at, -to) for at, line in enumerate(lines) for to, heading in enumerate(headings)),
        reverse=True,
    )
    taken: dict[int, int] = {}
    for score, at, to in scores:
        if score >= SAME_TITLE and -at not in taken and -to not in taken.values():
            taken[-at] = -to
    return [(line, taken.get(at)) for at, line in enumerate(lines)]


def _alike(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    shorter = min(len(one), len(other))
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other), fuzz.token_set_ratio(one, other) - 5 if shorter >= 12 else 0.0)


def _series(edition: Edition, headings: Sequence[Heading]) -> list[Finding]:
    """Gaps and repeats in the numbers of the top sections, and gaps in 6.1, 6.2 … below them."""
    found: list[Finding] = []
    series: dict[str, list[tuple[int, Heading]]] = {}
    for heading in headings:
        if heading[0] and len(heading[2]) == 1 and (value := _value(heading[0])):
            kind = (
                "digit"
                if numbering.bare(heading[0]).isdigit() and not heading[0].lower().startswith(("appendix", "annex", "schedule"))
                else numbering.style(heading[0])
            )
            series.setdefault(kind, []).append((value, heading))
    item_numbers = {piece for clause in edition.clauses for piece in re.findall(r"\(([A-Za-z0-9]+)\)", clause.number)} | {
        clause.number.rstrip(".") for clause in edition.clauses
    }
    for run in series.values():
        values = [value for value, _ in run]
        for value, heading in run:
            if values.count(value) > 1 and values.index(value) < run.index((value, heading)):
                found.append(
                    _finding(
                        edition,
                        heading,
                        Severity.MEND,
                        f"Two sections have the number {numbering.bare(heading[0])}: this is the second.",
                        "Number the sections through and check references to them.",
                    )
                )
        for before, after in zip(sorted(set(values)), sorted(set(values))[1:], strict=False):
            heading = next(heading for value, heading in run if value == after)
            missing = [_as_like(value, heading[0]) for value in range(before + 1, min(after, before + 1 + WIDEST_GAP))]
            if missing and not set(missing) & item_numbers:  # a heading read as a list item is there all the same
                first, last = _as_like(before, heading[0]), _as_like(after, heading[0])
                why = f"The sections go from {first} to {last}: {', '.join(missing)} is missing."
                found.append(_finding(edition, heading, Severity.MEND, why, "Renumber, or restore the section that was lost."))
    return [*found, *_dotted_gaps(edition, headings)]


def _dotted_gaps(edition: Edition, headings: Sequence[Heading]) -> list[Finding]:
    below: dict[str, set[int]] = {}
    for number in [*(heading[0] for heading in headings), *(clause.number for clause in edition.clauses)]:
        if match := re.match(r"^(\d+(?:\.\d+)*)\.(\d+)\b", number):
            below.setdefault(match[1], set()).add(int(match[2]))
    found: list[Finding] = []
    for parent, numbers in below.items():
        missing = [
            f"{parent}.{number}" for number in range(min(numbers), min(max(numbers), min(numbers) + WIDEST_GAP)) if number not in numbers
        ]
        if missing and len(numbers) >= 2:
            after = f"{parent}.{min(number for number in numbers if number > int(missing[0].rsplit('.', 1)[1]))}"
            clause = next((clause for clause in edition.clauses if re.match(rf"{re.escape(after)}\b", clause.number)), None)
            found.append(
                Finding(
                    Kind.NUMBERING,
                    Severity.MEND,
                    clause.anchor if clause else "",
                    clause.text if clause else "",
                    f"The numbering skips {', '.join(missing)}.",
                    "Renumber, or restore the paragraph that was lost.",
                )
            )
    return found


def _value(number: str) -> int:
    """A top number as a count: "Section 6" → 6, "B" → 2; 0 for anything else."""
    bare = numbering.bare(number)
    if bare.isdigit():
        return int(bare)
    return ord(bare) - ord("A") + 1 if len(bare) == 1 and bare.isupper() else 0


def _as_like(value: int, number: str) -> str:
    return str(value) if numbering.bare(number).isdigit() else chr(ord("A") + value - 1)


def _finding(edition: Edition, heading: Heading, severity: Severity, why: str, what_to_do: str) -> Finding:
    """A finding on a section: its first clause's anchor, its heading as quote."""
    path = heading[2]
    clause = next((clause for clause in edition.clauses if clause.section[: len(path)] == path), None)
    return Finding(Kind.NUMBERING, severity, clause.anchor if clause else "", path[-1], why, what_to_do)
