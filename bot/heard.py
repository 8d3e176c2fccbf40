"""What a door passes in: a message somebody wrote, or a button somebody pressed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Who else would see a reply given where the message was written."""

    PRIVATE = "private"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message. ``who``: the asker's id, unique across doors ("slack:T1:U2"), "" where the door knows nobody.

    ``thread``: what follow-ups are understood within ("slack:T1:D3"), "" where nothing should be remembered between messages.
    """

    school: str
    text: str
    who: str = ""
    thread: str = ""
    place: Place = Place.PRIVATE


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button pressed: what it carried, and by whom. ``name``: as the door shows that person, used only if they ask to be named."""

    school: str
    button: str
    who: str = ""
    thread: str = ""
    name: str = ""
