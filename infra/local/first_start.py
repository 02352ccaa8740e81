"""What a new local system starts with: campaign `2026`, and a token that may do everything."""

from chalicelib.domain.campaign import Campaign, Goal, Milestone
from chalicelib.domain.words import CAMPAIGN_NAME
from chalicelib.registry import ALL_CAMPAIGNS, SCOPES, Registry
from infra.local.secret_file import SecretFile

CAMPAIGN = Campaign(
    id="2026",
    names=CAMPAIGN_NAME,
    state="live",
    goals=(Goal("good_deeds", target=100_000, original=100_000),),
    milestones=(
        Milestone(
            "first-ten-thousand",
            "participations",
            at=10_000,
            title={"kk": "Алғашқы он мың", "ru": "Первые десять тысяч", "en": "The first ten thousand"},
        ),
    ),
)

_TOKEN = "LOCAL_TOKEN"  # noqa: S105 - a variable's name


def prepare(registry: Registry, secret_file: SecretFile) -> str:
    """Create the campaign where there is none; return the local token, a new one where the registry knows none."""
    if registry.campaign(CAMPAIGN.id) is None:
        registry.put_campaign(CAMPAIGN)
    token = secret_file.get(_TOKEN)
    if token is not None and registry.token(token) is not None:
        return token
    token = registry.issue_token(SCOPES, ALL_CAMPAIGNS)
    secret_file.put(_TOKEN, token)
    return token
