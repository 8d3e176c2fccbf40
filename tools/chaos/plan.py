"""What a run does: its schools, what is reported to them and when, and when which provider fails how."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from bot.concerns.concern import About

SCHOOLS = 10
CANARY = "Xylocanary"  # in every story and in no message
CHAT, EMAIL = "chat", "email"
ROLES = {"lead": 1, "deputies": 2, "head": 1, "chair": 1, "it": 1}  # how many people hold each
RUNGS = (("0 min", '["lead"]'), ("1 min", '["lead", "deputy"]'), ("2 min", '["lead", "deputy", "head"]'))
NAMED, ACKNOWLEDGED, ABOUT_LEAD = 0.7, 0.1, 0.15  # shares of the reports


class Fault(StrEnum):
    """How a provider fails."""

    REFUSES = "refuses"  # the connection breaks before anything is taken
    BUSY = "busy"  # 429 with Retry-After, or 451
    HANGS = "hangs"  # no answer, nothing taken
    ERRORS = "errors"  # 503, or 421
    TAKEN_UNSAID = "taken, answer lost"  # it is delivered, and whoever sent it never learns


# When, as shares of the time in which reports are filed. Chat is tried first, so e-mail's failures matter where they meet chat's.
OUTAGES = (
    (CHAT, Fault.REFUSES, 0.03, 0.12),
    (EMAIL, Fault.REFUSES, 0.07, 0.15),
    (CHAT, Fault.BUSY, 0.15, 0.28),
    (EMAIL, Fault.BUSY, 0.20, 0.30),
    (CHAT, Fault.HANGS, 0.32, 0.45),
    (EMAIL, Fault.HANGS, 0.38, 0.46),
    (CHAT, Fault.TAKEN_UNSAID, 0.48, 0.62),
    (CHAT, Fault.ERRORS, 0.64, 0.88),
    (EMAIL, Fault.TAKEN_UNSAID, 0.68, 0.78),
    (EMAIL, Fault.ERRORS, 0.80, 0.88),
)
MOST_UNSAID = 5  # answers that each way loses in a run: whoever is told nothing must send again, so each is a ping that comes twice


@dataclass(frozen=True, slots=True)
class Report:
    """One report to be filed. ``at``: seconds from the beginning. ``filing``: the id of its form, the same however often it is sent."""

    number: int
    school: str
    at: float
    filing: str
    about: About
    named: bool
    acknowledged: bool

    @property
    def story(self) -> str:
        """What is told; no two are the same."""
        return f"{CANARY} number {self.number:05d}: a colleague writes to a girl in year 6 at night."

    def form(self) -> dict[str, str]:
        """The form as a browser sends it."""
        name = {"name": f"{CANARY} Person"} if self.named else {}
        return {"filing": self.filing, "story": self.story, "about": self.about.value, "urgent": "yes"} | name


def school_id(number: int) -> str:
    """The short name of a school."""
    return f"school-{number:02d}"


def slack_id(school: int, role: str, number: int) -> str:
    """How Slack knows somebody."""
    return f"U{school:02d}{role.upper()}{number}"


def address(school: int, role: str, number: int) -> str:
    """Somebody's e-mail address."""
    return f"{role}-{number}@s{school:02d}.example"


# Who can never be reached by a way: one by chat, one by e-mail, and a lead by neither.
FOR_GOOD = frozenset({slack_id(1, "deputies", 0), address(2, "head", 0), slack_id(3, "lead", 0), address(3, "lead", 0)})


def school_file(number: int) -> str:
    """The SCHOOL.toml of a school: everybody is known in Slack and by e-mail, and the urgent ladder is as quick as one may be."""
    lines = [f'id = "{school_id(number)}"', f'name = "School {number}"']
    for role, count in ROLES.items():
        for one in range(count):
            lines += [f"[[contacts.{role}]]", f'name = "{role.title()} {one}"', 'phone = "01632 960001"']
            lines += [f'email = "{address(number, role, one)}"', f'slack = "{slack_id(number, role, one)}"']
    lines += ["[workspaces]", f'slack = ["T{number:02d}"]', "[ladder]", 'out_of_hours = "none"', "[ladder.urgent]"]
    for after, roles in RUNGS:
        lines += ["[[ladder.urgent.rungs]]", f'after = "{after}"', f"roles = {roles}"]
    return "\n".join([*lines, ""])


def reports(count: int, seconds: float, schools: int, random: Random) -> tuple[Report, ...]:
    """So many reports over so many seconds."""
    return tuple(_reports(count, seconds, schools, random))


def _reports(count: int, seconds: float, schools: int, random: Random) -> Iterator[Report]:
    for number in range(count):
        yield Report(
            number=number,
            school=school_id(number % schools),
            at=seconds * number / count,
            filing=secrets.token_urlsafe(16),
            about=About.LEAD if random.random() < ABOUT_LEAD else About.COLLEAGUE,
            named=random.random() < NAMED,
            acknowledged=random.random() < ACKNOWLEDGED,
        )


@dataclass
class Weather:
    """How the providers do. ``began``: on the clock that is given; None before, and ``healed`` afterwards: all is well then."""

    seconds: float
    outages: Sequence[tuple[str, Fault, float, float]] = OUTAGES
    began: float | None = None
    healed: bool = False

    def fault(self, way: str, at: float) -> Fault | None:
        """How a way fails at a moment; None where it does not."""
        if self.began is None or self.healed:
            return None
        share = (at - self.began) / self.seconds
        return next((fault for of, fault, first, last in self.outages if of == way and first <= share < last), None)
