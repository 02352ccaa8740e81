"""Time and identifiers, for the adapters: the domain is told both."""

import secrets
import time
from uuid import UUID


def now_ms() -> int:
    """Return the time in ms since the epoch."""
    return time.time_ns() // 1_000_000


def new_event_id(now: int) -> str:
    """Return a UUIDv7 (RFC 9562, section 5.7): `now` in ms, then 74 random bits."""
    value = (now & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=value))


def new_participant() -> str:
    """Return a random participant id of 128 bits."""
    return secrets.token_urlsafe(16)
