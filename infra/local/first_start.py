"""What a new local system starts with: campaign `2026`, a form for test deliveries, a token that may do everything."""

from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign, Goal, Link, Milestone
from chalicelib.domain.tokens import ALL_CAMPAIGNS, SCOPES
from chalicelib.domain.words import CAMPAIGN_NAME
from chalicelib.intake.form_requests import read_form
from infra.local.secret_file import ACCOUNT, SecretFile

CAMPAIGN = Campaign(
    id="2026",
    names=CAMPAIGN_NAME,
    state="live",
    goals=(Goal("good_deeds", target=100_000, original=100_000),),
    milestones=(
        Milestone(
            "first_ten_thousand",
            "participations",
            at=10_000,
            title={"kk": "Алғашқы он мың", "ru": "Первые десять тысяч", "en": "The first ten thousand"},
        ),
    ),
    # The national platform of volunteers: until the organisers name their own forms, the page's button leads somewhere.
    links=(
        Link(
            "https://qazvolunteer.kz",
            {"kk": "Ерікті болу", "ru": "Стать волонтёром", "en": "Become a volunteer"},
        ),
    ),
)
TEST_FORM = "test"
"""The form of the account's Standard Webhooks that `infra.local.send_form` delivers."""

_TEST_PROVIDER = "standard"
_TOKEN = "LOCAL_TOKEN"  # noqa: S105 - a variable's name
_LABEL = "this machine"


def prepare(services: Services, secret_file: SecretFile) -> str:
    """Create campaign and form where they are missing; return the local token, a new one where it is not known."""
    registry = services.registry
    if registry.campaign(CAMPAIGN.id) is None:
        registry.put_campaign(CAMPAIGN)
    if registry.registered_form(_TEST_PROVIDER, ACCOUNT, TEST_FORM) is None:
        registry.put_form(read_form(_TEST_PROVIDER, ACCOUNT, TEST_FORM, _form()))
    token = secret_file.get(_TOKEN)
    if token is not None and registry.token(token) is not None:
        return token
    token = registry.issue_token(SCOPES, ALL_CAMPAIGNS, label=_LABEL)
    secret_file.put(_TOKEN, token)
    return token


def _form() -> dict[str, object]:
    defaults = {"kind": "good_deed", "participant_type": "citizen"}
    return {"campaign": CAMPAIGN.id, "state": "live", "defaults": defaults, "fallback": {"place": {"region": "KZ-75"}}}
