"""Totals by place and kind."""

from functools import cache

from chalicelib.domain.places import place_key
from chalicelib.projections.projection import Change, of_cells, whole
from chalicelib.projections.sums import Sums


@cache
def cell(place: str, kind: str) -> str:
    """Return the cell of a kind at the place of an act."""
    return f"{place_key(place)} {kind}"


def _apply(sums: Sums, _key: str, change: Change) -> None:
    for sign, act in change.delta.counted:
        sums.act(sign, act, cell(act.place, act.kind))


PLACES = of_cells("places", whole, _apply)
