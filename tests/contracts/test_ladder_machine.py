"""Whatever happens in whatever order, every report that nobody has taken reaches everybody it should, and nobody it must not.

A machine of hypothesis files reports, lets time pass and things go wrong, and people do what people do; beside it a small model says what
should have come of it. Run it for long with HYPOTHESIS_PROFILE=deep.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from adapters.store.cases import StoreCases
from adapters.store.schools import StoreSchools
from bot.concerns.concern import About, Concern, Outcome, Route, State
from bot.concerns.desk import CannotHandOver, NoSuchCase
from bot.concerns.exclusion import DESK_ROLES
from bot.concerns.filing import Draft, NobodyLeft
from bot.concerns.in_chat import NOT_YOURS
from bot.concerns.in_memory import InMemoryCases, PlainSigner, QuickLock
from bot.concerns.letters import Letter, LetterKind, LetterState, ToSay
from bot.concerns.ports import Act
from bot.concerns.posting import LEASE, MOST_ATTEMPTS
from bot.concerns.reports import reports_of
from bot.concerns.signing_in import holder_key
from bot.concerns.states import NotNow
from bot.concerns.waiting_again import A_CLIMB
from bot.ladders import HOUR, MINUTE, USUAL, Ladder, Ladders, Rung
from bot.ports import Outcome as Came
from bot.ports import Sent
from bot.reply import Says
from bot.school import Holder, Role, School
from tests.adapters.store.case_examples import KEYS
from tests.bot.calendars import at
from tests.bot.concerns.faults import Crash, Point, Provider, ShakyCases, ShakyMessenger, Surprise, Trouble, kept, put_back
from tests.bot.concerns.ladder_model import ROLE_OF, TEN, Arrival, Owed, Report, person_of, record, told_by_role
from tests.contracts.case_stores import STORES
from tests.databases import migrated_database

PEOPLE = 6
NEVER_BEFORE = -1
STAFF = tuple(record(role, person, 0) for person, role in enumerate((*DESK_ROLES, Role.IT)))
STARTS = [at("2026-03-02 09:25"), at("2026-03-27 15:47"), at("2026-10-24 23:30"), at("2026-12-23 16:10")]
SPANS = [timedelta(seconds=20), 3 * MINUTE, 11 * MINUTE, 31 * MINUTE, 61 * MINUTE, 5 * HOUR, 26 * HOUR, timedelta(days=4)]
ABOUTS = [{About.PUPIL}, {About.LEAD}, {About.DEPUTY}, {About.HEAD}, {About.LEAD, About.HEAD}, {About.HEAD, About.DEPUTY}, {About.CHAIR}]
QUICK = Ladder((Rung(0 * HOUR, (Role.LEAD,)), Rung(15 * MINUTE, (Role.HEAD,))), repeat=30 * MINUTE, act_within=HOUR)
SLOW = Ladder((Rung(0 * HOUR, (Role.LEAD, Role.DEPUTY)),), repeat=48 * HOUR, act_within=2 * HOUR)
LONG = Ladder(
    tuple(Rung(hours * HOUR, roles) for hours, roles in enumerate([(Role.DEPUTY,), (Role.LEAD,), (Role.CHAIR,), (Role.HEAD,)])),
    repeat=3 * HOUR,
    act_within=4 * HOUR,
    school_hours=True,
    longest_wait=24 * HOUR,
)
LADDERS = {
    "usual": USUAL,
    "quick, slow": Ladders(QUICK, replace(SLOW, school_hours=True), None),
    "slow, long": Ladders(SLOW, LONG, Role.DEPUTY),
    "quick": Ladders(QUICK, QUICK, Role.CHAIR),
}
TURN, LEAST_TURNS, MOST_TURNS = 10 * MINUTE, 9, 60  # nine are longer than a lease that a clock set back has made an hour longer
OVER = {LetterState.SENT, LetterState.DEAD, LetterState.NEEDLESS}
CANARY = "zanzibar"

BETWEEN = [Point.CLAIMED_STEP, Point.CLAIMED_LETTER, Point.SENDING, Point.SENT]  # units: others can do something meanwhile

people = st.integers(0, PEOPLE - 1)
which = st.integers(0, 2)  # of the reports, counted round
abouts = st.sampled_from(ABOUTS).map(frozenset)
records = st.lists(st.tuples(people, st.integers(0, 2)), max_size=2, unique_by=lambda one: one[0])


class LadderMachine(RuleBasedStateMachine):
    """One school, whatever happens to it. ``event``: everything that happens has the next number; the time may go back, this never does."""

    store = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.time = STARTS[0]
        self.numbers, self.event = count(), 0
        self.school = School("oak", "Oak Primary", holders=STAFF, lado="01632 960009")
        self.surprise = Surprise()
        self.cases = ShakyCases(self._opened(), self.surprise, self)
        self.messenger = ShakyMessenger(self.cases, self.later)
        self.reports: dict[str, Report] = {}
        self.changed = dict.fromkeys(range(PEOPLE), NEVER_BEFORE)  # when somebody's records or what ails their ways last changed
        self.links: list[tuple[int, str, str]] = []  # person, report, token
        self.taken_by_provider: set[str] = set()
        self.may_come_twice: set[str] = set()
        self.failures: dict[tuple[str, int], int] = {}
        self.not_before: dict[str, datetime] = {}
        self.backup: tuple[object, dict[str, Report], School] | None = None
        self.restart()

    def _opened(self) -> InMemoryCases | StoreCases:
        if self.store == "memory":
            return InMemoryCases([self.school], self.now)
        engine = self.closing.enter_context(migrated_database(self.store))
        self.schools = StoreSchools(engine, self.now)
        self.schools.apply(self.school, [])
        return StoreCases(engine, KEYS, self.now)

    def now(self) -> datetime:
        """The time set."""
        return self.time

    def later(self, span: timedelta) -> None:
        """Nothing: time has passed."""
        self.time += span

    def happens(self) -> int:
        """The number of what happens now."""
        self.event += 1
        return self.event

    @rule()
    def restart(self) -> None:
        self.signpost = reports_of(
            self.cases,
            QuickLock(),
            self.messenger,
            PlainSigner(),
            self.now,
            lambda: f"id-{next(self.numbers):022d}",
            random=lambda: 0.5,
            digest=lambda _school, _head: None,
            public_url="https://signpost.example",
        )

    # -- Time and clocks

    @initialize(start=st.sampled_from(STARTS), about=abouts, urgent=st.booleans())
    def begin(self, start: datetime, about: frozenset[About], urgent: bool) -> None:
        self.time = start
        self.somebody_files_a_report(about, urgent, named=False, point=None)

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        self.later(span)

    @rule(minutes=st.integers(1, 60))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.later(-minutes * MINUTE)

    @rule()
    def one_step(self) -> None:
        self.signpost.clock.climbing.step()
        self.compare()

    @rule()
    def one_letter(self) -> None:
        self.signpost.clock.posting.send()
        self.compare()

    @rule()
    def a_clock_runs(self) -> None:
        self.tick()
        self.compare()

    @rule(point=st.sampled_from(Point), after=st.integers(0, 3))
    def the_program_ends_in_the_middle(self, point: Point, after: int) -> None:
        def crash(_: str) -> None:
            raise Crash

        self.tick_with(point, after, crash)

    @rule(point=st.sampled_from(BETWEEN), after=st.integers(0, 2), slow=st.booleans())
    def another_clock_runs_meanwhile(self, point: Point, after: int, slow: bool) -> None:
        def other(_: str) -> None:
            if self.cases.in_hand and (slow or self.messenger.provider is Provider.SLOW):  # than a lease: the other may take it for lost
                self.may_come_twice.add(self.cases.in_hand.id)
            if slow:
                self.later(LEASE + MINUTE)
            self.tick()

        self.tick_with(point, after, other)

    @rule(point=st.sampled_from(BETWEEN), after=st.integers(0, 2), person=people)
    def somebody_takes_it_meanwhile(self, point: Point, after: int, person: int) -> None:
        self.tick_with(point, after, lambda concern: self.press(self.reports[concern], person, teams=False) if concern else None)

    @rule(point=st.sampled_from([Point.CLAIMED_STEP, Point.CLAIMED_LETTER]), after=st.integers(0, 2), about=abouts)
    def somebody_more_is_named_meanwhile(self, point: Point, after: int, about: frozenset[About]) -> None:
        self.tick_with(point, after, lambda concern: self.name_more(self.reports[concern], about) if concern else None)

    def tick_with(self, point: Point, after: int, do: object) -> None:
        """Nothing: a clock runs, and that happens where it passes the point."""
        self.surprise.point, self.surprise.after, self.surprise.do = point, after, do
        try:
            self.tick()
        except Crash:
            if self.cases.in_hand:
                self.may_come_twice.add(self.cases.in_hand.id)
            self.restart()
        self.surprise.point = None
        self.compare()

    def tick(self) -> None:
        """Nothing: a clock has dealt with all that is due."""
        clock = self.signpost.clock
        clock.rounds.go()
        for _ in range(600):
            if not (clock.climbing.step() | clock.posting.send()):
                return
        raise AssertionError("a clock never comes to rest")

    # -- What people do

    @rule(about=abouts, urgent=st.booleans(), named=st.booleans(), point=st.sampled_from([None, None, Point.COMMIT, Point.COMMITTED]))
    def somebody_files_a_report(self, about: frozenset[About], urgent: bool, named: bool, point: Point | None) -> None:
        number = next(self.numbers)
        route = Route.NAMED if named else Route.ANONYMOUS
        draft = Draft(f"id-{number:022d}", f"{CANARY} {number}", about, route, urgent=urgent, name="Kit Moss" if named else "")
        self.crash_at(point)
        filing = self.signpost.filing
        try:
            try:
                filed = filing.file("oak", draft)
            except Crash:  # the reporter saw an error, and sends the form once more
                filed = filing.file("oak", draft)
        except NobodyLeft:
            assert not told_by_role(about, self.holding(about), self.school.holders)
            return
        finally:
            self.surprise.point = None
        with self.cases.unit("oak") as unit:
            concern = unit.concern(filed.concern)
        assert concern
        ladders = self.school.ladders
        assert concern.ladder.ladder == (ladders.urgent if urgent else ladders.routine)
        since = self.time if named else self.time.replace(minute=self.time.minute // 10 * 10, second=0, microsecond=0)
        self.reports[filed.concern] = Report(
            filed.concern, filed.reference, filed.receipt.code, draft.filing, draft.story, about, self.holding(about), self.vacant(about),
            self.holding(about), concern.ladder, since, self.happens(), named,
        )  # fmt: skip
        assert {person_of(one) for one in filed.told} == set(self.reports[filed.concern].usual(self.school.holders))

    @rule(number=which, about=abouts)
    def the_reporter_sends_it_again_and_names_somebody_more(self, number: int, about: frozenset[About]) -> None:
        if report := self.some(number):
            self.name_more(report, about)

    def name_more(self, report: Report, about: frozenset[About]) -> None:
        """Nothing: the form was sent again, with more ticked."""
        with suppress(NobodyLeft):
            self.signpost.filing.file("oak", Draft(report.filing, report.story, about, Route.ANONYMOUS))
        event, staff = self.happens(), self.school.holders
        widened = not about <= report.about
        if widened:
            report.concerned = report.barred | self.holding(about - report.about)
            report.vacant = self.vacant(report.about | about) & (report.vacant | self.vacant(about - report.about))
            report.about, report.barred = report.about | about, report.concerned
        readers = {person_of(one) for one in staff if report.allows(one)}
        report.arrivals = [one for one in report.arrivals if one.person in readers or one.kind is not LetterKind.PING]  # others don't count
        if widened and report.state in {State.ACKNOWLEDGED, State.IN_ACTION} and report.taken_by not in readers:
            since = self.time if report.named else self.time.replace(minute=self.time.minute // 10 * 10, second=0, microsecond=0)
            report.falls_back(since, event)
            report.let_go += 1
        elif report.taken_by not in readers:
            report.news = None  # it is withdrawn or closed, and those who may read it now find it at the desk

    @rule(number=which, person=people, point=st.sampled_from([None, None, Point.COMMIT, Point.COMMITTED]), index=which)
    def somebody_acknowledges_at_the_desk(self, number: int, person: int, point: Point | None, index: int) -> None:
        report, viewer = self.some(number), self.some_record(person, index)
        if report is None or viewer is None:
            return
        self.crash_at(point)
        takes = report.allows(viewer) and report.state is State.RECEIVED
        try:
            self.signpost.desk.acknowledge("oak", viewer, report.id)
            assert report.allows(viewer)
        except NoSuchCase:
            assert not report.allows(viewer)
        except NotNow:
            assert report.state in {State.CLOSED, State.WITHDRAWN}
        except Crash:
            takes = takes and point is Point.COMMITTED
        self.surprise.point = None
        if takes:
            self.has_taken(report, person, State.ACKNOWLEDGED)
        self.compare()

    @rule(number=which, person=people, teams=st.booleans())
    def somebody_acknowledges_in_chat(self, number: int, person: int, teams: bool) -> None:
        if report := self.some(number):
            self.press(report, person, teams=teams)
            self.compare()

    def press(self, report: Report, person: int, *, teams: bool) -> None:
        """Nothing: somebody has pressed Acknowledge, who may be anybody."""
        mine = [one for one in self.school.holders if person_of(one) == person and (one.teams or not teams)]
        allowed = any(report.allows(one) for one in mine)
        said = self.signpost.in_chat.press("oak", report.id, f"teams:t:t-{person}" if teams else f"slack:T1:U{person}")
        assert (said.parts == (Says(NOT_YOURS),)) is not allowed
        if allowed and report.state is State.RECEIVED:
            self.has_taken(report, person, State.ACKNOWLEDGED)

    @rule(index=st.integers(0, 99))
    def somebody_follows_the_link_of_an_e_mail(self, index: int) -> None:
        if not self.links:
            return
        person, known, token = self.links[index % len(self.links)]
        report = self.reports.get(known)
        if report is None:
            return
        key = token.split("\n")[2]
        allowed = any(report.allows(one) for one in self.school.holders if holder_key(one) == key)
        came = self.signpost.by_link.take("oak", token)
        assert bool(came.reference) == allowed
        if allowed and report.state is State.RECEIVED:
            self.has_taken(report, person, State.ACKNOWLEDGED)
        self.compare()

    def has_taken(self, report: Report, person: int, state: State) -> None:
        """Nothing: they have, so those who were pinged before are owed a word."""
        event = self.happens()
        told = {one.person: one for one in reversed(report.arrivals) if one.kind is LetterKind.PING and not one.lost}
        steady = [one.person for one in told.values() if self.steady(one.person, one.event) and one.person != person]
        report.owed = [Owed(event, LetterKind.TAKEN, one) for one in steady]
        report.state, report.taken_by, report.taken_at = state, person, self.time

    @rule(number=which, person=people, index=which)
    def somebody_opens_it(self, number: int, person: int, index: int) -> None:
        report, viewer = self.some(number), self.some_record(person, index)
        if report and viewer and report.allows(viewer):
            self.signpost.desk.open("oak", viewer, report.id)
            report.news = None

    @rule(number=which, person=people, index=which)
    def somebody_records_what_they_do(self, number: int, person: int, index: int) -> None:
        report, viewer = self.some(number), self.some_record(person, index)
        if report and viewer and report.allows(viewer):
            self.signpost.desk.reply("oak", viewer, report.id, "We are at it.", f"form-{next(self.numbers)}")
            if report.state is State.RECEIVED:
                self.has_taken(report, person, State.IN_ACTION)
            elif report.state is State.ACKNOWLEDGED:
                report.state = State.IN_ACTION
            self.compare()

    @rule(number=which, person=people, index=which, role=st.sampled_from(DESK_ROLES))
    def somebody_hands_it_over(self, number: int, person: int, index: int, role: Role) -> None:
        report, viewer = self.some(number), self.some_record(person, index)
        if report is None or viewer is None or not report.allows(viewer):
            return
        with suppress(CannotHandOver):
            self.signpost.desk.hand_over("oak", viewer, report.id, role, "They know the family.")
            event = self.happens()
            report.also.add(role)
            new = {person_of(one) for one in self.school.holding(role) if report.allows(one)}
            report.owed += [Owed(event, LetterKind.NEWS, one) for one in sorted(new)]

    @rule(number=which)
    def the_reporter_adds_something(self, number: int) -> None:
        if report := self.some(number):
            self.signpost.returning.add("oak", report.code, f"{CANARY} too", f"form-{next(self.numbers)}")
            if report.state is not State.RECEIVED:
                report.news = self.happens()

    @rule(number=which)
    def the_reporter_withdraws(self, number: int) -> None:
        report = self.some(number)
        if report and report.state is not State.WITHDRAWN:
            with suppress(NotNow):
                self.signpost.returning.withdraw("oak", report.code)
                report.state, report.news = State.WITHDRAWN, self.happens()

    @rule(number=which, person=people, index=which, again=st.booleans())
    def somebody_closes_or_reopens_it(self, number: int, person: int, index: int, again: bool) -> None:
        report, viewer = self.some(number), self.some_record(person, index)
        if report is None or viewer is None or not report.allows(viewer):
            return
        desk = self.signpost.desk
        with suppress(NotNow):
            if again:
                desk.reopen("oak", viewer, report.id, "There is more.")
                report.state, report.taken_by, report.taken_at, report.news = State.IN_ACTION, person, self.time, None
            else:
                desk.close("oak", viewer, report.id, Outcome.SETTLED, "It is settled.")
                report.state = State.CLOSED
        self.compare()

    # -- What changes around them

    @rule(role=st.sampled_from([*DESK_ROLES, Role.IT]), new=records)
    def a_role_changes_hands(self, role: Role, new: list[tuple[int, int]]) -> None:
        rest = [one for one in self.school.holders if one.role is not role]
        self.apply(replace(self.school, holders=(*rest, *(record(role, person, style) for person, style in new))))

    @rule(ladders=st.sampled_from(list(LADDERS)))
    def the_ladder_is_edited(self, ladders: str) -> None:
        self.apply(replace(self.school, ladders=LADDERS[ladders]))

    @rule(provider=st.sampled_from(Provider))
    def the_provider_is(self, provider: Provider) -> None:
        self.messenger.provider = provider

    @rule(person=people, trouble=st.sampled_from([None, *Trouble]))
    def somebody_cannot_be_reached(self, person: int, trouble: Trouble | None) -> None:
        self.messenger.troubles.pop(str(person), None)
        if trouble:
            self.messenger.troubles[str(person)] = trouble
        self.changed[person] = self.happens()

    def apply(self, school: School) -> None:
        """Nothing: SCHOOL.toml was applied."""
        event = self.happens()
        for person in range(PEOPLE):
            if _records(self.school, person) != _records(school, person):
                self.changed[person] = event
        self.school = school
        for report in self.reports.values():
            report.barred = report.concerned | {person_of(one) for one in school.holding(*report.vacant)}
        if self.store == "memory":
            self.cases.inner.kept["oak"].school = school
        else:
            self.schools.apply(school, [])

    @precondition(lambda self: self.store == "memory")
    @rule()
    def a_backup_is_made(self) -> None:
        self.backup = (kept(self.cases.inner), deepcopy(self.reports), self.school)

    @precondition(lambda self: self.backup is not None)
    @rule()
    def the_backup_is_restored(self) -> None:
        held, self.reports, school = deepcopy(self.backup[1]), deepcopy(self.backup[1]), self.backup[2]
        assert held is not None
        put_back(self.cases.inner, self.backup[0])
        self.apply(school)
        self.may_come_twice |= set(self.cases.inner.letters)  # what was sent since is not known to be

    # -- What must be

    def sending(self, letter: Letter, holder: Holder, said: ToSay) -> None:
        """Nothing: this letter may be sent, to this person, at this moment."""
        words = " ".join((said.subject, said.text, said.desk, said.press, said.acknowledge))
        assert CANARY not in words
        assert "Moss" not in words
        assert holder in self.school.holders
        if letter.id not in self.may_come_twice:
            assert letter.id not in self.taken_by_provider, "a letter is sent twice"
            assert self.time >= self.not_before.get(letter.id, self.time), "sooner than the provider asked"
        if letter.kind is LetterKind.DRILL:
            assert holder.role is Role.IT
            return
        report = self.reports[letter.concern]
        self.follow(report)
        assert person_of(holder) not in report.barred
        if letter.kind is LetterKind.UNHEARD:
            assert holder.role is Role.IT
            assert report.reference not in words
            return
        assert report.allows(holder)
        if letter.kind is LetterKind.PING:
            assert report.state is State.RECEIVED, "pinged though somebody has taken it"
            self.links.append((person_of(holder), report.id, unquote(said.acknowledge.rpartition("/")[2])))

    def sent(self, letter: Letter, holder: Holder, outcome: Came, *, lost: bool) -> None:
        """Nothing: what the provider said is remembered."""
        event, person = self.happens(), person_of(holder)
        if outcome.state is Sent.FAILED:
            self.failures[letter.id, person] = self.failures.get((letter.id, person), 0) + 1
            if outcome.retry_after:
                self.not_before[letter.id] = self.time + outcome.retry_after
            return
        self.taken_by_provider.add(letter.id)
        if letter.concern:
            self.reports[letter.concern].arrivals.append(Arrival(event, letter.kind, person, letter.id, lost))

    def stepped(self, concern: str, number: int) -> None:
        """Nothing: a step of a ladder was made; those it should reach are owed a letter."""
        report, number = self.reports[concern], number % A_CLIMB
        self.follow(report)
        if number <= report.last:
            return
        reached = [one for one in report.arrivals if one.kind is LetterKind.PING and one.event > report.last_event]
        if report.last_at and not self.backup:
            surely = [one for one in reached if one.letter not in self.may_come_twice]
            assert self.time >= report.next_at() - TEN or not surely, "a step is made early though the one before reached somebody"
        closed = not report.ladder.hours.open_at(self.time) and not report.ladder.hours.open_at(report.time_of(number))
        event, staff = self.happens(), self.school.holders
        told = dict.fromkeys(one for step in range(report.last + 1, number + 1) for one in report.told(staff, step, closed))
        report.owed += [Owed(event, LetterKind.PING, person) for person in told]
        report.nobody = report.nobody or not told
        if not told or number >= len(report.ladder.ladder.rungs):
            operators = {person_of(one) for one in staff if one.role is Role.IT} - report.barred
            report.owed += [Owed(event, LetterKind.UNHEARD, person) for person in sorted(operators)]
        report.last, report.last_at, report.last_event = number, self.time, event

    def compare(self) -> None:
        """Nothing: every report stands where it should."""
        for report in self.reports.values():
            concern = self.follow(report)
            assert concern.state is report.state
            assert concern.climbs == report.climb
            assert concern.ladder == report.ladder
            if concern.open and concern.taken_by:
                assert person_of(concern.taken_by) == report.taken_by

    def follow(self, report: Report) -> Concern:
        """The report as it is kept; where it fell back, in time, the model follows."""
        with self.cases.inner.unit("oak") as unit:
            concern = unit.concern(report.id)
        assert concern
        if report.state is State.ACKNOWLEDGED and concern.state is State.RECEIVED:
            assert concern.climbs_since
            assert concern.climbs_since >= report.deadline()
            report.falls_back(concern.climbs_since, self.happens())
        return concern

    @rule()
    def all_is_well_for_a_while(self) -> None:
        """Nothing: providers are back and clocks run, so whatever should have come about has."""
        self.messenger.provider = Provider.UP
        since = self.happens()
        for turn in range(MOST_TURNS):
            self.tick()
            if turn >= LEAST_TURNS and self.quiet():
                break
            self.later(TURN)
        else:
            raise AssertionError("something is never dealt with")
        self.compare()
        for report in self.reports.values():
            self.check(report, since)

    def quiet(self) -> bool:
        """Whether nothing is due, and no letter on its way but to those who cannot be reached."""
        waits_in_vain = {holder_key(one) for one in self.school.holders if one.phone in self.messenger.troubles}
        letters = [one for report in self.reports for one in self.letters(report)]
        return not any(one.state not in OVER and one.recipient not in waits_in_vain for one in letters)

    def letters(self, concern: str) -> tuple[Letter, ...]:
        """All letters about a report."""
        with self.cases.inner.unit("oak") as unit:
            return unit.letters(concern)

    def check(self, report: Report, since: int) -> None:
        """Nothing: all that should be known of a report is, to whom it should."""
        letters = self.letters(report.id)
        with self.cases.inner.unit("oak") as unit:
            acts = [line.act for line in unit.history(report.reference)]
        assert len({(one.kind, one.number, one.recipient) for one in letters}) == len(letters)
        sent = {one.id for one in letters if one.state is LetterState.SENT}
        assert len(sent) <= acts.count(Act.PINGED) <= len(sent) + len(sent & self.may_come_twice)
        assert acts.count(Act.FELL_BACK) + acts.count(Act.LET_GO) == report.climb
        assert acts.count(Act.LET_GO) == report.let_go
        assert (Act.NOBODY_LEFT in acts) or not report.nobody
        for owed in report.owed:
            if self.steady(owed.person, owed.event) and self.may_have(report, owed) and not self.given_up(letters, owed.person):
                assert report.got(owed.kind, owed.person, owed.event), f"{owed} never came"
        for holder in self.school.holders:
            if person_of(holder) in report.barred and holder.role in DESK_ROLES:
                assert report.id not in {one.id for one in self.signpost.desk.waiting("oak", holder)}
        if report.state is State.RECEIVED:
            assert report.next_at() > self.time, "a step is overdue"
            reachable = [one for one in report.everybody(self.school.holders) if self.steady(one, since)]
            assert not reachable or report.got(LetterKind.PING, None, report.began), "nobody was reached"
        elif report.state is State.ACKNOWLEDGED:
            assert report.deadline() > self.time, "it lies, and does not climb again"
        if report.news:
            self.check_news(report, letters)

    def check_news(self, report: Report, letters: tuple[Letter, ...]) -> None:
        """Nothing: who has taken it knows that there is news; where they may not any more, whoever did or all who may."""
        staff = self.school.holders
        takers = [one for one in staff if person_of(one) == report.taken_by and report.allows(one)]
        if not takers and report.got(LetterKind.NEWS, None, report.news):
            return
        for person in {person_of(takers[0])} if takers else report.usual(staff):
            if self.steady(person, report.news) and not self.given_up(letters, person):
                assert report.got(LetterKind.NEWS, person, report.news), f"the news never came to {person}"

    def steady(self, person: int, since: int) -> bool:
        """Whether somebody can be reached, and nothing has changed about them since."""
        return str(person) not in self.messenger.troubles and self.changed[person] < since

    def may_have(self, report: Report, owed: Owed) -> bool:
        """Whether what somebody is owed is theirs still."""
        if owed.kind is LetterKind.UNHEARD:
            return report.state is State.RECEIVED and owed.person not in report.barred
        if owed.kind is LetterKind.PING and report.state is not State.RECEIVED:
            return False
        return any(report.allows(one) for one in self.school.holders if person_of(one) == owed.person)

    def given_up(self, letters: tuple[Letter, ...], person: int) -> bool:
        """Whether a provider was away for so long that a letter to them was given up; others are told then."""
        return any(self.failures.get((one.id, person), 0) >= MOST_ATTEMPTS for one in letters)

    # -- Odds and ends

    def some(self, number: int) -> Report | None:
        """A report, the newest first."""
        found = list(reversed(self.reports.values()))
        return found[number % len(found)] if found else None

    def some_record(self, person: int, index: int) -> Holder | None:
        """One of somebody's records at the desk."""
        found = [one for one in self.school.holders if person_of(one) == person and one.role in DESK_ROLES]
        return found[index % len(found)] if found else None

    def holding(self, about: frozenset[About]) -> frozenset[int]:
        """Those whom such a report is about."""
        return frozenset(person_of(one) for one in self.school.holding(*(ROLE_OF[who] for who in about if who in ROLE_OF)))

    def vacant(self, about: frozenset[About]) -> frozenset[Role]:
        """The roles such a report is about that nobody holds."""
        return frozenset(role for who in about if (role := ROLE_OF.get(who)) and not self.school.holding(role))

    def crash_at(self, point: Point | None) -> None:
        """Nothing: the program ends there."""

        def crash(_: str) -> None:
            raise Crash

        self.surprise.point, self.surprise.after, self.surprise.do = point, 0, crash

    def teardown(self) -> None:
        """Nothing: in the end all is well for a while, and then everything must be as it should."""
        with self.closing:
            if sys.exc_info()[0] is None:
                self.all_is_well_for_a_while()


def _records(school: School, person: int) -> set[Holder]:
    return {one for one in school.holders if person_of(one) == person}


DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
QUICKLY = {"memory": (200, 40), "sqlite": (12, 25), "postgresql": (12, 25)}
DEEPLY = {"memory": (3000, 60), "sqlite": (150, 40), "postgresql": (150, 40)}


@pytest.mark.parametrize("store", STORES)
def test_whatever_happens_every_report_reaches_whom_it_should_and_nobody_it_must_not(store: str) -> None:
    examples, steps = (DEEPLY if DEEP else QUICKLY)[store]
    machine = type(f"LadderMachine_{store}", (LadderMachine,), {"store": store})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not DEEP,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )
