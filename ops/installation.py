"""The installation that a command works on, as the environment names it."""

import os

from chalicelib.bootstrap import Services, bootstrap
from chalicelib.domain.campaign import Campaign
from chalicelib.webhooks.accounts import Accounts, Unusable
from ops.errors import CannotRun

LOG = ("events_table",)
READ_MODELS = (*LOG, "state_table", "acts_table", "organisations_table", "operations_table", "registry_table")
"""What is needed to build read models."""


def connect(*needed: str) -> Services:
    """Return the services over the tables that the environment names; `needed` are members of the settings.

    Raises:
        CannotRun: a name is missing.
    """
    services = bootstrap()
    missing = [name.upper() for name in needed if not getattr(services.settings, name)]
    if "AWS_DEFAULT_REGION" not in os.environ:
        missing.append("AWS_DEFAULT_REGION")
    if missing:
        raise CannotRun(f"the environment does not name {', '.join(missing)}: see the beginning of docs/runbook.md")
    return services


def require_pepper(services: Services) -> None:
    """Make sure that persons can be found by what they gave: few commands need it, and most go without it.

    Raises:
        CannotRun: the environment has no pepper, or what is none.
    """
    try:
        _ = services.keys
    except KeyError:
        raise CannotRun("the environment does not name PEPPER: docs/operators.md says where it is") from None
    except ValueError:
        raise CannotRun("PEPPER is cut off or damaged: it is the base64 of 32 bytes or more") from None


def require_parking_key() -> None:
    """Make sure that what cannot be recorded can be parked.

    Raises:
        CannotRun: the environment has no parking key.
    """
    if not any(os.environ.get(name) for name in ("PARKING_KEY", "PARKING_KEY_SECRET")):
        raise CannotRun("the environment does not name PARKING_KEY: docs/operators.md says where it is")


def require_accounts(services: Services) -> Accounts:
    """Return our accounts at the providers.

    Raises:
        CannotRun: the environment does not say where they are, or has none that can be read.
    """
    if not any(os.environ.get(name) for name in ("HOOK_SECRETS_PATH", "HOOK_SECRETS")):
        raise CannotRun("the environment names neither HOOK_SECRETS_PATH nor HOOK_SECRETS: see docs/operators.md")
    try:
        return services.accounts
    except Unusable as error:
        raise CannotRun(str(error)) from None


def campaign_of(services: Services, campaign_id: str) -> Campaign:
    """Return a campaign as it is now.

    Raises:
        CannotRun: there is none of this id.
    """
    for campaign in services.registry.campaigns():
        if campaign.id == campaign_id:
            return campaign
    raise CannotRun(f"there is no campaign {campaign_id}")
