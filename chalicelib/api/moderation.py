"""What moderators decide on an act: withdraw, correct, approve, reject."""

from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.calls import Call
from chalicelib.api.history import CorrectionResponse, changed_parts, texts
from chalicelib.api.intents import Intent
from chalicelib.api.problems import ProblemName
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.commands import (
    ApproveParticipation,
    Moderation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.trail_actions import TrailAction
from chalicelib.intake.participation_requests import Correction, check_topic, read_correction, read_reason
from chalicelib.intake.requests import CorrectionRequest, ReasonRequest

if TYPE_CHECKING:
    from chalicelib.participations.service import CurrentAct

routes = Routes(__name__)


def _operation(
    trail: TrailAction,
    summary: str,
    takes: type[msgspec.Struct],
    *refuses: ProblemName,
    gives: type[msgspec.Struct] = responses.ParticipationResponse,
    of_own: bool = False,
) -> Operation:
    return Operation(
        summary=summary,
        scope="moderate",
        trail=trail,
        of_acts=True,
        of_own=of_own,
        cache=NO_STORE,
        takes=takes,
        gives={200: gives},
        refuses=refuses,
    )


@routes.on(
    "POST",
    "/v1/participations/{participation}/withdrawal",
    _operation(
        "act_withdrawn",
        "Take a participation back, counted or in review.",
        ReasonRequest,
        "participation-not-standing",
        "sender-forbidden",
        of_own=True,
    ),
)
def withdraw(call: Call, participation: str) -> Intent:
    """Withdraw a participation."""
    receipt = _own_receipt(call, participation)
    token = call.token
    command = WithdrawParticipation(receipt.id, read_reason(call.json()), token.id, token.region, call.only_own)
    return _intent(call, receipt, command)


@routes.on(
    "POST",
    "/v1/participations/{participation}/correction",
    _operation(
        "act_corrected",
        "Replace parts of a participation, counted or in review; null takes a topic, a name or an amount away.",
        CorrectionRequest,
        "participation-not-standing",
        "correction-changes-nothing",
        "correction-above-limits",
        "sender-forbidden",
        gives=CorrectionResponse,
        of_own=True,
    ),
)
def correct(call: Call, participation: str) -> Intent:
    """Correct a participation."""
    receipt = _own_receipt(call, participation)
    correction = read_correction(call.json())
    campaign = call.campaign(receipt.campaign)
    check_topic(correction.changes.topic, campaign.topics)
    return Intent(
        campaign=campaign.id,
        target=receipt.id,
        reason=correction.reason,
        carry_out=lambda: _corrected(call, campaign, receipt, correction),
    )


@routes.on(
    "POST",
    "/v1/participations/{participation}/approval",
    _operation(
        "act_approved",
        "Let a participation in review count; above the higher limits the second approval does.",
        ReasonRequest,
        "participation-not-in-review",
        "second-moderator-wanted",
    ),
)
def approve(call: Call, participation: str) -> Intent:
    """Approve a participation."""
    receipt = call.receipt(participation)
    command = ApproveParticipation(receipt.id, read_reason(call.json()), call.token.id, call.token.region)
    return _intent(call, receipt, command)


@routes.on(
    "POST",
    "/v1/participations/{participation}/rejection",
    _operation("act_rejected", "Refuse a participation in review.", ReasonRequest, "participation-not-in-review"),
)
def reject(call: Call, participation: str) -> Intent:
    """Reject a participation."""
    receipt = call.receipt(participation)
    command = RejectParticipation(receipt.id, read_reason(call.json()), call.token.id, call.token.region)
    return _intent(call, receipt, command)


def _own_receipt(call: Call, participation: str) -> Receipt:
    """Return the receipt of a participation that the caller's token may change.

    Raises:
        Problem: there is none, or the token is kept to others.
    """
    receipt = call.receipt(participation)
    if call.only_own:
        call.demand_own(call.services.participations.find(receipt).act)
    return receipt


def _intent(call: Call, receipt: Receipt, command: Moderation) -> Intent:
    return Intent(
        campaign=receipt.campaign,
        target=receipt.id,
        reason=command.reason,
        carry_out=lambda: _response(call.services.participations.moderate(receipt, command)),
    )


def _corrected(call: Call, campaign: Campaign, receipt: Receipt, correction: Correction) -> Response:
    service = call.services.participations
    token = call.token
    own_names = token.names if call.only_own else None
    corrected = service.correct(campaign, receipt, correction, token.id, token.region, own_names)
    names = texts(call, campaign.id, corrected.before, corrected.current.act)
    before, after = changed_parts(corrected.before, corrected.current.act, names)
    told = responses.current_act_response(corrected.current)
    return json_response(CorrectionResponse(**msgspec.structs.asdict(told), before=before, after=after))


def _response(found: "CurrentAct") -> Response:
    return json_response(responses.current_act_response(found))
