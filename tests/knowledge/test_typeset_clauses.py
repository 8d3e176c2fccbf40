"""The five policies as Word files and PDFs, with running heads, contents pages and columns: the same clauses as from the text."""

from __future__ import annotations

import re
from functools import cache

import pytest

from knowledge.clauses import edition_of
from knowledge.documents import read
from knowledge.policy import Edition
from tests.shared_files import FIVE, five_edition, shared

IDENTICAL = 0.95


@cache
def typeset(name: str, ending: str) -> Edition:
    """One of the five, imported from its typeset file."""
    return edition_of(read(shared(f"policies/typeset/{name}.{ending}")), name)


@pytest.mark.parametrize("ending", ["docx", "pdf"])
@pytest.mark.parametrize("name", FIVE)
def test_a_typeset_policy_gives_the_same_clauses(name: str, ending: str) -> None:
    wanted = five_edition(name).clauses
    found = {(clause.lead_in, clause.text) for clause in typeset(name, ending).clauses}
    same = sum((clause.lead_in, clause.text) in found for clause in wanted)
    assert same / len(wanted) >= IDENTICAL
    assert abs(len(found) - len(wanted)) <= 2


@pytest.mark.parametrize("ending", ["docx", "pdf"])
@pytest.mark.parametrize("name", FIVE)
def test_a_typeset_policy_states_the_same_school_title_and_dates(name: str, ending: str) -> None:
    plain, found = five_edition(name), typeset(name, ending)
    assert (found.school, found.title, found.adopted, found.review_due) == (plain.school, plain.title, plain.adopted, plain.review_due)


@pytest.mark.parametrize("name", FIVE)
def test_every_clause_of_a_pdf_is_on_the_page_it_says(name: str) -> None:
    import pypdfium2  # another reader than our own tells where the words are

    pages = [
        re.sub(r"\W+", "", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(shared(f"policies/typeset/{name}.pdf"))
    ]
    wrong = []
    for clause in typeset(name, "pdf").clauses:
        start = re.sub(r"\W+", "", clause.text)[:40]
        if clause.page is None or (start not in pages[clause.page - 1] and any(start in page for page in pages)):
            wrong.append((clause.page, clause.text[:50]))
    assert wrong == []
