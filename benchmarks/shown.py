"""How long after it was acknowledged a participation is in `live.json`: one machine, its durable engine, 20 a second.

Participations are counted, not told apart: the n-th that is acknowledged is shown when the counter is at n.
Run: `python -m benchmarks.shown` (on a machine that does nothing else).
"""

import statistics
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

from benchmarks.local_engine import System, record_one

RATE = 20
SECONDS = 30
POLL_SECONDS = 0.02
MAX_SECONDS = 60


def main() -> None:
    """Send for half a minute, watch the counter meanwhile, and print the figures."""
    with tempfile.TemporaryDirectory() as directory:
        system = System(Path(directory) / "data")
        try:
            system.start()
            acknowledged, shown = measured(system)
        finally:
            system.stop()
    waited = sorted(seen - told for told, seen in zip(acknowledged, shown, strict=True))
    print(f"{len(waited)} participations, {RATE} a second, from acknowledged to shown in live.json")
    print(f"  median {statistics.median(waited):.2f} s, p95 {waited[int(len(waited) * 0.95)]:.2f} s (budget 1.0)")
    print(f"  most   {waited[-1]:.2f} s")


def measured(system: System) -> tuple[list[float], list[float]]:
    """Return when each participation was acknowledged, and when the counter first showed as many."""
    shown: list[float] = []
    done = Event()

    def watch() -> None:
        while not done.is_set():
            found = system.shown()
            shown.extend([time.monotonic()] * (found - len(shown)))
            time.sleep(POLL_SECONDS)

    watcher = Thread(target=watch)
    watcher.start()
    acknowledged = send(system)
    deadline = time.monotonic() + MAX_SECONDS
    while len(shown) < len(acknowledged) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    done.set()
    watcher.join()
    return acknowledged, shown


def send(system: System) -> list[float]:
    """Send participations at their times, each when the one before is acknowledged; return when they were."""
    post, began = system.sender(), time.monotonic()
    acknowledged = []
    for number in range(RATE * SECONDS):
        time.sleep(max(0.0, began + number / RATE - time.monotonic()))
        record_one(post, number)
        acknowledged.append(time.monotonic())
    return acknowledged


if __name__ == "__main__":
    main()
