"""Read the campaigns; create and change them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api import preconditions, responses
from chalicelib.api.bodies import JSON, MERGE_PATCH
from chalicelib.api.calls import Call, is_campaign_id
from chalicelib.api.intents import Intent, Overtaken
from chalicelib.api.problems import Problem
from chalicelib.api.routes import NO_STORE, WHY, Operation, Routes, json_response
from chalicelib.domain.campaign import Campaign
from chalicelib.intake.campaign_requests import read_campaign, read_campaign_patch
from chalicelib.intake.requests import CampaignPatch, CampaignRequest
from chalicelib.publishing.public_campaign import public_campaign

if TYPE_CHECKING:
    from chalicelib.trail import TrailChanges

_TAG: Mapping[str, str] = {"ETag": "What the campaign is, for If-Match."}
_CHANGED: Mapping[str, str] = {
    **_TAG,
    "Holds-From": "From when (RFC 3339) the campaign is as it is told here for everybody who takes part.",
}

routes = Routes(__name__)


@routes.on(
    "GET",
    "/v1/campaigns",
    Operation(
        summary="List the campaigns.",
        description="For programs: pages read the same from the file `/v1/campaigns.json`.",
        cache="public, max-age=0, s-maxage=5, stale-while-revalidate=30, stale-if-error=600",
        any_origin=True,
        gives={200: responses.Campaigns},
        refuses=("storage-unavailable",),
    ),
)
def list_campaigns(call: Call) -> Response:
    """List the campaigns."""
    found = [public_campaign(campaign) for campaign in call.services.registry.campaigns()]
    return json_response(responses.Campaigns(found))


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}",
    Operation(
        summary="Show the whole of a campaign as it is now, its limits too.",
        scope="admin",
        cache=NO_STORE,
        gives={200: responses.CampaignResponse},
        tells=_TAG,
    ),
)
def show_campaign(call: Call, campaign: str) -> Response:
    """Show one campaign."""
    return _told(_existing(call, campaign))


@routes.on(
    "PUT",
    "/v1/campaigns/{campaign}",
    Operation(
        summary="Create a campaign, or replace it by what GET tells of one: what is left out takes its default.",
        description="What is so already changes nothing and needs no If-Match.",
        scope="admin",
        trail="campaign_changed",
        cache=NO_STORE,
        parameters=(preconditions.IF_MATCH_OF_EXISTING, preconditions.IF_NONE_MATCH, WHY),
        takes=CampaignRequest,
        gives={201: responses.CampaignResponse, 200: responses.CampaignResponse},
        tells=_CHANGED,
        refuses=(
            "campaign-id-invalid",
            "campaign-changed",
            "campaign-has-acts",
            "precondition-failed",
            "precondition-required",
        ),
    ),
)
def put_campaign(call: Call, campaign: str) -> Intent:
    """Create or replace a campaign."""
    if not is_campaign_id(campaign):
        raise Problem("campaign-id-invalid")
    given = read_campaign(campaign, call.json())
    return _change(call, campaign, lambda _: given)


@routes.on(
    "PATCH",
    "/v1/campaigns/{campaign}",
    Operation(
        summary="Change some of a campaign: what is left out stays, what is null takes its default.",
        description="A merge patch (RFC 7396) of what GET tells. What is so already changes nothing, whatever If-Match "
        "says.",
        scope="admin",
        trail="campaign_changed",
        cache=NO_STORE,
        parameters=(preconditions.IF_MATCH, WHY),
        takes=CampaignPatch,
        media_types=(MERGE_PATCH, JSON),
        gives={200: responses.CampaignResponse},
        tells=_CHANGED,
        refuses=("campaign-changed", "campaign-has-acts", "precondition-failed", "precondition-required"),
    ),
)
def patch_campaign(call: Call, campaign: str) -> Intent:
    """Change some of a campaign."""
    _existing(call, campaign)
    if call.header("If-Match") is None:
        raise Problem("precondition-required")
    patch = call.json()
    return _change(call, campaign, lambda current: _patched(campaign, current, patch))


def _existing(call: Call, campaign_id: str) -> Campaign:
    """Return a campaign as it is now.

    Raises:
        Problem: there is none of this id.
    """
    found = call.services.registry.current_campaign(campaign_id) if is_campaign_id(campaign_id) else None
    if found is None:
        raise Problem("campaign-not-found")
    return found


def _patched(campaign_id: str, current: Campaign | None, patch: object) -> Campaign:
    if current is None:
        raise Problem("campaign-not-found")
    told = msgspec.json.decode(msgspec.json.encode(responses.campaign_response(current)))
    return read_campaign_patch(campaign_id, told, patch)


def _change(call: Call, campaign_id: str, make: Callable[[Campaign | None], Campaign]) -> Intent:
    """Return what replaces a campaign by what `make` makes of it, as it is now.

    Raises:
        Problem: the request is for another state of it than there is.
    """
    current = call.services.registry.current_campaign(campaign_id)
    given = make(current)
    _check(call, current, given)
    return Intent(
        campaign=campaign_id,
        target=campaign_id,
        action="campaign_created" if current is None else "campaign_changed",
        changes=None if current is None else _changes(current, current.succeeded_by(given)),
        carry_out=lambda: _replaced(call, current, given),
    )


def _replaced(call: Call, current: Campaign | None, given: Campaign) -> Response:
    from chalicelib.registry import RegistryConflict

    if current is not None and current.succeeded_by(given) is current:
        return _told(current, call)
    _prepare(call, current, given)
    try:
        stored = call.services.registry.replace_campaign(current, given)
    except RegistryConflict:
        raise Overtaken from None
    return _told(stored, call, status=201 if current is None else 200)


def _changes(current: Campaign, changed: Campaign) -> "TrailChanges":
    """Return the members that differ, with what they were and become; of limits only those that do."""
    before, after = (msgspec.to_builtins(responses.campaign_response(one)) for one in (current, changed))
    found = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    if "limits" in found:
        first, second = found["limits"]
        differing = [name for name in first if first[name] != second[name]]
        found["limits"] = ({name: first[name] for name in differing}, {name: second[name] for name in differing})
    return found


def _check(call: Call, current: Campaign | None, given: Campaign) -> None:
    """Let a request pass for the state of a campaign that there is, or for what is so already.

    Raises:
        Problem: it is for another state, or does not say for which.
    """
    if_match = call.header("If-Match")
    if current is None:
        preconditions.check_absence(if_match)
        return
    preconditions.check_presence(call.header("If-None-Match"), _tag(current))
    if current.succeeded_by(given) is not current:
        preconditions.check_match(if_match, _tag(current))


def _prepare(call: Call, current: Campaign | None, given: Campaign) -> None:
    publisher = call.services.publisher
    if current is None:
        # Whoever learns of a campaign finds all its documents.
        publisher.prepare(given)
    elif (current.state == "test") != (given.state == "test") and publisher.has_acts(current):
        raise Problem("campaign-has-acts")


def _tag(campaign: Campaign) -> str:
    # With its id: the tag of another campaign is never taken for one of this.
    return f'"{campaign.id}.{campaign.changes}"'


def _told(campaign: Campaign, changed: Call | None = None, *, status: int = 200) -> Response:
    from chalicelib.registry import HOLDS_AFTER_MS

    headers = {"ETag": _tag(campaign)}
    if changed is not None:
        headers["Holds-From"] = responses.moment(changed.services.now() + HOLDS_AFTER_MS)
    return json_response(responses.campaign_response(campaign), status=status, headers=headers)
