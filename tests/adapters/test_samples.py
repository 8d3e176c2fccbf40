"""The bundled samples: they import, say when they are due, bear their mark, and restate their schools' policies in words of our own."""

from __future__ import annotations

import re
from datetime import date

import pytest

from adapters import samples
from knowledge.documents.markdown import HEADER
from knowledge.health import Kind, check
from knowledge.policy import LONGEST_CLAUSE
from tests.shared_files import FIVE, SHARED, shared

RUN = 8  # words that two texts may not have in common in a row
DATES = {
    "astley-park": (date(2018, 11, 5), date(2019, 9, 1)),
    "bledington": (date(2025, 1, 29), None),
    "cbc": (date(2022, 11, 29), date(2024, 9, 30)),
    "cookridge": (date(2025, 1, 1), date(2025, 1, 31)),
    "dobcroft": (date(2021, 12, 7), date(2023, 12, 31)),
}
TODAY = date(2026, 11, 21)


def source(name: str) -> str:
    """A sample as it is bundled."""
    return (samples.files("knowledge.samples") / f"{name}.md").read_text(encoding="utf-8")


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of eight words in a text, marks and case aside."""
    words = re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’‘]", "", text.lower())).split()
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def test_there_is_a_sample_for_each_policy_in_the_shared_folder() -> None:
    assert samples.sample_names() == FIVE
    assert tuple(sorted(path.stem for path in shared("policies").glob("*.txt"))) == FIVE


@pytest.mark.parametrize("name", FIVE)
def test_a_sample_imports_with_the_school_title_and_dates_of_its_header(name: str) -> None:
    edition = samples.sample_edition(name)
    listed = next(sample for sample in samples.samples() if sample.name == name)
    assert (edition.school, edition.title) == (listed.school, listed.title)
    assert (edition.adopted, edition.review_due) == DATES[name]


@pytest.mark.parametrize("name", FIVE)
def test_a_sample_says_that_it_is_one_and_what_it_restates(name: str) -> None:
    edition = samples.sample_edition(name)
    assert edition.is_sample
    assert edition.meta["note"].endswith("The school's own document is the authority.")
    assert edition.meta["source document"]


@pytest.mark.parametrize("name", FIVE)
def test_a_sample_holds_rules_of_quotable_length_under_anchors_of_their_own(name: str) -> None:
    clauses = samples.sample_edition(name).clauses
    assert len(clauses) >= 40
    assert len({clause.anchor for clause in clauses}) == len(clauses)
    assert [clause.text for clause in clauses if len(clause.text.split()) > LONGEST_CLAUSE] == []


@pytest.mark.parametrize("name", FIVE)
def test_a_sample_has_its_school_s_review_fault_and_is_told_of_it(name: str) -> None:
    kinds = {finding.kind for finding in check(samples.index_of(samples.sample_edition(name)), TODAY)}
    assert Kind.REVIEW in kinds


@pytest.mark.parametrize("name", FIVE)
def test_no_sample_repeats_eight_words_in_a_row_of_any_school_s_own_policy(name: str) -> None:
    header = HEADER.match(source(name))
    assert header
    own = runs(source(name)[header.end() :])
    for path in sorted(shared("policies").glob("*.txt")):
        repeated = own & runs(path.read_text(encoding="utf-8"))
        assert sorted(" ".join(run) for run in repeated) == [], path.name


def test_the_comparison_sees_a_repeated_run_whatever_its_marks() -> None:
    assert runs("Staff should *not* use the school’s own e-mail") & runs("staff should not use the schools own E mail at all")
    assert not runs("only seven words are in this one")


def test_the_shared_folder_is_looked_for_beside_the_repository() -> None:
    assert SHARED.name == "shared"
    assert SHARED.parent == samples.Path(__file__).resolve().parents[3]
