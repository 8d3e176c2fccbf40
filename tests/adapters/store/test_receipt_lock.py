"""The lock of receipts: slow, salted, and as slow where there is nothing to open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import process_time

import argon2
import pytest

from adapters.store.receipt_lock import AT_ONCE, Argon2Lock

SECRET = "9QXT4F2K9QXT4F2K"  # noqa: S105 (opens nothing)
LOCK = Argon2Lock()


def test_a_secret_opens_what_it_locked_and_nothing_else() -> None:
    locked = LOCK.lock(SECRET)
    assert LOCK.opens(SECRET, locked)
    assert not LOCK.opens(SECRET[:-1] + "X", locked)
    assert not LOCK.opens("", locked)
    assert SECRET not in locked


def test_the_same_secret_is_locked_differently_each_time() -> None:
    assert LOCK.lock(SECRET) != LOCK.lock(SECRET)


def test_the_lock_is_argon2id_with_nineteen_mebibytes_and_two_rounds() -> None:
    found = argon2.extract_parameters(LOCK.lock(SECRET))
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (argon2.Type.ID, 19_456, 2, 1)


@pytest.mark.parametrize("kept", ["", "no lock at all"])
def test_where_nothing_can_be_opened_it_is_as_slow_as_a_wrong_secret(kept: str) -> None:
    locked = LOCK.lock(SECRET)

    def cost(of: str) -> float:
        began = process_time()
        for _ in range(3):
            assert not LOCK.opens("wrong", of)
        return process_time() - began

    cost(locked)
    assert min(cost(kept) for _ in range(3)) > 0.4 * min(cost(locked) for _ in range(3))


def test_many_at_once_take_turns_and_all_come_through() -> None:
    locked = LOCK.lock(SECRET)
    with ThreadPoolExecutor(4 * AT_ONCE) as pool:
        assert all(pool.map(lambda _: LOCK.opens(SECRET, locked), range(4 * AT_ONCE)))


def test_no_more_than_a_few_run_at_once() -> None:
    lock, running, most = Argon2Lock(), [0], [0]

    class Counting:
        """Stands before the real function and counts who is in it."""

        def __init__(self, real: argon2.PasswordHasher) -> None:
            self.real = real

        def verify(self, locked: str, secret: str) -> bool:
            running[0] += 1
            most[0] = max(most[0], running[0])
            try:
                return self.real.verify(locked, secret)
            finally:
                running[0] -= 1

    locked = lock.lock(SECRET)
    lock._argon2 = Counting(lock._argon2)  # type: ignore[assignment]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: lock.opens(SECRET, locked), range(16)))
    assert 1 <= most[0] <= AT_ONCE
