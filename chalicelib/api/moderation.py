"""What moderators do: withdraw, correct, approve, reject, and see what waits for them."""

from typing import TYPE_CHECKING

import msgspec
from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.calls import Call
from chalicelib.api.problems import Problem, ProblemName
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes, json_response
from chalicelib.domain.commands import (
    ApproveParticipation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.intake.participation_requests import read_correction, read_reason
from chalicelib.intake.requests import CorrectionRequest, ReasonRequest
from chalicelib.participations.keys import is_receipt_id

if TYPE_CHECKING:
    from chalicelib.participations.service import CurrentAct

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 50

_MOMENT_DIGITS = 13

routes = Routes(__name__)


def _operation(summary: str, takes: type[msgspec.Struct], *refuses: ProblemName) -> Operation:
    return Operation(
        summary=summary,
        scope="moderate",
        of_acts=True,
        cache=NO_STORE,
        takes=takes,
        gives={200: responses.ParticipationResponse},
        refuses=refuses,
    )


@routes.on(
    "POST",
    "/v1/participations/{participation}/withdrawal",
    _operation("Take a participation back, counted or in review.", ReasonRequest, "participation-not-standing"),
)
def withdraw(call: Call, participation: str) -> Response:
    """Withdraw a participation."""
    receipt = call.receipt(participation)
    command = WithdrawParticipation(receipt.id, read_reason(call.json()), call.token.id, call.token.region)
    return _response(call.services.participations.moderate(receipt, command))


@routes.on(
    "POST",
    "/v1/participations/{participation}/correction",
    _operation(
        "Replace parts of a participation, counted or in review.",
        CorrectionRequest,
        "participation-not-standing",
        "correction-changes-nothing",
        "correction-above-limits",
    ),
)
def correct(call: Call, participation: str) -> Response:
    """Correct a participation."""
    receipt = call.receipt(participation)
    correction = read_correction(call.json())
    campaign = call.campaign(receipt.campaign)
    service = call.services.participations
    return _response(service.correct(campaign, receipt, correction, call.token.id, call.token.region))


@routes.on(
    "POST",
    "/v1/participations/{participation}/approval",
    _operation(
        "Let a participation in review count; above the higher limits the second approval does.",
        ReasonRequest,
        "participation-not-in-review",
        "second-moderator-wanted",
    ),
)
def approve(call: Call, participation: str) -> Response:
    """Approve a participation."""
    receipt = call.receipt(participation)
    command = ApproveParticipation(receipt.id, read_reason(call.json()), call.token.id, call.token.region)
    return _response(call.services.participations.moderate(receipt, command))


@routes.on(
    "POST",
    "/v1/participations/{participation}/rejection",
    _operation("Refuse a participation in review.", ReasonRequest, "participation-not-in-review"),
)
def reject(call: Call, participation: str) -> Response:
    """Reject a participation."""
    receipt = call.receipt(participation)
    command = RejectParticipation(receipt.id, read_reason(call.json()), call.token.id, call.token.region)
    return _response(call.services.participations.moderate(receipt, command))


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/review",
    Operation(
        summary="List what waits for a moderator, oldest first.",
        scope="moderate",
        of_acts=True,
        cache=NO_STORE,
        parameters=(
            Parameter(
                name="limit",
                place="query",
                description=f"How many at most; {DEFAULT_PAGE_SIZE} where it is left out.",
                shape={"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE},
            ),
            Parameter(
                name="cursor",
                place="query",
                description="`next` of the page before, for the page after it.",
                shape={"type": "string"},
            ),
        ),
        gives={200: responses.ReviewPage},
        refuses=("limit-invalid", "cursor-invalid"),
    ),
)
def review(call: Call, campaign: str) -> Response:
    """List a page of what waits."""
    current = call.campaign(campaign)
    limit, cursor = _limit(call.query("limit")), call.query("cursor")
    page = call.services.review_queue.page(
        current.id, current.generation, None if cursor is None else _read_cursor(cursor), limit
    )
    found = [act for act in page.acts if call.token.covers(act.act.place)]
    names = call.services.names.texts(current.id, {act.act.name for act in found if act.act.name is not None})
    return json_response(
        responses.ReviewPage(
            [
                responses.participation_response(
                    act.id,
                    act.status,
                    act.recorded_at,
                    act.act,
                    names.get(act.act.name or ""),
                    act.approvals_missing,
                )
                for act in found
            ],
            page.following,
        )
    )


def _response(found: "CurrentAct") -> Response:
    return json_response(responses.current_act_response(found))


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_PAGE_SIZE
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_PAGE_SIZE:
        return int(text)
    raise Problem("limit-invalid", {"max": MAX_PAGE_SIZE})


def _read_cursor(text: str) -> str:
    """Return the place in the queue that a cursor names: `<epoch ms>.<id>`."""
    at, _, act_id = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) == _MOMENT_DIGITS and is_receipt_id(act_id)):
        raise Problem("cursor-invalid")
    return text
