"""Processes of our own under the supervisor."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from infra.local.emulator import end_with_parent
from infra.local.local_settings import REPOSITORY


class Child:
    """One process: a module of this package, run from the repository's directory, with open files to inherit."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], inherited: Sequence[int]):
        self.name = name
        self._command = [sys.executable, "-m", *arguments]
        self._environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
        self._inherited = inherited
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def status(self) -> int | None:
        """The exit status, or None while the process is alive or before it was started."""
        return None if self._process is None else self._process.poll()

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
