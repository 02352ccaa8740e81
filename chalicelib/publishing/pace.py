"""What is done now and then while much happens; the sweep makes up for what is left."""

from collections.abc import Callable

EVERY_MS = 5_000
"""How often: about as often as viewers ask."""


class Pace:
    """Says of each thing that is done for a campaign whether it is time again. `now` tells the time (epoch ms)."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._done_at: dict[tuple[str, str], int] = {}

    def is_due(self, campaign: str, what: str) -> bool:
        """Return whether something was not due for `EVERY_MS`; if so, it is done now."""
        now = self._now()
        if now - self._done_at.get((campaign, what), 0) < EVERY_MS:
            return False
        self._done_at[campaign, what] = now
        return True
