"""What the tests of the store for reports file: a concern with every field set, what belongs to it, and keys that are no secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, select, update

from adapters.store.cases import StoreCases
from adapters.store.sealing import Keys
from adapters.store.tables.concerns import ConcernRow
from bot.bank_holidays import Nation
from bot.concerns.concern import (
    About,
    Attachment,
    Concern,
    Entry,
    EntryKind,
    Evidence,
    Kind,
    Outcome,
    Police,
    Route,
    State,
    Wish,
)
from bot.concerns.letters import Letter, LetterKind
from bot.concerns.ports import Act, CaseUnit, DeskSession, KeptReceipt, Ping, SignInLink
from bot.ladders import URGENT, FrozenLadder
from bot.school import Holder, Role
from bot.school_hours import SchoolHours

AT = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD, NEW = bytes(range(32)), bytes(range(32, 64))
KEYS = Keys([OLD])
HEAD = Holder(Role.HEAD, "Jo Hall", "01632 960003", "head@alder.example")
LEAD = Holder(Role.LEAD, "Ann Lee", "01632 960001", "lead@alder.example", "U1", "t1")
PLAIN = Concern(
    id="c1",
    reference="K7M4Q2",
    filed_at=AT,
    route=Route.CONFIDENTIAL,
    about=frozenset({About.PUPIL}),
    kept_from=(),
    kind=Kind.OTHER,
    wish=Wish.ADVICE,
    keep_until=date(2032, 3, 2),
    waits_since=AT,
)
FULL = replace(
    PLAIN,
    route=Route.NAMED,
    about=frozenset({About.HEAD, About.PARENT}),
    kept_from=(HEAD, Holder(Role.CHAIR, "Jo Hall")),
    kind=Kind.CYBERBULLYING,
    wish=Wish.RECORD,
    urgent=True,
    police=Police.UNDECIDED,
    evidence=Evidence.NOT_YET,
    reporter="Sam Reed",
    state=State.CLOSED,
    taken_by=LEAD,
    taken_at=AT + HOUR,
    also=frozenset({Role.DEPUTY}),
    outcome=Outcome.REFERRED_LADO,
    linked=frozenset({"c8", "c9"}),
    unread=False,
    ladder=FrozenLadder(URGENT, SchoolHours(Nation.SCOTLAND, closed=frozenset({date(2026, 5, 4)})), Role.HEAD),
    climbs=2,
    climbs_since=AT + 30 * HOUR,
)
LETTER = Letter("l1", "alder", "c1", LetterKind.PING, 0, "ann", AT)
DRILL = Letter("l9", "alder", "", LetterKind.DRILL, 1, "ida", AT)
STORY = Entry("e1", AT, EntryKind.STORY, "What happened: 🙂 ' \" \\ %s :x\nand more.")
DECISION = Entry("e2", AT + HOUR, EntryKind.DECISION, "The parents are told.", Role.LEAD, "Ann Lee", "They can help.")
PHOTO = Attachment("a1", AT, "screen print.png", "image/png", 5)


def receipt_for(concern: Concern, lookup: str = "4F2K") -> KeptReceipt:
    """A receipt of a concern."""
    return KeptReceipt(concern.id, lookup, "$argon2id$locked")


def numbered(at: int) -> Concern:
    """A concern unlike the others."""
    return replace(PLAIN, id=f"c{at}", reference=f"R{at}")


def file(unit: CaseUnit, concern: Concern = PLAIN, filing: str = "", lookup: str = "") -> None:
    """Nothing: a concern with a story, a file and a ping is in the unit, which is not committed."""
    assert unit.add(concern, filing or f"filing of {concern.id}", receipt_for(concern, lookup or concern.id))
    unit.enter(concern.id, STORY)
    unit.attach(concern.id, PHOTO, b"pixel")
    unit.ping(Ping(f"ping of {concern.id}", unit.school.id, concern.id, AT))


def damage(engine: Engine, concern: str, school: str = "alder") -> None:
    """Nothing: one bit of the concern is another in the database."""
    with engine.begin() as connection:
        mine = (ConcernRow.school == school, ConcernRow.id == concern)
        head = connection.scalar(select(ConcernRow.head).where(*mine)) or b""
        connection.execute(update(ConcernRow).where(*mine).values(head=head[:-1] + bytes([head[-1] ^ 1])))


def fill_cases(engine: Engine, school: str) -> None:
    """Nothing: every table of reports has a row of that school, with the same ids whatever the school."""
    with StoreCases(engine, KEYS, lambda: AT).unit(school) as unit:
        unit.guess("AAAA", AT, HOUR)
        file(unit, FULL)
        assert unit.post(LETTER)
        assert unit.post(DRILL)
        assert unit.mark(DRILL.kind, DRILL.number)
        unit.audit(AT, Act.FILED, "reporter", FULL.reference)
        assert unit.keep_link(SignInLink("same-link", "ann", AT + HOUR), 5, AT - HOUR)
        unit.keep_session(DeskSession("same-session", "ann", AT, AT + HOUR))
        unit.commit()
