"""Sums by cell: what most projections fold events into.

Tenge are summed beside people and minutes; an amount in another currency is summed by itself, under a key of its own,
so that no state grows with how many currencies are sent.
"""

from collections import defaultdict

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.participation import Act

Measures = dict[str, int]
"""Sums by name: `participants`, `participations`, `people`, `minutes`, and amounts by currency code. No zeros."""

Cells = dict[str, Measures]
"""Measures by the name of what they are a sum of. No empty ones."""

_ROW = ("participations", "people", "minutes", TENGE, "participants")


class Sums:
    """Sums of a batch by cell, before they are added to a state. Plain rows: this is the projector's inner loop."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
        self._amounts: defaultdict[tuple[str, str], int] = defaultdict(int)

    def act(self, sign: int, act: Act, cells: tuple[str, ...]) -> None:
        """Add an act to some cells, or take it back from them, with what it has in tenge."""
        people, minutes, amount = sign * act.people, sign * act.minutes, act.confirmed or act.pledged
        tenge = sign * amount.value if amount is not None and amount.currency == TENGE else 0
        for cell in cells:
            row = self._rows[cell]
            row[0] += sign
            row[1] += people
            row[2] += minutes
            row[3] += tenge

    def amount(self, sign: int, act: Act, currency: str, cells: tuple[str, ...]) -> None:
        """Add what an act has in a currency, and nothing else of it."""
        if act.amount is not None and act.amount.currency == currency:
            for cell in cells:
                self._amounts[cell, currency] += sign * act.amount.value

    def participations(self, cell: str, value: int) -> None:
        """Add a number of acts, without what they measure."""
        self._rows[cell][0] += value

    def participants(self, cell: str, value: int) -> None:
        """Add a number of participants."""
        self._rows[cell][4] += value

    def added_to(self, state: Cells) -> Cells:
        """Return a state with these sums added."""
        cells = {cell: dict(measures) for cell, measures in state.items()}
        for cell, row in self._rows.items():
            for measure, value in zip(_ROW, row, strict=True):
                _add(cells, cell, measure, value)
        for (cell, currency), value in self._amounts.items():
            _add(cells, cell, currency, value)
        return cells


def merge(a: Cells, b: Cells) -> Cells:
    """Return the sum of both."""
    merged = {cell: dict(measures) for cell, measures in a.items()}
    for cell, measures in b.items():
        for measure, value in measures.items():
            _add(merged, cell, measure, value)
    return merged


def _add(cells: Cells, cell: str, measure: str, value: int) -> None:
    """Add to one measure of one cell, in place, keeping cells free of zeros."""
    if not value:
        return
    measures = cells.setdefault(cell, {})
    total = measures.get(measure, 0) + value
    if total:
        measures[measure] = total
        return
    del measures[measure]
    if not measures:
        del cells[cell]
