"""What a campaign costs and which limits it meets first: measured here, priced, and written to `docs/scale.md`.

A campaign of 20,000 events is stored beforehand, so that sums and boards are as full as they get. Then participations
come 20 a second, as far as the functions can tell: each is recorded at the API; the projector is invoked for one or
two of them and the publisher for five. Units are those that the durable engine answers with; prices and quotas of AWS
stand in `paper`, with their date. Run: `python -m benchmarks.scale`.
"""

import gzip
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import boto3
from chalice.local import LambdaContext

from benchmarks.cold_start import api_event, prepare
from benchmarks.engine_file import writing
from benchmarks.growth import HOTTEST_HEAD, Subject, hottest
from benchmarks.paper import Function, Measured, paper
from benchmarks.preload import TITLES, Preload, store
from benchmarks.stage import Stage, stage
from benchmarks.traffic import EVENTS, Traffic
from benchmarks.units import item_bytes, places
from chalicelib.aws import clients
from chalicelib.publishing.sweeper import SETTLINGS
from infra.local import resources
from infra.local.local_settings import REPOSITORY
from infra.local.streams import StreamMapping

PAGE = REPOSITORY / "docs" / "scale.md"
STORED = Preload("a campaign", organisations=2_000, in_review=1_000, persons=17_000)
STEPS = 60
DELIVERED = (2, 2, 1)
"""Participations of each invocation of the projector between two of the publisher."""

MAX_HURRIED = 3
"""Documents of a publication that bides no time: counter, places, ticker."""

BATCHES = 5
BUSY_SWEEPS, SWEEPS = 3, 10

_READS = ("GetItem", "Query", "BatchGetItem", "Scan")
_MAX_RUNTIME_MS = 60_000


class Taken:
    """What invocations of a function took: requests and units of DynamoDB by table, requests to S3, ms of processor."""

    def __init__(self) -> None:
        self.spent: list[float] = []
        self.requests: Counter[str] = Counter()
        self.written: defaultdict[str, float] = defaultdict(float)
        self.read: defaultdict[str, float] = defaultdict(float)
        self.objects: Counter[str] = Counter()

    def add(self, other: "Taken") -> None:
        """Add what other invocations took."""
        self.spent += other.spent
        for mine, others in ((self.requests, other.requests), (self.objects, other.objects)):
            mine.update(others)
        for units, more in ((self.written, other.written), (self.read, other.read)):
            for name, value in more.items():
                units[name] += value

    def each(self) -> Function:
        """Return what one invocation took: the median of the processor time, and the mean of all else."""
        count = len(self.spent)

        def mean(total: Mapping[str, float]) -> dict[str, float]:
            return {name: value / count for name, value in sorted(total.items())}

        return Function(
            cpu_ms=statistics.median(self.spent),
            requests=mean(self.requests),
            written=mean(self.written),
            read=mean(self.read),
            objects=mean(self.objects),
        )


