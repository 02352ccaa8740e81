"""Requests made of the published contract, as it says and as it does not say, to the application as served."""

import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from math import ceil
from typing import Any

import pytest
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
    response_schema_conformance,
    status_code_conformance,
)
from waitress.server import create_server

from app import app
from chalicelib.api import openapi
from infra.local.document_server import DocumentServer
from infra.local.emulator import free_port
from infra.local.gateway import Gateway
from infra.local.server import WsgiApplication
from tests.api.conftest import Client, participation
from tests.conftest import Tables

REQUESTS = 10_000
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

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


@pytest.fixture
def served(gateway: Gateway, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> str:
    """The application behind its server on a free port."""
    monkeypatch.setenv("PARKING_KEY", b64encode(bytes(32)).decode())
    application = WsgiApplication(gateway, DocumentServer(tables.clients.s3, tables["DocumentsBucket"]))
    port = free_port()
    server = create_server(application, host="127.0.0.1", port=port, threads=4, ident=None)
    # It ends with the process: only an interrupt stops the loop of this server.
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{port}"


@pytest.mark.slow
def test_whatever_is_asked_is_answered_as_the_contract_says(served: str, api: Client) -> None:
    waiting = api("POST", "/v1/campaigns/2026/participations", participation(people=5_000), idempotency_key="waiting")
    known = {"campaign": "2026", "participation": waiting.json["id"]}
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {api.token}"
    pairs = [(operation, mode) for operation in operations() for mode in GenerationMode]
    answered: Counter[int] = Counter()

    for index, (operation, mode) in enumerate(pairs):
        # A path that leads nowhere would hide what is wrong with the rest. The campaign that is changed is another one.
        leads_on = mode is GenerationMode.POSITIVE or list(operation.body)
        named = [name for name in known if f"{{{name}}}" in operation.path and leads_on and operation.method != "put"]
        examples = ceil((REQUESTS - answered.total()) / (len(pairs) - index))
        answered += ask(operation, mode, {name: known[name] for name in named}, examples, served, session)

    assert answered.total() >= REQUESTS
    assert min(answered[status] for status in (200, 201, 204, 400, 404, 409, 422)) >= 10


def operations() -> list[Operation]:
    """Return the operations of the contract, those first that leave least to choose."""
    contract = schemathesis.openapi.from_dict(openapi.document(app.routes))
    found: list[Operation] = [result.ok() for result in contract.get_all_operations() if isinstance(result, Ok)]
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
