"""One machine on its durable engine as it fills: start, memory, disk and writes with more and more in it.

At each size: seconds from start to ready, after a stop in order and after a kill; resident memory of each process;
participations recorded one by one and by batches of 100, by four senders at once, beside an empty system in turn with
it and this disk's floor, a small append that is synced; and the size of the data directory.

The first participations are sent; what is missing to a size is copied from their rows in the engine's file, in each
table and index, under keys of their own: requests for hundreds of thousands would take an hour.

Run: `python -m benchmarks.local_engine [SIZE ...]`.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count, islice
from pathlib import Path
from typing import Any

from chalicelib.domain.places import regions
from infra.local.emulator import free_port
from infra.local.local_settings import REPOSITORY
from infra.local.sqlite_files import opened

SIZES = (1_000, 20_000, 200_000)
FIRST = 1_000
SENDERS = 4
SECONDS = 4.0
ROUNDS = 3
BATCH = 100
FLOOR_SECONDS = 1.0
Post = Callable[[str, dict[str, Any], dict[str, str]], None]
"""Sends a body with headers to a path."""

_PROCESSES = ("delivery", "server", "queue_server", "ministack", "dynoxide")


class System:
    """The system on one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._run: dict[str, Any] = {}

    def start(self) -> float:
        """Start it; return after how many seconds it was ready."""
        told, began = self._data_dir / "run.json", time.monotonic()
        told.unlink(missing_ok=True)
        environment = {**os.environ, "PORT": str(self._port), "DATA_DIR": str(self._data_dir)}
        with Path(f"{self._data_dir}.log").open("ab") as log:
            command = [sys.executable, "-m", "infra.local"]
            self._process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log)
        while not told.exists():
            if self._process.poll() is not None:
                raise RuntimeError(f"it does not start: {self._data_dir}.log")
            time.sleep(0.02)
        self._run = json.loads(told.read_text(encoding="utf-8"))
        return time.monotonic() - began

    def stop(self) -> None:
        """Stop it in order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()

    def kill(self) -> None:
        """Kill every process at once."""
        pids = [self._supervisor, *(pid for pid, _, _ in self._children())]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                os.kill(pid, number)
        if self._process is not None:
            self._process.wait()

    def memory(self) -> dict[str, float]:
        """Return the resident MB of each process."""
        return {name: rss / 1024 for _, rss, args in self._children() for name in _PROCESSES if _runs(args, name)}

    def shown(self) -> int:
        """Return how many participations the counter shows."""
        with urllib.request.urlopen(f"{self._run['url']}/v1/campaigns/2026/live.json") as answer:
            return int(json.load(answer)["totals"]["participations"])

    def sender(self) -> Post:
        """Return what posts to the system over a connection of its own."""
        connection = HTTPConnection("localhost", self._port)
        known = {"Authorization": f"Bearer {self._run['token']}", "Content-Type": "application/json"}

        def post(path: str, body: dict[str, Any], headers: dict[str, str]) -> None:
            connection.request("POST", path, json.dumps(body), known | headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (200, 201):
                raise RuntimeError(f"{path} answered {answer.status}")

        return post

    @property
    def _supervisor(self) -> int:
        return self._process.pid if self._process is not None else 0

    def _children(self) -> list[tuple[int, int, str]]:
        """Return process, resident kB and command of each child."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid=,rss=,args="], capture_output=True, text=True, check=True)
        fields = (line.split(None, 3) for line in listed.stdout.splitlines())
        return [(int(pid), int(rss), args) for pid, parent, rss, args in fields if int(parent) == self._supervisor]


