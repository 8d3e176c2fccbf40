"""Sealing: the cipher does what is published of it, our format stays as it is, and what is moved or altered opens no more."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.store.sealing import HEADER_BYTES, NONCE_BYTES, Keys, KeysWrong, Place, SealBroken, new_key
from tests.adapters.store.case_examples import NEW, OLD

PLACE = Place("alder", "c1", "e1", "entry")
KEYS = Keys([OLD])
LONG_KEY = "feffe9928665731c6d6a8f9467308308" * 2
LONG_PLAIN = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
)
LONG_SEALED = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
)


@pytest.mark.parametrize(
    ("key", "nonce", "plain", "bound", "sealed"),
    [
        ("00" * 32, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        ("00" * 32, "00" * 12, "00" * 16, "", "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"),
        (LONG_KEY, "cafebabefacedbaddecaf888", LONG_PLAIN, "", LONG_SEALED + "b094dac5d93471bdec1a502270e3cc6c"),
        (
            LONG_KEY,
            "cafebabefacedbaddecaf888",
            LONG_PLAIN[:120],
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            LONG_SEALED[:120] + "76fc6ece0f4e1768cddf8853bb2d551b",
        ),
    ],
)
def test_the_cipher_gives_what_mcgrew_and_viega_published_for_256_bits(key: str, nonce: str, plain: str, bound: str, sealed: str) -> None:
    """Test cases 13 to 16 of "The Galois/Counter Mode of Operation"."""
    made = AESGCM(bytes.fromhex(key)).encrypt(bytes.fromhex(nonce), bytes.fromhex(plain), bytes.fromhex(bound))
    assert made.hex() == sealed


def test_our_format_is_what_it_was() -> None:
    """Made apart from the code: a change of the format would leave what is in the databases unread."""
    header = bytes.fromhex("01") + bytes.fromhex(KEYS.newest)
    bound = b"signpost report\0" + header + b"\0\0\0\x05alder\0\0\0\x02c1\0\0\0\x02e1\0\0\0\x05entry"
    padded = b"\0\0\0\x05hello" + bytes(256 - 9)
    sealed = header + bytes(range(12)) + AESGCM(OLD).encrypt(bytes(range(12)), padded, bound)
    assert KEYS.open(sealed, PLACE) == b"hello"
    assert KEYS.newest == "dc2e7932"
    assert sealed[:40].hex() == "01dc2e7932000102030405060708090a0b4702d61ead80ae77e241978bb1e9786d83d68734f07b5f"


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=3000), st.lists(st.text(max_size=8), min_size=4, max_size=4))
def test_what_is_sealed_opens_as_it_was(plain: bytes, parts: list[str]) -> None:
    place = Place(*parts)
    assert KEYS.open(KEYS.seal(plain, place), place) == plain


@pytest.mark.parametrize(
    ("length", "size"), [(0, 256), (252, 256), (253, 512), (1020, 1024), (65_532, 65_536), (65_533, 131_072), (200_000, 262_144)]
)
def test_lengths_are_hidden_in_steps(length: int, size: int) -> None:
    sealed = KEYS.seal(b"x" * length, PLACE)
    assert len(sealed) == HEADER_BYTES + NONCE_BYTES + size + 16
    assert KEYS.open(sealed, PLACE) == b"x" * length


def test_the_same_words_are_sealed_differently_each_time() -> None:
    assert len({KEYS.seal(b"hello", PLACE) for _ in range(20)}) == 20


@pytest.mark.parametrize("part", ["school", "concern", "row", "field"])
def test_what_is_moved_to_another_place_does_not_open(part: str) -> None:
    with pytest.raises(SealBroken):
        KEYS.open(KEYS.seal(b"hello", PLACE), replace(PLACE, **{part: "other"}))


def test_no_two_places_look_alike_however_their_parts_are_cut() -> None:
    with pytest.raises(SealBroken):
        KEYS.open(KEYS.seal(b"hello", Place("alder", "c", "1e", "x")), Place("alder", "c1", "e", "x"))
    with pytest.raises(SealBroken):
        KEYS.open(KEYS.seal(b"hello", Place("a\0", "b", "", "x")), Place("a", "\0b", "", "x"))


def test_a_single_bit_that_is_changed_anywhere_is_noticed() -> None:
    sealed = KEYS.seal(b"hello", PLACE)
    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1
        with pytest.raises(SealBroken):
            KEYS.open(bytes(altered), PLACE)


@pytest.mark.parametrize("kept", [0, 1, 20, 36, 100])
def test_what_is_cut_short_is_noticed(kept: int) -> None:
    with pytest.raises(SealBroken):
        KEYS.open(KEYS.seal(b"hello", PLACE)[:kept], PLACE)


def test_the_newest_key_seals_and_the_older_still_open() -> None:
    before = KEYS.seal(b"hello", PLACE)
    both = Keys([NEW, OLD])
    assert both.open(before, PLACE) == b"hello"
    assert both.seal(b"hello", PLACE).startswith(both.mark)
    assert both.ids == (Keys([NEW]).newest, KEYS.newest)
    with pytest.raises(SealBroken, match=KEYS.newest):
        Keys([NEW]).open(before, PLACE)


def test_keys_are_read_newest_first_with_commas_or_blanks_between() -> None:
    new, old = (urlsafe_b64encode(key).decode() for key in (NEW, OLD))
    for told in (f"{new},{old}", f" {new}\n{old} ", f"{new} , {old.rstrip('=')},"):
        assert Keys.read(told).ids == Keys([NEW, OLD]).ids
    assert Keys.read(new_key()).newest != Keys.read(new_key()).newest


@pytest.mark.parametrize("told", ["", " , ", "tooshort", "x" * 44, "ß" * 43, urlsafe_b64encode(OLD).decode() + ",xylocanary"])
def test_missing_and_misshapen_keys_are_refused_without_being_shown(told: str) -> None:
    with pytest.raises(KeysWrong, match="signpost keys new") as refused:
        Keys.read(told)
    assert "SIGNPOST_KEYS" in refused.value.message
    assert "xylocanary" not in str(refused.value)


def test_no_key_is_in_what_keys_look_like() -> None:
    keys = Keys([OLD])
    assert repr(keys) == f"Keys({keys.newest})"
