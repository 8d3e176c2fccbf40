"""What stays of somebody's coming back with the right code: nothing that says when, whatever they did or left undone."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select

from adapters.store.cases import StoreCases
from adapters.store.schools import StoreSchools
from adapters.store.tables.concerns import GuessRow
from bot.concerns.concern import About, Kind, Police, Route
from bot.concerns.filing import Draft, Unfinished
from bot.concerns.in_memory import PlainSigner, QuickLock, RecordedMessages
from bot.concerns.reports import Reports, reports_of
from bot.concerns.returning import MOST_FILES, MOST_OF_ONE
from bot.school import School
from tests.adapters.store.case_examples import AT, HEAD, KEYS, LEAD
from tests.adapters.store.conftest import Clock


@pytest.fixture
def reports(engine: Engine, schools: StoreSchools, clock: Clock) -> Reports:
    """Reports of alder, which has a lead and a head."""
    schools.apply(School("alder", "Alder Primary", holders=(LEAD, HEAD)), [])
    made = iter(f"id-{number:022d}" for number in range(10_000))
    return reports_of(
        StoreCases(engine, KEYS, lambda: AT),
        QuickLock(),
        RecordedMessages(),
        PlainSigner(),
        lambda: AT,
        lambda: next(made),
        random=lambda: 0.5,
        digest=lambda _school, _head: None,
    )


def test_a_right_code_leaves_no_guess_even_where_nothing_is_done_with_it(reports: Reports, engine: Engine) -> None:
    draft = Draft("a" * 22, "It happened.", frozenset({About.PUPIL}), Route.ANONYMOUS, kind=Kind.OTHER, police=Police.NO)
    code = reports.filing.file("alder", draft).receipt.code
    back = reports.returning
    for _ in range(MOST_OF_ONE + 2):  # the same again and again changes nothing, and locks nobody out
        back.add("alder", code, "More.", "a-submission")
        back.wish("alder", code, Police.NO)
        back.withdraw("alder", code)
    for number in range(MOST_FILES):
        back.attach("alder", code, "picture-1.png", "image/png", b"x", f"file-{number}")
    with pytest.raises(Unfinished):
        back.attach("alder", code, "picture-6.png", "image/png", b"x", "file-6")
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(GuessRow)) == 0
