"""The state store's contract, kept by DynamoDB and by the twin in memory."""

from secrets import token_hex
from typing import Any

import msgspec
import pytest

from chalicelib.aws import clients
from chalicelib.domain.generations import FIRST_GENERATION
from chalicelib.projections.place_totals import PLACES
from chalicelib.projections.state_store import (
    DynamoDBStateStore,
    NeverStored,
    RevisionConflict,
    StateKey,
    StateStore,
    StoredState,
    UnreadableState,
    encode_state,
    item_size,
    parse_item,
)
from chalicelib.projections.store_faults import MAX_ITEM_BYTES
from chalicelib.projections.totals import TOTALS
from tests.conftest import Tables
from tests.projections.in_memory_state_store import InMemoryStateStore
from tests.reads import reads

KEY = StateKey("2026", "totals", "all", 3)


@pytest.fixture(params=["dynamodb", "memory"])
def store(request: pytest.FixtureRequest, tables: Tables) -> StateStore:
    if request.param == "memory":
        return InMemoryStateStore()
    return DynamoDBStateStore(clients.dynamodb(), tables["StateTable"])


def stored(revision: int, people: int = 7) -> StoredState[Any]:
    checkpoints = {"shardId-00000001780286400000-a": 10**39, "short": 4}
    return StoredState({"all": {"people": people}}, 12, revision, checkpoints)


def put_up_to(store: StateStore, revision: int) -> None:
    for number in range(1, revision + 1):
        store.put(TOTALS, KEY, stored(number))


def test_what_was_never_stored_is_the_projection_s_zero(store: StateStore) -> None:
    assert store.load(TOTALS, KEY) == StoredState({}, 0, 0, {})


def test_a_state_is_loaded_as_it_was_stored(store: StateStore) -> None:
    store.put(TOTALS, KEY, stored(1))

    assert store.load(TOTALS, KEY) == stored(1)


@pytest.mark.parametrize("revision", [1, 2, 3, 5, 6, 40])
def test_only_the_next_revision_is_stored(store: StateStore, revision: int) -> None:
    put_up_to(store, 3)

    with pytest.raises(RevisionConflict) as conflict:
        store.put(TOTALS, KEY, stored(revision, people=999))

    assert conflict.value.current == store.load(TOTALS, KEY) == stored(3)


def test_the_next_revision_replaces_the_one_before(store: StateStore) -> None:
    put_up_to(store, 3)
    store.put(TOTALS, KEY, stored(4, people=8))

    assert store.load(TOTALS, KEY) == stored(4, people=8)


def test_what_is_too_large_is_never_stored(store: StateStore) -> None:
    put_up_to(store, 1)
    large: StoredState[Any] = StoredState({token_hex(MAX_ITEM_BYTES): {"people": 1}}, 13, 2, {})

    with pytest.raises(NeverStored, match="bytes"):
        store.put(TOTALS, KEY, large)

    assert store.load(TOTALS, KEY) == stored(1)


@pytest.mark.parametrize("damage", [{"state": {"B": b"garbage"}}, {"checkpoints": {"S": "["}}, {"applied": {"S": "x"}}])
def test_what_is_no_state_is_told_as_such_wherever_it_is_met(store: StateStore, damage: dict[str, Any]) -> None:
    put_up_to(store, 3)
    item = {**encode_state(KEY, stored(3)), **damage}
    if isinstance(store, InMemoryStateStore):
        store.items[KEY.campaign, KEY.item] = item
    elif isinstance(store, DynamoDBStateStore):
        store._client.put_item(TableName=store._table, Item=item)

    for meet in (
        lambda: store.load(TOTALS, KEY),
        lambda: store.put(TOTALS, KEY, stored(3)),
        lambda: list(store.read(TOTALS, KEY.campaign, FIRST_GENERATION)),
        lambda: store.load_together(TOTALS, [KEY]),
    ):
        with pytest.raises(UnreadableState, match=KEY.item):
            meet()


