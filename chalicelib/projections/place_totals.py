"""Totals by place and kind."""

from functools import cache

from chalicelib.domain.places import place_key
from chalicelib.projections.delta import SignedAct
from chalicelib.projections.projection import of_cells, whole


@cache
def cell(place: str, kind: str) -> str:
    """Return the cell of a kind at the place of an act."""
    return f"{place_key(place)} {kind}"


@cache
def _named(place: str, kind: str) -> tuple[str, ...]:
    return (cell(place, kind),)


def _cells(signed: SignedAct) -> tuple[str, ...]:
    return _named(signed.act.place, signed.act.kind)


PLACES = of_cells("places", whole, _cells)
