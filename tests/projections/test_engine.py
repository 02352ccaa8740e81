"""How a batch comes into states: folded together, stored once, by halves where it is refused."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.generations import FIRST_GENERATION
from chalicelib.domain.participation import Act, Money
from chalicelib.projections import engine as engine_module
from chalicelib.projections.campaign_changes import MS_PER_HOUR, CampaignChanges
from chalicelib.projections.change import Change, change_of
from chalicelib.projections.engine import MAX_RACES, Engine, StateContended, add_folded, read_cells, read_merged
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.projection import Projection
from chalicelib.projections.recent import RECENT
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.state_store import RevisionConflict, StateKey, StoredState
from chalicelib.projections.timeline import TIMELINE, hour_of
from chalicelib.projections.totals import TOTALS
from tests.histories import FIRST_MOMENT
from tests.projections.event_source_mapping import Clock, shard_ids, slice_of
from tests.projections.in_memory_state_store import InMemoryStateStore

SHARD, SIBLING = shard_ids(FIRST_MOMENT, 2, shared=2)
KEY = StateKey("2026", "totals", "all", slice_of(SHARD))


class CountedStates(InMemoryStateStore):
    """States, with how many times one was read and how many times one was to be stored; races are lost on demand."""

    def __init__(self) -> None:
        super().__init__()
        self.loads = 0
        self.puts = 0
        self.contended = False

    def load(self, projection: Projection[Any], key: StateKey) -> StoredState[Any]:
        self.loads += 1
        return super().load(projection, key)

    def put(self, projection: Projection[Any], key: StateKey, next_state: StoredState[Any]) -> None:
        self.puts += 1
        if self.contended:
            raise RevisionConflict(super().load(projection, key))
        super().put(projection, key, next_state)


def change(sequence: int, topic: str | None = None) -> Change:
    act = Act("good_deed", "citizen", "KZ-75", "api", topic=topic)
    event = ParticipationRecorded(act, "counted", f"r{sequence}", "f")
    recorded = RecordedEvent(f"2026/p{sequence}", 1, f"e{sequence}", FIRST_MOMENT + sequence, event)
    return change_of(recorded, sequence, {"eventID": str(sequence)})


def changes(*sequences: int) -> CampaignChanges:
    return CampaignChanges([change(sequence) for sequence in sequences])


def engine(store: InMemoryStateStore, projection: Projection[Any] = TOTALS) -> Engine:
    return Engine(store, Clock(FIRST_MOMENT), [projection])


def apply(engine: Engine, *sequences: int, shard: str = SHARD) -> None:
    assert told(engine, changes(*sequences), shard) == []


def told(engine: Engine, given: CampaignChanges, shard: str = SHARD) -> list[Poison]:
    """Apply events; return what is told of."""
    poison: list[Poison] = []
    engine.apply(FIRST_GENERATION, shard, given, poison.append)
    return poison


def stored(store: InMemoryStateStore) -> tuple[int, dict[str, int]]:
    """Return how many acts are counted, and up to where each shard is."""
    state = InMemoryStateStore.load(store, TOTALS, KEY)
    assert state.applied == state.state["all"]["participations"]
    return state.applied, dict(state.checkpoints)


def test_sound_events_are_folded_together_and_not_sifted_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_sifting(*_: object) -> None:
        raise AssertionError("sifted")

    monkeypatch.setattr(engine_module, "sifted", no_sifting)
    store = CountedStates()

    apply(engine(store), 1, 2, 3)

    assert stored(store) == (3, {SHARD: 3})


def test_a_state_is_read_once_and_stored_once_a_batch_that_is_new() -> None:
    store = CountedStates()
    subject = engine(store)

    apply(subject, 1, 2)
    apply(subject, 3)
    apply(subject, 2, 3)

    assert stored(store) == (3, {SHARD: 3})
    assert (store.loads, store.puts) == (1, 2)


def test_of_a_batch_that_is_cut_elsewhere_when_it_comes_again_only_what_is_new_is_added() -> None:
    store = CountedStates()

    apply(engine(store), 1, 2)
    apply(engine(store), 2, 3, 4)

    assert stored(store) == (4, {SHARD: 4})


def test_memory_keeps_as_many_states_as_it_may_and_forgets_what_was_used_longest_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_module, "MAX_WARM", 2)
    store = CountedStates()
    subject = engine(store)
    shards = [f"{SHARD}{number}" for number in range(100)]
    one, other, last, *_ = {slice_of(shard): shard for shard in shards}.values()

    apply(subject, 1, shard=one)
    apply(subject, 2, shard=other)
    apply(subject, 3, shard=one)
    assert store.loads == 2
    apply(subject, 4, shard=last)
    apply(subject, 5, shard=one)
    assert store.loads == 3
    apply(subject, 6, shard=other)
    assert store.loads == 4


def test_a_race_that_is_lost_to_another_shard_is_folded_again_on_what_is_stored() -> None:
    store = CountedStates()
    one, other = engine(store), engine(store)
    apply(one, 1)
    apply(other, 2, shard=SIBLING)

    apply(one, 3, 4)

    assert stored(store) == (4, {SHARD: 4, SIBLING: 2})


def test_a_race_that_is_lost_to_a_reader_of_the_same_shard_adds_what_is_new_alone() -> None:
    store = CountedStates()
    one, other = engine(store), engine(store)
    apply(one, 1)
    apply(other, 2)

    apply(one, 2, 3)

    assert stored(store) == (3, {SHARD: 3})


def test_a_race_that_is_lost_with_nothing_left_to_add_leaves_what_is_stored_in_memory() -> None:
    store = CountedStates()
    one, other = engine(store), engine(store)
    apply(one, 1)
    apply(other, 2)
    apply(one, 2)
    store.loads, store.puts = 0, 0

    apply(one, 3)

    assert stored(store) == (3, {SHARD: 3})
    assert (store.loads, store.puts) == (0, 1)


def test_a_state_that_others_keep_changing_is_given_up_and_read_anew_when_the_batch_comes_again() -> None:
    store = CountedStates()
    subject = engine(store)
    apply(subject, 1)
    store.contended, store.loads, store.puts = True, 0, 0

    with pytest.raises(StateContended, match=KEY.item):
        apply(subject, 2)
    assert store.puts == MAX_RACES
    store.contended = False
    apply(subject, 2)

    assert stored(store) == (2, {SHARD: 2})
    assert store.loads == 1


@pytest.mark.parametrize("large", [[0], [3], [6], [1, 2], [0, 5], range(7)])
def test_events_for_which_no_state_can_be_stored_are_found_by_halves(
    monkeypatch: pytest.MonkeyPatch, large: Sequence[int]
) -> None:
    monkeypatch.setattr("tests.projections.in_memory_state_store.MAX_ITEM_BYTES", 1_000)
    topics = [str([hash((place, number)) for number in range(200)]) if place in large else None for place in range(7)]
    given = [change(sequence, topic) for sequence, topic in enumerate(topics)]
    store = InMemoryStateStore()

    poison = told(engine(store, RECENT), CampaignChanges(given))

    assert [one.record["eventID"] for one in poison] == [str(place) for place in large]
    assert all(one.reason.startswith("recent/all: ") and one.reason.endswith(" bytes") for one in poison)
    state = store.load(RECENT, StateKey("2026", "recent", "all", slice_of(SHARD)))
    assert state.applied == len(state.state) == 7 - len(large)


def test_what_was_folded_apart_is_added_to_what_is_known_with_one_put_and_once() -> None:
    store = CountedStates()
    state = TOTALS.fold(TOTALS.zero(), changes(1, 2))

    known = add_folded(store, TOTALS, KEY, SHARD, 2, state, 2)
    both = add_folded(store, TOTALS, KEY, SIBLING, 0, state, 2, known)
    again = add_folded(store, TOTALS, KEY, SIBLING, 0, state, 2, known)

    assert stored(store) == (4, {SHARD: 2, SIBLING: 0})
    assert again == both
    assert store.puts == 3


def test_states_are_merged_as_far_as_their_keys_begin_alike() -> None:
    store = InMemoryStateStore()
    given = [
        msgspec.structs.replace(change(number), recorded_at=FIRST_MOMENT + number * MS_PER_HOUR) for number in range(3)
    ]

    assert told(engine(store, TIMELINE), CampaignChanges(given)) == []
    assert read_merged(store, TIMELINE, "2026", FIRST_GENERATION)[1] == 3
    assert read_merged(store, TIMELINE, "2026", FIRST_GENERATION, hour_of(FIRST_MOMENT))[1] == 1


def test_the_cells_of_all_slices_and_currencies_are_summed_and_each_event_is_counted_once() -> None:
    store = InMemoryStateStore()
    dollars = Act("good_deed", "citizen", "KZ-75", "api", pledged=Money("USD", 5))
    pledged = RecordedEvent("2026/p4", 1, "e4", FIRST_MOMENT, ParticipationRecorded(dollars, "counted", "r4", "f"))
    elsewhere = next(shard for number in range(100) if slice_of(shard := f"{SHARD}{number}") != slice_of(SHARD))
    subject = engine(store, PLACES)

    assert told(subject, CampaignChanges([change(1), change(2), change_of(pledged, 4)])) == []
    assert told(subject, CampaignChanges([change(1), change_of(pledged, 4)]), elsewhere) == []

    assert read_cells(store, PLACES, "2026", FIRST_GENERATION) == (
        {"KZ-75 good_deed": {"participations": 5, "people": 5, "USD": 10}},
        5,
    )
    assert read_cells(store, PLACES, "2026", 2) == read_cells(store, PLACES, "2027", FIRST_GENERATION) == ({}, 0)
