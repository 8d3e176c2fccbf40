"""Title, school and dates, in the many ways documents state them."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.clauses.header import first_date, read_header
from tests.shared_files import edition

BODY = "This policy applies to all staff, governors and volunteers who work with children in our school."


@pytest.mark.parametrize(
    ("spelt", "first", "last"),
    [
        ("3rd March 2024", date(2024, 3, 3), date(2024, 3, 3)),
        ("3 March 2024", date(2024, 3, 3), date(2024, 3, 3)),
        ("the 21st of Sept 2023", date(2023, 9, 21), date(2023, 9, 21)),
        ("03/04/2024", date(2024, 4, 3), date(2024, 4, 3)),
        ("3.4.24", date(2024, 4, 3), date(2024, 4, 3)),
        ("03-04-2024", date(2024, 4, 3), date(2024, 4, 3)),
        ("2024-04-03", date(2024, 4, 3), date(2024, 4, 3)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("March 2024", date(2024, 3, 1), date(2024, 3, 31)),
        ("Mar 2024", date(2024, 3, 1), date(2024, 3, 31)),
        ("Autumn Term 2024", date(2024, 12, 1), date(2024, 12, 31)),
        ("Summer 2025", date(2025, 7, 1), date(2025, 7, 31)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("Monday 3 March 2024", date(2024, 3, 3), date(2024, 3, 3)),
        ("March, 2024", date(2024, 3, 1), date(2024, 3, 31)),
        ("3 MARCH 2024", date(2024, 3, 3), date(2024, 3, 3)),
    ],
)
def test_a_date_is_read_as_british_schools_write_it(spelt: str, first: date, last: date) -> None:
    assert first_date(f"by {spelt}.") == first
    assert first_date(f"by {spelt}.", last=True) == last


@pytest.mark.parametrize("spelt", ["", "soon", "31/02/2024", "99.99.2024", "3 Octember 2024 or so", "room 2104", "call 01632 960123"])
def test_what_is_no_date_is_none(spelt: str) -> None:
    found = first_date(spelt)
    assert found is None or "2024" in spelt.split("Octember")[-1]


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("Review date: July 2025", date(2025, 7, 31)),
        ("Next review: 1 September 2025", date(2025, 9, 1)),
        ("Date of next review: 01/09/2025", date(2025, 9, 1)),
        ("Next Review Date - Spring 2026", date(2026, 3, 31)),
        ("This policy is due for review in September 2025.", date(2025, 9, 30)),
        ("This policy will be reviewed by March 2026.", date(2026, 3, 31)),
        ("To be reviewed: Autumn term 2025", date(2025, 12, 31)),
        ("Review due 15.10.25", date(2025, 10, 15)),
        ("Review by: May 2026", date(2026, 5, 31)),
        ("For review: June 2026", date(2026, 6, 30)),
        ("Renewal date: 2026", date(2026, 12, 31)),
        ("It will next be reviewed in January 2026.", date(2026, 1, 31)),
        ("Due to be reviewed: 4th May 2026", date(2026, 5, 4)),
    ],
)
def test_the_review_date_is_found_however_it_is_put(line: str, due: date) -> None:
    read = edition(f"Ferndale Primary School\n\nSocial Media Policy\n\nAdopted: 1 March 2024\n\n{line}\n\n1. Scope\n\n{BODY}\n")
    assert read.review_due == due
    assert read.adopted == date(2024, 3, 1)
    assert read.review_stated
    assert read.review_stated in line


@pytest.mark.parametrize(
    ("line", "adopted"),
    [
        ("Adopted by the Governing Body on 14 March 2023", date(2023, 3, 14)),
        ("Approved: 14/03/2023", date(2023, 3, 14)),
        ("Ratified by the Full Governing Body: 14.03.23", date(2023, 3, 14)),
        ("Date of issue: March 2023", date(2023, 3, 1)),
        ("Last reviewed: March 2023", date(2023, 3, 1)),
        ("Agreed by governors: 14th March 2023", date(2023, 3, 14)),
        ("Published March 2023, updated 2 May 2023", date(2023, 5, 2)),
    ],
)
def test_the_adoption_date_is_the_latest_the_document_states(line: str, adopted: date) -> None:
    assert edition(f"Ferndale Primary School\n\nSocial Media Policy\n\n{line}\n\n1. Scope\n\n{BODY}\n").adopted == adopted


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("This policy is reviewed annually.", date(2024, 3, 1)),
        ("It is reviewed every two years.", date(2025, 3, 1)),
        ("Governors review it every 3 years.", date(2026, 3, 1)),
        ("The policy is reviewed on an annual basis.", date(2024, 3, 1)),
    ],
)
def test_a_review_cycle_counts_from_adoption_where_no_date_is_stated(line: str, due: date) -> None:
    assert (
        edition(f"Ferndale Primary School\n\nSocial Media Policy\n\nAdopted: 1 March 2023\n\n1. Scope\n\n{BODY}\n\n{line}\n").review_due
        == due
    )


def test_a_future_adoption_is_no_adoption() -> None:
    assert edition(f"Ferndale Primary School\n\nSocial Media Policy\n\nTo be approved in May 2027\n\n1. Scope\n\n{BODY}\n").adopted is None


def test_no_date_is_made_up_where_none_is_stated() -> None:
    read = edition(f"Ferndale Primary School\n\nSocial Media Policy\n\n1. Scope\n\n{BODY} It follows the Education Act 2002.\n")
    assert (read.adopted, read.review_due, read.review_stated) == (None, None, "")
    assert not read.overdue(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("front", "title", "school"),
    [
        (["Ferndale Primary School", "Staff Social Media Policy"], "Staff Social Media Policy", "Ferndale Primary School"),
        (["FERNDALE HIGH SCHOOL", "ONLINE SAFETY POLICY"], "ONLINE SAFETY POLICY", "Ferndale High School"),
        (["St. Anne's Academy", "Code of Conduct for Staff"], "Code of Conduct for Staff", "St. Anne's Academy"),
        (["Policy title: Use of Devices", "Oak Hill College"], "Use of Devices", "Oak Hill College"),
        (["The Meadow Centre", "Reviewed by the Policy Committee", "E-Safety Guidance"], "E-Safety Guidance", "The Meadow Centre"),
    ],
)
def test_title_and_school_are_read_off_the_first_lines(front: list[str], title: str, school: str) -> None:
    header = read_header(front, [*front, BODY], {})
    assert (header.title, header.school) == (title, school)


def test_a_markdown_header_outranks_what_the_text_says() -> None:
    text = (
        "---\nschool: Larch Lane School\ntitle: Phones Policy\nadopted: 2024-01-10\nreview due: 2025-06\n---\n\n"
        f"# Ferndale Primary School Policy\n\nReview date: May 2030\n\n## Scope\n\n{BODY}\n"
    )
    read = edition(text, ".md")
    assert (read.school, read.title) == ("Larch Lane School", "Phones Policy")
    assert (read.adopted, read.review_due) == (date(2024, 1, 10), date(2025, 6, 30))


def test_a_policy_is_overdue_the_day_after_its_review_date_and_not_before() -> None:
    read = edition(f"Ferndale Primary School\n\nSocial Media Policy\n\nReview date: 30 June 2025\n\n1. Scope\n\n{BODY}\n")
    assert not read.overdue(date(2025, 6, 30))
    assert read.overdue(date(2025, 7, 1))
