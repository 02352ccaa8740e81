"""Sums by cell: what most projections fold events into."""

from collections import defaultdict

from chalicelib.domain.participation import Act

Measures = dict[str, int]
"""Sums by name: `participants`, `participations`, `people`, `hours`, and amounts by currency code. No zeros."""

Cells = dict[str, Measures]
"""Measures by the name of what they are a sum of. No empty ones."""


class Sums:
    """Sums of a batch by cell, before they are added to a state. Plain rows: this is the projector's inner loop."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._amounts: defaultdict[tuple[str, str], int] = defaultdict(int)

    def act(self, sign: int, act: Act, *cells: str) -> None:
        """Add an act to some cells, or take it back from them."""
        people, hours, amount = sign * act.people, sign * act.hours, act.amount
        for cell in cells:
            row = self._rows[cell]
            row[0] += sign
            row[1] += people
            row[2] += hours
        if amount is not None:
            for cell in cells:
                self._amounts[cell, amount.currency] += sign * amount.value

    def participations(self, cell: str, value: int) -> None:
        """Add a number of participations, without what they measure."""
        self._rows[cell][0] += value

    def participants(self, cell: str, value: int) -> None:
        """Add a number of participants."""
        self._rows[cell][3] += value

    def added_to(self, state: Cells) -> Cells:
        """Return a state with these sums added."""
        cells = {cell: dict(measures) for cell, measures in state.items()}
        for cell, row in self._rows.items():
            for measure, value in zip(_ROW, row, strict=True):
                _add(cells, cell, measure, value)
        for (cell, currency), value in self._amounts.items():
            _add(cells, cell, currency, value)
        return cells


_ROW = ("participations", "people", "hours", "participants")


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
