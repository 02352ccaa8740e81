"""Totals by place and kind."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from chalicelib.domain.places import place_key
from chalicelib.projections.delta import SignedAct
from chalicelib.projections.projection import of_cells, whole


@cache
def cell(place: str, kind: str) -> str:
    """Return the cell of a kind at the place of an act."""
    return f"{place_key(place)} {kind}"


def _cells(acts: Sequence[SignedAct]) -> Mapping[str, Sequence[SignedAct]]:
    cells: defaultdict[str, list[SignedAct]] = defaultdict(list)
    for signed in acts:
        cells[cell(signed.act.place, signed.act.kind)].append(signed)
    return cells


PLACES = of_cells("places", whole, _cells)
