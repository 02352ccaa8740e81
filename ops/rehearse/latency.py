"""How long after its acknowledgement an act is in the counter's document."""

import math
from collections.abc import Iterable, Sequence

import msgspec

from ops.rehearse.ledger import Step


class Sighting(msgspec.Struct, frozen=True):
    """What `live.json` showed at a time (epoch seconds): acts that count and that wait, together."""

    at: float
    shown: int


class Percentiles(msgspec.Struct, frozen=True):
    """Seconds from acknowledgement to document, of so many acts that were seen."""

    seen: int
    p50: float
    p95: float
    p99: float
    max: float


def percentiles(steps: Iterable[Step], sightings: Sequence[Sighting]) -> Percentiles | None:
    """Return how long acts waited to be seen, None where none was.

    Acts are counted, not told apart: the n-th that is acknowledged is seen when the document is at n.
    """
    waits = sorted(waited(steps, sightings))
    if not waits:
        return None

    def at(part: float) -> float:
        return round(waits[min(len(waits) - 1, math.ceil(len(waits) * part) - 1)], 2)

    return Percentiles(len(waits), at(0.5), at(0.95), at(0.99), round(waits[-1], 2))


def waited(steps: Iterable[Step], sightings: Sequence[Sighting]) -> list[float]:
    """Return how long each act waited that was seen, in seconds."""
    found: list[float] = []
    level, position = 0, 0
    for step in sorted(steps, key=lambda step: step.known_at):
        level += step.shown
        if step.shown < 1:
            continue
        while position < len(sightings) and sightings[position].shown < level:
            position += 1
        if position == len(sightings):
            break
        found.append(max(0.0, sightings[position].at - step.known_at))
    return found
