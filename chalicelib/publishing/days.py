"""Days of the campaign, which are days of Kazakhstan (UTC+5), and when one of them can change no more."""

from datetime import UTC, date, datetime, timedelta

from chalicelib.projections.timeline import KAZAKHSTAN

MARGIN = timedelta(hours=25)
"""A stream keeps records for 24 h: what was recorded before midnight may be projected so much later, not more."""


def today(now: int) -> date:
    """Return the day of a moment (epoch ms)."""
    return _local(now).date()


def newest_closed(now: int) -> date:
    """Return the last day that can change no more."""
    return (_local(now) - MARGIN).date() - timedelta(days=1)


def is_closed(day: date, now: int) -> bool:
    """Whether a day can change no more."""
    return day <= newest_closed(now)


def _local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(KAZAKHSTAN)
