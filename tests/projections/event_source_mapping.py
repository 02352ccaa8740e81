"""Lambda's event source mapping on a stream, as its documentation describes it, with all that may go wrong.

Shards are read in order and independently; a shard that was split is read to its end before its children; a batch
that failed is delivered again, whole or cut; an invocation that was given up on may still be running and deliver late,
as a second reader of the shard does. Hours may pass between deliveries, as long as the stream keeps records.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Any
from zlib import crc32

import msgspec

from chalicelib.domain.events import RecordedEvent
from chalicelib.projections.engine import SLICES
from tests.histories import stream_records

Handler = Callable[[str, Sequence[dict[str, Any]]], None]

STREAM_KEEPS_MS = 24 * 3_600_000


class Clock:
    """A clock that is put forward by hand; calling it tells the time (epoch ms)."""

    def __init__(self, start: int) -> None:
        self.time = start

    def __call__(self) -> int:
        return self.time


class Shard(msgspec.Struct):
    """A shard's records, and how many of them are acknowledged."""

    id: str
    records: list[dict[str, Any]]
    parent: "Shard | None" = None
    acknowledged: int = 0

    @property
    def finished(self) -> bool:
        """Whether all its records are acknowledged."""
        return self.acknowledged == len(self.records)

    @property
    def readable(self) -> bool:
        """Whether it has records to deliver and its parent has none left."""
        return not self.finished and (self.parent is None or self.parent.finished)


def slice_of(shard: str) -> int:
    """Return the slice that a shard's events are folded into."""
    return crc32(shard.encode()) % SLICES


def shard_ids(born: int, count: int, *, shared: int, short: bool = False) -> list[str]:
    """Return ids of shards born at a time (epoch ms), of which the first `shared` have one slice.

    A short id, as some engines have them, tells no time of birth.
    """
    found: list[str] = []
    number = 0
    while len(found) < count:
        number += 1
        shard = f"shard-{number}" if short else f"shardId-{born:020d}-{number:08x}"
        together = bool(found) and slice_of(shard) == slice_of(found[0])
        if not found or together == (len(found) < shared):
            found.append(shard)
    return found


def shards_of(events: Sequence[RecordedEvent], split_at: int, ids: Sequence[str]) -> list[Shard]:
    """Spread events over two shards by stream; the first is split into two children after `split_at` events."""
    first, second, left, right = (Shard(shard, []) for shard in ids)
    left.parent = right.parent = first
    for number, record in enumerate(stream_records(events, first=10**20)):
        owner = sum(record["dynamodb"]["Keys"]["stream"]["S"].partition("/")[2].encode()) % 4
        if owner % 2:
            shard = second
        elif number < split_at:
            shard = first
        else:
            shard = left if owner else right
        shard.records.append(record)
    return [first, second, left, right]


class Mapping:
    """Delivers shards to handlers until all is acknowledged, as `random` decides."""

    def __init__(self, shards: Sequence[Shard], handlers: Sequence[Handler], random: Random, clock: Clock) -> None:
        self._shards = shards
        self._handlers = handlers
        self._random = random
        self._clock = clock
        self._end = clock.time + STREAM_KEEPS_MS

    def run(self, deliveries: int) -> None:
        """Deliver a number of batches, each of which may go wrong."""
        for _ in range(deliveries):
            self._clock.time = min(self._end, self._clock.time + self._random.randint(0, 5 * 3_600_000))
            readable = [shard for shard in self._shards if shard.readable]
            if not readable:
                return
            self._deliver_in_trouble(self._random.choice(readable))

    def finish(self) -> None:
        """Deliver all that is not acknowledged, without trouble."""
        while readable := [shard for shard in self._shards if shard.readable]:
            self._handlers[0](readable[0].id, readable[0].records[readable[0].acknowledged :])
            readable[0].acknowledged = len(readable[0].records)

    def _deliver_in_trouble(self, shard: Shard) -> None:
        handler = self._random.choice(self._handlers)
        size = self._random.randint(1, 5)
        late = [other for other in self._shards if other.acknowledged]
        if late and self._random.random() < 0.3:
            # A reader that was given up on delivers what was acknowledged long ago.
            given_up = self._random.choice(late)
            start = self._random.randrange(given_up.acknowledged)
            with suppress(Crash):
                handler(given_up.id, given_up.records[start : start + size])
            return
        batch = shard.records[shard.acknowledged : shard.acknowledged + size]
        try:
            handler(shard.id, batch)
        except Crash:
            return
        # The acknowledgement may be lost after the handler is done.
        if self._random.random() < 0.75:
            shard.acknowledged += len(batch)


class Crash(Exception):
    """The invocation ended before it was done."""
