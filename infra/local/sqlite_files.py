"""SQLite files that other processes write: opened beside them, and looked through before they are trusted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from infra.local.local_settings import LocalError

_BUSY_SECONDS = 30.0


@contextmanager
def opened(file: Path, mode: Literal["ro", "rw"]) -> Iterator[sqlite3.Connection]:
    """Give a connection to a file that is there, in which each statement is a transaction."""
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
        yield connection


def check(file: Path) -> None:
    """Look through a file that no process uses, page by page: 5 s for each GB, more where the disk is slow.

    That finds what does not fit together, and not a bit that has changed inside a value. The file is left as it is, but
    for a write that a crash cut off in a rollback journal, which is taken back.

    Raises:
        LocalError: it is missing, empty, cut off or damaged.
    """
    reason = _fault(file)
    if reason is not None:
        raise damaged(file, reason)


def damaged(file: Path, reason: str) -> LocalError:
    """Return what is to be said of a file that cannot be trusted."""
    remedy = "copy DATA_DIR back from a backup, or set another DATA_DIR"
    return LocalError(f"{file} is damaged ({reason}) and was left as it is: {remedy}")


def _fault(file: Path) -> str | None:
    if not file.exists():
        return "it is missing"
    if not file.stat().st_size:
        return "it is empty"
    try:
        # Only who may write can roll back; a database with a write-ahead log is read as it is.
        with opened(file, "rw" if file.with_name(f"{file.name}-journal").exists() else "ro") as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as fault:
        return str(fault)
    return None if found == "ok" else " ".join(str(found).split())
