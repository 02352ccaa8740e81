"""What waits for a moderator, as the acts' index has it: oldest first, by pages."""

from collections.abc import Sequence
from itertools import islice

import msgspec

from chalicelib.projections import acts
from chalicelib.projections.acts import StoredAct
from chalicelib.projections.rows import RowStore


class WaitingActs(msgspec.Struct, frozen=True):
    """Some acts that wait, and the place to go on from, None where there are no more.

    A page may be short and still not be the last one: what was decided in the meantime is left out.
    """

    acts: Sequence[StoredAct]
    following: str | None


class ReviewQueue:
    """Reads what waits from the rows of acts."""

    def __init__(self, rows: RowStore) -> None:
        self._rows = rows

    def page(self, campaign: str, generation: int, after: str | None, limit: int) -> WaitingActs:
        """Return up to `limit` acts that wait, from behind a place in the queue."""
        index = acts.waiting(campaign, generation)
        found = list(islice(self._rows.query(index, after=after, page=limit + 1), limit + 1))
        rows = self._rows.read(acts.MODEL, [item["id"]["S"] for item in found[:limit]])
        # An index may still show what is decided; the rows themselves are read as they are.
        waiting = [act for act in map(acts.read, rows) if act.status == "in_review"]
        following = acts.moment(found[limit - 1]) if len(found) > limit else None
        return WaitingActs(waiting, following)
