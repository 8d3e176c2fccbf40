"""A case as one list of what was said and done, oldest first: what its entries tell and what only the audit knows, each thing once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.concerns import words_for
from bot.concerns.concern import Attachment, Case, Concern, Entry, EntryKind
from bot.concerns.ports import Act, AuditLine
from bot.school import ROLE_NAMES, Holder, Role

LONDON = ZoneInfo("Europe/London")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # spelt out here: strftime would use the language of the machine
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SAME_MOMENT = timedelta(minutes=1)  # an entry and its audit line are written one after the other
ABOUT_AN_HOUR = timedelta(hours=1)  # times of nameless reporters are kept to the hour
NONE = "none"
_CHANGES = {
    Act.WISHED,
    Act.WITHDREW,
    Act.ACKNOWLEDGED,
    Act.ACTED,
    Act.HANDED_OVER,
    Act.LINKED,
    Act.SORTED,
    Act.CLOSED,
    Act.REOPENED,
    Act.KEPT_LONGER,
}
# Which audit lines say again what an entry says.
_SAME = {
    EntryKind.STORY: {Act.FILED},
    EntryKind.ADDED: {Act.ADDED},
    EntryKind.REPLY: {Act.REPLIED},
    EntryKind.NOTE: {Act.NOTED},
    EntryKind.DECISION: {Act.DECIDED, Act.ACTED},
    EntryKind.CHANGE: _CHANGES,
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One row. ``when``: in words, London time. ``who``: role and name at the desk, "The reporter" or "Signpost". ``what``: in words."""

    when: str
    who: str
    what: str
    text: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Chronology:
    """A case to be read outside Signpost. ``head``: (title, words), what the case is; ``rows``: what happened, oldest first."""

    reference: str
    head: tuple[tuple[str, str], ...]
    rows: tuple[Happening, ...]


def chronology(case: Case, history: tuple[AuditLine, ...]) -> Chronology:
    """The chronology of a case from its entries, its files and its audit lines, in the order in which the audit counted them."""
    return Chronology(case.concern.reference, tuple(_head(case.concern)), tuple(_rows(case, history)))


def in_words(at: datetime, *, about: bool = False) -> str:
    """A time as people in the school say it: "Mon 2 Mar 2026, 14:00"; `about`: to the hour, "Mon 2 Mar 2026, about 14:00"."""
    here = at.astimezone(LONDON)
    day = f"{DAYS[here.weekday()]} {here.day} {MONTHS[here.month - 1]} {here.year}"
    return f"{day}, about {here:%H}:00" if about else f"{day}, {here:%H:%M}"


def _head(concern: Concern) -> Iterator[tuple[str, str]]:
    yield "Reference", concern.reference
    yield "State", words_for.STATE[concern.state]
    yield "Received", in_words(concern.filed_at, about=concern.nameless)
    yield "How it came in", words_for.ROUTE[concern.route]
    if not concern.nameless:
        yield "Reporter", concern.reporter or NONE
    yield "About", "; ".join(words_for.ABOUT[one] for one in words_for.ABOUT if one in concern.about) or NONE
    yield "Kind", words_for.KIND[concern.kind]
    yield "Urgent", "Yes: the reporter said that it cannot wait until tomorrow" if concern.urgent else "No"
    yield "What the reporter would like", words_for.WISH[concern.wish]
    yield "Police", words_for.POLICE[concern.police]
    yield "Evidence", words_for.EVIDENCE[concern.evidence]
    taken = f"{_holder(concern.taken_by)}, {in_words(concern.taken_at)}" if concern.taken_by and concern.taken_at else ""
    yield "Taken by", taken or (_holder(concern.taken_by) if concern.taken_by else "nobody yet")
    if concern.also:
        yield "Handed over to", "; ".join(ROLE_NAMES[role] for role in Role if role in concern.also)
    yield "Outcome", words_for.OUTCOME[concern.outcome] if concern.outcome else "none yet"
    day = concern.keep_until
    yield "To be kept until", f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _rows(case: Case, history: tuple[AuditLine, ...]) -> Iterator[Happening]:
    """The audit's lines in their order, each with what it stands for; what no line stands for comes in by its time."""
    told: list[Entry | Attachment] = sorted([*case.entries, *case.attachments], key=lambda one: one.at)
    pairs = _pairs(case.concern, told, history)
    alone = [one for one in told if not any(one is pair for pair in pairs.values())]
    for line in sorted(history, key=lambda one: one.number):
        while alone and alone[0].at < line.at:
            yield _row(case.concern, alone.pop(0), None)
        yield _row(case.concern, pairs[line.number], line) if line.number in pairs else _of_audit(case.concern, line)
    for one in alone:
        yield _row(case.concern, one, None)


def _pairs(concern: Concern, told: list[Entry | Attachment], history: tuple[AuditLine, ...]) -> dict[int, Entry | Attachment]:
    """What says the same as an audit line, by the line's number: the line nearest in time, and each line stands for one thing only."""
    found: dict[int, Entry | Attachment] = {}
    for one in told:
        acts = {Act.ATTACHED} if isinstance(one, Attachment) else _SAME[one.kind]
        of_desk = isinstance(one, Entry) and one.role
        within = ABOUT_AN_HOUR if concern.nameless and not of_desk else SAME_MOMENT
        near = [
            line
            for line in history
            if line.number not in found
            and line.act in acts
            and abs(line.at - one.at) <= within
            and line.who == (one.role.value if isinstance(one, Entry) and one.role else "reporter")
        ]
        if near:
            found[min(near, key=lambda line: (abs(line.at - one.at), line.number)).number] = one
    return found


def _row(concern: Concern, one: Entry | Attachment, line: AuditLine | None) -> Happening:
    if isinstance(one, Attachment):
        when = in_words(one.at, about=concern.nameless)
        return Happening(when, words_for.REPORTER, words_for.ACT[Act.ATTACHED], f"{one.name} ({one.kind}, {_size(one.size)})")
    who = f"{one.name} ({ROLE_NAMES[one.role]})" if one.role and one.name else ROLE_NAMES[one.role] if one.role else words_for.REPORTER
    what = words_for.ACT[line.act] if line and one.kind is EntryKind.CHANGE else words_for.ENTRY[one.kind]
    return Happening(in_words(one.at, about=concern.nameless and one.role is None), who, what, one.text, one.reason)


def _of_audit(concern: Concern, line: AuditLine) -> Happening:
    """A row for what only the audit tells. Signpost tells of a report the moment it comes, so its times are the reporter's too."""
    about = concern.nameless and line.who in {"reporter", "signpost"}
    return Happening(in_words(line.at, about=about), words_for.who(line.who), words_for.ACT[line.act])


def _holder(holder: Holder) -> str:
    return f"{holder.name} ({ROLE_NAMES[holder.role]})"


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
