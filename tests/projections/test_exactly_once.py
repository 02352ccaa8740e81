"""Whatever the event source mapping does, every event is in every projection once."""

import itertools
from collections.abc import Callable, Sequence
from random import Random
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws import clients
from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.projections.all import PROJECTIONS
from chalicelib.projections.engine import SLICES, Engine, merged
from chalicelib.projections.places import PLACES
from chalicelib.projections.projection import Projection
from chalicelib.projections.state_store import DynamoDBStateStore, StateKey, StateStore, StoredState
from chalicelib.projections.totals import TOTALS
from tests.conftest import Tables
from tests.histories import FIRST_MOMENT, histories, in_campaign, stream_record
from tests.projections.event_source_mapping import Crash, Handler, Mapping, shards_of
from tests.projections.test_laws import folded
from tests.recording import recorded_calls

campaigns = itertools.count(1)


class CrashingStore(DynamoDBStateStore):
    """A store whose process ends after some more puts, with what was put before standing."""

    puts_left: int | None = None

    def put(self, projection: Projection[Any], key: StateKey, next_state: StoredState[Any]) -> None:
        if self.puts_left == 0:
            raise Crash
        super().put(projection, key, next_state)
        if self.puts_left is not None:
            self.puts_left -= 1


@pytest.fixture(scope="module")
def store(make_tables: Callable[[], Tables]) -> CrashingStore:
    return CrashingStore(clients.dynamodb(), make_tables()["StateTable"])


