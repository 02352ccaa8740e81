"""The boards: which organisations brought most people, in all or at a place, under the names that may be shown."""

from collections.abc import Iterator
from itertools import islice

from chalicelib.projections import organisations
from chalicelib.projections.organisations import StoredOrganisation
from chalicelib.projections.rows import RowStore
from chalicelib.publishing.documents import Organisation, organisation
from chalicelib.publishing.visibility import WhatIsShown

_PAGE = 100
"""Rows of one request to each partition of an index: a board costs the same however many organisations there are."""

MAX_ROWS = 1_000
"""How many organisations a board looks at, and so names that are not shown: who comes behind so many is not on it.

About as many come with the first request to each partition. Where nobody approves names, all of them wait.
"""


class Boards:
    """Boards as the rows of organisations have them: eventual, and exact once traffic rests."""

    def __init__(self, rows: RowStore, shown: WhatIsShown) -> None:
        self._rows = rows
        self._shown = shown

    def first(self, campaign: str, generation: int, place: str | None, count: int) -> tuple[Organisation, ...]:
        """Return the organisations of a campaign, or of one of its places, that brought most people; ties by name.

        Those whose names are not shown are passed over, as far as `MAX_ROWS` reach.
        """
        index = (
            organisations.board(campaign, generation)
            if place is None
            else organisations.of_region(campaign, generation, place)
        )
        found = map(organisations.read, self._rows.query(index, descending=True, page=min(count, _PAGE)))
        board = islice(self._named(campaign, islice(found, MAX_ROWS)), count)
        return tuple(sorted(board, key=lambda organisation: (-organisation.people, organisation.name)))

    def _named(self, campaign: str, found: Iterator[StoredOrganisation]) -> Iterator[Organisation]:
        while some := list(islice(found, _PAGE)):
            texts = self._shown.texts(campaign, (stored.carry.name for stored in some if stored.carry.name))
            for stored in some:
                if (text := texts.get(stored.carry.name or "")) is not None:
                    yield organisation(stored.carry, text)
