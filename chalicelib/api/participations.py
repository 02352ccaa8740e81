"""Record participations, and tell what became of them."""

from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.calls import Call
from chalicelib.api.idempotency import read_key, submission_id
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes, json_response
from chalicelib.intake.participation_requests import Sender, read_participation
from chalicelib.intake.requests import ParticipationRequest

if TYPE_CHECKING:
    from chalicelib.domain.campaign import Campaign
    from chalicelib.participations.service import Recorded, SubmittedParticipation

routes = Routes(__name__)

IDEMPOTENCY_KEY = Parameter(
    name="Idempotency-Key",
    place="header",
    description="1 to 128 visible ASCII characters, bare or as a String of Structured Fields (RFC 9651).",
    shape={"type": "string", "pattern": r'^([!#-~][!-~]{0,127}|"([!#-\[\]-~]|\\["\\]){1,128}")$'},
    required=True,
)


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/participations",
    Operation(
        summary="Record a participation; the same key and body again change nothing.",
        scope="record",
        of_acts=True,
        cache=NO_STORE,
        parameters=(IDEMPOTENCY_KEY,),
        takes=ParticipationRequest,
        gives={201: responses.RecordResponse, 200: responses.RecordResponse},
        tells={"Location": "Where the participation is told."},
        refuses=(
            "idempotency-key-missing",
            "idempotency-key-invalid",
            "idempotency-key-reused",
            "campaign-frozen",
            "campaign-ended",
            "campaign-not-open",
            "campaign-closed",
        ),
    ),
)
def record(call: Call, campaign: str) -> Response:
    """Record one participation."""
    current = call.campaign_to_try(campaign)
    key = read_key(call.header("Idempotency-Key"))
    recorded = record_or_try(call, current, submitted(call, key, call.json()))
    return json_response(
        responses.record_response(recorded),
        status=200 if recorded.repeated else 201,
        headers={"Location": location(recorded.receipt.id)},
    )


@routes.on(
    "GET",
    "/v1/participations/{participation}",
    Operation(
        summary="Tell what became of a participation.",
        scope="read",
        of_acts=True,
        of_own=True,
        cache=NO_STORE,
        gives={200: responses.ParticipationResponse},
        refuses=("sender-forbidden",),
    ),
)
def show(call: Call, participation: str) -> Response:
    """Tell what became of one participation."""
    found = call.services.participations.find(call.receipt(participation))
    call.demand_place(found.act.place)
    call.demand_own(found.act)
    return json_response(responses.current_act_response(found))


def submitted(call: Call, key: str, raw: object) -> "SubmittedParticipation":
    """Return the participation that a token submits under a key, by what it sent.

    Raises:
        Invalid: naming every field that is wrong.
        Problem: the token is for another region.
    """
    from chalicelib.participations.service import SubmittedParticipation

    draft = read_participation(raw, Sender("api", token=call.token.id), call.services.now())
    call.demand_place(draft.act.place)
    content = msgspec.json.encode(raw, order="sorted")
    return SubmittedParticipation(submission_id(call.token.id, key), content, draft, names=call.token.names)


def record_or_try(call: Call, campaign: "Campaign", submission: "SubmittedParticipation") -> "Recorded":
    """Record a participation, or tell a sandbox token outside of rehearsals what would become of it.

    Raises:
        Refused, Busy
    """
    participations = call.services.participations
    if call.is_sandbox and campaign.state != "test":
        return participations.try_out(campaign, submission)
    return participations.record(campaign, submission)


def location(public_id: str) -> str:
    """Return where a participation can be read."""
    return f"/v1/participations/{public_id}"
