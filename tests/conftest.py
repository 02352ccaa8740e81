"""What every test may use: an emulator per worker, and fresh tables, bucket and queues from the production template."""

import itertools
import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import boto3
import hypothesis
import msgspec
import pytest
from botocore.config import Config

from infra.local import resources
from infra.local.emulator import Emulator, ministack
from infra.local.local_settings import EMULATOR_PYTHON, REGION

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


class Tables(msgspec.Struct, frozen=True):
    """Empty tables, bucket and queues: names (a queue's URL) by logical id of the template, and clients for them."""

    names: Mapping[str, str]
    clients: resources.Clients

    def __getitem__(self, logical_id: str) -> str:
        return self.names[logical_id]


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator that keeps nothing, and the environment that leads every AWS client to it."""
    directory = tmp_path_factory.mktemp("emulator")
    python = Path(os.environ.get("EMULATOR_PYTHON") or EMULATOR_PYTHON)
    process = ministack(python, directory, directory / "ministack.log", persist=False)
    process.start()
    os.environ["AWS_ENDPOINT_URL"] = process.url
    yield process
    process.stop()


@pytest.fixture(scope="session")
def clients(emulator: Emulator) -> resources.Clients:
    """Clients of the emulator."""
    config = Config(retries={"total_max_attempts": 1})
    return resources.Clients(
        dynamodb=boto3.client("dynamodb", endpoint_url=emulator.url, config=config),
        s3=boto3.client("s3", endpoint_url=emulator.url, config=config),
        sqs=boto3.client("sqs", endpoint_url=emulator.url, config=config),
    )


@pytest.fixture(scope="session")
def make_tables(clients: resources.Clients) -> Callable[[], Tables]:
    """Make fresh tables on every call, and name them in the environment: for each example of a property, say."""
    template = resources.read_template()
    counter = itertools.count(1)

    def make() -> Tables:
        created = resources.create(template, clients, prefix=f"test-{next(counter)}")
        os.environ.update(resources.function_environment(template, created))
        return Tables(names=created, clients=clients)

    return make


@pytest.fixture
def tables(make_tables: Callable[[], Tables]) -> Tables:
    """Fresh tables, named in the environment as the functions know them."""
    return make_tables()
