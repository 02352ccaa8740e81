"""The stored states compared with a recount of the log."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import Any

import msgspec

from chalicelib.domain.events import RecordedEvent
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.delta import delta
from chalicelib.projections.projection import Change, currency_of
from chalicelib.projections.state_store import StateStore
from chalicelib.projections.totals import TOTALS

States = dict[tuple[str, str], Any]
"""States that hold something, by projection and key."""

_CHUNK = 1_000


class Audit(msgspec.Struct, frozen=True):
    """What an audit of a campaign found.

    `recorded` events are in the log, `applied` of them in the totals; `drifted` names the states, as
    `<projection>/<key>`, that are not what the recount gives. Events that are on their way drift as well: an audit
    tells the truth when both numbers are the same.
    """

    campaign: str
    recorded: int
    applied: int
    drifted: tuple[str, ...]


def audit(campaign: str, generation: int, events: Iterable[RecordedEvent], states: StateStore) -> Audit:
    """Compare the states of a campaign with what a recount of its events gives."""
    recorded, expected = recount(events)
    stored, applied = _stored(campaign, generation, states)
    differing = {name for name in expected.keys() | stored.keys() if expected.get(name) != stored.get(name)}
    return Audit(campaign, recorded, applied, tuple(sorted("/".join(name) for name in differing)))


def recount(events: Iterable[RecordedEvent]) -> tuple[int, States]:
    """Return how many events there are, and the states that follow from them; each stream has to be in its order."""
    states: States = {}
    count = 0
    remaining = iter(events)
    while chunk := [Change(event, delta(event)) for event in islice(remaining, _CHUNK)]:
        count += len(chunk)
        for projection in PROJECTIONS:
            by_key: dict[str, list[Change]] = defaultdict(list)
            for change in chunk:
                for key in projection.keys(change):
                    by_key[key].append(change)
            for key, changes in by_key.items():
                name = (projection.name, key)
                states[name] = projection.fold(states.get(name, projection.zero()), key, changes)
    return count, _non_empty(states)


def _stored(campaign: str, generation: int, store: StateStore) -> tuple[States, int]:
    states: States = {}
    applied = 0
    for projection in PROJECTIONS:
        for key, stored in store.read(projection, campaign, generation):
            name = (projection.name, key.key)
            states[name] = projection.merge(states.get(name, projection.zero()), stored.state)
            applied += stored.applied if projection is TOTALS and currency_of(key.key) is None else 0
    return _non_empty(states), applied


def _non_empty(states: States) -> States:
    return {name: state for name, state in states.items() if state}
