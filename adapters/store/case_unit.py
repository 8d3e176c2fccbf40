"""A unit of work on one school's reports: it rolls back unless committed, can reach no other school, and keeps for good."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from adapters.store.auditing import Audit
from adapters.store.concerns import Concerns
from adapters.store.desk_access import Guesses, SignIns
from adapters.store.engine import empty_log
from adapters.store.keeping import CHANGED, keeping
from adapters.store.letters import Letters
from adapters.store.moments import Moments
from adapters.store.schools import school_in
from adapters.store.sealing import Keys
from bot.concerns.concern import Attachment, Case, Concern, Entry
from bot.concerns.letters import Letter, LetterKind, LetterState
from bot.concerns.ports import Act, AuditLine, DeskSession, KeptReceipt, Ping, SignInLink
from bot.ports import Now
from bot.school import School


class StoreCaseUnit:
    """`bot.concerns.ports.CaseUnit` on a database. Every method may raise NotKept: also one that only asks cannot, without a database.

    What cannot be opened raises CaseBroken.
    """

    def __init__(self, engine: Engine, session: Session, school: School, keys: Keys, now: Now) -> None:
        self._engine = engine
        self._session = session
        self._school = school
        self._now = now
        self._deleted = False
        self._concerns = Concerns(session, school.id, keys)
        self._guesses = Guesses(session, school.id)
        self._sign_ins = SignIns(session, school.id)
        self._moments = Moments(session, school.id)
        self._letters = Letters(session, school.id)
        self._audit = Audit(session, school.id)

    @property
    def school(self) -> School:
        """The school, read when the unit was opened, and again once a concern was held."""
        return self._school

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._session.close()

    def commit(self) -> None:
        """Nothing: keeps what was done."""
        self._audit.write()
        self._commit()
        if self._deleted:
            self._deleted = False
            with suppress(DBAPIError):  # it is deleted all the same; the log is emptied again every minute
                empty_log(self._engine)

    def add(self, concern: Concern, filing: str, receipt: KeptReceipt) -> bool:
        """Whether it is new; else nothing is changed, and the unit can go on."""
        return self._concerns.add(concern, filing, receipt)

    def by_filing(self, filing: str) -> Concern | None:
        """The concern of a filing digest, held until the unit ends."""
        found = self._concerns.by_filing(filing)
        self._look_again()
        return found

    def concern(self, concern_id: str) -> Concern | None:
        """A concern, held until the unit ends."""
        found = self._concerns.one(concern_id)
        self._look_again()
        return found

    def concerns(self) -> tuple[Concern, ...]:
        """Every concern of the school that can be opened, the longest waiting first."""
        return self._concerns.all()

    def broken(self) -> int:
        """How many concerns of the school cannot be opened."""
        return self._concerns.broken()

    def put(self, concern: Concern) -> None:
        """Nothing: the concern of that id is this from now on."""
        self._concerns.put(concern)

    def case(self, concern_id: str) -> Case | None:
        """A concern with its entries and attachments, in the order they came."""
        return self._concerns.case(concern_id)

    def enter(self, concern_id: str, entry: Entry) -> None:
        """Nothing: adds an entry."""
        self._concerns.enter(concern_id, entry)

    def attach(self, concern_id: str, attachment: Attachment, content: bytes) -> None:
        """Nothing: keeps a file."""
        self._concerns.attach(concern_id, attachment, content)

    def content(self, concern_id: str, attachment_id: str) -> bytes | None:
        """A file's bytes."""
        return self._concerns.content(concern_id, attachment_id)

    def receipt(self, lookup: str) -> KeptReceipt | None:
        """The receipt of that lookup part."""
        return self._concerns.receipt(lookup)

    def delete(self, concern_id: str) -> None:
        """Nothing: the concern, its entries, files, receipt, moments and letters are gone for good."""
        self._concerns.delete(concern_id)
        self._deleted = True

    def guess(self, lookup: str, at: datetime, window: timedelta) -> tuple[int, int]:
        """How many guesses a window holds with this one. Kept at once, in a transaction of its own.

        Two at once cannot both be told too few: each is kept before it is counted, so the later of them counts both.
        Raises RuntimeError where the unit has changed or held something: SQLite knows no transaction within another.
        """
        if self._session.info.get(CHANGED):
            raise RuntimeError("a guess is counted before anything else is done in its unit")
        self._session.rollback()  # of nothing but reading
        self._guesses.count(lookup, at)
        self._commit()
        return self._guesses.since(lookup, at, window)

    def guessed_right(self, lookup: str, at: datetime) -> None:
        """Nothing: the guess of that moment does not count."""
        self._guesses.take_back(lookup, at)

    def audit(self, at: datetime, act: Act, who: str, reference: str = "") -> None:
        """Nothing: a line is added to the school's audit, chained to the one before."""
        self._audit.add(at, act, who, reference)

    def history(self, reference: str) -> tuple[AuditLine, ...]:
        """The audit's lines about one concern, oldest first."""
        return self._audit.history(reference)

    def keep_link(self, link: SignInLink, most: int, since: datetime) -> bool:
        """Whether a sign-in link is kept: not where `most` were made for its holder since then, which is at most a day ago."""
        return self._sign_ins.keep_link(link, self._now(), most, since)

    def take_link(self, digest: str, now: datetime) -> SignInLink | None:
        """The link, which is used up by this; None where it is unknown, used or over."""
        return self._sign_ins.take_link(digest, now)

    def link(self, digest: str, now: datetime) -> SignInLink | None:
        """The link, which stays as it is; None where it is unknown, used or over."""
        return self._sign_ins.link(digest, now)

    def keep_session(self, session: DeskSession) -> None:
        """Nothing: keeps a session, or the session of that digest as it now stands."""
        self._sign_ins.keep_session(session)

    def used_session(self, digest: str, at: datetime) -> None:
        """Nothing: a page was opened then in the session, which stays over where it has been ended meanwhile."""
        self._sign_ins.used_session(digest, at)

    def session(self, digest: str) -> DeskSession | None:
        """The session of that digest."""
        return self._sign_ins.session(digest)

    def end_session(self, digest: str) -> None:
        """Nothing: the session is over."""
        self._sign_ins.end_session(digest)

    def end_sessions(self, holder: str) -> None:
        """Nothing: all sessions and links of that holder are over."""
        self._sign_ins.end_all(holder)

    def ping(self, ping: Ping) -> None:
        """Nothing: adds a moment for the clock, from when this unit is committed."""
        self._moments.add(ping)

    def settle(self, ping: Ping, again_at: datetime | None, attempts: int | None = None) -> None:
        """Nothing: the moment is over (None), or comes again then. A stale settle changes nothing."""
        self._moments.settle(ping, again_at, attempts)

    def hurry(self, concern_id: str, now: datetime) -> None:
        """Nothing: the ladder's next step of that concern is due now."""
        self._moments.hurry(concern_id, now)

    def post(self, letter: Letter) -> bool:
        """Whether the letter is new: there is one for each (concern, kind, number, recipient)."""
        return self._letters.post(letter)

    def settle_letter(self, letter: Letter, state: LetterState, again_at: datetime | None = None) -> None:
        """Nothing: how it came out. A stale settle changes nothing."""
        self._letters.settle(letter, state, again_at)

    def letters(self, concern_id: str) -> tuple[Letter, ...]:
        """All letters about a concern, in the order they fell due."""
        return self._letters.about(concern_id)

    def mark(self, what: LetterKind, number: int) -> bool:
        """Whether this school's drill of that day, or digest of that week, was not seen to yet; it is now."""
        return self._letters.mark(what, number, self._now())

    def _look_again(self) -> None:
        """Nothing: the school is as it stands now. Whoever waited for a concern may have waited while a role changed hands."""
        with keeping():
            self._school = school_in(self._session.connection(), self._school.id) or self._school

    def _commit(self) -> None:
        with keeping():
            self._session.commit()
        self._session.info[CHANGED] = False
