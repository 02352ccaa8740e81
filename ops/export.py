"""`export`: the log for the archive."""

from itertools import groupby

import msgspec

from chalicelib.eventlog.cloudevents import to_cloudevent
from ops.installation import LOG, campaign_of, connect
from ops.options import CampaignId


def run(campaign_id: CampaignId) -> None:
    """Print the log of a campaign as CloudEvents, one a line. They hold no personal data; rehearsals are left out.

    Example: `bin/qaiyrym export 2026 > events.jsonl`

    For archives and for analysis elsewhere; it can be repeated at any time.
    """
    services = connect(*LOG, "registry_table")
    campaign = campaign_of(services, campaign_id)
    for _, stream in groupby(services.log.scan(campaign.id), key=lambda event: event.stream):
        first = next(stream)
        # Who rehearsed was erased after that, by events that say nothing to anybody.
        if first.recorded_at < campaign.since:
            continue
        for event in (first, *stream):
            print(msgspec.json.encode(to_cloudevent(event)).decode())
