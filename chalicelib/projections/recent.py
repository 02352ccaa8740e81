"""The last acts that were recorded, those still standing to be shown.

The state is the newest `KEPT` acts by the time of their record, each as the newest event left it: an act that was
taken back keeps its place without its content, so that the result does not depend on the order of streams.
"""

from collections.abc import Sequence

import msgspec

from chalicelib.domain.participation import Act
from chalicelib.projections.projection import Change, Projection, whole
from chalicelib.projections.sums import subject

KEPT = 50


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An act as of `version` of its stream; none where it does not count."""

    version: int
    act: Act | None = None


Entries = dict[str, Entry]
"""Entries by time of record (13 digits, epoch ms), stream and participation."""


def recorded_at(entries: Entries) -> int:
    """Return when the newest act was recorded (epoch ms), 0 where there is none."""
    return int(max(entries, default="0").partition(" ")[0])


def _fold(state: Entries, _key: str, changes: Sequence[Change]) -> Entries:
    entries = dict(state)
    for at, change in _newest_changes(changes):
        counted = next((act for sign, act in change.delta.counted if sign > 0), None)
        key = f"{at:013d} {change.recorded.stream} {subject(change.recorded)[1]}"
        _put(entries, key, Entry(change.recorded.version, counted))
    return _newest(entries)


def _newest_changes(changes: Sequence[Change]) -> list[tuple[int, Change]]:
    """Return the changes, with the time of their acts, that can be among the newest `KEPT` acts of all."""
    timed = [(subject(change.recorded)[0], change) for change in changes if change.delta.counted]
    # Several changes may be of one act, which counts once: only one event an act is sure to be, its record.
    moments = sorted({at for at, _ in timed}, reverse=True)
    if len(moments) <= KEPT:
        return timed
    return [(at, change) for at, change in timed if at >= moments[KEPT - 1]]


def _merge(a: Entries, b: Entries) -> Entries:
    entries = dict(a)
    for key, entry in b.items():
        _put(entries, key, entry)
    return _newest(entries)


def _put(entries: Entries, key: str, entry: Entry) -> None:
    standing = entries.get(key)
    if standing is None or standing.version < entry.version:
        entries[key] = entry


def _newest(entries: Entries) -> Entries:
    if len(entries) <= KEPT:
        return entries
    return {key: entries[key] for key in sorted(entries, reverse=True)[:KEPT]}


RECENT = Projection(name="recent", shape=Entries, zero=dict, keys=whole, fold=_fold, merge=_merge)
