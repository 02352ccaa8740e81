"""An audit finds what differs between the states and the log."""

from chalicelib.domain.generations import FIRST_GENERATION
from chalicelib.projections.audit import Audit, audit
from chalicelib.projections.engine import Engine
from tests.histories import FIRST_MOMENT, stream_records
from tests.projections.event_source_mapping import Clock
from tests.projections.in_memory_state_store import InMemoryStateStore
from tests.projections.test_exactly_once import apply, example_event

EVENTS = [example_event(version) for version in range(1, 4)]


def states_after(count: int) -> InMemoryStateStore:
    store = InMemoryStateStore()
    apply(Engine(store, Clock(FIRST_MOMENT)), "shard-1", stream_records(EVENTS[:count]))
    return store


def test_states_that_hold_every_event_have_not_drifted() -> None:
    assert audit("2026", FIRST_GENERATION, EVENTS, states_after(3)) == Audit("2026", recorded=3, applied=3, drifted=())


def test_every_state_that_lacks_an_event_is_named() -> None:
    found = audit("2026", FIRST_GENERATION, EVENTS, states_after(2))

    assert (found.recorded, found.applied) == (3, 2)
    assert [name.partition("/")[0] for name in found.drifted] == ["places", "recent", "timeline", "totals"]


def test_a_state_that_nothing_in_the_log_explains_is_named() -> None:
    found = audit("2026", FIRST_GENERATION, [], states_after(1))

    assert (found.recorded, found.applied) == (0, 1)
    assert "totals/all" in found.drifted
