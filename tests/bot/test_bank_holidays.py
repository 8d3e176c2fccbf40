"""Bank holidays as the government publishes them, nation by nation."""

from __future__ import annotations

from datetime import date

import pytest

from bot.bank_holidays import SATURDAY, Nation, bank_holidays, easter

# As published; without what was proclaimed for a year, which no rule tells. Days at a weekend stand in no list: nobody is off on them.
ENGLAND = {
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}
SCOTLAND = {
    2025: "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26",
    2026: "01-01 01-02 04-03 05-04 05-25 08-03 11-30 12-25 12-28",
    2027: "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
    2028: "01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26",
}
NORTHERN_IRELAND = {
    2024: "01-01 03-18 03-29 04-01 05-06 05-27 07-12 08-26 12-25 12-26",
    2025: "01-01 03-17 04-18 04-21 05-05 05-26 07-14 08-25 12-25 12-26",
    2026: "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
    2027: "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28",
}
PUBLISHED = {
    Nation.ENGLAND: ENGLAND,
    Nation.WALES: ENGLAND,
    Nation.SCOTLAND: SCOTLAND,
    Nation.NORTHERN_IRELAND: NORTHERN_IRELAND,
}


@pytest.mark.parametrize(("nation", "year"), [(nation, year) for nation, years in PUBLISHED.items() for year in years])
def test_they_are_those_published(nation: Nation, year: int) -> None:
    found = " ".join(f"{day:%m-%d}" for day in sorted(bank_holidays(nation, year)) if day.weekday() < SATURDAY)
    assert found == PUBLISHED[nation][year]


def test_easter_is_where_the_calendar_has_it() -> None:
    days = [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2038, 4, 25)]
    assert [easter(day.year) for day in days] == days
    assert all(easter(year).weekday() == 6 for year in range(1990, 2200))
