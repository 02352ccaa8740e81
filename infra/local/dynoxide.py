"""dynoxide: DynamoDB and its streams on one SQLite file, where an answered write is on the disk.

`python -m infra.local.dynoxide` fetches it. Its source: github.com/nubo-db/dynoxide.
"""

import platform
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra.local import npm
from infra.local.emulator import Emulator, free_port
from infra.local.local_settings import DYNOXIDE, DYNOXIDE_VERSION, LocalError
from infra.local.sqlite_files import opened

_PLATFORMS = ("linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64")
_CPUS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_INTEGRITY: Mapping[str, str] = {
    # pragma: allowlist nextline secret
    "linux-x64": "sha512-sBHqlxJ9ANkLluFkYRfd5r8Y0ApFew4FhOrlhgRAgD4XzEoFOukEo1nuBTQ1+jTtofqwn4NWQ2k0Tn5mNTjgUg==",
}
_OTHERS = "ENGINE=dynamodb-local (Java 17) and ENGINE=ministack run without it"

# How the engine itself looks for a stream's newest record, for those after a position, and for both ends of a stream:
# without an index it reads all of them for each write.
_INDEX = """
CREATE INDEX IF NOT EXISTS stream_records_by_number
ON _stream_records (table_name, CAST(sequence_number AS INTEGER), shard_id, sequence_number)
"""
# The engine counts from the highest number of a table and compares the ends of a stream as texts: they are as numbers
# are where all have as many digits. No shard has this record, so that no reader meets it.
_FIRST_NUMBER = """
CREATE TRIGGER IF NOT EXISTS first_stream_number AFTER INSERT ON _tables BEGIN
  INSERT INTO _stream_records (table_name, event_name, keys_json, sequence_number, shard_id, created_at)
  VALUES (NEW.table_name, 'START', '{}', '1000000000000000000', '', 0);
END
"""
_TRIM = """
DELETE FROM _stream_records WHERE id IN (
  SELECT id FROM (
    SELECT id, created_at FROM _stream_records
    WHERE table_name = :table AND CAST(sequence_number AS INTEGER) < :before
    ORDER BY CAST(sequence_number AS INTEGER) LIMIT :max_count
  ) WHERE created_at < :created_before
)
"""


def dynoxide(program: Path, database: Path, log: Path) -> Emulator:
    """Return dynoxide on a database, which it makes where there is none; without the program it is fetched first.

    Raises:
        LocalError: the program cannot be had.
    """
    if not program.exists():
        install(program)
    port = free_port()
    command = [str(program), *("serve", "--host", "127.0.0.1", "--port", str(port), "--db-path", str(database))]
    return Emulator("dynoxide", command, {}, port, database.parent, log)


def install(program: Path) -> None:
    """Fetch the program.

    Raises:
        LocalError: there is none for this machine, or it cannot be fetched now.
    """
    name = _platform()
    try:
        npm.fetch(f"@dynoxide/{name}@{DYNOXIDE_VERSION}", "dynoxide", program, _INTEGRITY.get(name))
    except LocalError as error:
        raise LocalError(f"{error}. {_OTHERS}") from None


def prepare(database: Path) -> None:
    """Add what the engine's streams lack, before tables are made; the engine may be running.

    A write takes as long with a million records in the streams as with none, and numbers have as many digits each.
    """
    with opened(database, "rw") as connection:
        connection.execute(_INDEX)
        connection.execute(_FIRST_NUMBER)


def settle(database: Path) -> None:
    """Make one file of a database that no process uses, without a log beside it."""
    with opened(database, "rw") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def trimming(database: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to trim by, beside the engine.

    Nobody else writes while a statement deletes: it does not wait for the disk. What a power cut takes of that is
    trimmed again, and each write of the engine syncs all that was written before it.
    """
    with opened(database, "rw") as connection:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        yield connection


def trim_stream(connection: sqlite3.Connection, table: str, *, before: int, created_before: int, max_count: int) -> int:
    """Delete the oldest records of a table's stream that are numbered lower and were made earlier (s).

    The newest record must be left: the engine numbers the next one after it. Returns how many were deleted, at most
    `max_count`.
    """
    limits = {"table": table, "before": before, "created_before": created_before, "max_count": max_count}
    return connection.execute(_TRIM, limits).rowcount


def _platform() -> str:
    name = f"{platform.system().lower()}-{_CPUS.get(platform.machine().lower(), platform.machine().lower())}"
    if name not in _PLATFORMS:
        raise LocalError(f"there is no dynoxide for {name}. {_OTHERS}")
    return name


def main() -> int:
    """Fetch the program where it is missing; a machine that cannot have it may still use another engine."""
    if not DYNOXIDE.exists():
        try:
            install(DYNOXIDE)
        except LocalError as error:
            print(f"qaiyrym: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
