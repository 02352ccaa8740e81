"""Totals by organisation, under the name it gave for display."""

from functools import lru_cache
from zlib import crc32

from chalicelib.projections.projection import Change, of_cells
from chalicelib.projections.sums import Sums

BUCKETS = 32
"""States by hash of the name, so that none nears DynamoDB's 400 KB an item: some 4,000 names fit into each."""


@lru_cache(maxsize=4096)
def _bucket(name: str) -> str:
    return f"{crc32(name.encode()) % BUCKETS:02d}"


def _keys(change: Change) -> tuple[str, ...]:
    counted = change.delta.counted
    if len(counted) == 1:
        name = counted[0][1].organisation
        return (_bucket(name),) if name else ()
    return tuple(sorted({_bucket(act.organisation) for _, act in counted if act.organisation}))


def _apply(sums: Sums, key: str, change: Change) -> None:
    for sign, act in change.delta.counted:
        if act.organisation and _bucket(act.organisation) == key:
            sums.act(sign, act, act.organisation)


ORGANISATIONS = of_cells("organisations", _keys, _apply)
