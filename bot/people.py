"""The people of a school: who is whom, and how somebody is named."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import combining, normalize

from bot.reply import Contact
from bot.school import ROLE_NAMES, Holder, Role, School

TITLES = frozenset("mr mrs ms miss mx dr prof professor sir dame lady lord rev revd reverend canon fr father sister".split())
APOSTROPHES = frozenset("'’‘ʼ`´")


def same_person(one: Holder, other: Holder) -> bool:
    """Whether two roles are held by one person, as far as the contacts tell."""
    pairs = (
        (one.email.lower(), other.email.lower()),
        (one.slack, other.slack),
        (one.teams, other.teams),
        (_folded(one.name), _folded(other.name)),
    )
    return any(mine and mine == theirs for mine, theirs in pairs)


def contact(holder: Holder) -> Contact:
    """A holder as somebody to ring."""
    return Contact(f"{ROLE_NAMES[holder.role]}: {holder.name}", holder.phone)


def named(school: School, *roles: Role) -> str:
    """The holders of some roles in one line, "" where none is known: "Head: Jo Hall, 01234 567890 · Chair of governors: Sam Reed"."""
    people = (contact(holder) for holder in each_once(iter(school.holding(*roles))))
    return " · ".join(f"{one.who}, {one.phone}" if one.phone else one.who for one in people)


def each_once(holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """The holders in their order, whoever holds two roles only the first time."""
    kept: list[Holder] = []
    for holder in holders:
        if not any(same_person(holder, other) for other in kept):
            kept.append(holder)
    return tuple(kept)


def _folded(name: str) -> str:
    """A name without its title, its accents and its signs: SCHOOL.toml may have "Mrs Zoë O’Neil-Lee" here and "Zoe O'Neil Lee" there."""
    plain = "".join(one for one in normalize("NFKD", name).casefold() if not combining(one) and one not in APOSTROPHES)
    words = "".join(one if one.isalnum() else " " for one in plain).split()
    return " ".join(word for word in words if word not in TITLES)
