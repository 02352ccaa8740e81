"""From measured figures to `docs/scale.md`: prices and quotas are here, and nothing is calculated by hand."""

import math
from collections.abc import Mapping, Sequence
from itertools import chain

import msgspec

from chalicelib.publishing.pace import EVERY_MS

PRICES_OF = "2026-11"
"""Of when the prices and quotas are: as known then for eu-central-1, in US dollars; compare with AWS's price list."""

GATEWAY, FIREWALL, CDN_REQUEST, CDN_FUNCTION = 3.70e-6, 0.60e-6, 1.20e-6, 0.10e-6
LAMBDA_REQUEST, LAMBDA_GB_S = 0.20e-6, 1.66667e-5
WRITE_UNIT, READ_UNIT, STORED_GB, RESTORABLE_GB = 0.7625e-6, 0.1525e-6, 0.306, 0.2448
LOGGED_GB, TRACE = 0.63, 5e-6
S3_PUT, S3_GET = 5.4e-6, 0.43e-6
CDN_GB_FIRST, CDN_GB_LATER, CDN_FIRST_GB = 0.085, 0.080, 10_000
FIREWALL_MONTH, KEYS_MONTH, SECRETS_MONTH, ALARMS_MONTH = 10.0, 3.0, 1.2, 1.3

LOGGED_BYTES = 1_100
"""Of a request: its line, its metrics, and Lambda's own three lines."""

TRACED = 0.05
WAITING_MS = {"TransactWriteItems": 10, "PutItem": 5, "GetItem": 3, "BatchGetItem": 5, "Query": 4, "PutObject": 40}
"""How long an invocation waits for an answer inside a region, in ms: latencies that AWS names as typical."""

OTHER_WAITING_MS = 15
WRITERS, ROWS_AT_ONCE = 8, 16
"""How many documents and how many rows are put at a time."""

MEMORY_GB = 1769 / 1024
SWEEPER_GB, RETENTION_GB = 512 / 1024, 256 / 1024
MONTH_MINUTES = 30 * 24 * 60

RATE = 20
"""Participations a second while a million of them come in."""
SHARDS, POLLS_OF_SHARD = 4, 4
"""Of the log, which takes 4,000 writes a second from the start; how often Lambda asks each, a second."""

HEADER_BYTES = 450
"""Headers of an answer of the CDN over HTTP/2."""

POLLS_A_SECOND = 1 / 5
EDGES = 40
"""Caches that ask the bucket: regional caches and the edges that ask for themselves, where viewers are."""

DOCUMENTS_OF_PAGE = ("live.json", "places.json", "recent.json", "organisations.json", "timeline/")

QUOTAS: Mapping[str, tuple[int, str]] = {
    "Lambda, executions at once": (1_000, "Service Quotas, days before; a new account has 10"),
    "Lambda, executions of the API at once": (400, "parameter `ApiConcurrency`, once the account has more"),
    "API Gateway, this stage, a second": (2_000, "parameters `ApiRate`, `ApiBurst`; 10,000 an account"),
    "the firewall, one token in five minutes": (12_000, "parameters `TokenRequests`, `AddressTokenRequests`"),
    "the firewall, one address without a token": (6_000, "parameter `AddressRequests`; files are not counted"),
    "the firewall, one address at the hooks": (60_000, "parameter `HookRequests`"),
    "DynamoDB, the log, write units a second": (4_000, "parameter `WarmWrites`, the day before"),
    "CloudFront, requests a second": (250_000, "Service Quotas, two weeks before"),
    "CloudFront, Gbit/s": (150, "Service Quotas, two weeks before"),
}


class Function(msgspec.Struct, frozen=True):
    """What one invocation takes: ms of the processor, requests to DynamoDB and S3, units by table and index."""

    cpu_ms: float
    requests: Mapping[str, float]
    written: Mapping[str, float]
    read: Mapping[str, float]
    objects: Mapping[str, float]

    @property
    def puts(self) -> float:
        """Documents that are put."""
        return self.objects.get("PutObject", 0)

    @property
    def units_price(self) -> float:
        """What its units cost, in US dollars."""
        return sum(self.written.values()) * WRITE_UNIT + sum(self.read.values()) * READ_UNIT

    @property
    def objects_price(self) -> float:
        """What its requests to S3 cost, in US dollars."""
        return self.puts * S3_PUT + self.objects.get("GetObject", 0) * S3_GET

    def running_price(self, waiting_ms: float, gigabytes: float = MEMORY_GB) -> float:
        """Return what Lambda asks for it, with what it waits for, in US dollars."""
        return LAMBDA_REQUEST + (self.cpu_ms + waiting_ms) / 1000 * gigabytes * LAMBDA_GB_S


