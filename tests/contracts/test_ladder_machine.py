"""Whatever happens in whatever order, every report that nobody has taken reaches everybody it should, and nobody it must not.

A machine of hypothesis files reports, lets time pass and things go wrong, and people do what people do; beside it a small model says what
should have come of it. Run it for long with HYPOTHESIS_PROFILE=deep.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contracts.case_stores import STORES
from tests.contracts.ladder_machine import LadderMachine

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
QUICKLY = {"memory": (200, 40), "sqlite": (12, 25), "postgresql": (12, 25)}
DEEPLY = {"memory": (3000, 60), "sqlite": (150, 40), "postgresql": (150, 40)}


@pytest.mark.parametrize("store", STORES)
def test_whatever_happens_every_report_reaches_whom_it_should_and_nobody_it_must_not(store: str) -> None:
    examples, steps = (DEEPLY if DEEP else QUICKLY)[store]
    machine = type(f"LadderMachine_{store}", (LadderMachine,), {"store": store})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not DEEP,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )
