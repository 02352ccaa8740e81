"""Requests that are made of the published contract, and the checks of their answers.

What reads the contract takes a second to load: only the tests that ask so load this.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import app
from chalicelib.api import openapi

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
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

Operation = APIOperation[Any, Any, Any, Any]


def operations() -> list[Operation]:
    """Return the operations of the contract, those first that leave least to choose."""
    read = list(schemathesis.openapi.from_dict(openapi.document(app.routes)).get_all_operations())
    found: list[Operation] = [result.ok() for result in read if isinstance(result, Ok)]
    assert len(found) == len(read)
    return sorted(found, key=lambda operation: (len(list(operation.body)), len(list(operation.iter_parameters()))))


def ask(
    operation: Operation,
    mode: GenerationMode,
    places: dict[str, str],
    examples: int,
    served: str,
    session: requests.Session,
) -> Counter[int]:
    """Send requests of an operation and check the answers; return how many had which status."""
    answered: Counter[int] = Counter()

    @seed(2026)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode, path_parameters=places or None), st.booleans())
    def send(case: Case[Any], is_usable: bool) -> None:
        if is_usable:
            case.body = usable(case.body)
        response = case.call(served, session=session)
        answered[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    # Of an operation that takes nothing, no request is other than it says.
    with suppress(Unsatisfiable):
        send()
    return answered


def usable(body: Any) -> Any:
    """Return a body with values that mean something where a schema knows no more than their shape."""
    if isinstance(body, list):
        return [usable(entry) for entry in body]
    if not isinstance(body, dict):
        return body
    return {name: USABLE[name] if name in USABLE else usable(value) for name, value in body.items()}
