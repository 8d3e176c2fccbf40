"""`audit verify`: whether the record of who did what with reports is as it was written."""

from __future__ import annotations

import re

from adapters import upkeep
from adapters.settings import read_settings
from adapters.terminal.lines import say
from adapters.terminal.screen import show
from knowledge.errors import SignpostError


class NotNoted(SignpostError):
    """--expect is not what `signpost audit verify` prints: whoever typed it can correct it."""


def verify(school: str | None, expect: str | None) -> bool:
    """Whether every audit is whole; prints a line for each school. Raises NotNoted, UnknownSchool."""
    noted = _noted(school, expect) if expect is not None else None
    found = upkeep.verify_audit(read_settings(), school, noted)
    if not found:
        show(say("There is no school yet: `signpost school apply SCHOOL.toml`."))
    for one in found:
        told = f"{one.count}:{one.head}" if one.count else "nothing recorded yet"
        if one.broken is not None:
            told = f"BROKEN at line {one.broken}: from there on lines were changed, removed or put in"
        show(say(f"{one.school}  {told}", hanging=len(one.school) + 2), widest=None)
    return all(one.broken is None for one in found)


def _noted(school: str | None, expect: str) -> tuple[int, str]:
    """The number and digest that were noted down. Raises NotNoted."""
    found = re.fullmatch(r"([1-9][0-9]{0,9}):([0-9a-f]{64})", expect.strip().lower())
    if not found or school is None:
        raise NotNoted(
            "--expect takes what was noted down of one school." if school is None else f"“{expect}” is not what was printed.",
            "Give it as this command printed it, NUMBER:HASH, together with --school.",
        )
    return int(found[1]), found[2]
