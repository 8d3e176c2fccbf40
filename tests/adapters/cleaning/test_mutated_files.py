"""Files that were tampered with at random: cleaned or refused, and nothing else ever happens."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.cleaning.inside import cleaned
from adapters.cleaning.refusals import Refused
from tests.adapters.cleaning.made_files import jpeg, layered_pdf, pdf_with_note, pictured_pdf, png, telling_pdf, webp

MADE: dict[str, Callable[[], bytes]] = {
    "png": png,
    "jpeg": jpeg,
    "webp": webp,
    "pdf": telling_pdf,
    "scan": lambda: pictured_pdf("RGBA"),
    "note": lambda: pdf_with_note(look=True),
    "layers": layered_pdf,
}
KEPT: dict[str, bytes] = {}


def tampered(content: bytes, seed: int) -> bytes:
    """A file with bytes changed, pieces cut out, doubled, exchanged or numbers made large."""
    chance = random.Random(seed)
    data = bytearray(content)
    for _ in range(chance.choice((1, 2, 8, 40))):
        at, length = chance.randrange(len(data)), chance.choice((1, 4, 60, 400))
        piece = data[at : at + length]
        match chance.randrange(5):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = piece
            case 3:
                data[at : at + length] = bytes(chance.randrange(256) for _ in piece)
            case _:
                data[at : at + 1] = chance.choice((b"99999999", b"-1", b"\xff\xff\xff\xff", b"(", b"<<", b"[", b"/Kids", b"1 0 R", b"\x00"))
        if len(data) < 20:
            break
    return bytes(data)


@pytest.mark.parametrize("kind", sorted(MADE))
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_a_file_that_was_tampered_with_is_cleaned_or_refused(kind: str, seed: int) -> None:
    content = KEPT.setdefault(kind, MADE[kind]())
    try:
        made_kind, made = cleaned(tampered(content, seed))
    except Refused:
        return
    assert cleaned(made)[0] is made_kind, "what was cleaned is clean"
