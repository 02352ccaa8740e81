"""The rows of two generations of a campaign compared, while events go on coming in.

All are read once and compared by sums of hashes. Those in buckets of which the sums differ are read again by their
keys: a projector stores the rows of one generation a moment after those of the other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from chalicelib.aws.items import Item
from chalicelib.projections import acts, organisations
from chalicelib.projections.fingerprints import Fingerprints
from chalicelib.projections.rows import RowStore, number, scoped

MAX_READS = 30
PAUSE_SECONDS = 0.2
"""How often rows that differ are read, and how long after each other."""

MAX_NAMED = 100
"""Once so many rows differ, no more are looked for."""

TOGETHER = 10_000
"""Rows that are read again together."""


class DifferentRow(msgspec.Struct, frozen=True):
    """A row that two generations do not agree on: its version in each, None where it is missing.

    `key` is what both know it by. Where both have one version, what the rows say differs.
    """

    model: str
    key: str
    shown: int | None
    rebuilt: int | None


def different_rows(
    store: RowStore, campaign: str, shown: int, rebuilt: int, sleep: Callable[[float], None]
) -> list[DifferentRow]:
    """Return rows that two generations do not agree on, however often both are read: `MAX_NAMED` at most."""
    scopes = scoped(campaign, shown), scoped(campaign, rebuilt)
    found: dict[tuple[str, str], DifferentRow] = {}
    for model in (acts.MODEL, organisations.MODEL):
        pairs = _Pairs(store, model, scopes)
        keys = pairs.differing_keys()
        while len(found) < MAX_NAMED and (some := list(islice(keys, TOGETHER))):
            found |= {(model, row.key): row for row in _still_differing(pairs, some, sleep)}
    return list(found.values())[:MAX_NAMED]


def _still_differing(pairs: "_Pairs", keys: Sequence[str], sleep: Callable[[float], None]) -> Sequence[DifferentRow]:
    found: Sequence[DifferentRow] = ()
    for attempt in range(MAX_READS):
        if attempt:
            sleep(PAUSE_SECONDS)
        found = pairs.differing(keys)
        if not found:
            break
        keys = [row.key for row in found]
    return found


class _Pairs:
    """The rows of one model whose keys begin with one of two scopes, that of what is shown first."""

    def __init__(self, store: RowStore, model: str, scopes: tuple[str, str]) -> None:
        self._store = store
        self._model = model
        self._scopes = scopes

    def differing_keys(self) -> Iterator[str]:
        """Yield the keys of rows that differed when they were read, some of them twice."""
        sums = self._sums()
        if not sums.differ:
            return
        for items in self._store.scan(self._model, self._scopes):
            keys = [key for scope in self._scopes for key in _by_key(scope, items)]
            yield from (row.key for row in self.differing([key for key in keys if sums.differ_at(key)]))

    def differing(self, keys: Sequence[str]) -> Sequence[DifferentRow]:
        """Return those of some rows that differ now."""
        # Both of a pair are asked for together, so that they are read at about one moment.
        items = self._store.read(self._model, [scope + key for key in dict.fromkeys(keys) for scope in self._scopes])
        shown, rebuilt = (_by_key(scope, items) for scope in self._scopes)
        return [
            DifferentRow(self._model, key, _version(shown.get(key)), _version(rebuilt.get(key)))
            for key in shown.keys() | rebuilt.keys()
            if shown.get(key) != rebuilt.get(key)
        ]

    def _sums(self) -> Fingerprints:
        sums, (shown, rebuilt) = Fingerprints(), self._scopes
        for items in self._store.scan(self._model, self._scopes):
            sums.add(_by_key(shown, items).values())
            sums.take_away(_by_key(rebuilt, items).values())
        return sums


def _by_key(scope: str, items: Sequence[Item]) -> Mapping[str, Item]:
    """Return the rows of one generation as each of them would be in another, by what all know them by."""
    return {
        item["id"]["S"].removeprefix(scope): {
            name: {"S": value["S"].removeprefix(scope)} if "S" in value else value for name, value in item.items()
        }
        for item in items
        if item["id"]["S"].startswith(scope)
    }


def _version(item: Item | None) -> int | None:
    return None if item is None else number(item, "version")
