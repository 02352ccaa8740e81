"""The read models of a campaign compared with its log, exactly, while events go on coming in.

Sums are compared with a scratch generation, which is built from the log, at one moment; rows with the newest event that
each is about. What is in memory does not grow with the log.
"""

from collections.abc import Sequence

import msgspec

from chalicelib.domain.campaign import Campaign
from chalicelib.projections.comparison import Difference
from chalicelib.projections.log_scan import Tell
from chalicelib.projections.projection import Change
from chalicelib.projections.projector import newest_rows
from chalicelib.projections.rebuild import Rebuild
from chalicelib.projections.rows import Row, RowStore
from chalicelib.projections.set_aside import Poison

MAX_NAMED = 100
"""How many rows that differ are named: all are counted."""


class DriftedRow(msgspec.Struct, frozen=True):
    """A row that is not what its newest event makes of it: `stored` is its version, None where it is missing."""

    model: str
    key: str
    expected: int
    stored: int | None


class Audit(msgspec.Struct, frozen=True):
    """What an audit found: how many events the log has, how many of them nothing can be made of, and what differs.

    The first state of a difference is the one that is shown.
    """

    campaign: str
    generation: int
    events: int
    unreadable: int
    sums: tuple[Difference, ...]
    rows: tuple[DriftedRow, ...]
    drifted: int
    """How many states and rows differ. All rows are counted, some are named; an organisation's counts for each page of
    the log that its events are on."""


class _RowCheck:
    """Compares rows with the log, a page at a time: a stored row may be of a newer event, never of an older one."""

    def __init__(self, store: RowStore, generation: int) -> None:
        self._store = store
        self._generation = generation
        self.count = 0
        self.named: list[DriftedRow] = []

    def take(self, changes: Sequence[Change]) -> Sequence[Poison]:
        """Compare the rows that some events are about."""
        newest, poison = newest_rows(changes, self._generation)
        rows = [row for row, _ in newest.values()]
        for model in {row.model for row in rows}:
            self._compare(model, [row for row in rows if row.model == model])
        return poison

    def _compare(self, model: str, rows: Sequence[Row]) -> None:
        stored = {item["id"]["S"]: item for item in self._store.read(model, [row.key for row in rows])}
        for row in rows:
            item = stored.get(row.key)
            version = None if item is None else int(item["version"]["N"])
            if version is None or version < row.version or (version == row.version and item != row.item):
                self.count += 1
                if len(self.named) < MAX_NAMED:
                    self.named.append(DriftedRow(model, row.key, row.version, version))


def audit(rebuild: Rebuild, rows: RowStore, campaign: Campaign, tell: Tell) -> Audit:
    """Compare what is shown of a campaign with its log.

    Raises:
        GenerationVoid: an event came so late that nothing exact can be said: audit again.
    """
    rebuild.remove_scratches(campaign.id)
    scratch = rebuild.begin_scratch(campaign)
    check = _RowCheck(rows, campaign.generation)
    try:
        scanned = rebuild.fill(campaign, scratch, check.take, tell)
        sums = rebuild.differences(campaign, scratch)
    finally:
        rebuild.remove(campaign.id, scratch.number)
    return Audit(
        campaign=campaign.id,
        generation=campaign.generation,
        events=scanned.events,
        unreadable=scanned.rejected,
        sums=tuple(sums),
        rows=tuple(check.named),
        drifted=len(sums) + check.count,
    )
