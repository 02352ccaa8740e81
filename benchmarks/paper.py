"""From measured figures to `docs/scale.md`: prices and quotas are here, and nothing is calculated by hand."""

from collections.abc import Mapping, Sequence

import msgspec

PRICES_OF = "2026-11"
"""Of when the prices and quotas are: as known then for eu-central-1, in US dollars; compare with AWS's price list."""

GATEWAY, FIREWALL, CDN_REQUEST, CDN_FUNCTION = 3.70e-6, 0.60e-6, 1.20e-6, 0.10e-6
LAMBDA_REQUEST, LAMBDA_GB_S = 0.20e-6, 1.66667e-5
WRITE_UNIT, READ_UNIT, STORED_GB, RESTORABLE_GB = 0.7625e-6, 0.1525e-6, 0.306, 0.2448
LOGGED_GB, TRACE = 0.63, 5e-6
S3_PUT, S3_GET = 5.4e-6, 0.43e-6
CDN_GB_FIRST, CDN_GB_LATER, CDN_FIRST_GB = 0.085, 0.080, 10_000
FIREWALL_MONTH, KEYS_MONTH, SECRETS_MONTH, ALARMS_MONTH = 7.0, 3.0, 1.2, 1.3

LOGGED_BYTES = 1_100
"""Of a request: its line, its metrics, and Lambda's own three lines."""

TRACED = 0.05
WAITING_MS = {"PutItem": 5, "UpdateItem": 5, "GetItem": 3, "Query": 4, "PutObject": 40}
"""How long an invocation waits for an answer inside a region, in ms: latencies that AWS names as typical."""

MEMORY_GB = 1769 / 1024
HEADER_BYTES = 450
"""Headers of an answer of the CDN over HTTP/2."""

POLLS_A_SECOND = 1 / 5
EDGES = 40
"""Caches that ask the bucket: regional caches and the edges that ask for themselves, where viewers are."""

DOCUMENTS_OF_PAGE = ("live.json", "places.json", "recent.json", "organisations.json", "timeline")

QUOTAS: Mapping[str, tuple[int, str]] = {
    "Lambda, executions at once": (1_000, "Service Quotas, days before; a new account has 10"),
    "API Gateway, this stage, a second": (2_000, "parameters `ApiRate`, `ApiBurst`; 10,000 an account"),
    "DynamoDB, the log, write units a second": (4_000, "parameter `WarmWrites`, the day before"),
    "CloudFront, requests a second": (250_000, "Service Quotas, two weeks before"),
    "CloudFront, Gbit/s": (150, "Service Quotas, two weeks before"),
}


class Measured(msgspec.Struct, frozen=True):
    """What one participation after another takes; times are of the processor of the machine that measured, in ms."""

    date: str
    requests: Mapping[str, float]
    event_bytes: int
    contact_bytes: int
    state_units: int
    states: int
    record_ms: float
    project_ms_an_event: float
    publish_ms: float
    documents: Mapping[str, tuple[int, int]]
    puts: int
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
            *_million(measured),
            *_launch(measured),
            *_limits(measured),
        ]
    )


def _measured(measured: Measured) -> list[str]:
    rows = [(f"{name} of one participation", f"{count:.2f}") for name, count in sorted(measured.requests.items())]
    rows += [
        ("event in the log", f"{measured.event_bytes:,} bytes, {_units(measured.event_bytes)} write unit"),
        ("contact", f"{measured.contact_bytes:,} bytes, {_units(measured.contact_bytes)} write unit"),
        ("states that a batch writes", f"{measured.states} items, {measured.state_units} write units"),
        ("recording, processor", f"{measured.record_ms:.1f} ms"),
        ("projecting, processor", f"{measured.project_ms_an_event * 1000:.0f} µs an event, its states included"),
        ("publishing, processor", f"{measured.publish_ms:.0f} ms, {measured.puts} documents at most"),
    ]
    rows += [
        (name, f"{plain:,} bytes, {packed:,} compressed")
        for name, (plain, packed) in sorted(measured.documents.items())
        if name.endswith((".json", ".csv"))
    ]
    return ["## Measured", "", *_table(("what", "how much"), rows), ""]


