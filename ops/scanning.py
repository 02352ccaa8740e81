"""What commands that read the whole log share."""

from chalicelib.aws import clients
from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from chalicelib.eventlog.receipts_rebuild import ReceiptsRebuild
from chalicelib.projections.engine import read_merged
from chalicelib.projections.state_store import UnreadableState
from chalicelib.projections.totals import TOTALS


def event_count(services: Services, campaign: Campaign) -> int:
    """Return how many events the sums that are shown have: about as many as the log, 0 where they are unreadable."""
    try:
        return read_merged(services.states, TOTALS, campaign.id, campaign.generation)[1]
    except UnreadableState:
        return 0


def receipts_rebuild(services: Services) -> ReceiptsRebuild:
    """Return what makes receipts anew from the log."""
    tables = services.settings.events_table, services.settings.receipts_table
    return ReceiptsRebuild(clients.dynamodb(), services.log, services.log_segments, *tables)
