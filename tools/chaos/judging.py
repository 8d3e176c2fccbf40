"""What became of every report and every ping: what the database says, held against what the providers delivered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.concerns.concern import Concern
from bot.concerns.exclusion import is_kept_from
from bot.concerns.ladder import Step, due, told
from bot.concerns.letters import Letter, LetterKind, LetterState
from bot.concerns.ports import CaseUnit
from bot.concerns.reports import Reports
from bot.concerns.signing_in import holder_key
from bot.school import Holder
from tools.chaos.plan import FOR_GOOD
from tools.chaos.providers import Delivery
from tools.chaos.reporters import Answered

MOST_DUPLICATES = 0.02
UNDER_WAY = timedelta(seconds=25)  # what was being sent when somebody acknowledged may still arrive: as long as all ways to one person take


@dataclass
class Verdict:
    """What was found. Each list holds a sentence for each breach; ``seconds``: from due to delivered, of each step for each person."""

    concerns: int = 0
    letters: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    lost_concerns: list[str] = field(default_factory=list)
    lost_pings: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    duplicates: int = 0
    by_way: Counter[str] = field(default_factory=Counter)
    deliveries: int = 0
    seconds: list[float] = field(default_factory=list)
    unreachable: list[float] = field(default_factory=list)  # from filed to the next person, where the lead cannot be reached at all

    def at(self, share: float) -> float:
        """Of so many of the steps the seconds were no more than this."""
        ordered = sorted(self.seconds) or [0.0]
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    @property
    def share_of_duplicates(self) -> float:
        """Pings that arrived more often than they were due, as a share of all that arrived."""
        return self.duplicates / max(self.deliveries, 1)


def judge(
    reports: Reports,
    answered: Sequence[Answered],
    pings: Sequence[Delivery],
    acknowledged: Mapping[int, datetime | None],
    schools: Sequence[str],
    as_of: datetime,
) -> Verdict:
    """What was found of all schools. `acknowledged`: by the report's number, when somebody
    was told that they had; None where they asked for it and the answer never came. `as_of`: what was due by then must have arrived.

    `pings`: all that arrive while this goes on are added to it, because the clocks go on too.
    """
    found = Verdict()
    asked = {one.report.number: one for one in answered}
    known: set[str] = set()
    seen: Counter[int] = Counter()
    for school in schools:
        with reports.cases.unit(school) as unit:
            for concern in unit.concerns():
                number = _number(unit, concern)
                seen[number] += 1
                known.add(concern.reference)
                letters = [one for one in unit.letters(concern.id) if one.kind is LetterKind.PING]
                # Looked for once the letters are read: what was marked as sent until then had arrived before.
                arrived = [ping for ping in pings if ping.reference == concern.reference]
                _judge(found, unit, concern, letters, arrived, asked.get(number), _taken_at(found, concern, number, acknowledged), as_of)
    found.concerns = sum(seen.values())
    found.lost_concerns += [f"report {number} was answered with a code and is not there" for number in asked if not seen[number]]
    found.wrong += [f"report {number} is there {times} times" for number, times in seen.items() if times > 1]
    found.wrong += ["a ping named a report that is not there" for ping in pings if ping.reference not in known]
    return found


def _judge(
    found: Verdict,
    unit: CaseUnit,
    concern: Concern,
    letters: list[Letter],
    arrived: list[Delivery],
    answered: Answered | None,
    taken_at: datetime | None,
    as_of: datetime,
) -> None:
    found.deliveries += len(arrived)
    found.letters.update(one.state.value for one in letters)
    of_person = {holder_key(one): [ping for ping in arrived if ping.person in {one.slack, one.email}] for one in unit.school.holders}
    for one in unit.school.holders:
        if of_person[holder_key(one)] and is_kept_from(unit.school, concern, one):
            found.wrong.append("somebody was told of a report about themselves")
    for key, pings in of_person.items():
        mine = [one for one in letters if one.recipient == key]
        _count(found, mine, pings)
    if taken_at:
        late = [ping for ping in arrived if ping.at > taken_at + UNDER_WAY]
        found.wrong += ["a ping went out after somebody had acknowledged"] * len(late)
        return
    hurried = any(one.state is LetterState.DEAD for one in letters)
    since = concern.climbs_since or concern.filed_at
    for step in due(concern.ladder, since, as_of).steps:
        for holder in told(unit.school, concern, step).holders:
            found.steps += 1
            _reached(found, step, holder, letters, of_person[holder_key(holder)], answered, hurried=hurried)
    if hurried and answered and (others := [ping.at for ping in arrived]):
        found.unreachable.append(max((min(others) - answered.asked_at).total_seconds(), 0.0))


def _taken_at(found: Verdict, concern: Concern, number: int, acknowledged: Mapping[int, datetime | None]) -> datetime | None:
    """When a report was acknowledged, None where it waits."""
    if number not in acknowledged and concern.taken_at:
        found.wrong.append("a report is taken that nobody acknowledged")
    if acknowledged.get(number) and not concern.taken_at:
        found.wrong.append("an acknowledgement that was answered is lost")
    return acknowledged.get(number) or concern.taken_at


def _count(found: Verdict, letters: list[Letter], pings: list[Delivery]) -> None:
    """Nothing: whether one person's letters about one report and what arrived of them fit each other is noted."""
    sent = sum(one.state is LetterState.SENT for one in letters)
    if len(pings) < sent:
        found.lost_pings.append("pings are marked as sent that did not arrive")
    needless = sum(one.state is LetterState.NEEDLESS for one in letters)
    more = max(len(pings) - sent - needless, 0)
    found.duplicates += more
    found.by_way.update(ping.way for ping in pings)


def _reached(
    found: Verdict, step: Step, holder: Holder, letters: list[Letter], pings: list[Delivery], answered: Answered | None, *, hurried: bool
) -> None:
    """Nothing: whether one person was reached at one step is noted. Steps that fell due while no clock ran are one, the last of them."""
    mine = [one for one in letters if one.recipient == holder_key(holder) and one.number >= step.number]
    if not mine:
        found.lost_pings.append(f"step {step.number} was due and the {holder.role.value} was not written to")
        return
    if {holder.slack, holder.email} <= FOR_GOOD:  # nobody can; that the next were told is looked at elsewhere
        if any(one.state is LetterState.SENT for one in mine):
            found.wrong.append("a ping that cannot arrive is marked as sent")
        return
    after = [ping.at for ping in pings if hurried or ping.at >= step.at]
    if not after or not any(one.state is LetterState.SENT for one in mine):
        found.lost_pings.append(f"step {step.number} was due and did not reach the {holder.role.value}")
        return
    if not hurried:
        from_ = max(step.at, answered.asked_at) if answered else step.at
        first = min((at for at in after if at >= from_), default=from_)
        found.seconds.append((first - from_).total_seconds())


def _number(unit: CaseUnit, concern: Concern) -> int:
    case = unit.case(concern.id)
    words = case.entries[0].text.split() if case else []
    return int(words[2].rstrip(":")) if len(words) > 2 and words[2].rstrip(":").isdigit() else -1
