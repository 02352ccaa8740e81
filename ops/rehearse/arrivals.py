"""When the acts of a broadcast come: few before the call to action, a spike at it, and a long tail."""

from random import Random

CALL = 0.3
"""When, of the whole time, viewers are told to take part."""

_QUIET, _SPIKE = 0.15, 0.5
"""Which part comes evenly over the whole time, and which at the call; the rest is the tail."""
_SPIKE_LENGTH, _TAIL_LENGTH = 0.07, 0.3


def arrivals(count: int, seconds: float, draw: Random) -> list[float]:
    """Return when each of `count` acts is sent, in seconds from the beginning, in their order."""
    quiet = round(count * _QUIET)
    spike = round(count * _SPIKE)
    times = [draw.random() for _ in range(quiet)]
    times += [_after_call(_SPIKE_LENGTH, draw) for _ in range(spike)]
    times += [_after_call(_TAIL_LENGTH, draw) for _ in range(count - quiet - spike)]
    return sorted(seconds * time for time in times)


def _after_call(length: float, draw: Random) -> float:
    """Return a time after the call that becomes less likely the later it is, and never lies behind the end."""
    while (time := CALL + draw.expovariate(1 / length)) >= 1:
        pass
    return time
