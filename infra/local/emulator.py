"""The AWS emulators as child processes: started on a free port, waited for, stopped so that they keep their state."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.local.local_settings import REGION, LocalError

_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


class Emulator:
    """One emulator process."""

    def __init__(
        self, name: str, command: list[str], environment: Mapping[str, str], port: int, directory: Path, log: Path
    ) -> None:
        self.name = name
        self.port = port
        self.log = log
        self._directory = directory
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The endpoint for the AWS clients."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def status(self) -> int | None:
        """The exit status, or None while the process is alive or before it was started."""
        return None if self._process is None else self._process.poll()

    @property
    def pid(self) -> int | None:
        """The process, or None before it was started."""
        return None if self._process is None else self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self, inherited: Sequence[int] = ()) -> None:
        """Start the process in its directory, with open files to inherit, and wait until it answers.

        Raises:
            LocalError: it ended, or did not answer within a minute.
        """
        self.launch(inherited)
        self.wait()

    def launch(self, inherited: Sequence[int] = ()) -> None:
        """Start the process without waiting for it."""
        for directory in (self._directory, self.log.parent):
            directory.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._directory,
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=inherited,
                # A Ctrl-C in the terminal is for the supervisor alone: it stops the emulator last.
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - no thread runs yet when a process is started
            )

    def wait(self) -> None:
        """Wait until the process answers.

        Raises:
            LocalError: it ended, or did not answer within a minute.
        """
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self.url):
            if not self.running:
                raise LocalError(f"{self.name} ended while it started; its log is {self.log}")
            if time.monotonic() > deadline:
                self.stop()
                raise LocalError(f"{self.name} did not answer within {_START_SECONDS:.0f} s; its log is {self.log}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the process and wait until its state is written.

        Raises:
            LocalError: it was still running after a minute, and was left alone.
        """
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise LocalError(
                f"{self.name} (process {self._process.pid}) does not stop; its log is {self.log}"
            ) from None


def ministack(python: Path, directory: Path, log: Path, *, persist: bool) -> Emulator:
    """Return ministack (DynamoDB, Streams, S3, Secrets Manager, SQS), which writes its state on SIGTERM, and only then.

    Raises:
        LocalError: it is not installed.
    """
    if not python.exists():
        raise LocalError(f"the emulator's virtual environment is missing ({python}): `make install` makes it")
    port = free_port()
    flag = "1" if persist else "0"
    environment = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "SERVICES": "dynamodb,dynamodbstreams,s3,secretsmanager,sqs",
        "PERSIST_STATE": flag,
        "STATE_DIR": str(directory),
        "S3_PERSIST": flag,
        "S3_DATA_DIR": str(directory / "s3"),
        "LOG_LEVEL": "WARNING",
        # Its process file goes to the temporary directory, its own listeners to fixed ports.
        "TMPDIR": str(directory),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PYTHONPATH": "",
    }
    return Emulator("ministack", [str(python), "-m", "ministack"], environment, port, directory, log)


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end_with_parent() -> None:
    """Let the kernel send SIGTERM to this process when its parent dies, where the kernel can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/health", timeout=2).close()  # noqa: S310 - our own endpoint
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
