"""An account on this machine: the emulator, with every permission enforced and every call of a function recorded."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import boto3
import msgspec
from botocore.config import Config

from infra.local.emulator import Emulator, free_port
from infra.local.local_settings import REGION, LocalError
from infra.package import runtime_python
from infra.permissions import CALLED, Permissions

_KEY = "test"
_ACCOUNT = "000000000000"
_PAGE = 50
"""Events that the emulator tells at most, the newest ones."""

_CALLS = ("cloudfront", "dynamodb", "dynamodbstreams", "s3", "secretsmanager", "sqs", "ssm")
_RECORDED: Mapping[str, str] = {"CreateInvalidation": "POST.cloudfront"}
"""Operations that the emulator records under another name."""
_ACTIONS: Mapping[str, str] = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "HeadObject": "GetObject",
}
_NAMESPACES: Mapping[str, str] = {"dynamodbstreams": "dynamodb"}
_TRANSACTIONS = ("TransactGetItems", "TransactWriteItems")
_GRANTED = {
    *(f"dynamodb:{name}" for name in _TRANSACTIONS),
    *(action for called in CALLED.values() for _, action in called),
}
"""What any function may call: the emulator refuses all else, and the step that needed it fails."""

_EMULATOR = """
import runpy, sys
sys.executable = sys.argv.pop()
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
"""
"""The emulator runs functions with the Python that it takes for its own: with one like Lambda's."""

_TRANSACTED: Mapping[str, str] = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""Parts of a transaction, by the actions that IAM knows them by: a transaction itself is none."""


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
        """Return the client of a service."""
        return _client(self.emulator.url, service)

    def invoke_as_schedule(self, function: str) -> None:
        """Invoke a function as a rule of EventBridge does: asynchronously, and nobody reads what it answers."""
        event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
        self.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event))

    def log_lines(self) -> list[str]:
        """Return what the functions have logged, by time."""
        groups = [group["logGroupName"] for group in self.client("logs").describe_log_groups()["logGroups"]]
        events = [event for group in groups for event in self._logged(group)]
        return [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]

    def lines_of(self, group: str) -> list[str]:
        """Return what was logged in one group, by time."""
        return [event["message"] for event in sorted(self._logged(group), key=lambda event: event["timestamp"])]

    def called(self, resources: Mapping[str, str], function: str, role: str) -> Permissions:
        """Return the permissions that a function used, by the logical ids of the stack's resources."""
        credential = _credential(resources[function], resources[role])
        logical = {physical.rsplit("/", 1)[-1]: name for name, physical in resources.items()}
        return frozenset(
            permission
            for service in _CALLS
            for operation in self.client(service).meta.service_model.operation_names
            if f"{_NAMESPACES.get(service, service)}:{_ACTIONS.get(operation, operation)}" in _GRANTED
            for event in self._recorded(credential, _RECORDED.get(operation, operation), logical)
            for permission in used(service, operation, event, logical)
        )

    def _logged(self, group: str) -> Iterator[Any]:
        for page in self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group):
            yield from page["events"]

    def _recorded(self, credential: str, operation: str, names: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        """Yield what is recorded of the calls of an operation: all kinds of calls, of each kind the newest."""
        found = self._newest_events(credential, operation)
        if len(found) == _PAGE:
            if any(event["Resources"] for event in found):
                found = [
                    event for name in names for event in self._newest_events(credential, operation, ResourceName=name)
                ]
            else:
                found = self._all_of(credential, operation)
        yield from (json.loads(event["CloudTrailEvent"]) | {"resources": event["Resources"]} for event in found)

    def _all_of(self, credential: str, operation: str) -> list[Any]:
        """Return what is recorded of an operation back to its first call: of a second with too many calls, not all."""
        found, until = dict[str, Any](), datetime.now(UTC) + timedelta(seconds=1)
        while events := self._newest_events(credential, operation, until):
            found |= {event["EventId"]: event for event in events}
            oldest = min(event["EventTime"] for event in events).astimezone(UTC)
            until = min(oldest + timedelta(seconds=1), until - timedelta(seconds=1))
        return list(found.values())

    def _newest_events(
        self, credential: str, operation: str, until: datetime | None = None, **place: str
    ) -> Sequence[Mapping[str, Any]]:
        """Return the newest events of an operation up to a time, which the emulator counts in whole seconds."""
        sought = {"AccessKeyId": credential, "EventName": operation, **place}
        attributes = [{"AttributeKey": key, "AttributeValue": value} for key, value in sought.items()]
        end = {} if until is None else {"EndTime": until}
        events: list[Any] = self.client("cloudtrail").lookup_events(LookupAttributes=attributes, **end)["Events"]
        return events


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
    command = [str(python), "-c", _EMULATOR, str(runtime_python())]
    emulator = Emulator("the emulator", command, environment, port, directory, log)
    emulator.start()
    return Cloud(emulator)


def used(
    service: str, operation: str, event: Mapping[str, Any], logical: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the permissions that a recorded call used: a resource of the stack, and what was done with it."""
    given = event["requestParameters"] or {}
    match service:
        case "dynamodb":
            for table, action in _dynamodb_calls(operation, given):
                name, _, index = table.partition("/")
                if name in logical:
                    yield f"{logical[name]}.Indexes" if index else logical[name], f"dynamodb:{action}"
        case "dynamodbstreams":
            yield "EventsTable.StreamArn", f"dynamodb:{operation}"
        case "ssm":
            yield "hooks", f"ssm:{operation}"
        case "cloudfront":
            yield "distribution", f"cloudfront:{operation}"
        case _:
            names = [resource["ResourceName"] for resource in event["resources"]]
            names += [given.get(name, "") for name in ("QueueUrl", "SecretId")]
            for name in {name.rsplit("/", 1)[-1] for name in names} & logical.keys():
                yield logical[name], f"{service}:{_ACTIONS.get(operation, operation)}"


@cache
def _client(url: str, service: str) -> Any:
    return boto3.client(
        cast("Any", service),
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=_KEY,
        aws_secret_access_key=_KEY,
        config=Config(retries={"total_max_attempts": 1}),
    )


def _credential(function: str, role: str) -> str:
    """Return the access key that the emulator gives a function: every function its own."""
    arns = f"arn:aws:lambda:{REGION}:{_ACCOUNT}:function:{function}:arn:aws:iam::{_ACCOUNT}:role/{role}"
    return f"ASIA{sha256(arns.encode()).hexdigest()[:16].upper()}"


def _dynamodb_calls(operation: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the tables of a call, with `/` and the index where one is asked, and what IAM calls that."""
    if operation in _TRANSACTIONS:
        for item in given["TransactItems"]:
            for kind, part in item.items():
                yield part["TableName"], _TRANSACTED[kind]
    elif "RequestItems" in given:
        yield from ((table, operation) for table in given["RequestItems"])
    elif "TableName" in given:
        yield "/".join([given["TableName"], *([given["IndexName"]] if "IndexName" in given else [])]), operation
