"""What is sent when: drawn before anything is sent, and the same for the same seed."""

from collections.abc import Collection, Iterator, Sequence
from math import pi, sin
from random import Random

import msgspec

from ops.rehearse.acts import Channel, PlannedAct
from ops.rehearse.arrivals import CALL, arrivals
from ops.rehearse.crowd import Crowd

MAX_BATCH = 25
BATCH_SECONDS = 1.0
"""How many acts a partner sends at once at most, and how long it gathers them."""

_ATTACK, _BAD = 0.01, 0.04
"""How many of all acts are a name attack's; how many requests that must be refused come for each act."""

_ATTACK_BEGINS, _ATTACK_ENDS = CALL + 0.1, CALL + 0.3


_PHONES = 5_000_000
_SWELL, _SWELL_SECONDS = 0.7, 90.0
"""By which part a demo gets busier and quieter again, and how long that takes."""


class Item(msgspec.Struct, frozen=True):
    """What is sent at a time (seconds from the beginning): acts, or where there are none a bad request."""

    at: float
    submissions: tuple[PlannedAct, ...] = ()

    @property
    def is_bad(self) -> bool:
        """Whether it is a request that must be refused."""
        return not self.submissions


def planned(campaign: str, seed: int, count: int, seconds: float, channels: Collection[Channel]) -> list[Item]:
    """Return `count` acts, those of a name attack among them, and the bad requests between them, in their order."""
    draw = Random(f"{campaign} {seed}")  # noqa: S311
    crowd = Crowd(campaign, draw, channels, late_seconds=min(30.0, seconds / 4))
    attacks = max(1, round(count * _ATTACK)) if "standard" in channels else 0
    acts = [(at, crowd.submission()) for at in arrivals(count - attacks, seconds, draw)]
    acts += [(seconds * draw.uniform(_ATTACK_BEGINS, _ATTACK_ENDS), crowd.attack()) for _ in range(attacks)]
    bad = [Item(at) for at in arrivals(round(count * _BAD), seconds, draw)]
    acts.sort(key=lambda act: act[0])
    singly = [Item(at, (one,)) for at, one in acts if one.channel != "batch"]
    together = _batches([act for act in acts if act[1].channel == "batch"])
    return sorted((*singly, *together, *bad), key=lambda item: item.at)


def endless(name: str, per_second: float, channels: Collection[Channel], draw: Random) -> Iterator[Item]:
    """Yield acts without end, so many a second on average, now more and now less; `name` begins their keys."""
    crowd, at = Crowd(name, draw, channels, after=draw.randrange(_PHONES)), 0.0
    while True:
        at += draw.expovariate(per_second * (1 + _SWELL * sin(2 * pi * at / _SWELL_SECONDS)))
        yield Item(at) if draw.random() < _BAD else Item(at, (crowd.submission(),))


def _batches(acts: Sequence[tuple[float, PlannedAct]]) -> Iterator[Item]:
    gathered: list[PlannedAct] = []
    began = 0.0
    for at, one in acts:
        if gathered and (at - began > BATCH_SECONDS or len(gathered) == MAX_BATCH):
            yield Item(began + BATCH_SECONDS, tuple(gathered))
            gathered = []
        began = began if gathered else at
        gathered.append(one)
    if gathered:
        yield Item(began + BATCH_SECONDS, tuple(gathered))
