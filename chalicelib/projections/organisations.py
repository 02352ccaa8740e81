"""Totals by organisation, under the name it gave for display."""

from zlib import crc32

from chalicelib.projections.deltas import Cells, add_act
from chalicelib.projections.projection import Change, of_cells

BUCKETS = 32
"""States by hash of the name, so that none nears DynamoDB's 400 KB an item: some 4,000 names fit into each."""


def _bucket(name: str) -> str:
    return f"{crc32(name.encode()) % BUCKETS:02d}"


def _keys(change: Change) -> tuple[str, ...]:
    named = {_bucket(act.organisation) for _, act in change.delta.counted if act.organisation}
    return tuple(sorted(named))


def _apply(cells: Cells, key: str, change: Change) -> None:
    for sign, act in change.delta.counted:
        if act.organisation and _bucket(act.organisation) == key:
            add_act(cells, act.organisation, sign, act)


ORGANISATIONS = of_cells("organisations", _keys, _apply)
