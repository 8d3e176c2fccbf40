"""Filing a report: checked, kept from those it is about before anything is stored, kept for good, and only then said to be received."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b

from bot.concerns.concern import About, Concern, Entry, EntryKind, Evidence, Kind, Police, Route, State, Wish
from bot.concerns.exclusion import kept_from, may_see, recipients, taker
from bot.concerns.form import NOBODY_IDENTIFIED, to_ring
from bot.concerns.ladder import frozen_ladder
from bot.concerns.letters import IN_VAIN, LetterKind
from bot.concerns.ports import Act, Cases, CaseUnit, KeptReceipt, Locksmith, Ping, Why
from bot.concerns.receipts import ALPHABET, FILING, Receipt, filing_digest, receipt_of
from bot.concerns.signing_in import holder_key
from bot.concerns.waiting_again import wait_again
from bot.people import same_person
from bot.ports import NewId, Now
from bot.reply import Contact
from bot.school import Holder, School
from knowledge.errors import SignpostError

UNKEPT = re.compile("[\ud800-\udfff]")  # halves of characters
LONGEST_STORY = 20_000  # characters: some seven pages
LONGEST_NAME = 200
TRIES = 8  # a reference or the first part of a code may be another report's already, once in a long while
REPORTER, SIGNPOST = "reporter", "signpost"  # who, in the audit


class NobodyLeft(SignpostError):
    """Everybody who could be told is whom it is about: the reporter is shown who is outside the school. ``contacts``: those."""

    def __init__(self, contacts: tuple[Contact, ...]) -> None:
        super().__init__(
            f"{NOBODY_IDENTIFIED} It has NOT been kept.",
            "Ring the council's officer for allegations (LADO), or the helpline; in danger 999.",
        )
        self.contacts = contacts


class Unfinished(SignpostError):
    """Something needed is missing from a form: the reporter can add it; all they wrote is still there. ``faults``: field → sentence."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("Your report has not been sent yet.", " ".join(faults.values()))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form holds. ``filing``: the random id the form was made with, the same however often it is sent. ``name``: "" for none."""

    filing: str
    story: str
    about: frozenset[About]
    route: Route
    kind: Kind = Kind.OTHER
    wish: Wish = Wish.ACTION
    urgent: bool = False
    police: Police = Police.NOT_ASKED
    evidence: Evidence = Evidence.NOT_ASKED
    name: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """A report that is kept. ``told``: who can read it. ``concern``: its id, for files that follow. ``again``: it had been sent before."""

    receipt: Receipt
    reference: str
    concern: str
    told: tuple[Holder, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Filing:
    """The way in. Called in a worker thread; what it returns is kept, whatever happens afterwards."""

    cases: Cases
    locksmith: Locksmith
    now: Now
    new_id: NewId

    def school(self, school: str) -> School:
        """The school with those who hold its roles now, for the form. Raises UnknownSchool."""
        with self.cases.unit(school) as unit:
            return unit.school

    def file(self, school: str, draft: Draft) -> Filed:
        """The report, kept. Raises Unfinished, NobodyLeft, UnknownSchool, and NotKept where the store could not keep it."""
        if faults := faults_of(draft):
            raise Unfinished(faults)
        draft = replace(draft, story=as_kept(draft.story), name=as_kept(draft.name))
        digest = filing_digest(draft.filing)
        receipts = [receipt_of(draft.filing, attempt) for attempt in range(TRIES)]
        locked = self.locksmith.lock(receipts[0].secret)  # slow on purpose, so not while the unit holds up every other write
        with self.cases.unit(school) as unit:
            if kept := unit.by_filing(digest):
                return self._again(unit, kept, draft, receipts)
            told = recipients(unit.school, draft.about)
            if not told:
                unit.audit(self._at(draft), Act.NOBODY_LEFT, SIGNPOST)
                unit.commit()
                raise NobodyLeft(to_ring(unit.school, draft.about))
            concern = self._concern(unit.school, draft)
            for receipt in receipts:
                locked = locked if receipt is receipts[0] else self.locksmith.lock(receipt.secret)
                if unit.add(concern, digest, KeptReceipt(concern.id, receipt.lookup, locked)):
                    break
                if kept := unit.by_filing(digest):  # sent twice at the same moment: the other one was quicker
                    return self._again(unit, kept, draft, receipts)
                concern = replace(concern, reference=reference_of(self.new_id()))
            else:
                raise RuntimeError("no free reference for a report")
            unit.enter(concern.id, Entry(self.new_id(), concern.filed_at, EntryKind.STORY, draft.story))
            unit.audit(concern.filed_at, Act.FILED, REPORTER, concern.reference)
            unit.ping(Ping(self.new_id(), unit.school.id, concern.id, concern.climbs_since or concern.filed_at))
            unit.commit()
        return Filed(receipt, concern.reference, concern.id, told)

    def _concern(self, school: School, draft: Draft) -> Concern:
        at = self._at(draft)
        return Concern(
            id=self.new_id(),
            reference=reference_of(self.new_id()),
            filed_at=at,
            waits_since=at,
            route=draft.route,
            about=draft.about,
            kept_from=kept_from(school, draft.about),
            kind=draft.kind,
            wish=draft.wish,
            urgent=draft.urgent,
            police=draft.police,
            evidence=draft.evidence,
            reporter=draft.name if draft.route is Route.NAMED else "",
            keep_until=years_later(at.date(), school.reports_kept_years),
            ladder=frozen_ladder(school, urgent=draft.urgent),
            # Counted from the hour, what was filed at 9:59 would be the head's at 10:00; so the lead has time to take it.
            climbs_since=tenth_minute(self.now()) if draft.route is not Route.NAMED else at,
        )

    def _at(self, draft: Draft) -> datetime:
        return rounded(self.now()) if draft.route is not Route.NAMED else self.now()

    def _again(self, unit: CaseUnit, kept: Concern, draft: Draft, receipts: list[Receipt]) -> Filed:
        """The same report once more; what differs in its story is added, so that neither is lost, and whoever is named now is kept out."""
        found = [receipt for receipt in receipts if (one := unit.receipt(receipt.lookup)) and one.concern == kept.id]
        if not draft.about <= kept.about:
            about = kept.about | draft.about
            # Apart: whoever is named now is kept out, even where somebody kept out before held that role as well.
            named_now = kept_from(unit.school, draft.about - kept.about)
            # And whoever is kept out as things stand, who may hold a role that nobody held when it was filed.
            kept_out = kept_from(unit.school, kept.about, kept.kept_from)
            kept = replace(kept, about=about, kept_from=kept_from(unit.school, about, (*kept_out, *named_now)))
            unit.put(kept)
            kept = self._passed_on(unit, kept)
        case = unit.case(kept.id)
        told = {entry.text for entry in case.entries} if case else set()
        if draft.story not in told:
            add_to(unit, kept, draft.story, self.new_id(), self.now(), self.new_id())
        readers = recipients(unit.school, kept.about, kept.kept_from)
        if not readers:
            unit.audit(self._at(draft), Act.NOBODY_LEFT, SIGNPOST)
        unit.commit()  # once and last: in between, the concern would no longer be held, and what the desk did with it be undone
        if not readers:  # those named now are shut out of what they could read before; that nobody reads it any more must be said
            raise NobodyLeft(to_ring(unit.school, kept.about, kept.kept_from))
        return Filed(found[0], kept.reference, kept.id, readers, again=True)

    def _passed_on(self, unit: CaseUnit, kept: Concern) -> Concern:
        """The report once more people are kept out: taken by one of them it waits again; where only they were told, the next are now."""
        now = moment(kept, self.now())
        readers = [one for one in unit.school.holders if may_see(unit.school, kept, one)]
        if kept.state in {State.ACKNOWLEDGED, State.IN_ACTION} and taker(unit.school, kept) is None:
            unit.audit(now, Act.LET_GO, SIGNPOST, kept.reference)
            return wait_again(unit, kept, now, self.new_id)
        told = {one.recipient for one in unit.letters(kept.id) if one.kind is LetterKind.PING and one.state not in IN_VAIN}
        heard = [one for one in unit.school.holders if holder_key(one) in told]  # in whatever role: nobody is pinged twice for being two
        if kept.state is State.RECEIVED and told and not any(same_person(one, other) for one in readers for other in heard):
            unit.hurry(kept.id, now)
        return kept


def faults_of(draft: Draft) -> dict[str, str]:
    """What keeps a form from being sent: field → one sentence that says what to do."""
    faults = {}
    if not FILING.fullmatch(draft.filing):
        faults["filing"] = "Send it once more, please."
    if not as_kept(draft.story):
        faults["story"] = "Write what happened, in a few words if need be."
    elif len(draft.story) > LONGEST_STORY:
        faults["story"] = (
            f"Your story has {len(draft.story):,} characters and {LONGEST_STORY:,} fit in one report. Send the first part now; "
            "with your code you can add the rest."
        )
    if not draft.about:
        faults["about"] = "Tick who it is about, so that they do not see it. If you are not sure, tick that."
    if draft.route is Route.NAMED and not as_kept(draft.name):
        faults["name"] = "Write your name, or choose to report without it."
    elif len(draft.name) > LONGEST_NAME:
        faults["name"] = f"Your name may have {LONGEST_NAME} characters at most."
    return faults


def as_kept(text: str) -> str:
    """What somebody wrote as every store gives it back: without what none can hold, its lines ended alike."""
    return UNKEPT.sub("\ufffd", text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")).strip()


def add_to(unit: CaseUnit, concern: Concern, text: str, entry_id: str, now: datetime, ping_id: str) -> None:
    """Nothing: the reporter's words are part of the case, and whoever looks after it is told that there is something to read."""
    at = kept_time(concern, now)
    unit.enter(concern.id, Entry(entry_id, at, EntryKind.ADDED, text))
    unit.put(replace(concern, unread=True))
    unit.audit(at, Act.ADDED, REPORTER, concern.reference)
    if concern.state is not State.RECEIVED:  # else the first ping still climbs
        unit.ping(Ping(ping_id, unit.school.id, concern.id, moment(concern, now), why=Why.NEWS))


def rounded(at: datetime) -> datetime:
    """The hour it is in: a time to the second, beside a badge or a camera, could name somebody."""
    return at.replace(minute=0, second=0, microsecond=0)


def kept_time(concern: Concern, now: datetime) -> datetime:
    """A moment that is now, as exact as it is written down in a case and the audit: the hour where no name was given."""
    return rounded(now) if concern.nameless else now


def tenth_minute(at: datetime) -> datetime:
    """The ten minutes it is in: what the clock counts from where no name was given."""
    return at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0)


def moment(concern: Concern, now: datetime) -> datetime:
    """A moment for the clock that is now, as exact as may be kept of this concern."""
    return tenth_minute(now) if concern.nameless else now


def years_later(day: date, years: int) -> date:
    """The same day so many years later; 1 March for 29 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def reference_of(random: str) -> str:
    """Six characters people can say to one another, made of a random id: "K7M4Q2"."""
    number = int.from_bytes(blake2b(random.encode(), digest_size=4).digest(), "big")
    return "".join(ALPHABET[(number >> (5 * at)) & 31] for at in range(6))
