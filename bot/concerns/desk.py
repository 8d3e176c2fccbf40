"""The desk: what those who look after reports can see and do. Every method asks anew who may see the case, and writes the audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.concerns import words_for
from bot.concerns.climbing import tell
from bot.concerns.concern import Attachment, Case, Concern, Entry, EntryKind, Kind, Outcome, State
from bot.concerns.exclusion import DESK_ROLES, is_kept_from, may_see
from bot.concerns.filing import LONGEST_STORY, Unfinished
from bot.concerns.ladder import act_by
from bot.concerns.ports import Act, AuditLine, CaseBroken, Cases, CaseUnit, Ping, Why
from bot.concerns.states import Step, after
from bot.people import same_person
from bot.ports import NewId, Now
from bot.school import ROLE_NAMES, Holder, Role, School
from knowledge.errors import SignpostError

WARNED_BEFORE = timedelta(days=30)  # of a report's deletion
DELETED_AFTER = timedelta(days=7)  # from when somebody at the desk asks for it
LONGEST_REASON = 2_000


class NoSuchCase(SignpostError):
    """There is no such case for whoever asks: unknown, deleted, or not theirs to see; which of these is never said."""

    def __init__(self) -> None:
        super().__init__("There is no such case at your desk.", "Go back to the list; it shows every case you can open.")


class CannotHandOver(SignpostError):
    """A case cannot go to that role: whoever hands it over can choose another."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case as somebody at the desk sees it, with its audit, the cases linked to it that they may see, and to whom it can go."""

    case: Case
    history: tuple[AuditLine, ...]
    linked: tuple[Concern, ...]
    hand_to: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of every school. `viewer`: who is signed in, as SCHOOL.toml has them now (signing_in says who that is)."""

    cases: Cases
    now: Now
    new_id: NewId

    def waiting(self, school: str, viewer: Holder) -> tuple[Concern, ...]:
        """Every case the viewer may see: first what nobody has taken, then what is unread; the urgent and long waiting before others."""
        with self.cases.unit(school) as unit:
            return tuple(sorted(_theirs(unit, viewer), key=_order))

    def broken(self, school: str) -> int:
        """How many cases of a school cannot be opened, so that nobody can tell whose they are."""
        with self.cases.unit(school) as unit:
            return unit.broken()

    def open(self, school: str, viewer: Holder, concern_id: str) -> OpenCase:
        """A case, which the viewer has now read. Raises NoSuchCase."""
        with self._held(school, viewer, concern_id) as (unit, concern):
            if concern.unread:
                unit.put(replace(concern, unread=False))
            unit.audit(self.now(), Act.READ, viewer.role.value, concern.reference)
            unit.commit()
            return _opened(unit, viewer, concern_id)

    def acknowledge(self, school: str, viewer: Holder, concern_id: str) -> Concern:
        """The case, taken by the viewer; as it is where somebody has taken it already. Raises NoSuchCase, NotNow."""
        with self._held(school, viewer, concern_id) as (unit, concern):
            if concern.state in {State.ACKNOWLEDGED, State.IN_ACTION}:
                return concern
            taken = replace(concern, state=after(concern.state, Step.ACKNOWLEDGE), taken_by=viewer, taken_at=self.now())
            unit.put(taken)
            self._say_taken(unit, concern)
            unit.ping(Ping(self.new_id(), school, concern.id, act_by(concern.ladder, self.now()), why=Why.ACT_BY))
            unit.audit(self.now(), Act.ACKNOWLEDGED, viewer.role.value, concern.reference)
            unit.commit()
            return taken

    def reply(self, school: str, viewer: Holder, concern_id: str, text: str, submission: str) -> None:
        """Nothing: the reporter reads it with their code. `submission`: an id of the form; sent twice it is said once."""
        self._enter(school, viewer, concern_id, Act.REPLIED, EntryKind.REPLY, text, submission, acts=True)

    def note(self, school: str, viewer: Holder, concern_id: str, text: str, submission: str) -> None:
        """Nothing: a private note, which the reporter never reads."""
        self._enter(school, viewer, concern_id, Act.NOTED, EntryKind.NOTE, text, submission)

    def decide(self, school: str, viewer: Holder, concern_id: str, text: str, reason: str, submission: str) -> None:
        """Nothing: a decision or an action with its reason is on record. Raises Unfinished without a reason."""
        _need(reason, "reason", "Write the reason: it is what a decision is judged by later.", LONGEST_REASON)
        self._enter(school, viewer, concern_id, Act.DECIDED, EntryKind.DECISION, text, submission, reason=reason, acts=True)

    def hand_over(self, school: str, viewer: Holder, concern_id: str, role: Role, reason: str, submission: str = "") -> None:
        """Nothing: those who hold that role see the case too. Raises CannotHandOver, Unfinished without a reason.

        `submission`, here and below: an id of the form; sent twice it is done once.
        """
        _need(reason, "reason", "Write why it goes to them.", LONGEST_REASON)
        with self._held(school, viewer, concern_id) as (unit, concern):
            if _done_before(unit, concern_id, submission):
                return
            if role not in {one.role for one in _hand_to(unit.school, concern, viewer)}:
                raise CannotHandOver("The case cannot go to that role.", "Choose somebody from the list at the case.")
            also = replace(concern, also=concern.also | {role})
            unit.put(also)
            tell(unit, also, [one for one in unit.school.holding(role) if may_see(unit.school, also, one)], self.now(), self.new_id)
            self._change(unit, viewer, concern, f"Handed over to: {ROLE_NAMES[role]}.", reason, submission)
            unit.audit(self.now(), Act.HANDED_OVER, viewer.role.value, concern.reference)
            unit.commit()

    def link(self, school: str, viewer: Holder, concern_id: str, reference: str) -> None:
        """Nothing: two cases of the viewer's name each other. Raises NoSuchCase for either."""
        wanted = reference.strip().upper()
        with self.cases.unit(school) as unit:
            asked = [one.id for one in _theirs(unit, viewer) if one.id == concern_id or one.reference == wanted]
            # In one order, so that two who link the same two never wait for each other.
            held = {one: unit.concern(one) for one in sorted(asked)}
            concern = held.pop(concern_id, None)
            other = next(iter(held.values()), None)
            if concern is None or other is None or not all(may_see(unit.school, one, viewer) for one in (concern, other)):
                raise NoSuchCase
            unit.put(replace(concern, linked=concern.linked | {other.id}))
            unit.put(replace(other, linked=other.linked | {concern.id}))
            for one in (concern, other):
                unit.audit(self.now(), Act.LINKED, viewer.role.value, one.reference)
            unit.commit()

    def sort(self, school: str, viewer: Holder, concern_id: str, kind: Kind) -> None:
        """Nothing: the case is of that kind, whatever the reporter thought."""
        with self._held(school, viewer, concern_id) as (unit, concern):
            unit.put(replace(concern, kind=kind))
            unit.audit(self.now(), Act.SORTED, viewer.role.value, concern.reference)
            unit.commit()

    def keep_until(self, school: str, viewer: Holder, concern_id: str, day: date, reason: str, submission: str = "") -> None:
        """Nothing: the case is deleted after that day, once it is closed. Raises Unfinished for a day within the week or no reason."""
        _need(reason, "reason", "Write why it is kept that long.", LONGEST_REASON)
        if day < self._soonest():
            raise Unfinished({"day": "Choose a day in the future, a week from now at the soonest: others who see it need the time."})
        with self._held(school, viewer, concern_id) as (unit, concern):
            if _done_before(unit, concern_id, submission):
                return
            self._keep(unit, viewer, concern, day, f"To be kept until {day.isoformat()}.", reason, submission)
            unit.audit(self.now(), Act.KEPT_LONGER, viewer.role.value, concern.reference)
            unit.commit()

    def close(self, school: str, viewer: Holder, concern_id: str, outcome: Outcome, reason: str, submission: str = "") -> None:
        """Nothing: the case is closed with what came of it. Raises NotNow, Unfinished without a reason."""
        _need(reason, "reason", "Write why it can be closed.", LONGEST_REASON)
        with self._held(school, viewer, concern_id) as (unit, concern):
            if _done_before(unit, concern_id, submission):
                return
            unit.put(replace(concern, state=after(concern.state, Step.CLOSE), outcome=outcome))
            self._change(unit, viewer, concern, f"Closed: {words_for.OUTCOME[outcome]}.", reason, submission)
            unit.audit(self.now(), Act.CLOSED, viewer.role.value, concern.reference)
            unit.commit()

    def reopen(self, school: str, viewer: Holder, concern_id: str, reason: str, submission: str = "") -> None:
        """Nothing: a closed or withdrawn case is taken up again. Raises NotNow, Unfinished without a reason."""
        _need(reason, "reason", "Write why it is taken up again.", LONGEST_REASON)
        with self._held(school, viewer, concern_id) as (unit, concern):
            if _done_before(unit, concern_id, submission):
                return
            state = after(concern.state, Step.REOPEN)
            unit.put(replace(concern, state=state, outcome=None, taken_by=viewer, taken_at=self.now()))
            self._change(unit, viewer, concern, "Taken up again.", reason, submission)
            unit.audit(self.now(), Act.REOPENED, viewer.role.value, concern.reference)
            unit.commit()

    def export(self, school: str, viewer: Holder, concern_id: str) -> OpenCase:
        """A case to be written out as a chronology; that it was is in the audit. Raises NoSuchCase."""
        with self._held(school, viewer, concern_id) as (unit, concern):
            unit.audit(self.now(), Act.EXPORTED, viewer.role.value, concern.reference)
            unit.commit()
            return _opened(unit, viewer, concern_id)

    def file(self, school: str, viewer: Holder, concern_id: str, attachment_id: str) -> tuple[Attachment, bytes]:
        """A file of a case. Raises NoSuchCase."""
        with self._held(school, viewer, concern_id) as (unit, concern):
            case = unit.case(concern_id)
            found = next((one for one in case.attachments if one.id == attachment_id), None) if case else None
            content = unit.content(concern_id, attachment_id) if found else None
            if found is None or content is None:
                raise NoSuchCase
            unit.audit(self.now(), Act.OPENED_FILE, viewer.role.value, concern.reference)
            unit.commit()
            return found, content

    def delete(self, school: str, viewer: Holder, concern_id: str, typed_reference: str) -> None:
        """Nothing: a closed or withdrawn case is gone for good a week from now. The reference is typed to be sure.

        Nobody deletes a case alone and at once: whoever else may see it is told, and can keep it until then.
        """
        with self._held(school, viewer, concern_id) as (unit, concern):
            if concern.open:
                raise Unfinished({"reference": "Only a closed or withdrawn case can be deleted: close it first."})
            if typed_reference.strip().upper() != concern.reference:
                raise Unfinished({"reference": f"Type {concern.reference} to delete this case for good."})
            day = self._soonest()
            if day < concern.keep_until:
                self._keep(unit, viewer, concern, day, f"To be deleted for good after {day.isoformat()}.")
                unit.audit(self.now(), Act.DELETION_ASKED, viewer.role.value, concern.reference)
            unit.commit()

    def counted(self, school: str, viewer: Holder) -> tuple[Concern, ...]:
        """What governors' figures are counted from: every concern but those that are kept from the viewer."""
        with self.cases.unit(school) as unit:
            found = tuple(one for one in unit.concerns() if not is_kept_from(unit.school, one, viewer))
            unit.audit(self.now(), Act.FIGURES, viewer.role.value)
            unit.commit()
            return found

    def _enter(
        self,
        school: str,
        viewer: Holder,
        concern_id: str,
        act: Act,
        kind: EntryKind,
        text: str,
        submission: str,
        *,
        reason: str = "",
        acts: bool = False,
    ) -> None:
        _need(text, "text", "Write it in the box first.", LONGEST_STORY)
        with self._held(school, viewer, concern_id) as (unit, concern):
            case = unit.case(concern_id)
            known = {entry.id: (entry.text, entry.reason) for entry in case.entries} if case else {}
            if submission in known and (text.strip(), reason.strip()) in known.values():
                return
            entry_id = self.new_id() if submission in known else submission  # other words than the form held the first time: kept too
            unit.enter(concern_id, Entry(entry_id, self.now(), kind, text.strip(), viewer.role, viewer.name, reason.strip()))
            if acts and concern.open:
                if concern.state is State.RECEIVED:
                    self._say_taken(unit, concern)
                taken_by, taken_at = (concern.taken_by, concern.taken_at) if concern.taken_by else (viewer, self.now())
                unit.put(replace(concern, state=after(concern.state, Step.ACT), taken_by=taken_by, taken_at=taken_at))
            unit.audit(self.now(), act, viewer.role.value, concern.reference)
            unit.commit()

    def _say_taken(self, unit: CaseUnit, concern: Concern) -> None:
        """Nothing: the others are told that they need do nothing."""
        unit.ping(Ping(self.new_id(), unit.school.id, concern.id, self.now(), why=Why.TAKEN))

    def _soonest(self) -> date:
        return (self.now() + DELETED_AFTER).date()

    def _keep(self, unit: CaseUnit, viewer: Holder, concern: Concern, day: date, text: str, reason: str = "", submission: str = "") -> None:
        """Nothing: the case is kept until then; where that is sooner than before, whoever else may see it is told and can undo it."""
        kept = replace(concern, keep_until=day)
        unit.put(kept)
        self._change(unit, viewer, concern, text, reason, submission)
        if day < concern.keep_until:
            others = [one for one in unit.school.holders if may_see(unit.school, kept, one) and not same_person(one, viewer)]
            tell(unit, kept, others, self.now(), self.new_id)

    def _change(self, unit: CaseUnit, viewer: Holder, concern: Concern, text: str, reason: str, submission: str) -> None:
        entry_id = submission or self.new_id()
        unit.enter(concern.id, Entry(entry_id, self.now(), EntryKind.CHANGE, text, viewer.role, viewer.name, reason.strip()))

    @contextmanager
    def _held(self, school: str, viewer: Holder, concern_id: str) -> Iterator[tuple[CaseUnit, Concern]]:
        with self.cases.unit(school) as unit:
            concern = unit.concern(concern_id)
            if concern is None or not may_see(unit.school, concern, viewer):
                raise NoSuchCase
            yield unit, concern


