"""The stores of reports that the contract is asked of, each with two schools in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from adapters.store.cases import StoreCases
from adapters.store.schools import StoreSchools
from bot.concerns.concern import Concern
from bot.concerns.in_memory import InMemoryCases
from bot.concerns.letters import Letter
from bot.concerns.ports import Cases
from bot.school import Holder, Role, School
from tests.adapters.store.case_examples import AT, KEYS, damage, file
from tests.databases import BOTH, migrated_database

STORES = ("memory", *BOTH)
LEASE = timedelta(minutes=2)
ALDER = School(
    "alder", "Alder Primary", holders=(Holder(Role.LEAD, "Ann Lee"),), lado="LADO: 01632 960009", reports_kept_years=7, owner="trees"
)
BIRCH = School("birch", "Birch Primary")


@dataclass
class Store:
    """One store with alder and birch in it."""

    cases: Cases
    damage: Callable[[str], None]  # a concern of alder's, by its id: it does not open any more

    def filed(self, *concerns: Concern, school: str = "alder") -> None:
        """Nothing: the concerns are kept, each with what belongs to it."""
        with self.cases.unit(school) as unit:
            for concern in concerns:
                file(unit, concern)
            unit.commit()

    def posted(self, *letters: Letter) -> list[bool]:
        """Which of the letters are new; they are kept."""
        news = []
        for letter in letters:
            with self.cases.unit(letter.school) as unit:
                news.append(unit.post(letter))
                unit.commit()
        return news


@contextmanager
def opened(kind: str) -> Iterator[Store]:
    """A store of a kind."""
    if kind == "memory":
        kept = InMemoryCases([ALDER, BIRCH], lambda: AT)
        yield Store(kept, kept.kept["alder"].broken.add)
        return
    with migrated_database(kind) as engine:
        for school in (ALDER, BIRCH):
            StoreSchools(engine, lambda: AT).apply(school, [])
        yield Store(StoreCases(engine, KEYS, lambda: AT), lambda concern: damage(engine, concern))
