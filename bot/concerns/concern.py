"""A concern and what belongs to it. Everything here but ids, times and the state is sealed before it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.ladders import USUAL_ROUTINE, FrozenLadder
from bot.school import Holder, Role


class About(StrEnum):
    """Whom a concern is about, as the reporter says; more than one may be named."""

    PUPIL = "pupil"
    COLLEAGUE = "colleague"
    PARENT = "parent"
    LEAD = "lead"
    DEPUTY = "deputy"
    HEAD = "head"
    CHAIR = "chair"
    UNSURE = "unsure"


class Route(StrEnum):
    """How it came in, which says what may be kept of who filed it: a name only where it was given."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


class Kind(StrEnum):
    """What kind of concern it is: the reporter's word first, the lead's later."""

    CYBERBULLYING = "cyberbullying"
    CHILD = "child"
    CONDUCT = "conduct"
    OTHER = "other"


class Wish(StrEnum):
    """What the reporter would like to come of it."""

    ADVICE = "advice"
    ACTION = "action"
    RECORD = "record"


class Police(StrEnum):
    """Whether the person bullied wants the police told. It is theirs to decide."""

    NOT_ASKED = "not_asked"
    UNDECIDED = "undecided"
    YES = "yes"
    NO = "no"


class Evidence(StrEnum):
    """Whether evidence of cyber-bullying has been kept: screen prints with time, date and address."""

    NOT_ASKED = "not_asked"
    KEPT = "kept"
    NOT_YET = "not_yet"
    NONE = "none"


class State(StrEnum):
    """Where a concern stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    IN_ACTION = "in_action"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What came of a concern, chosen when it is closed."""

    ADVICE = "advice"
    SUPPORT = "support"
    SETTLED = "settled"
    REFERRED_CARE = "referred_care"
    REFERRED_LADO = "referred_lado"
    REFERRED_POLICE = "referred_police"
    FORMAL = "formal"
    NO_ACTION = "no_action"


class EntryKind(StrEnum):
    """What an entry of a case is. The reporter reads STORY, ADDED and REPLY, and nothing else."""

    STORY = "story"
    ADDED = "added"
    REPLY = "reply"
    NOTE = "note"
    DECISION = "decision"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Concern:
    """One report. ``id``: random, in the desk's addresses. ``reference``: what pings and people call it; it tells neither order nor number.

    ``filed_at``, ``waits_since``: to the hour where no name was given. ``waits_since``: since when it waits for somebody to take it.
    ``urgent``: the reporter says that it cannot wait until tomorrow. ``kept_from``: everybody it was kept from when it was filed.
    ``reporter``: the name given, "" for none. ``taken_by``: who acknowledged it, None while nobody has.
    ``also``: roles it was handed to. ``linked``: ids of related concerns. ``unread``: the reporter wrote since somebody at the desk looked.
    ``ladder``: as the school had it when it was filed. ``climbs``, ``climbs_since``: how often it began to climb anew, and when last.
    ``keep_until``: the day after which it is deleted, once it is closed or withdrawn.
    """

    id: str
    reference: str
    filed_at: datetime
    route: Route
    about: frozenset[About]
    kept_from: tuple[Holder, ...]
    kind: Kind
    wish: Wish
    keep_until: date
    waits_since: datetime
    urgent: bool = False
    police: Police = Police.NOT_ASKED
    evidence: Evidence = Evidence.NOT_ASKED
    reporter: str = ""
    state: State = State.RECEIVED
    taken_by: Holder | None = None
    taken_at: datetime | None = None
    also: frozenset[Role] = frozenset()
    outcome: Outcome | None = None
    linked: frozenset[str] = frozenset()
    unread: bool = True
    ladder: FrozenLadder = USUAL_ROUTINE
    climbs: int = 0
    climbs_since: datetime | None = None

    @property
    def nameless(self) -> bool:
        """Whether nothing may be kept that tells who filed it."""
        return self.route is not Route.NAMED

    @property
    def open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in {State.RECEIVED, State.ACKNOWLEDGED, State.IN_ACTION}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said or done in a case. ``role``, ``name``: who at the desk; None and "" for the reporter.

    ``reason``: why, for decisions and changes.
    """

    id: str
    at: datetime
    kind: EntryKind
    text: str
    role: Role | None = None
    name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a report, cleaned of what it told of its maker. ``kind``: its media type. ``size``: bytes."""

    id: str
    at: datetime
    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Case:
    """A concern with everything that belongs to it, oldest first."""

    concern: Concern
    entries: tuple[Entry, ...]
    attachments: tuple[Attachment, ...] = ()
