"""What goes wrong, as HTTP tells it: each problem's name with its status, and each exception with its problem."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Literal

import msgspec
from chalice.app import Response
from msgspec import UNSET, UnsetType

from chalicelib import logs
from chalicelib.api.messages import messages
from chalicelib.domain.decider import Refusal
from chalicelib.domain.vocabulary import Language, NameState, Status
from chalicelib.intake.faults import Fault, Invalid

ProblemName = Literal[
    "json-malformed",
    "idempotency-key-missing",
    "idempotency-key-invalid",
    "limit-invalid",
    "cursor-invalid",
    "format-invalid",
    "state-invalid",
    "campaign-id-invalid",
    "delivery-malformed",
    "token-missing",
    "token-invalid",
    "scope-missing",
    "campaign-forbidden",
    "region-forbidden",
    "sender-forbidden",
    "sandbox-forbidden",
    "account-shared",
    "delivery-forbidden",
    "not-found",
    "campaign-not-found",
    "participation-not-found",
    "embed-not-found",
    "form-not-found",
    "parked-not-found",
    "name-not-found",
    "token-not-found",
    "method-not-allowed",
    "campaign-frozen",
    "campaign-ended",
    "campaign-not-open",
    "campaign-closed",
    "participation-not-in-review",
    "second-moderator-wanted",
    "more-acts-than-expected",
    "participation-not-standing",
    "correction-changes-nothing",
    "correction-above-limits",
    "campaign-changed",
    "campaign-has-acts",
    "parked-unsealable",
    "parked-changed",
    "name-decided",
    "precondition-failed",
    "body-too-large",
    "media-type-unsupported",
    "fields-invalid",
    "idempotency-key-reused",
    "precondition-required",
    "too-many-requests",
    "internal-error",
    "format-unsupported",
    "busy",
    "storage-unavailable",
]

STATUSES: Mapping[ProblemName, int] = {
    "json-malformed": 400,
    "idempotency-key-missing": 400,
    "idempotency-key-invalid": 400,
    "limit-invalid": 400,
    "cursor-invalid": 400,
    "format-invalid": 400,
    "state-invalid": 400,
    "campaign-id-invalid": 400,
    "delivery-malformed": 400,
    "token-missing": 401,
    "token-invalid": 401,
    "scope-missing": 403,
    "campaign-forbidden": 403,
    "region-forbidden": 403,
    "sender-forbidden": 403,
    "sandbox-forbidden": 403,
    "account-shared": 403,
    "delivery-forbidden": 403,
    "not-found": 404,
    "campaign-not-found": 404,
    "participation-not-found": 404,
    "embed-not-found": 404,
    "form-not-found": 404,
    "parked-not-found": 404,
    "name-not-found": 404,
    "token-not-found": 404,
    "method-not-allowed": 405,
    "campaign-frozen": 409,
    "campaign-ended": 409,
    "campaign-not-open": 409,
    "campaign-closed": 409,
    "participation-not-in-review": 409,
    "second-moderator-wanted": 409,
    "more-acts-than-expected": 409,
    "participation-not-standing": 409,
    "correction-changes-nothing": 409,
    "correction-above-limits": 409,
    "campaign-changed": 409,
    "campaign-has-acts": 409,
    "parked-unsealable": 409,
    "parked-changed": 409,
    "name-decided": 409,
    "precondition-failed": 412,
    "body-too-large": 413,
    "media-type-unsupported": 415,
    "fields-invalid": 422,
    "idempotency-key-reused": 422,
    "precondition-required": 428,
    # Told by API Gateway alone: whoever asks too often reaches no function.
    "too-many-requests": 429,
    "internal-error": 500,
    # As oEmbed 1.0, section 2.3.4, has it.
    "format-unsupported": 501,
    "busy": 503,
    "storage-unavailable": 503,
}

PROBLEM_OF: Mapping[str, ProblemName] = {
    # Refusals of the decider, by their code.
    "campaign_frozen": "campaign-frozen",
    "campaign_ended": "campaign-ended",
    "campaign_not_open": "campaign-not-open",
    "campaign_closed": "campaign-closed",
    "submission_differs": "idempotency-key-reused",
    "participation_unknown": "participation-not-found",
    "participation_not_in_review": "participation-not-in-review",
    "second_moderator_wanted": "second-moderator-wanted",
    "participation_not_standing": "participation-not-standing",
    "correction_changes_nothing": "correction-changes-nothing",
    "correction_above_limits": "correction-above-limits",
    "act_of_another_region": "region-forbidden",
    "act_of_another_token": "sender-forbidden",
    # Exceptions of the services and of Chalice, by their name: a route without services never loads what raises them.
    "Busy": "busy",
    "Congested": "busy",
    "DocumentContended": "busy",
    "NotQueued": "storage-unavailable",
    "RegistryConflict": "campaign-changed",
    "Overtaken": "campaign-changed",
    "Malformed": "delivery-malformed",
    "Forbidden": "delivery-forbidden",
    "WrongMethod": "method-not-allowed",
    "TooLarge": "body-too-large",
    "WrongType": "media-type-unsupported",
    "NotFoundError": "not-found",
    "MethodNotAllowedError": "method-not-allowed",
    "UnsupportedMediaType": "media-type-unsupported",
}
"""What each thing that goes wrong is over HTTP; what is not named here is a fault of the stores or our own."""

MAX_FAULTS = 100
"""How many faults are named at most: an answer must not grow past what Lambda can send (6 MB)."""

RETRY_AFTER_SECONDS = 2


class FaultDocument(msgspec.Struct, frozen=True):
    """One thing that is wrong: where, in a word for programs, and in a sentence for people."""

    pointer: str
    code: str
    detail: str


class DecidedNameDocument(msgspec.Struct, frozen=True):
    """A name in another state than expected, and the token that decided so; null where a sender vouched for it."""

    id: str
    state: NameState
    by: str | None
    reason: str | None
    at: str | None


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem by RFC 9457.

    `participation_status` says what the participation is, and `names` what names are, where that is the reason.
    `request_id` names the request to those who look for it in the logs, as the header `X-Request-Id` does.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultDocument] | UnsetType = UNSET
    participation_status: Status | UnsetType = UNSET
    names: list[DecidedNameDocument] | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


class Problem(Exception):
    """A request that cannot be answered as asked; `values` fill the texts."""

    def __init__(
        self,
        name: ProblemName,
        values: Mapping[str, object] | None = None,
        *,
        faults: tuple[Fault, ...] = (),
        participation_status: Status | None = None,
        names: Sequence[DecidedNameDocument] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        self.name = name
        self.values = values or {}
        self.faults = faults
        self.participation_status = participation_status
        self.names = names
        self.headers = {**_usual_headers(name, self.values), **(headers or {})}

    @property
    def status(self) -> int:
        """The status of the answer."""
        return STATUSES[self.name]


def problem_of(error: Exception) -> Problem:
    """Return the problem that an exception is to the one who sent the request; what is our own fault is logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Invalid):
        return Problem("fields-invalid", {"count": len(error.faults)}, faults=error.faults)
    problem = _problem_of_services(error)
    if problem.status >= 500:
        logs.write("request_failed", level=logging.ERROR, problem=problem.name, error=logs.describe(error))
    return problem


