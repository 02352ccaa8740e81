"""One marathon: its names, goals and limits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from chalicelib.domain.generations import FIRST_GENERATION
from chalicelib.domain.limits import Limits
from chalicelib.domain.vocabulary import DEFAULT_TOPICS, CampaignState, Language, Metric

Closure = Literal["campaign_frozen", "campaign_ended", "campaign_not_open", "campaign_closed"]
"""Why a campaign takes no participations."""

Translations = Mapping[Language, str]


class Goal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the campaign strives for, or one of its regions; `original` is the first target ever set for the metric."""

    metric: Metric
    target: int
    original: int
    region: str | None = None

    @property
    def of(self) -> tuple[Metric, str | None]:
        """What it is a goal for: the same in every version of the campaign."""
        return self.metric, self.region


class Milestone(msgspec.Struct, frozen=True):
    """A number worth celebrating on air."""

    id: str
    metric: Metric
    at: int
    title: Translations


class Link(msgspec.Struct, frozen=True):
    """A page by which people take part."""

    url: str
    title: Translations


class Campaign(msgspec.Struct, frozen=True):
    """A campaign as the registry keeps it.

    `changes` counts how often it was changed since it was created; its documents are made from `generation`. What was
    recorded before `since` (epoch ms) was a rehearsal, and is no part of it. What fewer than `min_cell` acts of a kind
    at a place add up to is shown without the place. Viewers ask again after `poll_seconds`, None for as long as is
    usual on the stage.
    """

    id: str
    names: Translations
    state: CampaignState
    opens: str | None = None
    closes: str | None = None
    goals: tuple[Goal, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    links: tuple[Link, ...] = ()
    topics: tuple[str, ...] = DEFAULT_TOPICS
    limits: Limits = Limits()
    min_cell: int = 0
    poll_seconds: int | None = None
    changes: int = 0
    generation: int = FIRST_GENERATION
    since: int = 0

    @property
    def accepts(self) -> bool:
        """Whether participations are taken in this state."""
        return self.state in ("test", "live")

    def succeeded_by(self, requested: "Campaign") -> "Campaign":
        """Return what the campaign becomes where it is requested otherwise: itself where that changes nothing.

        The first target ever set for a metric stays its goal's `original`; what is not requested stays as it is.
        """
        originals = {goal.of: goal.original for goal in self.goals}
        goals = tuple(
            msgspec.structs.replace(goal, original=originals.get(goal.of, goal.original)) for goal in requested.goals
        )
        unchanged = {"changes": self.changes, "generation": self.generation, "since": self.since}
        changed = msgspec.structs.replace(requested, goals=goals, **unchanged)
        return self if changed == self else msgspec.structs.replace(changed, changes=self.changes + 1)

    def closure(self, at: int) -> Closure | None:
        """Return why no participation is taken at a time (epoch ms), None where one is.

        Rehearsals are held whenever they are: in state `test` neither `opens` nor `closes` counts.
        """
        if self.state == "test":
            return None
        if self.state == "frozen":
            return "campaign_frozen"
        if self.state == "ended":
            return "campaign_ended"
        if self.opens is not None and at < epoch_ms(self.opens):
            return "campaign_not_open"
        if self.closes is not None and at >= epoch_ms(self.closes):
            return "campaign_closed"
        return None


def epoch_ms(moment: str) -> float:
    """Return a time of RFC 3339 in ms since the epoch."""
    return datetime.fromisoformat(moment).timestamp() * 1000
