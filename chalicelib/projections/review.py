"""What waits for a moderator: each waiting act with how often it was put there less how often it was taken away.

In the end that is one or none, but the events of one act may be folded into different slices.
"""

from collections.abc import Sequence
from zlib import crc32

import msgspec

from chalicelib.domain.participation import Act
from chalicelib.projections.delta import subject
from chalicelib.projections.projection import Change, Projection

BUCKETS = 16
_DAY_MS = 24 * 3600 * 1000

Counts = dict[str, int]
"""Counts by the JSON text of what waits. No zeros."""


class Waiting(msgspec.Struct, frozen=True, omit_defaults=True):
    """An act in review: where it is, when it was recorded (epoch ms), and what it says."""

    at: int
    stream: str
    participation: int
    act: Act


def waiting(state: Counts) -> list[Waiting]:
    """Return what waits in a merged state, oldest first."""
    entries = (msgspec.json.decode(text, type=Waiting) for text, count in state.items() if count > 0)
    return sorted(entries, key=order)


def order(entry: Waiting) -> tuple[int, str, int]:
    """Return what waiting acts are sorted by."""
    return entry.at, entry.stream, entry.participation


def day_of(at: int) -> str:
    """Return the first part of the key under which acts of a day wait; its text sorts by time."""
    return f"{at // _DAY_MS:07d}"


def _keys(change: Change) -> tuple[str, ...]:
    if not change.delta.waiting:
        return ()
    at, participation = subject(change.recorded)
    bucket = crc32(f"{change.recorded.stream} {participation}".encode()) % BUCKETS
    return (f"{day_of(at)}-{bucket:02d}",)


def _fold(state: Counts, _key: str, changes: Sequence[Change]) -> Counts:
    counts = dict(state)
    for change in changes:
        at, participation = subject(change.recorded)
        for sign, act in change.delta.waiting:
            text = msgspec.json.encode(Waiting(at, change.recorded.stream, participation, act)).decode()
            _add(counts, text, sign)
    return counts


def _merge(a: Counts, b: Counts) -> Counts:
    counts = dict(a)
    for text, count in b.items():
        _add(counts, text, count)
    return counts


def _add(counts: Counts, text: str, value: int) -> None:
    total = counts.get(text, 0) + value
    if total:
        counts[text] = total
    else:
        counts.pop(text, None)


REVIEW: Projection[Counts] = Projection("review", msgspec.json.Decoder(Counts).decode, dict, _keys, _fold, _merge)
