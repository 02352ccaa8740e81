"""What makes a projection safe to spread over slices: the same state whatever the order and the parting."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import strategies as st

from chalicelib.domain.events import RecordedEvent
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.change import change_of
from chalicelib.projections.projection import Projection
from tests.histories import histories
from tests.laws import few_and_many

every_projection = pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)


def folded(projection: Projection[Any], events: Sequence[RecordedEvent]) -> dict[str, Any]:
    """Fold events into states by key."""
    states: dict[str, Any] = {}
    for event in events:
        for key, belonging in projection.by_key(CampaignChanges([change_of(event)])).items():
            states[key] = projection.fold(states.get(key, projection.zero()), belonging)
    return {key: state for key, state in states.items() if state}


def merged(projection: Projection[Any], *parts: dict[str, Any]) -> dict[str, Any]:
    """Merge states by key."""
    total: dict[str, Any] = {}
    for part in parts:
        for key, state in part.items():
            total[key] = projection.merge(total.get(key, projection.zero()), state)
    return {key: state for key, state in total.items() if state}


@st.composite
def parted(draw: st.DrawFn) -> tuple[list[RecordedEvent], list[list[RecordedEvent]]]:
    """Draw a history, and the same events in three parts: within a part, each stream keeps its order."""
    events = draw(histories())
    owner = draw(st.lists(st.integers(0, 2), min_size=len(events), max_size=len(events)))
    parts = [[event for event, o in zip(events, owner, strict=True) if o == part] for part in range(3)]
    return events, parts


@every_projection
@few_and_many(15, 300, drawn=parted())
def test_folding_is_the_same_as_merging_what_was_folded_apart(
    projection: Projection[Any], drawn: tuple[list[RecordedEvent], list[list[RecordedEvent]]]
) -> None:
    events, parts = drawn

    assert merged(projection, *(folded(projection, part) for part in parts)) == folded(projection, events)


@every_projection
@few_and_many(15, 300, drawn=parted())
def test_merging_is_associative_and_commutative(
    projection: Projection[Any], drawn: tuple[list[RecordedEvent], list[list[RecordedEvent]]]
) -> None:
    a, b, c = (folded(projection, part) for part in drawn[1])

    left = merged(projection, merged(projection, a, b), c)

    assert left == merged(projection, a, merged(projection, b, c))
    assert left == merged(projection, c, a, b)


@every_projection
@few_and_many(15, 300, events=histories(max_size=15))
def test_a_batch_folds_as_its_events_one_by_one(projection: Projection[Any], events: list[RecordedEvent]) -> None:
    by_key = projection.by_key(CampaignChanges([change_of(event) for event in events]))

    at_once = {key: projection.fold(projection.zero(), belonging) for key, belonging in by_key.items()}

    assert {key: state for key, state in at_once.items() if state} == folded(projection, events)


@every_projection
@few_and_many(15, 300, events=histories(max_size=15))
def test_folding_leaves_the_state_it_was_given(projection: Projection[Any], events: list[RecordedEvent]) -> None:
    by_key = projection.by_key(CampaignChanges([change_of(event) for event in events]))

    for key, state in folded(projection, events).items():
        before = msgspec.json.encode(state)
        projection.fold(state, by_key[key])
        assert msgspec.json.encode(state) == before


@every_projection
@few_and_many(15, 300, events=histories())
def test_a_state_is_the_same_after_it_was_stored(projection: Projection[Any], events: list[RecordedEvent]) -> None:
    for state in folded(projection, events).values():
        assert projection.decode(msgspec.json.encode(state)) == state
