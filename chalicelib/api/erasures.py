"""Erase a person, by what they are known by."""

from chalice.app import Response

from chalicelib.api.calls import Call
from chalicelib.api.routes import NO_STORE, Operation, Routes
from chalicelib.intake.participations import read_erasure
from chalicelib.intake.requests import ErasureRequest

routes = Routes(__name__)


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/erasures",
    Operation(
        summary="Erase a participant's details; the same answer where nobody is known by what was given.",
        scope="erase",
        cache=NO_STORE,
        takes=ErasureRequest,
        gives={204: None},
    ),
)
def erase(call: Call, campaign: str) -> Response:
    """Erase a participant's details."""
    current = call.campaign(campaign)
    call.services.participations.erase(current.id, read_erasure(call.json()))
    return Response("", status_code=204)
