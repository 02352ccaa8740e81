"""Processes of our own under the supervisor: started again when they end by themselves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from infra.local.emulator import end_with_parent
from infra.local.local_settings import REPOSITORY

_RESTART_SECONDS = (0.5, 10.0)
_HEALTHY_SECONDS = 30.0


class Child:
    """One process: a module of this package, run from the repository's directory, with open files to inherit."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], inherited: Sequence[int]):
        self.name = name
        self._command = [sys.executable, "-m", *arguments]
        self._environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
        self._inherited = inherited
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._restart_at = 0.0
        self._pause = _RESTART_SECONDS[0]

    def start(self) -> None:
        """Start the process."""
        self._process = subprocess.Popen(
            self._command,
            cwd=REPOSITORY,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            pass_fds=self._inherited,
            # A Ctrl-C in the terminal is for the supervisor alone: it stops its children in their order.
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - the supervisor has no threads
        )
        self._started_at = time.monotonic()
        self._restart_at = 0.0

    def revive(self) -> str | None:
        """Start the process again if it ended, later each time that it ends soon; return what is to be said of it."""
        if self._process is None or self._process.poll() is None:
            return None
        now = time.monotonic()
        if not self._restart_at:
            if now - self._started_at > _HEALTHY_SECONDS:
                self._pause = _RESTART_SECONDS[0]
            self._restart_at = now + self._pause
            said = f"{self.name} ended (status {self._process.returncode}): it is started again in {self._pause:.1f} s"
            self._pause = min(2 * self._pause, _RESTART_SECONDS[1])
            return said
        if now >= self._restart_at:
            self.start()
        return None

    def stop(self, seconds: float) -> bool:
        """Let the process end what it does; kill it when it takes longer than that. Return whether it ended itself."""
        if self._process is None:
            return True
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        return True