def main() -> None:
    """Fill a system step by step, measure at each, and print the figures."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    numbers = count()
    with tempfile.TemporaryDirectory() as directory:
        system = System(Path(directory) / "data")
        try:
            system.start()
            fill(system, numbers, FIRST)
            settle(system, FIRST)
            sent = FIRST
            for size in sizes:
                system.stop()
                grow(Path(directory, "data", "dynoxide", "qaiyrym.sqlite"), size)
                sent = _measure(system, numbers, Path(directory), size, sent)
        finally:
            system.stop()


def fill(system: System, numbers: Iterator[int], size: int) -> None:
    """Record many participations, by batches."""

    def send(batch: Sequence[int]) -> None:
        posts[batch[0] // BATCH % SENDERS]("/v1/campaigns/2026/participations/batch", _batch(batch), {})

    posts = [system.sender() for _ in range(SENDERS)]
    batches = [list(islice(numbers, min(BATCH, size - sent))) for sent in range(0, size, BATCH)]
    for start in range(0, len(batches), SENDERS):
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(send, batches[start : start + SENDERS]))


def grow(database: Path, size: int) -> None:
    """Copy rows of what was sent until the tables of a database that no process uses hold so many participations."""
    with opened(database, "rw") as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'qaiyrym-%'")
        for (name,) in names.fetchall():
            columns = [column[1] for column in connection.execute(f'PRAGMA table_info("{name}")')]
            key = "table_pk" if "table_pk" in columns else "pk"
            copied = ", ".join(f"'S:' || ? || substr({key}, 3)" if each == key else each for each in columns)
            insert = f'INSERT INTO "{name}" SELECT {copied} FROM "{name}" WHERE {key} NOT LIKE \'S:copy-%\' LIMIT ?'
            (held,) = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            while FIRST <= held < size:
                held += connection.execute(insert, (f"copy-{held}-", size - held)).rowcount


def settle(system: System, expected: int) -> None:
    """Wait until everything is shown."""
    while system.shown() < expected:
        time.sleep(0.2)


def record(system: System, numbers: Iterator[int]) -> int:
    """Record participations one by one for a while; return how many."""

    def send(post: Post) -> int:
        record_one(post, next(numbers))
        return 1

    return _for_a_while(system, send)


def record_one(post: Post, number: int) -> None:
    """Record a participation."""
    post("/v1/campaigns/2026/participations", _participation(number), {"Idempotency-Key": f"key-{number}"})


def record_batches(system: System, numbers: Iterator[int]) -> int:
    """Record participations by batches for a while; return how many."""

    def send(post: Post) -> int:
        post("/v1/campaigns/2026/participations/batch", _batch(list(islice(numbers, BATCH))), {})
        return BATCH

    return _for_a_while(system, send)


def _for_a_while(system: System, send: Callable[[Post], int]) -> int:
    deadline = time.monotonic() + SECONDS

    def send_on(post: Post) -> int:
        sent = 0
        while time.monotonic() < deadline:
            sent += send(post)
        return sent

    with ThreadPoolExecutor(SENDERS) as pool:
        return sum(pool.map(send_on, [system.sender() for _ in range(SENDERS)]))


def floor(directory: Path) -> float:
    """Return how many small appends a second reach the disk, one after the other."""
    began, appended = time.monotonic(), 0
    with (directory / "floor").open("ab", buffering=0) as file:
        while time.monotonic() - began < FLOOR_SECONDS:
            file.write(b"x" * 1024)
            os.fdatasync(file.fileno())
            appended += 1
    return appended / (time.monotonic() - began)


def _measure(system: System, numbers: Iterator[int], directory: Path, size: int, sent: int) -> int:
    """Print the figures of one size; return how many participations were sent until then."""
    # The file that rows were copied into is looked through once, as after a crash.
    system.start()
    system.stop()
    in_order = system.start()
    settle(system, sent)
    empty = System(directory / f"empty-{size}")
    empty.start()
    others = count()
    turns = [
        (
            record(system, numbers),
            record(empty, others),
            record_batches(system, numbers),
            record_batches(empty, others),
            floor(directory),
        )
        for _ in range(ROUNDS)
    ]
    *sums, _ = (sum(turn) for turn in zip(*turns, strict=True))
    recorded, beside, batched, batched_beside = sums
    synced = statistics.median(turn[-1] for turn in turns)
    memory = system.memory()
    empty.stop()
    settle(system, sent + int(recorded + batched))
    system.kill()
    after_kill = system.start()
    print(
        f"{size:>7}  start {in_order:.1f} s, after a kill {after_kill:.1f} s  "
        f"{_rates(recorded, beside, synced)}, by batches {_rates(batched, batched_beside, synced)}, "
        f"{synced:.0f} synced appends/s  "
        f"{_megabytes(directory / 'data'):.0f} MB on disk  "
        f"memory {sum(memory.values()):.0f} MB: {', '.join(f'{name} {mb:.0f}' for name, mb in memory.items())}",
        flush=True,
    )
    return sent + int(recorded + batched)


def _rates(full: float, empty: float, synced: float) -> str:
    seconds = SECONDS * ROUNDS
    return (
        f"{full / seconds:.0f} participations/s (empty {empty / seconds:.0f}, ratio {full / empty:.2f}; "
        f"{full / seconds / synced:.2f} of a synced append)"
    )


def _batch(numbers: Sequence[int]) -> dict[str, Any]:
    return {"participations": [{"idempotency_key": f"key-{number}", **_participation(number)} for number in numbers]}


def _participation(number: int) -> dict[str, Any]:
    places = sorted(regions())
    return {
        "kind": "good_deed",
        "participant": {"type": "citizen", "phone": f"+7701{number:07}"},
        "place": {"region": places[number % len(places)]},
    }


def _runs(args: str, name: str) -> bool:
    return re.search(rf"(infra\.local\.|-m |/){name}\b", args) is not None


def _megabytes(directory: Path) -> float:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1024**2


if __name__ == "__main__":
    main()
