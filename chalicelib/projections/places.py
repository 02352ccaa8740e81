"""Totals by place and kind."""

from chalicelib.domain.places import place_key
from chalicelib.projections.deltas import Sums
from chalicelib.projections.projection import Change, of_cells, whole


def cell(place: str, kind: str) -> str:
    """Return the cell of a kind at a place."""
    return f"{place} {kind}"


def _apply(sums: Sums, _key: str, change: Change) -> None:
    for sign, act in change.delta.counted:
        sums.act(cell(place_key(act.place), act.kind), sign, act)


PLACES = of_cells("places", whole, _apply)
