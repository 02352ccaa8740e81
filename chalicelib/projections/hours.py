"""What was recorded in each hour by place and kind, and what changed of it later, as entries of their own.

An act belongs to the hour of Kazakhstan in which it was recorded. What came to count in that hour is in its state. A
later approval, a correction or a withdrawal has a state that names the hour in which it was made, what it is, and the
hour of the act: `2026-06-02T10/withdrawn/2026-06-01T18`. So nothing that is made later changes an hour that is over,
and no state holds more than all kinds at all places.
"""

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from chalicelib.domain.events import Event, ParticipationApproved, ParticipationCorrected, ParticipationWithdrawn
from chalicelib.projections.campaign_changes import MS_PER_HOUR, CampaignChanges
from chalicelib.projections.change import Change
from chalicelib.projections.place_totals import PlaceSums, cells, fold, merge
from chalicelib.projections.projection import Projection, with_currencies
from chalicelib.projections.timeline import hour_of

EntryKind = Literal["recorded", "approved", "corrected", "withdrawn"]
ENTRY_KINDS: tuple[EntryKind, ...] = get_args(EntryKind)

_LATER: Mapping[type[Event], EntryKind] = {
    ParticipationApproved: "approved",
    ParticipationCorrected: "corrected",
    ParticipationWithdrawn: "withdrawn",
}


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


def _by_key(changes: CampaignChanges) -> Mapping[str, CampaignChanges]:
    counting = changes.counting
    if counting.records is counting:
        return with_currencies({_hour(hour): some for hour, some in counting.by_hour().items()})
    return with_currencies(counting.parted(map(_key, counting)))


def _key(change: Change) -> str:
    made, hour = change.recorded_at // MS_PER_HOUR, change.at // MS_PER_HOUR
    entry = _LATER.get(type(change.event))
    if entry is None or (entry == "approved" and made == hour):
        return _hour(hour)
    return f"{_hour(made)}/{entry}/{_hour(hour)}"


def _hour(number: int) -> str:
    return hour_of(number * MS_PER_HOUR)


HOURS: Projection[PlaceSums] = Projection(
    "hours", msgspec.json.Decoder(PlaceSums).decode, dict, _by_key, fold, merge, cells
)
