"""Two generations of a campaign's sums compared as they were at one moment, while events go on coming in."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.engine import SLICES
from chalicelib.projections.projection import AnyProjection, AnyState
from chalicelib.projections.state_store import AnyStoredState, StateKey, StateStore, UnreadableState
from chalicelib.projections.sums import Cells

MAX_READS = 30
"""How often states are read that differ: a projector stores one generation a moment after the other."""

PAUSE_SECONDS = 0.2

MergedState = tuple[AnyState, int]
"""A state over all slices, and how many events are in it."""


class Difference(msgspec.Struct, frozen=True):
    """A state that two generations do not agree on: the sums in each, none of what is no sum, and their events."""

    projection: str
    key: str
    sums: tuple[Cells, Cells]
    applied: tuple[int, int]

    def cells(self) -> Iterator[tuple[str, str, int, int]]:
        """Yield each cell and measure that differs, with its value in each."""
        one, other = self.sums
        for cell in sorted(one.keys() | other.keys()):
            before, after = one.get(cell, {}), other.get(cell, {})
            for measure in sorted(before.keys() | after.keys()):
                if before.get(measure, 0) != after.get(measure, 0):
                    yield cell, measure, before.get(measure, 0), after.get(measure, 0)


def differences(
    states: StateStore, campaign: str, generations: tuple[int, int], sleep: Callable[[float], None]
) -> list[Difference]:
    """Return each state that two generations do not agree on, however often both are read at one moment.

    Of a projection with a state that is unreadable only that one is returned, by its item.
    """
    differing: list[tuple[AnyProjection, str]] = []
    unreadable: list[Difference] = []
    for projection in PROJECTIONS:
        try:
            differing += [(projection, key) for key in _differing_keys(states, projection, campaign, generations)]
        except UnreadableState as fault:
            unreadable.append(Difference(projection.name, fault.item, ({}, {}), (0, 0)))
    return unreadable + _still_differing(states, campaign, generations, differing, sleep)


def _still_differing(
    states: StateStore,
    campaign: str,
    generations: tuple[int, int],
    differing: Sequence[tuple[AnyProjection, str]],
    sleep: Callable[[float], None],
) -> list[Difference]:
    found: list[Difference] = []
    for attempt in range(MAX_READS):
        if not differing:
            return []
        if attempt:
            sleep(PAUSE_SECONDS)
        compared = [_difference(states, projection, campaign, key, generations) for projection, key in differing]
        differing = [place for place, difference in zip(differing, compared, strict=True) if difference is not None]
        found = [difference for difference in compared if difference is not None]
    return found


def _differing_keys(
    states: StateStore, projection: AnyProjection, campaign: str, generations: tuple[int, int]
) -> list[str]:
    one, other = (merged_states(states, projection, campaign, generation) for generation in generations)
    return [key for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key)]


def _difference(
    states: StateStore, projection: AnyProjection, campaign: str, key: str, generations: tuple[int, int]
) -> Difference | None:
    one, other = _at_one_moment(states, projection, campaign, key, generations)
    if one == other:
        return None
    sums = projection.cells(key, one[0]), projection.cells(key, other[0])
    return Difference(projection.name, key, sums, (one[1], other[1]))


def _at_one_moment(
    states: StateStore, projection: AnyProjection, campaign: str, key: str, generations: tuple[int, int]
) -> list[MergedState]:
    keys = [
        StateKey(campaign, projection.name, key, part, generation)
        for generation in generations
        for part in range(SLICES)
    ]
    stored = states.load_together(projection, keys)
    return [_sum(projection, part) for part in (stored[:SLICES], stored[SLICES:])]


def merged_states(
    states: StateStore, projection: AnyProjection, campaign: str, generation: int
) -> dict[str, MergedState]:
    """Return all states of a projection in a generation by key."""
    stored: dict[str, list[AnyStoredState]] = defaultdict(list)
    for key, one in states.read(projection, campaign, generation):
        stored[key.key].append(one)
    return {key: _sum(projection, slices) for key, slices in stored.items()}


def _sum(projection: AnyProjection, slices: Iterable[AnyStoredState]) -> MergedState:
    state, applied = projection.zero(), 0
    for one in slices:
        state, applied = projection.merge(state, one.state), applied + one.applied
    return state, applied
