"""The kill test in little: replicas are killed while reports come in and Slack fails; nothing is lost. `make chaos` is the whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from random import Random

from bot.concerns.concern import About, Route
from bot.concerns.filing import Filed
from tests.bot.concerns.house import AT, LEAD, House
from tests.databases import empty_url
from tools.chaos.judging import Verdict, judge
from tools.chaos.plan import CHAT, Report
from tools.chaos.providers import Delivery
from tools.chaos.reporters import Answered
from tools.chaos.run import Run, Size

SMALL = Size(concerns=6, seconds=2.0, schools=1, replicas=2, kill_every=0.8, quiet=30.0, last_rung=0.0, hasten=True)
REPORT = Report(0, "oak", 0.0, "f" * 22, About.COLLEAGUE, named=True, acknowledged=False)
ANSWERED = Answered(REPORT, "a-code", AT)


def filed(house: House, about: About = About.COLLEAGUE) -> Filed:
    """The report, kept, and its lead pinged as far as the store knows."""
    made = house.reports.filing.file(
        "oak", house.draft(REPORT.story, about, route=Route.NAMED, name="Pat", filing=REPORT.filing, urgent=True)
    )
    house.tick()
    return made


def judged(house: House, pings: Sequence[Delivery], answered: Sequence[Answered] = (ANSWERED,)) -> Verdict:
    """What is found where the providers delivered these."""
    return judge(house.reports, answered, pings, {}, ["oak"], house.time)


def arrived(made: Filed, person: str) -> Delivery:
    """A ping that reached somebody."""
    return Delivery(AT, CHAT, person, made.reference)


def test_no_report_and_no_ping_is_lost_where_processes_are_killed_and_slack_fails(tmp_path: Path) -> None:
    outcome = asyncio.run(Run(SMALL, empty_url("postgresql", tmp_path), tmp_path, Random(3)).go())
    assert [line for line in outcome.breaches if "more than once" not in line] == []  # one of so few is more than two in a hundred
    assert outcome.kills > 0
    assert outcome.verdict.concerns == SMALL.concerns
    assert outcome.verdict.deliveries >= SMALL.concerns


def test_the_judge_sees_what_was_lost_or_came_twice_or_reached_the_wrong_person() -> None:
    house = House()
    made = filed(house)
    told = [arrived(made, one.slack) for _, one, _ in house.messages.said]
    good = judged(house, told)
    assert (good.lost_pings, good.lost_concerns, good.wrong, good.duplicates) == ([], [], [], 0)
    assert judged(house, ()).lost_pings
    assert judged(house, [*told, told[0]]).duplicates == 1
    assert judged(House(), ()).lost_concerns
    assert judged(house, [*told, Delivery(AT, CHAT, LEAD.slack, "ZZZZZZ")]).wrong
    about_lead = House()
    secret = filed(about_lead, About.LEAD)
    assert "somebody was told of a report about themselves" in judged(about_lead, [arrived(secret, LEAD.slack)]).wrong
