"""The application with secrets of providers, a parking key and a clock that stands still."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping

import msgspec
import pytest

from app import app
from chalicelib.bootstrap import bootstrap
from tests.conftest import Tables
from tests.webhooks.deliveries import Case
from tests.webhooks.leads.graph_api import FakeGraphApi, graph_api
from tests.webhooks.system import System, provider_of

PARKING_KEY = b64encode(bytes(range(32, 64))).decode()
Secrets = Mapping[str, Mapping[str, Mapping[str, object]]]
MakeSystem = Callable[[Secrets, int], System]
SystemOf = Callable[[Case], System]


@pytest.fixture
def graph() -> Iterator[FakeGraphApi]:
    with graph_api() as stand_in:
        yield stand_in


@pytest.fixture
def make_system(tables: Tables, graph: FakeGraphApi, monkeypatch: pytest.MonkeyPatch) -> MakeSystem:
    """Make the system with secrets (provider → account → name → values) at a moment (epoch seconds)."""

    def make(secrets: Secrets, now: int) -> System:
        monkeypatch.setenv("HOOK_SECRETS", msgspec.json.encode(secrets).decode())
        monkeypatch.setenv("PARKING_KEY", PARKING_KEY)
        monkeypatch.setenv("GRAPH_API_URL", graph.url)
        app.services = bootstrap(now=lambda: now * 1000)
        return System(tables, graph, app.services)

    return make


@pytest.fixture
def system_of(make_system: MakeSystem) -> SystemOf:
    """The system as a case wants it configured, with an open campaign and no form."""

    def made(case: Case) -> System:
        secrets = {"page_access_token": ["EAAtoken"], **case.account.secrets}
        system = make_system({provider_of(case): {"ours": secrets}}, case.now)
        system.open_campaign()
        system.graph.leads.update(case.graph)
        return system

    return made
