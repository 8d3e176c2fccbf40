"""What single values of SCHOOL.toml must look like, each with one sentence for what does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator

from bot.bank_holidays import Nation
from bot.concerns.exclusion import DESK_ROLES
from bot.ladders import Way
from bot.school import Role
from bot.school_hours import Opening

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
PHONE = re.compile(r"\+?[\d ()-]+(?:(?:,? ?ext\.? ?|,? ?extension |x)\d{1,6})?", re.IGNORECASE)
EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
SLACK_TEAM = re.compile(r"[TE][A-Z0-9]{1,20}")
SLACK_PERSON = re.compile(r"[UW][A-Z0-9]{1,20}")
TEAMS_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,127}")
OPENING = re.compile(r"(\d\d?):(\d\d)(?: ?[-–] ?| to )(\d\d?):(\d\d)")
SPAN = re.compile(
    r"(?:(\d{1,3}) ?(?:days?|d))? ?(?:(\d{1,4}) ?(?:hours?|hrs?|h))? ?(?:(\d{1,5}) ?(?:minutes?|mins?|min|m))?", re.IGNORECASE
)
LONGEST_SPAN = timedelta(days=31)
TAKEN = frozenset(  # first parts of addresses that are, or may become, pages of Signpost itself
    "about api ask desk favicon healthz help metrics privacy r readyz report schools setup signin slack static teams terms topics".split()
)

# What every table keeps to: no key that is not known, no value of another kind.
STRICT = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True, hide_input_in_errors=True)


def listed(value: Any) -> Any:
    """One table as a list of one: a school may have two heads, most have one."""
    return [value] if isinstance(value, dict) else value


def _short_name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError("must be a short name of small letters, digits and hyphens, such as bledington")
    return value


def _school_id(value: str) -> str:
    if value in TAKEN:
        raise ValueError(f"cannot be {value}: Signpost's own pages have that address; choose another, such as {value}-school")
    return _short_name(value)


def _phone(value: str) -> str:
    if value and not (PHONE.fullmatch(value) and 3 <= sum(map(str.isdigit, value)) <= 20):
        raise ValueError('must be a telephone number, such as "01632 960001" or "01632 960001 ext 204"')
    return value


def _email(value: str) -> str:
    if value and not EMAIL.fullmatch(value):
        raise ValueError('must be one e-mail address, such as "head@school.example"')
    return value


def _slack_person(value: str) -> str:
    if value and not SLACK_PERSON.fullmatch(value):
        raise ValueError("must be a Slack member ID, such as U012ABCDEF: “Copy member ID” in that person's Slack profile")
    return value


def _slack_team(value: str) -> str:
    if not SLACK_TEAM.fullmatch(value):
        raise ValueError("must be a Slack workspace ID, such as T012ABCDEF: it stands in the address of Slack in a browser")
    return value


def _teams_id(value: str) -> str:
    if value and not TEAMS_ID.fullmatch(value):
        raise ValueError("must be an id such as 12345678-abcd-1234-abcd-123456789012, as shown in the Microsoft Entra admin centre")
    return value.lower() if value.count("-") == 4 else value


def _opening(value: object) -> Opening:
    found = OPENING.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        opens, closes = (time(int(found[at]), int(found[at + 1])) for at in (1, 3)) if found else (None, None)
    except ValueError:  # 25:00
        opens = closes = None
    if opens is None or closes is None:
        raise ValueError('must be when it opens and closes, in quotes, such as "8:00-16:30"; "0:00-23:59" for the whole day')
    if opens >= closes:
        raise ValueError(f"opens at {opens:%H:%M} and closes at {closes:%H:%M}: it must open before it closes")
    return Opening(opens, closes)


def _span(value: object) -> timedelta:
    found = SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or not any(found.groups()):
        raise ValueError('must be so much time, in quotes, such as "30 min", "4 h" or "2 days"')
    days, hours, minutes = (int(part or 0) for part in found.groups())
    wait = timedelta(days=days, hours=hours, minutes=minutes)
    if wait > LONGEST_SPAN:
        raise ValueError(f"must be {LONGEST_SPAN.days} days at most")
    return wait


def _span_in_hours(value: object) -> timedelta:
    if isinstance(value, str) and "d" in value.lower():
        raise ValueError('counts school hours, so write it in hours, such as "8 h" for about a school day')
    return _span(value)


def at_least(least: timedelta, words: str) -> Callable[[timedelta], timedelta]:
    """A check that so much time is not too little; `words`: how the least is written."""

    def check(value: timedelta) -> timedelta:
        if value < least:
            raise ValueError(f'must be "{words}" or more')
        return value

    return check


def _nation(value: Any) -> Nation:
    if value not in list(Nation):
        raise ValueError(f"must be {_one_of([one.value for one in Nation])}")
    return Nation(value)


def _desk_role(value: Any) -> Role:
    if value not in DESK_ROLES:
        raise ValueError(f"must be {_one_of([one.value for one in DESK_ROLES])}")
    return Role(value)


def _cover(value: Any) -> Role | None:
    if value == "none":
        return None
    if value not in DESK_ROLES:
        raise ValueError(f"must be {_one_of([*(one.value for one in DESK_ROLES), 'none'])}")
    return Role(value)


def _way(value: Any) -> Way:
    if value not in list(Way):
        raise ValueError(f"must be {_one_of([one.value for one in Way])}")
    return Way(value)


def _one_of(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


Words = Annotated[str, Field(min_length=1, max_length=200)]
Short = Annotated[str, AfterValidator(_short_name)]
SchoolId = Annotated[str, AfterValidator(_school_id)]
Phone = Annotated[str, AfterValidator(_phone)]
Email = Annotated[str, AfterValidator(_email)]
SlackPerson = Annotated[str, AfterValidator(_slack_person)]
SlackTeam = Annotated[str, AfterValidator(_slack_team)]
TeamsId = Annotated[str, AfterValidator(_teams_id)]
OpeningHours = Annotated[Opening, PlainValidator(_opening)]
Span = Annotated[timedelta, PlainValidator(_span)]
SpanInHours = Annotated[timedelta, PlainValidator(_span_in_hours)]
NationName = Annotated[Nation, PlainValidator(_nation)]
DeskRole = Annotated[Role, PlainValidator(_desk_role)]
Cover = Annotated[Role | None, PlainValidator(_cover)]
PingWay = Annotated[Way, PlainValidator(_way)]
