"""`totals.csv`: kind by place, for journalists and spreadsheets (RFC 4180)."""

import csv
import io

from chalicelib.domain.vocabulary import KINDS, LANGUAGES
from chalicelib.domain.words import place_names
from chalicelib.projections.place_totals import cell
from chalicelib.projections.sums import Cells
from chalicelib.publishing.documents import Document, Header, path
from chalicelib.publishing.figures import figures

_ENCODING = "utf-8-sig"
"""With a byte order mark: without one Excel reads the names in the code page of the machine, as gibberish."""


def totals_csv(head: Header, cells: Cells) -> Document:
    """Return the document: a row for every kind at every place, zeros included, amounts in the units of `Money`."""
    currencies = tuple(figures(*cells.values()).amount)
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
        for place, names in place_names().items():
            found = figures(cells.get(cell(place, kind), {}))
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
