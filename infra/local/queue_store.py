"""Queues on one SQLite file, in which an accepted message is on the disk before it is answered."""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

DEFAULTS: Mapping[str, str] = {"VisibilityTimeout": "30"}
"""As SQS has them, but for the retention period: nothing that waits here is ever deleted for its age."""

# `hidden_at` beside `visible_at`: a clock that goes back would hide what was received for as long as it went back.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, attributes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
  attributes TEXT NOT NULL, sent_at REAL NOT NULL, hidden_at REAL NOT NULL, visible_at REAL NOT NULL,
  deliveries INTEGER NOT NULL DEFAULT 0, first_received_at REAL, handle TEXT
);
CREATE INDEX IF NOT EXISTS messages_of_queue ON messages (queue, id);
CREATE INDEX IF NOT EXISTS messages_by_handle ON messages (handle);
"""
_VISIBLE = "NOT (hidden_at <= :now AND :now < visible_at)"
_COUNT = f"SELECT count(*) FILTER (WHERE {_VISIBLE}), count(*) FROM messages WHERE queue = :queue"  # noqa: S608
_NEXT = f"SELECT * FROM messages WHERE queue = :queue AND {_VISIBLE} ORDER BY id LIMIT :max_count"  # noqa: S608


class NoSuchQueue(Exception):
    """There is no queue of that name."""


class StaleHandle(Exception):
    """The message is gone, or was delivered again since it was delivered with this handle."""


class Received(msgspec.Struct, frozen=True):
    """A message as it is delivered; times in seconds, `attributes` as the sender gave them."""

    message_id: str
    body: str
    attributes: Mapping[str, Any]
    handle: str
    deliveries: int
    sent_at: float
    first_received_at: float


class QueueStore:
    """The queues of one file, usable from several threads. A message that is received too often is moved, as SQS does.

    A disk that takes nothing more raises `sqlite3.OperationalError`, and nothing is changed.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = Lock()
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Each commit reaches the disk itself.
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(_SCHEMA)

    def create(self, queue: str) -> None:
        """Create a queue unless there is one of that name."""
        with self._transaction() as database:
            attributes = msgspec.json.encode(DEFAULTS).decode()
            database.execute("INSERT OR IGNORE INTO queues VALUES (?, ?)", (queue, attributes))

    def attributes(self, queue: str) -> dict[str, str]:
        """Return what is set for a queue, and how many messages it holds.

        Raises:
            NoSuchQueue
        """
        with self._lock:
            found = self._settings(queue)
            visible, total = self._connection.execute(_COUNT, {"queue": queue, "now": self._now()}).fetchone()
        return {
            **found,
            "ApproximateNumberOfMessages": str(visible),
            "ApproximateNumberOfMessagesNotVisible": str(total - visible),
        }

    def configure(self, queue: str, attributes: Mapping[str, str]) -> None:
        """Replace some attributes of a queue.

        Raises:
            NoSuchQueue
        """
        with self._transaction() as database:
            changed = msgspec.json.encode({**self._settings(queue), **attributes}).decode()
            database.execute("UPDATE queues SET attributes = ? WHERE name = ?", (changed, queue))

    def send(self, queue: str, messages: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
        """Keep messages (body, attributes), all or none; return their ids.

        Raises:
            NoSuchQueue
        """
        ids = [_random_id() for _ in messages]
        now = self._now()
        with self._transaction() as database:
            self._settings(queue)
            database.executemany(
                "INSERT INTO messages (queue, message_id, body, attributes, sent_at, hidden_at, visible_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (queue, message_id, body, msgspec.json.encode(attributes).decode(), now, now, now)
                    for message_id, (body, attributes) in zip(ids, messages, strict=True)
                ],
            )
        return ids

    def receive(self, queue: str, max_count: int, visibility_seconds: float | None = None) -> list[Received]:
        """Deliver up to `max_count` messages and hide them for a while.

        Raises:
            NoSuchQueue
        """
        with self._lock:
            self._settings(queue)
            waiting = self._connection.execute(_NEXT, {"queue": queue, "now": self._now(), "max_count": 1}).fetchone()
        # Asking again and again writes nothing.
        return self._deliver(queue, max_count, visibility_seconds) if waiting else []

    def delete(self, handles: Sequence[str]) -> None:
        """Delete messages; of those that are gone already nothing is said."""
        with self._transaction() as database:
            database.executemany("DELETE FROM messages WHERE handle = ?", [(handle,) for handle in handles])

    def hide(self, handle: str, seconds: float) -> None:
        """Let a message that was delivered come back after that long.

        Raises:
            StaleHandle
        """
        now = self._now()
        with self._transaction() as database:
            hidden = database.execute(
                "UPDATE messages SET hidden_at = ?, visible_at = ? WHERE handle = ?", (now, now + seconds, handle)
            )
            if not hidden.rowcount:
                raise StaleHandle

    def purge(self, queue: str) -> None:
        """Delete every message of a queue."""
        with self._transaction() as database:
            database.execute("DELETE FROM messages WHERE queue = ?", (queue,))

    def _deliver(self, queue: str, max_count: int, visibility_seconds: float | None) -> list[Received]:
        now = self._now()
        with self._transaction() as database:
            settings = self._settings(queue)
            self._redrive(database, queue, settings)
            seconds = float(settings["VisibilityTimeout"]) if visibility_seconds is None else visibility_seconds
            rows = database.execute(_NEXT, {"queue": queue, "now": now, "max_count": max_count}).fetchall()
            delivered = [_received(row, now) for row in rows]
            database.executemany(
                "UPDATE messages SET hidden_at = ?, visible_at = ?, deliveries = ?, first_received_at = ?, handle = ?"
                " WHERE message_id = ?",
                [
                    (now, now + seconds, each.deliveries, each.first_received_at, each.handle, each.message_id)
                    for each in delivered
                ],
            )
        return delivered

    def _redrive(self, database: sqlite3.Connection, queue: str, settings: Mapping[str, str]) -> None:
        if "RedrivePolicy" not in settings:
            return
        policy = msgspec.json.decode(settings["RedrivePolicy"])
        dead = policy["deadLetterTargetArn"].rpartition(":")[2]
        move = (
            "UPDATE messages SET queue = :dead, deliveries = 0, handle = NULL"  # noqa: S608
            f" WHERE queue = :queue AND deliveries >= :max_count AND {_VISIBLE}"
        )
        max_count = int(policy["maxReceiveCount"])
        database.execute(move, {"dead": dead, "queue": queue, "max_count": max_count, "now": self._now()})

    def _settings(self, queue: str) -> dict[str, str]:
        row = self._connection.execute("SELECT attributes FROM queues WHERE name = ?", (queue,)).fetchone()
        if row is None:
            raise NoSuchQueue(queue)
        return msgspec.json.decode(row["attributes"], type=dict[str, str])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _received(row: sqlite3.Row, now: float) -> Received:
    first = row["first_received_at"]
    return Received(
        message_id=row["message_id"],
        body=row["body"],
        attributes=msgspec.json.decode(row["attributes"]),
        handle=_random_id(),
        deliveries=row["deliveries"] + 1,
        sent_at=row["sent_at"],
        first_received_at=now if first is None else first,
    )


def _random_id() -> str:
    return secrets.token_hex(16)
