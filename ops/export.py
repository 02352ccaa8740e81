"""`export`: the log for the archive."""

import msgspec

from chalicelib.eventlog.cloudevents import to_cloudevent
from ops.installation import LOG, connect
from ops.options import CampaignId


def run(campaign_id: CampaignId) -> None:
    """Print the log of a campaign as CloudEvents, one a line. They hold no personal data."""
    for event in connect(*LOG).log.scan(campaign_id):
        print(msgspec.json.encode(to_cloudevent(event)).decode())
