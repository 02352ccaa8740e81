"""Sums by cell: what most projections fold events into.

Tenge are summed beside people and minutes; an amount in another currency is summed by itself, under a key of its own,
so that no state grows with how many currencies are sent.
"""

from collections.abc import Mapping

Measures = dict[str, int]
"""Sums by name: `participants`, `participations`, `people`, `minutes`, and amounts by currency code. No zeros."""

Cells = dict[str, Measures]
"""Measures by the name of what they are a sum of. No empty ones."""

UnevenCells = Mapping[str, Mapping[str, int]]
"""The same where there may be zeros."""


def merge(a: Cells, b: UnevenCells) -> Cells:
    """Return the sum of both, free of zeros."""
    merged = dict(a)
    for cell, measures in b.items():
        total = merged.get(cell, {}).copy()
        for measure, value in measures.items():
            total[measure] = total.get(measure, 0) + value
        if 0 in total.values():
            total = {measure: value for measure, value in total.items() if value}
        if total:
            merged[cell] = total
        else:
            merged.pop(cell, None)
    return merged
