"""What several read models ask of the events of a campaign, worked out once for all."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.events import ParticipationRecorded
from chalicelib.domain.participation import Act
from chalicelib.domain.places import place_key
from chalicelib.domain.vocabulary import KINDS, Kind, ParticipantType, Source
from chalicelib.projections.change import Change
from chalicelib.projections.packed import packed_act, unpacked

KeyT = TypeVar("KeyT")

MS_PER_MINUTE = 60_000
MINUTES_PER_HOUR = 60
MS_PER_HOUR = MINUTES_PER_HOUR * MS_PER_MINUTE
"""Hours in Kazakhstan begin when they begin in UTC."""

MEASURES = ("participations", "people", "minutes", TENGE)
"""What an act is measured by, in the order in which sums are packed."""

_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}


class Sums:
    """Sums of acts by what read models are sums of, each packed. With a `currency`, of the amounts in it alone.

    `currencies` are those but tenge in which acts have amounts.
    """

    def __init__(self, acts: Iterable[Act] = (), currency: str | None = None) -> None:
        self.by_place_and_kind: defaultdict[tuple[str, Kind], int] = defaultdict(int)
        # One sum for all that has few values: a batch has a thousand acts.
        self.by_origin: defaultdict[tuple[ParticipantType, Source, str | None], int] = defaultdict(int)
        self.currencies: set[str] = set()
        # All of them in one loop, amounts and senders written out.
        for act in acts:
            amount, tenge = act.confirmed or act.pledged, 0
            if amount is not None:
                if amount.currency == TENGE:
                    tenge = amount.value
                else:
                    self.currencies.add(amount.currency)
            if currency is None:
                measures = packed_act(act.people, act.minutes, tenge)
            else:
                measures = amount.value if amount is not None and amount.currency == currency else 0
            self.by_place_and_kind[act.place, act.kind] += measures
            self.by_origin[act.participant_type, act.source, act.form or act.token] += measures

    @property
    def by_type(self) -> Mapping[ParticipantType, int]:
        """The sums of each participant type."""
        return _added_up((participant_type, packed) for (participant_type, _, _), packed in self.by_origin.items())

    @property
    def by_source(self) -> Mapping[Source, int]:
        """The sums of each source."""
        return _added_up((source, packed) for (_, source, _), packed in self.by_origin.items())

    @property
    def by_sender(self) -> Mapping[str | None, int]:
        """The sums of each form and token, and of what nobody is known to have sent."""
        return _added_up((sender, packed) for (_, _, sender), packed in self.by_origin.items())

    @property
    def total(self) -> int:
        """The sum of all."""
        return sum(self.by_origin.values())

    def add(self, other: "Sums", sign: int = 1) -> None:
        """Add what others are the sums of, or take it back (`sign` -1)."""
        for group, packed in other.by_place_and_kind.items():
            self.by_place_and_kind[group] += sign * packed
        for origin, packed in other.by_origin.items():
            self.by_origin[origin] += sign * packed
        self.currencies |= other.currencies


def _added_up(sums: Iterable[tuple[KeyT, int]]) -> Mapping[KeyT, int]:
    found: defaultdict[KeyT, int] = defaultdict(int)
    for key, packed in sums:
        found[key] += packed
    return found


class CampaignChanges:
    """Events of one campaign in their order, and the sums of the acts that they add and take back.

    With a `currency`, the sums are of amounts in it alone.
    """

    def __init__(self, in_order: Sequence[Change], currency: str | None = None) -> None:
        self.in_order = in_order
        self.currency = currency

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.in_order)

    def __iter__(self) -> Iterator[Change]:
        """Go through them, in their order."""
        return iter(self.in_order)

    @property
    def campaign(self) -> str:
        """The campaign of all of them."""
        return self.in_order[0].campaign

    @property
    def measures(self) -> Sequence[str]:
        """What the numbers of a packed sum are of."""
        return MEASURES if self.currency is None else (self.currency,)

    @cached_property
    def sums(self) -> Sums:
        """The sums of the acts that they add, without those that they take back."""
        if self._minutes is None:
            return self._summed()
        sums = Sums()
        for of_minute in self._minutes.values():
            sums.add(of_minute.sums)
        return sums

    @cached_property
    def by_place(self) -> Mapping[str, Sequence[int]]:
        """By place of totals the sums of every kind in the order of `KINDS`, one for each of the measures."""
        by_place_and_kind = self.sums.by_place_and_kind
        summed = _added_up(((place_key(place), kind), packed) for (place, kind), packed in by_place_and_kind.items())
        width = len(self.measures)
        found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (width * len(KINDS)))
        for (place, kind), packed in summed.items():
            start = width * _NUMBERS[kind]
            found[place][start : start + width] = self.numbers(packed)
        return found

    @property
    def counting(self) -> "CampaignChanges":
        """Those that add an act or take one back."""
        return self if self._counting is None else self._counting

    @property
    def records(self) -> "CampaignChanges":
        """Those that are of an act that comes in."""
        return self if self._records is None else self._records

    @property
    def by_minute(self) -> Mapping[int, "CampaignChanges"]:
        """Those of each minute in which some were recorded (epoch minutes)."""
        return {self.in_order[0].recorded_at // MS_PER_MINUTE: self} if self._minutes is None else self._minutes

    def by_hour(self) -> Mapping[int, "CampaignChanges"]:
        """Part them by the hours in which they were recorded (epoch hours)."""
        hours = {minute // MINUTES_PER_HOUR for minute in self.by_minute}
        if len(hours) == 1:
            return dict.fromkeys(hours, self)
        return self.parted(change.recorded_at // MS_PER_HOUR for change in self.in_order)

    # What refers to itself is freed late, and a batch is large: these are nothing where they are all.

    @cached_property
    def _counting(self) -> "CampaignChanges | None":
        some = [change for change in self.in_order if change.added is not None or change.taken_back is not None]
        if len(some) == len(self.in_order):
            return None
        counting = CampaignChanges(some, self.currency)
        # The others have no acts.
        counting.sums = self.sums
        if self._minutes is not None:
            parts = {minute: of_minute.counting for minute, of_minute in self._minutes.items()}
            counting._minutes = {minute: part for minute, part in parts.items() if part}
        return counting

    @cached_property
    def _records(self) -> "CampaignChanges | None":
        some = [change for change in self.in_order if type(change.event) is ParticipationRecorded]
        return None if len(some) == len(self.in_order) else CampaignChanges(some, self.currency)

    @cached_property
    def _minutes(self) -> "Mapping[int, CampaignChanges] | None":
        minutes = [change.recorded_at // MS_PER_MINUTE for change in self.in_order]
        return None if len(set(minutes)) == 1 else self.parted(minutes)

    def _summed(self) -> Sums:
        sums = Sums([change.added for change in self.in_order if change.added is not None], self.currency)
        taken_back = [change.taken_back for change in self.in_order if change.taken_back is not None]
        if taken_back:
            sums.add(Sums(taken_back, self.currency), -1)
        return sums

    @cached_property
    def by_currency(self) -> Mapping[str, "CampaignChanges"]:
        """Those that have amounts in each currency but tenge."""
        return {currency: CampaignChanges(self._in(currency), currency) for currency in sorted(self.sums.currencies)}

    def _in(self, currency: str) -> Sequence[Change]:
        def has_some(act: Act | None) -> bool:
            amount = None if act is None else act.amount
            return amount is not None and amount.currency == currency

        return [change for change in self.in_order if has_some(change.added) or has_some(change.taken_back)]

    def parted(self, keys: Iterable[KeyT]) -> "Mapping[KeyT, CampaignChanges]":
        """Part them by what each belongs to, told in their order."""
        found: defaultdict[KeyT, list[Change]] = defaultdict(list)
        for key, change in zip(keys, self.in_order, strict=True):
            found[key].append(change)
        return {key: self.part(some) for key, some in found.items()}

    def part(self, some: Sequence[Change]) -> "CampaignChanges":
        """Return some of them: where that is all, these themselves, with what is worked out already."""
        return self if len(some) == len(self.in_order) else CampaignChanges(some, self.currency)

    def named(self, packed: int) -> dict[str, int]:
        """Return the numbers of a sum by what they measure."""
        return dict(zip(self.measures, self.numbers(packed), strict=True))

    def numbers(self, packed: int) -> list[int]:
        """Return the numbers of a sum, one for each of the measures."""
        return unpacked(packed) if self.currency is None else [packed]


def by_campaign(changes: Iterable[Change]) -> Mapping[str, Sequence[Change]]:
    """Part events by their campaigns."""
    found: defaultdict[str, list[Change]] = defaultdict(list)
    beginning: str | None = None
    of_campaign: list[Change] = []
    for change in changes:
        # Nearly all follow one of their own campaign.
        if beginning is None or not change.stream.startswith(beginning):
            campaign = change.campaign
            beginning, of_campaign = f"{campaign}/", found[campaign]
        of_campaign.append(change)
    return found
