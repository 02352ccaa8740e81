"""Starting a process that ends by itself from time to time."""

import time
from collections.abc import Callable

from infra.local.restarts import Process


class Recurring:
    """Lets `start` start a process after some seconds, then every so many; one that takes longer is awaited."""

    def __init__(
        self,
        process: Process,
        start: Callable[[], None],
        every: float,
        first_after: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._process = process
        self._start = start
        self._every = every
        self._clock = clock
        self._due_at = clock() + first_after
        self._started = False

    def look(self) -> str | None:
        """Start the process when it is due; return what is to be said of one that has failed."""
        if self._started:
            status = self._process.status
            self._started = status is None
            return (
                f"{self._process.name} ended (status {status}): it is started again when it is due" if status else None
            )
        if self._clock() >= self._due_at:
            self._due_at = self._clock() + self._every
            self._started = True
            self._start()
        return None
