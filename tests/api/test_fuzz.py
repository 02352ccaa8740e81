"""Requests made of the published contract, as it says and as it does not say, to the application as served."""

import threading
from base64 import b64encode
from collections import Counter
from math import ceil

import pytest
import requests
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

REQUESTS = 10_000


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

    from tests.api.fuzzing import ask, operations

    services.reports.put(Report(now_ms() + 3_600_000))
    services.registry.put_campaign(Campaign(id="2030", names=NAMES, state="live"))
    waiting = api("POST", "/v1/campaigns/2026/participations", participation(people=5_000), idempotency_key="waiting")
    known = {"campaign": "2026", "participation": waiting.json["id"], "provider": "standard"}
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {api.token}"
    pairs = [(operation, mode) for operation in operations() for mode in GenerationMode]
    answered: Counter[int] = Counter()

    for index, (operation, mode) in enumerate(pairs):
        # A path that leads nowhere would hide what is wrong with the rest. The campaign that is changed is another one.
        leads_on = mode is GenerationMode.POSITIVE or list(operation.body)
        places = {**known, "campaign": "2030"} if operation.method in ("put", "patch") else known
        named = [name for name in places if f"{{{name}}}" in operation.path and leads_on]
        examples = ceil((REQUESTS - answered.total()) / (len(pairs) - index))
        answered += ask(operation, mode, {name: places[name] for name in named}, examples, served, session)

    assert answered.total() >= REQUESTS
    assert min(answered[status] for status in (200, 201, 400, 401, 404, 409, 422)) >= 10
