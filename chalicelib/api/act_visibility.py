"""What moderators do with acts on air: hide one that counts, or show it again."""

from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api.calls import Call
from chalicelib.api.intents import Intent
from chalicelib.api.names import DecisionResponse, decided, decision_response
from chalicelib.api.problems import Problem
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.domain.vocabulary import Visibility
from chalicelib.intake.name_requests import VisibilityRequest, read_visibility

if TYPE_CHECKING:
    from chalicelib.domain.receipts import Receipt
    from chalicelib.participations.hidden_acts import ActVisibility

routes = Routes(__name__)


class ActVisibilityResponse(msgspec.Struct, frozen=True):
    """Whether an act is shown: a `hidden` one counts, and is on no document by itself."""

    id: str
    state: Visibility
    decision: DecisionResponse | None


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/acts/{participation}/visibility",
    Operation(
        summary="Tell whether an act is shown, and who decided on it.",
        scope="moderate",
        cache=NO_STORE,
        of_acts=True,
        gives={200: ActVisibilityResponse},
        refuses=("participation-not-found", "region-forbidden"),
    ),
)
def show_visibility(call: Call, campaign: str, participation: str) -> Response:
    """Tell whether an act is shown."""
    receipt = _receipt(call, campaign, participation)
    return _response(receipt, call.services.hidden_acts.visibility(receipt))


@routes.on(
    "PUT",
    "/v1/campaigns/{campaign}/acts/{participation}/visibility",
    Operation(
        summary="Hide an act that counts, or show it again.",
        scope="moderate",
        trail="act_visibility_decided",
        cache=NO_STORE,
        takes=VisibilityRequest,
        of_acts=True,
        gives={200: ActVisibilityResponse},
        refuses=("participation-not-found", "region-forbidden"),
    ),
)
def decide_on_visibility(call: Call, campaign: str, participation: str) -> Intent:
    """Hide an act, or show it again."""
    receipt = _receipt(call, campaign, participation)
    requested = read_visibility(call.json())

    def decide() -> Response:
        found = call.services.hidden_acts.decide(receipt, requested.state, decided(call, requested.reason))
        return _response(receipt, found)

    return Intent(campaign=receipt.campaign, target=receipt.id, reason=requested.reason, carry_out=decide)


def _receipt(call: Call, campaign: str, participation: str) -> "Receipt":
    current, receipt = call.campaign(campaign), call.receipt(participation)
    if receipt.campaign != current.id:
        raise Problem("participation-not-found")
    call.demand_place(call.services.participations.find(receipt).act.place)
    return receipt


def _response(receipt: "Receipt", found: "ActVisibility") -> Response:
    return json_response(ActVisibilityResponse(receipt.id, found.state, decision_response(found.decided)))
