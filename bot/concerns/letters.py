"""Letters: one message to one holder of a role about one report, kept with the report and sent until it is sure to have arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class LetterKind(StrEnum):
    """What a letter says. PING, NEWS and TAKEN go to those who look after reports, the others to whoever runs Signpost for the school."""

    PING = "ping"
    NEWS = "news"
    TAKEN = "taken"
    UNHEARD = "unheard"
    DRILL = "drill"
    DIGEST = "digest"


class LetterState(StrEnum):
    """How far a letter has come. UNCERTAIN: it was being sent when the program ended, so it may arrive twice; never not at all."""

    PENDING = "pending"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    DEAD = "dead"
    NEEDLESS = "needless"


IN_VAIN = frozenset({LetterState.DEAD, LetterState.NEEDLESS})  # such a letter has reached nobody, and never will


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. ``concern``: "" for a drill or a digest. ``recipient``: signing_in.holder_key of whom it is for, never a name or address.

    ``number``: of the step that called for it; a school's letters are one for each (concern, kind, number, recipient).
    ``ways``: which may be used ("chat", "email"), in their order. ``attempts``: how often it was tried before.
    """

    id: str
    school: str
    concern: str
    kind: LetterKind
    number: int
    recipient: str
    due_at: datetime
    ways: tuple[str, ...] = ("chat", "email")
    attempts: int = 0
    state: LetterState = LetterState.PENDING


class Outbox(Protocol):
    """The letters of all schools, as the clock sees them."""

    def claim_letter(self, now: datetime, lease: timedelta) -> Letter | None:
        """The longest due letter that nobody is sending, claimed until the lease is over; None where there is none.

        One that was being sent when its lease ran out comes as UNCERTAIN.
        """

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the longest due letter or step waits, whether somebody is at it or not; None where nothing is due."""

    def beat(self, now: datetime) -> None:
        """Nothing: a clock was here."""

    def last_beat(self) -> datetime | None:
        """When a clock was here last."""

    def without(self, what: LetterKind, number: int, most: int) -> tuple[str, ...]:
        """Schools that have no letter mark of that kind and number (a day's drill, a week's digest) yet, at most so many, sorted."""


class Signer(Protocol):
    """Words sealed so that whoever brings them back got them from us, and lately."""

    def sign(self, words: str) -> str:
        """A token that can stand in an address."""

    def read(self, token: str) -> str | None:
        """The words of a token of ours that is not too old; None for any other."""


@dataclass(frozen=True, slots=True)
class ToSay:
    """What a letter says, whatever the way: nothing of a report is in it.

    ``desk``: the address to open, "" for none. ``press``: what an Acknowledge button in chat carries, "" for none;
    ``acknowledge``: the address that does the same from an e-mail. ``last_resort``: whether the school's webhook may carry it where
    nothing else works.
    """

    subject: str
    text: str
    desk: str = ""
    press: str = ""
    acknowledge: str = ""
    last_resort: bool = False
