"""Bearer tokens: what each may do, where, and until when."""

from typing import Literal, get_args

import msgspec

from chalicelib.domain.campaign import Campaign, epoch_ms
from chalicelib.domain.vocabulary import NamesOnAir

Scope = Literal["record", "read", "moderate", "erase", "access", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
ALL_CAMPAIGNS = "*"

DAY_MS = 24 * 3600 * 1000
USUAL_DAYS = 90
MAX_DAYS = 366
"""How long a token is valid at least and at most where nobody says how long."""

SCOPES_OVER_ACTS: tuple[Scope, ...] = ("record", "read", "moderate")
"""All that a token of one region or a sandbox token may have: both are kept to single acts."""


class Token(msgspec.Struct, frozen=True, omit_defaults=True):
    """A bearer token as it is kept: the SHA-256 of its secret part, what it may do, where and when (epoch ms).

    `label` says whose it is. A token of one `region` (ISO 3166-2) knows only acts of that place. A `sandbox` token is
    answered as any other and records nothing outside of rehearsals. `names` says what becomes of the names it brings:
    whoever is given a token vouches for them. `used_at` is exact to the hour.
    """

    id: str
    secret_hash: str
    scopes: tuple[Scope, ...]
    campaign: str
    expires_at: int | None = None
    names: NamesOnAir = "shown"
    label: str | None = None
    region: str | None = None
    sandbox: bool = False
    created_at: int | None = None
    revoked_at: int | None = None
    used_at: int | None = None

    def allows(self, scope: Scope, campaign: str | None, now: int) -> bool:
        """Whether the token may do this in the campaign now; None asks for all campaigns."""
        return not self.is_over(now) and scope in self.scopes and self.campaign in (ALL_CAMPAIGNS, campaign)

    def is_over(self, now: int) -> bool:
        """Whether the token was revoked or its time is over."""
        return self.revoked_at is not None or (self.expires_at is not None and now >= self.expires_at)

    def covers(self, place: str) -> bool:
        """Whether the token is for acts of a place: a region's or a country's code."""
        return self.region is None or self.region == place


def expiry_by_default(campaign: Campaign | None, now: int) -> int:
    """Return when a token for a campaign, None for all, ends where nobody says when (epoch ms).

    No token ends in the middle of a campaign that is foreseeable, and none is forgotten for years.
    """
    closes = 0 if campaign is None or campaign.closes is None else round(epoch_ms(campaign.closes))
    return min(max(now + USUAL_DAYS * DAY_MS, closes), now + MAX_DAYS * DAY_MS)
