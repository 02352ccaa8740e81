"""Events with what they change, and what several read models ask of many of them, worked out once for all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

import msgspec

from chalicelib.aws.items import Item
from chalicelib.domain.currencies import TENGE
from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.places import place_key
from chalicelib.domain.vocabulary import Kind
from chalicelib.projections.delta import Delta, SignedAct, delta
from chalicelib.projections.packed import unpacked

StreamRecord = Mapping[str, Any]
"""A record of a DynamoDB stream, as Lambda hands it over."""

MS_PER_MINUTE = 60_000
MINUTES_PER_HOUR = 60
MS_PER_HOUR = MINUTES_PER_HOUR * MS_PER_MINUTE
"""Hours in Kazakhstan begin when they begin in UTC."""

MEASURES = ("participations", "people", "minutes", TENGE)
"""What an act is measured by, in the order in which sums are packed."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """An event with what it changes.

    `sequence` is its place in its shard, `record` what it was delivered as, `image` the item of the log in that; all
    are missing in a recount.
    """

    recorded: RecordedEvent
    delta: Delta
    sequence: int
    record: StreamRecord
    image: Item


_NO_RECORD: StreamRecord = {}
_NO_IMAGE: Item = {}


def change_of(
    recorded: RecordedEvent, sequence: int = 0, record: StreamRecord = _NO_RECORD, image: Item = _NO_IMAGE
) -> Change:
    """Work out what an event changes."""
    return Change(recorded, delta(recorded), sequence, record, image)


class Sums:
    """Sums of signed acts by what read models are sums of, each packed."""

    def __init__(self, acts: Sequence[SignedAct], currency: str | None) -> None:
        self.by_place_and_kind: defaultdict[tuple[str, Kind], int] = defaultdict(int)
        self.by_type: defaultdict[str, int] = defaultdict(int)
        self.by_source: defaultdict[str, int] = defaultdict(int)
        self.by_minute: defaultdict[int, int] = defaultdict(int)
        # All of them in one loop: a batch has a thousand acts.
        for signed in acts:
            act, measures = signed.act, signed.measures if currency is None else signed.amount_in(currency)
            self.by_place_and_kind[act.place, act.kind] += measures
            self.by_type[act.participant_type] += measures
            self.by_source[act.source] += measures
            self.by_minute[signed.at // MS_PER_MINUTE] += measures


class CampaignChanges(Sequence[Change]):
    """Events of one campaign in their order, and the sums of the acts that they add and take back.

    With a `currency`, the sums are of amounts in it alone.
    """

    def __init__(self, changes: Sequence[Change], currency: str | None = None) -> None:
        self._changes = changes
        self.currency = currency

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self._changes)

    def __iter__(self) -> Iterator[Change]:
        """Go through them, in their order."""
        return iter(self._changes)

    @overload
    def __getitem__(self, place: int) -> Change: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Change]: ...

    def __getitem__(self, place: int | slice) -> Change | Sequence[Change]:
        """Return the one at a place, or those between two."""
        return self._changes[place]

    @property
    def campaign(self) -> str:
        """The campaign of all of them."""
        return self._changes[0].recorded.campaign

    @property
    def measures(self) -> Sequence[str]:
        """What the numbers of a packed sum are of."""
        return MEASURES if self.currency is None else (self.currency,)

    @cached_property
    def signed(self) -> Sequence[SignedAct]:
        """The acts that they add or take back."""
        return [signed for change in self._changes for signed in change.delta.counted]

    @cached_property
    def sums(self) -> Sums:
        """The sums of these acts."""
        return Sums(self.signed, self.currency)

    @cached_property
    def by_place_and_kind(self) -> Mapping[tuple[str, Kind], Sequence[int]]:
        """The sums of each kind at each place of totals, one for each of the measures."""
        found: defaultdict[tuple[str, Kind], int] = defaultdict(int)
        for (place, kind), packed in self.sums.by_place_and_kind.items():
            found[place_key(place), kind] += packed
        return {group: self.numbers(packed) for group, packed in found.items()}

    @property
    def counting(self) -> "CampaignChanges":
        """Those that add an act or take one back."""
        return self if self._counting is None else self._counting

    @property
    def records(self) -> "CampaignChanges":
        """Those that are of an act that comes in."""
        return self if self._records is None else self._records

    # What refers to itself is freed late, and a batch is large: these are nothing where they are all.

    @cached_property
    def _counting(self) -> "CampaignChanges | None":
        some = [change for change in self._changes if change.delta.counted]
        if len(some) == len(self._changes):
            return None
        counting = CampaignChanges(some, self.currency)
        # The others have no acts.
        counting.signed, counting.sums = self.signed, self.sums
        return counting

    @cached_property
    def _records(self) -> "CampaignChanges | None":
        some = [change for change in self._changes if type(change.recorded.event) is ParticipationRecorded]
        return None if len(some) == len(self._changes) else CampaignChanges(some, self.currency)

    def by_hour(self) -> Mapping[int, "CampaignChanges"]:
        """Part events that each add an act or take one back by their hours (epoch hours)."""
        hours = {minute // MINUTES_PER_HOUR for minute in self.sums.by_minute}
        if len(hours) == 1:
            return dict.fromkeys(hours, self)
        found: defaultdict[int, list[Change]] = defaultdict(list)
        for change in self._changes:
            found[change.recorded.recorded_at // MS_PER_HOUR].append(change)
        return {hour: CampaignChanges(some, self.currency) for hour, some in found.items()}

    @cached_property
    def by_currency(self) -> Mapping[str, "CampaignChanges"]:
        """Those that have amounts in each currency but tenge."""
        if all(signed.foreign is None for signed in self.signed):
            return {}
        found: defaultdict[str, list[Change]] = defaultdict(list)
        for change in self._changes:
            for currency in {signed.foreign.currency for signed in change.delta.counted if signed.foreign is not None}:
                found[currency].append(change)
        return {currency: CampaignChanges(some, currency) for currency, some in found.items()}

    def part(self, some: Sequence[Change]) -> "CampaignChanges":
        """Return some of them: where that is all, these themselves, with what is worked out already."""
        return self if len(some) == len(self._changes) else CampaignChanges(some, self.currency)

    def numbers(self, packed: int) -> list[int]:
        """Return the numbers of a sum, one for each of the measures."""
        return unpacked(packed) if self.currency is None else [packed]


def by_campaign(changes: Sequence[Change]) -> Mapping[str, CampaignChanges]:
    """Part events by their campaigns."""
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.recorded.campaign].append(change)
    return {campaign: CampaignChanges(some) for campaign, some in found.items()}
