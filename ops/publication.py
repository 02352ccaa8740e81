"""Whether viewers see what a command has changed."""

import time

from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from ops.console import note

MAX_WAIT_SECONDS = 60
"""How long the counter's document is waited for. The sweep publishes each minute what the publisher did not."""


def is_published(services: Services, campaign: Campaign, generation: int) -> bool:
    """Wait until the counter's document is of a generation, and say if that takes too long."""
    deadline = services.monotonic() + MAX_WAIT_SECONDS
    while published_epoch(services, campaign) < generation:
        if services.monotonic() >= deadline:
            note("the counter does not show it yet: see whether the publisher and the sweep run")
            return False
        time.sleep(1)
    note(f"the counter shows generation {generation}")
    return True


def published_epoch(services: Services, campaign: Campaign) -> int:
    """Return the generation that the counter's document is of, 0 where there is none."""
    published = services.documents.published(campaign.id)
    return 0 if published is None else published.epoch
