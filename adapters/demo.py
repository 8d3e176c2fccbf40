"""What the demo shows: the five sample schools, each with its sample policy and people who are plainly invented."""

from __future__ import annotations

from collections.abc import Iterator

from adapters import samples
from bot.school import Holder, Role, School
from knowledge.policy import Edition

DATABASE = "sqlite:///signpost-demo.db"
KEY = "signpost-demo.key"  # beside the database it locks: for trying only
OWNER = "samples"
POLICY = "social-media"
# The numbers are of the range that Ofcom keeps for drama: nobody has them.
PEOPLE = (
    Holder(Role.LEAD, "Alex Morgan (example)", "01632 960001"),
    Holder(Role.DEPUTY, "Sam Patel (example)", "01632 960002"),
    Holder(Role.HEAD, "Jo Hall (example)", "01632 960003"),
    Holder(Role.CHAIR, "Chris Reed (example)", "01632 960004"),
)
LADO = "01632 960009 (example)"


def schools() -> Iterator[tuple[School, list[tuple[str, Edition, str]]]]:
    """Each sample school with its policy, as they are applied: short name, edition, name of the file."""
    for name in samples.sample_names():
        edition = samples.sample_edition(name)
        yield School(name, edition.school, OWNER, PEOPLE, lado=LADO), [(POLICY, edition, f"{name}.md")]
