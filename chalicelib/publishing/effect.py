"""What some events change the totals by."""

from collections.abc import Iterable

import msgspec

from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.participation import hours_of
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.change import change_of
from chalicelib.projections.sums import Cells, merge
from chalicelib.projections.totals import ALL, TOTALS
from chalicelib.publishing.figures import Totals, figures, in_review, totals


class Effect(msgspec.Struct, frozen=True):
    """By how much each number changes, what is taken away as a negative one; `hours` are exact to the half."""

    totals: Totals
    hours: float
    in_review: int


def effect(events: Iterable[RecordedEvent]) -> Effect:
    """Return what events change the totals of their campaign by."""
    cells: Cells = {}
    for belonging in TOTALS.by_key(CampaignChanges([change_of(recorded) for recorded in events])).values():
        cells = merge(cells, TOTALS.fold({}, belonging))
    return Effect(totals(cells), hours_of(figures(cells.get(ALL, {})).minutes), in_review(cells))
