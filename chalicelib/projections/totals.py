"""The totals of a campaign: all, by kind, by participant type and by source, and how many acts are in review."""

from functools import cache

from chalicelib.domain.participation import Act
from chalicelib.projections.projection import Change, of_cells, whole
from chalicelib.projections.sums import Sums

ALL = "all"
IN_REVIEW = "in_review"


@cache
def by_kind(kind: str) -> str:
    """Return the cell of a kind."""
    return f"kind {kind}"


@cache
def by_type(participant_type: str) -> str:
    """Return the cell of a participant type."""
    return f"type {participant_type}"


@cache
def by_source(source: str) -> str:
    """Return the cell of a source."""
    return f"source {source}"


@cache
def _named(kind: str, participant_type: str, source: str) -> tuple[str, ...]:
    return ALL, by_kind(kind), by_type(participant_type), by_source(source)


def _cells(_change: Change, act: Act) -> tuple[str, ...]:
    return _named(act.kind, act.participant_type, act.source)


def _apply(sums: Sums, change: Change) -> None:
    delta = change.delta
    for sign, _ in delta.waiting:
        sums.participations(IN_REVIEW, sign)
    if delta.joined and delta.joined_as:
        sums.participants(ALL, delta.joined)
        sums.participants(by_type(delta.joined_as), delta.joined)


TOTALS = of_cells("totals", whole, _cells, _apply)
