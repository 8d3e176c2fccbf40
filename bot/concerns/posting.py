"""Sending letters: each claimed for a while, checked once more just before it goes, tried again until it is sure to have arrived.

A program that ends between sending and writing it down may cause a letter to arrive twice; never not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.concerns import wording_of_pings as wording
from bot.concerns.acknowledging import link_words
from bot.concerns.climbing import AFTER_ALL
from bot.concerns.concern import Concern, State
from bot.concerns.exclusion import is_kept_from, may_see, recipients
from bot.concerns.filing import SIGNPOST, kept_time, tenth_minute
from bot.concerns.in_chat import ACKNOWLEDGE
from bot.concerns.letters import IN_VAIN, Letter, LetterKind, LetterState, Signer, ToSay
from bot.concerns.ports import Act, CaseBroken, Cases, CaseUnit, Messenger
from bot.concerns.signing_in import holder_key
from bot.concerns.waiting_again import A_CLIMB
from bot.links import acknowledge_path, case_path
from bot.ports import NewId, Now, Outcome, Sent
from bot.school import ROLE_NAMES, Holder, Role, School

LEASE = timedelta(minutes=2)  # longer than all ways to one person take
MOST_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=20), timedelta(minutes=10)  # between attempts; doubled each time
PERMANENT = frozenset(
    {"no_way", "no_address", "not_installed", "recipient_refused", "bad_address", "sender_refused", "login_refused", "refused"}
)


@dataclass(frozen=True, slots=True)
class Posting:
    """The letters of all schools. Any number of clocks and threads may call this: each letter is claimed first.

    ``random``: a number from 0 to 1, so that letters whose provider was away do not all come back at once.
    ``digest``: what a head's digest says now; None where there is nothing to say.
    """

    cases: Cases
    messenger: Messenger
    signer: Signer
    now: Now
    new_id: NewId
    random: Callable[[], float]
    digest: Callable[[School, Holder], ToSay | None]
    public_url: str = ""

    def send(self) -> bool:
        """Whether a letter was due; it is dealt with. One of a case that cannot be opened stays claimed, and is tried again after that."""
        letter = self.cases.claim_letter(self.now(), LEASE)
        if letter is None:
            return False
        with suppress(CaseBroken):
            self._deal(letter)
        return True

    def _deal(self, letter: Letter) -> None:
        with self.cases.unit(letter.school) as unit:
            holder = next((one for one in unit.school.holders if holder_key(one) == letter.recipient), None)
            said = self._said(unit, letter, holder) if holder else None
            school = unit.school
            if holder is None or said is None:
                unit.settle_letter(letter, LetterState.NEEDLESS)
                self._next_at_once(unit, letter)
            unit.commit()
        if holder is not None and said is not None:  # the unit is over: to send takes seconds, and holds up nobody
            self._settle(letter, self.messenger.deliver(school, holder, said, letter.ways))

    def _said(self, unit: CaseUnit, letter: Letter, holder: Holder) -> ToSay | None:
        """What a letter says, as things stand now; None where it is needless, or not for its recipient any more."""
        if letter.kind is LetterKind.DRILL:
            return wording.drill(unit.school.name)
        if letter.kind is LetterKind.DIGEST:
            return self.digest(unit.school, holder)
        concern = unit.concern(letter.concern)
        if concern is None:
            return None
        if letter.kind is LetterKind.UNHEARD:
            fits = concern.state is State.RECEIVED and holder.role is Role.IT and not is_kept_from(unit.school, concern, holder)
            return wording.unheard(unit.school.name, self._wait(concern, letter)) if fits else None
        if not may_see(unit.school, concern, holder):
            return None
        said = self._about(letter, concern)
        # A school's webhook tells a role, and so all who hold it.
        alone = all(may_see(unit.school, concern, one) for one in unit.school.holding(holder.role))
        return replace(said, last_resort=said.last_resort and alone) if said else None

    def _about(self, letter: Letter, concern: Concern) -> ToSay | None:
        """What a letter to one of those who may see a report says; None where it is needless."""
        desk = self.public_url + case_path(letter.school, concern.id) if self.public_url else ""
        match letter.kind:
            case LetterKind.PING if concern.state is State.RECEIVED:
                token = self.signer.sign(link_words(letter.school, concern.id, letter.recipient))
                path = self.public_url + acknowledge_path(letter.school, token) if self.public_url else ""
                said = wording.ping(concern.reference, self._wait(concern, letter), desk)
                return replace(said, press=f"{ACKNOWLEDGE}.{concern.id}", acknowledge=path)
            case LetterKind.NEWS:
                return wording.news(concern.reference, desk)
            case LetterKind.TAKEN if concern.taken_by is not None:
                return wording.taken(concern.reference, ROLE_NAMES[concern.taken_by.role].lower())
        return None

    def _wait(self, concern: Concern, letter: Letter) -> timedelta:
        # Without a name its time is to the hour, and "waiting for 40 minutes" would be untrue of a report just filed.
        just_filed = letter.number == 0 and letter.attempts == 0
        return timedelta(0) if just_filed else max(self.now() - concern.waits_since, timedelta(0))

    def _settle(self, letter: Letter, outcome: Outcome) -> None:
        with self.cases.unit(letter.school) as unit:
            if outcome.state is not Sent.FAILED:
                unit.settle_letter(letter, LetterState.SENT)
                self._audit(unit, letter)
            elif passes(outcome) and letter.attempts + 1 < MOST_ATTEMPTS:
                unit.settle_letter(letter, LetterState.PENDING, self.now() + self._pause(letter, outcome))
            elif passes(outcome) and letter.kind is LetterKind.NEWS:  # no ladder brings them again, so they are never given up
                unit.settle_letter(letter, LetterState.PENDING, self.now() + AFTER_ALL)
                if letter.attempts + 1 == MOST_ATTEMPTS:
                    self._next_at_once(unit, letter)
            else:
                unit.settle_letter(letter, LetterState.DEAD)
                self._next_at_once(unit, letter)
            unit.commit()

    def _next_at_once(self, unit: CaseUnit, letter: Letter) -> None:
        """Nothing: where a step reached nobody the next is made at once, up to telling whoever runs Signpost; from then on hourly.

        News that reached nobody go to everybody who is told of such a report.
        """
        concern = unit.concern(letter.concern) if letter.kind in {LetterKind.PING, LetterKind.NEWS} else None
        if concern is None or _reached(unit, letter):
            return
        everybody = recipients(unit.school, concern.about, concern.kept_from)
        if letter.kind is LetterKind.NEWS:
            for one in everybody:
                unit.post(replace(letter, id=self.new_id(), recipient=holder_key(one), attempts=0, state=LetterState.PENDING))
        elif concern.state is State.RECEIVED:
            goes_higher = letter.number % A_CLIMB < max(len(concern.ladder.ladder.rungs), len(everybody))
            unit.hurry(concern.id, tenth_minute(self.now()) + (timedelta(0) if goes_higher else AFTER_ALL))

    def _audit(self, unit: CaseUnit, letter: Letter) -> None:
        concern = unit.concern(letter.concern) if letter.concern else None
        if concern:
            unit.audit(kept_time(concern, self.now()), Act.PINGED, SIGNPOST, concern.reference)

    def _pause(self, letter: Letter, outcome: Outcome) -> timedelta:
        """How long to wait: longer each time, never less than the provider asked for."""
        doubled: timedelta = FIRST_WAIT * 2**letter.attempts
        pause = min(doubled, LONGEST_WAIT) * (0.75 + self.random() / 2)
        return max(pause, outcome.retry_after or timedelta(0))


def passes(outcome: Outcome) -> bool:
    """Whether a failed send may well succeed later."""
    return outcome.retry_after is not None or outcome.why not in PERMANENT


def _reached(unit: CaseUnit, letter: Letter) -> bool:
    """Whether somebody else of the same step or a later one was reached, or may still be."""
    others = (one for one in unit.letters(letter.concern) if one.kind is letter.kind and one.id != letter.id)
    return any(one.number >= letter.number and one.state not in IN_VAIN for one in others)
