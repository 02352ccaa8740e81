"""A stage for figures: what the production template keeps, on the engines of this machine, in memory.

DynamoDB is the durable engine: what it answers is written; bucket and queues are the emulator's.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import boto3
import msgspec
from botocore.config import Config

from infra.local import dynoxide, resources
from infra.local.emulator import ministack
from infra.local.local_settings import DYNOXIDE, REGION, emulator_python
from tests.memory import memory

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PEPPER": "A" * 43 + "=",
}


class Stage(msgspec.Struct, frozen=True):
    """The engines' clients, and the file in which the durable one keeps all tables."""

    clients: resources.LocalClients
    database: Path

    def set_up(self, prefix: str) -> Mapping[str, str]:
        """Make empty tables, bucket and queues, and name them in the environment as functions know them.

        Returns their names (a queue's URL) by logical id of the template.
        """
        template = resources.read_template()
        created = resources.create(template, self.clients, prefix)
        os.environ.update(resources.function_environment(template, created))
        return created


@contextmanager
def stage() -> Iterator[Stage]:
    """Start the engines, lead every client of AWS to them by the environment, and stop them in the end."""
    os.environ.update(_ENVIRONMENT)
    with memory() as directory:
        log, database = directory / "log", directory / "database.sqlite"
        storage = ministack(emulator_python(), directory / "emulator", log, persist=False)
        engine = dynoxide.dynoxide(Path(os.environ.get("DYNOXIDE") or DYNOXIDE), database, log)
        storage.start()
        try:
            engine.start()
            dynoxide.prepare(database)
            os.environ["AWS_ENDPOINT_URL"] = storage.url
            for service in ("DYNAMODB", "DYNAMODB_STREAMS"):
                os.environ[f"AWS_ENDPOINT_URL_{service}"] = engine.url
            config = Config(retries={"total_max_attempts": 1})
            clients = resources.LocalClients(
                dynamodb=boto3.client("dynamodb", config=config),
                s3=boto3.client("s3", config=config),
                sqs=boto3.client("sqs", config=config),
            )
            yield Stage(clients, database)
        finally:
            engine.stop()
            storage.stop()
