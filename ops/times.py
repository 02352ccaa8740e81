"""Times that are given to commands."""

from datetime import datetime

from chalicelib.api.responses import moment
from ops.errors import CannotRun


def read_time(at: str) -> int:
    """Return a time as epoch ms.

    Raises:
        CannotRun: it is none, has no offset, or is in UTC in none of the years 1 to 9999.
    """
    try:
        parsed = datetime.fromisoformat(at)
    except ValueError:
        raise CannotRun(f"{at} is no time as 2026-06-01T12:00:00+05:00 is") from None
    if parsed.tzinfo is None:
        raise CannotRun(f"{at} does not say which offset it has: 2026-06-01T12:00:00+05:00 does")
    until = round(parsed.timestamp() * 1000)
    try:
        moment(until)
    except ValueError:
        raise CannotRun(f"{at} is in UTC in none of the years 1 to 9999") from None
    return until
