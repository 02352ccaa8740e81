"""What a projection is, and the kind that most are: sums by cell."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from chalicelib.domain.events import RecordedEvent
from chalicelib.projections.sums import Cells, Delta, Sums, merge


class Change(msgspec.Struct, frozen=True, gc=False):
    """An event with what it changes, worked out once for all projections; `sequence` is its place in its shard."""

    recorded: RecordedEvent
    delta: Delta
    sequence: int = 0


class Projection(msgspec.Struct, frozen=True):
    """A monoid of states and a fold of events into it.

    `keys` names the states that an event belongs to; `fold` returns the state of one key after some events, leaving
    the one it was given as it was; `merge` is associative and commutative, with `zero()` neutral; folding is the
    same as merging what is folded apart. `shape` is the type in which a state is stored as JSON.
    """

    name: str
    shape: Any
    zero: Callable[[], Any]
    keys: Callable[[Change], tuple[str, ...]]
    fold: Callable[[Any, str, Sequence[Change]], Any]
    merge: Callable[[Any, Any], Any]


WHOLE = "all"
"""The key of a projection that keeps one state."""


def whole(_change: Change) -> tuple[str, ...]:
    """Return the one key that every event belongs to, so that its state counts all events."""
    return (WHOLE,)


def of_cells(
    name: str,
    keys: Callable[[Change], tuple[str, ...]],
    apply: Callable[[Sums, str, Change], None],
) -> Projection:
    """Return a projection that sums by cell; `apply` adds one event."""

    def fold(state: Cells, key: str, changes: Sequence[Change]) -> Cells:
        sums = Sums()
        for change in changes:
            apply(sums, key, change)
        return sums.added_to(state)

    return Projection(name=name, shape=Cells, zero=dict, keys=keys, fold=fold, merge=merge)
