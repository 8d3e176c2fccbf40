"""The slow one-way function for the secret half of receipts: Argon2id, as OWASP sets its smallest profile."""

from __future__ import annotations

import os
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerifyMismatchError

MEMORY, ROUNDS, LANES = 19 * 1024, 2, 1  # KiB; some 30 ms on one core
AT_ONCE = 4  # so that guesses can take 76 MiB and no more, however many come


class Argon2Lock:
    """`bot.concerns.ports.Locksmith`. Safe to use from several threads, of which some may have to wait."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY, parallelism=LANES, type=Type.ID)
        self._turn = BoundedSemaphore(AT_ONCE)
        self._nobodys = self._argon2.hash(os.urandom(32))  # opened by nothing, in the time that anything takes

    def lock(self, secret: str) -> str:
        """What is kept of a secret: the function's parameters, its salt and what it left."""
        with self._turn:
            return self._argon2.hash(secret)

    def opens(self, secret: str, locked: str) -> bool:
        """Whether that was locked from this secret; as slow for "" and for what is no lock at all."""
        with self._turn:
            try:
                return self._argon2.verify(locked or self._nobodys, secret)
            except VerifyMismatchError:
                return False
            except InvalidHashError:
                self._burn(secret)
                return False

    def _burn(self, secret: str) -> None:
        try:
            self._argon2.verify(self._nobodys, secret)
        except VerifyMismatchError:
            return
