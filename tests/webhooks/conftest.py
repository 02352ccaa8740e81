"""The application with secrets of providers, a parking key and a clock that stands still."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

import msgspec
import pytest

from app import app
from chalicelib.bootstrap import Services, bootstrap
from chalicelib.webhooks.dispatcher import Dispatcher, Disposition
from chalicelib.webhooks.leads.graph_api import GraphApi
from chalicelib.webhooks.leads.queue import LeadsQueue
from chalicelib.webhooks.leads.worker import LeadWorker
from chalicelib.webhooks.parking import Reason
from chalicelib.webhooks.received import ReceivedContent, ReceivedLead
from infra.local import resources
from tests.conftest import Tables
from tests.reused_tables import TEMPLATE
from tests.webhooks.deliveries import Case
from tests.webhooks.leads.graph_api import FakeGraphApi, graph_api
from tests.webhooks.system import System, provider_of

PARKING_KEY = b64encode(bytes(range(32, 64))).decode()
QUEUES = ("LeadsQueue", "LeadsDeadQueue")
Secrets = Mapping[str, Mapping[str, Mapping[str, object]]]
MakeSystem = Callable[[Secrets, int], System]
SystemOf = Callable[[Case], System]
TakenOf = Callable[[Case], "Taken"]
Lose = Callable[[str], None]
Restore = Callable[[], None]


@pytest.fixture
def restore(tables: Tables) -> Restore:
    """Make the tables and queues as they were: those that are missing, and the attributes of all."""

    def made() -> None:
        prefix = tables["EventsTable"].removesuffix("-events-table")
        resources.create(TEMPLATE, tables.clients, prefix)

    return made


@pytest.fixture
def lose(tables: Tables, restore: Restore) -> Iterator[Lose]:
    """Lose a table or a queue for the rest of the test, unless it is restored before."""

    def lost(logical_id: str) -> None:
        if logical_id in QUEUES:
            tables.clients.sqs.delete_queue(QueueUrl=tables[logical_id])
        else:
            tables.clients.dynamodb.delete_table(TableName=tables[logical_id])

    yield lost
    restore()


@pytest.fixture(scope="session")
def graph_server() -> Iterator[FakeGraphApi]:
    with graph_api() as stand_in:
        yield stand_in


@pytest.fixture
def graph(graph_server: FakeGraphApi) -> FakeGraphApi:
    """The Graph API's stand-in, which was told nothing yet."""
    graph_server.reset()
    return graph_server


def configured(secrets: Secrets, now: int, graph: FakeGraphApi, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Return the application's services, made anew."""
    monkeypatch.setenv("HOOK_SECRETS", msgspec.json.encode(secrets).decode())
    monkeypatch.setenv("PARKING_KEY", PARKING_KEY)
    monkeypatch.setenv("GRAPH_API_URL", graph.url)
    app.services = bootstrap(now=lambda: now * 1000)
    return app.services


@pytest.fixture
def make_system(tables: Tables, graph: FakeGraphApi, monkeypatch: pytest.MonkeyPatch) -> MakeSystem:
    """Make the system with secrets (provider → account → name → values) at a moment (epoch seconds)."""

    def make(secrets: Secrets, now: int) -> System:
        return System(tables, graph, configured(secrets, now, graph, monkeypatch))

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


class Taken:
    """What is taken from deliveries, in place of the dispatcher that stores it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.contents: list[ReceivedContent] = []

    def dispatch(self, contents: Sequence[ReceivedContent]) -> list[Disposition]:
        self.contents += contents
        return [Disposition("recorded") for _ in contents]

    def has(self, _content: ReceivedContent) -> bool:
        return False

    def park(self, content: ReceivedContent, _reason: Reason) -> None:
        self.contents.append(content)

    def fetch_leads(self) -> None:
        """Let the worker fetch the leads, which are submissions from then on; none of them is put back."""
        graph = GraphApi(self._services.settings.graph_api_url, self._services.monotonic)
        no_queue = cast(LeadsQueue, None)
        worker = LeadWorker(self._services.accounts, graph, self._services.dispatcher, no_queue)
        leads = [content for content in self.contents if isinstance(content, ReceivedLead)]
        self.contents = [content for content in self.contents if content not in leads]
        for lead in leads:
            worker._keep(lead)


@pytest.fixture
def taken_of(graph: FakeGraphApi, monkeypatch: pytest.MonkeyPatch) -> TakenOf:
    """The application as a case wants it configured, without tables and queues: what it takes from deliveries."""

    def made(case: Case) -> Taken:
        secrets = {"page_access_token": ["EAAtoken"], **case.account.secrets}
        graph.leads.update(case.graph)
        services = configured({provider_of(case): {"ours": secrets}}, case.now, graph, monkeypatch)
        taken = Taken(services)
        services.dispatcher = cast(Dispatcher, taken)
        return taken

    return made
