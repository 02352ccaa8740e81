"""Totals by place and kind, in a state as compact as can be: it is written anew with every batch."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import zip_longest

import msgspec

from chalicelib.domain.vocabulary import KINDS
from chalicelib.projections.campaign_changes import MEASURES, CampaignChanges
from chalicelib.projections.projection import Projection, currency_of, whole
from chalicelib.projections.sums import Cells

PlaceSums = dict[str, list[int]]
"""By place the sums of every kind in the order of `KINDS`, which only grows at its end.

Of each kind acts, people, minutes and tenge; of a state that holds a currency alone, amounts. No zeros at the end, and
no places of zeros: what was stored when there were fewer kinds is what a recount makes of it.
"""


def fold(state: PlaceSums, changes: CampaignChanges) -> PlaceSums:
    """Return a state with the acts that events add and take back."""
    return merge(state, changes.by_place)


def merge(a: PlaceSums, b: Mapping[str, Sequence[int]]) -> PlaceSums:
    """Return the sum of both."""
    merged = dict(a)
    for place, sums in b.items():
        total = [one + other for one, other in zip_longest(merged.pop(place, ()), sums, fillvalue=0)]
        while total and not total[-1]:
            total.pop()
        if total:
            merged[place] = total
    return merged


def cells(key: str, state: PlaceSums) -> Cells:
    """Return the sums of a state by place and kind; one that this release does not know is told by its number."""
    currency = currency_of(key)
    names = MEASURES if currency is None else (currency,)
    found: Cells = {}
    for place, sums in state.items():
        for number, start in enumerate(range(0, len(sums), len(names))):
            measures = {name: value for name, value in zip(names, sums[start:], strict=False) if value}
            if measures:
                found[cell(place, KINDS[number] if number < len(KINDS) else str(number))] = measures
    return found


@cache
def cell(place: str, kind: str) -> str:
    """Return the cell of a kind at a place of totals."""
    return f"{place} {kind}"


PLACES: Projection[PlaceSums] = Projection(
    "places", msgspec.json.Decoder(PlaceSums).decode, dict, whole, fold, merge, cells
)
