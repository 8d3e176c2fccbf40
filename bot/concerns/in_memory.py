"""Reports' ports fulfilled in memory: what the core's and the doors' tests run on. Nothing outlives the program, and nothing is sealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from types import TracebackType
from typing import Self

from bot.concerns.concern import Attachment, Case, Concern, Entry
from bot.concerns.filing import rounded
from bot.concerns.letters import Letter, LetterKind, LetterState, ToSay
from bot.concerns.ports import Act, AuditLine, CaseBroken, DeskSession, KeptReceipt, Ping, SignInLink, Why
from bot.ports import Now, Outcome, Sent, UnknownSchool
from bot.school import Holder, School

OVER = (LetterState.SENT, LetterState.DEAD, LetterState.NEEDLESS)


@dataclass
class KeptCases:
    """Everything kept of one school's reports. ``school`` may be replaced: roles change hands. ``broken``: ids of what does not open."""

    school: School
    concerns: dict[str, Concern] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    filings: dict[str, str] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    attachments: dict[str, list[tuple[Attachment, bytes]]] = field(default_factory=dict)
    receipts: dict[str, KeptReceipt] = field(default_factory=dict)
    guesses: list[tuple[str, datetime]] = field(default_factory=list)
    audit: list[AuditLine] = field(default_factory=list)
    links: dict[str, SignInLink] = field(default_factory=dict)
    made_links: list[tuple[str, datetime]] = field(default_factory=list)
    sessions: dict[str, DeskSession] = field(default_factory=dict)
    marks: set[tuple[LetterKind, int]] = field(default_factory=set)


