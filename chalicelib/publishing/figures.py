"""From the cells of the projections to the numbers that viewers know."""

from collections.abc import Iterable

import msgspec

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.participation import MINUTES_PER_HOUR
from chalicelib.domain.vocabulary import EVENT_KINDS, PARTICIPANT_TYPES, PERSON, Metric
from chalicelib.projections.sums import Cells, Measures
from chalicelib.projections.totals import ALL, IN_REVIEW, by_kind, by_type

Amounts = dict[str, int]
"""Sums by currency, tenge first and always there, the others by code; units as in `Money`."""

_COUNTS = frozenset({"participants", "participations", "people", "minutes"})


class Figures(msgspec.Struct, frozen=True):
    """What acts add up to, anywhere: in a minute, for an organisation, for a kind at a place."""

    participations: int
    people: int
    minutes: int
    amount: Amounts

    @property
    def whole_hours(self) -> int:
        """The hours that are full: what is shown where minutes are not."""
        return self.minutes // MINUTES_PER_HOUR


class PlaceMetrics(msgspec.Struct, frozen=True, omit_defaults=True):
    """The numbers of a place. Participants are of the whole campaign: one may take part in several places.

    `goals` are targets by metric, told of a region that has any.
    """

    participations: int
    people: int
    hours: int
    amount: Amounts
    volunteers: int
    good_deeds: int
    events_held: int
    goals: dict[Metric, int] = {}


class Totals(msgspec.Struct, frozen=True):
    """The numbers of a campaign, in the order of `METRICS`."""

    participants: int
    participations: int
    people: int
    hours: int
    amount: Amounts
    volunteers: int
    good_deeds: int
    events_held: int
    organisations: int


def figures(*cells: Measures) -> Figures:
    """Return the sum of some cells."""
    return Figures(
        participations=_sum("participations", cells),
        people=_sum("people", cells),
        minutes=_sum("minutes", cells),
        amount=amounts(*cells),
    )


def totals(cells: Cells) -> Totals:
    """Return the numbers of a campaign from the cells of the projection `totals`."""
    everything = figures(cells.get(ALL, {}))
    return Totals(
        participants=_count(cells, ALL, "participants"),
        participations=everything.participations,
        people=everything.people,
        hours=everything.whole_hours,
        amount=everything.amount,
        volunteers=_count(cells, by_kind("volunteering"), "people"),
        good_deeds=_count(cells, by_kind("good_deed"), "participations"),
        events_held=sum(_count(cells, by_kind(kind), "participations") for kind in EVENT_KINDS),
        organisations=sum(_count(cells, by_type(t), "participants") for t in PARTICIPANT_TYPES if t != PERSON),
    )


def place_metrics(kinds: Cells) -> PlaceMetrics:
    """Return the numbers of a place from its cells by kind."""
    everything = figures(*kinds.values())
    return PlaceMetrics(
        participations=everything.participations,
        people=everything.people,
        hours=everything.whole_hours,
        amount=everything.amount,
        volunteers=_count(kinds, "volunteering", "people"),
        good_deeds=_count(kinds, "good_deed", "participations"),
        events_held=sum(_count(kinds, kind, "participations") for kind in EVENT_KINDS),
    )


def in_review(cells: Cells) -> int:
    """Return how many acts wait for a moderator, from the cells of the projection `totals`."""
    return _count(cells, IN_REVIEW, "participations")


def value(numbers: Totals, metric: Metric) -> int:
    """Return the number that a metric names; of amounts the tenge."""
    found: int = numbers.amount[TENGE] if metric == "amount" else getattr(numbers, metric)
    return found


def amounts(*cells: Measures) -> Amounts:
    """Return the sums by currency of some cells."""
    found: Amounts = {}
    for measures in cells:
        for measure, number in measures.items():
            if measure not in _COUNTS:
                found[measure] = found.get(measure, 0) + number
    return {TENGE: found.pop(TENGE, 0), **{code: found[code] for code in sorted(found) if found[code]}}


def _sum(measure: str, cells: Iterable[Measures]) -> int:
    return sum(measures.get(measure, 0) for measures in cells)


def _count(cells: Cells, cell: str, measure: str) -> int:
    return cells.get(cell, {}).get(measure, 0)
