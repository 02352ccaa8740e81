"""The shape in which entries of the trail are asked for."""

from chalicelib.domain.trail_actions import TrailAction
from chalicelib.intake.requests import Line, Moment, Request


class TrailRequest(Request, frozen=True, rename={"since": "from"}):
    """Entries that are all of what is given; the end of the time, `until`, is not included."""

    since: Moment | None = None
    until: Moment | None = None
    by: Line | None = None
    action: TrailAction | None = None
