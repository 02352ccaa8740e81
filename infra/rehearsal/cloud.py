"""An account on this machine: the emulator, with every permission enforced and every call of a function recorded."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import boto3
import msgspec
from botocore.config import Config

from infra.local.emulator import Emulator, free_port
from infra.local.local_settings import REGION, LocalError
from infra.permissions import Permissions

_KEY = "test"
_ACCOUNT = "000000000000"
_CALLS = ("dynamodb", "dynamodbstreams", "s3", "sqs", "ssm")
# The emulator tells the newest fifty calls of a kind: enough, as it is asked for each kind and resource by itself.
_ACTIONS: Mapping[str, str] = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "HeadObject": "GetObject",
}
_NAMESPACES: Mapping[str, str] = {"dynamodbstreams": "dynamodb"}


class Cloud(msgspec.Struct, frozen=True):
    """The emulator, and clients with all rights in it."""

    emulator: Emulator

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which AWS clients of this process come here."""
        return {
            "AWS_ENDPOINT_URL": self.emulator.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _KEY,
        }

    def client(self, service: str) -> Any:
        """Return a client of a service."""
        return boto3.client(
            cast("Any", service),
            endpoint_url=self.emulator.url,
            region_name=REGION,
            aws_access_key_id=_KEY,
            aws_secret_access_key=_KEY,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def log_lines(self) -> list[str]:
        """Return what the functions have logged, by time."""
        logs = self.client("logs")
        events = [
            event
            for group in logs.describe_log_groups()["logGroups"]
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            for event in page["events"]
        ]
        return [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]

    def called(self, resources: Mapping[str, str], function: str, role: str) -> Permissions:
        """Return the permissions that a function used, by the logical ids of the stack's resources."""
        trail = self.client("cloudtrail")
        credential = _credential(resources[function], resources[role])

        def recorded(operation: str, **place: str) -> list[Any]:
            wanted = {"AccessKeyId": credential, "EventName": operation, **place}
            attributes = [{"AttributeKey": key, "AttributeValue": value} for key, value in wanted.items()]
            events: list[Any] = trail.lookup_events(LookupAttributes=attributes)["Events"]
            return events

        return frozenset(
            (logical, f"{_NAMESPACES.get(service, service)}:{_ACTIONS.get(operation, operation)}")
            for service in _CALLS
            for operation in self.client(service).meta.service_model.operation_names
            if (events := recorded(operation))
            for logical, name in _places(service, resources)
            if not name
            or any(name in event["CloudTrailEvent"] for event in events)
            or recorded(operation, ResourceName=name)
        )


def start(python: Path, directory: Path) -> Cloud:
    """Start the emulator, without anything in it.

    Raises:
        LocalError: it is not installed, or did not start.
    """
    if not python.exists():
        raise LocalError(f"the emulator's virtual environment is missing ({python}): `make install` makes it")
    port = free_port()
    environment = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        # Signatures and policies count, and what a function calls can be asked for.
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": _KEY,
        "AWS_SECRET_ACCESS_KEY": _KEY,
        "CLOUDTRAIL_RECORDING": "1",
        "CLOUDTRAIL_MAX_EVENTS": "100000",
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        "STATE_DIR": str(directory),
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(directory),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PYTHONPATH": "",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
    }
    log = directory / "emulator.log"
    emulator = Emulator("the emulator", [str(python), "-m", "ministack"], environment, port, directory, log)
    emulator.start()
    return Cloud(emulator)


def _credential(function: str, role: str) -> str:
    """Return the access key that the emulator gives a function: every function its own."""
    arns = f"arn:aws:lambda:{REGION}:{_ACCOUNT}:function:{function}:arn:aws:iam::{_ACCOUNT}:role/{role}"
    return f"ASIA{sha256(arns.encode()).hexdigest()[:16].upper()}"


def _places(service: str, resources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what calls of a service may be about, and its name; none where calls can be about one thing only."""
    ends = {"dynamodb": "Table", "s3": "Bucket", "sqs": "Queue"}
    if service in ends:
        for logical, physical in resources.items():
            if logical.endswith(ends[service]):
                yield logical, physical.rsplit("/", 1)[-1]
    else:
        yield ("EventsTable.StreamArn" if service == "dynamodbstreams" else "hooks"), ""
