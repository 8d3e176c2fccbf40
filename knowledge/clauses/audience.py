"""Whom a clause binds: read off its own subject first, then the heading it stands under."""

from __future__ import annotations

import re

from knowledge.policy import Audience

MODAL = r"(?:\s*\([^)]*\))?\s+(?:(?:in school |at school |also |always |themselves )?(?:must|should|shall|may|can|cannot|will|are (?:asked|expected|reminded|required|encouraged|not|allowed|permitted|advised)|have (?:the right|a)|need|do not|who))"
SUBJECTS: tuple[tuple[Audience, str], ...] = (
    (Audience.PUPILS, r"(?:all |our |other |any )?(?:pupils|students|learners|children|young people)(?: (?:and|or) (?:pupils|students|children|young people))?"),
    (Audience.PARENTS, r"(?:all |our |any )?(?:parents?|carers?|families|guardians)(?:\s*(?:/|,|and|or|&)\s*(?:parents?|carers?|guardians|families|volunteers|visitors))*(?: and visitors)?"),
    (Audience.GOVERNORS, r"(?:all |our |the )?(?:governors|governing (?:body|board)|trustees|management committee)"),
    (Audience.VISITORS, r"(?:all |any )?(?:visitors|contractors|volunteers)"),
    (Audience.STAFF, r"(?:all |any |our |school )?(?:members? of (?:the )?staff|staff(?: members?)?|employees?|teachers|team members|colleagues|adults|practitioners|school representatives|workers|everyone|anyone|you)"),
)
STARTS = tuple((who, re.compile(rf"(?:^|[.;]\s+|^- ){subject}{MODAL}", re.IGNORECASE)) for who, subject in SUBJECTS)
HEADING_WORDS: tuple[tuple[Audience, re.Pattern[str]], ...] = (
    (Audience.PARENTS, re.compile(r"\b(?:for|by|all|our|from)?\s*(?:parents?|carers?|families)\b", re.IGNORECASE)),
    (Audience.PUPILS, re.compile(r"\b(?:all pupils|for pupils|by pupils|pupils['’]|(?:pupil|student|children['’]s?) (?:use|responsibilit|conduct|rules|phones?)|for students|by students|(?:^|\W)(?:pupils|students)$)", re.IGNORECASE)),
    (Audience.VISITORS, re.compile(r"\b(?:visitors|contractors)\b", re.IGNORECASE)),
    (Audience.GOVERNORS, re.compile(r"\b(?:governors|trustees)\b", re.IGNORECASE)),
    (Audience.STAFF, re.compile(r"\b(?:staff|employees?|adults|colleagues)\b", re.IGNORECASE)),
)
ABOUT_OTHERS = re.compile(r"\b(?:contact|communicat\w*|relationships?|friends?\w*|images?|photograph\w*|with|of|working|safeguard\w*|protect\w*)\b", re.IGNORECASE)


def binds(text: str, lead_in: str, section: tuple[str, ...]) -> tuple[Audience, ...]:
    """Whom these words bind, in the order of Audience; staff where nothing says otherwise.

    A heading counts only where it names whom it is for: "Contact with pupils" binds staff.
    """
    for source in (text, lead_in):
        found = tuple(who for who, pattern in STARTS if pattern.search(source)) if source else ()
        if found:
            return tuple(who for who in Audience if who in found)
    for title in reversed(section):
        named = {who for who, pattern in HEADING_WORDS if pattern.search(title)}
        if named and not (ABOUT_OTHERS.search(title) and Audience.STAFF not in named):
            return (Audience.STAFF,) if Audience.STAFF in named else tuple(who for who in Audience if who in named)
    return (Audience.STAFF,)
