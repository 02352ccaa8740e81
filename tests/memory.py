"""Where the databases of tests and benchmarks are: in memory."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def memory() -> Iterator[Path]:
    """A directory in memory, where the machine has one: what is written there is synced at once."""
    shared = Path("/dev/shm")
    directory = Path(tempfile.mkdtemp(dir=shared if os.access(shared, os.W_OK) else None))
    try:
        yield directory
    finally:
        shutil.rmtree(directory)
