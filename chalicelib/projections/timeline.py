"""How the totals changed, minute by minute, by the time at which each event was recorded.

A withdrawal is a negative change in the minute of the withdrawal, so that a day that is over never changes again.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone

from chalicelib.projections.delta import SignedAct
from chalicelib.projections.projection import Change, by_currency, of_cells

KAZAKHSTAN = timezone(timedelta(hours=5))
"""One time zone since 1 March 2024."""

MS_PER_MINUTE = 60_000
MS_PER_HOUR = 3_600_000
"""Hours begin there when they begin in UTC."""


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
    return datetime.fromtimestamp(moment // 1000, UTC).astimezone(KAZAKHSTAN)


def _by_key(changes: Sequence[Change]) -> Mapping[str, Sequence[Change]]:
    hours: defaultdict[int, list[Change]] = defaultdict(list)
    for change in changes:
        if change.delta.counted:
            hours[change.recorded.recorded_at // MS_PER_HOUR].append(change)
    found: dict[str, Sequence[Change]] = {}
    for number, of_hour in hours.items():
        hour = hour_of(number * MS_PER_HOUR)
        found[hour] = of_hour
        found |= {f"{hour} {currency}": some for currency, some in by_currency(of_hour).items()}
    return found


def _cells(acts: Sequence[SignedAct]) -> Mapping[str, Sequence[SignedAct]]:
    minutes: defaultdict[int, list[SignedAct]] = defaultdict(list)
    for signed in acts:
        minutes[signed.at // MS_PER_MINUTE].append(signed)
    return {minute_of(minute * MS_PER_MINUTE): found for minute, found in minutes.items()}


TIMELINE = of_cells("timeline", _by_key, _cells)
