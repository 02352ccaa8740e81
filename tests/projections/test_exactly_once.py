"""Whatever the event source mapping does, every event is in every sum once, and of every row the newest is there."""

import itertools
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest

from chalicelib.aws import clients
from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.generations import FIRST_GENERATION
from chalicelib.domain.participation import Act
from chalicelib.projections import acts, organisations
from chalicelib.projections.campaign_changes import CampaignChanges, by_campaign
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.change import Change
from chalicelib.projections.engine import CHECKPOINT_LIFE_MS, Engine
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.projection import Projection
from chalicelib.projections.projector import newest, rows_by_event
from chalicelib.projections.row_store import DynamoDBRowStore
from chalicelib.projections.rows import RefusedRow, Row, RowStore
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.state_store import DynamoDBStateStore, StateKey, StateStore, StoredState
from chalicelib.projections.stream_records import decode_records
from chalicelib.projections.totals import TOTALS
from tests.conftest import Tables
from tests.histories import FIRST_MOMENT, in_campaign, random_history, stream_record, stream_records
from tests.projections.event_source_mapping import Clock, Crash, Handler, Mapping, Shard, shard_ids, shards_of, slice_of
from tests.projections.in_memory_row_store import InMemoryRowStore
from tests.projections.in_memory_state_store import InMemoryStateStore
from tests.projections.test_laws import folded
from tests.recording import recorded_calls

HOUR_MS = 3_600_000

campaigns = itertools.count(1)


class Trouble:
    """Ends a process after some more puts, with what was put before standing."""

    puts_left: int | None = None

    def put(self) -> None:
        if self.puts_left == 0:
            raise Crash
        if self.puts_left is not None:
            self.puts_left -= 1


class CrashingStates:
    """A state store in trouble."""

    def __init__(self, store: StateStore, trouble: Trouble) -> None:
        self._store = store
        self._trouble = trouble
        self.load = store.load
        self.read = store.read
        self.load_together = store.load_together
        self.forget = store.forget
        self.scratches = store.scratches

    def put(self, projection: Projection[Any], key: StateKey, next_state: StoredState[Any]) -> None:
        self._trouble.put()
        self._store.put(projection, key, next_state)


class CrashingRows:
    """A row store in trouble."""

    def __init__(self, store: RowStore, trouble: Trouble) -> None:
        self._store = store
        self._trouble = trouble
        self.read = store.read
        self.query = store.query
        self.forget = store.forget

    def put(self, rows: Sequence[Row]) -> list[RefusedRow]:
        for row in rows:
            self._trouble.put()
            self._store.put([row])
        return []


