"""What was found a moment ago: however many ask, a store is asked once in so many seconds by each process."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_Found = TypeVar("_Found")

MAX_KEPT = 256
"""What is in memory at most. What was found longest ago goes first."""


class ShortMemory:
    """Keeps what is found, each under its key. `monotonic` tells seconds that never go back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def recall(self, key: Hashable, seconds: float, find: Callable[[], _Found]) -> _Found:
        """Return what is kept under a key, found anew where that is so many seconds old.

        Raises:
            Exception: whatever `find` raises; nothing is kept of it.
        """
        asked_at = self._monotonic()
        found_at, kept = self._kept.get(key, (float("-inf"), None))
        if asked_at - found_at < seconds:
            recalled: _Found = kept
            return recalled
        found = find()
        self._kept.pop(key, None)
        self._kept[key] = asked_at, found
        if len(self._kept) > MAX_KEPT:
            self._kept.pop(next(iter(self._kept)), None)
        return found
