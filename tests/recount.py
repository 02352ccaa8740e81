"""The stored states compared with a recount of a whole log, in memory."""

from collections.abc import Sequence

from chalicelib.domain.events import RecordedEvent
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.comparison import merged_states
from chalicelib.projections.log_fold import LogFold
from chalicelib.projections.projection import change_of
from chalicelib.projections.state_store import StateStore


def drifted(campaign: str, generation: int, log: Sequence[RecordedEvent], states: StateStore) -> list[str]:
    """Return the states, as `<projection>/<key>`, that are not what the events of a campaign give."""
    fold = LogFold()
    fold.add([change_of(recorded) for recorded in log])
    names = []
    for projection in PROJECTIONS:
        expected = {key: (state, applied) for key, state, applied in fold.states(projection)}
        stored = merged_states(states, projection, campaign, generation)
        differing = (key for key in expected.keys() | stored.keys() if expected.get(key) != stored.get(key))
        names += [f"{projection.name}/{key}" for key in sorted(differing)]
    return names
