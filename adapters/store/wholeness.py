"""How many cases of each school cannot be opened: altered in the database, put in another's place, or sealed with another key."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Engine, select

from adapters.store.concerns import CONTENT
from adapters.store.keeping import keeping
from adapters.store.rotation import COLUMNS
from adapters.store.sealing import Keys, SealBroken

AT_ONCE = 200  # rows


def broken_by_school(engine: Engine, keys: Keys) -> dict[str, int]:
    """How many cases have a part that does not open, of the schools that have such. Every part but the files is tried. Raises NotKept."""
    broken = set[tuple[str, str]]()
    with keeping(), engine.connect() as connection:
        for column in COLUMNS:
            if column.name == CONTENT:  # files are large, and one that does not open shuts away nothing else
                continue
            rows = connection.execute(select(*column.table.primary_key, column.table.c[column.name].label("sealed")))
            for row in rows.yield_per(AT_ONCE):
                place = column.place(row)
                try:
                    keys.open(row.sealed, place)
                except SealBroken:
                    broken.add((place.school, place.concern))
    return dict(Counter(school for school, _ in sorted(broken)))
