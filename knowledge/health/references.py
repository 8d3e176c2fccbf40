"""References out of date: superseded laws, guidance, bodies and sites named in a policy, by the dated table in references.toml."""

from __future__ import annotations

import calendar
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from knowledge.errors import DataFault
from knowledge.health.finding import Finding, Kind, Severity
from knowledge.policy import Clause, Edition
from knowledge.sentences import sentences

KEYS = {"name", "found", "instead", "source", "severity", "since", "exact", "editions", "in_force", "yearly"}
YEAR_AFTER = re.compile(r"^[^.;]{0,95}?\b((?:19|20)\d\d)\b")
YEAR_BEFORE = re.compile(r"\b((?:19|20)\d\d)(?: (?:edition|version) of(?: the)?)?[\s'‘’“\"(]*$")


@dataclass(frozen=True, slots=True)
class Reference:
    """One line of the table.

    ``in_force``: for guidance known by its year, each edition's year with the day it took effect.
    ``yearly``: the month of a yearly reissue, else 0.
    """

    name: str
    found: tuple[re.Pattern[str], ...]
    instead: str
    source: str
    severity: Severity
    since: str = ""
    editions: bool = False
    in_force: tuple[tuple[int, date], ...] = ()
    yearly: int = 0

    def newest(self, today: date) -> int:
        """The year of the edition in force on a day; 0 where none is known."""
        if self.yearly:
            return today.year if today.month >= self.yearly else today.year - 1
        return max((year for year, start in self.in_force if start <= today), default=0)


@cache
def references() -> tuple[Reference, ...]:
    """The bundled table, read once.

    Raises DataFault where an entry is wrong.
    """
    return read_references(files("knowledge.health").joinpath("references.toml").read_text(encoding="utf-8"))


def read_references(source: str) -> tuple[Reference, ...]:
    """The references in a TOML text.

    Raises DataFault where an entry lacks something, has an unknown key or a pattern that does not compile.
    """
    try:
        return tuple(_reference(entry) for entry in tomllib.loads(source).get("reference", []))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as error:
        raise DataFault(
            f"knowledge/health/references.toml: {error}.", "Mend the entry it names; the head of the file says what each holds."
        ) from error


def _reference(entry: dict) -> Reference:  # type: ignore[type-arg]
    if unknown := set(entry) - KEYS:
        raise ValueError(f"{entry.get('name', 'an entry')} has an unknown key {sorted(unknown)[0]!r}")
    if not entry.get("editions") and not entry.get("since"):
        raise ValueError(f"{entry['name']} says neither since when it is replaced nor that it has editions")
    flags = re.NOFLAG if entry.get("exact") else re.IGNORECASE
    return Reference(
        name=entry["name"],
        found=tuple(re.compile(pattern, flags) for pattern in entry["found"]),
        instead=entry["instead"],
        source=entry["source"],
        severity=Severity(entry["severity"]),
        since=entry.get("since", ""),
        editions=entry.get("editions", False),
        in_force=tuple((int(year), date.fromisoformat(start)) for year, start in entry.get("in_force", ())),
        yearly=entry.get("yearly", 0),
    )


def reference_findings(edition: Edition, today: date) -> list[Finding]:
    """The out-of-date references of a policy, each once with the first clause that names it."""
    found: list[Finding] = []
    for reference in references():
        named: dict[int, list[tuple[Clause, str]]] = {}  # by year named, 0 where the reference has no editions
        for clause, sentence, match in _namings(reference, edition):
            year = _year_beside(sentence, match) if reference.editions else 0
            if not reference.editions or (year and year < reference.newest(today)):
                named.setdefault(year, []).append((clause, sentence))
        found += [_finding(reference, year, places, today) for year, places in named.items()]
    return found


def _namings(reference: Reference, edition: Edition) -> Iterator[tuple[Clause, str, re.Match[str]]]:
    for clause in edition.clauses:
        for sentence in [*([clause.lead_in] if clause.lead_in else []), *sentences(clause.text)]:
            if match := next((match for pattern in reference.found if (match := pattern.search(sentence))), None):
                yield clause, sentence, match


def _year_beside(sentence: str, match: re.Match[str]) -> int:
    """The year that says which edition is meant: in the name, after it, or right before it; 0 where none is given."""
    if inside := re.search(r"\b(?:19|20)\d\d\b", match.group()):
        return int(inside.group())
    if before := YEAR_BEFORE.search(sentence[: match.start()]):
        return int(before[1])
    # The year of the next document named is not this one's.
    rest = re.split(
        r"['’”\"]\s*(?:and|,|as well as)\s|\bas well as\b|,\s+(?:(?:the|our|this)\b|['‘“])|\band the\b", sentence[match.end() :], maxsplit=1
    )[0]
    after = YEAR_AFTER.match(rest)
    return int(after[1]) if after else 0


def _finding(reference: Reference, year: int, places: list[tuple[Clause, str]], today: date) -> Finding:
    clause, sentence = places[0]
    others = len({place.anchor for place, _ in places}) - 1
    also = f" ({others} more clause{'s' if others > 1 else ''} name{'' if others > 1 else 's'} it too)" if others else ""
    if year:
        newest = reference.newest(today)
        when = (
            f"it is reissued each year, and the edition in force is that of {calendar.month_name[reference.yearly]} {newest}"
            if reference.yearly
            else f"a newer edition, of {newest}, has replaced it"
        )
        return Finding(
            Kind.REFERENCE,
            reference.severity,
            clause.anchor,
            sentence,
            f"This names {reference.name} of {year}{also}; {when}.",
            f"Name {reference.instead}.",
        )
    why = f"This names {reference.name}{also}, out of date since {reference.since}."
    return Finding(Kind.REFERENCE, reference.severity, clause.anchor, sentence, why, f"Name {reference.instead}.")
