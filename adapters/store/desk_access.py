"""A school's guesses at receipt codes, its sign-in links and its desk's sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, func, select, update

from adapters.store.keeping import AnyRow, KeepingRepository
from adapters.store.of_school import insert_into
from adapters.store.tables.concerns import DeskSessionRow, GuessRow, LinkRow
from adapters.store.tables.schools import SchoolRow
from bot.concerns.ports import DeskSession, SignInLink


class Guesses(KeepingRepository):
    """The guesses of one school, kept by the minute: no more is needed, and when somebody came back is nobody's business."""

    def count(self, lookup: str, at: datetime) -> None:
        """Nothing: one more, once committed."""
        new = insert_into(self._dialect, GuessRow).values(school=self._school, lookup=lookup, at=_minute(at), count=1)
        self._do(new.on_conflict_do_update(index_elements=list(GuessRow.__table__.primary_key), set_={"count": GuessRow.count + 1}))

    def since(self, lookup: str, at: datetime, window: timedelta) -> tuple[int, int]:
        """How many in the window before a moment, and after it by another replica's clock: of that lookup part, of the school."""
        of_one = func.sum(case((GuessRow.lookup == lookup, GuessRow.count), else_=0))
        found = self._rows(
            select(of_one, func.sum(GuessRow.count)).where(GuessRow.school == self._school, GuessRow.at > _minute(at) - window)
        )
        return int(found[0][0] or 0), int(found[0][1] or 0)

    def take_back(self, lookup: str, at: datetime) -> None:
        """Nothing: one guess of that minute less."""
        mine = (GuessRow.lookup == lookup, GuessRow.at == _minute(at))
        self._do(self._update(GuessRow).where(*mine, GuessRow.count > 0).values(count=GuessRow.count - 1))
        self._do(self._delete(GuessRow).where(*mine, GuessRow.count == 0))


class SignIns(KeepingRepository):
    """The sign-in links and sessions of one school."""

    def keep_link(self, link: SignInLink, made_at: datetime, most: int, since: datetime) -> bool:
        """Whether a link is kept: not where so many, used or not, were made for its holder since then.

        Counted again with the school held, so that of many at once none counts too few; a flood is turned away without holding anything.
        """
        if self._made(link.holder, since) >= most:
            return False
        self._do(update(SchoolRow).where(SchoolRow.id == self._school).values(name=SchoolRow.name))
        if self._made(link.holder, since) >= most:
            return False
        values = {"digest": link.digest, "holder": link.holder, "made_at": made_at, "until": link.until, "used": False}
        self._do(self._insert(LinkRow, **values))
        return True

    def take_link(self, digest: str, now: datetime) -> SignInLink | None:
        """The link, used up in one statement: of two who press at once, one is let in."""
        free = (LinkRow.digest == digest, LinkRow.used.is_(False), LinkRow.until > now)
        taken = self._update(LinkRow).where(*free).values(used=True)
        return _link(self._row(taken.returning(LinkRow.digest, LinkRow.holder, LinkRow.until)))

    def link(self, digest: str, now: datetime) -> SignInLink | None:
        """The link, which stays as it is."""
        free = (LinkRow.school == self._school, LinkRow.digest == digest, LinkRow.used.is_(False), LinkRow.until > now)
        return _link(self._row(select(LinkRow.digest, LinkRow.holder, LinkRow.until).where(*free)))

    def keep_session(self, session: DeskSession) -> None:
        """Nothing: keeps a session, or the session of that digest as it now stands."""
        told = {"holder": session.holder, "used_at": session.used_at, "until": session.until}
        new = self._insert(DeskSessionRow, digest=session.digest, **told)
        self._do(new.on_conflict_do_update(index_elements=["school", "digest"], set_=told))

    def used_session(self, digest: str, at: datetime) -> None:
        """Nothing: a page was opened then in the session, where it is not over."""
        self._do(self._update(DeskSessionRow).where(DeskSessionRow.digest == digest).values(used_at=at))

    def session(self, digest: str) -> DeskSession | None:
        """The session of that digest."""
        mine = (DeskSessionRow.school == self._school, DeskSessionRow.digest == digest)
        columns = (DeskSessionRow.digest, DeskSessionRow.holder, DeskSessionRow.used_at, DeskSessionRow.until)
        found = self._row(select(*columns).where(*mine))
        return DeskSession(found.digest, found.holder, found.used_at, found.until) if found else None

    def end_session(self, digest: str) -> None:
        """Nothing: the session is over."""
        self._do(self._delete(DeskSessionRow).where(DeskSessionRow.digest == digest))

    def end_all(self, holder: str) -> None:
        """Nothing: all sessions and links of that holder are over."""
        self._do(self._delete(DeskSessionRow).where(DeskSessionRow.holder == holder))
        self._do(self._update(LinkRow).where(LinkRow.holder == holder, LinkRow.used.is_(False)).values(used=True))

    def _made(self, holder: str, since: datetime) -> int:
        mine = (LinkRow.school == self._school, LinkRow.holder == holder, LinkRow.made_at > since)
        return int(self._rows(select(func.count()).select_from(LinkRow).where(*mine))[0][0])


def _link(found: AnyRow | None) -> SignInLink | None:
    return SignInLink(found.digest, found.holder, found.until) if found else None


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
