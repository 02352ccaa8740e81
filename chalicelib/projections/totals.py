"""The totals of a campaign: all, by kind, by participant type and by source, and how many acts are in review."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from chalicelib.projections.delta import SignedAct
from chalicelib.projections.projection import Change, of_cells, whole
from chalicelib.projections.sums import UnevenCells

ALL = "all"
IN_REVIEW = "in_review"


def by_kind(kind: str) -> str:
    """Return the cell of a kind."""
    return f"kind {kind}"


def by_type(participant_type: str) -> str:
    """Return the cell of a participant type."""
    return f"type {participant_type}"


def by_source(source: str) -> str:
    """Return the cell of a source."""
    return f"source {source}"


def _cells(acts: Sequence[SignedAct]) -> Mapping[str, Sequence[SignedAct]]:
    kinds, types, sources = (defaultdict[str, list[SignedAct]](list) for _ in range(3))
    for signed in acts:
        act = signed.act
        kinds[act.kind].append(signed)
        types[act.participant_type].append(signed)
        sources[act.source].append(signed)
    return {
        **({ALL: acts} if acts else {}),
        **{by_kind(kind): found for kind, found in kinds.items()},
        **{by_type(participant_type): found for participant_type, found in types.items()},
        **{by_source(source): found for source, found in sources.items()},
    }


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
