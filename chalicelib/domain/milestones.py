"""When milestones were reached: noted once for good, whatever becomes of totals, read models and documents."""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from chalicelib.domain.campaign import Milestone
from chalicelib.domain.vocabulary import Metric

MAX_NOTED = 500
"""Ten times what a campaign may have at once. Of more, set one after another, the oldest notes go."""


class Reached(msgspec.Struct, frozen=True):
    """A milestone as it was when it was first reached, and when that was (RFC 3339)."""

    id: str
    metric: Metric
    at: int
    reached_at: str

    @property
    def reached_ms(self) -> int:
        """When that was (epoch ms)."""
        return round(datetime.fromisoformat(self.reached_at).timestamp() * 1000)

    def is_of(self, milestone: Milestone) -> bool:
        """Whether it was this milestone that was reached."""
        # Who asks for more, or for something else, under the same id has set another milestone.
        return (self.id, self.metric) == (milestone.id, milestone.metric) and self.at >= milestone.at


class ReachedMilestones(msgspec.Struct, frozen=True):
    """The milestones that a campaign has reached, in the order in which they were noted."""

    noted: tuple[Reached, ...] = ()

    def first(self, milestone: Milestone) -> Reached | None:
        """Return what was noted first of a milestone, None where it was not reached yet."""
        return next((reached for reached in self.noted if reached.is_of(milestone)), None)

    def since(self, moment: int) -> "ReachedMilestones":
        """Return those that were reached at a moment (epoch ms) or later."""
        return ReachedMilestones(tuple(reached for reached in self.noted if reached.reached_ms >= moment))

    def with_more(self, more: Iterable[Reached]) -> "ReachedMilestones":
        """Return them with more."""
        return ReachedMilestones((*self.noted, *more)[-MAX_NOTED:])


NONE_REACHED = ReachedMilestones()

ChangeReached = Callable[[ReachedMilestones], ReachedMilestones]
