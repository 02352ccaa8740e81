"""What a report tells, and whether its sections add up."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from chalicelib.domain.campaign import Goal, Translations
from chalicelib.domain.currencies import TENGE
from chalicelib.domain.vocabulary import PERSON, CampaignState
from chalicelib.publishing.documents import Organisation, ReachableMilestone
from chalicelib.publishing.figures import Amounts, Totals

NOTHING: Amounts = {TENGE: 0}


class Part(msgspec.Struct, frozen=True):
    """What a part of the acts adds up to: a region, kind, channel or day, by its key.

    `hours` are exact to the half; amounts are in whole tenge and in minor units of other currencies.
    """

    key: str
    participations: int
    people: int
    hours: float
    amount: Amounts


class TypePart(Part, frozen=True):
    """What participants of a type have done, and how many they are."""

    participants: int


class BusiestMinute(msgspec.Struct, frozen=True):
    """A minute (HH:MM in Kazakhstan), and how many acts came in it."""

    at: str
    participations: int


class Day(Part, frozen=True):
    """A day in Kazakhstan: by hour (0 to 23) how many acts it added, and its busiest minute.

    A withdrawal is taken from the day on which it was decided, so that a day may be below zero.
    """

    hourly: tuple[int, ...]
    busiest: BusiestMinute | None


class Changed(msgspec.Struct, frozen=True):
    """Acts that were changed after they were recorded, and by how much that changed the totals."""

    acts: int
    participations: int
    people: int
    hours: float
    amount: Amounts


class LaterDecisions(msgspec.Struct, frozen=True):
    """What was decided on the acts of a campaign after they were recorded; `acts` is how many there are of any status.

    `corrected` count and were corrected, `withdrawn` were taken back, `rejected` never counted.
    """

    acts: int
    corrected: Changed
    withdrawn: Changed
    rejected: int


class CampaignReport(msgspec.Struct, frozen=True):
    """A campaign in numbers, as of a moment: all of it but `changes` and `in_review` counts.

    `organisations` are those with most people, as far as their names may be shown. Parts without any act are left out.
    """

    campaign: str
    names: Translations
    state: CampaignState
    epoch: int
    rev: int
    as_of: str
    totals: Totals
    in_review: int
    goals: tuple[Goal, ...]
    milestones: tuple[ReachableMilestone, ...]
    regions: tuple[Part, ...]
    kinds: tuple[Part, ...]
    participant_types: tuple[TypePart, ...]
    channels: tuple[Part, ...]
    days: tuple[Day, ...]
    organisations: tuple[Organisation, ...]
    changes: LaterDecisions


def added(parts: Iterable[Part], key: str = "") -> Part:
    """Return the sum of some parts."""
    total = Part(key, 0, 0, 0, NOTHING)
    for part in parts:
        total = Part(
            key,
            total.participations + part.participations,
            total.people + part.people,
            total.hours + part.hours,
            sum_of_amounts(total.amount, part.amount),
        )
    return total


def sum_of_amounts(*amounts: Amounts) -> Amounts:
    """Return the sums by currency: tenge first and always there, of the others those that are not zero."""
    sums: Amounts = {}
    for one in amounts:
        for currency, value in one.items():
            sums[currency] = sums.get(currency, 0) + value
    return {TENGE: sums.pop(TENGE, 0), **{code: sums[code] for code in sorted(sums) if sums[code]}}


def disagreements(report: CampaignReport) -> list[str]:
    """Return the names of the sections that do not add up to the totals: they are of different moments."""
    sections: dict[str, Sequence[Part]] = {
        "regions": report.regions,
        "kinds": report.kinds,
        "participant_types": report.participant_types,
        "channels": report.channels,
        "days": report.days,
    }
    found = [name for name, parts in sections.items() if _shown(added(parts)) != _shown_totals(report.totals)]
    types = report.participant_types
    if sum(one.participants for one in types) != report.totals.participants:
        found.append("participants")
    if sum(one.participants for one in types if one.key != PERSON) != report.totals.organisations:
        found.append("organisations")
    changes = report.changes
    others = report.in_review + changes.withdrawn.acts + changes.rejected
    if changes.acts != report.totals.participations + others:
        found.append("changes")
    return found


def _shown(total: Part) -> tuple[Any, ...]:
    # The counter shows full hours.
    return total.participations, total.people, int(total.hours), total.amount


def _shown_totals(totals: Totals) -> tuple[Any, ...]:
    return totals.participations, totals.people, totals.hours, sum_of_amounts(totals.amount)