def test_states_are_read_by_campaign_projection_and_the_start_of_their_keys(store: StateStore) -> None:
    keys = [
        StateKey("2026", "totals", "all", 1),
        StateKey("2026", "totals", "all", 11),
        StateKey("2026", "totals", "EUR", 2),
        StateKey("2026", "totals", "all", 1, generation=2),
        StateKey("2027", "totals", "all", 1),
    ]
    for key in keys:
        store.put(TOTALS, key, stored(1))
    store.put(PLACES, StateKey("2026", "places", "all", 1), stored(1))

    assert [key for key, _ in store.read(TOTALS, "2026", FIRST_GENERATION)] == [keys[2], keys[0], keys[1]]
    assert [key for key, _ in store.read(TOTALS, "2026", FIRST_GENERATION, "al")] == [keys[0], keys[1]]
    assert [state for _, state in store.read(TOTALS, "2027", FIRST_GENERATION)] == [stored(1)]
    assert list(store.read(TOTALS, "2028", FIRST_GENERATION)) == []


def test_states_are_loaded_together(store: StateStore) -> None:
    put_up_to(store, 2)
    other = StateKey("2026", "totals", "all", 4, generation=2)

    assert store.load_together(TOTALS, [other, KEY]) == [StoredState({}, 0, 0, {}), stored(2)]


def test_a_generation_is_forgotten_with_all_its_states_and_no_others(store: StateStore) -> None:
    gone = [StateKey("2026", "totals", "all", 1, 1), StateKey("2026", "places", "all", 15, 1)]
    left = [
        StateKey("2026", "totals", "all", 1, 2),
        StateKey("2026", "totals", "all", 1, 11),
        StateKey("2026", "totals", "all", 1, -1),
        StateKey("2027", "totals", "all", 1, 1),
    ]
    for key in (*gone, *left):
        store.put(TOTALS, key, stored(1))

    store.forget("2026", 1)

    assert [store.load(TOTALS, key).revision for key in (*gone, *left)] == [0, 0, 1, 1, 1, 1]


def test_scratches_of_which_states_are_stored_are_found(store: StateStore) -> None:
    for campaign, generation in (("2026", 1), ("2026", -1), ("2026", -12), ("2027", -3)):
        for projection in ("totals", "places"):
            store.put(TOTALS, StateKey(campaign, projection, "all", 1, generation), stored(1))

    assert (store.scratches("2026"), store.scratches("2028")) == ({-1, -12}, set())


def test_states_are_read_consistently(tables: Tables) -> None:
    store = DynamoDBStateStore(clients.dynamodb(), tables["StateTable"])

    with reads(clients.dynamodb()) as found:
        store.load(TOTALS, KEY)
        list(store.read(TOTALS, KEY.campaign, FIRST_GENERATION))
        store.scratches(KEY.campaign)

    assert found == [("GetItem", True), ("Query", True), ("Query", True)]


def test_the_size_of_a_state_is_that_of_its_texts_and_its_content() -> None:
    item = encode_state(KEY, stored(1))

    texts = KEY.campaign + KEY.item + item["checkpoints"]["S"]
    assert item_size(item) == len(item["state"]["B"]) + len(texts)


def test_a_state_takes_a_fourth_of_its_text() -> None:
    state = {f"kind {number}": {"participations": number, "people": 7 * number} for number in range(100)}

    item = encode_state(KEY, StoredState(state))

    assert len(item["state"]["B"]) < len(msgspec.json.encode(state)) / 4


@pytest.mark.parametrize("item", ["1#totals#all", "1#totals#all#03#04", "1#totals#all#x", "one#totals#all#03", ""])
def test_what_is_no_key_of_a_state_is_told_as_such(item: str) -> None:
    with pytest.raises(UnreadableState) as told:
        parse_item("2026", item)

    assert told.value.item == item
