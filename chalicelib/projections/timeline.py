"""How the totals changed, minute by minute, by the time at which each event was recorded.

A withdrawal is a negative change in the minute of the withdrawal, so that a day that is over never changes again.
"""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from chalicelib.domain.participation import Act
from chalicelib.projections.projection import Change, currencies, of_cells

KAZAKHSTAN = timezone(timedelta(hours=5))
"""One time zone since 1 March 2024."""

_MINUTE_MS = 60_000


@lru_cache(maxsize=4096)
def _local(minute: int) -> tuple[tuple[str], tuple[str]]:
    moment = datetime.fromtimestamp(minute * 60, UTC).astimezone(KAZAKHSTAN)
    return (moment.strftime("%Y-%m-%dT%H"),), (moment.strftime("%H:%M"),)


def hour_of(moment: int) -> str:
    """Return the hour in Kazakhstan of a time (epoch ms), as `2026-06-01T09`."""
    return _local(moment // _MINUTE_MS)[0][0]


def date_of(key: str) -> str:
    """Return the day that an hour's key belongs to."""
    return key[:10]


def _keys(change: Change) -> tuple[str, ...]:
    if not change.delta.counted:
        return ()
    hour = _local(change.recorded.recorded_at // _MINUTE_MS)[0]
    others = currencies(change)
    return (*hour, *(f"{hour[0]} {currency}" for currency in others)) if others else hour


def _cells(change: Change, _act: Act) -> tuple[str, ...]:
    return _local(change.recorded.recorded_at // _MINUTE_MS)[1]


TIMELINE = of_cells("timeline", _keys, _cells)
