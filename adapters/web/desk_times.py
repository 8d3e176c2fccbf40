"""Times as a lead reads them at a glance, in the school's own time: "today, 14:00", "Mon 14:00", "Mon 2 Mar 2026, 14:00"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.concerns.chronology import DAYS, LONDON, MONTHS, in_words
from bot.concerns.wording_of_pings import waiting

A_WEEK = timedelta(days=6)  # within which a weekday's name can mean one day only


def moment(at: datetime, now: datetime, *, about: bool = False) -> str:
    """A moment past. `about`: it is known to the hour only, and said so."""
    here, today = at.astimezone(LONDON), now.astimezone(LONDON).date()
    clock = f"about {here:%H}:00" if about else f"{here:%H:%M}"
    ago = today - here.date()
    if not timedelta(0) <= ago <= A_WEEK:
        return in_words(at, about=about)
    named = {0: "today,", 1: "yesterday,"}.get(ago.days, DAYS[here.weekday()])
    return f"{named} {clock}"


def how_long(since: datetime, now: datetime, *, about: bool = False) -> str:
    """How long it is since then, in rough words: "16 hours". `about`: it is known to the hour only, so minutes would be made up."""
    if about and now - since < timedelta(hours=1):
        return "less than an hour"
    return waiting(now - since).removeprefix("for ").removeprefix("since ")


def day_in_words(day: date) -> str:
    """A day: "2 Mar 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
