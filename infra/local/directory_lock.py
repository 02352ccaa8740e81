"""One system per data directory."""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from infra.local.data_directory import disk_faults
from infra.local.local_settings import LocalError

_WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.1

_LOG = logging.getLogger("local")


@contextmanager
def hold(directory: Path) -> Iterator[int]:
    """Hold a data directory, made where it is missing, and give the open file that stands for it.

    The directory is held until every process that inherited the file has ended: what is left of a supervisor that was
    killed still writes there, and is waited for.

    Raises:
        LocalError: another instance works there, or the directory cannot be used.
    """
    with disk_faults(directory):
        directory.mkdir(parents=True, exist_ok=True)
        file = (directory / "lock").open("a+", encoding="ascii")
    with file:
        if not _taken(file.fileno()):
            file.seek(0)
            _wait(directory, file.fileno(), file.read())
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def _wait(directory: Path, number: int, holder: str) -> None:
    """Wait for what an instance that was killed has left behind; `holder` is the process that was its supervisor."""
    deadline = time.monotonic() + _WAIT_SECONDS
    if not _alive(holder):
        _LOG.info("waiting for the processes of an earlier run to end ...")
    while not _taken(number):
        if _alive(holder) or time.monotonic() > deadline:
            raise LocalError(f"DATA_DIR {directory} is in use by another instance: set another")
        time.sleep(_POLL_SECONDS)


def _taken(number: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _alive(process: str) -> bool:
    with suppress(ValueError, ProcessLookupError, PermissionError):
        os.kill(int(process), 0)
        return True
    return False
