"""`days/{date}.csv`: each hour by place and kind, what was changed as entries of its own; `days.csv`: all days.

A file of a day holds the entries made on that day, also about acts of days before it: what is made later is in the file
of a later day, and a day that is over stays as it is.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from chalicelib.domain.vocabulary import KINDS
from chalicelib.domain.words import OTHER_NAMES, place_names
from chalicelib.projections.hours import ENTRY_KINDS, HOURS, EntryKind, HourKey, hour_key
from chalicelib.projections.place_totals import PlaceSums
from chalicelib.projections.state_store import StateKey, StoredState
from chalicelib.projections.store_faults import FOLDING_FAULTS
from chalicelib.projections.sums import Cells, merge
from chalicelib.publishing.cells import OTHER, without_small_cells
from chalicelib.publishing.csv_tables import PLACE_COLUMNS, TableRow, amount_columns, currencies_of, place_of_row, table
from chalicelib.publishing.documents import Document, Header, path
from chalicelib.publishing.figures import Figures, amounts, figures

Entries = Mapping[HourKey, Cells]
"""Sums by place and kind of what was recorded in hours, and of what became of it."""

_AMOUNT = "amount_"
_MEASURES = ("participations", "people", "minutes")
_OF_ENTRY = ("date", "hour", "kind", "entry", "made_on", "made_hour")


class DayLine(msgspec.Struct, frozen=True):
    """What a line of `days.csv` says: what the entries of one sort made on a day add up to."""

    day: str
    entry: EntryKind
    sums: Figures
    final: bool
    as_of: str
    epoch: int
    rev: int


def entries_of(states: Iterable[tuple[StateKey, StoredState[PlaceSums]]]) -> Entries:
    """Return the sums of some states, slices and currencies put together."""
    found: defaultdict[HourKey, Cells] = defaultdict(dict)
    for key, stored in states:
        of = hour_key(key.key)
        found[of] = merge(found[of], HOURS.cells(key.key, stored.state))
    return found


def day_path(campaign: str, day: date) -> str:
    """Return the key of a day's file."""
    return path(campaign, _file(day.isoformat()))


def list_path(campaign: str) -> str:
    """Return the key of the list of days."""
    return path(campaign, "days.csv")


def day_csv(head: Header, day: date, entries: Entries, min_cell: int, *, closed: bool) -> Document:
    """Return a day's file, immutable where the day is closed; only what is not zero has a line.

    `date` and `hour` are those of the acts, `made_on` and `made_hour` when the entry was made. What fewer acts than
    `min_cell` add up to in an entry is shown without its place, at the place `other`.
    """
    shown = {of: without_small_cells(cells, min_cell) for of, cells in entries.items()}
    currencies = currencies_of(figures(sums) for cells in shown.values() for sums in cells.values())
    columns = ["date", "hour", "kind", *PLACE_COLUMNS, "entry", "made_on", "made_hour", *_MEASURES]
    columns += [*amount_columns(currencies), "as_of", "rev"]
    document = table(head, _file(day.isoformat()), columns, _day_rows(head, shown, currencies))
    return msgspec.structs.replace(document, immutable=closed)


def day_lines(head: Header, day: date, entries: Entries, *, closed: bool) -> list[DayLine]:
    """Return the lines of a day, one for each sort of entry made on it: none of a day without any."""
    found: list[DayLine] = []
    for entry in ENTRY_KINDS:
        cells = [sums for of, cells in entries.items() if of.entry == entry for sums in cells.values()]
        if cells:
            sums = figures(*cells)
            found.append(DayLine(day.isoformat(), entry, sums, closed, head.as_of, head.epoch, head.rev))
    return found


def days_csv(head: Header, lines: Sequence[DayLine], current: bytes | None) -> Document:
    """Return the list of days: the one that stands, with the lines of some days in place of what is older of them.

    Of another build of the numbers nothing stays: the first list of a build has lines of all its days.
    """
    by_day = _by_day(line for line in _read(current or b"") if line.epoch >= head.epoch)
    for day, found in _by_day(lines).items():
        if day not in by_day or _age(by_day[day][0]) < _age(found[0]):
            by_day[day] = found
    all_lines = [line for day in sorted(by_day) for line in by_day[day]]
    currencies = currencies_of(line.sums for line in all_lines)
    columns = ["date", "entry", *_MEASURES, *amount_columns(currencies), "final", "file", "as_of", "epoch", "rev"]
    return table(head, "days.csv", columns, (_list_row(line, currencies) for line in all_lines))


def say_the_same(stored: bytes, made: bytes) -> bool:
    """Whether two files of a day add up to the same; one that is stored and cannot be read does not."""
    try:
        return _sums_told(stored) == _sums_told(made)
    except FOLDING_FAULTS:
        return False


def _sums_told(body: bytes) -> Mapping[tuple[str, ...], int]:
    """Return what a day's file adds up to by hour, kind, entry and measure, wherever it was, without zeros."""
    found: Counter[tuple[str, ...]] = Counter()
    for row in _rows_of(body):
        of = tuple(row[column] for column in _OF_ENTRY)
        for name in (*_MEASURES, *(name for name in row if name.startswith(_AMOUNT))):
            found[*of, name] += int(row[name])
    return {key: value for key, value in found.items() if value}


def _file(day: str) -> str:
    return f"days/{day}.csv"


def _day_rows(head: Header, entries: Entries, currencies: Sequence[str]) -> Iterator[TableRow]:
    places = {**place_names(), OTHER: OTHER_NAMES}
    for of in sorted(entries, key=lambda of: (of.made, ENTRY_KINDS.index(of.entry), of.hour)):
        cells = entries[of]
        for place, names in places.items():
            for kind in KINDS:
                if (sums := cells.get(f"{place} {kind}")) is not None:
                    found = figures(sums)
                    yield [
                        *_moment(of.hour),
                        kind,
                        *place_of_row(place, names),
                        of.entry,
                        *_moment(of.made),
                        *_measures(found, currencies),
                        *(head.as_of, head.rev),
                    ]


def _moment(hour: str) -> tuple[str, int]:
    day, _, number = hour.partition("T")
    return day, int(number)


def _measures(found: Figures, currencies: Sequence[str]) -> TableRow:
    amounts = (found.amount.get(currency, 0) for currency in currencies)
    return (found.participations, found.people, found.minutes, *amounts)


def _list_row(line: DayLine, currencies: Sequence[str]) -> TableRow:
    measures = _measures(line.sums, currencies)
    final = "true" if line.final else "false"
    return (line.day, line.entry, *measures, final, _file(line.day), line.as_of, line.epoch, line.rev)


def _age(line: DayLine) -> tuple[int, int, bool]:
    return line.epoch, line.rev, line.final


def _by_day(lines: Iterable[DayLine]) -> dict[str, list[DayLine]]:
    found: defaultdict[str, list[DayLine]] = defaultdict(list)
    for line in lines:
        found[line.day].append(line)
    return dict(found)


def _read(body: bytes) -> Iterator[DayLine]:
    for row in _rows_of(body):
        amount = {name.removeprefix(_AMOUNT): int(value) for name, value in row.items() if name.startswith(_AMOUNT)}
        sums = Figures(int(row["participations"]), int(row["people"]), int(row["minutes"]), amounts(amount))
        yield DayLine(
            day=row["date"],
            entry=msgspec.convert(row["entry"], EntryKind),
            sums=sums,
            final=row["final"] == "true",
            as_of=row["as_of"],
            epoch=int(row["epoch"]),
            rev=int(row["rev"]),
        )


def _rows_of(body: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(body.decode(), newline=""))
