"""The schools that the web door's tests ask: "oak" with two editions of one hostile policy, "ash" of the same owner, "elm" with none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from adapters.samples import sample_edition
from bot.in_memory import InMemorySchools, Kept
from bot.school import EditionKey, Holder, Published, Role, School
from knowledge.clauses import edition_of
from knowledge.documents import read_bytes
from knowledge.policy import Audience, Clause, Edition, Stance

HOSTILE = "<script>alert('x')</script> </blockquote><img src=x onerror=alert(1)> \"quoted\" & {{ 7*7 }} {% raw %} javascript:alert(1)"
HOSTILE_ANCHOR = "a\"><script>'&?#x"
FRIENDS = "Staff must not accept friend requests from parents of pupils at this school on any social networking site."
FRIENDS_ANCHOR = "friends-parents"
DROPPED_ANCHOR = "dropped"
LEAD_IN = "Staff must not:"
QUESTION = "can I accept a friend request from a parent?"
WORRY = "a girl in my class told me xylocanary that her uncle hits her"
ABOUT_LEAD = "the DSL has been hitting a child, what do I do"
HOLDERS = (
    Holder(Role.LEAD, "Ann Lee", "01632 960001"),
    Holder(Role.DEPUTY, "Raj Shah", "01632 960002"),
    Holder(Role.HEAD, "Jo Hall", "01632 960003"),
)


@cache
def edition() -> Edition:
    """The current edition of oak's policy: lead-ins, numbers, pages, a clause for parents, a hostile one, an old review date."""
    made = edition_of(
        read_bytes(b"# Social Media Policy\n\nReview date: 1 May 2025\n\n## 1 Friends\n\nStaff take care.\n", "oak.md"), "oak.md"
    )
    friends, photos = ("1 Friends",), ("2 Photographs", "2.1 Of pupils")
    clauses = (
        Clause(FRIENDS_ANCHOR, FRIENDS, number="1.1", section=friends, page=2, stance=Stance.FORBIDS),
        Clause("parents-may", "Parents must not photograph other children.", number="2.1", section=photos, binds=(Audience.PARENTS,)),
        Clause("post", "post photographs of pupils;", LEAD_IN, "2.2", photos, 3),
        Clause("tag", "tag pupils by name.", LEAD_IN, "2.3", photos, 3),
        Clause(HOSTILE_ANCHOR, HOSTILE, lead_in=f"{HOSTILE}:", number="<b>3</b>", section=(HOSTILE,)),
    )
    return replace(made, title=f"Social Media <b>Policy</b> {HOSTILE}", school="Oak", clauses=clauses, meta={})


def schools() -> InMemorySchools:
    """The schools, anew."""
    old = replace(edition(), clauses=(*edition().clauses, Clause(DROPPED_ANCHOR, "Staff must not use Bebo.", section=("4 Old",))))
    oak = [
        Published(EditionKey("social-media", 1, "oak-1"), old, datetime(2024, 9, 1, tzinfo=UTC), current=False),
        Published(EditionKey("social-media", 2, "oak-2"), edition(), datetime(2026, 3, 5, tzinfo=UTC)),
    ]
    ash = [Published(EditionKey("online", 1, "ash-1"), sample_edition("bledington"), datetime(2026, 9, 1, tzinfo=UTC))]
    kept = (
        Kept(School("oak", "Oak & Acorn <School>", "trust", HOLDERS), oak),
        Kept(School("ash", "Ash School", "trust", HOLDERS), ash),
        Kept(School("elm", "Elm School", "trust"), []),
    )
    return InMemorySchools(kept)
