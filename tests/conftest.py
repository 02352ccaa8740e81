"""What every test may use: emulators per worker, and fresh tables, bucket and queues from the production template.

`TEST_ENGINE=ministack` lets ministack answer for DynamoDB too, in place of the engine that `make run` has.
"""

import gc
import itertools
import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import boto3
import hypothesis
import msgspec
import pytest
from botocore.auth import SigV4Auth
from botocore.config import Config

from infra.local import dynoxide, resources
from infra.local.emulator import Emulator, ministack
from infra.local.gateway import Gateway
from infra.local.local_settings import DYNOXIDE, REGION, emulator_python
from tests.local.system import LocalSystem
from tests.memory import memory
from tests.reused_tables import TEMPLATE, ReusedTables

hypothesis.settings.register_profile("qaiyrym", deadline=None)
hypothesis.settings.load_profile("qaiyrym")

# Nothing in a test may reach a real account.
os.environ.update(
    AWS_ACCESS_KEY_ID="local",
    AWS_SECRET_ACCESS_KEY="local",
    AWS_DEFAULT_REGION=REGION,
    AWS_EC2_METADATA_DISABLED="true",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    PEPPER=b64encode(bytes(range(32))).decode(),
)

LOG = "EventsTable"


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over the tests, which all stay to the end."""
    gc.freeze()


class Tables(msgspec.Struct, frozen=True):
    """Empty tables, bucket and queues: names (a queue's URL) by logical id of the template, and clients for them."""

    names: Mapping[str, str]
    clients: resources.LocalClients

    def __getitem__(self, logical_id: str) -> str:
        return self.names[logical_id]


@pytest.fixture(scope="session", autouse=True)
def unsigned_requests() -> Iterator[None]:
    """Requests say who asks and are not signed: no emulator looks, and to sign is a sixth of what a request costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SigV4Auth, "headers_to_sign", lambda *_: {"host": ""})
        patch.setattr(SigV4Auth, "canonical_request", lambda *_: "")
        patch.setattr(SigV4Auth, "signature", lambda *_: "0" * 64)
        yield


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """ministack, which keeps nothing, and the environment that leads every AWS client to it."""
    directory = tmp_path_factory.mktemp("ministack")
    process = ministack(emulator_python(), directory, directory / "ministack.log", persist=False)
    process.start()
    os.environ["AWS_ENDPOINT_URL"] = process.url
    yield process
    process.stop()


@pytest.fixture(scope="session")
def emulator(storage: Emulator) -> Iterator[Emulator]:
    """What answers for DynamoDB and its streams, and the environment that leads their clients to it."""
    if os.environ.get("TEST_ENGINE") == "ministack":
        yield storage
        return
    with memory() as directory:
        database = directory / "database.sqlite"
        process = dynoxide.dynoxide(DYNOXIDE, database, directory / "dynoxide.log")
        process.start()
        dynoxide.prepare(database)
        for service in ("DYNAMODB", "DYNAMODB_STREAMS"):
            os.environ[f"AWS_ENDPOINT_URL_{service}"] = process.url
        yield process
        process.stop()


@pytest.fixture(scope="session")
def clients(emulator: Emulator, storage: Emulator) -> resources.LocalClients:
    """Clients of the emulators."""
    config = Config(retries={"total_max_attempts": 1})
    return resources.LocalClients(
        dynamodb=boto3.client("dynamodb", endpoint_url=emulator.url, config=config),
        s3=boto3.client("s3", endpoint_url=storage.url, config=config),
        sqs=boto3.client("sqs", endpoint_url=storage.url, config=config),
    )


@pytest.fixture(scope="session")
def make_tables(clients: resources.LocalClients) -> Callable[[], Tables]:
    """Make fresh tables on every call, and name them in the environment: for each example of a property, say."""
    counter = itertools.count(1)

    def make() -> Tables:
        created = resources.create(TEMPLATE, clients, prefix=f"test-{next(counter)}")
        os.environ.update(resources.function_environment(TEMPLATE, created))
        return Tables(names=created, clients=clients)

    return make


@pytest.fixture(scope="session")
def reused_tables(make_tables: Callable[[], Tables]) -> ReusedTables:
    return ReusedTables(make_tables())


@pytest.fixture
def tables(reused_tables: ReusedTables) -> Tables:
    """Tables, bucket and queues with nothing in them, named in the environment as the functions know them."""
    return reused_tables.emptied()


@pytest.fixture(scope="session")
def make_log(clients: resources.LocalClients) -> Callable[[], dict[str, str]]:
    """Make the table of a new log on every call; return its name by logical id."""
    alone = {"Resources": {LOG: TEMPLATE["Resources"][LOG]}}
    counter = itertools.count(1)
    return lambda: resources.create(alone, clients, prefix=f"log-{next(counter)}")


@pytest.fixture
def tables_and_new_log(tables: Tables, make_log: Callable[[], dict[str, str]]) -> Tables:
    """The same, but nobody had the log's table before: its stream holds nothing either."""
    names = {**tables.names, **make_log()}
    os.environ.update(resources.function_environment(TEMPLATE, names))
    return Tables(names, tables.clients)


@pytest.fixture
def new_tables(make_tables: Callable[[], Tables]) -> Tables:
    """Tables, bucket and queues that nobody had before: their streams hold nothing either."""
    return make_tables()


@pytest.fixture(scope="session")
def gateway() -> Gateway:
    """The application behind API Gateway: there is one of it in a process."""
    from app import app

    return Gateway(app)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[LocalSystem]:
    """The whole system, started on a data directory of its own."""
    started = LocalSystem(tmp_path / "data")
    started.start()
    yield started
    started.abandon()
