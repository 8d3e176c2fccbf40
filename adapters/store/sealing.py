"""How what is readable of a report is sealed: AES-256-GCM with keys from outside the database, bound to its place, its length padded.

A sealed value: one byte of version, four of the key's id, twelve of nonce, then what AES-GCM makes of the padded words. The nonces are
random; one key stays far below the 2³² values that they are good for.
"""

from __future__ import annotations

import os
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from knowledge.errors import SignpostError

VERSION = b"\x01"
KEY_BYTES, ID_BYTES, NONCE_BYTES, TAG_BYTES, LENGTH_BYTES = 32, 4, 12, 16, 4
HEADER_BYTES = len(VERSION) + ID_BYTES
SMALLEST, LARGE = 256, 64 * 1024  # sizes double from the one to the other; beyond, they are multiples of the latter
MAKE_ONE = (
    "If there was a key before, put that very one back. A new installation needs a new one: run `signpost keys new`, put what it prints "
    "into SIGNPOST_KEYS and keep a copy; docs/SETTINGS.md says how."
)


class KeysWrong(SignpostError):
    """SIGNPOST_KEYS is missing, misshapen or not the key of this database: whoever runs Signpost can correct it."""


class SealBroken(SignpostError):
    """Something kept of a report was altered, stands in another's place, or its key is missing: it cannot be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs; it opens nowhere else. ``row``: the id of the entry or file, of the concern for the concern itself."""

    school: str
    concern: str
    row: str
    field: str


class Keys:
    """The keys of an installation, newest first: the newest seals, each opens what it has sealed. Safe to use from several threads."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Raises ValueError for a key that has not 32 bytes, or where there is none."""
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError("keys of 32 bytes are needed")
        self._keys = {_id(key): key for key in keys}
        self._newest = _id(keys[0])

    @classmethod
    def read(cls, told: str) -> Keys:
        """The keys in SIGNPOST_KEYS: 32 bytes each as URL-safe base64, newest first, commas or blanks between. Raises KeysWrong."""
        words = [word for word in re.split(r"[\s,]+", told) if word]
        if not words:
            raise KeysWrong("SIGNPOST_KEYS is not set: without a key no report can be kept.", MAKE_ONE)
        return cls([_read_key(word, at) for at, word in enumerate(words, 1)])

    def __repr__(self) -> str:
        return f"Keys({', '.join(self.ids)})"

    @property
    def newest(self) -> str:
        """The id of the key that seals, as hexadecimal digits."""
        return self._newest.hex()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys, newest first."""
        return tuple(one.hex() for one in self._keys)

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """The keys themselves, newest first, for others to be derived from. Nothing else is done with them."""
        return tuple(self._keys.values())

    @property
    def mark(self) -> bytes:
        """What everything begins with that the newest key has sealed."""
        return VERSION + self._newest

    def seal(self, plain: bytes, place: Place) -> bytes:
        """The bytes sealed with the newest key, for that place."""
        return self._seal(plain, place, os.urandom(NONCE_BYTES))

    def open(self, sealed: bytes, place: Place) -> bytes:
        """The bytes that were sealed for that place. Raises SealBroken."""
        header, nonce = sealed[:HEADER_BYTES], sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
        if header[:1] != VERSION or len(sealed) < HEADER_BYTES + NONCE_BYTES + LENGTH_BYTES + TAG_BYTES:
            raise _altered()
        key = self._keys.get(header[1:])
        if key is None:
            raise SealBroken(
                f"A part of a report is sealed with the key {header[1:].hex()}, which this Signpost was not given.",
                "Put that key into SIGNPOST_KEYS, after the newest one, wherever Signpost runs, and start it again.",
            )
        try:
            padded = AESGCM(key).decrypt(nonce, sealed[HEADER_BYTES + NONCE_BYTES :], _bound(header, place))
        except InvalidTag:
            raise _altered() from None
        length = int.from_bytes(padded[:LENGTH_BYTES], "big")
        if length > len(padded) - LENGTH_BYTES:
            raise _altered()
        return padded[LENGTH_BYTES : LENGTH_BYTES + length]

    def _seal(self, plain: bytes, place: Place, nonce: bytes) -> bytes:
        padded = len(plain).to_bytes(LENGTH_BYTES, "big") + plain
        padded += bytes(_size(len(padded)) - len(padded))
        return self.mark + nonce + AESGCM(self._keys[self._newest]).encrypt(nonce, padded, _bound(self.mark, place))


def new_key() -> str:
    """A new key as SIGNPOST_KEYS takes it."""
    return urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def _read_key(word: str, at: int) -> bytes:
    """Never shows the word: it may be a key with a letter missing."""
    try:
        key = b64decode(word.replace("-", "+").replace("_", "/") + "=" * (-len(word) % 4), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeysWrong(f"Key number {at} in SIGNPOST_KEYS is not 32 bytes of base64: something is missing or was added.", MAKE_ONE)
    return key


def _id(key: bytes) -> bytes:
    return sha256(b"signpost key id\0" + key).digest()[:ID_BYTES]


def _bound(header: bytes, place: Place) -> bytes:
    """What a sealed value is tied to. Each part has its length before it, so that no two places look alike."""
    parts = [part.encode("utf-8", "surrogatepass") for part in astuple(place)]
    return b"signpost report\0" + header + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _size(length: int) -> int:
    """The size that so many bytes are padded to."""
    if length > LARGE:
        return -(-length // LARGE) * LARGE
    size = SMALLEST
    while size < length:
        size *= 2
    return size


def _altered() -> SealBroken:
    return SealBroken(
        "A part of a report was altered in the database, or put in another's place.",
        "Ask whoever runs the database what was done to it; a backup from before has it as it was.",
    )
