"""Differences of sums as rows to read: a cell and a measure each."""

from collections.abc import Iterable, Sequence

import msgspec

from chalicelib.projections.comparison import Difference

EVENTS = "(events)"
CONTENT = "(content)"


class DifferentCell(msgspec.Struct, frozen=True):
    """A number of a state that differs: as it is shown, and as the log gives it.

    The measure `(events)` is how many events are in the state. `(content)` stands for what is no number, as the last
    acts are: both are None.
    """

    state: str
    cell: str
    measure: str
    shown: int | None
    log: int | None


def different_cells(differences: Iterable[Difference]) -> list[DifferentCell]:
    """Return all that differs: at least one row for each state."""
    return [row for difference in differences for row in _rows(difference)]


def _rows(difference: Difference) -> Sequence[DifferentCell]:
    name = f"{difference.projection}/{difference.key}"
    rows = [DifferentCell(name, *cell) for cell in difference.cells()]
    shown, log = difference.applied
    if shown != log:
        rows.insert(0, DifferentCell(name, "", EVENTS, shown, log))
    return rows or [DifferentCell(name, "", CONTENT, None, None)]
