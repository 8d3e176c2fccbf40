"""Editions come back as they were published, and the ones before stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapters.samples import sample_edition, sample_names
from adapters.store.edition_rows import digest_of
from adapters.store.schools import StoreSchools
from bot.school import EditionKey
from knowledge.corrections import Correction
from knowledge.documents.blocks import LeftOut
from knowledge.policy import Audience, Clause, ContentsLine, Edition, Stance
from tests.adapters.store.conftest import Clock
from tests.shared_files import edition as imported

EVERYTHING = Edition(
    title="Social media “policy” — ½ & <more>",
    school="Alder\u2028Primary",
    clauses=(
        Clause("a", "Do not.", "Staff:", "1.2", ("One", "Two"), 3, (Audience.STAFF, Audience.PUPILS), Stance.FORBIDS, (2, 3)),
        Clause("b", "Ask 🙂 first."),
    ),
    adopted=date(2024, 2, 29),
    review_due=date(2025, 2, 28),
    review_stated="February 2025",
    headings=(("One",), ("One", "Two")),
    contents=(ContentsLine("1", "One"),),
    left_out=(LeftOut("Page 1 of 2", "page number", 1), LeftOut("x", "y")),
    pages=2,
    meta={"title": "Social media"},
)
FIRST = imported("Staff must not post photos of pupils on their own accounts.\n\nStaff may like the school's own posts.\n")
SECOND = imported("Staff must not ever post photos of pupils on their own accounts.\n\nOnly the office runs a page for parents.\n")


def publish(schools: StoreSchools, school: str, edition: Edition, policy: str = "social-media") -> EditionKey:
    with schools.unit(school) as unit:
        key = unit.publish(policy, edition, "policy.docx")
        unit.commit()
    return key


@pytest.mark.parametrize("name", sample_names())
def test_each_bundled_sample_comes_back_equal(schools: StoreSchools, clock: Clock, name: str) -> None:
    key = publish(schools, "alder", sample_edition(name))
    with schools.unit("alder") as unit:
        found = unit.published("social-media")
        assert unit.current() == (key,)
    assert found is not None
    assert found.edition == sample_edition(name)
    assert (found.key, found.published_at, found.current) == (key, clock.time, True)


def test_everything_an_edition_can_hold_comes_back_equal(schools: StoreSchools) -> None:
    publish(schools, "alder", EVERYTHING)
    with schools.unit("alder") as unit:
        found = unit.published("social-media", 1)
    assert found is not None
    assert found.edition == EVERYTHING


def test_the_edition_before_stays_readable_as_not_current(schools: StoreSchools, clock: Clock) -> None:
    publish(schools, "alder", FIRST)
    then = clock.time
    clock.forward(days=400)
    key = publish(schools, "alder", SECOND)
    with schools.unit("alder") as unit:
        before, now = unit.published("social-media", 1), unit.published("social-media")
        assert unit.editions("social-media") == ((2, clock.time), (1, then))
        assert unit.current() == (key,)
        assert unit.published("social-media", 3) is None
    assert before is not None
    assert now is not None
    assert (before.edition, before.current, now.current, now.key.number) == (FIRST, False, True, 2)


def test_a_clause_lightly_edited_keeps_its_anchor_and_another_does_not(schools: StoreSchools) -> None:
    publish(schools, "alder", FIRST)
    publish(schools, "alder", SECOND)
    with schools.unit("alder") as unit:
        found = unit.published("social-media")
    assert found is not None
    assert found.edition.clauses[0].anchor == FIRST.clauses[0].anchor != SECOND.clauses[0].anchor
    assert found.edition.clauses[0].text == SECOND.clauses[0].text


def test_publishing_the_same_again_publishes_nothing(schools: StoreSchools, clock: Clock) -> None:
    publish(schools, "alder", FIRST)
    edited = publish(schools, "alder", SECOND)
    clock.forward(days=1)
    assert publish(schools, "alder", SECOND) == edited  # also where anchors were kept from the one before
    with schools.unit("alder") as unit:
        assert len(unit.editions("social-media")) == 2


def test_going_back_to_an_earlier_text_is_a_new_edition(schools: StoreSchools) -> None:
    for edition, number in ((FIRST, 1), (SECOND, 2), (FIRST, 3)):
        assert publish(schools, "alder", edition).number == number


def test_schools_with_the_same_policy_have_the_same_digest(schools: StoreSchools) -> None:
    assert publish(schools, "alder", FIRST).digest == publish(schools, "birch", FIRST).digest


@pytest.mark.parametrize(
    "changed",
    [
        replace(EVERYTHING, title="Other"),
        replace(EVERYTHING, school="Birch Primary"),
        replace(EVERYTHING, review_due=date(2027, 1, 1)),
        replace(EVERYTHING, adopted=None),
        replace(EVERYTHING, clauses=EVERYTHING.clauses[::-1]),
        *(
            replace(EVERYTHING, clauses=(replace(EVERYTHING.clauses[0], **change), EVERYTHING.clauses[1]))
            for change in (
                {"anchor": "c"},
                {"text": "Do not!"},
                {"lead_in": ""},
                {"number": "1.3"},
                {"section": ("One",)},
                {"page": 4},
                {"binds": (Audience.STAFF,)},
                {"stance": Stance.ADVISES_AGAINST},
            )
        ),
    ],
)
def test_whatever_an_answer_shows_changes_the_digest(changed: Edition) -> None:
    assert digest_of(EVERYTHING) != digest_of(changed)


def test_corrections_are_kept_while_their_clause_is(schools: StoreSchools) -> None:
    publish(schools, "alder", FIRST)
    kept = Correction(FIRST.clauses[0].anchor, "photos-of-pupils", Stance.ADVISES_AGAINST)
    lost = Correction(FIRST.clauses[1].anchor, "liking-posts", None)
    with schools.unit("alder") as unit:
        unit.correct("social-media", replace(kept, stance=Stance.FORBIDS))
        unit.correct("social-media", kept)
        unit.correct("social-media", lost)
        assert set(unit.corrections("social-media")) == {kept, lost}
        unit.commit()
    publish(schools, "alder", SECOND)
    with schools.unit("alder") as unit:
        assert unit.corrections("social-media") == (kept,)
    publish(schools, "alder", FIRST)
    with schools.unit("alder") as unit:
        assert set(unit.corrections("social-media")) == {kept, lost}
