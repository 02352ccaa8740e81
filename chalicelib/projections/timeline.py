"""How the totals changed, minute by minute, by the time at which each event was recorded.

A withdrawal is a negative change in the minute of the withdrawal, so that a day that is over never changes again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from chalicelib.projections.campaign_changes import MS_PER_HOUR, MS_PER_MINUTE, CampaignChanges
from chalicelib.projections.projection import of_cells, with_currencies

KAZAKHSTAN = timezone(timedelta(hours=5))
"""One time zone since 1 March 2024."""

_EPOCH = datetime.fromtimestamp(0, KAZAKHSTAN)


def hour_of(moment: int) -> str:
    """Return the hour in Kazakhstan of a time (epoch ms), as `2026-06-01T09`."""
    return _local(moment).strftime("%Y-%m-%dT%H")


def minute_of(moment: int) -> str:
    """Return the minute in Kazakhstan of a time (epoch ms), as `09:05`."""
    return _local(moment).strftime("%H:%M")


def date_of(key: str) -> str:
    """Return the day that an hour's key belongs to."""
    return key[:10]


def _local(moment: int) -> datetime:
    # Of a time that no calendar has this raises an `OverflowError`, where the system's own conversion may not.
    return _EPOCH + timedelta(seconds=moment // 1000)


def _by_key(changes: CampaignChanges) -> Mapping[str, CampaignChanges]:
    by_hour = changes.counting.by_hour()
    return with_currencies({hour_of(hour * MS_PER_HOUR): some for hour, some in by_hour.items()})


def _cells(changes: CampaignChanges) -> Mapping[str, int]:
    return {minute_of(minute * MS_PER_MINUTE): of_minute.sums.total for minute, of_minute in changes.by_minute.items()}


TIMELINE = of_cells("timeline", _by_key, _cells)
