"""What a campaign costs and which limits it meets first: measured here, priced, and written to `docs/scale.md`.

Requests, write units, sizes and processor times are measured on one participation after another against the emulator;
prices and quotas of AWS stand in `paper`, with their date. Run: `python -m benchmarks.scale`.
"""

import gzip
import json
import math
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
from chalice.local import LambdaContext

from benchmarks.cold_start import api_event, prepare
from benchmarks.paper import Measured, paper
from infra.local import resources
from infra.local.emulator import ministack
from infra.local.local_settings import EMULATOR_PYTHON, REGION, REPOSITORY
from infra.local.streams import StreamMapping

PAGE = REPOSITORY / "docs" / "scale.md"
PARTICIPATIONS = 300
_RUNTIME_MS = 60_000


class Calls:
    """The requests to AWS while it is looked, by operation and table."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()

    def add(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        """Count a request before it is sent: called by botocore."""
        body = params.get("body") or b"{}"
        table = (
            json.loads(body).get("TableName", "") if isinstance(body, bytes | str) and "TableName" in str(body) else ""
        )
        self.count[f"{model.name} {table.rsplit('-', 2)[-2] if table else ''}".strip()] += 1


def main() -> None:
    """Count the requests on an emulator, and write the page."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        os.environ.update(
            AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local", AWS_DEFAULT_REGION=REGION, PEPPER="A" * 43 + "="
        )
        python = Path(os.environ.get("EMULATOR_PYTHON") or EMULATOR_PYTHON)
        emulator = ministack(python, directory, directory / "log", persist=False)
        emulator.start()
        try:
            os.environ["AWS_ENDPOINT_URL"] = emulator.url
            measured = measure()
        finally:
            emulator.stop()
    PAGE.write_text(paper(measured), encoding="utf-8")
    print(f"{PAGE.relative_to(REPOSITORY)} is written")


def measure() -> Measured:
    """Record participations one by one, let them be projected and published, and return what all of it took."""
    clients = resources.Clients(boto3.client("dynamodb"), boto3.client("s3"), boto3.client("sqs"))
    created = resources.create(resources.read_template(), clients, "scale")
    os.environ.update(resources.function_environment(resources.read_template(), created))
    token = prepare(created["RegistryTable"])
    module = import_module("app")
    from chalicelib.aws.clients import dynamodb

    calls = Calls()
    record = _timed(module.app)
    record(api_event(token, "+77010000000"))
    dynamodb().meta.events.register("before-call", calls.add)
    for number in range(1, PARTICIPATIONS + 1):
        record(api_event(token, f"+7701{number:07d}"))
    requests = {name: count / PARTICIPATIONS for name, count in calls.count.items()}

    project, publish = _timed(module.projector), _timed(module.publisher)
    streams = boto3.client("dynamodbstreams")

    def deliver(table: str, function: Callable[[Any], object], window: int | None = None) -> None:
        arn = resources.stream_arn(clients.dynamodb, created[table])
        mapping = StreamMapping(streams, arn, function, "scale", window)
        while mapping.deliver():
            pass

    deliver("EventsTable", project, 60)
    deliver("StateTable", publish)
    deliver("RegistryTable", publish)
    documents = {
        key: clients.s3.get_object(Bucket=created["DocumentsBucket"], Key=key)["Body"].read()
        for key in _keys(clients, created["DocumentsBucket"])
    }
    return Measured(
        date=time.strftime("%Y-%m-%d"),
        requests=requests,
        event_bytes=_item_bytes(clients.dynamodb, created["EventsTable"]),
        contact_bytes=_item_bytes(clients.dynamodb, created["ContactsTable"]),
        state_units=sum(math.ceil(size / 1024) for size in _sizes(clients.dynamodb, created["StateTable"])),
        states=len(_sizes(clients.dynamodb, created["StateTable"])),
        record_ms=statistics.median(record.spent[1:]),
        project_ms_an_event=sum(project.spent) / (PARTICIPATIONS + 1),
        publish_ms=statistics.median(publish.spent),
        documents={key.rsplit("/", 1)[-1]: (len(body), len(gzip.compress(body, 6))) for key, body in documents.items()},
        puts=len(documents),
        site_bytes=_site_bytes(),
    )


class _timed:  # noqa: N801  a decorator
    """A function and the processor time, in ms, that each of its calls took."""

    def __init__(self, function: Callable[[Any, Any], object]) -> None:
        self._function = function
        self.spent: list[float] = []

    def __call__(self, event: Any) -> object:
        began = time.process_time()
        answer = self._function(event, LambdaContext("scale", memory_size=1769, max_runtime_ms=_RUNTIME_MS))
        self.spent.append((time.process_time() - began) * 1000)
        if isinstance(answer, dict) and answer.get("statusCode", 200) >= 400:
            raise RuntimeError(f"answered {answer}")
        return answer


def _keys(clients: resources.Clients, bucket: str) -> list[str]:
    return [item["Key"] for item in clients.s3.list_objects_v2(Bucket=bucket)["Contents"]]


def _sizes(dynamodb: Any, table: str) -> list[int]:
    """Return the sizes of items as DynamoDB counts them: names and values in UTF-8, numbers by half their digits."""
    items = dynamodb.scan(TableName=table)["Items"]
    return [sum(len(name.encode()) + _value_bytes(value) for name, value in item.items()) for item in items]


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    return len(content) // 2 + 2 if kind == "N" else len(str(content).encode())


def _item_bytes(dynamodb: Any, table: str) -> int:
    return max(_sizes(dynamodb, table))


def _site_bytes() -> int:
    """Return what the launch page and all that it loads weigh, compressed."""
    site = REPOSITORY / "chalicelib" / "site"
    names = [path for path in site.iterdir() if path.suffix in (".js", ".css", ".svg", ".html")]
    return sum(
        len(gzip.compress(path.read_bytes(), 6)) for path in names if not path.name.startswith(("builder", "embed"))
    )


if __name__ == "__main__":
    main()