def _million(measured: Measured) -> list[str]:
    million = 1_000_000
    recording_s = (measured.record_ms + sum(_wait(name) * n for name, n in measured.requests.items())) / 1000
    rate = 20
    seconds = million / rate
    invocations = 4 * seconds
    projecting_s = (
        20 * rate / 4 * measured.project_ms_an_event / 20 + 2 * WAITING_MS["PutItem"] * measured.states
    ) / 1000
    publishing_s = (measured.publish_ms + 4 * WAITING_MS["PutObject"]) / 1000
    units = _units(measured.event_bytes) + _units(measured.contact_bytes)
    gigabyte = 1e9
    rows = [
        ("API Gateway, firewall, CDN, its function", million * (GATEWAY + FIREWALL + CDN_REQUEST + CDN_FUNCTION)),
        ("Lambda, recording", million * (LAMBDA_REQUEST + recording_s * MEMORY_GB * LAMBDA_GB_S)),
        ("DynamoDB, log and contacts", million * WRITE_UNIT * units),
        ("Lambda, projecting", invocations * (LAMBDA_REQUEST + projecting_s * MEMORY_GB * LAMBDA_GB_S)),
        ("DynamoDB, states", invocations * measured.state_units * WRITE_UNIT),
        ("Lambda, publishing", invocations * (LAMBDA_REQUEST + publishing_s * MEMORY_GB * LAMBDA_GB_S)),
        ("DynamoDB, states read for publishing", invocations * measured.state_units / 4 * READ_UNIT),
        ("S3, documents put", invocations * measured.puts * S3_PUT),
        ("logs and traces", million * (LOGGED_BYTES / gigabyte * LOGGED_GB + TRACED * TRACE)),
        (
            "a month of storage, restorable",
            million * (measured.event_bytes + measured.contact_bytes + 200) / gigabyte * (STORED_GB + RESTORABLE_GB),
        ),
        ("a month of firewall, keys, secrets, alarms", FIREWALL_MONTH + KEYS_MONTH + SECRETS_MONTH + ALARMS_MONTH),
    ]
    return [
        "## A million participations",
        "",
        f"All of newcomers, one by one at the API, {rate} a second: {seconds / 3600:.0f} hours in which Lambda asks",
        "each stream four times a second and finds something every time. Faster is cheaper: a batch writes each once.",
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
    recording_ms = measured.record_ms + sum(_wait(name) * count for name, count in measured.requests.items())
    shard = 1000 / measured.project_ms_an_event
    counter = 250_000 / POLLS_A_SECOND
    sent = 150e9 / 8 / POLLS_A_SECOND / _sent(measured, DOCUMENTS_OF_PAGE)
    publishing_ms = measured.publish_ms + 4 * WAITING_MS["PutObject"]
    values = {
        "Lambda, executions at once": f"{1_000 / recording_ms * 1000:,.0f} participations a second",
        "API Gateway, this stage, a second": "2,000 participations a second",
        "DynamoDB, the log, write units a second": "4,000 participations a second; doubles in half an hour",
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
        f"One processor projects {shard:,.0f} events a second, a batch of one shard at a time. A shard takes 1,000",
        "writes a second, and DynamoDB makes more of them by itself. A campaign is published by one invocation at a",
        f"time, which takes about {publishing_ms:.0f} ms: documents change a few times a second, whatever is recorded.",
        "",
    ]


def _sent(measured: Measured, names: tuple[str, ...]) -> int:
    """Return the bytes that the CDN sends for a poll of each of some documents."""
    total = 0
    for name in names:
        plain, packed = next(
            sizes
            for key, sizes in measured.documents.items()
            if key == name or (name == "timeline" and key[:2] == "20")
        )
        total += HEADER_BYTES + (packed if plain >= 1_000 else plain)
    return total


def _kind(document: str) -> str:
    """Return what a document is that is named after its day."""
    return "timeline" if document[:2] == "20" else document


def _data_out(gigabytes: float) -> float:
    first = min(gigabytes, CDN_FIRST_GB)
    return first * CDN_GB_FIRST + (gigabytes - first) * CDN_GB_LATER


def _wait(name: str) -> int:
    return WAITING_MS.get(name.partition(" ")[0], 5)


def _units(size: int) -> int:
    return -(-size // 1024)


def _priced(rows: Sequence[tuple[str, float]]) -> list[str]:
    told = [(what, f"{price:,.2f}") for what, price in rows]
    return _table(("what", "US dollars"), [*told, ("**together**", f"**{sum(price for _, price in rows):,.2f}**")])


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)]
