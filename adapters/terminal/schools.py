"""`migrate` and `school`: the database brought up to date, schools applied, listed and shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from adapters import samples, wiring
from adapters.schoolfile import SchoolFile, read_school_file
from adapters.settings import Settings, read_settings
from adapters.terminal.lines import say
from adapters.terminal.screen import progress_bar, show
from bot.concerns.ladder_words import calendar_words, day_words, ladders_words
from bot.ladder_json import hours_json, ladders_json
from bot.links import policies_path
from bot.ports import Unit, UnknownSchool
from bot.school import ROLE_NAMES, EditionKey, Holder, Role, School
from knowledge.errors import PolicyUnreadable, SignpostError
from knowledge.policy import Edition

SOON = timedelta(days=60)


class OlderPolicy(SignpostError):
    """A SCHOOL.toml names a policy file that a newer edition has replaced: whoever keeps it can name the newer one."""


def show_migration() -> None:
    """Nothing: the database is up to date, and it is said what was done. Raises DatabaseUnusable."""
    before, after = wiring.migrate_database(read_settings())
    show(say(f"The database is up to date already (revision {after})." if before == after else f"The database is at revision {after} now."))


def apply(file: Path) -> None:
    """Nothing: the school is what its file says, and what changed is printed.

    Raises SchoolFileWrong, PolicyUnreadable, WorkspaceTaken, OlderPolicy, NotMigrated, DatabaseUnusable; then nothing has changed.
    """
    settings = read_settings()
    told = read_school_file(file)
    schools = wiring.schools_of(settings)
    known, workspaces, current = _as_it_stands(schools, told.school.id)
    policies = [(name, _read(path), path.name) for name, path in told.policies]
    if current:
        with schools.unit(told.school.id) as unit:
            _refuse_older(unit, told.school.id, policies)
    keys = wiring.apply_school(settings, told.school, told.workspaces, policies)
    lines = [*_changes(known, workspaces, told), *_published(keys, current, policies)]
    show(say(f"{told.school.name} ({told.school.id})", style="bold"), *(say(line, 2) for line in lines or ["Nothing has changed."]))
    show(*(say(line, 2) for line in _left_to_do(settings, told, keys, current)))


def show_schools(*, as_json: bool) -> None:
    """Nothing: prints every school, a row each."""
    schools = wiring.schools_of(read_settings())
    records = [_record(schools, name) for name in schools.ids()]
    if as_json:
        print_json(records)
        return
    if not records:
        show(say("There is no school yet: `signpost school apply SCHOOL.toml`."))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for title in ("Name", "School", "Owner", "Policies", "Chat"):
        table.add_column(title, overflow="fold")
    for one in records:
        policies = ", ".join(f"{key['policy']} ({key['edition']})" for key in one["policies"]) or "none"
        chat = ", ".join(sorted({"Slack" if door == "slack" else "Teams" for door in one["workspaces"] if one["workspaces"][door]}))
        table.add_row(*map(Text, (one["id"], one["name"], one["owner"], policies, chat or "none")))
    show(table)


SHOWN = {  # keys of SCHOOL.toml whose change is told, and how each is called
    "name": "Name",
    "owner": "Owner",
    "hours": "Hours",
    "helpline": "Helpline",
    "lado": "LADO",
    "reports_kept_years": "Years that reports are kept",
}


def show_one(name: str, *, as_json: bool) -> None:
    """Nothing: prints one school. Raises UnknownSchool."""
    settings = read_settings()
    schools = wiring.schools_of(settings)
    one = _record(schools, name)
    if as_json:
        print_json(one)
        return
    show(say(f"{one['name']} ({one['id']})", style="bold"))
    with schools.unit(name) as unit:
        found = unit.school
    facts = [("Owner", one["owner"]), ("Hours", one["hours"]), ("Helpline", one["helpline"]), ("LADO", one["lado"])]
    facts.append(("Reports kept", f"{one['reports_kept_years']} years"))
    facts += [(ROLE_NAMES[Role(person["role"])], _reached(person)) for person in one["contacts"]]
    facts += _climbing(found)
    facts += [(f"{door.capitalize()}", workspace) for door, found in one["workspaces"].items() for workspace in found]
    facts += [(f"Policy {key['policy']}", f"edition {key['edition']}: {key['title']}") for key in one["policies"]]
    facts.append(("Policy pages", f"{settings.base_url}{policies_path(one['id'])}"))
    table = Table.grid(padding=(0, 2, 0, 0))
    for title, told in facts:
        if told:
            table.add_row(Text(f"  {title}", no_wrap=True), Text(told))
    show(table)


def print_json(found: object) -> None:
    """Nothing: prints JSON for other programs."""
    print(json.dumps(found, ensure_ascii=False, indent=1, default=str), flush=True)  # noqa: T201


def _as_it_stands(schools: Any, name: str) -> tuple[School | None, tuple[tuple[str, str], ...], dict[str, EditionKey]]:
    try:
        with schools.unit(name) as unit:
            return unit.school, schools.workspaces(name), {key.policy: key for key in unit.current()}
    except UnknownSchool:
        return None, (), {}


def _read(path: Path) -> Edition:
    """The edition in a policy file. Raises PolicyUnreadable."""
    with progress_bar(f"Reading {path.name}") as advance:
        try:
            return samples.file_edition(path, advance)
        except PolicyUnreadable as error:
            told = error.message if path.name in error.message else f"{path.name}: {error.message}"
            raise PolicyUnreadable(told, f"{error.next_step} Nothing was changed.") from None


def _refuse_older(unit: Unit, school: str, policies: Sequence[tuple[str, Edition, str]]) -> None:
    """Nothing. Raises OlderPolicy: a file left behind after `policy publish` must not quietly bring old rules back."""
    for name, edition, source in policies:
        words = [clause.quotation for clause in edition.clauses]
        for number, _ in unit.editions(name):  # newest first: what is the current one is not older
            found = unit.published(name, number)
            if found is None or [clause.quotation for clause in found.edition.clauses] != words:
                continue
            if not found.current:
                raise OlderPolicy(
                    f"Policy {name}: {source} holds the words of edition {number}, which a newer one has replaced. Nothing was changed.",
                    f"Name the newer file in SCHOOL.toml; or, to go back to the old words, first run "
                    f'`signpost policy publish "{source}" --school {school} --policy {name}`.',
                )
            break


def _changes(known: School | None, workspaces: Sequence[tuple[str, str]], told: SchoolFile) -> Iterator[str]:
    if known is None:
        yield "New school."
    else:
        for key, title in SHOWN.items():
            if getattr(known, key) != getattr(told.school, key):
                yield f"{title}: {getattr(told.school, key) or 'none'}"
        before_it = dict(_climbing(known))
        yield from (f"{title}: {words}" for title, words in _climbing(told.school) if before_it.get(title) != words)
        yield from (f"{title}: none" for title in before_it.keys() - dict(_climbing(told.school)).keys())
    before = known.holders if known else ()
    yield from (f"Contact added: {_named(one)}" for one in told.school.holders if one not in before)
    yield from (f"Contact removed: {_named(one)}" for one in before if one not in told.school.holders)
    if {*before} == {*told.school.holders} and before != told.school.holders:
        yield "Contacts: the order has changed."
    yield from (f"{door.capitalize()} added: {one}" for door, one in told.workspaces if (door, one) not in workspaces)
    yield from (f"{door.capitalize()} removed: {one}" for door, one in workspaces if (door, one) not in told.workspaces)


def _climbing(school: School) -> tuple[tuple[str, str], ...]:
    """What the calendar and the ladders say, in words."""
    return calendar_words(school.calendar) + ladders_words(school.ladders)


def _published(keys: Sequence[EditionKey], before: dict[str, EditionKey], policies: Sequence[tuple[str, Edition, str]]) -> Iterator[str]:
    for key, (name, edition, source) in zip(keys, policies, strict=True):
        if before.get(name) != key:
            yield f"Policy {name}: edition {key.number} published from {source} (clauses: {len(edition.clauses)})"


def _left_to_do(settings: Settings, told: SchoolFile, keys: Sequence[EditionKey], before: dict[str, EditionKey]) -> Iterator[str]:
    for name in sorted(before.keys() - {key.policy for key in keys}):
        yield f"Policy {name} is not in this file; it stays published as it is."
    if not keys and not before:
        yield "It has no policy yet: add one under [policies], or use `signpost policy publish`."
    if not any(one.phone for one in told.school.holding(Role.LEAD)):
        yield "The safeguarding lead has no phone number: staff in an emergency are shown none."
    yield from _weak_rungs(told.school)
    if keys:
        where = settings.base_url or "wherever `signpost serve` listens, then "
        yield f"Policy pages: {where}{policies_path(told.school.id)}"


def _weak_rungs(school: School) -> Iterator[str]:
    """What a ladder or a calendar leaves open, though it can be meant."""
    for kind, ladder in (("urgent", school.ladders.urgent), ("routine", school.ladders.routine)):
        roles = dict.fromkeys(role for rung in ladder.rungs for role in rung.roles)
        if Role.HEAD not in roles:
            yield f"The head is never pinged of {kind} reports that nobody takes: no rung of that ladder names the head."
    if school.ladders.out_of_hours is Role.CHAIR or any(
        Role.CHAIR in rung.roles for ladder in (school.ladders.urgent, school.ladders.routine) for rung in ladder.rungs
    ):
        yield "The chair is pinged of reports about the head alone, and of those handed to the chair, whatever a ladder names."
    last = max((term.last for term in school.calendar.terms), default=None)
    if last and last < wiring.now().date() + SOON:
        yield f"The last term told ends on {day_words(last)}: add the next ones. After it every week counts as school time."


def _record(schools: Any, name: str) -> dict[str, Any]:
    """A school for other programs. Raises UnknownSchool."""
    with schools.unit(name) as unit:
        school = unit.school
        found = [(key, unit.published(key.policy, key.number)) for key in unit.current()]
    workspaces = schools.workspaces(name)
    return {
        "id": school.id,
        "name": school.name,
        "owner": school.owner,
        "hours": school.hours,
        "helpline": school.helpline,
        "lado": school.lado,
        "reports_kept_years": school.reports_kept_years,
        "calendar": hours_json(school.calendar),
        "ladders": ladders_json(school.ladders),
        "contacts": [asdict(holder) for holder in school.holders],
        "workspaces": {door: [one for of, one in workspaces if of == door] for door in ("slack", "teams")},
        "policies": [
            {
                "policy": key.policy,
                "edition": key.number,
                "title": one.edition.title,
                "published_at": one.published_at.isoformat(),
                "review_due": one.edition.review_due,
                "clauses": len(one.edition.clauses),
            }
            for key, one in found
            if one is not None
        ],
    }


def _named(holder: Holder) -> str:
    return f"{ROLE_NAMES[holder.role]}: {_reached(asdict(holder))}"


def _reached(person: dict[str, str]) -> str:
    ways = (person["name"], person["phone"], person["email"], "Slack" if person["slack"] else "", "Teams" if person["teams"] else "")
    return ", ".join(way for way in ways if way)
