"""SCHOOL.toml read: a school, its people, its workspaces and its policy files. docs/example-school.toml is one, explained."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from adapters.schoolfile_ladder import LADDER_KEYS, MISSING_IN_LADDER, CalendarTable, LadderTable, calendar_of, ladders_of
from adapters.schoolfile_values import NAME as NAME  # where the commands look for it
from adapters.schoolfile_values import STRICT, Email, Phone, SchoolId, Short, SlackPerson, SlackTeam, TeamsId, Words, listed
from bot.school import NSPCC_HELPLINE, Holder, Role, School
from knowledge.errors import SignpostError


class SchoolFileWrong(SignpostError):
    """A SCHOOL.toml cannot be applied: whoever keeps it can correct what is named."""


@dataclass(frozen=True, slots=True)
class SchoolFile:
    """What a SCHOOL.toml says. ``workspaces``: (door, id). ``policies``: (short name, where its file is)."""

    school: School
    workspaces: tuple[tuple[str, str], ...]
    policies: tuple[tuple[str, Path], ...]


class _Strict(BaseModel):
    model_config = STRICT


class _Person(_Strict):
    name: Words
    phone: Phone = ""
    email: Email = ""
    slack: SlackPerson = ""
    teams: TeamsId = ""


_People = Annotated[list[_Person], BeforeValidator(listed)]
_Somebody = Annotated[list[_Person], BeforeValidator(listed), Field(min_length=1)]


class _Contacts(_Strict):
    lead: _Somebody
    deputies: _People = []
    head: _Somebody
    chair: _People = []
    it: _People = []


class _Workspaces(_Strict):
    slack: list[SlackTeam] = []
    teams: list[Annotated[TeamsId, Field(min_length=1)]] = []


class _File(_Strict):
    id: SchoolId
    name: Words
    owner: Short | None = None
    hours: Annotated[str, Field(max_length=500)] = ""
    helpline: Words = NSPCC_HELPLINE
    lado: Annotated[str, Field(max_length=200)] = ""
    reports_kept_years: Annotated[int, Field(ge=1, le=99)] = 6
    contacts: _Contacts
    workspaces: _Workspaces = _Workspaces()
    policies: dict[Short, Words] = {}
    calendar: CalendarTable = CalendarTable()
    ladder: LadderTable = LadderTable()


KEYS = {
    (): tuple(_File.model_fields),
    ("contacts",): tuple(_Contacts.model_fields),
    ("workspaces",): tuple(_Workspaces.model_fields),
    **LADDER_KEYS,
}
WHAT_IS_MISSING = {
    "id": 'add a short name for addresses, such as id = "bledington"',
    "name": 'add it, such as name = "Bledington Primary School"',
    "contacts": "add [contacts.lead] and [contacts.head], each with a name and a phone number",
    "lead": "add [contacts.lead] with the name and phone number of the designated safeguarding lead",
    "head": "add [contacts.head] with the name and phone number of the head",
    **MISSING_IN_LADDER,
}
TYPES = {
    "string_type": "must be text in quotes",
    "list_type": "must be a list in [ ]",
    "dict_type": "must be a table of its own",
    "date_type": "must be a date without quotes, such as 2026-09-02",
    "bool_type": "must be true or false, without quotes",
}


def read_school_file(path: Path) -> SchoolFile:
    """What a SCHOOL.toml says. Policy files are looked for, not read. Raises SchoolFileWrong naming everything that is wrong in it."""
    try:
        told = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SchoolFileWrong(f"{path} cannot be read: {error.strerror or error}.", "Check the name; it must be a file.") from None
    except UnicodeDecodeError:
        raise SchoolFileWrong(f"{path} is not UTF-8 text.", "Save it as UTF-8 and try again.") from None
    except tomllib.TOMLDecodeError as error:
        raise SchoolFileWrong(
            f"{path} is not TOML: {error}.",
            "Correct that line and try again: text and telephone numbers stand in quotes. Nothing was changed.",
        ) from None
    try:
        read = _File.model_validate(told)
    except ValidationError as error:
        lines = [_told(one["type"], one["loc"], one.get("ctx", {}), one["msg"]) for one in error.errors(include_url=False)]
        raise _wrong(path, lines) from None
    policies = tuple((name, path.parent / file) for name, file in read.policies.items())
    if absent := [f"policies.{name}: there is no file “{file}”" for name, file in policies if not file.is_file()]:
        raise _wrong(path, absent)
    return SchoolFile(_school(read), _workspaces(read), policies)


def _school(read: _File) -> School:
    people = {
        Role.LEAD: read.contacts.lead,
        Role.DEPUTY: read.contacts.deputies,
        Role.HEAD: read.contacts.head,
        Role.CHAIR: read.contacts.chair,
        Role.IT: read.contacts.it,
    }
    holders = tuple(Holder(role, one.name, one.phone, one.email, one.slack, one.teams) for role, found in people.items() for one in found)
    return School(
        id=read.id,
        name=read.name,
        owner=read.owner or "",
        holders=holders,
        helpline=read.helpline,
        hours=read.hours,
        lado=read.lado,
        reports_kept_years=read.reports_kept_years,
        calendar=calendar_of(read.calendar),
        ladders=ladders_of(read.ladder),
    )


def _workspaces(read: _File) -> tuple[tuple[str, str], ...]:
    found = {("slack", team) for team in read.workspaces.slack} | {("teams", tenant) for tenant in read.workspaces.teams}
    return tuple(sorted(found))


def _wrong(path: Path, lines: list[str]) -> SchoolFileWrong:
    return SchoolFileWrong(
        "\n".join([f"{path} cannot be applied:", *(f"- {line}" if line.endswith("?") else f"- {line}." for line in lines)]),
        "Correct these and try again; nothing was changed. docs/example-school.toml shows every key.",
    )


def _told(kind: str, place: tuple[int | str, ...], context: Mapping[str, Any], message: str) -> str:
    """One fault as a line: the key as it stands in the file, and what to do about it."""
    place = tuple(part for part in place if part != "[key]")
    key, last = _key(place), str(place[-1])
    if kind == "missing":
        return f"{key} is missing: {WHAT_IS_MISSING.get(last, 'add it')}"
    if kind == "extra_forbidden":
        known = KEYS.get(tuple(part for part in place[:-1] if isinstance(part, str)), tuple(_Person.model_fields))
        near = get_close_matches(last, known, n=1)
        return f"{key} is not known here: " + (f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}")
    if kind in {"too_short", "string_too_short"}:
        return f"{key} is empty: {WHAT_IS_MISSING.get(last, 'fill it in')}"
    if kind == "value_error":
        return f"{key} {context['error']}"
    if kind in {"model_type", "model_attributes_type"}:
        return f"{key} must be a table: [{key}]"
    return f"{key} {TYPES.get(kind, message[:1].lower() + message[1:])}"


def _key(place: tuple[int | str, ...]) -> str:
    """A key as people name it: contacts.deputies (2nd).phone. The first of a list goes without its number."""
    words: list[str] = []
    for part in place:
        if isinstance(part, str):
            words.append(part)
        elif part:
            words[-1] += f" (number {part + 1})"
    return ".".join(words)
