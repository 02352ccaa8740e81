"""Medians of paired runs: the two sides in turn, so that a machine that slows down slows both."""

import statistics
import time
from collections.abc import Callable

import msgspec


class Pair(msgspec.Struct, frozen=True):
    """Median ms of the subject and of its peer or floor, and the median of their ratios, pair by pair."""

    subject: float
    peer: float
    ratio: float


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the CPU time in ms that this process spends on some work."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def wall_ms(work: Callable[[], object]) -> float:
    """Return the time in ms that passes during some work."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def pair(subject: Callable[[], float], peer: Callable[[], float], rounds: int) -> Pair:
    """Measure both in turn; each returns its own ms."""
    subject(), peer()
    measured = [(subject(), peer()) for _ in range(rounds)]
    return Pair(
        subject=statistics.median(s for s, _ in measured),
        peer=statistics.median(p for _, p in measured),
        ratio=statistics.median(s / p for s, p in measured),
    )
