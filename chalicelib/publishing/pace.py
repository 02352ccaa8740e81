"""What is done now and then while much happens; the sweep makes up for what is left."""

from collections.abc import Callable

EVERY_MS = 30_000
"""How often badges, CSV and boards follow: nobody looks at them by the second, and together they are many files."""

TIMELINE_EVERY_MS = 5_000
"""How often a timeline follows: on air, what today has brought since a time is counted by it."""


class Pace:
    """Says of each thing that is done for a campaign whether it is time again. `now` tells the time (epoch ms)."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._done_at: dict[tuple[str, str], int] = {}

    def is_due(self, campaign: str, what: str, every_ms: int = EVERY_MS) -> bool:
        """Return whether something was not due for `every_ms`; if so, it is done now."""
        now = self._now()
        if now - self._done_at.get((campaign, what), 0) < every_ms:
            return False
        self._done_at[campaign, what] = now
        return True
