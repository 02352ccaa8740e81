"""What moderators do: withdraw, correct, approve, reject, and see what waits for them."""

from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib.api import responses
from chalicelib.api.calls import Call
from chalicelib.api.problems import Problem, ProblemName
from chalicelib.api.routes import NO_STORE, Operation, Parameter, Routes, json_response
from chalicelib.domain.commands import (
    ApproveParticipation,
    Command,
    CorrectParticipation,
    RejectParticipation,
    WithdrawParticipation,
)
from chalicelib.intake.participations import read_correction, read_reason
from chalicelib.intake.requests import CorrectionRequest, ReasonRequest
from chalicelib.participations.keys import PublicId

if TYPE_CHECKING:
    from chalicelib.projections.review import Waiting

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 50

routes = Routes(__name__)


def _operation(summary: str, takes: Any, *refuses: ProblemName) -> Operation:
    return Operation(
        summary=summary,
        scope="moderate",
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
    public = call.participation(participation)
    reason = read_reason(call.json())
    return _moderated(call, participation, public, WithdrawParticipation(public.version, reason, call.token.id))


@routes.on(
    "POST",
    "/v1/participations/{participation}/correction",
    _operation(
        "Replace parts of a participation, counted or in review.",
        CorrectionRequest,
        "participation-not-standing",
        "correction-changes-nothing",
    ),
)
def correct(call: Call, participation: str) -> Response:
    """Correct a participation."""
    public = call.participation(participation)
    reason, changes = read_correction(call.json())
    return _moderated(call, participation, public, CorrectParticipation(public.version, changes, reason, call.token.id))


@routes.on(
    "POST",
    "/v1/participations/{participation}/approval",
    _operation("Let a participation in review count.", ReasonRequest, "participation-not-in-review"),
)
def approve(call: Call, participation: str) -> Response:
    """Approve a participation."""
    public = call.participation(participation)
    reason = read_reason(call.json())
    return _moderated(call, participation, public, ApproveParticipation(public.version, reason, call.token.id))


@routes.on(
    "POST",
    "/v1/participations/{participation}/rejection",
    _operation("Refuse a participation in review.", ReasonRequest, "participation-not-in-review"),
)
def reject(call: Call, participation: str) -> Response:
    """Reject a participation."""
    public = call.participation(participation)
    reason = read_reason(call.json())
    return _moderated(call, participation, public, RejectParticipation(public.version, reason, call.token.id))


@routes.on(
    "GET",
    "/v1/campaigns/{campaign}/review",
    Operation(
        summary="List what waits for a moderator, oldest first.",
        scope="moderate",
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
    limit = _limit(call.query("limit"))
    cursor = call.query("cursor")
    after = None if cursor is None else _read_cursor(call, cursor, current.id)
    # One more than is shown tells whether there is a next page.
    entries = call.services.review_queue.page(current.id, after, limit + 1)
    shown = [_waiting_response(call, entry) for entry in entries[:limit]]
    following = _cursor(entries[limit - 1].at, shown[-1].id) if len(entries) > limit else None
    return json_response(responses.ReviewPage(shown, following))


def _moderated(call: Call, participation: str, public: PublicId, command: Command) -> Response:
    known = call.services.participations.moderate(public, command).participation
    return json_response(responses.participation_response(participation, known.status, known.recorded_at, known.act))


def _waiting_response(call: Call, entry: "Waiting") -> responses.ParticipationResponse:
    campaign, _, participant = entry.stream.partition("/")
    public_id = call.services.keys.seal(PublicId(campaign, participant, entry.participation))
    return responses.participation_response(public_id, "in_review", entry.at, entry.act)


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_PAGE_SIZE
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_PAGE_SIZE:
        return int(text)
    raise Problem("limit-invalid", {"max": MAX_PAGE_SIZE})


def _cursor(at: int, public_id: str) -> str:
    return f"{at}.{public_id}"


def _read_cursor(call: Call, cursor: str, campaign: str) -> tuple[int, str, int]:
    """Return the place in the queue that a cursor stands for."""
    at, _, public_id = cursor.partition(".")
    public = call.services.keys.unseal(public_id)
    if public is None or public.campaign != campaign or not (at.isascii() and at.isdigit() and len(at) <= 15):
        raise Problem("cursor-invalid")
    return int(at), public.stream, public.version
