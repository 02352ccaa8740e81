"""Requests made of the published contract, as it says and as it does not say, to the application as served."""

import os
import threading
from base64 import b64encode
from math import ceil
from typing import TYPE_CHECKING

import pytest
from waitress.server import create_server

from app import app
from chalicelib import bootstrap
from chalicelib.api.openapi_documents import DOCUMENTS
from chalicelib.clock import now_ms
from chalicelib.domain.campaign import Campaign
from chalicelib.publishing.standstill import Report
from infra.local.document_server import DocumentServer
from infra.local.emulator import free_port
from infra.local.gateway import Gateway
from infra.local.server import WsgiApplication
from tests.api.conftest import NAMES, Client, participation
from tests.conftest import Tables

if TYPE_CHECKING:
    from tests.api.fuzzing import Operation

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "6000"))
CHAINS = 20
SEED = int(os.environ.get("FUZZ_SEED", "2026"))


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
def test_every_operation_can_be_read_by_a_reader_of_openapi() -> None:
    from tests.api.fuzzing import operations

    routes = {(path, method.lower()) for path, entries in app.routes.items() for method in entries if method != "HEAD"}

    files = {(document.path, "get") for document in DOCUMENTS}

    assert {(operation.path, operation.method) for operation in operations()} == routes | files


@pytest.mark.slow
def test_whatever_is_asked_is_answered_as_the_contract_says(
    served: str, api: Client, services: bootstrap.Services
) -> None:
    from schemathesis import GenerationMode

    from tests.api.fuzzing import Fuzzer, operations

    services.reports.put(Report(now_ms() + 3_600_000))
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="live"))
    waiting = api("POST", "/v1/campaigns/2026/participations", participation(people=5_000), idempotency_key="waiting")
    fuzzer = Fuzzer(served, str(api.token), SEED)
    asked = operations()
    pairs = [(operation, mode) for operation in asked for mode in GenerationMode]

    def places(operation: "Operation") -> dict[str, str]:
        """Return what leads somewhere in the operation's path. The campaign that is changed is another one."""
        known = {
            "campaign": "2030" if operation.method in ("put", "patch") else "2026",
            "participation": waiting.json["id"],
            "provider": "telegram" if operation.path.startswith("/v1/submissions") else "standard",
        }
        return {name: value for name, value in known.items() if f"{{{name}}}" in operation.path}

    for operation in asked:
        fuzzer.go_through(operation, places(operation))
    for index, (operation, mode) in enumerate(pairs):
        # A path that leads nowhere would hide what is wrong with the rest.
        leads_on = mode is GenerationMode.POSITIVE or list(operation.body)
        examples = ceil((REQUESTS - fuzzer.answered.total()) / (len(pairs) - index))
        fuzzer.draw(operation, mode, places(operation) if leads_on else {}, examples)

    answered = fuzzer.answered
    assert answered.total() >= REQUESTS
    assert min(answered[status] for status in (200, 201, 400, 401, 404, 405, 409, 422)) >= 10


@pytest.mark.slow
def test_what_answers_lead_to_is_answered_as_the_contract_says(
    served: str, api: Client, services: bootstrap.Services
) -> None:
    from tests.api.fuzzing import chains

    services.reports.put(Report(now_ms() + 3_600_000))
    found = list(chains(served, str(api.token), SEED, CHAINS))

    assert [wrong for _, all_wrong in found for wrong in all_wrong] == []
    assert sum(asked for asked, _ in found) >= CHAINS