def forget(unit: CaseUnit, concern: Concern, now: datetime, who: str) -> None:
    """Nothing: the concern is gone, with what named it in others; the audit keeps that it happened."""
    for other_id in sorted(concern.linked):  # in one order, so that two who forget never wait for each other
        with suppress(CaseBroken):
            if other := unit.concern(other_id):
                unit.put(replace(other, linked=other.linked - {concern.id}))
    unit.delete(concern.id)
    unit.audit(now, Act.DELETED, who, concern.reference)


def is_mine(concern: Concern, viewer: Holder) -> bool:
    """Whether the viewer has taken it."""
    return concern.taken_by is not None and same_person(concern.taken_by, viewer)


def soon_deleted(concern: Concern, today: date) -> bool:
    """Whether a report's day is near, so that whoever looks after it should know."""
    return concern.keep_until - today <= WARNED_BEFORE


def _done_before(unit: CaseUnit, concern_id: str, submission: str) -> bool:
    """Whether a form was sent already: what it did is an entry of the form's id."""
    case = unit.case(concern_id) if submission else None
    return case is not None and submission in {entry.id for entry in case.entries}


def _theirs(unit: CaseUnit, viewer: Holder) -> list[Concern]:
    return [one for one in unit.concerns() if may_see(unit.school, one, viewer)]


