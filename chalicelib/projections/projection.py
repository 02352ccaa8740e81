"""What a projection is, and the kind that most are: sums by cell."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.domain.currencies import TENGE
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.projections.delta import Delta
from chalicelib.projections.sums import Cells, Sums, merge

StateT = TypeVar("StateT")
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


class Projection(msgspec.Struct, Generic[StateT], frozen=True):
    """A monoid of states and a fold of events into it.

    `keys` names the states that an event belongs to; `fold` returns the state of one key after some events, leaving
    the one it was given as it was; `merge` is associative and commutative, with `zero()` neutral; folding is the
    same as merging what is folded apart. `decode` reads a state from the JSON that it is stored as. How many states
    there are, and how large each can get, is bounded by what the projection is of.
    """

    name: str
    decode: Callable[[bytes], StateT]
    zero: Callable[[], StateT]
    keys: Callable[[Change], tuple[str, ...]]
    fold: Callable[[StateT, str, Sequence[Change]], StateT]
    merge: Callable[[StateT, StateT], StateT]


WHOLE = "all"
"""The key of the state that every event belongs to, so that it counts all events."""
_WHOLE_ALONE = (WHOLE,)


def whole(change: Change) -> tuple[str, ...]:
    """Return the key that every event belongs to, and those of the other currencies that it has amounts in."""
    others = currencies(change)
    return (WHOLE, *others) if others else _WHOLE_ALONE


def currencies(change: Change) -> tuple[str, ...]:
    """Return the currencies of an event's amounts, without tenge."""
    found: set[str] | None = None
    for _, act in change.delta.counted:
        amount = act.confirmed or act.pledged
        if amount is not None and amount.currency != TENGE:
            found = found or set()
            found.add(amount.currency)
    return tuple(sorted(found)) if found else ()


def of_cells(
    name: str,
    keys: Callable[[Change], tuple[str, ...]],
    cells: Callable[[Change, Act], tuple[str, ...]],
    apply: Callable[[Sums, Change], None] | None = None,
) -> Projection[Cells]:
    """Return a projection that sums counted acts by cell: `cells` names those of an act, `apply` adds what is besides.

    Keys end with a currency where a state holds that alone: `<key> <currency>`, or the currency itself.
    """

    def fold(state: Cells, key: str, changes: Sequence[Change]) -> Cells:
        sums = Sums()
        currency = currency_of(key)
        for change in changes:
            for sign, act in change.delta.counted:
                if currency is None:
                    sums.act(sign, act, cells(change, act))
                else:
                    sums.amount(sign, act, currency, cells(change, act))
            if currency is None and apply is not None:
                apply(sums, change)
        return sums.added_to(state)

    return Projection(name, msgspec.json.Decoder(Cells).decode, dict, keys, fold, merge)


def currency_of(key: str) -> str | None:
    """Return the currency that a state holds alone, None where it holds all else."""
    last = key.rpartition(" ")[2]
    return last if len(last) == len(TENGE) and last != WHOLE else None
