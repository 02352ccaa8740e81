"""An audit finds what differs between the states and the log."""

from chalicelib.aws import clients
from chalicelib.projections.audit import Audit, audit
from chalicelib.projections.engine import Engine
from chalicelib.projections.state_store import DynamoDBStateStore, StateStore
from tests.conftest import Tables
from tests.histories import FIRST_MOMENT, stream_record
from tests.projections.test_exactly_once import example_event

EVENTS = [example_event(version) for version in range(1, 4)]


def states_after(tables: Tables, count: int) -> StateStore:
    store = DynamoDBStateStore(clients.dynamodb(), tables["StateTable"])
    records = [stream_record(event, 10**20 + n) for n, event in enumerate(EVENTS[:count])]
    Engine(store, now=lambda: FIRST_MOMENT).apply("shardId-0-0", records)
    return store


def test_states_that_hold_every_event_have_not_drifted(tables: Tables) -> None:
    found = audit("2026", EVENTS, states_after(tables, 3))

    assert found == Audit("2026", recorded=3, applied=3, drifted=())


def test_every_state_that_lacks_an_event_is_named(tables: Tables) -> None:
    found = audit("2026", EVENTS, states_after(tables, 2))

    assert (found.recorded, found.applied) == (3, 2)
    assert [name.partition("/")[0] for name in found.drifted] == [
        "organisations",
        "places",
        "recent",
        "timeline",
        "totals",
    ]


def test_a_state_that_nothing_in_the_log_explains_is_named(tables: Tables) -> None:
    found = audit("2026", [], states_after(tables, 1))

    assert (found.recorded, found.applied) == (0, 1)
    assert "totals/all" in found.drifted
