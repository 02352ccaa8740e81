"""Sums by cell: what most projections fold events into.

Tenge are summed beside people and minutes; an amount in another currency is summed by itself, under a key of its own,
so that no state grows with how many currencies are sent.
"""

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.currencies import TENGE
from chalicelib.projections.delta import SignedAct

Measures = dict[str, int]
"""Sums by name: `participants`, `participations`, `people`, `minutes`, and amounts by currency code. No zeros."""

Cells = dict[str, Measures]
"""Measures by the name of what they are a sum of. No empty ones."""

UnevenCells = Mapping[str, Mapping[str, int]]
"""The same where there may be zeros."""

Values = Sequence[int]
"""Acts, people, minutes and tenge, of which nearly all sums are: without names they are added in one go."""


def summed(acts: Iterable[SignedAct]) -> Measures:
    """Return the sums of some acts, one at least; they may be zero."""
    count, people, minutes, tenge = added([act.measures for act in acts])
    return {"participations": count, "people": people, "minutes": minutes, TENGE: tenge}


def added(values: Iterable[Values]) -> list[int]:
    """Return the sums of some values, one at least."""
    return [sum(of_measure) for of_measure in zip(*values, strict=True)]


def merge(a: Cells, b: UnevenCells) -> Cells:
    """Return the sum of both, free of zeros."""
    merged = dict(a)
    for cell, measures in b.items():
        total = dict(merged.pop(cell, {}))
        for measure, value in measures.items():
            total[measure] = total.get(measure, 0) + value
        if 0 in total.values():
            total = {measure: value for measure, value in total.items() if value}
        if total:
            merged[cell] = total
    return merged
