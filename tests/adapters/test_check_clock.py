"""What `signpost doctor` says of the clock: when one was here, whether it keeps up, what arrived nowhere, and who is sent the drill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from adapters.check_clock import MOST_NAMED, check_clock, check_drills
from adapters.checks import Check, State
from adapters.pulse import SILENT
from adapters.settings import Settings
from adapters.store.cases import StoreCases
from adapters.store.schools import StoreSchools
from adapters.store.sealing import Keys
from bot.concerns.clock import BEHIND
from bot.concerns.letters import Letter, LetterKind, LetterState
from bot.school import Holder, Role, School
from tests.adapters.installed import KEY
from tests.adapters.store.case_examples import PLAIN, receipt_for
from tests.databases import BOTH, migrated_database

AT = datetime(2026, 3, 4, 9, 25, 41, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


@dataclass
class Looked:
    """A database with two schools, and what the doctor finds there."""

    engine: Engine

    def __post_init__(self) -> None:
        schools = StoreSchools(self.engine, lambda: AT)
        for school in ("ash", "oak"):
            schools.apply(School(school, school.title()), [])
        self.cases = StoreCases(self.engine, Keys.read(KEY), lambda: AT)

    def letter(self, number: int, state: LetterState, school: str = "oak", due_at: datetime = AT) -> None:
        """Nothing: there is a letter in that state."""
        with self.cases.unit(school) as unit:
            unit.post(Letter(f"{school}-{number}", school, "", LetterKind.DRILL, number, "somebody", due_at, state=state))
            unit.commit()

    def reported(self, school: str) -> None:
        """Nothing: there is a report whose first letter was given up."""
        with self.cases.unit(school) as unit:
            unit.add(PLAIN, "filing", receipt_for(PLAIN))
            unit.post(Letter("of-report", school, PLAIN.id, LetterKind.PING, 0, "somebody", AT, state=LetterState.DEAD))
            unit.commit()

    def found(self, now: datetime = AT) -> list[Check]:
        """The checks."""
        return list(check_clock(self.engine, now))


@pytest.fixture(params=BOTH)
def looked(request: pytest.FixtureRequest) -> Iterator[Looked]:
    with migrated_database(request.param) as engine:
        yield Looked(engine)


def test_a_clock_that_was_here_lately_and_keeps_up_is_well(looked: Looked) -> None:
    assert [(one.state, "no clock has run yet" in one.found) for one in looked.found()] == [(State.LOOK, True)]
    looked.cases.beat(AT)
    looked.letter(1, LetterState.PENDING, due_at=AT)
    assert [one.state for one in looked.found(AT + SILENT)] == [State.OK]


def test_a_clock_that_died_and_one_that_cannot_keep_up_are_told_apart(looked: Looked) -> None:
    looked.cases.beat(AT)
    dead = looked.found(AT + SILENT + A_SECOND)
    assert [(one.state, one.found) for one in dead] == [(State.MEND, "no clock runs: the last was here 2 minutes ago; nothing is overdue")]

    looked.letter(1, LetterState.SENDING, due_at=AT - BEHIND - A_SECOND)
    slow = looked.found()
    assert [(one.state, one.found) for one in slow] == [(State.MEND, "a clock runs, but something is overdue")]


def test_letters_that_arrived_nowhere_are_told_for_a_day_and_nothing_of_reports_but_that_there_were_any(looked: Looked) -> None:
    looked.cases.beat(AT)
    for number, state in enumerate(LetterState):
        if state is not LetterState.DEAD:
            looked.letter(number, state, due_at=AT + BEHIND)
    looked.letter(11, LetterState.DEAD, due_at=AT - timedelta(days=2))
    assert [one for one in looked.found() if one.name == "letters"] == []

    looked.letter(10, LetterState.DEAD)
    looked.letter(12, LetterState.DEAD)
    (of_rounds,) = [one for one in looked.found() if one.name == "letters"]
    assert (of_rounds.state, of_rounds.found.rpartition(" at: ")[2]) == (State.LOOK, "oak")

    looked.reported("ash")
    (_, of_reports) = [one for one in looked.found() if one.name == "letters"]
    assert of_reports.state is State.LOOK
    assert "a message about a report" in of_reports.found
    assert "ash" not in of_reports.found


def test_schools_without_anybody_for_the_daily_drill_are_named_and_no_person_is() -> None:
    whole = School("oak", "Oak", holders=(Holder(Role.IT, "Robin Shah", email="it@oak.example"),))
    deaf = [School(f"s{number:02}", "S", holders=(Holder(Role.IT, "Robin Shah"),)) for number in range(MOST_NAMED + 2)]
    mail = Settings(smtp_url=SecretStr("smtp://localhost"), mail_from="signpost@oak.example")
    assert [one.state for one in check_drills(mail, [(whole, ())])] == [State.OK]
    assert list(check_drills(mail, [])) == []
    (found,) = check_drills(mail, [(one, ()) for one in (whole, *deaf)])
    assert found.state is State.LOOK
    assert found.found.endswith(f"{deaf[MOST_NAMED - 1].id} and 2 more")
    assert "oak" not in found.found
    assert "Robin" not in found.found


def test_an_it_contact_whom_no_way_that_is_set_up_reaches_is_nobody() -> None:
    by_mail = School("oak", "Oak", holders=(Holder(Role.IT, "Robin Shah", email="it@oak.example", slack="U9"),))
    bare = Settings()
    slack = Settings(slack_bot_token=SecretStr("xoxb-1"), slack_signing_secret=SecretStr("secret"))
    places = (("slack", "T1"),)
    assert [one.state for one in check_drills(bare, [(by_mail, places)])] == [State.LOOK]
    assert [one.state for one in check_drills(slack, [(by_mail, ())])] == [State.LOOK]
    assert [one.state for one in check_drills(slack, [(by_mail, places)])] == [State.OK]


def test_a_beat_from_after_now_is_a_wrong_time_and_no_clock_that_runs(looked: Looked) -> None:
    looked.cases.beat(AT + timedelta(hours=1))
    assert [(one.state, one.found) for one in looked.found()] == [(State.MEND, "a clock was here 60 minutes after now; nothing is overdue")]
