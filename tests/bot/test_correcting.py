"""What is said of clauses reaches the shelf, and no reader talks a corrected ban into a yes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.in_memory import InMemorySchools, Kept
from bot.reading import Choice, Reading
from bot.school import EditionKey, Published, School
from bot.shelf import Shelf, Shelves
from knowledge.answering import Answerer
from knowledge.corrections import CorrectedAnswerer, Correction
from knowledge.policy import Stance
from knowledge.verdict import Verdict
from tests.bot.schools import START
from tests.shared_files import clause_with, edition

PARENT = "can I accept a friend request from a parent?"
POLICY = edition("Staff must not accept friend requests from parents.\n\nStaff are free to join a union's Facebook group.\n")
ALLOWS = Correction(clause_with(POLICY, "parents").anchor, "befriend_parent", Stance.ALLOWS)


class Yes:
    """A reader that says yes of a clause, whatever it is asked."""

    def __init__(self, words: str) -> None:
        self.words = words

    def choose(self, question: str, candidates: Sequence[tuple[int, str]]) -> Choice | None:
        """Yes, by the clause with the words."""
        return next(Choice(number, "yes") for number, text in candidates if self.words in text)


@pytest.fixture
def schools() -> InMemorySchools:
    """Alder and birch, with one policy."""
    key = EditionKey("social-media", 1, "one")
    return InMemorySchools([Kept(School(name, name), [Published(key, POLICY, START)]) for name in ("alder", "birch")])


def shelf_of(schools: InMemorySchools, shelves: Shelves, school: str = "alder") -> Shelf:
    """A school's shelf."""
    shelf = shelves.of(schools.unit(school))
    assert shelf is not None
    return shelf


def test_a_shelf_is_made_anew_when_something_else_is_said_and_shares_what_stays(schools: InMemorySchools) -> None:
    made: list[Answerer] = []
    shelves = Shelves(make=lambda of: made.append(Answerer(of, plain=True)) or made[-1])  # type: ignore[func-returns-value]
    before = shelf_of(schools, shelves)
    schools.unit("alder").correct("social-media", ALLOWS)
    after = shelf_of(schools, shelves)
    assert after.answerer is shelf_of(schools, shelves).answerer is not before.answerer
    assert isinstance(after.answerer, CorrectedAnswerer)
    assert after.answerer.by_words is before.answerer is shelf_of(schools, shelves, "birch").answerer
    schools.unit("alder").take_back("social-media", ALLOWS.anchor, ALLOWS.topic)
    assert shelf_of(schools, shelves).answerer is before.answerer
    assert len(made) == 1


def test_a_reader_does_not_make_a_yes_of_a_ban_that_is_said_to_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.reading.may_be_sent", lambda _: True)
    by_words = Answerer(POLICY, plain=True)
    corrected = CorrectedAnswerer(by_words, [ALLOWS])
    ruling = corrected.answer(PARENT)
    assert ruling.verdict is Verdict.INFO
    reading = Reading(Yes("friend requests"))
    assert reading.of(PARENT, ruling, corrected) is ruling
    assert reading.came == {"not_followed": 1}


def test_a_reader_may_still_say_the_yes_that_it_could_without_the_correction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.reading.may_be_sent", lambda _: True)
    question = "is the union's Facebook group something to join?"
    by_words = Answerer(edition("Staff are free to join a union's Facebook group.\n\nPhones are kept in the office.\n"), plain=True)
    phones = next(clause for clause in by_words.edition.clauses if "Phones" in clause.text)
    corrected = CorrectedAnswerer(by_words, [Correction(phones.anchor, "passwords", None)])
    read = [Reading(Yes("union")).of(question, one.answer(question), one).verdict for one in (by_words, corrected)]
    assert read == [Verdict.YES, Verdict.YES]