class InMemoryCaseUnit:
    """A unit of work on what is kept of one school. It keeps at once: a test of rolling back needs a real store."""

    def __init__(self, kept: KeptCases, cases: InMemoryCases) -> None:
        self._kept = kept
        self._cases = cases

    @property
    def school(self) -> School:
        """The school, as it is now."""
        return self._kept.school

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def commit(self) -> None:
        """Nothing."""

    def add(self, concern: Concern, filing: str, receipt: KeptReceipt) -> bool:
        """Whether it is new."""
        kept = self._kept
        if filing in kept.filings or receipt.lookup in kept.receipts:
            return False
        if concern.id in kept.concerns or any(one.reference == concern.reference for one in kept.concerns.values()):
            return False
        kept.concerns[concern.id] = concern
        kept.filings[filing] = concern.id
        kept.receipts[receipt.lookup] = receipt
        return True

    def by_filing(self, filing: str) -> Concern | None:
        """The concern of a filing digest."""
        return self.concern(self._kept.filings.get(filing, ""))

    def concern(self, concern_id: str) -> Concern | None:
        """A concern."""
        if concern_id in self._kept.broken:
            raise CaseBroken("A report cannot be opened.", "Restore it.")
        return self._kept.concerns.get(concern_id)

    def concerns(self) -> tuple[Concern, ...]:
        """Every concern that can be opened, the longest waiting first."""
        whole = [one for one in self._kept.concerns.values() if one.id not in self._kept.broken]
        return tuple(sorted(whole, key=lambda one: one.waits_since))

    def broken(self) -> int:
        """How many cannot be opened."""
        return len(self._kept.broken & self._kept.concerns.keys())

    def put(self, concern: Concern) -> None:
        """Nothing: the concern of that id is this from now on."""
        self._kept.concerns[concern.id] = concern

    def case(self, concern_id: str) -> Case | None:
        """A concern with its entries and attachments, in the order they came."""
        concern = self.concern(concern_id)
        if concern is None:
            return None
        entries = self._kept.entries.get(concern_id, [])
        return Case(concern, tuple(entries), tuple(one for one, _ in self._kept.attachments.get(concern_id, [])))

    def enter(self, concern_id: str, entry: Entry) -> None:
        """Nothing: adds an entry."""
        self._kept.entries.setdefault(concern_id, []).append(entry)

    def attach(self, concern_id: str, attachment: Attachment, content: bytes) -> None:
        """Nothing: keeps a file."""
        self._kept.attachments.setdefault(concern_id, []).append((attachment, content))

    def content(self, concern_id: str, attachment_id: str) -> bytes | None:
        """A file's bytes."""
        return next((content for one, content in self._kept.attachments.get(concern_id, []) if one.id == attachment_id), None)

    def receipt(self, lookup: str) -> KeptReceipt | None:
        """The receipt of that lookup part."""
        return self._kept.receipts.get(lookup)

    def delete(self, concern_id: str) -> None:
        """Nothing: all of the concern is gone."""
        kept = self._kept
        kept.concerns.pop(concern_id, None)
        kept.entries.pop(concern_id, None)
        kept.attachments.pop(concern_id, None)
        kept.filings = {filing: one for filing, one in kept.filings.items() if one != concern_id}
        kept.receipts = {lookup: one for lookup, one in kept.receipts.items() if one.concern != concern_id}
        self._cases.pings = {key: ping for key, ping in self._cases.pings.items() if ping.concern != concern_id}
        self._cases.letters = {key: one for key, one in self._cases.letters.items() if one.concern != concern_id}

    def guess(self, lookup: str, at: datetime, window: timedelta) -> tuple[int, int]:
        """How many guesses a window holds with this one: of that lookup part, and of the school."""
        self._kept.guesses.append((lookup, at))
        recent = [one for one, when in self._kept.guesses if when > at - window]
        return recent.count(lookup), len(recent)

    def guessed_right(self, lookup: str, at: datetime) -> None:
        """Nothing: that guess does not count."""
        if (lookup, at) in self._kept.guesses:
            self._kept.guesses.remove((lookup, at))

    def audit(self, at: datetime, act: Act, who: str, reference: str = "") -> None:
        """Nothing: a line is added."""
        self._kept.audit.append(AuditLine(len(self._kept.audit) + 1, at, act, who, reference))

    def history(self, reference: str) -> tuple[AuditLine, ...]:
        """The lines about one concern, oldest first."""
        return tuple(line for line in self._kept.audit if line.reference == reference)

    def keep_link(self, link: SignInLink, most: int, since: datetime) -> bool:
        """Whether a link is kept."""
        if sum(1 for one, at in self._kept.made_links if one == link.holder and at > since) >= most:
            return False
        self._kept.links[link.digest] = link
        self._kept.made_links.append((link.holder, self._cases.now()))
        return True

    def take_link(self, digest: str, now: datetime) -> SignInLink | None:
        """The link, used up."""
        link = self.link(digest, now)
        self._kept.links.pop(digest, None)
        return link

    def link(self, digest: str, now: datetime) -> SignInLink | None:
        """The link, which stays as it is."""
        link = self._kept.links.get(digest)
        return link if link and link.until > now else None

    def keep_session(self, session: DeskSession) -> None:
        """Nothing: keeps a session."""
        self._kept.sessions[session.digest] = session

    def used_session(self, digest: str, at: datetime) -> None:
        """Nothing: a page was opened then."""
        if session := self._kept.sessions.get(digest):
            self._kept.sessions[digest] = replace(session, used_at=at)

    def session(self, digest: str) -> DeskSession | None:
        """The session of that digest."""
        return self._kept.sessions.get(digest)

    def end_session(self, digest: str) -> None:
        """Nothing: the session is over."""
        self._kept.sessions.pop(digest, None)

    def end_sessions(self, holder: str) -> None:
        """Nothing: all sessions and links of that holder are over."""
        self._kept.sessions = {digest: one for digest, one in self._kept.sessions.items() if one.holder != holder}
        self._kept.links = {digest: one for digest, one in self._kept.links.items() if one.holder != holder}

    def ping(self, ping: Ping) -> None:
        """Nothing: adds a moment."""
        self._cases.pings[ping.id] = ping

    def settle(self, ping: Ping, again_at: datetime | None, attempts: int | None = None) -> None:
        """Nothing: over, or comes again then."""
        kept = self._cases.pings.get(ping.id)
        if kept is None or kept.attempts != ping.attempts:
            return
        self._cases.leases.pop(ping.id, None)
        if again_at is None:
            self._cases.pings.pop(ping.id)
        else:
            following = ping.attempts + 1 if attempts is None else attempts
            self._cases.pings[ping.id] = replace(ping, due_at=again_at, attempts=following)

    def hurry(self, concern_id: str, now: datetime) -> None:
        """Nothing: the ladder's next step is due now."""
        for ping in list(self._cases.pings.values()):
            if ping.concern == concern_id and ping.why is Why.CLIMB and ping.due_at > now:
                self._cases.pings[ping.id] = replace(ping, due_at=now)

    def post(self, letter: Letter) -> bool:
        """Whether the letter is new."""
        key = (letter.concern, letter.kind, letter.number, letter.recipient)
        if any((one.concern, one.kind, one.number, one.recipient) == key for one in self._letters()):
            return False
        self._cases.letters[letter.id] = letter
        return True

    def settle_letter(self, letter: Letter, state: LetterState, again_at: datetime | None = None) -> None:
        """Nothing: how it came out."""
        kept = self._cases.letters.get(letter.id)
        if kept is None or kept.attempts != letter.attempts or kept.state in OVER:
            return
        self._cases.leases.pop(letter.id, None)
        again = {"due_at": again_at, "attempts": letter.attempts + 1} if again_at else {}
        over = {"due_at": rounded(kept.due_at)} if state in OVER and letter.concern else {}
        self._cases.letters[letter.id] = replace(kept, state=state, **again, **over)  # type: ignore[arg-type]

    def letters(self, concern_id: str) -> tuple[Letter, ...]:
        """All letters about a concern, in the order they fell due."""
        return tuple(sorted((one for one in self._letters() if one.concern == concern_id), key=lambda one: one.due_at))

    def mark(self, what: LetterKind, number: int) -> bool:
        """Whether it was not seen to yet; it is now."""
        new = (what, number) not in self._kept.marks
        self._kept.marks.add((what, number))
        return new

    def _letters(self) -> list[Letter]:
        return [one for one in self._cases.letters.values() if one.school == self._kept.school.id]


