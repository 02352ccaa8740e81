"""The totals of a campaign: all, by kind, by participant type and by source, and how many acts are in review."""

from chalicelib.projections.deltas import Cells, add, add_act
from chalicelib.projections.projection import Change, of_cells, whole

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


def _apply(cells: Cells, _key: str, change: Change) -> None:
    delta = change.delta
    for sign, act in delta.counted:
        add_act(cells, ALL, sign, act)
        add_act(cells, by_kind(act.kind), sign, act)
        add_act(cells, by_type(act.participant_type), sign, act)
        add_act(cells, by_source(act.source), sign, act)
    for sign, _ in delta.waiting:
        add(cells, IN_REVIEW, "participations", sign)
    if delta.joined and delta.joined_as:
        add(cells, ALL, "participants", delta.joined)
        add(cells, by_type(delta.joined_as), "participants", delta.joined)


TOTALS = of_cells("totals", whole, _apply)
