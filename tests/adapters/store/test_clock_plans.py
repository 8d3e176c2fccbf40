"""Ten thousand schools with an open report each: what the clock asks is found through an index, whatever else there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest
from sqlalchemy import Engine, text

from adapters.store.cases import StoreCases
from bot.concerns.letters import LetterKind, LetterState
from bot.concerns.ports import Ping
from tests.adapters.store.case_examples import AT, HOUR, KEYS, LETTER
from tests.adapters.store.test_tenancy import statements
from tests.databases import BOTH, migrated_database

SCHOOLS = 10_000
LEASE = timedelta(minutes=2)
ROWS = """WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :schools) """
FILL = (
    """INSERT INTO schools (id, name, owner, helpline, hours) SELECT 's' || n, 'S', '', '', '' FROM numbers""",
    """INSERT INTO concerns (school, id, reference, filing, state, keep_until, head)
       SELECT 's' || n, 'c', 'r', 'f', 'received', :day, :head FROM numbers""",
    # One in a hundred is due, and all of those at the same moment, as where a clock did not run for an hour.
    """INSERT INTO pings (school, id, concern, due_at, attempts, why)
       SELECT 's' || n, 'p', 'c', CASE WHEN n % 100 = 0 THEN :due ELSE :later END, 1, 'climb' FROM numbers""",
    # A letter of each step of the last month was sent; one in a hundred has another to be sent, and some have it for later.
    """INSERT INTO letters (school, id, concern, kind, number, recipient, due_at, ways, attempts, state)
       SELECT 's' || n, 'sent', 'c', 'ping', 0, 'ann', :due, '["chat"]', 0, 'sent' FROM numbers""",
    """INSERT INTO letters (school, id, concern, kind, number, recipient, due_at, ways, attempts, state)
       SELECT 's' || n, 'next', 'c', 'ping', 1, 'ann', CASE WHEN n % 100 = 0 THEN :due ELSE :later END, '["chat"]', 0, 'pending'
       FROM numbers WHERE n % 10 = 0""",
    """INSERT INTO letters (school, id, kind, number, recipient, due_at, ways, attempts, state)
       SELECT 's' || n, 'drill', 'drill', 1, 'ida', :due, '["chat"]', 0, 'sent' FROM numbers""",
    """INSERT INTO marks (school, kind, number, at) SELECT 's' || n, 'drill', 1, :due FROM numbers""",
    """INSERT INTO marks (school, kind, number, at) SELECT 's' || n, 'drill', 2, :due FROM numbers WHERE n > 50""",
)


@pytest.fixture(scope="module", params=BOTH)
def full(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with migrated_database(request.param) as engine:
        kept = (lambda at: at) if request.param == "postgresql" else (lambda at: str(at.replace(tzinfo=None)))  # as UtcTime keeps it
        values = {"schools": SCHOOLS, "due": kept(AT), "later": kept(AT + 5 * HOUR), "day": "2032-03-02", "head": b"sealed"}
        with engine.begin() as connection:
            if request.param == "postgresql":  # the rows fit together, and to look that up for each takes seconds
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for statement in FILL:
                names = {name: value for name, value in values.items() if f":{name}" in ROWS + statement}
                connection.execute(text(ROWS + statement), names)
            connection.exec_driver_sql("ANALYZE")
        yield engine


def plan(engine: Engine, statement: str, values: object) -> str:
    """How the database would go about a statement."""
    explain = "EXPLAIN " if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    with engine.connect() as connection:
        return "\n".join(" ".join(map(str, row)) for row in connection.exec_driver_sql(explain + statement, values))  # type: ignore[arg-type]


def tell_the_school(cases: StoreCases) -> None:
    """Nothing: a school's own moments and letters are asked for and changed, and nothing of it is kept."""
    with cases.unit("s7") as unit:
        assert [one.id for one in unit.letters("c")] == ["sent"]
        unit.hurry("c", AT + HOUR)
        unit.settle(Ping("p", "s7", "c", AT, 1), AT + HOUR)
        unit.settle_letter(replace(LETTER, id="next", concern="c"), LetterState.SENT)


ASKED: dict[str, Callable[[StoreCases], object]] = {
    "claim_ping": lambda cases: cases.claim_ping(AT + HOUR, LEASE),
    "claim_letter": lambda cases: cases.claim_letter(AT + HOUR, LEASE),
    "oldest_due": lambda cases: cases.oldest_due(AT + HOUR),
    "forget_old": lambda cases: cases.forget_old(AT),
    "without": lambda cases: cases.without(LetterKind.DRILL, 2, 200),
    "unit": tell_the_school,
}


@pytest.mark.parametrize("asked", ASKED)
def test_what_the_clock_asks_is_found_through_an_index(full: Engine, asked: str) -> None:
    cases = StoreCases(full, KEYS, lambda: AT)
    with statements(full) as sent:
        began = process_time()
        ASKED[asked](cases)
        print(f"{asked} on {full.dialect.name}: {1000 * (process_time() - began):.1f} ms of processor time")
    plans = [plan(full, statement, values) for statement, values in sent if "PRAGMA" not in statement]
    print(*plans, sep="\n\n")
    assert plans
    for table in ("pings", "letters", "marks"):
        for one in plans:
            assert f"SCAN {table}" not in one
            assert f"Seq Scan on {table}" not in one