def states(store: StateStore, projection: Projection[Any], campaign: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the merged states by key, and how many events were applied to each."""
    parts: dict[str, list[StoredState[Any]]] = {}
    for key, stored in store.read(projection, campaign):
        parts.setdefault(key.key, []).append(stored)
    sums = {key: merged(projection, stored) for key, stored in parts.items()}
    return (
        {key: state for key, (state, _) in sums.items() if state},
        {key: applied for key, (_, applied) in sums.items()},
    )


def assert_once(store: StateStore, campaign: str, events: Sequence[RecordedEvent]) -> None:
    for projection in PROJECTIONS:
        found, applied = states(store, projection, campaign)
        assert found == folded(projection, events)
        if projection in (TOTALS, PLACES):
            assert applied == ({"all": len(events)} if events else {})


def new_campaign(events: Sequence[RecordedEvent]) -> tuple[str, list[RecordedEvent]]:
    campaign = f"c{next(campaigns)}"
    return campaign, in_campaign(events, campaign)


def engine(store: StateStore) -> Engine:
    return Engine(store, now=lambda: FIRST_MOMENT)


@settings(max_examples=60)
@given(drawn=histories(), seed=st.integers(0, 2**32))
def test_every_event_counts_once_whatever_is_delivered(
    store: CrashingStore, drawn: list[RecordedEvent], seed: int
) -> None:
    random = Random(seed)
    campaign, events = new_campaign(drawn)
    engines = [engine(store), engine(store)]

    def handler(projector: Engine) -> Handler:
        def deliver(shard: str, records: Sequence[dict[str, Any]]) -> None:
            store.puts_left = random.choice([None, *range(7)])
            try:
                projector.apply(shard, records)
            finally:
                store.puts_left = None

        return deliver

    def untroubled(shard: str, records: Sequence[dict[str, Any]]) -> None:
        engines[0].apply(shard, records)

    shards = shards_of(events, split_at=random.randint(0, len(events)), born=FIRST_MOMENT)
    Mapping(shards, [handler(projector) for projector in engines], random).run(deliveries=25)
    Mapping(shards, [untroubled], random).finish()

    assert_once(store, campaign, events)


@given(drawn=histories(most=12).filter(lambda events: len(events) >= 3))
def test_a_batch_delivered_twice_counts_once(store: CrashingStore, drawn: list[RecordedEvent]) -> None:
    campaign, events = new_campaign(drawn)
    records = [stream_record(event, 10**20 + n) for n, event in enumerate(events)]
    shard = f"shardId-{FIRST_MOMENT:020d}-0"

    engine(store).apply(shard, records)
    engine(store).apply(shard, records)
    engine(store).apply(shard, records[1:])

    assert_once(store, campaign, events)


@given(drawn=histories(most=12).filter(lambda events: len(events) >= 3))
def test_two_projectors_with_warm_memories_on_one_shard_count_once(
    store: CrashingStore, drawn: list[RecordedEvent]
) -> None:
    campaign, events = new_campaign(drawn)
    records = [stream_record(event, 10**20 + n) for n, event in enumerate(events)]
    shard = f"shardId-{FIRST_MOMENT:020d}-0"
    one, other = engine(store), engine(store)

    one.apply(shard, records[:1])
    other.apply(shard, records[:2])
    one.apply(shard, records[1:])
    other.apply(shard, records[2:])

    assert_once(store, campaign, events)


def test_a_batch_writes_each_touched_state_once_whatever_its_size(store: CrashingStore) -> None:
    events = in_campaign([example_event(n) for n in range(1, 200)], f"c{next(campaigns)}")
    with recorded_calls(clients.dynamodb()) as calls:
        engine(store).apply("shardId-0-0", [stream_record(event, n) for n, event in enumerate(events, 10**20)])

    puts = [call for call in calls if call.operation == "PutItem"]
    touched = {(projection.name, key) for projection in PROJECTIONS for key in folded(projection, events)}
    assert len(puts) == len(touched)


def test_sequence_numbers_are_compared_as_numbers(store: CrashingStore) -> None:
    campaign, events = new_campaign([example_event(1), example_event(2)])
    shard = "shardId-0-0"

    engine(store).apply(shard, [stream_record(events[0], 9 * 10**20)])
    engine(store).apply(shard, [stream_record(events[1], 10**39)])
    engine(store).apply(shard, [stream_record(events[0], 9 * 10**20)])

    assert_once(store, campaign, events)


def test_checkpoints_of_shards_older_than_two_days_are_dropped(store: CrashingStore) -> None:
    campaign, events = new_campaign([example_event(n) for n in range(1, 4)])
    old = f"shardId-{FIRST_MOMENT - 49 * 3_600_000:020d}-0"
    new = next(s for n in range(1, 10_000) if slice_of(s := f"shardId-{FIRST_MOMENT:020d}-{n:x}") == slice_of(old))

    engine(store).apply(old, [stream_record(events[0], 10**20)])
    engine(store).apply(new, [stream_record(events[1], 10**20 + 1)])

    (stored,) = [stored for _, stored in store.read(TOTALS, campaign)]
    assert stored.checkpoints == {new: 10**20 + 1}


def test_a_record_that_is_no_event_is_set_aside_with_its_reason_and_the_rest_counts(store: CrashingStore) -> None:
    campaign, events = new_campaign([example_event(n) for n in range(1, 4)])
    records = [stream_record(event, 10**20 + n) for n, event in enumerate(events)]
    records[1]["dynamodb"]["NewImage"] = {**records[1]["dynamodb"]["NewImage"], "data": {"S": '{"schema":99}'}}

    poison = engine(store).apply("shardId-0-0", records)

    assert [p.record for p in poison] == [records[1]]
    assert "UnknownSchema" in poison[0].reason
    assert_once(store, campaign, [events[0], events[2]])


def test_a_change_of_the_log_is_set_aside(store: CrashingStore) -> None:
    campaign, events = new_campaign([example_event(1)])
    record = {**stream_record(events[0], 10**20), "eventName": "MODIFY"}

    poison = engine(store).apply("shardId-0-0", [record])

    assert [p.reason for p in poison] == ["the log was changed: MODIFY"]
    assert_once(store, campaign, [])


def test_an_event_that_one_projection_rejects_is_in_none(store: CrashingStore) -> None:
    campaign, events = new_campaign([example_event(n) for n in range(1, 4)])
    records = [stream_record(event, 10**20 + n) for n, event in enumerate(events)]
    far = {"recorded_at": {"N": str(10**17)}}
    records[1]["dynamodb"]["NewImage"] = {**records[1]["dynamodb"]["NewImage"], **far}

    poison = engine(store).apply("shardId-0-0", records)

    assert [p.record for p in poison] == [records[1]]
    assert poison[0].reason.startswith("timeline: ")
    assert_once(store, campaign, [events[0], events[2]])


def example_event(version: int) -> RecordedEvent:
    act = Act(kind="good_deed", participant_type="ngo", place="KZ-75", source="api", organisation="Үміт қоры")
    event = ParticipationRecorded(act=act, status="counted", submission=f"s{version}", fingerprint="f")
    return RecordedEvent("2026/p1", version, f"e{version}", FIRST_MOMENT + version, event)


def slice_of(shard: str) -> int:
    return crc32(shard.encode()) % SLICES
