"""What commands on the tables do stands in the trail, as what is done over the API does."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from chalicelib.bootstrap import Services
from chalicelib.domain.trail_actions import TrailAction
from chalicelib.trail import TrailEntry, entry_id

OPERATOR = "ops"
"""In place of a token: commands on the tables have the rights of whose AWS credentials they run with."""


@contextmanager
def noted(services: Services, campaign: str, action: TrailAction, target: str | None = None) -> Iterator[None]:
    """Note what is about to be done, and that it was: what was ended early has no end in the trail.

    Raises:
        BotoCoreError, ClientError: it could not be noted, and is not to be done.
    """
    entry = TrailEntry(id=entry_id(services.now()), by=OPERATOR, action=action, target=target)
    services.trail.begin(campaign, entry)
    yield
    services.trail.end(campaign, entry, HTTPStatus.OK)
