"""Starting processes again when they end by themselves."""

import time
from collections.abc import Callable
from typing import Protocol

from infra.local.local_settings import LocalError

_PAUSE_SECONDS = (0.2, 10.0)
_HEALTHY_SECONDS = 30.0


class Process(Protocol):
    """A process under the supervisor."""

    name: str

    @property
    def status(self) -> int | None:
        """The exit status, or None while the process is alive."""


class Restarts:
    """Watches one process; `start` starts it again, at once the first time, later each time that it ends soon."""

    def __init__(self, process: Process, start: Callable[[], None], clock: Callable[[], float] = time.monotonic):
        self._process = process
        self._start = start
        self._clock = clock
        self._started_at = clock()
        self._due_at: float | None = None
        self._pause = _PAUSE_SECONDS[0]

    def look(self) -> str | None:
        """Start the process if it ended and its pause is over; return what is to be said of it."""
        if self._process.status is None:
            return None
        now = self._clock()
        if self._due_at is None:
            return f"{self._process.name} ended (status {self._process.status}): {self._postpone(now)}"
        if now < self._due_at:
            return None
        self._due_at, self._started_at = None, now
        try:
            self._start()
        except LocalError as error:
            return f"{error}: {self._postpone(self._clock())}"
        return None

    def _postpone(self, now: float) -> str:
        if now - self._started_at > _HEALTHY_SECONDS:
            self._pause = _PAUSE_SECONDS[0]
        pause, self._pause = self._pause, min(2 * self._pause, _PAUSE_SECONDS[1])
        self._due_at = now + pause
        return f"it is started again in {pause:.1f} s"