class InMemoryCases:
    """The reports of several schools, and their pings with until when each is claimed."""

    def __init__(self, schools: Iterable[School], now: Now) -> None:
        self.kept = {school.id: KeptCases(school) for school in schools}
        self.pings: dict[str, Ping] = {}
        self.letters: dict[str, Letter] = {}
        self.beaten: datetime | None = None
        self.leases: dict[str, datetime] = {}
        self.now = now

    def unit(self, school: str) -> InMemoryCaseUnit:
        """A unit of work for a school. Raises UnknownSchool."""
        if school not in self.kept:
            raise UnknownSchool(f"There is no school “{school}”.", "`signpost school list` shows those there are.")
        return InMemoryCaseUnit(self.kept[school], self)

    def claim_ping(self, now: datetime, lease: timedelta) -> Ping | None:
        """A ping that is due and unclaimed."""
        free = [one for one in self.pings.values() if one.due_at <= now and self.leases.get(one.id, now) <= now]
        if not free:
            return None
        ping = min(free, key=lambda one: one.due_at)
        self.leases[ping.id] = now + lease
        return ping

    def claim_letter(self, now: datetime, lease: timedelta) -> Letter | None:
        """A letter that is due and unclaimed."""
        waiting = [one for one in self.letters.values() if one.state not in OVER and one.due_at <= now]
        free = [one for one in waiting if self.leases.get(one.id, now) <= now]
        if not free:
            return None
        letter = min(free, key=lambda one: one.due_at)
        again = letter.state in {LetterState.SENDING, LetterState.UNCERTAIN}
        claimed = replace(letter, state=LetterState.UNCERTAIN if again else LetterState.SENDING)
        self.letters[letter.id] = claimed
        self.leases[letter.id] = now + lease
        return claimed

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the longest due letter or moment waits."""
        due = [one.due_at for one in self.pings.values()] + [one.due_at for one in self.letters.values() if one.state not in OVER]
        return min((at for at in due if at <= now), default=None)

    def beat(self, now: datetime) -> None:
        """Nothing: a clock was here."""
        self.beaten = now

    def last_beat(self) -> datetime | None:
        """When a clock was here last."""
        return self.beaten

    def without(self, what: LetterKind, number: int, most: int) -> tuple[str, ...]:
        """Schools not seen to yet."""
        return tuple(sorted(school for school, kept in self.kept.items() if (what, number) not in kept.marks))[:most]

    def forget_old(self, now: datetime) -> None:
        """Nothing: the program ends soon enough."""

    def expired(self, today: date) -> tuple[tuple[str, str], ...]:
        """(school, concern id) of those closed or withdrawn whose day has passed."""
        return tuple(
            (school, one.id)
            for school, kept in self.kept.items()
            for one in kept.concerns.values()
            if not one.open and one.keep_until < today
        )


class QuickLock:
    """A lock that is not slow, for tests."""

    def lock(self, secret: str) -> str:
        """What is kept of a secret."""
        return sha256(secret.encode()).hexdigest()

    def opens(self, secret: str, locked: str) -> bool:
        """Whether that was locked from this secret."""
        return self.lock(secret) == locked


@dataclass
class RecordedMessages:
    """A messenger that reaches everybody and keeps what it said.

    ``said``: (school, holder, what). ``links``: (school, holder, path).
    """

    said: list[tuple[str, Holder, ToSay]] = field(default_factory=list)
    links: list[tuple[str, Holder, str]] = field(default_factory=list)

    def deliver(self, school: School, holder: Holder, said: ToSay, ways: tuple[str, ...]) -> Outcome:  # noqa: ARG002
        """That it was sent."""
        self.said.append((school.id, holder, said))
        return Outcome(Sent.SENT, "memory")

    def sign_in(self, school: School, holder: Holder, path: str) -> Outcome:
        """That it was sent."""
        self.links.append((school.id, holder, path))
        return Outcome(Sent.SENT, "memory")


class PlainSigner:
    """A signer whose tokens are the words themselves, for tests."""

    def sign(self, words: str) -> str:
        """The words."""
        return words

    def read(self, token: str) -> str | None:
        """The words."""
        return token
