"""The sums of many events, folded in memory a page at a time, before they are added to any state."""

from collections.abc import Callable, Iterator, Sequence

from chalicelib.aws.items import Item
from chalicelib.eventlog.codec import Undecodable
from chalicelib.projections.campaign_changes import CampaignChanges
from chalicelib.projections.catalogue import PROJECTIONS
from chalicelib.projections.change import Change, decode_change
from chalicelib.projections.engine import sifted
from chalicelib.projections.projection import AnyState, Projection, StateT
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.store_faults import FOLDING_FAULTS


class LogFold:
    """States of one campaign by projection and key, each with how many events are in it. They are as few as stored."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str], tuple[AnyState, int]] = {}
        self.events = 0

    def add(self, changes: Sequence[Change]) -> None:
        """Fold events into the states that they belong to.

        Raises:
            FOLDING_FAULTS: a projection rejects one of them; nothing of any is folded.
        """
        of_campaign = CampaignChanges(changes)
        folded: dict[tuple[str, str], tuple[AnyState, int]] = {}
        for projection in PROJECTIONS:
            for key, belonging in projection.by_key(of_campaign).items():
                state, applied = self._states.get((projection.name, key), (projection.zero(), 0))
                folded[projection.name, key] = (projection.fold(state, belonging), applied + len(belonging))
        self._states |= folded
        self.events += len(changes)

    def add_items(
        self, items: Sequence[Item], campaign: str, is_meant: Callable[[int], bool]
    ) -> tuple[Sequence[Change], list[Poison]]:
        """Fold the events of a campaign among some items of the log, as far as they were recorded when they are meant.

        Returns what was folded, and what cannot be.
        """
        changes, poison = decoded(items, campaign, is_meant)
        try:
            self.add(changes)
        except FOLDING_FAULTS:
            changes, unsound = sifted(PROJECTIONS, changes)
            poison += unsound
            self.add(changes)
        return changes, poison

    def merge(self, other: "LogFold") -> None:
        """Add what was folded apart."""
        for projection in PROJECTIONS:
            for key, state, applied in other.states(projection):
                current, before = self._states.get((projection.name, key), (projection.zero(), 0))
                self._states[projection.name, key] = (projection.merge(current, state), before + applied)
        self.events += other.events

    def states(self, projection: Projection[StateT]) -> Iterator[tuple[str, StateT, int]]:
        """Yield the key, the state, and how many events are in it, of all states of a projection."""
        for (name, key), (state, applied) in self._states.items():
            if name == projection.name:
                yield key, state, applied


def decoded(items: Sequence[Item], campaign: str, is_meant: Callable[[int], bool]) -> tuple[list[Change], list[Poison]]:
    """Return the events of a campaign among some items of the log that were recorded when they are meant.

    With them comes what is no event.
    """
    beginning = f"{campaign}/"
    changes: list[Change] = []
    poison: list[Poison] = []
    for item in items:
        if not item["stream"]["S"].startswith(beginning):
            continue
        record = {"dynamodb": {"NewImage": item}}
        try:
            change = decode_change(item, 0, record)
            if is_meant(change.recorded_at):
                changes.append(change)
        except (Undecodable, *FOLDING_FAULTS) as error:
            poison.append(Poison(record, str(error)))
    return changes, poison
