"""From measured figures to `docs/scale.md`: nothing is calculated by hand."""

import math
import random
import re
import statistics
from collections.abc import Mapping, Sequence
from itertools import chain

import msgspec

from benchmarks import month
from benchmarks.month import Counted
from benchmarks.prices import (
    ALARM_METRIC,
    CDN_FIRST_GB,
    CDN_FUNCTION,
    CDN_GB_FIRST,
    CDN_GB_LATER,
    CDN_REQUEST,
    FIREWALL,
    GATEWAY,
    LAMBDA_GB_S,
    LAMBDA_REQUEST,
    LOGGED_GB,
    METRIC,
    PRICES_OF,
    RESTORABLE_GB,
    S3_GET,
    STORED_GB,
    TRACE,
    TRACED,
    WRITE_UNIT,
    Function,
)
from chalicelib.publishing.documents import OPEN_POLL_SECONDS
from chalicelib.publishing.pace import EVERY_MS, TIMELINE_EVERY_MS
from infra import site_sizes

MILLION = 1_000_000
RATE = 20
"""Participations a second while a million of them come in."""
SHARDS, POLLS_OF_SHARD = 4, 4
"""Of the log, which takes 4,000 writes a second from the start; how often Lambda asks each, a second."""

AUDIT_WAITS_MS = 45_000
"""How long an audit waits for clocks and requests under way: `CUT_LEAD_SECONDS`, `CUT_SETTLE_SECONDS`."""

DAYS_AFTER = 29
"""Of the month, once all have come in and the campaign is closed: an audit each day."""

FREE_ALARMS, FREE_LOGGED_GB, FREE_INVOCATIONS, FREE_GB_S = 10, 5, 1_000_000, 400_000
"""Of a month, as of PRICES_OF; ten metrics and three dashboards besides, more than there are."""

HEADER_BYTES = 450
"""Headers of an answer of the CDN over HTTP/2."""

COMPRESSED_FROM = 1_000
"""Bytes from which on CloudFront compresses a file."""

TIMELINE_SECONDS = int(re.findall(r"SELDOM = (\d+)", (site_sizes.SITE / "timeline.js").read_text(encoding="utf-8"))[0])
"""How long the launch page waits before it asks for the day again."""

JITTER = 0.2
"""By which part of it a page asks sooner or later than it is told."""

EDGES = 40
"""Caches that ask the bucket: regional caches and the edges that ask for themselves, where viewers are."""

COUNTER_DOCUMENT, PAGE_DOCUMENT, DAY_DOCUMENT = "live.json", "page.json", "timeline/ of twelve hours"
MAX_PAGE_BYTES = 4_000
"""What the launch page's document may weigh, compressed."""

DOCUMENTS_BEFORE, POLL_SECONDS_BEFORE = (
    ("live.json", "places.json", "recent.json", "organisations.json", "timeline/"),
    5,
)
"""What a launch page would ask for that had a document for each of its parts."""

METRICS_OF_METHOD = 6
"""Of API Gateway: requests, 4xx, 5xx, latency, that of the integration, and its cache's."""

DRAWN = 20_000
"""Events of which it is drawn how soon they are seen."""

QUOTAS: Mapping[str, tuple[int, str]] = {
    "Lambda, executions at once": (1_000, "Service Quotas, days before; a new account has 10"),
    "API Gateway, this stage, a second": (2_000, "parameters `ApiRate`, `ApiBurst`; 10,000 an account"),
    "DynamoDB, the log, write units a second": (4_000, "parameter `WarmWrites`, the day before"),
    "CloudFront, requests a second": (250_000, "Service Quotas, two weeks before"),
    "CloudFront, Gbit/s": (150, "Service Quotas, two weeks before"),
}


class Loaded(msgspec.Struct, frozen=True):
    """What a page loads once: how many files, and what they weigh compressed."""

    files: int
    bytes: int


