"""Signing in at the desk: a single-use link to somebody who holds a role, and a short session that ends when they no longer do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b

from bot.concerns.exclusion import DESK_ROLES
from bot.concerns.ports import Act, Cases, DeskSession, Messenger, SignInLink
from bot.links import desk_path
from bot.ports import NewId, Now, Outcome, Sent
from bot.school import Holder, School

LINK_LASTS = timedelta(minutes=10)
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=4)  # a session ends after so long without a page, and after so long in any case
NOTED_EVERY = timedelta(minutes=1)  # how exactly it is known when a page was last opened
MOST_LINKS = 5  # to one holder while a link lasts: whoever presses the button for somebody else cannot flood them


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Links out, sessions in. Tokens are only known to whoever was sent them; the store has digests."""

    cases: Cases
    messenger: Messenger
    now: Now
    new_id: NewId

    def holders(self, school: str) -> tuple[tuple[str, Holder], ...]:
        """Those who can sign in, each person and role with the key that a form names them by. Raises UnknownSchool."""
        with self.cases.unit(school) as unit:
            return tuple((holder_key(one), one) for one in unit.school.holding(*DESK_ROLES))

    def send_link(self, school: str, key: str) -> Outcome:
        """How it came out to send a link to the holder of that key; FAILED with "unknown", "too_many" or the messenger's reason."""
        with self.cases.unit(school) as unit:
            holder = _holder(unit.school, key)
            if holder is None:
                return Outcome(Sent.FAILED, why="unknown")
            token, now = self.new_id() + self.new_id(), self.now()
            if not unit.keep_link(SignInLink(_digest(token), key, now + LINK_LASTS), MOST_LINKS, now - LINK_LASTS):
                return Outcome(Sent.FAILED, why="too_many")
            unit.commit()
        return self.messenger.sign_in(unit.school, holder, f"{desk_path(school)}/enter/{token}")

    def whose(self, school: str, token: str) -> Holder | None:
        """Whom a link signs in, without using it up: link scanners and previews open links too. None where it is used or over."""
        with self.cases.unit(school) as unit:
            link = unit.link(_digest(token), self.now())
            return _holder(unit.school, link.holder) if link else None

    def enter(self, school: str, token: str) -> str | None:
        """The token of a new session, for the one link it uses up; None where it is used, over or its holder holds the role no longer."""
        with self.cases.unit(school) as unit:
            link = unit.take_link(_digest(token), self.now())
            holder = _holder(unit.school, link.holder) if link else None
            if link is None or holder is None:
                unit.commit()
                return None
            session = self.new_id() + self.new_id()
            unit.keep_session(DeskSession(_digest(session), link.holder, self.now(), self.now() + LONGEST))
            unit.audit(self.now(), Act.SIGNED_IN, holder.role.value)
            unit.commit()
            return session

    def who(self, school: str, token: str) -> Holder | None:
        """Who is signed in with a session's token, as SCHOOL.toml has them now; None for nobody. Asked for each page."""
        if not token:
            return None
        with self.cases.unit(school) as unit:
            session, now = unit.session(_digest(token)), self.now()
            if session is None or session.until <= now or session.used_at + IDLE <= now:
                return None
            holder = _holder(unit.school, session.holder)
            if holder and now - session.used_at >= NOTED_EVERY:
                unit.used_session(session.digest, now)
                unit.commit()
            return holder

    def leave(self, school: str, token: str, *, everywhere: bool = False) -> None:
        """Nothing: the session is over; `everywhere`: so is every other one of the same person and role."""
        with self.cases.unit(school) as unit:
            session = unit.session(_digest(token))
            if session is None:
                return
            if everywhere:
                unit.end_sessions(session.holder)
            unit.end_session(session.digest)
            if holder := _holder(unit.school, session.holder):
                unit.audit(self.now(), Act.SIGNED_OUT, holder.role.value)
            unit.commit()


def holder_key(holder: Holder) -> str:
    """What stands for a holder: another person, role or way to reach them gives another key, and ends what was begun with the old one."""
    told = "\0".join((holder.role.value, holder.name, holder.email, holder.slack, holder.teams))
    return blake2b(told.encode(), digest_size=12, person=b"signpost holder").hexdigest()


def _holder(school: School, key: str) -> Holder | None:
    return next((one for one in school.holding(*DESK_ROLES) if holder_key(one) == key), None)


def _digest(token: str) -> str:
    return blake2b(token.encode(), digest_size=16, person=b"signpost token").hexdigest()
