"""What a projection is, and the kind that most are: sums by cell."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.domain.events import RecordedEvent
from chalicelib.projections.delta import Delta
from chalicelib.projections.sums import Cells, Sums, merge

State = TypeVar("State")
StreamRecord = Mapping[str, Any]
"""A record of a DynamoDB stream, as Lambda hands it over."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """An event with what it changes, worked out once for all projections.

    `sequence` is its place in its shard and `record` what it was delivered as; both are missing in a recount.
    """

    recorded: RecordedEvent
    delta: Delta
    sequence: int = 0
    record: StreamRecord = {}


class Projection(msgspec.Struct, Generic[State], frozen=True):
    """A monoid of states and a fold of events into it.

    `keys` names the states that an event belongs to; `fold` returns the state of one key after some events, leaving
    the one it was given as it was; `merge` is associative and commutative, with `zero()` neutral; folding is the
    same as merging what is folded apart. `decode` reads a state from the JSON that it is stored as.
    """

    name: str
    decode: Callable[[str], State]
    zero: Callable[[], State]
    keys: Callable[[Change], tuple[str, ...]]
    fold: Callable[[State, str, Sequence[Change]], State]
    merge: Callable[[State, State], State]


WHOLE = "all"
"""The key of a projection that has one state."""


def whole(_change: Change) -> tuple[str, ...]:
    """Return the one key that every event belongs to, so that its state counts all events."""
    return (WHOLE,)


def of_cells(
    name: str,
    keys: Callable[[Change], tuple[str, ...]],
    apply: Callable[[Sums, str, Change], None],
) -> Projection[Cells]:
    """Return a projection that sums by cell; `apply` adds one event."""

    def fold(state: Cells, key: str, changes: Sequence[Change]) -> Cells:
        sums = Sums()
        for change in changes:
            apply(sums, key, change)
        return sums.added_to(state)

    return Projection(name, msgspec.json.Decoder(Cells).decode, dict, keys, fold, merge)
