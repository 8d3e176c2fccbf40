"""All that may befall a school and its reports, as rules for hypothesis to choose from."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bot.concerns.concern import About, Outcome, Route, State
from bot.concerns.desk import CannotHandOver, NoSuchCase
from bot.concerns.exclusion import DESK_ROLES
from bot.concerns.filing import Draft, NobodyLeft
from bot.concerns.in_chat import NOT_YOURS
from bot.concerns.letters import LetterKind
from bot.concerns.posting import LEASE
from bot.concerns.signing_in import holder_key
from bot.concerns.states import NotNow
from bot.ladders import HOUR, MINUTE, USUAL, Ladder, Ladders, Rung
from bot.reply import Says
from bot.school import Role
from tests.bot.calendars import at
from tests.bot.concerns.faults import Crash, Point, Provider, Trouble, kept, put_back
from tests.bot.concerns.ladder_model import Owed, Report, person_of, record, told_by_role
from tests.contracts.ladder_checks import CANARY
from tests.contracts.ladder_world import PEOPLE, LadderWorld

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
BETWEEN = [Point.CLAIMED_STEP, Point.CLAIMED_LETTER, Point.SENDING, Point.SENT]  # units: others can do something meanwhile
people = st.integers(0, PEOPLE - 1)
which = st.integers(0, 2)  # of the reports, counted round
abouts = st.sampled_from(ABOUTS).map(frozenset)
records = st.lists(st.tuples(people, st.integers(0, 2)), max_size=2, unique_by=lambda one: one[0])


class LadderMachine(LadderWorld):
    """One school, whatever happens to it, in whatever order."""

    @rule()
    def restart(self) -> None:
        self.start()

    @initialize(start=st.sampled_from(STARTS), about=abouts, urgent=st.booleans())
    def begin(self, start: datetime, about: frozenset[About], urgent: bool) -> None:
        self.time = self.latest = start
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
            if slow or self.messenger.provider is Provider.SLOW:  # than a lease: the other may take it for lost
                if self.cases.in_hand:
                    self.may_come_twice.add(self.cases.in_hand.id)
                self.may_step_twice |= set(self.reports)
            if slow:
                self.later(LEASE + MINUTE)
            self.tick(alone=False)

        self.tick_with(point, after, other)

    @rule(point=st.sampled_from(BETWEEN), after=st.integers(0, 2), person=people)
    def somebody_takes_it_meanwhile(self, point: Point, after: int, person: int) -> None:
        self.tick_with(point, after, lambda concern: self.press(self.reports[concern], person, teams=False) if concern else None)

    @rule(point=st.sampled_from([Point.CLAIMED_STEP, Point.CLAIMED_LETTER]), after=st.integers(0, 2), about=abouts)
    def somebody_more_is_named_meanwhile(self, point: Point, after: int, about: frozenset[About]) -> None:
        self.tick_with(point, after, lambda concern: self.name_more(self.reports[concern], about) if concern else None)

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
        self.in_vain.clear()
        self.may_step_twice |= set(self.reports)
        self.may_come_twice |= set(self.cases.inner.letters)  # what was sent since is not known to be

    @rule()
    def all_is_well_for_a_while(self) -> None:
        self.all_is_well()

    # -- What some of these have in common

    def name_more(self, report: Report, about: frozenset[About]) -> None:
        """Nothing: the form was sent again, with more ticked."""
        self.follow(report)
        with suppress(NobodyLeft):
            self.signpost.filing.file("oak", Draft(report.filing, report.story, about, Route.ANONYMOUS))
        event, staff = self.happens(), self.school.holders
        widened = not about <= report.about
        if widened:
            report.concerned = report.barred | self.holding(about - report.about)
            report.vacant = self.vacant(report.about | about) & (report.vacant | self.vacant(about - report.about))
            report.about, report.barred = report.about | about, report.concerned
        readers = {person_of(one) for one in staff if report.allows(one)}
        if widened:  # pings to those who may not read it any more don't count, and they are owed none
            report.arrivals = [one for one in report.arrivals if one.person in readers or one.kind is not LetterKind.PING]
            report.owed = [one for one in report.owed if one.person in readers or one.kind is not LetterKind.PING]
        if widened and report.state in {State.ACKNOWLEDGED, State.IN_ACTION} and report.taken_by not in readers:
            since = self.time if report.named else self.time.replace(minute=self.time.minute // 10 * 10, second=0, microsecond=0)
            report.falls_back(since, event)
            report.let_go += 1
        elif report.taken_by not in readers:
            report.news = None  # it is withdrawn or closed, and those who may read it now find it at the desk

    def press(self, report: Report, person: int, *, teams: bool) -> None:
        """Nothing: somebody has pressed Acknowledge, who may be anybody."""
        self.follow(report)
        mine = [one for one in self.school.holders if person_of(one) == person and (one.teams or not teams)]
        allowed = any(report.allows(one) for one in mine)
        said = self.signpost.in_chat.press("oak", report.id, f"teams:t:t-{person}" if teams else f"slack:T1:U{person}")
        assert (said.parts == (Says(NOT_YOURS),)) is not allowed
        if allowed and report.state is State.RECEIVED:
            self.has_taken(report, person, State.ACKNOWLEDGED)

    def has_taken(self, report: Report, person: int, state: State) -> None:
        """Nothing: they have, so those who were pinged before are owed a word."""
        event = self.happens()
        told = {one.person: one for one in reversed(report.arrivals) if one.kind is LetterKind.PING and not one.lost}
        steady = [one.person for one in told.values() if self.steady(one.person, one.event) and one.person != person]
        report.owed = [Owed(event, LetterKind.TAKEN, one) for one in steady]
        report.state, report.taken_by, report.taken_at = state, person, self.time
