"""What was found a moment ago: however many ask, a store is asked once in so many seconds by each process."""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

_Found = TypeVar("_Found")

MAX_ENTRIES = 256
"""What is in memory at most. What was found longest ago goes first."""


class ShortMemory:
    """Keeps what is found, each under its key. `monotonic` tells seconds that never go back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._entries: dict[Hashable, tuple[float, object]] = {}

    def recall(self, key: Hashable, seconds: float, find: Callable[[], _Found]) -> _Found:
        """Return what is kept under a key, found anew where that is so many seconds old.

        Raises:
            Exception: whatever `find` raises; nothing is kept of it.
        """
        asked_at = self._monotonic()
        found_at, stored = self._entries.get(key, (float("-inf"), None))
        if asked_at - found_at < seconds:
            return cast("_Found", stored)
        found = find()
        self._entries.pop(key, None)
        self._entries[key] = asked_at, found
        if len(self._entries) > MAX_ENTRIES:
            self._entries.pop(next(iter(self._entries)), None)
        return found