class Measured(msgspec.Struct, frozen=True):
    """What each function takes; times are of the processor of the machine that measured, in ms.

    `project` is for `events_of_invocation` events, `publish` for a change of the sums, `publish_paced` for one after
    which what follows every few seconds is due too, `announce` for that of a name, of which a participation brings
    `names_of_participation`. `busy_sweep` comes after changes, `sweep` after none. `batch_ms` is what 1,000 events at
    once take. `hottest` has units of the hottest partition key by table and index, its head first. `documents` have
    bytes as they are and compressed.
    """

    date: str
    record: Function
    project: Function
    publish: Function
    publish_paced: Function
    announce: Function
    busy_sweep: Function
    sweep: Function
    retain: Function
    events_of_invocation: float
    names_of_participation: float
    batch_ms: float
    hottest: Sequence[tuple[str, ...]]
    stored_bytes: Mapping[str, float]
    documents: Mapping[str, tuple[int, int]]
    site_bytes: int


def paper(measured: Measured) -> str:
    """Return the page."""
    return "\n".join(
        [
            "# What it costs, and which limits come first",
            "",
            "Written by `python -m benchmarks.scale`: measured on one machine, with prices and quotas of AWS as",
            f"known for eu-central-1 in {PRICES_OF} (`benchmarks/paper.py`): compare them with the public list before",
            "you rely on them. Processor times are of the machine",
            f"that measured, on {measured.date}; at 1,769 MB Lambda gives a whole processor too.",
            "",
            *_measured(measured),
            *_partitions(measured),
            *_million(measured),
            *_launch(measured),
            *_limits(measured),
        ]
    )


def _measured(measured: Measured) -> list[str]:
    functions = (
        ("recording", measured.record),
        (f"projecting {measured.events_of_invocation:.1f} events", measured.project),
        ("publishing", measured.publish),
        ("publishing, what follows every few seconds too", measured.publish_paced),
        ("a new name", measured.announce),
        ("the sweep of a minute, after changes", measured.busy_sweep),
        ("the sweep of a minute, after none", measured.sweep),
        ("retention of an hour, nothing to do", measured.retain),
    )
    rows = [
        (
            name,
            f"{function.cpu_ms:.1f} ms",
            f"{sum(function.requests.values()):.1f}",
            f"{sum(function.written.values()):.1f}",
            f"{sum(function.read.values()):.1f}",
            ", ".join(f"{count:.1f} {request}" for request, count in function.objects.items()),
        )
        for name, function in functions
    ]
    spread = measured.record.written, measured.project.written, measured.publish.read
    units = [(name, *(f"{of.get(name, 0):.2f}" for of in spread)) for name in sorted({*chain(*spread)})]
    sizes = [(name, f"{plain:,}", f"{packed:,}") for name, (plain, packed) in _shown(measured.documents)]
    return [
        "## Measured",
        "",
        "In a campaign of 20,000 events, so that sums and boards are as full as they get. A participation in ten is a",
        "new organisation's, the others are new persons'. What transactions write counts twice. Sums are written anew",
        "by each invocation, however few events it is for.",
        "",
        *_table(("invocation of", "processor", "requests to DynamoDB", "units written", "units read", "S3"), rows),
        "",
        *_table(("units by table and index", "recording", "projecting", "publishing, read"), units),
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
        "region, once more; of acts that wait. `python -m benchmarks.growth` shows that it stays as it is with a",
        "million events, 100,000 organisations and 100,000 acts in review. The sums of a campaign are one"
        " partition, so",
        "that one writer publishes them, and each invocation of the projector writes them anew.",
        "",
        *_table(head, rows),
        "",
    ]


