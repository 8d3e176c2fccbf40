"""What was read a moment ago, so that it is not read again with each message."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

MOMENT = 2.0  # seconds after which every replica sees what another has changed

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Lately(Generic[Key, Value]):
    """Values for `seconds` after they were read. Safe to use from several threads; whoever changes a value forgets it here."""

    def __init__(self, seconds: float = MOMENT) -> None:
        self._seconds = seconds
        self._kept: dict[Key, tuple[float, Value]] = {}
        self._changes = 0

    def get(self, key: Key, read: Callable[[], Value | None]) -> Value | None:
        """The value as it was read lately, else as `read` finds it now. None, for what is not there, is never remembered."""
        began, changes = monotonic(), self._changes
        found = self._kept.get(key)
        if found and began - found[0] < self._seconds:
            return found[1]
        value = read()
        if value is not None and changes == self._changes:  # else it may have been read just before it changed
            self._kept[key] = began, value
        return value

    def forget(self) -> None:
        """Nothing: everything is read anew the next time."""
        self._changes += 1
        self._kept.clear()
