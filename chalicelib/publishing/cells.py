"""Cells of a kind at a place with too few acts to be shown by the place: what one person did may be all of one."""

from chalicelib.projections.sums import Cells, merge

OTHER = "other"
"""In place of a place: what of a kind is shown without it."""


def without_small_cells(cells: Cells, min_cell: int) -> Cells:
    """Return the same sums, those of fewer acts than `min_cell` added up by kind at the place `other`.

    What takes acts back is as small as what adds so many.
    """
    small = {key for key, measures in cells.items() if abs(measures.get("participations", 0)) < min_cell}
    shown = {key: measures for key, measures in cells.items() if key not in small}
    for key in sorted(small):
        _, kind = key.split(" ")
        shown = merge(shown, {f"{OTHER} {kind}": cells[key]})
    return shown


def place_of(key: str) -> str:
    """Return the place of a cell."""
    return key.partition(" ")[0]
