"""One case as its page shows it, in words: what to do next, the story and what is told with it, thread, notes, decisions, history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.web.desk_list import taken_by, warned
from adapters.web.desk_times import day_in_words, moment
from bot.concerns import words_for
from bot.concerns.concern import About, Attachment, Concern, Entry, EntryKind, Evidence, Kind, Police, State
from bot.concerns.desk import OpenCase
from bot.concerns.exclusion import kept_from
from bot.concerns.form import EVIDENCE_ADVICE, IMAGES, POLICE_ADVICE
from bot.concerns.states import possible
from bot.school import ROLE_NAMES, Holder, School

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "application/pdf": "pdf"}
OF_ANY_KIND = "application/octet-stream"
LONGEST_FILE_NAME = 60
LADO = "An allegation against somebody who works with children goes to the council's officer (LADO) within one working day"
DANGER = "Where a child is in danger now: ring 999 and children's social care first, and record it here afterwards."


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said or done. ``who``: "The reporter", or name and role."""

    when: str
    who: str
    what: str
    text: str = ""
    reason: str = ""
    by_reporter: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file to download."""

    id: str
    name: str
    size: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """All that the page of a case shows. ``next``: the state's sentence on what to do. ``can``: the steps that may be taken, by name."""

    id: str
    reference: str
    state: str
    waits: bool
    urgent: bool
    next: str
    danger: str
    advice: tuple[str, ...]
    warned: str
    kept_from: tuple[str, ...]
    story: tuple[Said, ...]
    facts: tuple[tuple[str, str], ...]
    files: tuple[File, ...]
    images: str
    thread: tuple[Said, ...]
    notes: tuple[Said, ...]
    decisions: tuple[Said, ...]
    history: tuple[Said, ...]
    linked: tuple[tuple[str, str, str], ...]
    hand_to: tuple[tuple[str, str], ...]
    kind: str
    keep_until: str
    keep_day: str
    can: frozenset[str]
    can_delete: bool


def case_view(opened: OpenCase, school: School, viewer: Holder, now: datetime) -> CaseView:
    """What to show of a case."""
    concern, entries = opened.case.concern, opened.case.entries

    def of(*kinds: EntryKind) -> tuple[Said, ...]:
        return tuple(_said(concern, entry, now) for entry in entries if entry.kind in kinds)

    return CaseView(
        id=concern.id,
        reference=concern.reference,
        state=words_for.STATE[concern.state],
        waits=concern.state is State.RECEIVED,
        urgent=concern.urgent,
        next=_next(concern, viewer, now),
        danger=DANGER if concern.open and (concern.urgent or concern.kind is Kind.CHILD) else "",
        advice=tuple(_advice(concern, school)),
        warned=warned(concern, now.date()),
        kept_from=_kept_from(concern, school),
        story=of(EntryKind.STORY),
        facts=tuple(_facts(concern, now)),
        files=tuple(File(one.id, file_name(one, at), size(one.size)) for at, one in enumerate(opened.case.attachments, 1)),
        images=IMAGES if opened.case.attachments else "",
        thread=of(EntryKind.ADDED, EntryKind.REPLY),
        notes=of(EntryKind.NOTE),
        decisions=of(EntryKind.DECISION, EntryKind.CHANGE),
        history=tuple(_history(opened, now)),
        linked=tuple((one.id, one.reference, words_for.STATE[one.state]) for one in opened.linked),
        hand_to=_hand_to(opened.hand_to),
        kind=concern.kind.value,
        keep_until=concern.keep_until.isoformat(),
        keep_day=day_in_words(concern.keep_until),
        can=frozenset(step.value for step in possible(concern.state)),
        can_delete=not concern.open,
    )


def file_name(attachment: Attachment, number: int = 1) -> str:
    """A file's name that no system takes for anything but a name, ending as its kind does."""
    stem = re.sub(r"[^A-Za-z0-9 _-]+", "-", attachment.name.rpartition(".")[0] or attachment.name).strip(" -_")[:LONGEST_FILE_NAME]
    return f"{stem.strip(' -_') or f'file-{number}'}.{EXTENSIONS.get(attachment.kind, 'bin')}"


def kind_of(attachment: Attachment) -> str:
    """The media type a file is sent as: of those that reports take, or of no kind in particular."""
    return attachment.kind if attachment.kind in EXTENSIONS else OF_ANY_KIND


def size(number: int) -> str:
    """A size as people say it: "1.2 MB"."""
    return f"{number / 1_000_000:.1f} MB" if number >= 1_000_000 else f"{max(1, round(number / 1000))} kB"


