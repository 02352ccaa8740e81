"""The twin of the state store in memory: it passes the same contract suite, thousands of times a second."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.projections.projection import Projection, StateT
from chalicelib.projections.state_store import (
    NeverStored,
    RevisionConflict,
    StateKey,
    StoredState,
    decode_state,
    encode_state,
    item_size,
    parse_item,
)
from chalicelib.projections.store_faults import MAX_ITEM_BYTES


class InMemoryStateStore:
    """States as the items that they are in the table: what is handed out shares nothing with what is stored."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Mapping[str, Any]] = {}

    def load(self, projection: Projection[StateT], key: StateKey) -> StoredState[StateT]:
        """Return a state, the projection's zero where nothing was stored."""
        item = self.items.get((key.campaign, key.item))
        return StoredState(projection.zero()) if item is None else decode_state(projection, item)

    def put(self, projection: Projection[StateT], key: StateKey, next_state: StoredState[StateT]) -> None:
        """Store the next revision of a state.

        Raises:
            RevisionConflict: the revision before it is not the current one.
            NeverStored: it is too large.
        """
        next_item = encode_state(key, next_state)
        if (size := item_size(next_item)) > MAX_ITEM_BYTES:
            raise NeverStored(f"{size} bytes")
        item = self.items.get((key.campaign, key.item))
        if item is not None and int(item["revision"]["N"]) != next_state.revision - 1:
            raise RevisionConflict(decode_state(projection, item))
        self.items[key.campaign, key.item] = next_item

    def read(
        self, projection: Projection[StateT], campaign: str, generation: int, prefix: str = ""
    ) -> Iterator[tuple[StateKey, StoredState[StateT]]]:
        """Return the stored states of a projection whose keys start with a prefix, in the order of keys."""
        start = f"{generation}#{projection.name}#{prefix}"
        for (of_campaign, name), item in sorted(self.items.items()):
            if of_campaign == campaign and name.startswith(start):
                yield parse_item(campaign, name), decode_state(projection, item)

    def load_together(self, projection: Projection[StateT], keys: Sequence[StateKey]) -> list[StoredState[StateT]]:
        """Return some states as they were at one moment."""
        return [self.load(projection, key) for key in keys]

    def forget(self, campaign: str, generation: int) -> None:
        """Delete all states of a campaign in a generation."""
        for of_campaign, name in list(self.items):
            if of_campaign == campaign and name.startswith(f"{generation}#"):
                del self.items[of_campaign, name]

    def scratches(self, campaign: str) -> set[int]:
        """Return the generations below zero of which states of a campaign are stored."""
        return {
            parse_item(campaign, name).generation
            for of_campaign, name in self.items
            if of_campaign == campaign and name.startswith("-")
        }