def _million(measured: Measured) -> list[str]:
    million, gigabyte = 1_000_000, 1e9
    seconds = million / RATE
    polls = SHARDS * POLLS_OF_SHARD
    # Participations come by chance: a shard that is asked has some or none.
    invocations = seconds * polls * (1 - math.exp(-RATE / polls))
    publications = seconds * POLLS_OF_SHARD
    record, project, publish = measured.record, measured.project, measured.publish
    names = million * measured.names_of_participation
    busy, hours = seconds / 60, MONTH_MINUTES / 60
    sweeps = busy * _run_price(measured.busy_sweep, SWEEPER_GB)
    sweeps += (MONTH_MINUTES - busy) * _run_price(measured.sweep, SWEEPER_GB)
    paced = seconds * 1000 / EVERY_MS
    hurried, paced_publish = publications - paced, measured.publish_paced
    stored = sum(measured.stored_bytes[table] for table in ("events", "receipts", "contacts", "acts"))
    rows = [
        ("API Gateway, firewall, CDN, its function", million * (GATEWAY + FIREWALL + CDN_REQUEST + CDN_FUNCTION)),
        ("Lambda, recording", million * record.running_price(_waiting(record))),
        ("DynamoDB, log, receipts, contacts, names", million * record.units_price),
        ("Lambda, projecting", invocations * project.running_price(_waiting(project))),
        ("DynamoDB, sums", invocations * (project.written["sums"] + project.written["operations"]) * WRITE_UNIT),
        ("DynamoDB, acts and organisations", million / measured.events_of_invocation * _rows_price(project)),
        ("Lambda, publishing", hurried * _publishing_price(publish) + paced * _publishing_price(paced_publish)),
        ("DynamoDB, read for publishing", hurried * publish.units_price + paced * paced_publish.units_price),
        ("S3, documents put", hurried * publish.objects_price + paced * paced_publish.objects_price),
        ("Lambda, new names", names * measured.announce.running_price(_waiting(measured.announce))),
        ("logs and traces", million * (LOGGED_BYTES / gigabyte * LOGGED_GB + TRACED * TRACE)),
        ("a month of storage, restorable", million * stored / gigabyte * (STORED_GB + RESTORABLE_GB)),
        ("a month of sweeps", sweeps),
        ("a month of retention", hours * _run_price(measured.retain, RETENTION_GB)),
        ("a month of firewall, keys, secrets, alarms", FIREWALL_MONTH + KEYS_MONTH + SECRETS_MONTH + ALARMS_MONTH),
    ]
    return [
        "## A million participations",
        "",
        f"One by one at the API, {RATE} a second: {seconds / 3600:.0f} hours in which Lambda asks each of the log's",
        f"{SHARDS} shards {POLLS_OF_SHARD} times a second. Of the {polls} times it finds something"
        f" {invocations / seconds:.0f} times, and it finds",
        "a change of the sums each time that it asks for one. Faster is cheaper: a batch writes each sum once.",
        "",
        *_priced(rows),
        "",
    ]


def _launch(measured: Measured) -> list[str]:
    lines = [
        "## A launch, watched for an hour",
        "",
        "Every viewer loads the launch page once and then polls each of its documents every five seconds, each poll",
        "answered in full as totals change every second. Files answer; the API has no part in it. CloudFront leaves",
        "files below 1,000 bytes as they are and compresses the others.",
        "",
    ]
    for viewers in (100_000, 1_000_000):
        for title, names in (("the counter alone", ("live.json",)), ("the whole launch page", DOCUMENTS_OF_PAGE)):
            polls = viewers * 3600 * POLLS_A_SECOND * len(names)
            bytes_ = viewers * (measured.site_bytes + 40 * HEADER_BYTES) + polls / len(names) * _sent(measured, names)
            rows = [
                ("CDN, requests", (polls + viewers * 40) * CDN_REQUEST),
                ("CDN, data out", _data_out(bytes_ / 1e9)),
                ("S3, read by the CDN", EDGES * 3600 * len(names) * S3_GET),
            ]
            lines += [
                f"### {viewers:,} viewers, {title}",
                "",
                f"{polls / 3600:,.0f} requests, {bytes_ / 450e9:,.1f} Gbit a second, {bytes_ / 1e12:,.2f} TB in all.",
                "",
                *_priced(rows),
                "",
            ]
    return lines


