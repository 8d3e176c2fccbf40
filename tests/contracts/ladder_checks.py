"""What must be true of a school's reports whatever befalls it: each letter sent, each step made, and all when all is well."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote

from hypothesis.stateful import RuleBasedStateMachine

from bot.concerns.concern import Concern, State
from bot.concerns.exclusion import DESK_ROLES
from bot.concerns.letters import IN_VAIN, Letter, LetterKind, LetterState, ToSay
from bot.concerns.ports import Act
from bot.concerns.posting import AFTER_ALL, MOST_ATTEMPTS
from bot.concerns.reports import Reports
from bot.concerns.waiting_again import A_CLIMB
from bot.ports import Outcome as Came
from bot.ports import Sent
from bot.school import Holder, Role, School
from tests.bot.concerns.faults import ShakyCases, ShakyMessenger
from tests.bot.concerns.ladder_model import NEVER, TEN, Arrival, Owed, Report, person_of

CANARY = "zanzibar"


class LadderChecks(RuleBasedStateMachine):
    """The rules; what they speak of is set by the world (ladder_world)."""

    time: datetime
    latest: datetime
    school: School
    cases: ShakyCases
    messenger: ShakyMessenger
    signpost: Reports
    reports: dict[str, Report]
    changed: dict[int, int]
    links: list[tuple[int, str, str]]
    taken_by_provider: set[str]
    may_come_twice: set[str]
    failures: dict[tuple[str, int], int]
    not_before: dict[str, datetime]
    may_step_twice: set[str]
    claimed_until: datetime
    in_vain: dict[str, tuple[int, datetime]]
    backup: tuple[object, dict[str, Report], School] | None

    def happens(self) -> int:
        """The number of what happens now."""
        raise NotImplementedError

    def at_rest(self) -> None:
        """Nothing: a clock finds no more to do, so no step is overdue, and none that reached nobody is the last for long."""
        for report in self.reports.values():
            if self.follow(report).state is not State.RECEIVED or report.last == NEVER:
                self.in_vain.pop(report.id, None)
                continue
            if self.time <= self.claimed_until:
                continue
            assert report.next_at() > self.time, "a step is overdue"
            number = report.climb * A_CLIMB + report.last
            letters = [one for one in self.letters(report.id) if one.kind is LetterKind.PING and one.number >= number]
            if any(one.state not in IN_VAIN for one in letters):
                self.in_vain.pop(report.id, None)
                continue
            staff = self.school.holders
            if letters and max(self.changed.values()) < report.last_event:
                assert report.last >= max(len(report.ladder.ladder.rungs), len(report.usual(staff))), (
                    "it stops at a step that reached nobody"
                )
            seen, since = self.in_vain.get(report.id, (NEVER, self.time))
            if seen != number:
                self.in_vain[report.id] = number, self.latest
            else:
                assert self.time < since + AFTER_ALL + TEN, "a step reached nobody, and there is none after it"

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
        report = self.reports[concern]
        climb, number = divmod(number, A_CLIMB)
        self.follow(report)
        assert report.state is State.RECEIVED, "a step though somebody has taken it"
        assert climb == report.climb, "a step of a climb that is over"
        if number <= report.last:
            assert report.id in self.may_step_twice, "a step is made twice"
            return
        reached = [one for one in report.arrivals if one.kind is LetterKind.PING and one.event > report.last_event]
        if report.last_at and not self.backup:
            surely = [one for one in reached if one.letter not in self.may_come_twice and self.changed[one.person] < one.event]
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
        """The report as it is kept; where it fell back in time, or its taker is gone, the model follows."""
        with self.cases.inner.unit("oak") as unit:
            concern = unit.concern(report.id)
            let_go = sum(line.act is Act.LET_GO for line in unit.history(report.reference))
        assert concern
        if report.state in {State.ACKNOWLEDGED, State.IN_ACTION} and concern.state is State.RECEIVED:
            assert concern.climbs_since
            left = not any(person_of(one) == report.taken_by and report.allows(one) for one in self.school.holders)
            late = report.state is State.ACKNOWLEDGED and concern.climbs_since >= report.deadline()
            assert left or late
            report.falls_back(concern.climbs_since, self.happens())
            report.let_go = let_go if left and late else report.let_go + left  # whichever came first
        return concern

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
