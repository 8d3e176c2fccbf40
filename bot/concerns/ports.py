"""What reports ask of the world outside, as Protocols. Whoever fulfils them seals what is readable; here everything is plain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from bot.concerns.concern import Attachment, Case, Concern, Entry
from bot.concerns.letters import Letter, LetterKind, LetterState, Outbox, ToSay
from bot.ports import Outcome
from bot.school import Holder, School
from knowledge.errors import SignpostError


class CaseBroken(SignpostError):
    """A case is there and cannot be opened: damaged, or its key is missing. Whoever runs Signpost can mend that; all others go on."""


class Act(StrEnum):
    """What the audit says was done."""

    FILED = "filed"
    READ = "read"
    READ_BY_REPORTER = "read_by_reporter"
    ADDED = "added"
    ATTACHED = "attached"
    WISHED = "wished"
    WITHDREW = "withdrew"
    ACKNOWLEDGED = "acknowledged"
    REPLIED = "replied"
    NOTED = "noted"
    DECIDED = "decided"
    ACTED = "acted"
    HANDED_OVER = "handed_over"
    LINKED = "linked"
    SORTED = "sorted"
    CLOSED = "closed"
    REOPENED = "reopened"
    KEPT_LONGER = "kept_longer"
    OPENED_FILE = "opened_file"
    EXPORTED = "exported"
    FIGURES = "figures"
    DELETION_ASKED = "deletion_asked"
    DELETED = "deleted"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    FELL_BACK = "fell_back"
    LET_GO = "let_go"
    PINGED = "pinged"
    NOBODY_LEFT = "nobody_left"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of a school's audit. ``who``: a role, "reporter" or "signpost"; never a name. ``reference``: of the concern, "" for none."""

    number: int
    at: datetime
    act: Act
    who: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """A receipt as it is kept. ``locked``: what the slow one-way function left of its secret half."""

    concern: str
    lookup: str
    locked: str


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A link sent to somebody. ``digest``: of its token. ``holder``: a digest of whom it was sent to, as SCHOOL.toml had them then."""

    digest: str
    holder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DeskSession:
    """Somebody signed in at the desk. ``used_at``: when a page was last opened; ``until``: it ends then whatever is done."""

    digest: str
    holder: str
    used_at: datetime
    until: datetime


class Why(StrEnum):
    """What the clock is to do about a concern when a moment comes."""

    CLIMB = "climb"  # tell the next on the ladder
    NEWS = "news"  # tell whoever looks after it that the reporter wrote
    TAKEN = "taken"  # tell the others that somebody has taken it
    ACT_BY = "act_by"  # look whether anything was done


@dataclass(frozen=True, slots=True)
class Ping:
    """A moment at which the clock looks at a concern. ``attempts``: the number of the next step."""

    id: str
    school: str
    concern: str
    due_at: datetime
    attempts: int = 0
    why: Why = Why.CLIMB


class CaseUnit(Protocol):
    """A unit of work on one school's reports; nothing in it can reach another's. Rolls back unless committed.

    What is committed here survives a power cut.
    """

    @property
    def school(self) -> School:
        """The school, with those who hold its roles now: read anew for each unit, and again once a concern is held."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def commit(self) -> None:
        """Nothing: keeps what was done. Raises bot.ports.NotKept."""

    def add(self, concern: Concern, filing: str, receipt: KeptReceipt) -> bool:
        """Whether it is new: False, and nothing is changed, where a concern of that filing digest, reference or lookup is there already."""

    def by_filing(self, filing: str) -> Concern | None:
        """The concern of a filing digest, held until the unit ends. Raises CaseBroken."""

    def concern(self, concern_id: str) -> Concern | None:
        """A concern, held until the unit ends so that two people change it one after the other. Raises CaseBroken."""

    def concerns(self) -> tuple[Concern, ...]:
        """Every concern of the school that can be opened, the longest waiting first."""

    def broken(self) -> int:
        """How many concerns of the school cannot be opened."""

    def put(self, concern: Concern) -> None:
        """Nothing: the concern of that id is this from now on."""

    def case(self, concern_id: str) -> Case | None:
        """A concern with its entries and attachments, in the order they came: their times are to the hour where no name was given.

        Raises CaseBroken, also where it is an entry that cannot be opened.
        """

    def enter(self, concern_id: str, entry: Entry) -> None:
        """Nothing: adds an entry."""

    def attach(self, concern_id: str, attachment: Attachment, content: bytes) -> None:
        """Nothing: keeps a file."""

    def content(self, concern_id: str, attachment_id: str) -> bytes | None:
        """A file's bytes."""

    def receipt(self, lookup: str) -> KeptReceipt | None:
        """The receipt of that lookup part."""

    def delete(self, concern_id: str) -> None:
        """Nothing: the concern, its entries, files, receipt and pings are gone for good."""

    def guess(self, lookup: str, at: datetime, window: timedelta) -> tuple[int, int]:
        """How many guesses a window holds with this one: of that lookup part, and of the school. Kept at once, whatever the unit does."""

    def guessed_right(self, lookup: str, at: datetime) -> None:
        """Nothing: the guess of that moment does not count."""

    def audit(self, at: datetime, act: Act, who: str, reference: str = "") -> None:
        """Nothing: a line is added to the school's audit, chained to the one before."""

    def history(self, reference: str) -> tuple[AuditLine, ...]:
        """The audit's lines about one concern, oldest first."""

    def keep_link(self, link: SignInLink, most: int, since: datetime) -> bool:
        """Whether a sign-in link is kept: not where `most` were made for its holder since then, however many are made at once."""

    def take_link(self, digest: str, now: datetime) -> SignInLink | None:
        """The link, which is used up by this; None where it is unknown, used or over."""

    def link(self, digest: str, now: datetime) -> SignInLink | None:
        """The link, which stays as it is; None where it is unknown, used or over."""

    def keep_session(self, session: DeskSession) -> None:
        """Nothing: keeps a session, or the session of that digest as it now stands."""

    def used_session(self, digest: str, at: datetime) -> None:
        """Nothing: a page was opened then in the session, which stays over where it has been ended meanwhile."""

    def session(self, digest: str) -> DeskSession | None:
        """The session of that digest."""

    def end_session(self, digest: str) -> None:
        """Nothing: the session is over."""

    def end_sessions(self, holder: str) -> None:
        """Nothing: all sessions and links of that holder are over."""

    def ping(self, ping: Ping) -> None:
        """Nothing: adds a moment for the clock, from when this unit is committed."""

    def settle(self, ping: Ping, again_at: datetime | None, attempts: int | None = None) -> None:
        """Nothing: the moment is over (None), or comes again then. `attempts`: of the next step, where it is not the following."""

    def hurry(self, concern_id: str, now: datetime) -> None:
        """Nothing: the ladder's next step of that concern is due now."""

    def post(self, letter: Letter) -> bool:
        """Whether the letter is new: there is one for each (concern, kind, number, recipient)."""

    def settle_letter(self, letter: Letter, state: LetterState, again_at: datetime | None = None) -> None:
        """Nothing: how it came out; PENDING with `again_at` is tried again then, as the next attempt. A stale settle changes nothing."""

    def letters(self, concern_id: str) -> tuple[Letter, ...]:
        """All letters about a concern, in the order they fell due."""

    def mark(self, what: LetterKind, number: int) -> bool:
        """Whether this school's drill of that day, or digest of that week, was not seen to yet; it is now."""


