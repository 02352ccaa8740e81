"""What moderators read: the acts that wait, oldest first, a page at a time."""

from collections.abc import Iterator
from itertools import groupby

from chalicelib.projections.engine import merged
from chalicelib.projections.review import REVIEW, Waiting, day_of, order, waiting
from chalicelib.projections.state_store import StateStore


class ReviewQueue:
    """The acts in review of all campaigns, as the projection has them."""

    def __init__(self, states: StateStore) -> None:
        self._states = states

    def page(self, campaign: str, after: tuple[int, str, int] | None, limit: int) -> list[Waiting]:
        """Return up to `limit` acts that come after a place in the queue (time in ms, stream, participation)."""
        found: list[Waiting] = []
        for entry in self._entries(campaign, after):
            found.append(entry)
            if len(found) == limit:
                break
        return found

    def _entries(self, campaign: str, after: tuple[int, str, int] | None) -> Iterator[Waiting]:
        earliest = day_of(after[0]) if after else ""
        stored = self._states.read(REVIEW, campaign)
        # Keys sort by day: what waits since earlier days comes first, and no more days are read than a page needs.
        for day, parts in groupby(stored, key=lambda part: part[0].key.partition("-")[0]):
            if day < earliest:
                continue
            state, _ = merged(REVIEW, (part for _, part in parts))
            yield from (entry for entry in waiting(state) if after is None or order(entry) > after)
