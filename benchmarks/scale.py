"""What a campaign costs and which limits it meets first: measured here, priced, and written to `docs/scale.md`.

A campaign of 20,000 events is recorded and projected beforehand, so that sums and boards are as full as they get. Then
participations come 20 a second, as far as the functions can tell: each is recorded at the API; the projector is invoked
for one or two of them and the publisher for five. Units are those that the durable engine answers with; prices of AWS
stand in `prices`, with their date, and its quotas in `paper`. Run: `python -m benchmarks.scale`.
"""

import gzip
import logging
import os
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from importlib import import_module
from random import Random
from typing import Any

import boto3
import msgspec
from chalice.local import LambdaContext

from benchmarks.cold_start import api_event, prepare
from benchmarks.engine_file import writing
from benchmarks.growth import HOTTEST_HEAD, Subject, hottest
from benchmarks.month import counted
from benchmarks.paper import DAY_DOCUMENT, Loaded, Measured, paper
from benchmarks.preload import TITLES, Preload, append, store_names
from benchmarks.prices import Function
from benchmarks.stage import Stage, stage
from benchmarks.traffic import EVENTS, Traffic
from benchmarks.units import item_bytes, places
from chalicelib import logs
from chalicelib.aws import clients
from chalicelib.domain.campaign import Campaign, Goal, Link, Milestone, Translations
from chalicelib.domain.vocabulary import LANGUAGES
from chalicelib.publishing import documents
from chalicelib.publishing.documents import header
from chalicelib.publishing.sweeper import SETTLINGS
from infra import site_sizes
from infra.local import resources
from infra.local.first_start import CAMPAIGN
from infra.local.local_settings import REPOSITORY
from infra.local.streams import StreamMapping
from infra.merged_template import merged

PAGE = REPOSITORY / "docs" / "scale.md"
STORED = Preload("a campaign", organisations=2_000, in_review=1_000, persons=17_000)
STEPS, MAX_STEPS = 60, 600
DELIVERED = (2, 2, 1)
"""Participations of each invocation of the projector between two of the publisher."""

HURRIED, WITH_TIMELINE = 4, 5
"""Documents of a publication that bides no time, counter, launch page, places and ticker; and with the timeline."""

EACH = 3
"""Publications at least of each kind: what follows more rarely is due every so many seconds."""

WAITS = {"CUT_LEAD_SECONDS": "1", "CUT_SETTLE_SECONDS": "1"}
"""Those of an audit, which nothing is paid for but its time: see `paper.AUDIT_WAITS_MS`."""

CAMPAIGN_WORDS = (
    "ізгілік марафоны бүкіл елде мыңдаған адам бірге көмек қолын созды вместе мы сделали больше добрых дел чем"
    " когда-либо in every region people have joined hands schools volunteers neighbours тысячи волонтёров"
).split()
"""What milestones and links are called by."""

DRIFTED = "totals_drifted"
"""The line of an audit that finds something: what is measured would be wrong."""

BATCHES = 5
BUSY_SWEEPS, SWEEPS, AUDITS = 3, 10, 2

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
        self.logged = 0
        self.metrics: set[str] = set()

    def add(self, other: "Taken") -> None:
        """Add what other invocations took."""
        self.spent += other.spent
        for mine, others in ((self.requests, other.requests), (self.objects, other.objects)):
            mine.update(others)
        for units, more in ((self.written, other.written), (self.read, other.read)):
            for name, value in more.items():
                units[name] += value
        self.logged += other.logged
        self.metrics |= other.metrics

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
            logged=self.logged / count,
            metrics=frozenset(self.metrics),
        )


