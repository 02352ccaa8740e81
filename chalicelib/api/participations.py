"""Record participations, and tell what became of them."""

from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.calls import Call
from chalicelib.api.idempotency import read_key, submission_id
from chalicelib.api.problems import Problem
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes, json_response
from chalicelib.intake.participations import read_participation
from chalicelib.intake.requests import ParticipationRequest

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
        cache=NO_STORE,
        parameters=(IDEMPOTENCY_KEY,),
        takes=ParticipationRequest,
        gives={201: responses.RecordResponse, 200: responses.RecordResponse},
        refuses=(
            "idempotency-key-missing",
            "idempotency-key-invalid",
            "idempotency-key-reused",
            "campaign-frozen",
            "campaign-ended",
        ),
    ),
)
def record(call: Call, campaign: str) -> Response:
    """Record one participation."""
    current = call.campaign(campaign)
    key = read_key(call.header("Idempotency-Key"))
    draft = read_participation(call.json(), "api", call.services.now())
    outcome = call.services.participations.record(current, draft, submission_id(call.token.id, key))
    public_id = call.services.keys.seal(outcome.id)
    return json_response(
        responses.record_response(public_id, outcome.participation, repeated=outcome.repeated),
        status=200 if outcome.repeated else 201,
        headers={"Location": location(public_id)},
    )


@routes.on(
    "GET",
    "/v1/participations/{participation}",
    Operation(
        summary="Tell what became of a participation.",
        scope="read",
        cache=NO_STORE,
        gives={200: responses.ParticipationResponse},
    ),
)
def show(call: Call, participation: str) -> Response:
    """Tell what became of one participation."""
    outcome = call.services.participations.find(call.participation(participation))
    if outcome is None:
        raise Problem("participation-not-found")
    known = outcome.participation
    return json_response(responses.participation_response(participation, known.status, known.recorded_at, known.act))


def location(public_id: str) -> str:
    """Return where a participation can be read."""
    return f"/v1/participations/{public_id}"
