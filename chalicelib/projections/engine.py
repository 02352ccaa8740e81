"""Each event into each projection exactly once, though Lambda delivers it at least once.

A state and the sequence number up to which a shard is in it are stored by one conditional put. A record at or below
that number is skipped, however a redelivered batch is cut; a lost race folds again on what is stored.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Generic
from zlib import crc32

import msgspec

from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.change import Change
from chalicelib.projections.projection import AnyProjection, Projection, StateT, currency_of
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.state_store import (
    AnyStoredState,
    Checkpoints,
    NeverStored,
    RevisionConflict,
    StateKey,
    StateStore,
    StoredState,
    UnreadableState,
)
from chalicelib.projections.store_faults import FOLDING_FAULTS
from chalicelib.projections.stream_records import shard_birth
from chalicelib.projections.sums import Cells, merge

SLICES = 16
"""Into how many items a state is spread, so that shards rarely meet at one."""

CHECKPOINT_LIFE_MS = 48 * 3600 * 1000
"""A stream keeps records for 24 h and a shard takes them for some hours: after 48 h nothing can be redelivered."""

MAX_RACES = 20

MAX_WARM = 512
"""States in memory: those of an hour of some campaigns. What was used longest ago goes first."""


Tell = Callable[[Poison], None]
"""Sets an event aside."""


class StateContended(Exception):
    """A state was changed by others each time it was to be stored; the batch has to be delivered again."""


class StateUpdate(msgspec.Struct, Generic[StateT], frozen=True):
    """What a batch does to one state: what is stored, and what comes next (None where nothing is new)."""

    projection: Projection[StateT]
    key: StateKey
    changes: CampaignChanges
    stored: StoredState[StateT]
    next_state: StoredState[StateT] | None


class Engine:
    """Folds the events of batches into the stored states of generations, keeping states in memory between batches.

    What memory holds may be old: the conditional put finds out.
    """

    def __init__(
        self,
        store: StateStore,
        now: Callable[[], int],
        projections: Sequence[AnyProjection] = PROJECTIONS,
    ) -> None:
        self._store = store
        self._now = now
        self._projections = projections
        self._warm: dict[StateKey, AnyStoredState] = {}

    def apply(self, generation: int, shard: str, changes: CampaignChanges, tell: Tell) -> None:
        """Apply a batch of one shard, in its order, to a generation; tell of what is not understood or never stored.

        An event is told of before anything behind it is stored: a state that is further than it would hide it from a
        batch that comes again.

        Raises:
            StateContended: another projector kept changing a state; nothing is lost, the batch has to come again.
        """
        try:
            # Everything is folded before anything is stored: an event which one projection rejects is in none.
            updates = [self._update(*belonging, shard) for belonging in self._belonging(generation, shard, changes)]
        except FOLDING_FAULTS:
            sound, poison = sifted(self._projections, changes.in_order)
            for one in poison:
                tell(one)
            for projection, key, fresh in self._belonging(generation, shard, changes.part(sound)):
                self._add(projection, key, fresh, shard, tell)
            return
        for update in updates:
            self._carry_out(shard, update, tell)

    def _belonging(
        self, generation: int, shard: str, changes: CampaignChanges
    ) -> Iterator[tuple[AnyProjection, StateKey, CampaignChanges]]:
        """Yield each state that some events belong to, with those that do."""
        part = slice_of(shard)
        for projection in self._projections:
            for key, belonging in projection.by_key(changes).items():
                yield projection, StateKey(changes.campaign, projection.name, key, part, generation), belonging

    def _add(
        self, projection: Projection[StateT], key: StateKey, changes: CampaignChanges, shard: str, tell: Tell
    ) -> None:
        """Add sound events to a state; tell of those for which it cannot be stored, all where it is unreadable."""
        try:
            update = self._update(projection, key, changes, shard)
        except UnreadableState as unreadable:
            _tell_unread(key, changes, unreadable, tell)
        else:
            self._carry_out(shard, update, tell)

    def _update(
        self, projection: Projection[StateT], key: StateKey, changes: CampaignChanges, shard: str
    ) -> StateUpdate[StateT]:
        stored = self._warm.get(key) or self._store.load(projection, key)
        return StateUpdate(projection, key, changes, stored, self._next(projection, key, shard, stored, changes))

    def _carry_out(self, shard: str, update: StateUpdate[StateT], tell: Tell) -> None:
        """Store a state; tell of the events for which it cannot be stored, found by halves.

        All of them where what is stored by now is unreadable.
        """
        try:
            self._store_update(shard, update)
        except NeverStored as never:
            changes = update.changes
            if len(changes) == 1:
                tell(Poison(changes.in_order[0].record, f"{_name(update.key)}: {never.reason}"))
                return
            middle = len(changes) // 2
            for half in (changes.in_order[:middle], changes.in_order[middle:]):
                self._add(update.projection, update.key, changes.part(half), shard, tell)
        except UnreadableState as unreadable:
            self._warm.pop(update.key, None)
            _tell_unread(update.key, update.changes, unreadable, tell)

    def _store_update(self, shard: str, update: StateUpdate[StateT]) -> None:
        stored, next_state = update.stored, update.next_state
        for _ in range(MAX_RACES):
            if next_state is None:
                self._remember(update.key, stored)
                return
            try:
                self._store.put(update.projection, update.key, next_state)
            except RevisionConflict as conflict:
                stored = conflict.current
                next_state = self._next(update.projection, update.key, shard, stored, update.changes)
            else:
                self._remember(update.key, next_state)
                return
        self._warm.pop(update.key, None)
        raise StateContended(update.key.item)

    def _remember(self, key: StateKey, stored: AnyStoredState) -> None:
        self._warm.pop(key, None)
        self._warm[key] = stored
        if len(self._warm) > MAX_WARM:
            del self._warm[next(iter(self._warm))]

    def _next(
        self,
        projection: Projection[StateT],
        key: StateKey,
        shard: str,
        stored: StoredState[StateT],
        changes: CampaignChanges,
    ) -> StoredState[StateT] | None:
        """Return the state with what is new in it, None where nothing is.

        Raises:
            UnreadableState: nothing can be added to it, or one of the events is not understood.
        """
        checkpoint = stored.checkpoints.get(shard, -1)
        fresh = changes
        if changes.in_order[0].sequence <= checkpoint:
            fresh = changes.part([change for change in changes if change.sequence > checkpoint])
        if not fresh:
            return None
        try:
            state = projection.fold(stored.state, fresh)
        except FOLDING_FAULTS as fault:
            raise UnreadableState(key.item, fault) from fault
        return StoredState(
            state=state,
            applied=stored.applied + len(fresh),
            revision=stored.revision + 1,
            checkpoints={**self._living(stored.checkpoints, shard), shard: changes.in_order[-1].sequence},
        )

    def _living(self, checkpoints: Checkpoints, current: str) -> dict[str, int]:
        """Return the checkpoints of shards that may still be delivered; one whose age nothing tells may be."""
        oldest = self._now() - CHECKPOINT_LIFE_MS
        births = ((shard, number, shard_birth(shard)) for shard, number in checkpoints.items())
        return {
            shard: number for shard, number, birth in births if shard == current or birth is None or birth >= oldest
        }


def add_folded(
    store: StateStore,
    projection: Projection[StateT],
    key: StateKey,
    shard: str,
    sequence: int,
    state: StateT,
    applied: int,
    known: StoredState[StateT] | None = None,
) -> StoredState[StateT]:
    """Add to a state what was folded apart of a part of a shard, `applied` events up to a sequence, exactly once.

    Returns what is stored; `known` is that of an earlier time, None where nothing is known to be stored.

    Raises:
        StateContended: a projector kept changing the state; nothing is lost, it has to be added again.
        NeverStored: the sum of both is too large.
    """
    stored = StoredState(projection.zero()) if known is None else known
    for _ in range(MAX_RACES):
        if stored.checkpoints.get(shard, -1) >= sequence:
            return stored
        next_state = StoredState(
            state=projection.merge(stored.state, state),
            applied=stored.applied + applied,
            revision=stored.revision + 1,
            checkpoints={**stored.checkpoints, shard: sequence},
        )
        try:
            store.put(projection, key, next_state)
        except RevisionConflict as conflict:
            stored = conflict.current
        else:
            return next_state
    raise StateContended(key.item)


def slice_of(shard: str) -> int:
    """Return the slice that the events of a shard are folded into."""
    return crc32(shard.encode()) % SLICES


def sifted(projections: Sequence[AnyProjection], changes: Sequence[Change]) -> tuple[list[Change], list[Poison]]:
    """Part the events that every projection takes from those that one rejects."""
    sound: list[Change] = []
    poison: list[Poison] = []
    for change in changes:
        reason = _rejection(projections, change)
        if reason is None:
            sound.append(change)
        else:
            poison.append(Poison(change.record, reason))
    return sound, poison


def _rejection(projections: Iterable[AnyProjection], change: Change) -> str | None:
    for projection in projections:
        try:
            for belonging in projection.by_key(CampaignChanges([change])).values():
                projection.fold(projection.zero(), belonging)
        except FOLDING_FAULTS as error:
            return f"{projection.name}: {type(error).__name__}"
    return None


def _tell_unread(key: StateKey, changes: Iterable[Change], unreadable: UnreadableState, tell: Tell) -> None:
    """Tell of events that are sound, and belong to a state that is not."""
    for change in changes:
        tell(Poison(change.record, f"{_name(key)}: {unreadable}"))


def _name(key: StateKey) -> str:
    return f"{key.projection}/{key.key}"


def read_merged(
    store: StateStore, projection: Projection[StateT], campaign: str, generation: int, prefix: str = ""
) -> tuple[StateT, int]:
    """Return the sum of all states of a projection whose keys start with a prefix, and how many events are in it.

    An event is counted where all of it but other currencies is.
    """
    by_key, applied = _read_by_key(store, projection, campaign, generation, prefix)
    return reduce(projection.merge, by_key.values(), projection.zero()), applied


def read_cells(store: StateStore, projection: AnyProjection, campaign: str, generation: int) -> tuple[Cells, int]:
    """Return the sums in all states of a projection by cell, and how many events are in them, as `read_merged` does."""
    by_key, applied = _read_by_key(store, projection, campaign, generation)
    return reduce(merge, (projection.cells(key, state) for key, state in by_key.items()), {}), applied


def _read_by_key(
    store: StateStore, projection: Projection[StateT], campaign: str, generation: int, prefix: str = ""
) -> tuple[Mapping[str, StateT], int]:
    """Return the states of a projection, slices put together, and how many events are in them."""
    by_key: dict[str, StateT] = {}
    applied = 0
    for key, stored in store.read(projection, campaign, generation, prefix):
        by_key[key.key] = projection.merge(by_key.get(key.key, projection.zero()), stored.state)
        applied += stored.applied if currency_of(key.key) is None else 0
    return by_key, applied