class Cases(Outbox, Protocol):
    """The reports of all schools: where a unit is opened, and what the clock asks."""

    def unit(self, school: str) -> CaseUnit:
        """A unit of work for a school. Raises bot.ports.UnknownSchool."""

    def claim_ping(self, now: datetime, lease: timedelta) -> Ping | None:
        """The moment that has been due longest and nobody is at, claimed until the lease is over; None where there is none."""

    def forget_old(self, now: datetime) -> None:
        """Nothing: old guesses, used links and sessions that are over are gone."""

    def expired(self, today: date) -> tuple[tuple[str, str], ...]:
        """(school, concern id) of those closed or withdrawn whose day has passed."""


class Locksmith(Protocol):
    """The slow one-way function for the secret half of receipts."""

    def lock(self, secret: str) -> str:
        """What is kept of a secret."""

    def opens(self, secret: str, locked: str) -> bool:
        """Whether that was locked from this secret. Takes as long for "" (nothing kept) as for a wrong secret."""


class Messenger(Protocol):
    """Ways to one person who holds a role: chat first, then e-mail. Nothing it is given holds content of a report."""

    def deliver(self, school: School, holder: Holder, said: ToSay, ways: tuple[str, ...]) -> Outcome:
        """How it came out to say this, by the first of the ways that works."""

    def sign_in(self, school: School, holder: Holder, path: str) -> Outcome:
        """How it came out to send somebody their sign-in link. `path`: the link without the address of this installation."""
