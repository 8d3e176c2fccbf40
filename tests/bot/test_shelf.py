"""Shelves: what is made ready once is shared by schools with the same policy, and forgotten when others are asked more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep

from bot.in_memory import InMemorySchools
from bot.shelf import Shelves
from knowledge.answering import Answerer
from knowledge.policy import Edition
from tests.bot.schools import edition, school


class Made:
    """Makes answerers that are never asked, and counts them."""

    def __init__(self) -> None:
        self.editions: list[Edition] = []

    def __call__(self, made_of: Edition) -> Answerer:
        self.editions.append(made_of)
        sleep(0.01)
        return object()  # type: ignore[return-value]


def test_schools_with_the_same_policy_share_one_answerer_made_once_by_many_threads() -> None:
    made = Made()
    shelves = Shelves(make=made)
    schools = InMemorySchools([school(f"school-{at}", "cbc") for at in range(20)])
    with ThreadPoolExecutor(8) as threads:
        shelved = list(threads.map(lambda school_id: shelves.of(schools.unit(school_id)), schools.ids()))
    assert len(made.editions) == 1
    assert len({id(shelf.answerer) for shelf in shelved if shelf}) == 1


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    made = Made()
    shelves = Shelves(most=2, make=made)
    schools = InMemorySchools([school(name, name) for name in ("cbc", "dobcroft", "cookridge")])
    for name in ("cbc", "dobcroft", "cbc", "cookridge", "cbc", "dobcroft"):
        shelves.of(schools.unit(name))
    assert [one.title for one in made.editions] == [edition(name).title for name in ("cbc", "dobcroft", "cookridge", "dobcroft")]


def test_a_failure_while_making_leaves_nothing_behind_and_the_next_try_succeeds() -> None:
    tries: list[int] = []

    def fails_once(made_of: Edition) -> Answerer:
        tries.append(1)
        if len(tries) == 1:
            raise MemoryError
        return object()  # type: ignore[return-value]

    shelves = Shelves(make=fails_once)
    unit = InMemorySchools([school("a", "cbc")]).unit("a")
    for _ in range(2):
        try:
            shelves.of(unit)
        except MemoryError:
            continue
    assert len(tries) == 2


def test_a_school_without_a_policy_has_no_shelf() -> None:
    assert Shelves().of(InMemorySchools([school("a")]).unit("a")) is None