class Measured(msgspec.Struct, frozen=True):
    """What each function takes; times are of the processor of the machine that measured, in ms.

    `project` is for `events_of_invocation` events, `publish` for a change of the sums, `publish_timeline` for one after
    which the timeline is due too, `publish_all` for one after which everything is; `announce` for that of a name, of
    which a participation brings `names_of_participation`. `busy_sweep` comes after changes, `sweep` after none; `audit`
    was of `audited` events. `window_seconds` is how long changes are gathered. `batch_ms` is what 1,000 events at once
    take. `hottest` has units of the hottest partition key by table and index, its head first. `documents` have bytes
    as they are and compressed. `counter` and `page` are what a counter and the launch page load, `methods` the methods
    of the API.
    """

    date: str
    record: Function
    project: Function
    publish: Function
    publish_timeline: Function
    publish_all: Function
    announce: Function
    busy_sweep: Function
    sweep: Function
    retain: Function
    audit: Function
    audited: int
    window_seconds: float
    events_of_invocation: float
    names_of_participation: float
    batch_ms: float
    hottest: Sequence[tuple[str, ...]]
    stored_bytes: Mapping[str, float]
    documents: Mapping[str, tuple[int, int]]
    counter: Loaded
    page: Loaded
    methods: int
    month: Counted


def paper(measured: Measured) -> str:
    """Return the page."""
    return "\n".join(
        [
            "# What it costs, and which limits come first",
            "",
            "Written by `.venv/bin/python -m benchmarks.scale`: measured on one machine, with prices and quotas of AWS",
            f"as known for eu-central-1 in {PRICES_OF} (`benchmarks/prices.py`): compare them with the public list",
            "before you rely on them. Processor times are of the machine",
            f"that measured, on {measured.date}; at 1,769 MB Lambda gives a whole processor too.",
            "",
            *_choices(measured),
            *_measured(measured),
            *_partitions(measured),
            *_million(measured),
            *_seen(measured),
            *_launch(measured),
            *_limits(measured),
        ]
    )


def _choices(measured: Measured) -> list[str]:
    puts = MILLION / RATE * POLLS_OF_SHARD * measured.publish_all.objects_price
    page = _page_price(measured, MILLION, DOCUMENTS_BEFORE, POLL_SECONDS_BEFORE)
    methods = measured.methods * METRICS_OF_METHOD * METRIC
    rows = [
        (
            "S3 for a million participations: all documents at each change of the sums; now once in a second at most,"
            " and the many of them more rarely",
            f"{puts:,.2f}",
            f"{_puts_price(measured):,.2f}",
        ),
        (
            f"a million viewers for an hour: {len(DOCUMENTS_BEFORE)} documents every {POLL_SECONDS_BEFORE} seconds;"
            f" now one every {OPEN_POLL_SECONDS}, and the day now and then",
            f"{page:,.2f}",
            f"{_launch_price(measured, MILLION):,.2f}",
        ),
        (
            f"a month of the API's metrics: of each of its {measured.methods} methods that is asked; now of the stage"
            " alone, which is all that alarms read",
            f"up to {methods:,.2f}",
            "0.00",
        ),
    ]
    return ["## Before and after", "", *_table(("what, in US dollars", "before", "now"), rows), ""]


def _measured(measured: Measured) -> list[str]:
    functions = (
        ("recording", measured.record),
        (f"projecting {measured.events_of_invocation:.1f} events", measured.project),
        ("publishing", measured.publish),
        ("publishing, the timeline too", measured.publish_timeline),
        ("publishing, badges, CSV and boards too", measured.publish_all),
        ("a new name", measured.announce),
        ("the sweep of a minute, after changes", measured.busy_sweep),
        ("the sweep of a minute, after none", measured.sweep),
        ("retention of an hour, nothing to do", measured.retain),
        (f"an audit of {measured.audited:,} events", measured.audit),
    )
    rows = [
        (
            name,
            f"{function.cpu_ms:,.1f} ms",
            f"{sum(function.requests.values()):,.1f}",
            f"{sum(function.written.values()):,.1f}",
            f"{sum(function.read.values()):,.1f}",
            ", ".join(f"{count:.1f} {request}" for request, count in function.objects.items()),
            f"{function.logged:,.0f}",
        )
        for name, function in functions
    ]
    spread = measured.record.written, measured.project.written, measured.publish.read, measured.audit.read
    units = [(name, *(f"{of.get(name, 0):,.2f}" for of in spread)) for name in sorted({*chain(*spread)})]
    sizes = [(name, f"{plain:,}", f"{packed:,}") for name, (plain, packed) in _shown(measured.documents)]
    head = ("invocation of", "processor", "requests to DynamoDB", "units written", "units read", "S3", "bytes logged")
    return [
        "## Measured",
        "",
        "In a campaign of 20,000 events, so that sums and boards are as full as they get, with three goals, ten",
        "milestones and three links. A participation in ten is a new organisation's, the others are new persons'. What",
        "transactions write counts twice. Sums are written anew by each invocation, however few events it is for.",
        "",
        *_table(head, rows),
        "",
        *_table(("units by table and index", "recording", "projecting", "publishing, read", "audit, read"), units),
        "",
        f"A batch of 1,000 events takes the projector {measured.batch_ms:,.0f} ms of the processor, nearly all of it",
        "in the client of DynamoDB: acts and organisations are put one by one.",
        "",
        *_table(("document", "bytes", "compressed"), sizes),
        "",
    ]


