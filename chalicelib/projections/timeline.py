"""How the totals changed, minute by minute, by the time at which each event was recorded.

A withdrawal is a negative change in the minute of the withdrawal, so that a day that is over never changes again.
"""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from chalicelib.projections.projection import Change, of_cells
from chalicelib.projections.sums import Sums

KAZAKHSTAN = timezone(timedelta(hours=5))
"""One time zone since 1 March 2024."""

_MINUTE_MS = 60_000


@lru_cache(maxsize=4096)
def _local(minute: int) -> tuple[str, str]:
    moment = datetime.fromtimestamp(minute * 60, UTC).astimezone(KAZAKHSTAN)
    return moment.strftime("%Y-%m-%dT%H"), moment.strftime("%H:%M")


def date_of(key: str) -> str:
    """Return the day that an hour's key belongs to."""
    return key[:10]


def _keys(change: Change) -> tuple[str, ...]:
    return (_local(change.recorded.recorded_at // _MINUTE_MS)[0],) if change.delta.counted else ()


def _apply(sums: Sums, _key: str, change: Change) -> None:
    minute = _local(change.recorded.recorded_at // _MINUTE_MS)[1]
    for sign, act in change.delta.counted:
        sums.act(sign, act, minute)


TIMELINE = of_cells("timeline", _keys, _apply)
