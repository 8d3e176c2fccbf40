"""A school's calendar and ladders in plain words, each as (what it is, what it says)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from bot.bank_holidays import Nation
from bot.concerns.chronology import MONTHS
from bot.ladders import Ladder, Ladders, Rung, Way
from bot.school import Role
from bot.school_hours import Opening, SchoolHours

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NATIONS = {
    Nation.ENGLAND: "England",
    Nation.WALES: "Wales",
    Nation.SCOTLAND: "Scotland",
    Nation.NORTHERN_IRELAND: "Northern Ireland",
}
ROLES = {Role.LEAD: "lead", Role.DEPUTY: "deputy", Role.HEAD: "head", Role.CHAIR: "chair", Role.IT: "IT"}
WAYS = {Way.CHAT: "chat", Way.EMAIL: "e-mail"}
USUAL_WAYS = (Way.CHAT, Way.EMAIL)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def calendar_words(hours: SchoolHours) -> tuple[tuple[str, str], ...]:
    """What a calendar says."""
    terms = "; ".join(f"{day_words(one.first)} to {day_words(one.last)}" for one in hours.terms)
    told = [
        ("School hours", _week(hours)),
        ("Terms", terms or "not told: every week counts"),
        ("Closed as well", ", ".join(map(day_words, sorted(hours.closed)))),
        ("Bank holidays", f"closed, as in {NATIONS[hours.nation]}" if hours.bank_holidays else "count like other days"),
    ]
    return tuple((title, words) for title, words in told if words)


def ladders_words(ladders: Ladders) -> tuple[tuple[str, str], ...]:
    """What a school's ladders say."""
    cover = f"the {ROLES[ladders.out_of_hours]} is told of urgent reports as well" if ladders.out_of_hours else "nobody else is told"
    return (
        ("Urgent reports", ladder_words(ladders.urgent)),
        ("Routine reports", ladder_words(ladders.routine)),
        ("School closed", cover),
        ("Taken, no action", f"urgent: climbs again after {_act(ladders.urgent)}; routine: after {_act(ladders.routine)}"),
    )


def ladder_words(ladder: Ladder) -> str:
    """One ladder: "lead at once; lead, deputy after 30 minutes; then again every hour"."""
    rungs = [f"{_whom(rung)} {'after ' + span(rung.after, ladder) if rung.after else 'at once'}" for rung in ladder.rungs]
    bound = f" (never more than {span(ladder.longest_wait)} by the clock from one to the next)" if ladder.school_hours else ""
    return "; ".join([*rungs, f"then again {every(ladder)}"]) + bound


def ways_words(ways: Iterable[Way]) -> str:
    """How somebody is reached: "chat, else e-mail"."""
    return ", else ".join(WAYS[way] for way in dict.fromkeys(ways))


def span(wait: timedelta, ladder: Ladder | None = None) -> str:
    """So much time: "1 hour 30 minutes"; with a ladder that counts school hours "4 school hours"."""
    hours, minutes = wait // HOUR, wait % HOUR // MINUTE
    school = "school " if ladder and ladder.school_hours else ""
    parts = [_counted(hours, f"{school}hour")] if hours else []
    parts += [_counted(minutes, "minute" if hours else f"{school}minute")] if minutes or not hours else []
    return " ".join(parts)


def every(ladder: Ladder) -> str:
    """How often the last rung is told again: "every hour", "every 8 school hours"."""
    return f"every {'hour' if (words := span(ladder.repeat, ladder)) == '1 hour' else words}"


def day_words(day: date) -> str:
    """A day: "2 Sep 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _week(hours: SchoolHours) -> str:
    """Days with the same hours in one: "Monday to Thursday 08:00 to 16:30, Friday 08:00 to 13:00"."""
    told = []
    for opening, found in groupby(zip(hours.week, WEEKDAYS, strict=True), key=lambda one: one[0]):
        days = [day for _, day in found]
        if opening:
            told.append(f"{days[0]}{f' to {days[-1]}' if len(days) > 1 else ''} {_opening(opening)}")
    return ", ".join(told)


def _opening(opening: Opening) -> str:
    return f"{opening.opens:%H:%M} to {opening.closes:%H:%M}"


def _whom(rung: Rung) -> str:
    whom = ", ".join(ROLES[role] for role in rung.roles)
    return whom if rung.ways == USUAL_WAYS else f"{whom} ({ways_words(rung.ways)})"


def _act(ladder: Ladder) -> str:
    return span(ladder.act_within, ladder)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
