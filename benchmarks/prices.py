"""What AWS asks for, and what one invocation of a function comes to by that."""

from collections.abc import Mapping

import msgspec

PRICES_OF = "2026-11"
"""Of when the prices are: as known then for eu-central-1, in US dollars; compare with AWS's price list.

What is free is left out. aws.amazon.com/{api-gateway,waf,cloudfront,lambda,dynamodb,s3,cloudwatch,kms}/pricing.
"""

GATEWAY, FIREWALL, CDN_REQUEST, CDN_FUNCTION = 3.70e-6, 0.60e-6, 1.20e-6, 0.10e-6
LAMBDA_REQUEST, LAMBDA_GB_S = 0.20e-6, 1.66667e-5
WRITE_UNIT, READ_UNIT, STORED_GB, RESTORABLE_GB = 0.7625e-6, 0.1525e-6, 0.306, 0.2448
LOGGED_GB, TRACE = 0.63, 5e-6
S3_PUT, S3_GET = 5.4e-6, 0.43e-6
CDN_GB_FIRST, CDN_GB_LATER, CDN_FIRST_GB = 0.085, 0.080, 10_000
ALARM_METRIC, METRIC, DASHBOARD = 0.10, 0.30, 3.00
"""Of a month; an alarm that calculates is as many as it reads, a metric one for each set of dimensions."""

KEY, KEY_VERSION, SECRET, WEB_ACL, RULE = 1.00, 1.00, 0.40, 5.00, 1.00
"""Of a month. The first two rotations of a key add a version each that is paid for, later ones none."""

LAMBDA_LINES = 700
"""Bytes that Lambda itself logs of an invocation, as JSON: that it begins and what it took."""

TRACED = 0.05
WAITING_MS = {"TransactWriteItems": 10, "PutItem": 5, "GetItem": 3, "BatchGetItem": 5, "Query": 4, "PutObject": 40}
"""How long an invocation waits for an answer inside a region, in ms: latencies that AWS names as typical."""

OTHER_WAITING_MS = 15
WRITERS, ROWS_AT_ONCE = 8, 16
"""How many documents and how many rows are put at a time."""

MEMORY_GB = 1769 / 1024


class Function(msgspec.Struct, frozen=True):
    """What one invocation takes: ms of the processor, requests to DynamoDB and S3, units by table and index.

    `logged` is bytes of lines; `metrics` are those that such invocations write, each with its dimensions.
    """

    cpu_ms: float
    requests: Mapping[str, float]
    written: Mapping[str, float]
    read: Mapping[str, float]
    objects: Mapping[str, float]
    logged: float
    metrics: frozenset[str]

    @property
    def puts(self) -> float:
        """Documents that are put."""
        return self.objects.get("PutObject", 0)

    @property
    def waiting_ms(self) -> float:
        """How long it waits for DynamoDB: rows are put at once, all else one after the other."""
        waiting = 0.0
        for request, count in self.requests.items():
            operation, _, table = request.partition(" ")
            at_once = ROWS_AT_ONCE if table in ("acts", "organisations") else 1
            waiting += max(count / at_once, min(count, 1)) * WAITING_MS.get(operation, 5)
        return waiting

    @property
    def publishing_ms(self) -> float:
        """How long an invocation lasts that puts documents several at a time."""
        return self.cpu_ms + self.waiting_ms + self.puts / WRITERS * WAITING_MS["PutObject"]

    @property
    def units_price(self) -> float:
        """What its units cost, in US dollars."""
        return sum(self.written.values()) * WRITE_UNIT + sum(self.read.values()) * READ_UNIT

    @property
    def objects_price(self) -> float:
        """What its requests to S3 cost, in US dollars."""
        return self.puts * S3_PUT + self.objects.get("GetObject", 0) * S3_GET

    @property
    def lines_price(self) -> float:
        """What keeping its lines costs, in US dollars, with Lambda's own."""
        return (self.logged + LAMBDA_LINES) / 1e9 * LOGGED_GB

    def running_price(self, waiting_ms: float, gigabytes: float = MEMORY_GB) -> float:
        """Return what Lambda asks for it, with what it waits for, in US dollars."""
        return LAMBDA_REQUEST + (self.cpu_ms + waiting_ms) / 1000 * gigabytes * LAMBDA_GB_S

    def run_price(self, gigabytes: float = MEMORY_GB, idle_ms: float = 0) -> float:
        """Return what a run by the clock costs, all in all, in US dollars; `idle_ms` is what it only waits.

        A function of less memory has as much less of a processor.
        """
        slower = self.cpu_ms * (MEMORY_GB / gigabytes - 1)
        waiting_ms = idle_ms + slower + self.waiting_ms + sum(self.objects.values()) * OTHER_WAITING_MS
        running = self.running_price(waiting_ms, gigabytes)
        return running + self.units_price + self.objects_price + self.lines_price
