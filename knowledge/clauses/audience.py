"""Whom a clause binds: read off its own subject first, then the heading it stands under."""

from __future__ import annotations

import re

from knowledge.policy import Audience
from knowledge.wording import patterns

_SAYS = patterns("audience")
ABOUT_OTHERS = _SAYS["about_others"]
# "Pupils must …" at the start of a sentence binds pupils; "Contact with pupils" as a heading does not.
STARTS = tuple(
    (who, re.compile(rf"(?:^|[.;]\s+|^- )(?:{_SAYS[f'{who}_subject'].pattern})(?:{_SAYS['modal'].pattern})", re.IGNORECASE))
    for who in Audience
)
HEADINGS = tuple((who, _SAYS[f"{who}_heading"]) for who in Audience)


def binds(text: str, lead_in: str, section: tuple[str, ...]) -> tuple[Audience, ...]:
    """Whom these words bind, in the order of Audience; staff where nothing says otherwise.

    A heading counts only where it names whom it is for: "Contact with pupils" binds staff.
    """
    for source in (text, lead_in):
        found = tuple(who for who, pattern in STARTS if pattern.search(source)) if source else ()
        if found:
            return tuple(who for who in Audience if who in found)
    for title in reversed(section):
        named = {who for who, pattern in HEADINGS if pattern.search(title)}
        if named and not (ABOUT_OTHERS.search(title) and Audience.STAFF not in named):
            return (Audience.STAFF,) if Audience.STAFF in named else tuple(who for who in Audience if who in named)
    return (Audience.STAFF,)
