"""What each form and each token brought in the last minutes, by the time of record: as much of it as counted at once.

A state holds one minute, the newest one of those that share its place; there are more places than minutes in the span
for which limits ask. So states are few, and none is larger than one minute's senders make it.
"""

from collections.abc import Mapping, Sequence

import msgspec

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.events import ParticipationRecorded
from chalicelib.domain.limits import SPAN_MINUTES, Sum
from chalicelib.projections.projection import Change, Projection
from chalicelib.projections.state_store import StateStore

PLACES = SPAN_MINUTES + 3
"""Minutes that are there at a time: readers and the projector need not agree on which one is the current."""

_MS_PER_MINUTE = 60_000
_KEYS = tuple((f"{place:02d}",) for place in range(PLACES))
_NONE: tuple[str, ...] = ()

Row = list[int]
"""Acts, people, minutes and tenge."""


class MinuteOfArrivals(msgspec.Struct, frozen=True, omit_defaults=True):
    """What senders brought in a minute (epoch minutes)."""

    minute: int = 0
    senders: dict[str, Row] = {}


def recent(states: StateStore, campaign: str, generation: int, since: int) -> Mapping[str, Sum]:
    """Return what each sender brought from a minute (epoch minutes) on. One request; amounts in tenge alone."""
    total: dict[str, Row] = {}
    for _, stored in states.read(ARRIVALS, campaign, generation):
        if stored.state.minute >= since:
            total = _added(total, stored.state.senders)
    return {
        sender: Sum(acts, people, minutes, {TENGE: tenge}) for sender, (acts, people, minutes, tenge) in total.items()
    }


def _keys(change: Change) -> tuple[str, ...]:
    recorded = change.recorded
    event = recorded.event
    if type(event) is not ParticipationRecorded or event.status != "counted":
        return _NONE
    if event.act.form is None and event.act.token is None:
        return _NONE
    return _KEYS[recorded.recorded_at // _MS_PER_MINUTE % PLACES]


def _fold(state: MinuteOfArrivals, _key: str, changes: Sequence[Change]) -> MinuteOfArrivals:
    """Add a batch in one pass: this is part of the projector's inner loop."""
    newest, rows = state.minute, _added({}, state.senders)
    for change in changes:
        minute = change.recorded.recorded_at // _MS_PER_MINUTE
        if minute < newest:
            continue
        if minute > newest:
            newest, rows = minute, {}
        ((_, act),) = change.delta.counted
        sender = act.form or act.token or ""
        row = rows.get(sender)
        if row is None:
            row = rows[sender] = [0, 0, 0, 0]
        row[0] += 1
        row[1] += act.people
        row[2] += act.minutes
        amount = act.confirmed or act.pledged
        if amount is not None and amount.currency == TENGE:
            row[3] += amount.value
    return MinuteOfArrivals(newest, rows)


def _merge(a: MinuteOfArrivals, b: MinuteOfArrivals) -> MinuteOfArrivals:
    if a.minute != b.minute:
        return max(a, b, key=lambda state: state.minute)
    return MinuteOfArrivals(a.minute, _added(a.senders, b.senders))


def _added(a: Mapping[str, Row], b: Mapping[str, Row]) -> dict[str, Row]:
    """Return the sums of both, in rows of their own."""
    total = {sender: [*row] for sender, row in a.items()}
    for sender, row in b.items():
        there = total.get(sender)
        total[sender] = [*row] if there is None else [one + other for one, other in zip(there, row, strict=True)]
    return total


ARRIVALS: Projection[MinuteOfArrivals] = Projection(
    "arrivals", msgspec.json.Decoder(MinuteOfArrivals).decode, MinuteOfArrivals, _keys, _fold, _merge
)
