"""What a clause says about an act, read off its words."""

from __future__ import annotations

from knowledge.policy import Stance


def stance_of(text: str, lead_in: str = "") -> Stance:
    return Stance.INFORMS
