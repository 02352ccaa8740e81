"""The read models of a campaign compared with its log, exactly, while events go on coming in.

Sums are compared with a scratch generation, which is built from the log, at one moment; rows with the events that they
are made by. What is in memory does not grow with the log.
"""

import msgspec

from chalicelib.domain.campaign import Campaign
from chalicelib.projections.comparison import Difference
from chalicelib.projections.log_scan import Tell
from chalicelib.projections.rebuild import GenerationVoid, Rebuild
from chalicelib.projections.row_check import DriftedRow, Log, RowCheck
from chalicelib.projections.rows import RowStore


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
    """How many states and rows differ: all are counted, of the rows some are named."""


def audit(rebuild: Rebuild, rows: RowStore, log: Log, campaign: Campaign, tell: Tell) -> Audit:
    """Compare what is shown of a campaign with its log. Others may do so at the same time.

    Raises:
        GenerationVoid: nothing exact can be said, as an event came too late, or what was shown is removed: audit again.
        NotProjected: the projector stands still.
    """
    rebuild.remove_scratches(campaign.id)
    is_fed = rebuild.is_fed(campaign)
    scratch = rebuild.begin_scratch(campaign)
    check = RowCheck(rows, log, campaign.id, campaign.generation, scratch)
    try:
        scanned = rebuild.fill(campaign, scratch, check.take, tell)
        sums = rebuild.differences(campaign, scratch)
        check.compare_stored()
        if sums or check.count:
            # What the log has by now and no read model had yet would differ too.
            rebuild.require_delivered(campaign.id, scratch)
        if is_fed and not rebuild.is_fed(campaign):
            raise GenerationVoid(f"generation {campaign.generation} of {campaign.id} is not shown any more")
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