def _opened(unit: CaseUnit, viewer: Holder, concern_id: str) -> OpenCase:
    case = unit.case(concern_id)
    if case is None:
        raise NoSuchCase
    linked = tuple(one for one in _theirs(unit, viewer) if one.id in case.concern.linked) if case.concern.linked else ()
    return OpenCase(case, unit.history(case.concern.reference), linked, _hand_to(unit.school, case.concern, viewer))


def _hand_to(school: School, concern: Concern, viewer: Holder) -> tuple[Holder, ...]:
    """Those it can be handed to: everybody with a role at the desk who does not see it yet and whom it is not kept from."""
    return tuple(
        one
        for one in school.holding(*DESK_ROLES)
        if not may_see(school, concern, one) and not is_kept_from(school, concern, one) and not same_person(one, viewer)
    )


def _order(concern: Concern) -> tuple[int, bool, datetime]:
    states = [State.ACKNOWLEDGED, State.IN_ACTION, State.WITHDRAWN, State.CLOSED]
    waits = 0 if concern.state is State.RECEIVED else 1 if concern.unread else 2 + states.index(concern.state)
    return (waits, not concern.urgent, concern.waits_since)


def _need(text: str, field: str, sentence: str, most: int) -> None:
    if not text.strip():
        raise Unfinished({field: sentence})
    if len(text) > most:
        raise Unfinished({field: f"It has {len(text):,} characters and {most:,} fit: shorten it, or write it in two parts."})
