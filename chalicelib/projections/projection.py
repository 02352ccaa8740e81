"""What a projection is, and the kind that most are: sums by cell."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from chalicelib.aws.items import Item
from chalicelib.domain.currencies import TENGE
from chalicelib.domain.events import RecordedEvent
from chalicelib.projections.delta import Delta, SignedAct, Subject, delta, subject
from chalicelib.projections.sums import Cells, UnevenCells, merge, summed

StateT = TypeVar("StateT")
StreamRecord = Mapping[str, Any]
"""A record of a DynamoDB stream, as Lambda hands it over."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """An event with what it changes, worked out once for all projections.

    `sequence` is its place in its shard, `record` what it was delivered as, `image` the item of the log in that; all
    are missing in a recount.
    """

    recorded: RecordedEvent
    campaign: str
    delta: Delta
    subject: Subject | None
    sequence: int
    record: StreamRecord
    image: Item


_NO_RECORD: StreamRecord = {}
_NO_IMAGE: Item = {}


def change_of(
    recorded: RecordedEvent, sequence: int = 0, record: StreamRecord = _NO_RECORD, image: Item = _NO_IMAGE
) -> Change:
    """Work out what an event changes."""
    return Change(recorded, recorded.campaign, delta(recorded), subject(recorded), sequence, record, image)


class Projection(msgspec.Struct, Generic[StateT], frozen=True):
    """A monoid of states and a fold of events into it.

    `by_key` parts events by the states that they belong to; `fold` returns the state of one key after some events of
    it, leaving the one it was given as it was; `merge` is associative and commutative, with `zero()` neutral; folding
    is the same as merging what is folded apart. `decode` reads a state from the JSON that it is stored as. How many
    states there are, and how large each can get, is bounded by what the projection is of.
    """

    name: str
    decode: Callable[[bytes], StateT]
    zero: Callable[[], StateT]
    by_key: Callable[[Sequence[Change]], Mapping[str, Sequence[Change]]]
    fold: Callable[[StateT, str, Sequence[Change]], StateT]
    merge: Callable[[StateT, StateT], StateT]


WHOLE = "all"
"""The key of the state that every event belongs to, so that it counts all events."""


def whole(changes: Sequence[Change]) -> Mapping[str, Sequence[Change]]:
    """Part events by the one key that all belong to, and by those of other currencies."""
    return {WHOLE: changes, **by_currency(changes)} if changes else {}


def by_currency(changes: Sequence[Change]) -> Mapping[str, Sequence[Change]]:
    """Return the events that have amounts in each currency but tenge."""
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        for act in change.delta.counted:
            if act.foreign is not None:
                belonging = found[act.foreign.currency]
                # A correction has two acts.
                if not belonging or belonging[-1] is not change:
                    belonging.append(change)
    return found


def of_cells(
    name: str,
    by_key: Callable[[Sequence[Change]], Mapping[str, Sequence[Change]]],
    cells: Callable[[Sequence[SignedAct]], Mapping[str, Sequence[SignedAct]]],
    besides: Callable[[Sequence[Change]], UnevenCells] = lambda _: {},
) -> Projection[Cells]:
    """Return a projection that sums counted acts by cell: `cells` parts some acts by those that they belong to.

    An act may belong to several. `besides` returns what events add that is of no counted act. Keys end with a currency
    where a state holds that alone: `<key> <currency>`, or the currency itself.
    """

    def fold(state: Cells, key: str, changes: Sequence[Change]) -> Cells:
        counted = [act for change in changes for act in change.delta.counted]
        currency = currency_of(key)
        if currency is not None:
            return merge(state, amounts(counted, currency))
        sums = {cell: summed(acts) for cell, acts in cells(counted).items()}
        return merge(merge(state, sums), besides(changes))

    def amounts(counted: Sequence[SignedAct], currency: str) -> UnevenCells:
        in_it = [act for act in counted if act.foreign is not None and act.foreign.currency == currency]
        return {
            cell: {currency: sum(act.foreign.value for act in acts if act.foreign is not None)}
            for cell, acts in cells(in_it).items()
        }

    return Projection(name, msgspec.json.Decoder(Cells).decode, dict, by_key, fold, merge)


def currency_of(key: str) -> str | None:
    """Return the currency that a state holds alone, None where it holds all else."""
    last = key.rpartition(" ")[2]
    return last if len(last) == len(TENGE) and last != WHOLE else None
