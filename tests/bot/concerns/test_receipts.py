"""Receipt codes: long enough, the same for the same form, and read however they are typed."""

from __future__ import annotations

from collections import Counter
from math import log2
from secrets import token_urlsafe

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.concerns.receipts import ALPHABET, LENGTH, LOOKUP, filing_digest, read_code, receipt_of


def test_the_secret_half_alone_has_eighty_bits_and_the_code_a_hundred() -> None:
    receipt = receipt_of(token_urlsafe(16))

    assert len(receipt.secret) * log2(len(ALPHABET)) >= 80
    assert len(receipt.lookup + receipt.secret) == LENGTH
    assert len(receipt.lookup) == LOOKUP


def test_every_place_of_a_code_takes_every_letter_about_as_often() -> None:
    codes = [receipt_of(token_urlsafe(16)) for _ in range(4_000)]

    for place in range(LENGTH):
        seen = Counter((code.lookup + code.secret)[place] for code in codes)
        assert set(seen) == set(ALPHABET)
        assert max(seen.values()) < 2 * 4_000 / 32


def test_the_same_form_always_has_the_same_code_and_the_next_attempt_another() -> None:
    filing = token_urlsafe(16)

    assert receipt_of(filing) == receipt_of(filing)
    assert len({receipt_of(filing, attempt).code for attempt in range(8)}) == 8


def test_what_is_stored_of_a_filing_id_does_not_hold_its_code() -> None:
    filing = token_urlsafe(16)

    stored = filing_digest(filing)
    assert receipt_of(filing).secret.lower() not in stored.lower()
    with pytest.raises(ValueError, match="filing"):
        receipt_of(stored[:10])
    assert receipt_of(stored) != receipt_of(filing)


@given(st.binary(min_size=16, max_size=16), st.data())
@settings(max_examples=100)
def test_a_code_is_read_whatever_its_case_spaces_and_misread_letters(random: bytes, data: st.DataObject) -> None:
    receipt = receipt_of(random.hex())
    typed = "".join(
        data.draw(st.sampled_from({"0": "0oO", "1": "1iIlL"}.get(letter, letter + letter.lower())))
        + data.draw(st.sampled_from(["", " ", "-"]))
        for letter in receipt.lookup + receipt.secret
    )

    assert read_code(typed) == receipt
    assert read_code(receipt.code) == receipt


@pytest.mark.parametrize(
    "typed", ["", " ", "K7M4", "U" * 20, "é" * 20, "0" * 19, "0" * 21, "0" * 100_000, "<b>0000</b>0000000000000", "\0" * 20]
)
def test_what_is_no_code_is_read_as_none(typed: str) -> None:
    assert read_code(typed) is None
