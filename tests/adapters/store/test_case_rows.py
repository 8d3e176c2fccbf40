"""What is sealed of a report opens again, also what was sealed before there were ladders."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.store.case_rows import concern_bytes, concern_of
from bot.concerns.concern import Concern
from bot.ladders import ROUTINE, URGENT, FrozenLadder
from bot.school import Role
from tests.adapters.store.case_examples import FULL, PLAIN


@pytest.mark.parametrize("concern", [PLAIN, FULL])
def test_a_concern_comes_back_with_every_field(concern: Concern) -> None:
    assert concern_of(concern_bytes(concern)) == concern
    assert json.loads(concern_bytes(concern)).keys() == Concern.__dataclass_fields__.keys()


@pytest.mark.parametrize("urgent", [True, False])
def test_a_concern_from_before_there_were_ladders_opens_with_the_one_of_a_school_that_says_nothing(urgent: bool) -> None:
    told = json.loads(concern_bytes(replace(FULL, urgent=urgent)))
    for later in ("ladder", "climbs", "climbs_since"):
        del told[later]
    ladder = FrozenLadder(URGENT, cover=Role.HEAD) if urgent else FrozenLadder(ROUTINE)
    assert concern_of(json.dumps(told).encode()) == replace(FULL, urgent=urgent, ladder=ladder, climbs=0, climbs_since=None)
