"""Two invented schools in memory, with a conversation over them whose clock and ids the test holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

from adapters.samples import sample_edition
from bot.conversation import Conversation
from bot.heard import Heard, Place, Pressed
from bot.in_memory import InMemorySchools, Kept, NoCourier
from bot.reply import Button, Choices, Reply
from bot.school import EditionKey, Holder, Published, Role, School
from bot.shelf import Shelves
from knowledge.policy import Edition

START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ALDER = (
    Holder(Role.LEAD, "Ann Lee", "01632 960001"),
    Holder(Role.DEPUTY, "Bo Day", "01632 960002"),
    Holder(Role.HEAD, "Jo Hall", "01632 960003"),
    Holder(Role.CHAIR, "Sam Reed", "01632 960004"),
)
SHELVES = Shelves()


@cache
def edition(sample: str) -> Edition:
    """A sample's edition, made once."""
    return sample_edition(sample)


def school(school_id: str, *samples: str, holders: tuple[Holder, ...] = ALDER) -> Kept:
    """A school that has published some of the samples."""
    published = [Published(EditionKey(name, 1, name), edition(name), START) for name in samples]
    return Kept(School(school_id, f"{school_id.title()} School", holders=holders), published)


@dataclass
class Told:
    """A conversation under test: the clock stands still until moved."""

    schools: InMemorySchools
    courier: NoCourier = field(default_factory=NoCourier)
    at: datetime = START

    def __post_init__(self) -> None:
        ids: Iterator[int] = count(1)
        self.conversation = Conversation(
            self.schools, SHELVES, self.courier, lambda: self.at, lambda: f"turn-{next(ids)}", "https://signpost.test"
        )

    def hear(self, text: str, school_id: str = "alder", *, who: str = "u1", thread: str = "t1", place: Place = Place.PRIVATE) -> Reply:
        """The reply to a message."""
        return self.conversation.hear(Heard(school_id, text, who, thread, place))

    def press(self, reply: Reply, label: str, school_id: str = "alder", *, who: str = "u1", name: str = "Tom Bird") -> Reply:
        """The reply to the button of that label."""
        return self.conversation.press(Pressed(school_id, button(reply, label).press, who, "t1", name))

    def later(self, **much: float) -> None:
        """Nothing: moves the clock."""
        self.at += timedelta(**much)

    def kept(self, school_id: str = "alder") -> Kept:
        """Everything kept of a school."""
        return self.schools.kept[school_id]


def told() -> Told:
    """A conversation over the schools alder (one policy), birch (two), cedar (none) and dale (the lead is also the head)."""
    both = (Holder(Role.LEAD, "Pat Moor", "01632 960011", "p@dale.test"), Holder(Role.HEAD, "P. Moor", "01632 960011", "p@dale.test"))
    dale = (*both, Holder(Role.CHAIR, "Kim Fox", "01632 960012"), Holder(Role.DEPUTY, "Lou Ash", "01632 960013"))
    return Told(
        InMemorySchools(
            [school("alder", "bledington"), school("birch", "cbc", "dobcroft"), school("cedar"), school("dale", "cbc", holders=dale)]
        )
    )


def buttons(reply: Reply) -> list[Button]:
    """All that can be pressed in a reply."""
    return [button for part in reply.parts if isinstance(part, Choices) for button in part.buttons]


def button(reply: Reply, label: str) -> Button:
    """The button of that label."""
    return next(one for one in buttons(reply) if one.label == label)
