"""Receipt codes: the only way back to a report without a name. Twenty characters, 100 random bits, made to be read aloud and copied.

A code is made from the filing id that the form carries, so that a form sent twice shows the same code and one report is kept. The store has
the first four characters to look a report up by, and of the other sixteen (80 bits) only what a slow one-way function leaves of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U, which are misread
MISREAD = str.maketrans("ILO", "110")
LENGTH, GROUP, LOOKUP = 20, 4, 4
FILING = re.compile(r"[A-Za-z0-9_-]{22,64}")  # at least 128 bits, as ports.NewId makes them


@dataclass(frozen=True, slots=True)
class Receipt:
    """A code's two halves. ``lookup``: finds the report. ``secret``: proves that whoever types it has the whole code."""

    lookup: str
    secret: str

    @property
    def code(self) -> str:
        """The code as people are shown it: "4F2K-9QXT-…"."""
        whole = self.lookup + self.secret
        return "-".join(whole[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def receipt_of(filing: str, attempt: int = 0) -> Receipt:
    """The receipt that belongs to a filing id, always the same. Raises ValueError for what is no such id.

    `attempt`: the next one, where another report of the school has the same first characters already.
    """
    if not FILING.fullmatch(filing):
        raise ValueError("no filing id")
    number = int.from_bytes(blake2b(f"{attempt} {filing}".encode(), digest_size=13, person=b"signpost receipt").digest(), "big")
    whole = "".join(ALPHABET[(number >> (5 * at)) & 31] for at in range(LENGTH))
    return Receipt(whole[:LOOKUP], whole[LOOKUP:])


def filing_digest(filing: str) -> str:
    """What is stored of a filing id, to know the same form when it is sent again; the code cannot be made from it."""
    return blake2b(filing.encode(), digest_size=16, person=b"signpost filing").hexdigest()


def read_code(typed: str) -> Receipt | None:
    """The receipt in what somebody typed, whatever its case, spaces and dashes, 0 for O and 1 for I or L; None where it is none."""
    whole = re.sub(r"[\s\-–—_.]", "", typed[:200]).upper().translate(MISREAD)
    if len(whole) != LENGTH or any(letter not in ALPHABET for letter in whole):
        return None
    return Receipt(whole[:LOOKUP], whole[LOOKUP:])
