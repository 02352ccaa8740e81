"""The local system as its user has it: a process that is started, asked over HTTP, and told to stop."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any

import boto3
import msgspec

from infra.local.emulator import free_port
from infra.local.local_settings import REPOSITORY

_SECONDS = 60.0
# Longer than the system itself waits before it ends and says what is missing.
_START_SECONDS = 300.0
_VISIBLE_SECONDS = 20.0
_SETTLING_SECONDS = 1.5
_POLL_SECONDS = 0.1


class Reply(msgspec.Struct, frozen=True):
    """Status, headers and JSON of one answer."""

    status: int
    headers: Mapping[str, str]
    json: Any


class LocalSystem:
    """One data directory and the process that works on it."""

    def __init__(self, data_dir: Path, *, log: Path | None = None, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self._environment = environment
        self._log = log or data_dir.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The supervisor's process."""
        assert self._process is not None
        return self._process.pid

    @property
    def run(self) -> dict[str, Any]:
        """What the system says of itself in `run.json`."""
        content: dict[str, Any] = json.loads((self.data_dir / "run.json").read_text(encoding="utf-8"))
        return content

    @property
    def environment(self) -> dict[str, str]:
        """What the functions know of their tables and queues."""
        lines = (self.data_dir / "functions.env").read_text(encoding="utf-8").splitlines()
        return dict(line.removeprefix("export ").split("=", 1) for line in lines)

    @property
    def log(self) -> str:
        """Everything that all starts have printed."""
        return self._log.read_text(encoding="utf-8")

    def start(self) -> None:
        """Start the system and wait until it is ready."""
        (self.data_dir / "run.json").unlink(missing_ok=True)
        self.launch()
        deadline = time.monotonic() + _START_SECONDS
        while not (self.data_dir / "run.json").exists():
            assert self._process is not None
            assert self._process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(_POLL_SECONDS)

    def launch(self) -> None:
        """Start the system."""
        # What the tests' own process is given is not for this one.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PEPPER"))}
        given = {"PORT": str(self.port), "DATA_DIR": str(self.data_dir), **self._environment}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local"],
                cwd=REPOSITORY,
                env={**inherited, **given},
                stdout=log,
                stderr=log,
            )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        os.kill(self.pid, number)
        return self.ended()

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        assert self._process is not None
        try:
            return self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not end:\n{self.log[-3000:]}") from None

    def abandon(self) -> None:
        """Stop the system where a test has not."""
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def child(self, program: str) -> int:
        """Return the process, under the supervisor, that runs a module or a program."""
        (pid,) = self._children(program)
        return pid

    def has_child(self, program: str) -> bool:
        """Whether a process that runs a module or a program is there."""
        return bool(self._children(program))

    def has_another(self, program: str, gone: int) -> bool:
        """Whether a process that runs a module or a program is there in place of one that is gone."""
        return bool(set(self._children(program)) - {gone})

    def kill(self) -> None:
        """Kill every process at once, as a power cut does."""
        pids = [self.pid, *self._children("")]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.ended()

    def pause(self, number: signal.Signals) -> None:
        """Let every process stand still (SIGSTOP) or go on (SIGCONT)."""
        for pid in [self.pid, *self._children("")]:
            os.kill(pid, number)

    def client(self, service: str) -> Any:
        """Return a client of what the system runs on."""
        url = self.environment[f"AWS_ENDPOINT_URL_{service.upper()}"]
        return boto3.client(service, endpoint_url=url)  # type: ignore[call-overload]

    def _children(self, program: str) -> list[int]:
        answer = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        pattern = re.compile(rf"\s*(\d+)\s+{self.pid}\s.*(-m |/){re.escape(program)}")
        return [int(match[1]) for line in answer.stdout.splitlines() if (match := pattern.match(line))]

    def ask(self, method: str, path: str, body: object = None, patience: float = _SECONDS, **headers: str) -> Reply:
        """Send a request with the system's token, and the same again when the connection breaks."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            f"http://localhost:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.run['token']}", "Content-Type": "application/json", **given},
        )
        deadline = time.monotonic() + patience
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return Reply(answer.status, dict(answer.headers), _json(answer.read()))
            except urllib.error.HTTPError as refused:
                return Reply(refused.code, dict(refused.headers), _json(refused.read()))
            except (OSError, HTTPException):
                if time.monotonic() > deadline:
                    raise
                time.sleep(_POLL_SECONDS)

    def record(self, key: str, phone: str, patience: float = _SECONDS) -> Reply:
        """Record one good deed of one person."""
        body = {
            "kind": "good_deed",
            "participant": {"type": "citizen", "name": "Айгүл Үлгі", "phone": phone, "email": f"{key}@example.com"},
            "place": {"region": "KZ-75"},
        }
        return self.ask("POST", "/v1/campaigns/2026/participations", body, patience, Idempotency_Key=key)

    def health(self) -> Any:
        """Return what the system says of itself."""
        return self.ask("GET", "/health").json

    def totals(self) -> dict[str, Any]:
        """Return the totals that viewers see, empty before the first publication."""
        reply = self.ask("GET", "/v1/campaigns/2026/live.json")
        return dict(reply.json["totals"]) if reply.status == 200 else {}

    def wait_for(self, metric: str, value: int) -> None:
        """Wait until viewers see a total."""
        self.wait_until(lambda: self.totals().get(metric) == value)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait until viewers see something."""
        deadline = time.monotonic() + _VISIBLE_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, (self.totals(), self.log[-3000:])
            time.sleep(_POLL_SECONDS)

    def settled(self, metric: str) -> int:
        """Return a total once viewers see all that was recorded before."""
        total = self.totals().get(metric)
        while True:
            time.sleep(_SETTLING_SECONDS)
            before, total = total, self.totals().get(metric)
            if total is not None and total == before:
                return int(total)


def _json(body: bytes) -> Any:
    return json.loads(body) if body else None
