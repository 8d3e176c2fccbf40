"""The two schools every door is tried with: "alder", whose policy holds the awkward clauses, and "birch"."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from bot.in_memory import InMemorySchools, Kept
from bot.school import EditionKey, Holder, Published, Role, School
from knowledge.clauses import edition_of
from knowledge.documents import read_bytes
from knowledge.policy import Clause, Edition

FRIENDS = "Staff must not accept friend requests from parents of pupils at this school on any social networking site."
HOSTILE = (
    "Staff must never post photographs of pupils <!channel> <@U012ABCDEF> <at>everyone</at> @here *bold* _it_ ~no~ `code` "
    '[link](https://bad.example) <script>alert(1)</script> & "quotes" {{7*7}} on their own Instagram accounts.'
)
LONG = (
    "Before staff use WhatsApp groups for school business they must ask the head, "
    + "and they must say who is in the group and what it is for, " * 60
    + "and the head keeps the list."
)
BIRCH_ONLY = "Members of staff may accept friend requests from parents at Birch only where the head has been told in writing."
FRIEND_QUESTION = "can I accept a friend request from a parent?"
PHOTO_QUESTION = "may I post photographs of pupils on my own Instagram?"
WHATSAPP_QUESTION = "must I ask the head before staff use a WhatsApp group for school business?"
WORRY = "a girl in my class told me xylocanary that her uncle hits her"
WORRY_CANARY = "xylocanary"

_ALDER = f"""# Social Media Policy

## 1 Friends

{FRIENDS}

Staff should check the privacy settings of their accounts every term.

## 2 Photographs

Photographs of pupils may be used on the school's website where parents have given written consent.

## 3 Groups

Staff must not use their personal phones in lessons.
"""
_BIRCH = f"""# Online Conduct Policy

## 1 Friends

{BIRCH_ONLY}

## 2 Photographs

Only the office takes photographs of pupils at Birch.
"""


@cache
def editions() -> dict[str, Edition]:
    """The edition of each school's policy."""
    alder = edition_of(read_bytes(_ALDER.encode(), "alder.md"), "alder.md")
    awkward = (
        Clause("photographs-hostile", HOSTILE, section=("2 Photographs",), number="2"),
        Clause("groups-long", LONG, section=("3 Groups",), number="3"),
    )
    return {
        "alder": replace(alder, school="Alder School", clauses=(*alder.clauses, *awkward)),
        "birch": replace(edition_of(read_bytes(_BIRCH.encode(), "birch.md"), "birch.md"), school="Birch School"),
    }


def two_schools(door: str, known: str, other: str) -> InMemorySchools:
    """Alder behind the door's workspace `known`, birch behind `other`; no other workspace belongs to anybody."""
    holders = (Holder(Role.LEAD, "Ann Lee", "01632 960001"), Holder(Role.HEAD, "Jo Hall", "01632 960003"))
    kept = [
        Kept(
            School(name, edition.school, holders=holders),
            [Published(EditionKey("social-media", 1, name), edition, datetime(2026, 9, 1, tzinfo=UTC))],
        )
        for name, edition in editions().items()
    ]
    return InMemorySchools(kept, {(door, known): "alder", (door, other): "birch"})
