"""What each form and each token brought in the last minutes, by the time of record: as much of it as counted at once.

A state holds one minute, the newest one of those that share its place; there are more places than minutes in the span
for which limits ask. So states are few, and none is larger than one minute's senders make it.
"""

from collections.abc import Mapping

import msgspec

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.limits import SPAN_MINUTES, Sum
from chalicelib.projections.campaign_changes import MS_PER_MINUTE, CampaignChanges
from chalicelib.projections.packed import unpacked
from chalicelib.projections.projection import Projection
from chalicelib.projections.state_store import StateStore

MINUTE_PLACES = SPAN_MINUTES + 3
"""Minutes that are there at a time: readers and the projector need not agree on which one is the current."""

_KEYS = tuple(f"{place:02d}" for place in range(MINUTE_PLACES))


Senders = Mapping[str, list[int]]
"""Acts, people, minutes and tenge by sender."""


class MinuteOfArrivals(msgspec.Struct, frozen=True, omit_defaults=True):
    """What senders brought in a minute (epoch minutes)."""

    minute: int = 0
    senders: Senders = {}


def recent(states: StateStore, campaign: str, generation: int, since: int) -> Mapping[str, Sum]:
    """Return what each sender brought from a minute (epoch minutes) on. One request; amounts in tenge alone."""
    total: Senders = {}
    for _, stored in states.read(ARRIVALS, campaign, generation):
        if stored.state.minute >= since:
            total = _added(total, stored.state.senders)
    return {
        sender: Sum(acts, people, minutes, {TENGE: tenge}) for sender, (acts, people, minutes, tenge) in total.items()
    }


def _by_key(changes: CampaignChanges) -> Mapping[str, CampaignChanges]:
    records = changes.counting.records
    by_minute = records.by_minute
    if len({minute % MINUTE_PLACES for minute in by_minute}) == len(by_minute):
        return {_KEYS[minute % MINUTE_PLACES]: of_minute for minute, of_minute in by_minute.items()}
    return records.parted(_KEYS[change.recorded_at // MS_PER_MINUTE % MINUTE_PLACES] for change in records)


def _fold(state: MinuteOfArrivals, changes: CampaignChanges) -> MinuteOfArrivals:
    minute, newest = max(changes.by_minute.items())
    by_sender = newest.sums.by_sender
    senders = {sender: unpacked(packed) for sender, packed in by_sender.items() if sender is not None}
    return _merge(state, MinuteOfArrivals(minute, senders))


def _merge(a: MinuteOfArrivals, b: MinuteOfArrivals) -> MinuteOfArrivals:
    if a.minute != b.minute:
        return max(a, b, key=lambda state: state.minute)
    return MinuteOfArrivals(a.minute, _added(a.senders, b.senders))


def _added(a: Senders, b: Senders) -> Senders:
    """Return the sums of both."""
    return {
        **a,
        **{
            sender: [one + other for one, other in zip(a[sender], row, strict=True)] if sender in a else row
            for sender, row in b.items()
        },
    }


ARRIVALS: Projection[MinuteOfArrivals] = Projection(
    "arrivals", msgspec.json.Decoder(MinuteOfArrivals).decode, MinuteOfArrivals, _by_key, _fold, _merge
)
