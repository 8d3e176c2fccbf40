"""Reports as a whole: what wiring puts together once and doors are given."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from bot.concerns.acknowledging import ByLink
from bot.concerns.climbing import Climbing
from bot.concerns.clock import Clock
from bot.concerns.desk import Desk, forget
from bot.concerns.filing import SIGNPOST, Filing
from bot.concerns.in_chat import InChat
from bot.concerns.letters import Signer, ToSay
from bot.concerns.ports import CaseBroken, Cases, Locksmith, Messenger
from bot.concerns.posting import Posting
from bot.concerns.returning import Returning
from bot.concerns.rounds import Rounds
from bot.concerns.signing_in import SigningIn
from bot.ports import NewId, Now
from bot.school import Holder, School


@dataclass(frozen=True, slots=True)
class Reports:
    """The way in, the way back, the desk, signing in to it, its buttons in chat and links in e-mails, and the clock."""

    cases: Cases
    filing: Filing
    returning: Returning
    desk: Desk
    signing_in: SigningIn
    in_chat: InChat
    by_link: ByLink
    clock: Clock

    def delete_expired(self, today: date) -> int:
        """How many reports were deleted because their time is over. An open one is never."""
        return sum(self._delete_expired(school, concern_id, today) for school, concern_id in self.cases.expired(today))

    def _delete_expired(self, school: str, concern_id: str, today: date) -> bool:
        """Whether it was deleted. One that cannot be opened stays for whoever can mend it, and keeps no other from being deleted."""
        with suppress(CaseBroken):
            with self.cases.unit(school) as unit:
                found = unit.concern(concern_id)
            with self.cases.unit(school) as unit:
                # It and those linked to it, in one order: of two that name each other, both may be over, and two clocks be at it.
                for one in sorted({concern_id, *found.linked} if found else ()):
                    with suppress(CaseBroken):
                        unit.concern(one)
                concern = unit.concern(concern_id)
                if concern and not concern.open and concern.keep_until < today:
                    forget(unit, concern, self.desk.now(), SIGNPOST)
                    unit.commit()
                    return True
        return False


def reports_of(
    cases: Cases,
    locksmith: Locksmith,
    messenger: Messenger,
    signer: Signer,
    now: Now,
    new_id: NewId,
    random: Callable[[], float],
    digest: Callable[[School, Holder], ToSay | None],
    public_url: str = "",
) -> Reports:
    """Reports, kept in `cases`."""
    desk = Desk(cases, now, new_id)
    posting = Posting(cases, messenger, signer, now, new_id, random, digest, public_url)
    return Reports(
        cases=cases,
        filing=Filing(cases, locksmith, now, new_id),
        returning=Returning(cases, locksmith, now, new_id),
        desk=desk,
        signing_in=SigningIn(cases, messenger, now, new_id),
        in_chat=InChat(desk, public_url),
        by_link=ByLink(desk, signer),
        clock=Clock(cases, Climbing(cases, now, new_id), posting, Rounds(cases, now, new_id), now),
    )
