"""Tables as CSV files (RFC 4180): plain for programs, and as spreadsheets of kk and ru take them."""

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec

from chalicelib.domain.campaign import Translations
from chalicelib.domain.currencies import TENGE
from chalicelib.domain.vocabulary import LANGUAGES
from chalicelib.publishing.documents import Document, Header, path
from chalicelib.publishing.figures import Figures

CSV = "text/csv; charset=utf-8; header=present"
PLACE_COLUMNS = ("place", *(f"place_{language}" for language in LANGUAGES))

TableRow = Sequence[str | int]


class Dialect(msgspec.Struct, frozen=True):
    """How a table is written. All of them end lines with CRLF and quote where a field needs it."""

    separator: str
    encoding: str


PLAIN = Dialect(",", "utf-8")
SPREADSHEET = Dialect(";", "utf-8-sig")
"""Where numbers have a comma Excel parts columns by semicolons, and it reads UTF-8 only behind a byte order mark."""


def table(
    head: Header, name: str, columns: Sequence[str], rows: Iterable[TableRow], dialect: Dialect = PLAIN
) -> Document:
    """Return a document that is a table, under a campaign's name for it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=dialect.separator)
    writer.writerow(columns)
    writer.writerows(rows)
    return Document(path(head.campaign, name), head.position, CSV, text.getvalue().encode(dialect.encoding))


def place_of_row(place: str, names: Translations) -> TableRow:
    """Return what a row says of its place."""
    return (place, *(names[language] for language in LANGUAGES))


def currencies_of(sums: Iterable[Figures]) -> tuple[str, ...]:
    """Return the currencies that any of some sums has, tenge first."""
    return (TENGE, *sorted({currency for one in sums for currency in one.amount} - {TENGE}))


def amount_columns(currencies: Iterable[str]) -> list[str]:
    """Return the columns of amounts, in the units of `Money`."""
    return [f"amount_{currency}" for currency in currencies]
