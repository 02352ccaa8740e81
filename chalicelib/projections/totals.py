"""The totals of a campaign: all, by kind, by participant type and by source, and how many acts are in review."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from chalicelib.projections.delta import SignedAct
from chalicelib.projections.projection import Change, of_cells, whole
from chalicelib.projections.sums import UnevenCells

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


def _cells(signed: SignedAct) -> tuple[str, ...]:
    act = signed.act
    return _named(act.kind, act.participant_type, act.source)


def _besides(changes: Sequence[Change]) -> UnevenCells:
    """Return how the acts in review and the participants change."""
    waiting, joined = 0, defaultdict[str, int](int)
    for change in changes:
        delta = change.delta
        waiting += delta.waiting
        if delta.joined and delta.joined_as:
            joined[delta.joined_as] += delta.joined
    return {
        IN_REVIEW: {"participations": waiting},
        ALL: {"participants": sum(joined.values())},
        **{by_type(participant_type): {"participants": count} for participant_type, count in joined.items()},
    }


TOTALS = of_cells("totals", whole, _cells, _besides)