class Measuring:
    """Notes for each function of the application what its invocations take; `titles` are those of tables by name."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._app: Any = import_module("app")
        self.services = self._app.app.services
        self.routes: Mapping[str, Mapping[str, Any]] = self._app.app.routes
        self._titles = titles
        self._current = Taken()
        dynamodb: Any = clients.dynamodb()
        s3: Any = clients.s3()
        dynamodb.meta.events.register("before-parameter-build.dynamodb", self._ask)
        dynamodb.meta.events.register("after-call.dynamodb", self._note)
        s3.meta.events.register("after-call.s3", self._note_object)
        handler = logging.Handler()
        handler.emit = self._note_line  # type: ignore[method-assign]
        logs.LOG.addHandler(handler)

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

    def _note_line(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if DRIFTED in line:
            raise RuntimeError(line)
        self._current.logged += len(line.encode()) + 1
        if line.startswith('{"_aws"'):
            self._current.metrics |= set(_metrics(line))


def _metrics(line: str) -> Iterator[str]:
    """Yield the metrics that a line writes, each with its dimensions."""
    said = msgspec.json.decode(line)
    for directive in said["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            for dimensions in directive["Dimensions"]:
                yield " ".join([metric["Name"], *(said[dimension] for dimension in dimensions)])


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
    os.environ.update(WAITS)
    titles = {created[logical_id]: _title(logical_id) for logical_id in created if logical_id.endswith("Table")}
    tables = {title: created[logical_id] for logical_id, title in TITLES.items()}
    token = prepare(created["RegistryTable"])
    measuring = Measuring(titles)
    measuring.services.registry.put_campaign(_on_air())
    with writing(current.database, places(current.clients.dynamodb, tables)) as file:
        store_names(file, tables, STORED)
    append(current.clients.dynamodb, created["EventsTable"], Traffic(2), STORED, time.time_ns() // 1_000_000)
    record, project, publish, publish_timeline, publish_all = (Taken() for _ in range(5))
    announce, busy_sweep, sweep, retain, audit = (Taken() for _ in range(5))
    deliver = _deliveries(current, created, measuring)
    for table in ("EventsTable", "StateTable", "NamesTable", "RegistryTable"):
        deliver(table, Taken())
    # A process that has just started knows nothing yet: its first invocations are left out.
    for number in range(MAX_STEPS):
        one = Taken()
        taken = (record, project, one, announce) if number else (Taken(), Taken(), one, Taken())
        _step(number, token, measuring, deliver, taken)
        if number:
            _kind_of(one, publish, publish_timeline, publish_all).add(one)
        if number >= STEPS and min(len(kind.spent) for kind in (publish, publish_timeline, publish_all)) >= EACH:
            break
    for number in range(BUSY_SWEEPS + 1):
        _step(MAX_STEPS + number, token, measuring, deliver, (Taken(), Taken(), Taken(), Taken()))
        measuring.invoke("sweeper", {}, busy_sweep if number else Taken())
    for _ in range(SETTLINGS):
        measuring.invoke("sweeper", {}, Taken())
    for _ in range(SWEEPS):
        measuring.invoke("sweeper", {}, sweep)
        measuring.invoke("retention", {}, retain)
    for number in range(AUDITS):
        measuring.invoke("auditor", {}, audit if number else Taken())
        deliver("RegistryTable", Taken())
    bodies = {**_documents(current, created["DocumentsBucket"]), DAY_DOCUMENT: _long_day()}
    return Measured(
        date=time.strftime("%Y-%m-%d"),
        record=record.each(),
        project=project.each(),
        publish=publish.each(),
        publish_timeline=publish_timeline.each(),
        publish_all=publish_all.each(),
        announce=announce.each(),
        busy_sweep=busy_sweep.each(),
        sweep=sweep.each(),
        retain=retain.each(),
        audit=audit.each(),
        audited=_count(current, created["EventsTable"]),
        window_seconds=merged()["Parameters"]["PublishingWindow"]["Default"],
        events_of_invocation=sum(DELIVERED) / len(DELIVERED),
        names_of_participation=len(announce.spent) / len(record.spent),
        batch_ms=statistics.median(batches),
        hottest=(HOTTEST_HEAD, *partitions),
        stored_bytes={title: _mean_size(current, table) for table, title in titles.items()},
        documents={key: (len(body), len(gzip.compress(body, 6))) for key, body in bodies.items()},
        counter=_loaded(site_sizes.closure("counter.js") | {"kk.js"}),
        page=_loaded(site_sizes.launch_page() | {"kk.js", "index.html", "launch.css", "sun.svg", "ornament.svg"}),
        methods=sum(map(len, measuring.routes.values())),
        month=counted(merged()),
    )


def _on_air() -> Campaign:
    """Return the campaign as it is on air, with goals, milestones and links."""
    draw = Random(1)

    def said() -> Translations:
        return {language: " ".join(draw.sample(CAMPAIGN_WORDS, 5)) for language in LANGUAGES}

    goals = tuple(Goal(metric, 100_000, 100_000) for metric in ("good_deeds", "people", "hours"))
    milestones = tuple(Milestone(f"m{number}", "good_deeds", 10_000 * number, said()) for number in range(1, 11))
    links = tuple(Link(f"https://{name}.example.kz/qaiyrym", said()) for name in ("forms", "bot", "pages"))
    return msgspec.structs.replace(CAMPAIGN, goals=goals, milestones=milestones, links=links)


def _kind_of(one: Taken, publish: Taken, publish_timeline: Taken, publish_all: Taken) -> Taken:
    """Return the publications that one belongs to, by how many documents it has put."""
    puts = one.objects["PutObject"]
    return publish if puts <= HURRIED else publish_timeline if puts == WITH_TIMELINE else publish_all


def _long_day() -> bytes:
    """Return the timeline of a day with something in every minute of twelve hours."""
    draw = Random(1)
    cells = {
        f"{minute // 60:02}:{minute % 60:02}": {
            "participations": draw.randint(1, 999),
            "people": draw.randint(1, 9_999),
            "minutes": 30 * draw.randint(0, 9_999),
            "KZT": 1_000 * draw.randint(0, 999),
        }
        for minute in range(8 * 60, 20 * 60)
    }
    day = date(2026, 6, 1)
    return documents.timeline(header(CAMPAIGN, len(cells), 0), day, cells, closed=False).body


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


def _count(current: Stage, table: str) -> int:
    """Return how many items a table has."""
    pages = current.clients.dynamodb.get_paginator("scan").paginate(TableName=table, Select="COUNT")
    return sum(page["Count"] for page in pages)


def _loaded(names: Iterable[str]) -> Loaded:
    """Return what some files of the site weigh together, compressed."""
    sent = [len(gzip.compress(site_sizes.bytes_of(name), 6)) for name in names]
    return Loaded(len(sent), sum(sent))


if __name__ == "__main__":
    main()
