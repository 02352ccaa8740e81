"""A campaign as everybody may see it."""

import msgspec

from chalicelib.domain.campaign import Campaign, Goal, Link, Milestone, Translations
from chalicelib.domain.vocabulary import CampaignState


class PublicCampaign(msgspec.Struct, frozen=True):
    """A campaign as everybody may see it."""

    id: str
    names: Translations
    state: CampaignState
    opens: str | None
    closes: str | None
    goals: tuple[Goal, ...]
    milestones: tuple[Milestone, ...]
    links: tuple[Link, ...]
    topics: tuple[str, ...]


def public_campaign(campaign: Campaign) -> PublicCampaign:
    """Return a campaign without its review limits: who knows them stays just below."""
    return msgspec.convert(campaign, PublicCampaign, from_attributes=True)
