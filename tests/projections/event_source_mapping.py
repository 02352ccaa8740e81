"""Lambda's event source mapping on a stream, as its documentation describes it, with all that may go wrong.

Shards are read in order and independently; a shard that was split is read to its end before its children; a batch
that failed is delivered again, whole or cut (bisect); an invocation that was given up on may still be running and
deliver late, as a second reader of the shard does.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Any

import msgspec

from chalicelib.domain.events import RecordedEvent
from tests.histories import stream_record

Handler = Callable[[str, Sequence[dict[str, Any]]], None]


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


def shards_of(events: Sequence[RecordedEvent], split_at: int, born: int) -> list[Shard]:
    """Spread events over two shards by stream; the first is split into two children after `split_at` events."""
    first, second, left, right = (Shard(f"shardId-{born + n:020d}-{n:08x}", []) for n in range(4))
    left.parent = right.parent = first
    for sequence, event in enumerate(events):
        number = sum(event.stream.partition("/")[2].encode()) % 4
        if number % 2:
            shard = second
        elif sequence < split_at:
            shard = first
        else:
            shard = left if number else right
        shard.records.append(stream_record(event, 10**20 + sequence))
    return [first, second, left, right]


class Mapping:
    """Delivers shards to handlers until all is acknowledged, as `random` decides."""

    def __init__(self, shards: Sequence[Shard], handlers: Sequence[Handler], random: Random) -> None:
        self._shards = shards
        self._handlers = handlers
        self._random = random

    def run(self, deliveries: int) -> None:
        """Deliver a number of batches, each of which may go wrong."""
        for _ in range(deliveries):
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
        if shard.acknowledged and self._random.random() < 0.25:
            # A reader that was given up on delivers what was acknowledged long ago.
            start = self._random.randrange(shard.acknowledged)
            with suppress(Crash):
                handler(shard.id, shard.records[start : start + size])
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
