"""Each event into each projection exactly once, though Lambda delivers it at least once.

A state and the sequence number up to which a shard is in it are stored by one conditional put. A record at or below
that number is skipped, however a redelivered batch is cut; a lost race folds again on what stands.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zlib import crc32

import msgspec

from chalicelib.projections.all import PROJECTIONS
from chalicelib.projections.projection import WHOLE, Change, Projection, whole
from chalicelib.projections.state_store import RevisionConflict, StateKey, StateStore, StoredState
from chalicelib.projections.stream_records import Poison, StreamRecord, decode_records, shard_birth

SLICES = 16
"""Into how many items a state is spread, so that shards rarely meet at one."""

CHECKPOINT_LIFE_MS = 48 * 3600 * 1000
"""A stream keeps records for 24 h and a shard takes them for some hours: after 48 h nothing can be redelivered."""

MAX_RACES = 20


FOLDING_FAULTS = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
"""What code raises on data it does not understand. Faults of the table are others, and fail the batch."""


class StateContended(Exception):
    """A state was changed by others each time it was to be stored; the batch has to be delivered again."""


class StateUpdate(msgspec.Struct, frozen=True):
    """What a batch does to one state: what stood, and what shall stand (None where nothing is new)."""

    projection: Projection
    key: StateKey
    changes: Sequence[Change]
    stored: StoredState
    wanted: StoredState | None


class Engine:
    """Folds batches of the log's stream into the stored states, keeping states in memory between batches.

    What memory holds may be old: the conditional put finds out.
    """

    def __init__(
        self,
        store: StateStore,
        now: Callable[[], int],
        projections: Sequence[Projection] = PROJECTIONS,
    ) -> None:
        self._store = store
        self._now = now
        self._projections = projections
        self._warm: dict[StateKey, StoredState] = {}

    def apply(self, shard: str, records: Sequence[StreamRecord]) -> list[Poison]:
        """Apply a batch of one shard, in its order; return the records that no projection can take.

        Raises:
            Contended: another projector kept changing a state; nothing is lost, the batch has to come again.
        """
        changes, poison = decode_records(records)
        try:
            plan = self._plan(shard, changes)
        except FOLDING_FAULTS:
            sound, rejected = self._sifted(changes, records)
            poison += rejected
            plan = self._plan(shard, sound)
        for step in plan:
            self._store_step(shard, step)
        return poison

    def _plan(self, shard: str, changes: Sequence[Change]) -> list[StateUpdate]:
        """Fold everything before anything is stored, so that an event which one projection rejects is in none."""
        part = crc32(shard.encode()) % SLICES
        return [
            self._step(projection, StateKey(campaign, projection.name, key, part), shard, belonging)
            for campaign, of_campaign in _by_campaign(changes).items()
            for projection in self._projections
            for key, belonging in _by_key(projection, of_campaign).items()
        ]

    def _step(self, projection: Projection, key: StateKey, shard: str, changes: Sequence[Change]) -> StateUpdate:
        stored = self._warm.get(key) or self._store.load(projection, key)
        return StateUpdate(projection, key, changes, stored, self._next(projection, key, shard, stored, changes))

    def _store_step(self, shard: str, step: StateUpdate) -> None:
        stored, wanted = step.stored, step.wanted
        for _ in range(MAX_RACES):
            if wanted is None:
                self._warm[step.key] = stored
                return
            try:
                self._store.put(step.projection, step.key, wanted)
            except RevisionConflict as race:
                stored = race.current
                wanted = self._next(step.projection, step.key, shard, stored, step.changes)
            else:
                self._warm[step.key] = wanted
                return
        self._warm.pop(step.key, None)
        raise StateContended(step.key.item)

    def _next(
        self, projection: Projection, key: StateKey, shard: str, stored: StoredState, changes: Sequence[Change]
    ) -> StoredState | None:
        """Return the state with what is new in it, None where nothing is."""
        checkpoint = stored.checkpoints.get(shard, -1)
        fresh = changes
        if changes[0].sequence <= checkpoint:
            fresh = [change for change in changes if change.sequence > checkpoint]
        if not fresh:
            return None
        return StoredState(
            state=projection.fold(stored.state, key.key, fresh),
            applied=stored.applied + len(fresh),
            revision=stored.revision + 1,
            checkpoints={**self._living(stored, shard), shard: changes[-1].sequence},
        )

    def _living(self, stored: StoredState, current: str) -> dict[str, int]:
        oldest = self._now() - CHECKPOINT_LIFE_MS
        return {s: n for s, n in stored.checkpoints.items() if s == current or shard_birth(s) >= oldest}

    def _sifted(self, changes: Sequence[Change], records: Sequence[StreamRecord]) -> tuple[list[Change], list[Poison]]:
        """Part the events that every projection takes from those that one rejects."""
        by_sequence = {int(r["dynamodb"]["SequenceNumber"]): r for r in records if "SequenceNumber" in r["dynamodb"]}
        sound: list[Change] = []
        poison: list[Poison] = []
        for change in changes:
            reason = _rejection(self._projections, change)
            if reason is None:
                sound.append(change)
            else:
                poison.append(Poison(by_sequence[change.sequence], reason))
        return sound, poison


def _rejection(projections: Iterable[Projection], change: Change) -> str | None:
    for projection in projections:
        try:
            for key in projection.keys(change):
                projection.fold(projection.zero(), key, [change])
        except FOLDING_FAULTS as error:
            return f"{projection.name}: {type(error).__name__}"
    return None


def _by_campaign(changes: Sequence[Change]) -> dict[str, list[Change]]:
    belonging: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        belonging[change.recorded.campaign].append(change)
    return belonging


def _by_key(projection: Projection, changes: Sequence[Change]) -> dict[str, Sequence[Change]]:
    if projection.keys is whole:
        return {WHOLE: changes}
    belonging: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        for key in projection.keys(change):
            belonging[key].append(change)
    return {**belonging}


def merged(projection: Projection, parts: Iterable[StoredState]) -> tuple[Any, int]:
    """Return the sum of the slices of a state, and how many events were applied to it."""
    state, applied = projection.zero(), 0
    for part in parts:
        state, applied = projection.merge(state, part.state), applied + part.applied
    return state, applied
