"""The totals of a campaign: all, by kind, by participant type and by source, and how many acts are in review."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.projection import of_cells, whole
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


def _cells(changes: CampaignChanges) -> Mapping[str, int]:
    sums = changes.sums
    kinds: defaultdict[str, int] = defaultdict(int)
    for (_, kind), packed in sums.by_place_and_kind.items():
        kinds[ALL] += packed
        kinds[by_kind(kind)] += packed
    types = {by_type(participant_type): packed for participant_type, packed in sums.by_type.items()}
    sources = {by_source(source): packed for source, packed in sums.by_source.items()}
    return kinds | types | sources


def _besides(changes: CampaignChanges) -> UnevenCells:
    """Return how the acts in review and the participants change."""
    joined = Counter([of_type for change in changes if change.joined > 0 and (of_type := change.joined_as)])
    joined.subtract([of_type for change in changes if change.joined < 0 and (of_type := change.joined_as)])
    return {
        IN_REVIEW: {"participations": sum([change.waiting for change in changes])},
        ALL: {"participants": joined.total()},
        **{by_type(participant_type): {"participants": count} for participant_type, count in joined.items()},
    }


TOTALS = of_cells("totals", whole, _cells, _besides)