def _next(concern: Concern, viewer: Holder, now: datetime) -> str:
    has = taken_by(concern, viewer) or "somebody"
    taken = f"Taken by {'you' if has == 'You' else has}" + (f", {moment(concern.taken_at, now)}." if concern.taken_at else ".")
    match concern.state:
        case State.RECEIVED:
            return "Nobody has taken this yet. Acknowledge it, so that everybody who is told of it knows that it is in your hands."
        case State.ACKNOWLEDGED:
            return f"{taken} Nothing is recorded yet: reply to the reporter, or record what you decide and why."
        case State.IN_ACTION:
            return f"{taken} Record each step; close it with what came of it when all is done."
        case State.WITHDRAWN:
            return (
                "The reporter withdrew it and does not want it taken further. What they wrote stays on record. Where somebody may be "
                "at risk you still have to act: take it up again, with a reason. Else close it."
            )
        case State.CLOSED:
            outcome = words_for.OUTCOME[concern.outcome] if concern.outcome else "not said"
            return f"What came of it: {outcome}. It is kept until {day_in_words(concern.keep_until)} and deleted for good after that."


def _advice(concern: Concern, school: School) -> Iterator[str]:
    if not concern.open:
        return
    if concern.kind is Kind.CONDUCT or concern.about & {About.COLLEAGUE, About.LEAD, About.DEPUTY, About.HEAD, About.CHAIR}:
        yield f"{LADO}: {school.lado}." if school.lado else f"{LADO}."
    if concern.kind is Kind.CYBERBULLYING:
        if concern.evidence is not Evidence.KEPT:
            yield f"For the reporter, if it helps: {EVIDENCE_ADVICE}"
        yield POLICE_ADVICE
    elif concern.police is not Police.NOT_ASKED:
        yield POLICE_ADVICE


def _kept_from(concern: Concern, school: School) -> tuple[str, ...]:
    people = kept_from(school, concern.about, concern.kept_from)
    return tuple(dict.fromkeys(f"{one.name} ({ROLE_NAMES[one.role]})" for one in people))


def _facts(concern: Concern, now: datetime) -> Iterator[tuple[str, str]]:
    yield "About", "; ".join(words for about, words in words_for.ABOUT.items() if about in concern.about) or "not said"
    yield "Kind", words_for.KIND[concern.kind]
    yield "What the reporter would like", words_for.WISH[concern.wish]
    if concern.urgent:
        yield "Urgent", "The reporter says that it cannot wait until tomorrow"
    if concern.kind is Kind.CYBERBULLYING or concern.police is not Police.NOT_ASKED:
        yield "Police", words_for.POLICE[concern.police]
    if concern.kind is Kind.CYBERBULLYING or concern.evidence is not Evidence.NOT_ASKED:
        yield "Evidence", words_for.EVIDENCE[concern.evidence]
    yield "Received", moment(concern.filed_at, now, about=concern.nameless)
    yield "How it came in", words_for.ROUTE[concern.route]
    if not concern.nameless:
        yield "Reporter", f"{concern.reporter}. Names are not checked." if concern.reporter else "no name given"
    if concern.also:
        yield "Handed over to", "; ".join(name for role, name in ROLE_NAMES.items() if role in concern.also)


def _said(concern: Concern, entry: Entry, now: datetime) -> Said:
    by_reporter = entry.role is None
    who = words_for.REPORTER if entry.role is None else f"{entry.name} ({ROLE_NAMES[entry.role]})"
    when = moment(entry.at, now, about=concern.nameless and by_reporter)
    return Said(when, who, words_for.ENTRY[entry.kind], entry.text, entry.reason, by_reporter)


def _history(opened: OpenCase, now: datetime) -> Iterator[Said]:
    """The audit in words. Signpost tells of a report the moment it comes, so its times are as rough as the reporter's."""
    nameless = opened.case.concern.nameless
    for line in opened.history:
        about = nameless and line.who in {"reporter", "signpost"}
        yield Said(moment(line.at, now, about=about), words_for.who(line.who), words_for.ACT[line.act])


def _hand_to(holders: tuple[Holder, ...]) -> tuple[tuple[str, str], ...]:
    """(role, who holds it), each role once: a case goes to a role."""
    roles: dict[str, list[str]] = {}
    for one in holders:
        roles.setdefault(one.role.value, []).append(one.name)
    names = {role.value: name for role, name in ROLE_NAMES.items()}
    return tuple((role, f"{names[role]}: {', '.join(people)}") for role, people in roles.items())
