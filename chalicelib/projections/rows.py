"""Read models of one row a thing, of which the newest version wins: no checkpoint, whatever is delivered again.

A row holds what its newest event tells as the text that it came in, and the attributes of the indexes it is found by.
The hash keys of all indexes are spread over `SPREAD` partitions: a hot one would throttle its table, and with it the
projector.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Protocol
from zlib import crc32

import msgspec

from chalicelib.aws.items import Item
from chalicelib.projections.change import Change

SPREAD = 16
TextAttribute = Mapping[str, str]
"""An attribute that holds a text."""

PARTS = tuple(f"{part:02d}" for part in range(SPREAD))
"""The names of the partitions."""


_SURELY_FITS = 50_000
"""With so many characters a row is far from any limit, whatever their bytes are and whatever stands beside them."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of a model as an event left it, the one at `version` of its stream.

    `item` is what the store is given. It has `key` in `id`, and holds `text`, what the event tells.
    """

    model: str
    key: str
    version: int
    text: str
    item: Item
    change: Change


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

    def scan(self, model: str, scopes: Sequence[str], *, consistent: bool = True) -> Iterator[Sequence[Item]]:
        """Yield all rows whose keys begin with one of some scopes, in pages and any order. Reads the whole table."""

    def forget(self, campaign: str, generation: int) -> None:
        """Delete all rows of a campaign in a generation. Reads the tables."""


def size_of(item: Item) -> int:
    """Return about how many bytes the store counts for a row: names and texts."""
    return sum(len(name) + len(next(iter(value.values())).encode()) for name, value in item.items())


def fits(row: Row, max_bytes: int) -> bool:
    """Whether a row has no more bytes than that. Most are so small that they need not be counted."""
    return len(row.text) < _SURELY_FITS or size_of(row.item) <= max_bytes


@lru_cache(maxsize=4096)
def scoped(campaign: str, generation: int, *parts: str) -> str:
    """Return the beginning of all keys of one scope within one build of a campaign's read models."""
    return "#".join((campaign, str(generation), *parts, ""))


def partitions(campaign: str, generation: int, *parts: str) -> tuple[str, ...]:
    """Return all hash keys that the rows of one scope of an index are spread over."""
    return tuple(f"{scoped(campaign, generation, *parts)}{part}" for part in PARTS)


class RowScope(msgspec.Struct, frozen=True):
    """The rows of one build of a campaign's read models: how their keys begin, and the hash keys of their indexes."""

    beginning: str
    partitions: Mapping[str, TextAttribute]

    def placed(self, name: str, part: str) -> TextAttribute:
        """Return the hash key of what has a name, in one partition of an index."""
        return {"S": f"{self.beginning}{name}#{part}"}


@lru_cache(maxsize=64)
def scope_of(campaign: str, generation: int) -> RowScope:
    """Return the scope of a build of a campaign's read models."""
    beginning = scoped(campaign, generation)
    return RowScope(beginning, {part: {"S": beginning + part} for part in PARTS})


def number(item: Item, name: str) -> int | None:
    """Return a number of a stored row, None where it has none: somebody may have put the row there by hand."""
    value = item.get(name, {}).get("N", "")
    return int(value) if value.isdecimal() else None


def spread(key: str) -> str:
    """Return over which partition of an index a row is spread."""
    return PARTS[crc32(key.encode()) % SPREAD]
