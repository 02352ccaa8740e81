"""Which milestones of a campaign are reached for the first time."""

import msgspec

from chalicelib.domain.campaign import Campaign, Milestone
from chalicelib.domain.milestones import NONE_REACHED, Reached, ReachedMilestones
from chalicelib.publishing.documents import Live
from chalicelib.publishing.figures import Totals, value


def note(
    reached: ReachedMilestones, campaign: Campaign, numbers: Totals, as_of: str, current: bytes | None
) -> ReachedMilestones:
    """Return what is noted, with the milestones that nobody noted and that the totals reach now, `as_of`.

    One that `current`, the stored `live.json`, shows as reached was celebrated then: the notes may be younger than
    the documents, or older ones that were put back. What was reached in a rehearsal is forgotten.
    """
    shown = NONE_REACHED if current is None else _shown(current).since(campaign.since)
    noted = reached.since(campaign.since)
    awaited = (milestone for milestone in campaign.milestones if noted.first(milestone) is None)
    found = (shown.first(milestone) or _reached(milestone, numbers, as_of) for milestone in awaited)
    return noted.with_more(first for first in found if first is not None)


def _reached(milestone: Milestone, numbers: Totals, as_of: str) -> Reached | None:
    if value(numbers, milestone.metric) < milestone.at:
        return None
    return Reached(milestone.id, milestone.metric, milestone.at, as_of)


def _shown(current: bytes) -> ReachedMilestones:
    milestones = msgspec.json.decode(current, type=Live).milestones
    return ReachedMilestones(tuple(Reached(m.id, m.metric, m.at, m.reached_at) for m in milestones if m.reached_at))
