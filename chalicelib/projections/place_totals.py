"""Totals by place and kind."""

from collections.abc import Mapping, Sequence
from functools import cache

from chalicelib.domain.places import place_key
from chalicelib.projections.changes import CampaignChanges
from chalicelib.projections.projection import of_cells, whole


@cache
def cell(place: str, kind: str) -> str:
    """Return the cell of a kind at the place of an act."""
    return f"{place_key(place)} {kind}"


def _cells(changes: CampaignChanges) -> Mapping[str, Sequence[int]]:
    return {cell(place, kind): sums for (place, kind), sums in changes.by_place_and_kind.items()}


PLACES = of_cells("places", whole, _cells)
