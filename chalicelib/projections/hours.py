"""What was recorded in each hour by place and kind, and what changed of it later, as entries of their own.

An act belongs to the hour of Kazakhstan in which it was recorded. What came to count in that hour is in its state. A
later approval, a correction or a withdrawal has a state that names the hour in which it was made, what it is, and the
hour of the act: `2026-06-02T10/withdrawn/2026-06-01T18`. So nothing that is made later changes an hour that is over,
and no state holds more than all kinds at all places.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Literal, get_args

import msgspec

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.events import Event, ParticipationApproved, ParticipationCorrected, ParticipationWithdrawn
from chalicelib.domain.places import place_key
from chalicelib.domain.vocabulary import KINDS
from chalicelib.projections.delta import SignedAct
from chalicelib.projections.place_totals import cell
from chalicelib.projections.projection import Change, Projection, by_currency, currency_of
from chalicelib.projections.sums import Cells, merge
from chalicelib.projections.timeline import MS_PER_HOUR, hour_of

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
_NAMES = ("participations", "people", "minutes", TENGE)
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
    names = _NAMES if currency is None else (currency,)
    found: Cells = {}
    for place, row in rows.items():
        for number, start in enumerate(range(0, len(row), len(names))):
            measures = dict(zip(names, row[start : start + len(names)], strict=True))
            found = merge(found, {cell(place, KINDS[number]): measures}) if any(measures.values()) else found
    return found


def _by_key(changes: Sequence[Change]) -> Mapping[str, Sequence[Change]]:
    hours: defaultdict[int, list[Change]] = defaultdict(list)
    later: defaultdict[tuple[int, EntryKind, int], list[Change]] = defaultdict(list)
    for change in changes:
        if change.delta.counted and change.subject is not None:
            made, hour = change.recorded.recorded_at // MS_PER_HOUR, change.subject.at // MS_PER_HOUR
            entry = _LATER.get(type(change.recorded.event))
            if entry is None or (entry == "approved" and made == hour):
                hours[hour].append(change)
            else:
                later[made, entry, hour].append(change)
    found: dict[str, Sequence[Change]] = {_hour(hour): of_hour for hour, of_hour in hours.items()}
    found |= {f"{_hour(made)}/{entry}/{_hour(hour)}": some for (made, entry, hour), some in later.items()}
    in_currencies = {
        f"{key} {currency}": some for key, whole in found.items() for currency, some in by_currency(whole).items()
    }
    return found | in_currencies


def _hour(number: int) -> str:
    return hour_of(number * MS_PER_HOUR)


def _fold(state: Rows, key: str, changes: Sequence[Change]) -> Rows:
    currency = currency_of(key)
    counted = [signed for change in changes for signed in change.delta.counted]
    return _merge(state, _sums(counted) if currency is None else _amounts(counted, currency))


def _sums(counted: Sequence[SignedAct]) -> Rows:
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_NAMES) * len(KINDS)))
    for signed in counted:
        act, (acts, people, minutes, tenge) = signed.act, signed.measures
        row, start = rows[place_key(act.place)], len(_NAMES) * _PLACES_OF_KINDS[act.kind]
        # One by one: what sums lists takes longer than the few numbers that are in most of them.
        row[start] += acts
        row[start + 1] += people
        row[start + 2] += minutes
        row[start + 3] += tenge
    return rows


def _amounts(counted: Sequence[SignedAct], currency: str) -> Rows:
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(KINDS))
    for signed in counted:
        if signed.foreign is not None and signed.foreign.currency == currency:
            rows[place_key(signed.act.place)][_PLACES_OF_KINDS[signed.act.kind]] += signed.foreign.value
    return rows


def _merge(a: Rows, b: Rows) -> Rows:
    merged = dict(a)
    for place, row in b.items():
        total = [one + other for one, other in zip_longest(merged.pop(place, ()), row, fillvalue=0)]
        if any(total):
            merged[place] = total
    return merged


HOURS: Projection[Rows] = Projection("hours", msgspec.json.Decoder(Rows).decode, dict, _by_key, _fold, _merge)
