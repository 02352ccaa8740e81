"""`totals.csv` and `totals-excel.csv`: kind by place, for journalists and spreadsheets."""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.domain.campaign import Translations
from chalicelib.domain.vocabulary import KINDS
from chalicelib.domain.words import OTHER_NAMES, place_names
from chalicelib.projections.sums import Cells
from chalicelib.publishing.cells import OTHER, place_of, without_small_cells
from chalicelib.publishing.csv_tables import (
    PLACE_COLUMNS,
    SPREADSHEET,
    TableRow,
    amount_columns,
    currencies_of,
    place_of_row,
    table,
)
from chalicelib.publishing.documents import Document, Header
from chalicelib.publishing.figures import figures

_MEASURES = ("participations", "people", "hours", "minutes")


def totals_csv(head: Header, cells: Cells, min_cell: int = 0) -> tuple[Document, Document]:
    """Return both documents: a row for every kind at every place, zeros included, amounts in the units of `Money`.

    What is shown without its place is in a row of its own for each kind, at the place `other`. All numbers are whole.
    """
    cells = without_small_cells(cells, min_cell)
    currencies = currencies_of([figures(*cells.values())])
    elsewhere = {OTHER: OTHER_NAMES} if any(place_of(key) == OTHER for key in cells) else {}
    columns = ["kind", *PLACE_COLUMNS, *_MEASURES, *amount_columns(currencies), "as_of", "rev"]
    rows = list(_rows(head, cells, {**place_names(), **elsewhere}, currencies))
    return (
        table(head, "totals.csv", columns, rows),
        table(head, "totals-excel.csv", columns, rows, SPREADSHEET),
    )


def _rows(
    head: Header, cells: Cells, places: Mapping[str, Translations], currencies: Sequence[str]
) -> Iterator[TableRow]:
    for kind in KINDS:
        for place, names in places.items():
            found = figures(cells.get(f"{place} {kind}", {}))
            yield [
                kind,
                *place_of_row(place, names),
                *(found.participations, found.people, found.whole_hours, found.minutes),
                *(found.amount.get(currency, 0) for currency in currencies),
                *(head.as_of, head.rev),
            ]