def _partitions(measured: Measured) -> list[str]:
    head, *rows = measured.hottest
    return [
        "## Units by partition",
        "",
        "A partition of a table or of an index takes 1,000 write units a second. Units a second of the hottest",
        "partition key of each at 1,000 events a second: in one batch, of all that happens; as four shards have them,",
        "each asked four times a second; of new organisations, all of one name and region; of known ones, all of one",
        "region, once more; of acts that wait. `.venv/bin/python -m benchmarks.growth` shows that it stays so with a",
        "million events, 100,000 organisations and 100,000 acts in review. The sums of a campaign are one"
        " partition, so",
        "that one writer publishes them, and each invocation of the projector writes them anew.",
        "",
        *_table(head, rows),
        "",
    ]


def _million(measured: Measured) -> list[str]:
    seconds, polls = MILLION / RATE, SHARDS * POLLS_OF_SHARD
    invocations, published = _invocations(), _publications(measured)
    record, project = measured.record, measured.project
    names, projected = MILLION * measured.names_of_participation, MILLION / measured.events_of_invocation
    busy_hours = seconds / 3600
    sweeps = seconds / 60 * measured.busy_sweep.run_price(month.SWEEPER_GB)
    sweeps += (month.MINUTES - seconds / 60) * measured.sweep.run_price(month.SWEEPER_GB)
    audits, audit = busy_hours / 2 + DAYS_AFTER, _audit_price(measured)
    stored = sum(measured.stored_bytes[table] for table in ("events", "receipts", "contacts", "acts"))
    lines = MILLION * record.lines_price + invocations * project.lines_price
    lines += sum(count * function.lines_price for count, function in published)
    lines += names * measured.announce.lines_price
    lasting = (measured.sweep, measured.audit, measured.retain)
    rows = [
        ("API Gateway, firewall, CDN, its function", MILLION * (GATEWAY + FIREWALL + CDN_REQUEST + CDN_FUNCTION)),
        ("Lambda, recording", MILLION * record.running_price(record.waiting_ms)),
        ("DynamoDB, log, receipts, contacts, names", MILLION * record.units_price),
        ("Lambda, projecting", invocations * project.running_price(project.waiting_ms)),
        ("DynamoDB, sums", invocations * (project.written["sums"] + project.written["operations"]) * WRITE_UNIT),
        ("DynamoDB, acts", projected * _rows_price(project, "acts")),
        ("DynamoDB, members of boards", projected * _rows_price(project, "organisations")),
        ("Lambda, publishing", sum(count * _publishing_price(function) for count, function in published)),
        ("DynamoDB, read for publishing", sum(count * function.units_price for count, function in published)),
        ("S3, documents put", _puts_price(measured)),
        ("Lambda, new names", names * measured.announce.running_price(measured.announce.waiting_ms)),
        ("logs with metrics in them, and traces", lines + MILLION * TRACED * TRACE),
        ("a month of storage, restorable", MILLION * stored / 1e9 * (STORED_GB + RESTORABLE_GB)),
        ("a month of sweeps", sweeps),
        ("a month of retention", month.HOURS * measured.retain.run_price(month.RETENTION_GB)),
        ("a month of audits", audits * audit),
        *month.fixed(measured.month, lasting, (record, project, measured.publish_all), busy_hours),
    ]
    free = _free_price(measured, rows)
    return [
        "## A million participations",
        "",
        f"One by one at the API, {RATE} a second: {busy_hours:.0f} hours in which Lambda asks each of the log's",
        f"{SHARDS} shards {POLLS_OF_SHARD} times a second. Of the {polls} times it finds something"
        f" {invocations / seconds:.0f} times. Changes of the sums",
        f"are gathered for {measured.window_seconds:g} s (`PublishingWindow`), and documents are put once in it.",
        "Faster is cheaper: a batch writes each sum once.",
        "",
        *_priced(rows),
        "",
        f"Of that AWS gives every account {free:,.2f} dollars a month for nothing (the first alarms, metrics,",
        f"dashboards, logs and seconds of Lambda): {sum(price for _, price in rows) - free:,.2f} in one that has",
        "nothing else.",
        "",
        "An audit reads the whole log and all rows: each hour while participations come in, then each day, as the",
        f"campaign is closed. One of a million events costs {audit:,.2f} dollars; were the campaign open all month,",
        f"{month.HOURS} of them would cost {month.HOURS * audit:,.2f}. A refused transaction costs what it would have",
        "written, 6 units a repeat.",
        *month.rotation(measured.month),
        "",
    ]