class Measuring:
    """Notes for each function of the application what its invocations take; `titles` are those of tables by name."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._app: Any = import_module("app")
        self._titles = titles
        self._current = Taken()
        dynamodb: Any = clients.dynamodb()
        s3: Any = clients.s3()
        dynamodb.meta.events.register("before-parameter-build.dynamodb", self._ask)
        dynamodb.meta.events.register("after-call.dynamodb", self._note)
        s3.meta.events.register("after-call.s3", self._note_object)

    def invoke(self, function: str, event: Any, taken: Taken) -> None:
        """Invoke a function, and add what that took.

        Raises:
            RuntimeError: it answered that it could not.
        """
        self._current = taken
        began = time.process_time()
        context = LambdaContext(function, memory_size=1769, max_runtime_ms=_MAX_RUNTIME_MS)
        answer = getattr(self._app, function)(event, context)
        taken.spent.append((time.process_time() - began) * 1000)
        if isinstance(answer, dict) and answer.get("statusCode", 200) >= 400:
            raise RuntimeError(f"answered {answer}")

    @staticmethod
    def _ask(params: dict[str, Any], model: Any, **_: object) -> None:
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params["ReturnConsumedCapacity"] = "INDEXES"

    def _note(self, parsed: Mapping[str, Any], model: Any, **_: object) -> None:
        taken, consumed = self._current, parsed.get("ConsumedCapacity", [])
        each = consumed if isinstance(consumed, list) else [consumed]
        tables = " and ".join(sorted({self._titles[one["TableName"]] for one in each}))
        taken.requests[f"{model.name} {tables}".strip()] += 1
        units = taken.read if model.name in _READS else taken.written
        for one in each:
            title = self._titles[one["TableName"]]
            units[title] += one["Table"]["CapacityUnits"] if "Table" in one else one["CapacityUnits"]
            for index, of_index in one.get("GlobalSecondaryIndexes", {}).items():
                units[f"{title} {index}"] += of_index["CapacityUnits"]

    def _note_object(self, model: Any, **_: object) -> None:
        self._current.objects[model.name] += 1


def main() -> None:
    """Measure on the stage, and write the page."""
    with stage() as current:
        PAGE.write_text(paper(measure(current)), encoding="utf-8")
    print(f"{PAGE.relative_to(REPOSITORY)} is written")


def measure(current: Stage) -> Measured:
    """Let participations be recorded, projected and published, and return what all of it took."""
    subject = Subject(current, "scale-batches", STORED)
    subject.opening()
    batches = [subject.cpu() for _ in range(BATCHES)]
    partitions = hottest(subject)

    created = current.set_up("scale")
    titles = {created[logical_id]: _title(logical_id) for logical_id in created if logical_id.endswith("Table")}
    tables = {title: created[logical_id] for logical_id, title in TITLES.items()}
    with writing(current.database, places(current.clients.dynamodb, tables)) as file:
        store(file, tables, Traffic(2), STORED, time.time_ns() // 1_000_000)
    token = prepare(created["RegistryTable"])
    measuring = Measuring(titles)
    record, project, publish, publish_paced, announce, busy_sweep, sweep, retain = (Taken() for _ in range(8))
    deliver = _deliveries(current, created, measuring)
    # A process that has just started knows nothing yet: its first invocations are left out.
    for number in range(STEPS + 1):
        one = Taken()
        taken = (record, project, one, announce) if number else (Taken(), Taken(), one, Taken())
        _step(number, token, measuring, deliver, taken)
        if number:
            (publish_paced if one.objects["PutObject"] > MAX_HURRIED else publish).add(one)
    for number in range(BUSY_SWEEPS + 1):
        _step(STEPS + 1 + number, token, measuring, deliver, (Taken(), Taken(), Taken(), Taken()))
        measuring.invoke("sweeper", {}, busy_sweep if number else Taken())
    for _ in range(SETTLINGS):
        measuring.invoke("sweeper", {}, Taken())
    for _ in range(SWEEPS):
        measuring.invoke("sweeper", {}, sweep)
        measuring.invoke("retention", {}, retain)
    documents = _documents(current, created["DocumentsBucket"])
    return Measured(
        date=time.strftime("%Y-%m-%d"),
        record=record.each(),
        project=project.each(),
        publish=publish.each(),
        publish_paced=publish_paced.each(),
        announce=announce.each(),
        busy_sweep=busy_sweep.each(),
        sweep=sweep.each(),
        retain=retain.each(),
        events_of_invocation=sum(DELIVERED) / len(DELIVERED),
        names_of_participation=len(announce.spent) / len(record.spent),
        batch_ms=statistics.median(batches),
        hottest=(HOTTEST_HEAD, *partitions),
        stored_bytes={title: _mean_size(current, table) for table, title in titles.items()},
        documents={key: (len(body), len(gzip.compress(body, 6))) for key, body in documents.items()},
        site_bytes=_site_bytes(),
    )


Deliver = Callable[[str, Taken], None]
"""Delivers all that is in the stream of a table to its function."""


def _deliveries(current: Stage, created: Mapping[str, str], measuring: Measuring) -> Deliver:
    streams = boto3.client("dynamodbstreams")
    taken = Taken()

    def mapping(table: str, function: str, window: int | None = None) -> StreamMapping:
        arn = resources.stream_arn(current.clients.dynamodb, created[table])

        def call(event: Any) -> object:
            measuring.invoke(function, event, taken)
            return {"state": {}}

        return StreamMapping(streams, arn, call, table, window)

    mappings = {
        "EventsTable": mapping("EventsTable", "projector", 60),
        **{table: mapping(table, "publisher") for table in ("StateTable", "RegistryTable", "NamesTable")},
    }

    def deliver(table: str, given: Taken) -> None:
        nonlocal taken
        taken = given
        while mappings[table].deliver():
            pass

    return deliver


def _step(number: int, token: str, measuring: Measuring, deliver: Deliver, taken: tuple[Taken, ...]) -> None:
    """Let five participations come in and be shown; one of ten is a new organisation's."""
    record, project, publish, announce = taken
    for place, count in enumerate(DELIVERED):
        for one in range(count):
            submission = number * sum(DELIVERED) + sum(DELIVERED[:place]) + one
            measuring.invoke("app", api_event(token, f"+7701{submission:07d}", _organisation(submission)), record)
        deliver("EventsTable", project)
    deliver("StateTable", publish)
    deliver("NamesTable", announce)
    deliver("RegistryTable", Taken())


def _organisation(submission: int) -> str | None:
    return None if submission % 10 else f"ТОО «Бәйтерек {submission}»"


def _title(logical_id: str) -> str:
    return TITLES.get(logical_id, logical_id.removesuffix("Table").lower())


def _documents(current: Stage, bucket: str) -> dict[str, bytes]:
    """Return the documents by what follows the campaign in their paths."""
    found = current.clients.s3.list_objects_v2(Bucket=bucket, Prefix="v1/campaigns/2026/")["Contents"]
    return {
        item["Key"].split("/", 3)[3]: current.clients.s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
        for item in found
    }


def _mean_size(current: Stage, table: str) -> float:
    """Return the mean size of a thousand items of a table, in bytes."""
    items = current.clients.dynamodb.scan(TableName=table, Limit=EVENTS)["Items"]
    return statistics.mean(map(item_bytes, items)) if items else 0.0


def _site_bytes() -> int:
    """Return what the launch page and all that it loads weigh, compressed."""
    site = REPOSITORY / "chalicelib" / "site"
    names = [path for path in site.iterdir() if path.suffix in (".js", ".css", ".svg", ".html")]
    return sum(
        len(gzip.compress(path.read_bytes(), 6)) for path in names if not path.name.startswith(("builder", "embed"))
    )


if __name__ == "__main__":
    main()