def states(store: StateStore, projection: Projection[Any], campaign: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the merged states by key, and how many events were applied to each."""
    merged: dict[str, Any] = {}
    applied: dict[str, int] = {}
    for key, stored in store.read(projection, campaign, FIRST_GENERATION):
        merged[key.key] = projection.merge(merged.get(key.key, projection.zero()), stored.state)
        applied[key.key] = applied.get(key.key, 0) + stored.applied
    return {key: state for key, state in merged.items() if state}, applied


def assert_summed_once(store: StateStore, campaign: str, events: Sequence[RecordedEvent]) -> None:
    for projection in PROJECTIONS:
        found, applied = states(store, projection, campaign)
        assert found == folded(projection, events)
        if projection in (TOTALS, PLACES):
            assert applied.get("all", 0) == len(events)


def assert_newest_rows(store: RowStore, records: Sequence[dict[str, Any]]) -> None:
    changes, _ = decode_records(records)
    expected = newest_rows(changes)
    for model in (acts.MODEL, organisations.MODEL):
        rows = [row for row in expected if row.model == model]
        assert store.read(model, [row.key for row in rows]) == [row.item for row in rows]


def new_campaign(events: Sequence[RecordedEvent]) -> tuple[str, list[RecordedEvent]]:
    campaign = f"c{next(campaigns)}"
    return campaign, in_campaign(events, campaign)


def apply(engine: Engine, shard: str, records: Sequence[dict[str, Any]]) -> None:
    changes, poison = decode_records(records)
    assert poison + added(engine, shard, changes) == []


def added(engine: Engine, shard: str, changes: Sequence[Change]) -> list[Poison]:
    """Add events to the sums of their campaigns; return what is not understood or cannot be stored."""
    poison: list[Poison] = []
    for part in by_campaign(changes).values():
        engine.apply(FIRST_GENERATION, shard, CampaignChanges(part), poison.append)
    return poison


def newest_rows(changes: Sequence[Change], generation: int = FIRST_GENERATION) -> list[Row]:
    """Return the newest row of each thing that events are about."""
    made = (rows_by_event(of_campaign, generation)[0] for of_campaign in by_campaign(changes).values())
    return list(newest([row for rows in made for row in rows]))


def in_trouble(states: StateStore, rows: RowStore, drawn: list[RecordedEvent], random: Random) -> None:
    """Project a history through two projectors that remember, on shards of which some share a slice, as time passes."""
    clock = Clock(FIRST_MOMENT)
    trouble = Trouble()
    campaign, events = new_campaign(drawn)
    engines = [Engine(CrashingStates(states, trouble), clock) for _ in range(2)]
    crashing_rows = CrashingRows(rows, trouble)

    def handler(engine: Engine) -> Handler:
        def deliver(shard: str, records: Sequence[dict[str, Any]]) -> None:
            changes, _ = decode_records(records)
            added(engine, shard, changes)
            crashing_rows.put(newest_rows(changes))

        return deliver

    def troubled(deliver: Handler) -> Handler:
        def delivering(shard: str, records: Sequence[dict[str, Any]]) -> None:
            trouble.puts_left = random.choice([None, None, *range(12)])
            try:
                deliver(shard, records)
            finally:
                trouble.puts_left = None

        return delivering

    handlers = [handler(engine) for engine in engines]

    def deliver(shards: Sequence[Shard]) -> None:
        Mapping(shards, [troubled(deliver) for deliver in handlers], random, clock).run(deliveries=25)
        Mapping(shards, handlers, random, clock).finish()

    split_at = random.randint(0, len(events))
    if random.random() < 0.2:
        # What has ended is forgotten before its children, born later, are delivered.
        later = FIRST_MOMENT + 48 * HOUR_MS
        shards = shards_of(events, split_at, in_one_slice(FIRST_MOMENT, FIRST_MOMENT + 1, later, later + 1))
        deliver(shards[:2])
        clock.time = later + HOUR_MS
        deliver(shards[2:])
    else:
        ids = shard_ids(FIRST_MOMENT, 4, shared=random.choice([2, 3, 4]), short=random.random() < 0.3)
        random.shuffle(ids)
        deliver(shards_of(events, split_at, ids))

    assert_summed_once(states, campaign, events)
    assert_newest_rows(rows, stream_records(events))


def history_and_trouble(seed: int, states: StateStore, rows: RowStore) -> None:
    random = Random(seed)
    in_trouble(states, rows, random_history(random, random.randint(1, 25)), random)


@pytest.mark.parametrize("block", range(4))
def test_every_event_counts_once_whatever_is_delivered(block: int) -> None:
    for seed in range(block * 150, (block + 1) * 150):
        history_and_trouble(seed, InMemoryStateStore(), InMemoryRowStore())


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_every_event_counts_once_in_twenty_thousand_histories(block: int) -> None:
    for seed in range(10_000 + block * 1_000, 10_000 + (block + 1) * 1_000):
        history_and_trouble(seed, InMemoryStateStore(), InMemoryRowStore())


def test_every_event_counts_once_on_real_tables(tables: Tables) -> None:
    names = {acts.MODEL: tables["ActsTable"], organisations.MODEL: tables["OrganisationsTable"]}
    states = DynamoDBStateStore(clients.dynamodb(), tables["StateTable"])
    rows = DynamoDBRowStore(clients.dynamodb(), names)
    for seed in range(6):
        history_and_trouble(seed, states, rows)


def some_histories() -> Iterator[tuple[str, list[RecordedEvent]]]:
    """Yield histories of three events or more, each in a campaign of its own."""
    for seed in range(100):
        random = Random(seed)
        yield new_campaign(random_history(random, random.randint(3, 12)))


def test_a_batch_delivered_twice_counts_once() -> None:
    for campaign, events in some_histories():
        store = InMemoryStateStore()
        records = stream_records(events)

        for batch in (records, records, records[1:]):
            apply(Engine(store, Clock(FIRST_MOMENT)), "shard-1", batch)

        assert_summed_once(store, campaign, events)


def test_two_projectors_with_stale_memories_on_one_shard_count_once() -> None:
    for campaign, events in some_histories():
        store = InMemoryStateStore()
        records = stream_records(events)
        one, other = (Engine(store, Clock(FIRST_MOMENT)) for _ in range(2))

        apply(one, "shard-1", records[:1])
        apply(other, "shard-1", records[:2])
        apply(one, "shard-1", records[1:])
        apply(other, "shard-1", records[2:])

        assert_summed_once(store, campaign, events)


def test_two_projectors_with_stale_memories_on_shards_of_one_slice_count_once() -> None:
    for campaign, events in some_histories():
        store = InMemoryStateStore()
        records = stream_records(events)
        shards = shard_ids(FIRST_MOMENT, 2, shared=2)
        engines = [Engine(store, Clock(FIRST_MOMENT)) for _ in range(2)]

        for number, record in enumerate(records):
            apply(engines[number % 2], shards[number % 2], [record])
        for number, record in enumerate(records):
            apply(engines[0], shards[number % 2], [record])

        assert_summed_once(store, campaign, events)


def in_one_slice(*born: int) -> list[str]:
    """Return ids of shards that were born at some times (epoch ms) and have one slice."""
    first = f"shardId-{born[0]:020d}-0"
    others = (
        next(s for n in itertools.count(1) if slice_of(s := f"shardId-{at:020d}-{n:x}") == slice_of(first))
        for at in born[1:]
    )
    return [first, *others]


@pytest.mark.parametrize(("age_hours", "remembered"), [(47, True), (48, True), (49, False)])
def test_a_checkpoint_is_dropped_when_its_shard_can_be_delivered_no_more(age_hours: int, remembered: bool) -> None:
    store = InMemoryStateStore()
    campaign, events = new_campaign([example_event(n) for n in range(1, 4)])
    old, new = in_one_slice(FIRST_MOMENT - age_hours * HOUR_MS, FIRST_MOMENT)

    apply(Engine(store, Clock(FIRST_MOMENT - age_hours * HOUR_MS)), old, [stream_record(events[0], 1)])
    apply(Engine(store, Clock(FIRST_MOMENT)), new, [stream_record(events[1], 2)])

    (stored,) = [stored for key, stored in store.read(TOTALS, campaign, FIRST_GENERATION)]
    assert stored.checkpoints == ({old: 1, new: 2} if remembered else {new: 2})
    assert CHECKPOINT_LIFE_MS == 48 * HOUR_MS


def test_a_checkpoint_stays_as_long_as_its_own_shard_is_delivered() -> None:
    store = InMemoryStateStore()
    campaign, events = new_campaign([example_event(n) for n in range(1, 4)])
    (old,) = in_one_slice(FIRST_MOMENT - 100 * HOUR_MS)
    engine = Engine(store, Clock(FIRST_MOMENT))

    for batch in ([stream_record(events[0], 1)], [stream_record(events[1], 2)], [stream_record(events[0], 1)]):
        apply(engine, old, batch)

    assert_summed_once(store, campaign, events[:2])


def test_a_checkpoint_of_a_shard_that_tells_no_age_is_never_dropped() -> None:
    store = InMemoryStateStore()
    campaign, events = new_campaign([example_event(n) for n in range(1, 4)])
    one, other = shard_ids(FIRST_MOMENT, 2, shared=2, short=True)
    clock = Clock(FIRST_MOMENT)
    engine = Engine(store, clock)

    apply(engine, one, [stream_record(events[0], 1)])
    clock.time += 1_000 * HOUR_MS
    apply(engine, other, [stream_record(events[1], 2)])
    apply(engine, one, [stream_record(events[0], 1)])

    assert_summed_once(store, campaign, events[:2])


def test_sequence_numbers_are_compared_as_numbers() -> None:
    store = InMemoryStateStore()
    campaign, events = new_campaign([example_event(1), example_event(2)])
    engine = Engine(store, Clock(FIRST_MOMENT))

    for number, event in ((9 * 10**20, events[0]), (10**39, events[1]), (9 * 10**20, events[0])):
        apply(engine, "shard-1", [stream_record(event, number)])

    assert_summed_once(store, campaign, events)


def test_a_batch_writes_each_touched_state_once_whatever_its_size(tables: Tables) -> None:
    store = DynamoDBStateStore(clients.dynamodb(), tables["StateTable"])
    events = [example_event(n) for n in range(1, 200)]
    with recorded_calls(clients.dynamodb()) as calls:
        apply(Engine(store, Clock(FIRST_MOMENT)), "shard-1", stream_records(events))

    puts = [call for call in calls if call.operation == "PutItem"]
    touched = {(projection.name, key) for projection in PROJECTIONS for key in folded(projection, events)}
    assert len(puts) == len(touched)


def test_what_one_projection_rejects_is_in_none() -> None:
    store = InMemoryStateStore()
    campaign, events = new_campaign([example_event(n) for n in range(1, 4)])
    records = stream_records(events)
    records[1]["dynamodb"]["NewImage"] |= {"recorded_at": {"N": str(10**17)}}
    changes, _ = decode_records(records)

    poison = added(Engine(store, Clock(FIRST_MOMENT)), "shard-1", changes)

    assert [(one.record, one.reason.partition(":")[0]) for one in poison] == [(records[1], "timeline")]
    assert_summed_once(store, campaign, [events[0], events[2]])


@pytest.mark.parametrize("warm", [False, True])
def test_an_unreadable_state_sets_aside_what_belongs_to_it_alone(warm: bool) -> None:
    store = InMemoryStateStore()
    engine = Engine(store, Clock(FIRST_MOMENT))
    campaign, events = new_campaign([example_event(n) for n in range(1, 4)])
    other, others = new_campaign([example_event(1)])
    key = StateKey(campaign, TOTALS.name, "all", slice_of("shard-1"))
    if warm:
        apply(engine, "shard-1", stream_records(events[:1]))
    else:
        store.put(TOTALS, key, StoredState(TOTALS.zero()))
    store.items[campaign, key.item] = {
        **store.items[campaign, key.item],
        "state": {"B": b"garbage"},
        "revision": {"N": "999"},
    }
    records = stream_records([*events[1:], *others], first=2)
    changes, _ = decode_records(records)

    poison = added(engine, "shard-1", changes)

    assert [one.record for one in poison] == records[:2]
    assert {one.reason for one in poison} == {f"totals/all: {key.item} is unreadable: error"}
    assert store.items[campaign, key.item]["state"] == {"B": b"garbage"}
    assert_summed_once(store, other, others)
    assert store.load(PLACES, StateKey(campaign, "places", "all", key.slice)).applied == (3 if warm else 2)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.projections.engine.MAX_WARM", 10)
    store = InMemoryStateStore()
    engine = Engine(store, Clock(FIRST_MOMENT))
    for number in range(100):
        apply(engine, "shard-1", stream_records(in_campaign([example_event(1)], f"m{number}"), first=number))

    assert len(engine._warm) == 10
    for number in range(100):
        assert_summed_once(store, f"m{number}", in_campaign([example_event(1)], f"m{number}"))


def example_event(version: int) -> RecordedEvent:
    act = Act(kind="good_deed", participant_type="ngo", place="KZ-75", source="api", name="fund")
    event = ParticipationRecorded(act=act, status="counted", receipt=f"r{version}", fingerprint="f")
    return RecordedEvent("2026/p1", version, f"e{version}", FIRST_MOMENT + version, event)
