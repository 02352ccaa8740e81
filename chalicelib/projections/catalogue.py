"""All projections that are sums, in the order in which they are stored: the counter's first."""

from chalicelib.projections.arrivals import ARRIVALS
from chalicelib.projections.hours import HOURS
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.projection import AnyProjection
from chalicelib.projections.recent import RECENT
from chalicelib.projections.timeline import TIMELINE
from chalicelib.projections.totals import TOTALS

PROJECTIONS: tuple[AnyProjection, ...] = (TOTALS, PLACES, TIMELINE, RECENT, ARRIVALS, HOURS)
