"""The head's page of topics: for each topic what each school's policies say of it, so that differences and silences stand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.web.topics import families
from bot.links import clause_path
from bot.school import School
from bot.shelf import Shelf
from knowledge.health import SILENT, Covered
from knowledge.policy import Clause, Stance

MOST_COLUMNS = 12  # schools side by side: more cannot be compared by eye, and each may have to be made ready first

# A word, a sign and the name of a colour: nothing is told by one of them alone.
SIGNS = {
    Stance.FORBIDS.value: ("Forbids", "✕", "forbids"),
    Stance.ADVISES_AGAINST.value: ("Advises against", "▽", "advises"),
    Stance.CONDITIONS.value: ("With conditions", "◐", "conditions"),
    Stance.REQUIRES.value: ("Requires", "!", "requires"),
    Stance.ALLOWS.value: ("Allows", "✓", "allows"),
    Stance.INFORMS.value: ("Informs", "i", "informs"),
    SILENT: ("Silent", "–", "silent"),
}


class Show(StrEnum):
    """Which topics are listed."""

    ALL = "all"
    DIFFER = "differ"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Column:
    """A school with the current policies it is compared by, None where it has published none, and what they say of each topic."""

    school: School
    shelf: Shelf | None
    covered: Mapping[str, Covered]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one school says of one topic: word, sign, colour, and where, "" where it is silent."""

    school: str
    word: str
    sign: str
    colour: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """One topic across the schools."""

    title: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether the schools do not all say the same."""
        return len({cell.word for cell in self.cells}) > 1

    @property
    def silent(self) -> bool:
        """Whether a school says nothing."""
        return any(not cell.href for cell in self.cells)


@dataclass(frozen=True, slots=True)
class TopicsView:
    """The table: families of rows as filtered, and how many rows each filter would leave."""

    families: tuple[tuple[str, tuple[Row, ...]], ...]
    counts: Mapping[Show, int]
    silences: tuple[int, ...]  # of each school, over all topics


def topics_view(columns: Sequence[Column], show: Show) -> TopicsView:
    """The table of some schools."""
    clauses = [{clause.anchor: clause for clause in column.shelf.answerer.edition.clauses} if column.shelf else {} for column in columns]
    grouped = [
        (family, [Row(title, tuple(map(_cell, columns, clauses, [topic] * len(columns)))) for topic, title in named])
        for family, named in families()
    ]
    rows = [row for _, of_family in grouped for row in of_family]
    kept = ((family, tuple(row for row in of_family if _listed(row, show))) for family, of_family in grouped)
    return TopicsView(
        families=tuple((family, of_family) for family, of_family in kept if of_family),
        counts={one: sum(_listed(row, one) for row in rows) for one in Show},
        silences=tuple(sum(not row.cells[at].href for row in rows) for at in range(len(columns))),
    )


def _listed(row: Row, show: Show) -> bool:
    return show is Show.ALL or (row.differs if show is Show.DIFFER else row.silent)


def _cell(column: Column, clauses: Mapping[str, Clause], topic: str) -> Cell:
    covered = column.covered.get(topic)
    word, sign, colour = SIGNS[covered.said if covered else SILENT]
    if column.shelf is None or covered is None or covered.stance is None:
        return Cell(column.school.name, word, sign, colour, "")
    cited = column.shelf.cited(clauses[covered.anchor])
    href = clause_path(column.school.id, cited.key.policy, cited.key.number, cited.anchor)
    return Cell(column.school.name, word, sign, colour, href)
