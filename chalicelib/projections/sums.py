"""Sums by cell: what most projections fold events into.

Tenge are summed beside people and minutes; an amount in another currency is summed by itself, under a key of its own,
so that no state grows with how many currencies are sent.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

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


def summed(acts: Iterable[SignedAct], groups: Callable[[SignedAct], Sequence[str]]) -> Mapping[str, list[int]]:
    """Return the sums of each group of acts; an act may be in several. This is the projector's inner loop."""
    values: defaultdict[str, list[Values]] = defaultdict(list)
    for act in acts:
        for group in groups(act):
            values[group].append(act.measures)
    return {group: added(*of_group) for group, of_group in values.items()}


def added(*values: Values) -> list[int]:
    """Return the sums of some values."""
    acts, people, minutes, tenge = zip(*values, strict=True)
    return [sum(acts), sum(people), sum(minutes), sum(tenge)]


def named(values: Values) -> Measures:
    """Return values as measures, which may be zero."""
    acts, people, minutes, tenge = values
    return {"participations": acts, "people": people, "minutes": minutes, TENGE: tenge}


def merge(a: Cells, b: UnevenCells) -> Cells:
    """Return the sum of both, free of zeros."""
    merged = dict(a)
    for cell, measures in b.items():
        total = dict(merged.pop(cell, {}))
        for measure, value in measures.items():
            total[measure] = total.get(measure, 0) + value
        if without_zeros := {measure: value for measure, value in total.items() if value}:
            merged[cell] = without_zeros
    return merged
