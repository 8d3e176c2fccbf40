"""`gaps`: what staff asked that a school's policy does not answer, for its head."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from adapters import wiring
from adapters.settings import read_settings
from adapters.terminal.lines import say
from adapters.terminal.schools import print_json
from adapters.terminal.screen import show
from bot.ports import Gap
from knowledge.errors import SignpostError
from knowledge.topics.fitted import topic_titles

WHY = {
    Gap.SILENT: "the policy doesn't say",
    Gap.UNSURE: "only the closest rules shown",
    Gap.UNHELPFUL: "the answer didn't help",
}
NO_TOPIC = "something else"


class NotAMonth(SignpostError):
    """--since is not a month: whoever typed it can correct it."""


def show_gaps(school: str, since: str | None, *, as_json: bool) -> None:
    """Nothing: prints the topics by month, then the questions passed on. Raises UnknownSchool, NotAMonth."""
    month = _month(since, wiring.now().date())
    with wiring.schools_of(read_settings()).unit(school) as unit:
        name, gaps, passed = unit.school.name, unit.gaps(month), [one for one in unit.passed_on() if one.at.date() >= month]
    titles = topic_titles() if gaps or passed else {}
    if as_json:
        told = [
            {"month": f"{of:%Y-%m}", "topic": topic, "title": titles.get(topic, NO_TOPIC), "why": why.value, "count": count}
            for topic, of, why, count in gaps
        ]
        kept = [{"at": one.at.isoformat(), "topic": one.topic, "text": one.text, "name": one.name} for one in passed]
        print_json({"school": school, "since": f"{month:%Y-%m}", "gaps": told, "passed_on": kept})
        return
    show(say(f"{name}: not answered since {month:%B %Y}", style="bold"))
    if not gaps and not passed:
        show(say("Nothing: every question was answered, or none was asked.", 2))
    by_month: dict[date, dict[str, list[tuple[Gap, int]]]] = defaultdict(lambda: defaultdict(list))
    for topic, of, why, count in gaps:
        by_month[of][topic].append((why, count))
    for of in sorted(by_month, reverse=True):
        show(say(""), say(f"{of:%B %Y}"))
        for topic, found in sorted(by_month[of].items(), key=lambda one: -sum(count for _, count in one[1])):
            reasons = "; ".join(f"{WHY[one]} ({count})" for one, count in found)
            show(say(f"{sum(count for _, count in found):>4} × {titles.get(topic, NO_TOPIC)}: {reasons}", hanging=7))
    if passed:
        show(say(""), say("Passed on to the head by staff", style="bold"))
        for one in passed:
            show(say(f"{one.at.day} {one.at:%b %Y}{f', {one.name}' if one.name else ''}: “{one.text}”", 2, hanging=2))


def _month(told: str | None, today: date) -> date:
    """The first day of the month to begin with. Raises NotAMonth."""
    if told is None:
        return today.replace(year=today.year - 1, day=1)
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])(?:-\d\d)?", told.strip())
    if not found:
        raise NotAMonth(f"“{told}” is not a month.", "Give it as year and month, such as --since 2026-01.")
    return date(int(found[1]), int(found[2]), 1)
