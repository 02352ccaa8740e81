"""`totals.csv`: kind by place, for journalists and spreadsheets (RFC 4180)."""

import csv
import io

from chalicelib.domain.vocabulary import KINDS, LANGUAGES
from chalicelib.domain.words import OTHER_NAMES, place_names
from chalicelib.projections.sums import Cells
from chalicelib.publishing.cells import OTHER, place_of, without_small_cells
from chalicelib.publishing.documents import Document, Header, path
from chalicelib.publishing.figures import figures

_ENCODING = "utf-8-sig"
"""With a byte order mark: without one Excel reads the names in the code page of the machine, as gibberish."""


def totals_csv(head: Header, cells: Cells, min_cell: int = 0) -> Document:
    """Return the document: a row for every kind at every place, zeros included, amounts in the units of `Money`.

    What is shown without its place is in a row of its own for each kind, at the place `other`.
    """
    cells = without_small_cells(cells, min_cell)
    currencies = tuple(figures(*cells.values()).amount)
    elsewhere = {OTHER: OTHER_NAMES} if any(place_of(key) == OTHER for key in cells) else {}
    text = io.StringIO()
    # The dialect is RFC 4180's: commas, CRLF, quotes where a field needs them.
    rows = csv.writer(text)
    rows.writerow(
        [
            "kind",
            "place",
            *(f"place_{language}" for language in LANGUAGES),
            "participations",
            "people",
            "hours",
            "minutes",
        ]
        + [f"amount_{currency}" for currency in currencies]
    )
    for kind in KINDS:
        for place, names in {**place_names(), **elsewhere}.items():
            found = figures(cells.get(f"{place} {kind}", {}))
            rows.writerow(
                [kind, place, *(names[language] for language in LANGUAGES)]
                + [found.participations, found.people, found.whole_hours, found.minutes]
                + [found.amount.get(currency, 0) for currency in currencies]
            )
    return Document(
        path(head.campaign, "totals.csv"),
        head.position,
        "text/csv; charset=utf-8; header=present",
        text.getvalue().encode(_ENCODING),
    )
