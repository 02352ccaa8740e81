"""Record many participations in one request, each for itself: a bad one spoils no other."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import msgspec
from chalice.app import Response
from msgspec import UNSET, Meta, UnsetType

from chalicelib.api import responses
from chalicelib.api.calls import Call
from chalicelib.api.idempotency import KEY_PATTERN, is_key
from chalicelib.api.messages import negotiate
from chalicelib.api.participations import record_or_try, submitted
from chalicelib.api.problems import Problem, ProblemDocument, problem_document, problem_of
from chalicelib.api.routes import NO_STORE, Operation, Routes, json_response
from chalicelib.domain.vocabulary import Language
from chalicelib.intake.faults import Fault, Invalid, child
from chalicelib.intake.requests import ParticipationRequest

if TYPE_CHECKING:
    from chalicelib.participations.service import SubmittedParticipation

MAX_PARTICIPATIONS = 100
MAX_BYTES = 1024 * 1024

_ENTRIES = "participations"
_KEY = "idempotency_key"

routes = Routes(__name__)


class BatchEntry(ParticipationRequest, frozen=True, kw_only=True):
    """One participation of a batch, with a key of its own."""

    idempotency_key: Annotated[str, Meta(pattern=KEY_PATTERN)]


class BatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many participations."""

    participations: Annotated[list[BatchEntry], Meta(min_length=1, max_length=MAX_PARTICIPATIONS)]


class BatchResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one participation of a batch would have been answered alone: the status, and one of the two bodies."""

    status: int
    participation: responses.RecordResponse | UnsetType = UNSET
    problem: ProblemDocument | UnsetType = UNSET


class BatchResponse(msgspec.Struct, frozen=True):
    """A result for each participation of a batch, in the batch's order."""

    results: list[BatchResult]


@routes.on(
    "POST",
    "/v1/campaigns/{campaign}/participations/batch",
    Operation(
        summary="Record up to 100 participations, each as if it were sent alone.",
        scope="record",
        of_acts=True,
        cache=NO_STORE,
        takes=BatchRequest,
        max_bytes=MAX_BYTES,
        gives={200: BatchResponse},
    ),
)
def record_batch(call: Call, campaign: str) -> Response:
    """Record many participations."""
    call.campaign_to_try(campaign)
    entries = _entries(call.json())
    language = negotiate(call.header("Accept-Language"))
    answer = BatchResponse(list(_results(call, campaign, entries, language)))
    return json_response(answer, headers={"Content-Language": language, "Vary": "Accept-Language"})


def _results(call: Call, campaign: str, entries: list[object], language: Language) -> Iterator[BatchResult]:
    unavailable: Problem | None = None
    for index, entry in enumerate(entries):
        # What a store that does not answer costs in waiting is spent once, not for every entry.
        if unavailable is not None:
            yield _refusal(unavailable, language)
            continue
        try:
            yield _record(call, campaign, entry)
        except Exception as error:  # noqa: BLE001  whatever it is, the entries after it are recorded
            problem = problem_of(_relocated(error, index))
            unavailable = problem if problem.name == "storage-unavailable" else None
            yield _refusal(problem, language)


def _record(call: Call, campaign: str, entry: object) -> BatchResult:
    # As the campaign is by now: a batch may take longer than a freeze may stay unseen.
    recorded = record_or_try(call, call.campaign_to_try(campaign), _read_entry(call, entry))
    return BatchResult(200 if recorded.repeated else 201, participation=responses.record_response(recorded))


def _refusal(problem: Problem, language: Language) -> BatchResult:
    return BatchResult(problem.status, problem=problem_document(problem, language))


def _entries(raw: object) -> list[object]:
    if not isinstance(raw, Mapping):
        raise Invalid((Fault("#", "object"),))
    faults = [Fault(child("#", name), "unknown_field") for name in raw if name != _ENTRIES]
    entries = raw.get(_ENTRIES)
    if _ENTRIES not in raw:
        faults.append(Fault(child("#", _ENTRIES), "required"))
    elif not isinstance(entries, list) or not 1 <= len(entries) <= MAX_PARTICIPATIONS:
        faults.append(Fault(child("#", _ENTRIES), "filled_list", {"max": str(MAX_PARTICIPATIONS)}))
    if faults:
        raise Invalid(tuple(faults))
    return list(entries or ())


def _read_entry(call: Call, entry: object) -> "SubmittedParticipation":
    if not isinstance(entry, Mapping):
        raise Invalid((Fault("#", "object"),))
    key = entry.get(_KEY)
    faults: tuple[Fault, ...] = ()
    if _KEY not in entry:
        faults = (Fault(child("#", _KEY), "required"),)
    elif not isinstance(key, str) or not is_key(key):
        faults = (Fault(child("#", _KEY), "idempotency_key"),)
    try:
        read = submitted(call, str(key), {name: value for name, value in entry.items() if name != _KEY})
    except Invalid as invalid:
        raise Invalid(faults + invalid.faults) from None
    if faults:
        raise Invalid(faults)
    return read


def _relocated(error: Exception, index: int) -> Exception:
    """Return an error whose pointers lead into the batch."""
    if not isinstance(error, Invalid):
        return error
    place = f"#/{_ENTRIES}/{index}"
    return Invalid(
        tuple(msgspec.structs.replace(fault, pointer=place + fault.pointer.removeprefix("#")) for fault in error.faults)
    )
