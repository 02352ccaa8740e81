"""Two sets of items compared, though neither is held in memory: sums of keyed hashes, by bucket of the items' keys.

A sum does not depend on the order of what was added, so the sets may be read in any. Additive hashes: Bellare and
Micciancio, A New Paradigm for Collision-free Hashing, 1997 (https://doi.org/10.1007/3-540-69053-0_13).
"""

import secrets
from collections.abc import Iterable
from hashlib import blake2b
from threading import Lock
from zlib import crc32

import msgspec

from chalicelib.aws.items import Item

BUCKETS = 65_536
"""So many that a few items that differ leave most buckets equal."""

_DIGEST_BYTES = 16
_MODULUS = 1 << 8 * _DIGEST_BYTES

_ENCODER = msgspec.json.Encoder(order="deterministic")


class Fingerprints:
    """What was added less what was taken away. Items have their key in `id`; threads may share it.

    The key of the hashes is made for each one, so that nobody can make items whose sum is nothing.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(_DIGEST_BYTES)
        self._sums = [0] * BUCKETS
        self._lock = Lock()

    def add(self, items: Iterable[Item]) -> None:
        """Add items of the one set."""
        self._count(items, 1)

    def take_away(self, items: Iterable[Item]) -> None:
        """Take items of the other set away."""
        self._count(items, -1)

    @property
    def differ(self) -> bool:
        """Whether the sets differ, in whichever bucket it is."""
        return any(self._sums)

    def differ_at(self, key: str) -> bool:
        """Whether the sets differ in the bucket of a key."""
        return self._sums[_bucket(key)] != 0

    def _count(self, items: Iterable[Item], sign: int) -> None:
        hashed = [(_bucket(item["id"]["S"]), sign * self._hash(item)) for item in items]
        with self._lock:
            for bucket, number in hashed:
                self._sums[bucket] = (self._sums[bucket] + number) % _MODULUS

    def _hash(self, item: Item) -> int:
        digest = blake2b(_ENCODER.encode(item), digest_size=_DIGEST_BYTES, key=self._secret)
        return int.from_bytes(digest.digest())


def _bucket(key: str) -> int:
    return crc32(key.encode()) % BUCKETS
