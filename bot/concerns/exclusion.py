"""Who may be told of a concern and see it, and who never: those whom it is about, in whatever role they stand or come to stand.

Asked before a report is stored and again at each step afterwards, because roles change hands.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.concerns.concern import About, Concern
from bot.people import each_once, same_person
from bot.school import Holder, Role, School

ROLE_OF = {About.LEAD: Role.LEAD, About.DEPUTY: Role.DEPUTY, About.HEAD: Role.HEAD, About.CHAIR: Role.CHAIR}
DESK_ROLES = (Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR)


def kept_from(school: School, about: Iterable[About], before: tuple[Holder, ...] = ()) -> tuple[Holder, ...]:
    """Everybody a concern is kept from: who was when it was filed (`before`), who now holds a role it is about, and whoever is one of them.

    A new holder of such a role is let in only where an e-mail, Slack or Teams id proves them to be somebody else.
    """
    shut_out = list(before)
    roles = {ROLE_OF[one] for one in about if one in ROLE_OF}
    for holder in school.holding(*roles):
        recorded = [one for one in before if one.role is holder.role]
        if not recorded or not all(_proven_other(holder, one) for one in recorded):
            shut_out.append(holder)
    while more := [holder for holder in school.holders if holder not in shut_out and any(same_person(holder, other) for other in shut_out)]:
        shut_out += more
    return tuple(dict.fromkeys(shut_out))


def is_kept_from(school: School, concern: Concern, holder: Holder) -> bool:
    """Whether a concern must never reach this holder."""
    shut_out = kept_from(school, concern.about, concern.kept_from)
    return holder in shut_out or any(same_person(holder, other) for other in shut_out)


def recipients(school: School, about: Iterable[About], before: tuple[Holder, ...] = ()) -> tuple[Holder, ...]:
    """Those who are told of a concern, each person once, the one to tell first first; none where nobody is left.

    About the head: the chair of governors. About the lead: the head, then the deputies. Else the lead, the deputies, the head.
    """
    named = frozenset(about)
    shut_out = kept_from(school, named, before)
    wanted = [holder for role in _order(named) for holder in school.holding(role)]
    return each_once(one for one in wanted if one not in shut_out and not any(same_person(one, other) for other in shut_out))


def may_see(school: School, concern: Concern, holder: Holder) -> bool:
    """Whether a holder may know of a concern at all: told of it by role or handed it, and not kept from it."""
    roles = {*_order(concern.about), *concern.also}
    return holder.role in roles and holder in school.holders and not is_kept_from(school, concern, holder)


def taker(school: School, concern: Concern) -> Holder | None:
    """Whoever has taken a concern, as they stand now; None where nobody has, or they have left or may not see it any more."""
    taken_by = concern.taken_by
    return next((one for one in school.holders if taken_by and same_person(one, taken_by) and may_see(school, concern, one)), None)


def _order(about: frozenset[About]) -> tuple[Role, ...]:
    if About.HEAD in about:
        return (Role.CHAIR,)
    if About.LEAD in about:
        return (Role.HEAD, Role.DEPUTY)
    return (Role.LEAD, Role.DEPUTY, Role.HEAD)


def _proven_other(one: Holder, other: Holder) -> bool:
    """Whether two records are surely of two people: some id of theirs differs, and nothing they share is the same."""
    pairs = ((one.email.lower(), other.email.lower()), (one.slack, other.slack), (one.teams, other.teams))
    return not same_person(one, other) and any(mine and theirs and mine != theirs for mine, theirs in pairs)