def _invocations() -> float:
    """Return how often the projector is invoked: participations come by chance, and a shard has some or none."""
    polls = SHARDS * POLLS_OF_SHARD
    return MILLION / RATE * polls * (1 - math.exp(-RATE / polls))


def _publications(measured: Measured) -> list[tuple[float, Function]]:
    """Return how often the publisher is invoked while a million participations come in, by what is due with it."""
    seconds = MILLION / RATE
    all_due = seconds * 1000 / EVERY_MS
    timeline_due = seconds * 1000 / TIMELINE_EVERY_MS - all_due
    rest = seconds / measured.window_seconds - timeline_due - all_due
    return [(rest, measured.publish), (timeline_due, measured.publish_timeline), (all_due, measured.publish_all)]


def _puts_price(measured: Measured) -> float:
    return sum(count * function.objects_price for count, function in _publications(measured))


def _free_price(measured: Measured, rows: Sequence[tuple[str, float]]) -> float:
    """Return what is free each month, of alarms, metrics, dashboards, logs and Lambda, as far as it is used."""
    invocations = MILLION + _invocations() + sum(count for count, _ in _publications(measured))
    running = sum(price for what, price in rows if what.startswith("Lambda")) - invocations * LAMBDA_REQUEST
    watched = sum(price for what, price in rows if "metrics, and the hours" in what or "dashboard" in what)
    logged = sum(price for what, price in rows if what.startswith("logs")) - MILLION * TRACED * TRACE
    given = min(logged, FREE_LOGGED_GB * LOGGED_GB) + min(running, FREE_GB_S * LAMBDA_GB_S)
    return FREE_ALARMS * ALARM_METRIC + watched + given + FREE_INVOCATIONS * LAMBDA_REQUEST


def _audit_price(measured: Measured) -> float:
    """Return what an audit of a million events costs: what it reads and calculates grows with them."""
    times = MILLION / measured.audited
    each = measured.audit.run_price() - measured.audit.lines_price
    waits = measured.audit.running_price(AUDIT_WAITS_MS) - measured.audit.running_price(0)
    return times * each + waits + measured.audit.lines_price


