"""Rows as CSV that spreadsheets open as they are: UTF-8 marked as such for Excel, and nothing in it taken for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# What makes a spreadsheet compute a cell, as typed and in the wide letters of East Asian keyboards.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows. A cell that a spreadsheet would compute gets an apostrophe before it; all others come back exactly as they were."""
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", errors="backslashreplace")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
