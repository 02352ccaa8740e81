"""What was recorded in each hour by place and kind, and what changed of it later, as entries of their own.

An act belongs to the hour of Kazakhstan in which it was recorded. What came to count in that hour is in its state. A
later approval, a correction or a withdrawal has a state that names the hour in which it was made, what it is, and the
hour of the act: `2026-06-02T10/withdrawn/2026-06-01T18`. So nothing that is made later changes an hour that is over,
and no state holds more than all kinds at all places.
"""

from collections import defaultdict
from collections.abc import Mapping
from itertools import zip_longest
from typing import Literal, get_args

import msgspec

from chalicelib.domain.events import Event, ParticipationApproved, ParticipationCorrected, ParticipationWithdrawn
from chalicelib.domain.vocabulary import KINDS
from chalicelib.projections.changes import MEASURES, MS_PER_HOUR, CampaignChanges, Change
from chalicelib.projections.place_totals import cell
from chalicelib.projections.projection import Projection, currency_of, with_currencies
from chalicelib.projections.sums import Cells, merge
from chalicelib.projections.timeline import hour_of

Rows = dict[str, list[int]]
"""By place the sums of every kind in the order of `KINDS`, which only grows at its end.

Of each kind acts, people, minutes and tenge; of a state that holds a currency alone, amounts. Without names, as the
item is written anew with every batch. No rows of zeros.
"""

EntryKind = Literal["recorded", "approved", "corrected", "withdrawn"]
ENTRY_KINDS: tuple[EntryKind, ...] = get_args(EntryKind)

_LATER: Mapping[type[Event], EntryKind] = {
    ParticipationApproved: "approved",
    ParticipationCorrected: "corrected",
    ParticipationWithdrawn: "withdrawn",
}
_PLACES_OF_KINDS = {kind: place for place, kind in enumerate(KINDS)}


class HourKey(msgspec.Struct, frozen=True):
    """What a state is of: acts of an `hour`, and what became of them in the hour when it was `made`."""

    made: str
    entry: EntryKind
    hour: str


def hour_key(key: str) -> HourKey:
    """Return what the state of a key is of, whichever currency it holds."""
    match key.partition(" ")[0].split("/"):
        case [made, entry, hour]:
            return HourKey(made, msgspec.convert(entry, EntryKind), hour)
        case _:
            hour = key.partition(" ")[0]
            return HourKey(hour, "recorded", hour)


def hour_cells(key: str, rows: Rows) -> Cells:
    """Return the sums of a state by place and kind, as the projection `places` has its own."""
    currency = currency_of(key)
    names = MEASURES if currency is None else (currency,)
    found: Cells = {}
    for place, row in rows.items():
        for number, start in enumerate(range(0, len(row), len(names))):
            measures = dict(zip(names, row[start : start + len(names)], strict=True))
            found = merge(found, {cell(place, KINDS[number]): measures}) if any(measures.values()) else found
    return found


def _by_key(changes: CampaignChanges) -> Mapping[str, CampaignChanges]:
    counting = changes.counting
    if counting.records is counting:
        return with_currencies({_hour(hour): some for hour, some in counting.by_hour().items()})
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for change in counting:
        found[_key(change)].append(change)
    return with_currencies({key: counting.part(some) for key, some in found.items()})


def _key(change: Change) -> str:
    made, hour = change.recorded.recorded_at // MS_PER_HOUR, change.delta.at // MS_PER_HOUR
    entry = _LATER.get(type(change.recorded.event))
    if entry is None or (entry == "approved" and made == hour):
        return _hour(hour)
    return f"{_hour(made)}/{entry}/{_hour(hour)}"


def _hour(number: int) -> str:
    return hour_of(number * MS_PER_HOUR)


def _fold(state: Rows, changes: CampaignChanges) -> Rows:
    width = len(changes.measures)
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (width * len(KINDS)))
    for (place, kind), sums in changes.by_place_and_kind.items():
        start = width * _PLACES_OF_KINDS[kind]
        rows[place][start : start + width] = sums
    return _merge(state, rows)


def _merge(a: Rows, b: Rows) -> Rows:
    merged = dict(a)
    for place, row in b.items():
        total = [one + other for one, other in zip_longest(merged.pop(place, ()), row, fillvalue=0)]
        if any(total):
            merged[place] = total
    return merged


HOURS: Projection[Rows] = Projection("hours", msgspec.json.Decoder(Rows).decode, dict, _by_key, _fold, _merge)