def _limits(measured: Measured) -> list[str]:
    recording_ms = measured.record.cpu_ms + _waiting(measured.record)
    log = 4_000 / measured.record.written["events"]
    counter = 250_000 / POLLS_A_SECOND
    sent = 150e9 / 8 / POLLS_A_SECOND / _sent(measured, DOCUMENTS_OF_PAGE)
    publish = measured.publish
    publishing_ms = publish.cpu_ms + _waiting(publish) + publish.puts / WRITERS * WAITING_MS["PutObject"]
    values = {
        "Lambda, executions at once": f"{1_000 / recording_ms * 1000:,.0f} participations a second",
        "Lambda, executions of the API at once": f"{400 / recording_ms * 1000:,.0f} participations a second",
        "API Gateway, this stage, a second": "2,000 participations a second",
        "the firewall, one token in five minutes": "40 requests a second, each of 100 participations at most",
        "the firewall, one address without a token": "20 requests a second",
        "the firewall, one address at the hooks": "200 deliveries a second",
        "DynamoDB, the log, write units a second": f"{log:,.0f} participations a second; doubles in half an hour",
        "CloudFront, requests a second": f"{counter:,.0f} viewers of the counter, "
        f"{counter / len(DOCUMENTS_OF_PAGE):,.0f} of the whole page",
        "CloudFront, Gbit/s": f"{sent:,.0f} viewers of the whole page",
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
        f"a time, which takes about {publishing_ms:.0f} ms: documents change a few times a second, whatever comes in.",
        "",
    ]


def _sent(measured: Measured, names: tuple[str, ...]) -> int:
    """Return the bytes that the CDN sends for a poll of each of some documents."""
    total = 0
    for name in names:
        plain, packed = max(sizes for path, sizes in measured.documents.items() if path.startswith(name))
        total += HEADER_BYTES + (packed if plain >= 1_000 else plain)
    return total


def _shown(documents: Mapping[str, tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    """Return the documents, of those in a folder the largest alone: they are much alike."""
    largest: dict[str, str] = {}
    for path in sorted(documents, key=documents.__getitem__):
        folder, separator, _ = path.rpartition("/")
        largest[folder if separator else path] = path
    return [(path, documents[path]) for path in sorted(largest.values())]


def _waiting(function: Function) -> float:
    """Return how long an invocation waits for DynamoDB, in ms: rows are put at once, all else one after the other."""
    waiting = 0.0
    for request, count in function.requests.items():
        operation, _, table = request.partition(" ")
        at_once = ROWS_AT_ONCE if table in ("acts", "organisations") else 1
        waiting += max(count / at_once, min(count, 1)) * WAITING_MS.get(operation, 5)
    return waiting


def _publishing_price(publish: Function) -> float:
    return publish.running_price(_waiting(publish) + publish.puts / WRITERS * WAITING_MS["PutObject"])


def _rows_price(project: Function) -> float:
    rows = (units for table, units in project.written.items() if table.startswith(("acts", "organisations")))
    return sum(rows) * WRITE_UNIT


def _run_price(function: Function, gigabytes: float) -> float:
    """Return what a run by the clock costs; a function of less memory has as much less of a processor."""
    slower = function.cpu_ms * (MEMORY_GB / gigabytes - 1)
    waiting_ms = slower + _waiting(function) + sum(function.objects.values()) * OTHER_WAITING_MS
    return function.running_price(waiting_ms, gigabytes) + function.units_price + function.objects_price


def _data_out(gigabytes: float) -> float:
    first = min(gigabytes, CDN_FIRST_GB)
    return first * CDN_GB_FIRST + (gigabytes - first) * CDN_GB_LATER


def _priced(rows: Sequence[tuple[str, float]]) -> list[str]:
    told = [(what, f"{price:,.2f}") for what, price in rows]
    return _table(("what", "US dollars"), [*told, ("**together**", f"**{sum(price for _, price in rows):,.2f}**")])


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
