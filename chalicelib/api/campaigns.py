"""Read the campaigns; create and change them."""

from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.calls import Call, is_campaign_id
from chalicelib.api.problems import Problem
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.intake.campaign_requests import read_campaign
from chalicelib.intake.requests import CampaignRequest

routes = Routes(__name__)


@routes.on(
    "GET",
    "/v1/campaigns",
    Operation(
        summary="List the campaigns.",
        cache="public, max-age=0, s-maxage=5, stale-while-revalidate=30, stale-if-error=600",
        any_origin=True,
        gives={200: responses.Campaigns},
        refuses=("storage-unavailable",),
    ),
)
def list_campaigns(call: Call) -> Response:
    """List the campaigns."""
    found = [responses.public_campaign(campaign) for campaign in call.services.registry.campaigns()]
    return json_response(responses.Campaigns(found))


@routes.on(
    "PUT",
    "/v1/campaigns/{campaign}",
    Operation(
        summary="Create a campaign, or change it: what is left out takes its default.",
        scope="admin",
        cache=NO_STORE,
        takes=CampaignRequest,
        gives={201: responses.CampaignResponse, 200: responses.CampaignResponse},
        refuses=("campaign-id-invalid", "campaign-changed", "campaign-has-acts"),
    ),
)
def put_campaign(call: Call, campaign: str) -> Response:
    """Create or change a campaign."""
    if not is_campaign_id(campaign):
        raise Problem("campaign-id-invalid")
    given = read_campaign(campaign, call.json())
    current = call.services.registry.campaign(given.id)
    if current is None:
        # Whoever learns of a campaign finds all its documents.
        call.services.publisher.prepare(given)
    elif (current.state == "test") != (given.state == "test") and call.services.publisher.has_acts(current):
        raise Problem("campaign-has-acts")
    stored, new = call.services.registry.put_campaign(given)
    return json_response(responses.campaign_response(stored), status=201 if new else 200)
