"""What people answer for in a school."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody answers for in a school."""

    LEAD = "lead"
    DEPUTY = "deputy"
    HEAD = "head"
    CHAIR = "chair"
    IT = "it"


ROLE_NAMES = {
    Role.LEAD: "Designated safeguarding lead",
    Role.DEPUTY: "Deputy safeguarding lead",
    Role.HEAD: "Head",
    Role.CHAIR: "Chair of governors",
    Role.IT: "IT",
}