def problem_document(problem: Problem, language: Language, request_id: str | None = None) -> ProblemDocument:
    """Return the document that tells a problem in a language, and of which request where its id is known."""
    texts = messages().problems[problem.name]
    return ProblemDocument(
        type=f"/problems/{problem.name}",
        title=texts.title[language],
        status=problem.status,
        detail=texts.detail[language].format_map(problem.values),
        errors=[_fault_document(fault, language) for fault in problem.faults[:MAX_FAULTS]] or UNSET,
        participation_status=problem.participation_status or UNSET,
        names=list(problem.names) or UNSET,
        request_id=request_id or UNSET,
    )


def problem_response(problem: Problem, language: Language, request_id: str | None = None) -> Response:
    """Return the answer that tells a problem in a language, and of which request where its id is known."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/problem+json",
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        **problem.headers,
    }
    body = msgspec.json.encode(problem_document(problem, language, request_id)).decode()
    return Response(body, headers, problem.status)


def _problem_of_services(error: Exception) -> Problem:
    refusal: Refusal | None = getattr(error, "refusal", None)
    if refusal is not None:
        return Problem(PROBLEM_OF[refusal.code], participation_status=refusal.status)
    name = PROBLEM_OF.get(type(error).__name__)
    if name is not None:
        return Problem(name, getattr(error, "values", None))
    return Problem("storage-unavailable" if is_storage_fault(error) else "internal-error")


def _usual_headers(name: ProblemName, values: Mapping[str, object]) -> dict[str, str]:
    if STATUSES[name] == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    if name == "method-not-allowed":
        return {"Allow": str(values["allowed"])}
    return {}


def is_storage_fault(error: Exception) -> bool:
    """Whether AWS failed us: a request that AWS or its client calls invalid is our own mistake, not a fault."""
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
    from pynamodb.exceptions import PutError, PynamoDBException

    cause = error.cause if isinstance(error, PynamoDBException) else error
    if isinstance(error, PutError) and cause is None:
        # Parts of a batch that the table did not take, however often PynamoDB sent them again.
        return True
    if isinstance(cause, ClientError):
        return cause.response["Error"]["Code"] != "ValidationException"
    return isinstance(cause, BotoCoreError) and not isinstance(cause, ParamValidationError)


def _fault_document(fault: Fault, language: Language) -> FaultDocument:
    text = messages().faults[fault.code][language]
    return FaultDocument(fault.pointer, fault.code, text.format_map(fault.values))
