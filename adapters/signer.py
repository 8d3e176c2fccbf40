"""Words sealed for an address, so that whoever brings them back got them from us and lately: the links of e-mails that acknowledge."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.ports import Now

LASTS = timedelta(hours=72)  # over a weekend: whoever is pinged on Friday afternoon may acknowledge on Monday morning
PURPOSE = b"signpost acknowledge link 1"
TIME_BYTES, SEAL_DIGITS = 8, 64


class SealedSigner:
    """`bot.concerns.letters.Signer` with keys of this installation. What it signs can be read by whoever has it, but not made or changed.

    A token: the time and the words as URL-safe base64, then their HMAC-SHA256 in hexadecimal digits: it ends in no sign that a mail
    program takes for the end of a sentence. The newest key signs; what each has signed is read.
    """

    def __init__(self, keys: Sequence[bytes], now: Now) -> None:
        """`keys`: those that seal reports, newest first; others are derived from them. Raises ValueError where there is none."""
        if not keys:
            raise ValueError("a key is needed")
        self._keys = [HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(key) for key in keys]
        self._now = now

    def sign(self, words: str) -> str:
        """A token that can stand in an address, good for three days."""
        at = int(self._now().timestamp()).to_bytes(TIME_BYTES, "big")
        told = urlsafe_b64encode(at + words.encode()).decode().rstrip("=")
        return told + _seal(self._keys[0], told)

    def read(self, token: str) -> str | None:
        """The words of a token that one of the keys signed within the last three days; None for any other."""
        if not token.isascii():
            return None
        told, seal = token[:-SEAL_DIGITS], token[-SEAL_DIGITS:]
        if not any(hmac.compare_digest(_seal(key, told), seal) for key in self._keys):
            return None
        raw = urlsafe_b64decode(told + "=" * (-len(told) % 4))
        signed = datetime.fromtimestamp(int.from_bytes(raw[:TIME_BYTES], "big"), UTC)
        return raw[TIME_BYTES:].decode() if self._now() - signed < LASTS else None


def _seal(key: bytes, told: str) -> str:
    return hmac.new(key, told.encode(), sha256).hexdigest()
