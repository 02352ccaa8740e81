"""Totals by place and kind, in a state as compact as can be: it is written anew with every batch."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import zip_longest

import msgspec

from chalicelib.domain.places import place_key
from chalicelib.domain.vocabulary import KINDS
from chalicelib.projections.campaign_changes import MEASURES, CampaignChanges
from chalicelib.projections.projection import Projection, currency_of, whole
from chalicelib.projections.sums import Cells

PlaceSums = dict[str, list[int]]
"""By place the sums of every kind in the order of `KINDS`, which only grows at its end.

Of each kind acts, people, minutes and tenge; of a state that holds a currency alone, amounts. No places of zeros.
"""


def fold(state: PlaceSums, changes: CampaignChanges) -> PlaceSums:
    """Return a state with the acts that events add and take back."""
    return merge(state, changes.by_place)


def merge(a: PlaceSums, b: Mapping[str, Sequence[int]]) -> PlaceSums:
    """Return the sum of both."""
    merged = dict(a)
    for place, sums in b.items():
        total = [one + other for one, other in zip_longest(merged.pop(place, ()), sums, fillvalue=0)]
        if any(total):
            merged[place] = total
    return merged


def cells(key: str, state: PlaceSums) -> Cells:
    """Return the sums of a state by place and kind."""
    currency = currency_of(key)
    names = MEASURES if currency is None else (currency,)
    found: Cells = {}
    for place, sums in state.items():
        for number, start in enumerate(range(0, len(sums), len(names))):
            of_kind = zip(names, sums[start : start + len(names)], strict=True)
            if measures := {name: value for name, value in of_kind if value}:
                found[cell(place, KINDS[number])] = measures
    return found


@cache
def cell(place: str, kind: str) -> str:
    """Return the cell of a kind at the place of an act."""
    return f"{place_key(place)} {kind}"


PLACES: Projection[PlaceSums] = Projection(
    "places", msgspec.json.Decoder(PlaceSums).decode, dict, whole, fold, merge, cells
)
