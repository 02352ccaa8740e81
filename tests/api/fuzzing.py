"""Requests that are made of the published contract, and the checks of their answers.

What reads the contract takes a second to load: only the tests that ask so load this.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from math import ceil
from typing import Any

import msgspec
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.config import HealthCheck as EngineHealthCheck
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.meta import CoverageScenario, coverage_scenario
from schemathesis.openapi.checks import MissingHeaderNotRejected, RejectedPositiveData
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.api.contract import read_contract

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    missing_required_header,
    unsupported_method,
    allow_header_conformance,
]

USABLE: Mapping[str, Any] = {
    "place": {"region": "KZ-75"},
    "phone": "8 701 123 45 67",
    "email": "aigul@example.kz",
    "organisation": "Үміт қоры",
    "bin": None,
    "currency": "KZT",
    "occurred_at": None,
    "reason": "checked by phone",
    "opens": None,
    "goals": [],
    "milestones": [],
}

SYSTEMATIC = 40
"""Requests of an operation with one thing in them as far out as it goes, beside those that are asked for by name."""
ALWAYS_ASKED = {CoverageScenario.UNSPECIFIED_HTTP_METHOD, CoverageScenario.MISSING_PARAMETER}

_CHANGE, _PATCH = "PUT /v1/campaigns/{campaign}", "PATCH /v1/campaigns/{campaign}"
_BATCH = "POST /v1/campaigns/{campaign}/participations/batch"
_SHAKE, _DELIVER = "GET /v1/hooks/{provider}", "POST /v1/hooks/{provider}"
_SUBMIT = "POST /v1/submissions/{provider}"
_CHECK = "POST /v1/forms/{provider}/{account}/{form}/check"

STATES: Mapping[tuple[str, str], str] = {
    (_CHANGE, "precondition-failed"): "which tag a campaign has, is its state",
    (_CHANGE, "precondition-required"): "only what exists needs a condition",
    (_PATCH, "precondition-failed"): "which tag a campaign has, is its state",
    ("POST /v1/campaigns/{campaign}/participations", "idempotency-key-reused"): "which keys are taken, is its state",
    (_SHAKE, "method-not-allowed"): "which providers shake hands, their protocols say",
    (_SHAKE, "delivery-malformed"): "what a handshake asks, its provider's protocol says",
    (_DELIVER, "delivery-malformed"): "what a delivery holds, its provider's protocol says",
    (_SUBMIT, "delivery-malformed"): "what a Mini App sends, its provider's protocol says",
    (_CHECK, "delivery-malformed"): "what a sample holds, its provider's protocol says",
    ("GET /v1/parked", "cursor-invalid"): "of which providers there are cursors, is no matter of how they are written",
    ("POST /v1/parked/replay", "cursor-invalid"): "of which providers there are cursors, as above",
}
"""Problems that a request of the right shape meets in an operation, and why no schema can say so."""

_TEXTS = frozenset({"reason", "organisation", "text"})
_CODES = "which codes there are changes with their standards: a client must not have to be made anew"
_SHOWN = "what may air is judged by what a text says once it is folded"
_OWN = "what exists is the campaign's own state"

MEANINGS: Mapping[str, tuple[frozenset[str], str]] = {
    **dict.fromkeys(
        ("nothing_to_read", "too_long", "stacked_marks", "link", "handle", "contact_details"), (_TEXTS, _SHOWN)
    ),
    "line": (frozenset({"label", "kk", "ru", "en"}), "what is nothing once it is folded looks like a line"),
    "phone": (frozenset({"phone"}), "which numbers there are, numbering plans say"),
    "email": (frozenset({"email"}), "addresses are read as people write them, in every alphabet"),
    "bin": (frozenset({"bin"}), "the last digit is a sum of the others"),
    "region": (frozenset({"region"}), _CODES),
    "country": (frozenset({"country"}), _CODES),
    "country_is_home": (frozenset({"country"}), _CODES),
    "place": (frozenset({"place"}), _CODES),
    "currency": (frozenset({"currency", "amount"}), _CODES),
    "expiry": (frozenset({"expires_at"}), "what is past depends on now"),
    "future": (frozenset({"occurred_at"}), "what is to come depends on now"),
    "until_ahead": (frozenset({"until"}), "what is to come depends on now"),
    "closes_before_opens": (frozenset({"closes"}), "schemas compare no two values"),
    "duplicate": (frozenset({"id", "metric"}), "schemas compare no members of two objects"),
    "choice": (frozenset({"topic", "id"}), _OWN),
    "campaign_unknown": (frozenset({"campaign"}), _OWN),
    "name_unknown": (frozenset({"id"}), _OWN),
    "name_of_another": (frozenset({"text"}), _OWN),
    "participation": (frozenset({"participant_of"}), _OWN),
    "nothing_identifies": (frozenset({"participant"}), "a name that is nothing once it is folded leads to nobody"),
    "required": (frozenset({"place"}), "a name that is nothing once it is folded leads to nobody"),
    "answer_value": (frozenset(), "what a value means depends on what is asked for"),
    "answer_twice": (frozenset(), "answers are compared as folded"),
    "answers_locked": (frozenset(), "what is locked depends on questions and provider together"),
    "required_locked": (frozenset(), "what is locked depends on questions and provider together"),
    "default_and_fallback": (frozenset(), "schemas compare no members of two objects"),
}
"""Faults of what has the right shape: at which members they are found, at any where none is named, and why no schema
can say so."""

Operation = APIOperation[Any, Any, Any, Any]


class Fuzzer:
    """Sends requests of operations with a token to where an application is served, and counts the answers."""

    def __init__(self, served: str, token: str, drawn_by: int) -> None:
        self.answered: Counter[int] = Counter()
        self._served = served
        self._session = requests.Session()
        self._signed = {"Authorization": f"Bearer {token}"}
        self._drawn_by = drawn_by
        self._asked_without: set[str] = set()

    def draw(self, operation: Operation, mode: GenerationMode, places: Mapping[str, str], examples: int) -> None:
        """Send requests that are drawn of an operation, each with some of what is given in its path."""

        @seed(self._drawn_by)
        @settings(
            max_examples=examples,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(mode, path_parameters=dict(places) or None), st.booleans())
        def send(case: Case[Any], is_usable: bool) -> None:
            if is_usable:
                case.body, case.query = usable(case.body), usable(case.query)
            self._send(case)

        # Of an operation that takes nothing, no request is other than it says.
        with suppress(Unsatisfiable):
            send()

    def go_through(self, operation: Operation, places: Mapping[str, str]) -> None:
        """Send what stands at the bounds of each thing that an operation takes, and what it has no method for."""
        for case in _systematic(operation):
            if case.meta is None or not case.meta.is_negative_at(ParameterLocation.PATH):
                case.path_parameters = {**case.path_parameters, **places}
            self._send(case)

    def _send(self, case: Case[Any]) -> None:
        if not _negates_authorization(case) and case.operation.label != _SUBMIT:
            case.headers.update(self._signed)
        response = Response.from_any(case.call(self._served, session=self._session))
        self.answered[response.status_code] += 1
        self._validate(case, response, CHECKS)
        label = case.operation.label
        if response.status_code < 300 and label not in self._asked_without:
            self._asked_without.add(label)
            self._validate(case, response, [ignored_auth])

    def _validate(self, case: Case[Any], response: Response, checks: list[CheckFunction]) -> None:
        try:
            case.validate_response(
                response, checks=checks, headers=self._signed, transport_kwargs={"base_url": self._served}
            )
        except FailureGroup as found:
            left = [one for one in found.exceptions if not is_no_matter_of_schemas(one, case, response)]
            if left:
                raise FailureGroup(left, found.message) from None


def chains(served: str, token: str, drawn_by: int, examples: int) -> Iterator[tuple[int, list[str]]]:
    """Yield of chains of requests, each made of what those before were answered: how many, and what was wrong."""
    schema = schemathesis.openapi.from_dict(read_contract(), config=SchemathesisConfig(seed=drawn_by))
    config = schema.config
    config.update(
        base_url=served,
        headers={"Authorization": f"Bearer {token}"},
        parameters={"path.campaign": "2026"},
        suppress_health_check=[EngineHealthCheck.all],
        continue_on_failure=True,
    )
    config.phases.update(phases=["stateful"])
    config.generation.update(max_examples=examples, no_shrink=True)
    for event in from_schema(schema).execute():
        assert not isinstance(event, NonFatalError | FatalError), event
        if isinstance(event, ScenarioFinished):
            yield len(event.recorder.interactions), list(_wrong(event.recorder))


def _wrong(recorder: ScenarioRecorder) -> Iterator[str]:
    for of_case, checks in recorder.checks.items():
        case, response = recorder.cases[of_case].value, recorder.interactions[of_case].response
        for check in checks:
            failure = None if check.failure_info is None else check.failure_info.failure
            if failure is not None and response is not None and not is_no_matter_of_schemas(failure, case, response):
                yield f"{case.operation.label}: {failure.title}: {failure.message}"


def operations() -> list[Operation]:
    """Return the operations of the contract, those first that leave least to choose."""
    read = list(schemathesis.openapi.from_dict(read_contract()).get_all_operations())
    found: list[Operation] = [result.ok() for result in read if isinstance(result, Ok)]
    assert len(found) == len(read)
    return sorted(found, key=lambda operation: (len(list(operation.body)), len(list(operation.iter_parameters()))))


def usable(body: Any) -> Any:
    """Return a body with values that mean something where a schema knows no more than their shape."""
    if isinstance(body, list):
        return [usable(entry) for entry in body]
    if not isinstance(body, dict):
        return body
    return {name: USABLE[name] if name in USABLE else usable(value) for name, value in body.items()}


def is_no_matter_of_schemas(failure: Failure, case: Case[Any], response: Response) -> bool:
    """Whether an answer is other than the request's shape lets expect, and rightly so."""
    label, status = case.operation.label, response.status_code
    if isinstance(failure, RejectedPositiveData):
        problem = msgspec.json.decode(response.content)
        name = problem["type"].rpartition("/")[2]
        return (label, name) in STATES or (name == "fields-invalid" and all(map(_is_of_meaning, problem["errors"])))
    if isinstance(failure, AcceptedNegativeData):
        if label == _BATCH and status == 200:
            # One that is wrong spoils no other: each is answered by itself.
            return any(result["status"] == 422 for result in msgspec.json.decode(response.content)["results"])
        # A condition that names no tag matches nothing, and what changes nothing needs none (RFC 9110, section 13.1.1).
        of_condition = case.meta is not None and not case.meta.is_negative_at(ParameterLocation.BODY)
        return of_condition and ((label in (_CHANGE, _PATCH) and status == 412) or (label == _PATCH and status == 200))
    # Who signs otherwise than a provider's protocol says is refused as whoever signs wrongly.
    return isinstance(failure, MissingHeaderNotRejected) and label == _SUBMIT and status == 403


def _is_of_meaning(fault: Mapping[str, str]) -> bool:
    if fault["code"] not in MEANINGS:
        return False
    members, _ = MEANINGS[fault["code"]]
    return not members or not members.isdisjoint(fault["pointer"].split("/"))


def _systematic(operation: Operation) -> Iterator[Case[Any]]:
    cases = list(
        operation.schema.iter_coverage_cases(
            operation,
            generation_modes=list(GenerationMode),
            generation_config=operation.schema.config.generation_for(operation=operation),
        )
    )
    others = [case for case in cases if coverage_scenario(case) not in ALWAYS_ASKED]
    yield from (case for case in cases if coverage_scenario(case) in ALWAYS_ASKED)
    yield from others[:: ceil(len(others) / SYSTEMATIC) or 1]


def _negates_authorization(case: Case[Any]) -> bool:
    data = None if case.meta is None else case.meta.phase.data
    changed = (getattr(data, "parameter", None), *(mutation.parameter for mutation in getattr(data, "mutations", ())))
    return "Authorization" in changed
