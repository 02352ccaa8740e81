"""Names by their state and by when they were first given, by pages: what waits for a moderator above all."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

import msgspec

from chalicelib.aws.items import Item
from chalicelib.domain.vocabulary import NameState
from chalicelib.participations.names import Names, StoredName, partitions


class Query(Protocol):
    """Reads the index of names by their state."""

    def __call__(
        self, partitions: tuple[str, ...], after: str | None, page: int, *, descending: bool = False
    ) -> Iterator[Item]:
        """Yield what some partitions hold, by its order, from behind a place in it, `page` items a request."""


MAX_COUNTED = 500
"""Names of a state that are counted."""

_ALL = 100
"""Names of one page where all are read."""


class NamesPage(msgspec.Struct, frozen=True):
    """Some names of a state, and the place to go on from, None where there are no more.

    A page may be short and still not be the last one: what was decided in the meantime is left out.
    """

    names: Sequence[StoredName]
    following: str | None


class NameQueue:
    """Reads names from the index of their table, and then as they are."""

    def __init__(self, names: Names, query: Query) -> None:
        self._names = names
        self._query = query

    def count(self, campaign: str, state: NameState) -> int:
        """Return how many names of a state there are, `MAX_COUNTED` and one more where there are more than that.

        As the index has them: what was decided a moment ago may still be counted.
        """
        return sum(1 for _ in islice(self._query(partitions(campaign, state), None, _ALL), MAX_COUNTED + 1))

    def all(self, campaign: str, state: NameState) -> Iterator[StoredName]:
        """Yield all names of a state."""
        page = self.page(campaign, state, None, _ALL)
        yield from page.names
        while page.following is not None:
            page = self.page(campaign, state, page.following, _ALL)
            yield from page.names

    def page(
        self, campaign: str, state: NameState, after: str | None, limit: int, *, descending: bool = False
    ) -> NamesPage:
        """Return up to `limit` names of a state from behind a place, the one given last first where `descending`."""
        queue = self._query(partitions(campaign, state), after, limit + 1, descending=descending)
        found = [item["moment"]["S"] for item in islice(queue, limit + 1)]
        ids = [moment.partition(".")[2] for moment in found[:limit]]
        current = self._names.read(campaign, ids)
        names = [current[name_id] for name_id in ids if name_id in current and current[name_id].state == state]
        return NamesPage(names, found[limit - 1] if len(found) > limit else None)
