"""The rows of a generation compared with the log, both ways, while events go on coming in.

The log says which rows there must be: each is as an event up to the scratch's cut makes it, or newer. A row says which
event made it: that one is in the log, and makes just this row. Acts that were recorded and never changed, as most are,
are compared by sums of hashes, so that neither rows nor events are read one by one; where the sums differ, all is read
once more and what differs is named. What is in memory does not grow with either.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Protocol

import msgspec

from chalicelib.aws.items import Item
from chalicelib.domain.events import ParticipantErased, ParticipationRecorded
from chalicelib.domain.generations import Generation
from chalicelib.eventlog.segments import Place, place_of
from chalicelib.projections import acts, organisations
from chalicelib.projections.change import Change
from chalicelib.projections.fingerprints import Fingerprints
from chalicelib.projections.log_fold import decoded
from chalicelib.projections.log_scan import Segments
from chalicelib.projections.projector import rows_by_event
from chalicelib.projections.rows import Row, RowStore, number, scoped
from chalicelib.projections.set_aside import Poison

MAX_NAMED = 100
"""How many rows that differ are named."""

MAX_KNOWN = 10_000
"""How many rows that differ are remembered, so that each of them counts once though it is met twice."""

_RECORDED = ParticipationRecorded.__name__

_SOURCES = {acts.MODEL: acts.source, organisations.MODEL: organisations.source}


class DriftedRow(msgspec.Struct, frozen=True):
    """A row that is not what an event makes of it: `stored` is its version, None where it is missing or has none.

    `expected` is the version that the log has of it, None where nothing in the log explains it.
    """

    model: str
    key: str
    expected: int | None
    stored: int | None


class Log(Segments, Protocol):
    """What reads the log."""

    def items_at(self, places: Sequence[Place]) -> Iterable[Item]:
        """Return the items at different places, as far as they are there, in any order. Consistent."""


class RowCheck:
    """Compares the rows of the generation of a campaign that is shown with the log up to the cut of a scratch.

    `take` is given all events up to the cut, a page of the log at a time, in whichever thread; after that
    `compare_stored` reads the rows.
    """

    def __init__(self, store: RowStore, log: Log, campaign: str, shown: int, scratch: Generation) -> None:
        self._store = store
        self._log = log
        self._campaign = campaign
        self._shown = shown
        self._scratch = scratch
        self._recorded = Fingerprints()
        self._drifted: dict[tuple[str, str], DriftedRow] = {}
        self._lock = Lock()
        self.count = 0

    @property
    def named(self) -> Sequence[DriftedRow]:
        """Some of the rows that differ."""
        return tuple(self._drifted.values())[:MAX_NAMED]

    def take(self, changes: Sequence[Change]) -> Sequence[Poison]:
        """Compare the rows that some events are about, or keep for `compare_stored` what they sum up to."""
        made, poison = rows_by_event(changes, self._shown)
        self._recorded.add(row.item for row in made if _is_of_record(row))
        self._compare(row for row in made if not _is_of_record(row))
        return poison

    def compare_stored(self) -> None:
        """Compare all rows that are stored."""
        # A row that such a read does not see yet is looked for again: without it the sums differ.
        for items in self._stored(organisations.MODEL, consistent=False):
            self._explaining(organisations.MODEL, items)
        for items in self._stored(acts.MODEL, consistent=False):
            summed = [item for item in items if self._is_summed(item)]
            changes = self._explaining(acts.MODEL, [item for item in items if not self._is_summed(item)])
            self._recorded.take_away(summed)
            self._recorded.take_away(self._recorded_before(changes))
        if self._recorded.differ:
            self._compare_again()

    def _compare_again(self) -> None:
        """Compare one by one the acts that are in buckets of which the sums differ."""
        for page in self._log.pages(0, 1):
            changes, _ = decoded(page.items, self._campaign, self._scratch.is_scanned_for)
            made, _ = rows_by_event(changes, self._shown)
            self._compare(row for row in made if row.model == acts.MODEL and self._recorded.differ_at(row.key))
        for items in self._stored(acts.MODEL, consistent=True):
            self._explaining(acts.MODEL, [item for item in items if self._recorded.differ_at(item["id"]["S"])])

    def _is_summed(self, item: Item) -> bool:
        at = number(item, "at")
        return _is_recorded(item) and at is not None and self._scratch.is_scanned_for(at)

    def _recorded_before(self, changes: Iterable[Change]) -> Sequence[Item]:
        """Return the rows that acts had when they were recorded, of those that were changed since and are in the sums.

        What the sums have of such an act is its record.
        """
        places: list[Place] = []
        for change in changes:
            event = change.event
            if not isinstance(event, ParticipationRecorded | ParticipantErased):
                places.append({"stream": change.image["stream"], "version": {"N": str(event.participation)}})
        recorded, _ = self._read(places, self._scratch.is_scanned_for)
        made, _ = rows_by_event(recorded, self._shown)
        return [row.item for row in made if _is_of_record(row)]

    def _compare(self, made: Iterable[Row]) -> None:
        """Compare the newest of some rows of each thing, its last, with what is stored, which may be newer."""
        newest = {(row.model, row.key): row for row in made}
        for model in _SOURCES:
            expected = {row.key: row for row in newest.values() if row.model == model}
            stored = {item["id"]["S"]: item for item in self._store.read(model, list(expected))}
            newer = {key: item for key, item in stored.items() if _version(item) > expected[key].version}
            self._explaining(model, list(newer.values()), expected)
            for key in expected.keys() - newer.keys():
                if stored.get(key) != expected[key].item:
                    self._add(model, key, expected[key].version, stored.get(key, {}))

    def _explaining(
        self, model: str, items: Sequence[Item], expected: Mapping[str, Row] | None = None
    ) -> Sequence[Change]:
        """Return the events that some rows were made by, and name each row that is not as any event made it."""
        places = {item["id"]["S"]: _SOURCES[model](item) for item in items}
        changes, unreadable = self._read(filter(None, places.values()), lambda at: at >= self._scratch.since)
        made, unmade = rows_by_event(changes, self._shown)
        by_version = {(row.key, row.version): row for row in made if row.model == model}
        # Of what this release cannot read nobody knows which rows it makes.
        unknown = [place_of(one.record["dynamodb"]["NewImage"]) for one in (*unreadable, *unmade)]
        explaining = []
        for item in items:
            key = item["id"]["S"]
            row = by_version.get((key, _version(item)))
            if row is not None and row.item == item:
                explaining.append(row.change)
            elif places[key] not in unknown:
                known = (expected or {}).get(key, row)
                self._add(model, key, None if known is None else known.version, item)
        return explaining

    def _read(
        self, places: Iterable[Place], is_meant: Callable[[int], bool]
    ) -> tuple[Sequence[Change], Sequence[Poison]]:
        """Return the events at some places, as far as they are there and meant, and what there is no event."""
        different = {_text(place): place for place in places}
        return decoded(list(self._log.items_at(list(different.values()))), self._campaign, is_meant)

    def _stored(self, model: str, *, consistent: bool) -> Iterator[Sequence[Item]]:
        return self._store.scan(model, [scoped(self._campaign, self._shown)], consistent=consistent)

    def _add(self, model: str, key: str, expected: int | None, stored: Item) -> None:
        row = DriftedRow(model, key, expected, number(stored, "version"))
        with self._lock:
            known = self._drifted.get((model, key))
            self.count += known is None
            # A thing may be on many pages of the log, each of which has its newest.
            is_newer = known is None or (expected or 0) > (known.expected or 0)
            if is_newer and (known is not None or len(self._drifted) < MAX_KNOWN):
                self._drifted[model, key] = row


def _is_of_record(row: Row) -> bool:
    """Whether a row is of an act as it was recorded."""
    return row.model == acts.MODEL and isinstance(row.change.event, ParticipationRecorded)


def _is_recorded(item: Item) -> bool:
    """Whether a stored row says that it is of an act as it was recorded."""
    return item.get("type") == {"S": _RECORDED}


def _version(item: Item) -> int:
    """Return the version of a row, 0 where it has none."""
    return number(item, "version") or 0


def _text(place: Place) -> str:
    return f"{place['stream']['S']} {place['version']['N']}"
