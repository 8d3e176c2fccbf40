"""Coming back with a receipt code: read the replies, add to the report, withdraw it, change the wish about the police.

Wrong, expired and misshapen codes get the same answer after the same work; guessing is limited in the store, across replicas.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.concerns import words_for
from bot.concerns.concern import Attachment, Concern, Entry, EntryKind, Police, State
from bot.concerns.exclusion import may_see
from bot.concerns.filing import LONGEST_STORY, REPORTER, Unfinished, add_to, as_kept, kept_time, moment
from bot.concerns.form import to_ring
from bot.concerns.ports import Act, Cases, CaseUnit, Locksmith, Ping, Why
from bot.concerns.receipts import read_code
from bot.concerns.states import Step, after, possible
from bot.ports import NewId, Now
from bot.reply import Contact
from knowledge.errors import SignpostError

WINDOW = timedelta(minutes=15)
MOST_OF_ONE, MOST_OF_SCHOOL = 10, 600  # guesses in a window: at one code's beginning; at one school, where the right code still opens
MOST_FILES = 5
OPEN_TO_REPORTER = frozenset({EntryKind.STORY, EntryKind.ADDED, EntryKind.REPLY})
SAID_TO_REPORTER = {
    State.RECEIVED: "Received. Nobody has taken it yet; those who can read it are being told.",
    State.ACKNOWLEDGED: "Somebody has read it and taken it.",
    State.IN_ACTION: "It is being acted on.",
    State.CLOSED: "It is closed.",
    State.WITHDRAWN: "You have withdrawn it.",
}
NOBODY_READS_IT = (
    "Your report is kept, but nobody at the school can read it now: those who could have left their roles, or it is about them. Please "
    "tell somebody outside the school; in danger ring 999."
)
WITHDRAW_SAID = (
    "Withdrawing tells those who look after your report that you do not want it taken further. What you wrote stays on record, and where "
    "somebody may be at risk they still have to act."
)


class WrongCode(SignpostError):
    """No report of this school opens with that code: mistyped, of another school, or of a report that has been deleted."""

    def __init__(self) -> None:
        super().__init__(
            "That code opens no report here.",
            "Check it letter by letter, and that this is your school's page. Reports are deleted when their time is over. Without its code "
            "a report cannot be opened from outside: you can file another, or speak to somebody.",
        )


class TooManyGuesses(SignpostError):
    """Too many codes that open nothing were typed: whoever types can try later."""

    def __init__(self) -> None:
        super().__init__("Too many codes that open nothing have been typed here.", "Wait fifteen minutes and try again. Nothing is lost.")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a reporter sees of their report. ``can_withdraw``: whether that may be chosen now.

    ``nobody``: it is open, and nobody is left who may read it, which ``said`` then tells; ``contacts``: whom to ring then, else none.
    """

    reference: str
    state: State
    said: str
    filed_at: datetime
    entries: tuple[Entry, ...]
    attachments: tuple[Attachment, ...]
    police: Police
    can_withdraw: bool
    nobody: bool = False
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Returning:
    """The way back. Called in a worker thread: to check a code takes some 50 ms on purpose."""

    cases: Cases
    locksmith: Locksmith
    now: Now
    new_id: NewId

    def read(self, school: str, code: str) -> Visit:
        """What the reporter sees. Raises WrongCode, TooManyGuesses."""
        with self._opened(school, code) as (unit, concern):
            unit.audit(kept_time(concern, self.now()), Act.READ_BY_REPORTER, REPORTER, concern.reference)
            unit.commit()
            return _visit(unit, concern)

    def add(self, school: str, code: str, text: str, submission: str) -> Visit:
        """The report with what was added. Raises also Unfinished.

        `submission`: an id of the form; sent twice it is added once, and what differs the second time is added too.
        """
        text = as_kept(text)
        if not text:
            raise Unfinished({"text": "Write what you want to add."})
        if len(text) > LONGEST_STORY:
            raise Unfinished({"text": f"It has {len(text):,} characters and {LONGEST_STORY:,} can be sent at once. Send it in two parts."})
        with self._opened(school, code) as (unit, concern):
            case = unit.case(concern.id)
            known = {entry.id: entry.text for entry in case.entries} if case else {}
            if submission not in known or text not in known.values():
                entry_id = self.new_id() if submission in known else submission
                add_to(unit, concern, text, entry_id, self.now(), self.new_id())
                unit.commit()
            return _visit(unit, concern)

    def attach(self, school: str, code: str, name: str, kind: str, content: bytes, submission: str = "") -> Visit:
        """The report with a file added, which has been cleaned. Raises also Unfinished where it has as many as it can hold.

        `submission`: an id of the form and the file in it; sent twice it is added once.
        """
        with self._opened(school, code) as (unit, concern):
            case = unit.case(concern.id)
            if case and submission in {one.id for one in case.attachments}:
                return _visit(unit, concern)
            if case and len(case.attachments) >= MOST_FILES:
                raise Unfinished({"files": f"A report can hold {MOST_FILES} files. Say in words what else there is, and keep it."})
            at = kept_time(concern, self.now())
            unit.attach(concern.id, Attachment(submission or self.new_id(), at, name, kind, len(content)), content)
            unit.put(replace(concern, unread=True))
            unit.audit(at, Act.ATTACHED, REPORTER, concern.reference)
            if concern.state is not State.RECEIVED:
                unit.ping(Ping(self.new_id(), unit.school.id, concern.id, moment(concern, self.now()), why=Why.NEWS))
            unit.commit()
            return _visit(unit, concern)

    def withdraw(self, school: str, code: str) -> Visit:
        """The report, withdrawn. Raises also NotNow where it is closed already."""
        with self._opened(school, code) as (unit, concern):
            if concern.state is not State.WITHDRAWN:
                concern = replace(concern, state=after(concern.state, Step.WITHDRAW), unread=True)
                unit.put(concern)
                unit.enter(
                    concern.id, Entry(self.new_id(), kept_time(concern, self.now()), EntryKind.CHANGE, "The reporter withdrew the report.")
                )
                unit.audit(kept_time(concern, self.now()), Act.WITHDREW, REPORTER, concern.reference)
                unit.ping(Ping(self.new_id(), unit.school.id, concern.id, moment(concern, self.now()), why=Why.NEWS))
                unit.commit()
            return _visit(unit, concern)

    def wish(self, school: str, code: str, police: Police) -> Visit:
        """The report with what the reporter now wishes about the police."""
        with self._opened(school, code) as (unit, concern):
            if police is not concern.police:
                concern = replace(concern, police=police, unread=True)
                unit.put(concern)
                said = f"The reporter changed the wish about the police: “{words_for.POLICE[police]}”."
                unit.enter(concern.id, Entry(self.new_id(), kept_time(concern, self.now()), EntryKind.CHANGE, said))
                unit.audit(kept_time(concern, self.now()), Act.WISHED, REPORTER, concern.reference)
                if concern.state is not State.RECEIVED:
                    unit.ping(Ping(self.new_id(), unit.school.id, concern.id, moment(concern, self.now()), why=Why.NEWS))
                unit.commit()
            return _visit(unit, concern)

    @contextmanager
    def _opened(self, school: str, code: str) -> Iterator[tuple[CaseUnit, Concern]]:
        """A unit and the report that a code opens, held. The same work is done for every code, whatever is wrong with it."""
        typed = read_code(code)
        lookup, secret = (typed.lookup, typed.secret) if typed else ("", "")
        with self.cases.unit(school) as unit:
            at = self.now()
            of_one, of_school = unit.guess(lookup, at, WINDOW)
            if typed and of_one > MOST_OF_ONE:
                raise TooManyGuesses
            kept = unit.receipt(lookup)
            right = self.locksmith.opens(secret, kept.locked if kept else "")
            if kept is None or not right:
                # Whoever floods a school with codes keeps no reporter of it from their own.
                raise TooManyGuesses if of_school > MOST_OF_SCHOOL else WrongCode
            # At once and whatever follows: what stays says to the minute when somebody came back, and ten of it would lock them out.
            unit.guessed_right(lookup, at)
            unit.commit()
            concern = unit.concern(kept.concern)
            if concern is None:
                raise WrongCode
            yield unit, concern


def _visit(unit: CaseUnit, concern: Concern) -> Visit:
    case = unit.case(concern.id)
    entries = tuple(entry for entry in case.entries if entry.kind in OPEN_TO_REPORTER) if case else ()
    nobody = concern.open and not any(may_see(unit.school, concern, one) for one in unit.school.holders)
    return Visit(
        reference=concern.reference,
        state=concern.state,
        said=NOBODY_READS_IT if nobody else SAID_TO_REPORTER[concern.state],
        filed_at=concern.filed_at,
        entries=entries,
        attachments=case.attachments if case else (),
        police=concern.police,
        can_withdraw=Step.WITHDRAW in possible(concern.state),
        nobody=nobody,
        contacts=to_ring(unit.school, concern.about, concern.kept_from) if nobody else (),
    )
