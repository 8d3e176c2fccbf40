"""The desk's list as its page shows it: what waits and since when, then a row for each case with the one next thing to do. No stories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from adapters.web.desk_times import day_in_words, how_long, moment
from bot.concerns import words_for
from bot.concerns.concern import Concern, State
from bot.concerns.desk import is_mine, soon_deleted
from bot.people import same_person
from bot.school import ROLE_NAMES, Holder

ON_A_PAGE = 50
NOT_CLOSED, ALL = "", "all"
STATES = {NOT_CLOSED: "All but closed", **{state.value: words_for.STATE[state].partition(":")[0] for state in State}, ALL: "All"}
URGENCIES = {"": "All", "urgent": "Urgent only", "routine": "Not urgent only"}
AGES = {"": "Any", "day": "More than a day ago", "week": "More than a week ago", "month": "More than 30 days ago"}
_OLDER_THAN = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the viewer chose to see."""

    state: str = NOT_CLOSED
    urgency: str = ""
    age: str = ""
    mine: bool = False
    leaf: int = 1

    @property
    def any(self) -> bool:
        """Whether something is filtered that the list would show else."""
        return (self.state, self.urgency, self.age, self.mine) != (NOT_CLOSED, "", "", False)

    def address(self, leaf: int) -> str:
        """The query of another page of the same list."""
        chosen = {"state": self.state, "urgency": self.urgency, "age": self.age, "mine": "yes" if self.mine else "", "page": str(leaf)}
        return "?" + urlencode({name: value for name, value in chosen.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """One case. ``next``: the one thing to do next; ``acknowledges``: it is a button that acknowledges, else it opens the case."""

    id: str
    reference: str
    urgent: bool
    unread: bool
    state: str
    waits: bool
    since: str
    who: str
    next: str
    acknowledges: bool
    warned: str


@dataclass(frozen=True, slots=True)
class ListView:
    """All that the list shows. ``loud``: what comes first; ``also``: what else there is to know. ``leaves``: how many pages."""

    loud: str
    waits: bool
    also: tuple[str, ...]
    rows: tuple[Row, ...]
    found: int
    total: int
    leaf: int
    leaves: int


def filters_of(asked: Mapping[str, str]) -> Filters:
    """The filters of an address; what they cannot be is left out."""

    def known(name: str, values: Mapping[str, str]) -> str:
        return value if (value := asked.get(name, "")) in values else ""

    leaf = asked.get("page", "")
    return Filters(
        known("state", STATES),
        known("urgency", URGENCIES),
        known("age", AGES),
        asked.get("mine", "") == "yes",
        int(leaf) if leaf.isascii() and leaf.isdecimal() and 0 < len(leaf) < 5 else 1,
    )


def list_view(concerns: Sequence[Concern], viewer: Holder, filters: Filters, now: datetime, broken: int = 0) -> ListView:
    """The list of those the viewer may see, in their order. `broken`: how many of the school's nobody can open."""
    kept = [one for one in concerns if _passes(one, viewer, filters, now)]
    leaves = max(1, -(-len(kept) // ON_A_PAGE))
    leaf = min(max(filters.leaf, 1), leaves)
    waiting = [one for one in concerns if one.state is State.RECEIVED]
    return ListView(
        loud=_loud(waiting, now) if concerns or broken else "There are no reports at your desk.",
        waits=bool(waiting),
        also=(*_shut(broken), *_also(concerns, viewer, now.date())),
        rows=tuple(_row(one, viewer, now) for one in kept[(leaf - 1) * ON_A_PAGE : leaf * ON_A_PAGE]),
        found=len(kept),
        total=len(concerns),
        leaf=leaf,
        leaves=leaves,
    )


def warned(concern: Concern, today: date) -> str:
    """What to know of a report's deletion; "" where it is not near."""
    if not soon_deleted(concern, today):
        return ""
    day = day_in_words(concern.keep_until)
    if not concern.open:
        return f"Will be deleted for good after {day}, unless it is kept longer."
    if concern.keep_until < today:
        return f"Was to be kept until {day}: it will be deleted for good as soon as it is closed, unless it is kept longer."
    return f"To be kept until {day}: after that it is deleted for good once it is closed, unless it is kept longer."


def taken_by(concern: Concern, viewer: Holder) -> str:
    """Who has a case: "You", a name and role, or "" for nobody."""
    if concern.taken_by is None:
        return ""
    return "You" if is_mine(concern, viewer) else f"{concern.taken_by.name} ({ROLE_NAMES[concern.taken_by.role]})"


def _loud(waiting: Sequence[Concern], now: datetime) -> str:
    if not waiting:
        return "No report waits for somebody to take it."
    longest = min(waiting, key=lambda one: one.waits_since)
    since = f"{moment(longest.waits_since, now, about=longest.nameless)} ({how_long(longest.waits_since, now, about=longest.nameless)})"
    if len(waiting) == 1:
        return f"1 report waits for somebody to take it, since {since}."
    return f"{len(waiting)} reports wait for somebody to take them, the longest since {since}."


def _shut(broken: int) -> Iterator[str]:
    """What is said of cases that cannot be opened: nobody knows whose they are, so everybody at the desk is told how many there are."""
    if broken:
        yield f"{_counted(broken, 'case', 'cases')} cannot be opened: tell whoever runs Signpost at once."


def _also(concerns: Sequence[Concern], viewer: Holder, today: date) -> Iterator[str]:
    waiting_urgent = sum(one.urgent for one in concerns if one.state is State.RECEIVED)
    if waiting_urgent:
        yield f"{_counted(waiting_urgent, 'of them is', 'of them are')} urgent."
    unread = sum(one.unread for one in concerns if one.state is not State.RECEIVED)
    if unread:
        yield f"{_counted(unread, 'case has', 'cases have')} something new from the reporter."
    idle = sum(1 for one in concerns if one.state is State.ACKNOWLEDGED and one.taken_by and same_person(one.taken_by, viewer))
    if idle:
        yield f"{_counted(idle, 'case that you took has', 'cases that you took have')} nothing recorded yet."
    going = sum(soon_deleted(one, today) for one in concerns if not one.open)
    if going:
        yield f"{_counted(going, 'closed or withdrawn case is', 'closed or withdrawn cases are')} deleted within the next 30 days."


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _passes(concern: Concern, viewer: Holder, filters: Filters, now: datetime) -> bool:
    if filters.state == NOT_CLOSED and concern.state is State.CLOSED and not concern.unread:
        return False
    if filters.state not in {NOT_CLOSED, ALL} and concern.state.value != filters.state:
        return False
    if filters.urgency and concern.urgent is not (filters.urgency == "urgent"):
        return False
    if filters.age and concern.filed_at > now - _OLDER_THAN[filters.age]:
        return False
    return not filters.mine or is_mine(concern, viewer)


def _row(concern: Concern, viewer: Holder, now: datetime) -> Row:
    waits = concern.state is State.RECEIVED
    if waits:
        waited = how_long(concern.waits_since, now, about=concern.nameless)
        since = f"Waits since {moment(concern.waits_since, now, about=concern.nameless)} ({waited})"
    else:
        since = f"Received {moment(concern.filed_at, now, about=concern.nameless)}"
    has = taken_by(concern, viewer)
    return Row(
        id=concern.id,
        reference=concern.reference,
        urgent=concern.urgent,
        unread=concern.unread and not waits,
        state=words_for.STATE[concern.state],
        waits=waits,
        since=since,
        who=f"{'You have it' if has == 'You' else f'With {has}'}" if has else "Nobody has taken it",
        next=_next(concern, viewer),
        acknowledges=waits,
        warned=warned(concern, now.date()),
    )


def _next(concern: Concern, viewer: Holder) -> str:
    if concern.state is State.RECEIVED:
        return "Acknowledge"
    if concern.unread:
        return "Read what is new"
    if concern.state is State.WITHDRAWN:
        return "Decide what becomes of it"
    if concern.state is State.CLOSED or not is_mine(concern, viewer):
        return "Look at it"
    return "Record what you do" if concern.state is State.ACKNOWLEDGED else "Go on with it"