def _seen(measured: Measured) -> list[str]:
    draw = random.Random(1)

    def stored() -> float:
        polls = draw.uniform(0, 1 / POLLS_OF_SHARD) + draw.uniform(0, 1 / POLLS_OF_SHARD)
        project = measured.project.cpu_ms + measured.project.waiting_ms
        publish = measured.publish.publishing_ms
        gathered = draw.uniform(0, measured.window_seconds + publish / 1000)
        return polls + gathered + (project + publish) / 1000

    def polled(seconds: float) -> float:
        return draw.uniform(0, 1) + draw.uniform(0, seconds * draw.uniform(1 - JITTER, 1 + JITTER))

    drawn = {
        "in the bucket": [stored() for _ in range(DRAWN)],
        "on an overlay that asks each second (`poll=1`)": [stored() + polled(1) for _ in range(DRAWN)],
        f"on pages, which ask every {OPEN_POLL_SECONDS} seconds": [
            stored() + polled(OPEN_POLL_SECONDS) for _ in range(DRAWN)
        ],
    }
    rows = [
        (where, f"{statistics.median(found):.1f} s", f"{statistics.quantiles(found, n=20)[-1]:.1f} s")
        for where, found in drawn.items()
    ]
    return [
        "## How soon it is seen",
        "",
        "From recorded to shown, as modelled: Lambda asks each stream four times a second, changes are gathered for",
        f"{measured.window_seconds:g} s, functions take what was measured and wait for the store, the CDN keeps a",
        "document for a second, and a page asks a fifth sooner or later than it is told. What is hidden waits for no",
        "other change.",
        "",
        *_table(("where", "half of them within", "19 of 20 within"), rows),
        "",
    ]


def _launch(measured: Measured) -> list[str]:
    lines = [
        "## A launch, watched for an hour",
        "",
        "Every viewer loads the page once and then asks again after as many seconds as documents say,",
        f"{OPEN_POLL_SECONDS} (`PollSeconds`, or `poll_seconds` of the campaign), and for the day every",
        f"{TIMELINE_SECONDS}; each poll is answered in full, as totals change every second. Files answer; the API has",
        "no part in it. CloudFront leaves files below 1,000 bytes as they are and compresses others. The launch page",
        f"is {measured.page.files} files of {measured.page.bytes / 1000:.0f} kB, and its document"
        f" {_packed(measured, PAGE_DOCUMENT):,} bytes; the day is one with something in every minute of twelve hours.",
        "",
    ]
    for viewers in (100_000, MILLION):
        counter, page = _counter_rows(measured, viewers), _page_rows(measured, viewers)
        for title, rows in (("the counter alone", counter), ("the whole launch page", page)):
            lines += [f"### {viewers:,} viewers, {title}", "", *_priced(rows), ""]
    largest = sum(price for _, price in _page_rows(measured, MILLION, page_bytes=MAX_PAGE_BYTES))
    slowed = sum(price for _, price in _page_rows(measured, MILLION, seconds=2 * OPEN_POLL_SECONDS))
    lines += [
        f"Were the document of the launch page as large as it may be ({MAX_PAGE_BYTES:,} bytes), a million viewers",
        f"would cost {largest:,.2f} dollars an hour; asked to wait twice as long (`poll_seconds`"
        f" {2 * OPEN_POLL_SECONDS}), they cost {slowed:,.2f}.",
        "",
    ]
    return lines


def _counter_rows(measured: Measured, viewers: int) -> list[tuple[str, float]]:
    return _viewed(viewers, measured.counter, [(OPEN_POLL_SECONDS, _sent(measured, COUNTER_DOCUMENT))])


def _page_rows(
    measured: Measured, viewers: int, *, page_bytes: int | None = None, seconds: float = OPEN_POLL_SECONDS
) -> list[tuple[str, float]]:
    page = HEADER_BYTES + (page_bytes or _packed(measured, PAGE_DOCUMENT))
    day = max(seconds, TIMELINE_SECONDS), _sent(measured, DAY_DOCUMENT)
    return _viewed(viewers, measured.page, [(seconds, page), day])


def _launch_price(measured: Measured, viewers: int) -> float:
    return sum(price for _, price in _page_rows(measured, viewers))


def _page_price(measured: Measured, viewers: int, documents: Sequence[str], seconds: float) -> float:
    """Return what a page costs that asks for each of some documents."""
    polled = [(seconds, _sent(measured, name)) for name in documents]
    return sum(price for _, price in _viewed(viewers, measured.page, polled))


