"""Items written straight into the durable engine's file: a million of them in minutes, where requests take an hour.

Each is where the engine itself would have put it, and in the indexes that it belongs to; streams tell nothing of it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.units import Item, Place, item_bytes
from infra.local.sqlite_files import opened

_CACHE_KIB = 512 * 1024


class EngineFile:
    """A transaction on the engine's file; `places` are the tables with their indexes, all of them keyed by texts."""

    def __init__(self, connection: sqlite3.Connection, places: Mapping[str, tuple[Place, ...]]) -> None:
        self._connection = connection
        self._places = places

    def put(self, table: str, items: Iterable[Item]) -> None:
        """Store items that are not there."""
        whole, *indexes = self._places[table]
        given = list(items)
        self._connection.executemany(
            f'INSERT INTO "{table}" (pk, sk, item_json, item_size) VALUES (?, ?, ?, ?)',
            ((*_key(whole, item), _json(item), item_bytes(item)) for item in given),
        )
        for index in indexes:
            stored = f"{table}::gsi::{index.name.rpartition(' ')[2]}"
            self._connection.executemany(
                f'INSERT INTO "{stored}" (gsi_pk, gsi_sk, table_pk, table_sk, item_json) VALUES (?, ?, ?, ?, ?)',
                (
                    (*_key(index, entry), *_key(whole, entry), _json(entry))
                    for item in given
                    if (entry := index.entry(item)) is not None
                ),
            )

    def copy(self, table: str, count: int) -> None:
        """Store so many copies of all items of a table, each under a key of its own.

        Keys end with an id of 22 characters, by which an item names itself wherever it does; a copy's ends otherwise.
        """
        _, *indexes = self._places[table]
        names = [f"{table}::gsi::{index.name.rpartition(' ')[2]}" for index in indexes]
        last = {name: self._last(name) for name in (table, *names)}
        for number in range(count):
            end = f"{number:02d}"
            self._connection.execute(
                f'INSERT INTO "{table}" (pk, sk, item_json, item_size) SELECT {_renamed("pk", "pk")}, sk, '
                f'{_renamed("item_json", "pk")}, item_size FROM "{table}" WHERE rowid <= :last',
                {"end": end, "last": last[table]},
            )
            for name in names:
                self._connection.execute(
                    f'INSERT INTO "{name}" (gsi_pk, gsi_sk, table_pk, table_sk, item_json) SELECT gsi_pk, '
                    f"{_renamed('gsi_sk', 'table_pk')}, {_renamed('table_pk', 'table_pk')}, table_sk, "
                    f'{_renamed("item_json", "table_pk")} FROM "{name}" WHERE rowid <= :last',
                    {"end": end, "last": last[name]},
                )

    def _last(self, name: str) -> int:
        return int(self._connection.execute(f'SELECT ifnull(max(rowid), 0) FROM "{name}"').fetchone()[0])


@contextmanager
def writing(database: Path, places: Mapping[str, tuple[Place, ...]]) -> Iterator[EngineFile]:
    """Give the engine's file to be written to, all or nothing; the engine waits meanwhile."""
    with opened(database, "rw") as connection:
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute("BEGIN IMMEDIATE")
        yield EngineFile(connection, places)
        connection.execute("COMMIT")


def largest_item(database: Path, tables: Iterable[str]) -> int:
    """Return the size of the largest item in some tables, in bytes."""
    with opened(database, "ro") as connection:
        found = (connection.execute(f'SELECT max(item_size) FROM "{table}"').fetchone() for table in tables)
        return max(size or 0 for (size,) in found)


def _renamed(column: str, key: str) -> str:
    """Return the SQL of a column in which the id at the end of a key ends with `:end`."""
    return f"replace({column}, substr({key}, -22), substr({key}, -22, 20) || :end)"


def _key(place: Place, item: Item) -> tuple[str, str]:
    texts = [f"S:{item[key]['S']}" for key in place.keys]
    return texts[0], texts[1] if len(texts) > 1 else ""


def _json(item: Any) -> str:
    return msgspec.json.encode(item).decode()
