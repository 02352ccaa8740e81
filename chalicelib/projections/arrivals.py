"""What each form and each token brought in the last minutes, by the time of record: as much of it as counted at once.

A state holds one minute, the newest one of those that share its place; there are more places than minutes in the span
for which limits ask. So states are few, and none is larger than one minute's senders make it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.events import Event, ParticipationRecorded
from chalicelib.domain.limits import SPAN_MINUTES, Sum
from chalicelib.domain.participation import sender_of
from chalicelib.projections.delta import SignedAct
from chalicelib.projections.projection import Change, Projection
from chalicelib.projections.state_store import StateStore
from chalicelib.projections.sums import Values, added

PLACES = SPAN_MINUTES + 3
"""Minutes that are there at a time: readers and the projector need not agree on which one is the current."""

_MS_PER_MINUTE = 60_000
_KEYS = tuple(f"{place:02d}" for place in range(PLACES))


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


def _by_key(changes: Sequence[Change]) -> Mapping[str, Sequence[Change]]:
    minutes: defaultdict[int, list[Change]] = defaultdict(list)
    for change in changes:
        if _arrives(change.recorded.event):
            minutes[change.recorded.recorded_at // _MS_PER_MINUTE % PLACES].append(change)
    return {_KEYS[place]: found for place, found in minutes.items()}


def _arrives(event: Event) -> bool:
    """Whether an event is an act that counts at once, and of which is known who sent it."""
    return (
        isinstance(event, ParticipationRecorded)
        and event.status == "counted"
        and (event.act.form is not None or event.act.token is not None)
    )


def _fold(state: MinuteOfArrivals, _key: str, changes: Sequence[Change]) -> MinuteOfArrivals:
    arrived = [act for change in changes for act in change.delta.counted]
    newest = max([act.at for act in arrived]) // _MS_PER_MINUTE
    of_newest = [act for act in arrived if act.at // _MS_PER_MINUTE == newest]
    return _merge(state, MinuteOfArrivals(newest, _by_sender(of_newest)))


def _by_sender(acts: Sequence[SignedAct]) -> Senders:
    values: defaultdict[str, list[Values]] = defaultdict(list)
    for signed in acts:
        values[sender_of(signed.act) or ""].append(signed.measures)
    return {sender: added(of_sender) for sender, of_sender in values.items()}


def _merge(a: MinuteOfArrivals, b: MinuteOfArrivals) -> MinuteOfArrivals:
    if a.minute != b.minute:
        return max(a, b, key=lambda state: state.minute)
    return MinuteOfArrivals(a.minute, _added(a.senders, b.senders))


def _added(a: Senders, b: Senders) -> Senders:
    """Return the sums of both."""
    return {**a, **{sender: added((a[sender], row)) if sender in a else row for sender, row in b.items()}}


ARRIVALS: Projection[MinuteOfArrivals] = Projection(
    "arrivals", msgspec.json.Decoder(MinuteOfArrivals).decode, MinuteOfArrivals, _by_key, _fold, _merge
)
