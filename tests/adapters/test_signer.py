"""Links that only we can make: they say what they said for three days, whichever key is the newest, and nothing else is read."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.signer import LASTS, SealedSigner
from adapters.store.sealing import Keys
from bot.concerns.acknowledging import link_words
from bot.concerns.signing_in import holder_key
from bot.links import acknowledge_path
from tests.bot.concerns.house import LEAD

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)
WORDS = link_words("oak", "Zx81kq0yT3uYvVd6pWmB2A", holder_key(LEAD))


def signer(*keys: bytes, later: timedelta = timedelta(0)) -> SealedSigner:
    """A signer with these keys, so much later."""
    return SealedSigner(keys or (NEW,), lambda: NOON + later)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200).filter(lambda words: not any("\ud800" <= one <= "\udfff" for one in words)))
def test_any_words_come_back_as_they_were_and_can_stand_in_an_address(words: str) -> None:
    token = signer().sign(words)
    assert signer().read(token) == words
    assert re.fullmatch(r"[\w-]+", token, re.ASCII)
    assert acknowledge_path("oak", token).endswith(f"/{token}")
    assert token[-1] in "0123456789abcdef"  # a mail program may think that "-" or "_" at the end is not of the address


def test_a_token_is_read_for_three_days_and_no_longer() -> None:
    token = signer().sign(WORDS)
    assert signer(later=LASTS - timedelta(seconds=1)).read(token) == WORDS
    assert signer(later=LASTS).read(token) is None
    assert signer(later=timedelta(days=4000)).read(token) is None
    assert signer(later=-timedelta(hours=1)).read(token) == WORDS  # a clock that was set back loses nobody their link
    assert timedelta(hours=72) == LASTS


def test_a_new_key_signs_and_the_old_ones_are_read_until_they_are_taken_away() -> None:
    before = signer(OLD).sign(WORDS)
    assert signer(NEW, OLD).read(before) == WORDS
    assert signer(NEW).read(before) is None
    after = signer(NEW, OLD).sign(WORDS)
    assert signer(NEW).read(after) == WORDS
    assert signer(OLD).read(after) is None


def test_nothing_that_was_changed_anywhere_is_read() -> None:
    token, one = signer().sign(WORDS), signer()
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert one.read(changed) is None, at
    for wrong in ("", "x", token[:-1], token[1:], token + "0", token[:-64], token[-64:], token.upper(), f" {token}", "é" * 100, "\0" * 80):
        assert one.read(wrong) is None


def test_what_one_report_was_signed_with_is_no_key_of_the_other_kind() -> None:
    """A link's key is derived: whoever could learn it from many links would still open no report."""
    token = signer().sign(WORDS)
    keys = Keys([NEW, OLD])
    assert keys.secrets == (NEW, OLD)
    assert SealedSigner(keys.secrets, lambda: NOON).read(token) == WORDS
    assert hmac.new(NEW, token[:-64].encode(), sha256).hexdigest() != token[-64:]


def test_neither_the_signer_nor_the_keys_show_a_key() -> None:
    for shown in (repr(signer(NEW, OLD)), repr(Keys([NEW, OLD]))):
        assert NEW.hex() not in shown
        assert repr(NEW) not in shown


def test_without_a_key_there_is_no_signer() -> None:
    with pytest.raises(ValueError, match="key"):
        SealedSigner((), lambda: NOON)
