"""A school as Signpost knows it: its name, who holds which role and how to reach them, and the policies it has published."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.ladders import USUAL, Ladders
from bot.roles import ROLE_NAMES as ROLE_NAMES  # where everybody looks for them
from bot.roles import Role as Role
from bot.school_hours import EVERY_WEEK, SchoolHours
from knowledge.corrections import Correction
from knowledge.policy import Edition

NSPCC_HELPLINE = "NSPCC helpline: 0808 800 5000"


@dataclass(frozen=True, slots=True)
class Holder:
    """One person in one role. ``slack`` and ``teams``: that person's ids there, "" where unknown."""

    role: Role
    name: str
    phone: str = ""
    email: str = ""
    slack: str = ""
    teams: str = ""


@dataclass(frozen=True, slots=True)
class School:
    """One tenant. ``id``: its short name in addresses. ``owner``: the trust or council whose schools are compared, "" for none.

    ``holders``: deputies in the order they are rung. ``hours``: the opening hours as told in SCHOOL.toml, shown and not computed with;
    ``calendar``: what is computed with. ``ladders``: who is pinged of a report, and after how long.
    ``lado``: the council's officer for allegations and how to reach them, "" where unknown. ``reports_kept_years``: after a report came in.
    """

    id: str
    name: str
    owner: str = ""
    holders: tuple[Holder, ...] = ()
    helpline: str = NSPCC_HELPLINE
    hours: str = ""
    lado: str = ""
    reports_kept_years: int = 6
    calendar: SchoolHours = EVERY_WEEK
    ladders: Ladders = USUAL

    def holding(self, *roles: Role) -> tuple[Holder, ...]:
        """Those who hold any of the roles, in the order the roles are named."""
        return tuple(holder for role in roles for holder in self.holders if holder.role is role)


@dataclass(frozen=True, slots=True)
class EditionKey:
    """Which edition of which policy of a school: ``policy`` is its short name in addresses, ``number`` counts from 1.

    ``digest``: of all that an answer depends on, so that schools with the same policy share one index. ``corrections``: what the school
    says of its clauses now, where it is the current edition; with others it is the same edition still.
    """

    policy: str
    number: int
    digest: str
    corrections: tuple[Correction, ...] = field(default=(), compare=False)

    @property
    def made_of(self) -> tuple[str, tuple[Correction, ...]]:
        """All that what is made ready of it depends on: other corrections, and it is made anew."""
        return self.digest, self.corrections


@dataclass(frozen=True, slots=True)
class Published:
    """An edition as it was published, and whether a newer one has taken its place."""

    key: EditionKey
    edition: Edition
    published_at: datetime
    current: bool = True
