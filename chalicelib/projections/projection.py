"""What a projection is, and the kind that most are: sums by cell."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.domain.currencies import TENGE
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.sums import Cells, UnevenCells, merge

StateT = TypeVar("StateT")


class Projection(msgspec.Struct, Generic[StateT], frozen=True):
    """A monoid of states and a fold of events into it.

    `by_key` parts events by the states that they belong to; `fold` returns a state after some events that belong to it,
    leaving the one it was given as it was; `merge` is associative and commutative, with `zero()` neutral; folding is
    the same as merging what is folded apart. `decode` reads a state from the JSON that it is stored as, `cells` returns
    the sums in the state of a key, none where it is no sum. How many states there are, and how large each can get, is
    bounded by what the projection is of.
    """

    name: str
    decode: Callable[[bytes], StateT]
    zero: Callable[[], StateT]
    by_key: Callable[[CampaignChanges], Mapping[str, CampaignChanges]]
    fold: Callable[[StateT, CampaignChanges], StateT]
    merge: Callable[[StateT, StateT], StateT]
    cells: Callable[[str, StateT], Cells] = lambda _key, _state: {}


AnyState = Any
AnyProjection = Projection[AnyState]
"""A projection, and a state, of whichever they are: the states of one are of one type."""


WHOLE = "all"
"""The key of the state that every event belongs to, so that it counts all events."""


def whole(changes: CampaignChanges) -> Mapping[str, CampaignChanges]:
    """Part events by the one key that all belong to, and by those of other currencies."""
    return {WHOLE: changes, **changes.by_currency} if changes else {}


def with_currencies(by_key: Mapping[str, CampaignChanges]) -> Mapping[str, CampaignChanges]:
    """Add to the events of each key those that have amounts in each currency but tenge, by `<key> <currency>`."""
    return {
        **by_key,
        **{f"{key} {code}": some for key, of_key in by_key.items() for code, some in of_key.by_currency.items()},
    }


def of_cells(
    name: str,
    by_key: Callable[[CampaignChanges], Mapping[str, CampaignChanges]],
    packed: Callable[[CampaignChanges], Mapping[str, int]],
    besides: Callable[[CampaignChanges], UnevenCells] = lambda _: {},
) -> Projection[Cells]:
    """Return a projection that sums acts by cell: `packed` returns by how much all measures of each change, packed.

    `besides` returns what events add that is of no act. Keys end with a currency where a state holds that alone:
    `<key> <currency>`, or the currency itself.
    """

    def fold(state: Cells, changes: CampaignChanges) -> Cells:
        summed = merge(state, {cell: changes.named(total) for cell, total in packed(changes).items()})
        return summed if changes.currency else merge(summed, besides(changes))

    return Projection(name, msgspec.json.Decoder(Cells).decode, dict, by_key, fold, merge, lambda _, state: state)


def currency_of(key: str) -> str | None:
    """Return the currency that a state holds alone, None where it holds all else."""
    last = key.rpartition(" ")[2]
    return last if len(last) == len(TENGE) and last != WHOLE else None