def _viewed(viewers: int, loaded: Loaded, polled: Sequence[tuple[float, int]]) -> list[tuple[str, float]]:
    """Return what an hour of so many viewers costs; `polled` are seconds between polls, and bytes of an answer."""
    polls = [(viewers * 3600 / seconds, sent) for seconds, sent in polled]
    requests = viewers * loaded.files + sum(count for count, _ in polls)
    sent = viewers * (loaded.bytes + loaded.files * HEADER_BYTES) + sum(count * each for count, each in polls)
    return [
        (f"CDN, {requests / 3600:,.0f} requests a second", requests * CDN_REQUEST),
        (f"CDN, {sent / 450e9:,.1f} Gbit a second, {sent / 1e12:,.2f} TB", _data_out(sent / 1e9)),
        ("S3, read by the CDN", EDGES * 3600 * len(polled) * S3_GET),
    ]


def _limits(measured: Measured) -> list[str]:
    recording_ms = measured.record.cpu_ms + measured.record.waiting_ms
    log = 4_000 / measured.record.written["events"]
    rate = 1 / OPEN_POLL_SECONDS + 1 / TIMELINE_SECONDS
    sent = (HEADER_BYTES + MAX_PAGE_BYTES) / OPEN_POLL_SECONDS + _sent(measured, DAY_DOCUMENT) / TIMELINE_SECONDS
    values = {
        "Lambda, executions at once": f"{1_000 / recording_ms * 1000:,.0f} participations a second",
        "API Gateway, this stage, a second": "2,000 participations a second",
        "DynamoDB, the log, write units a second": f"{log:,.0f} participations a second; doubles in half an hour",
        "CloudFront, requests a second": f"{250_000 * OPEN_POLL_SECONDS:,.0f} viewers of the counter, "
        f"{250_000 / rate:,.0f} of the whole page",
        "CloudFront, Gbit/s": f"{150e9 / 8 / sent:,.0f} viewers of the whole page",
    }
    rows = [(name, f"{limit:,}", values[name], how) for name, (limit, how) in QUOTAS.items()]
    return [
        "## Limits, and what to raise beforehand",
        "",
        *_table(("limit", "as it is", "reached at", "raised by"), rows),
        "",
        f"One processor projects {1e6 / measured.batch_ms:,.0f} events a second, a batch of one shard at a time, and",
        "a shard of the log takes 500 participations a second; DynamoDB makes more shards by itself. What is not",
        "projected at once waits in the stream, which keeps it for a day. A campaign is published by one invocation at",
        f"a time, which takes about {measured.publish.publishing_ms:.0f} ms: documents change once a second, whatever"
        " comes in.",
        "",
    ]


def _packed(measured: Measured, name: str) -> int:
    """Return what a document weighs on the wire, of those in a folder the largest one."""
    plain, packed = max(sizes for path, sizes in measured.documents.items() if path.startswith(name))
    return packed if plain >= COMPRESSED_FROM else plain


def _sent(measured: Measured, name: str) -> int:
    """Return the bytes that the CDN sends for a poll of a document."""
    return HEADER_BYTES + _packed(measured, name)


def _shown(documents: Mapping[str, tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    """Return the documents, of those in a folder the largest alone: they are much alike."""
    largest: dict[str, str] = {}
    for path in sorted(documents, key=documents.__getitem__):
        folder, separator, _ = path.rpartition("/")
        largest[folder if separator else path] = path
    return [(path, documents[path]) for path in sorted(largest.values())]


def _publishing_price(publish: Function) -> float:
    return publish.running_price(publish.publishing_ms - publish.cpu_ms)


def _rows_price(project: Function, table: str) -> float:
    return sum(units for name, units in project.written.items() if name.startswith(table)) * WRITE_UNIT


def _data_out(gigabytes: float) -> float:
    first = min(gigabytes, CDN_FIRST_GB)
    return first * CDN_GB_FIRST + (gigabytes - first) * CDN_GB_LATER


def _priced(rows: Sequence[tuple[str, float]]) -> list[str]:
    told = [(what, f"{price:,.2f}") for what, price in rows]
    return _table(("what", "US dollars"), [*told, ("**together**", f"**{sum(price for _, price in rows):,.2f}**")])


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
