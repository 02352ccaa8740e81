"""Read models of one row a thing, of which the newest version wins: no checkpoint, whatever is delivered again.

A row holds what its newest event tells as the text that it came in, and the attributes of the indexes it is found by.
The hash keys of all indexes are spread over `SPREAD` partitions: a hot one would throttle its table, and with it the
projector.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol
from zlib import crc32

import msgspec

from chalicelib.aws.items import Item

SPREAD = 16


class Row(msgspec.Struct, frozen=True):
    """A row of `model` as of a version of its stream; `attributes` are those beside its key and its version."""

    model: str
    key: str
    version: int
    attributes: Item

    @property
    def size(self) -> int:
        """About how many bytes the store counts: names and texts, of which the newest event's are nearly all."""
        return sum(len(name) + len(next(iter(value.values())).encode()) for name, value in self.item.items())

    @property
    def item(self) -> dict[str, Mapping[str, str]]:
        """The item that it is stored as."""
        return {"id": {"S": self.key}, "version": {"N": str(self.version)}, **self.attributes}


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that the store will never take, and why."""

    row: Row
    reason: str


class Index(msgspec.Struct, frozen=True):
    """A part of an index of a model's rows: the partitions that it is spread over, and the attribute that orders it."""

    model: str
    name: str
    order: str
    partitions: tuple[str, ...]


class RowStore(Protocol):
    """Where rows are stored."""

    def put(self, rows: Sequence[Row]) -> list[RefusedRow]:
        """Store rows, each unless a newer version of it is there; return those that will never be taken."""

    def read(self, model: str, keys: Sequence[str]) -> list[Item]:
        """Return the rows of some keys, as far as they are there, in the order of the keys. Consistent."""

    def query(self, index: Index, *, after: str | None = None, descending: bool = False, page: int) -> Iterator[Item]:
        """Yield what an index has, by its order, from behind a place in it. Eventual; `page` items a request."""


def scoped(campaign: str, generation: int, *parts: str) -> str:
    """Return a key within one build of a campaign's read models."""
    return "#".join((campaign, str(generation), *parts))


def partitions(campaign: str, generation: int, *parts: str) -> tuple[str, ...]:
    """Return all hash keys that the rows of one scope of an index are spread over."""
    return tuple(scoped(campaign, generation, *parts, f"{part:02d}") for part in range(SPREAD))


def spread(key: str) -> str:
    """Return over which partition of an index a row is spread."""
    return f"{crc32(key.encode()) % SPREAD:02d}"
