"""What a check of `signpost doctor` comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check came out: well, worth a look, or to be mended."""

    OK = "ok"
    LOOK = "look"
    MEND = "mend"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at, how it came out, what was found, and what to do, "" where nothing needs doing."""

    name: str
    state: State
    found: str
    to_do: str = ""
