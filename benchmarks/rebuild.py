"""A generation built from the log of one machine: the scan beside one that drops its items, its time, and its memory.

The events are of newcomers, spread over thirty days. The scan is measured for the sums alone, as a rebuild makes it,
with the rows of acts and organisations, each of which is a write of its own, and as an audit does, with all rows
compared.

Run: `python -m benchmarks.rebuild [EVENTS]`.
"""

import os
import resource
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from benchmarks.measuring import pair, wall_ms
from benchmarks.stage import Stage, stage
from benchmarks.traffic import CAMPAIGN, HOUR, Traffic
from chalicelib.aws import clients
from chalicelib.bootstrap import Services, bootstrap
from chalicelib.domain.generations import Generation
from chalicelib.eventlog.segments import LogSegments
from chalicelib.projections.log_scan import LogScan
from chalicelib.projections.projector import put_rows
from chalicelib.projections.row_check import RowCheck
from chalicelib.projections.scan_progress import ScanProgress

EVENTS = 200_000
ROUNDS = 3
DAYS = 30
_CUT = HOUR + DAYS * 86_400_000
SEGMENTS = 1
"""As on one machine: to find a segment the engine looks through the whole table for each page."""

WRITERS = 4
AT_ONCE = 25
"""Items of one BatchWriteItem."""


class Scans:
    """Scans of one log, each for a generation of its own."""

    def __init__(self, services: Services, stage: Stage) -> None:
        self._services = services
        settings = services.settings
        self._peer = LogSegments(stage.clients.dynamodb, settings.events_table)
        progress = ScanProgress(clients.dynamodb(), settings.operations_table)
        self._scan = LogScan(
            LogSegments(clients.dynamodb(), settings.events_table), services.states, progress, SEGMENTS
        )
        self._number = self._with_rows = 1

    def dropping(self) -> None:
        """Scan the log with a client of boto3 as it comes, and drop its items."""
        with ThreadPoolExecutor(SEGMENTS) as threads:
            list(threads.map(self._drop, range(SEGMENTS)))

    def sums(self) -> int:
        """Scan for the sums alone; return how many events are in them."""
        return self._run(lambda _: ())

    def all_read_models(self) -> int:
        """Scan for the sums and the rows; return how many events are in them."""
        rows, number = self._services.rows, self._number + 1
        self._with_rows = number
        return self._run(lambda changes: put_rows(rows.put_together, number, changes))

    def audit(self) -> None:
        """Compare the rows that were stored last with the log, and sum it up."""
        services, next_one = self._services, Generation(self._number + 1, cut=_CUT)
        check = RowCheck(services.rows, services.log_segments, CAMPAIGN.id, self._with_rows, next_one)
        self._run(check.take)
        check.compare_stored()
        if check.count:
            raise RuntimeError(f"{check.count} rows differ")

    def _run(self, take: Any) -> int:
        self._number += 1
        return self._scan.run(CAMPAIGN.id, Generation(self._number, cut=_CUT), take, lambda _: None).events

    def _drop(self, segment: int) -> None:
        for _ in self._peer.pages(segment, SEGMENTS):
            pass


def main(arguments: Sequence[str]) -> None:
    """Fill a log, measure, and print the figures."""
    count = int(arguments[0]) if arguments else EVENTS
    with stage() as made:
        tables = made.set_up("bench")
        fill(made, tables["EventsTable"], count)
        os.environ["SCAN_SEGMENTS"] = str(SEGMENTS)
        scans = Scans(bootstrap(), made)
        scans.sums()
        before = memory_mb()
        beside = pair(lambda: wall_ms(scans.sums), lambda: wall_ms(scans.dropping), ROUNDS)
        whole = wall_ms(scans.all_read_models)
        audit = wall_ms(scans.audit)
        print(f"{count} events, one process")
        print(f"  scan that drops its items   {count / beside.peer * 1000:8.0f} events a second")
        print(f"  scan of the sums            {count / beside.subject * 1000:8.0f}, {1 / beside.ratio:.2f} of it")
        print(f"  with all rows               {count / whole * 1000:8.0f}, {whole / 1000:.1f} s")
        print(f"  an audit                    {count / audit * 1000:8.0f}, {audit / 1000:.1f} s")
        print(f"  memory of the process       {before:8.0f} MB after the first scan, {memory_mb():.0f} MB at most")


def fill(stage: Stage, table: str, count: int) -> None:
    """Append events of newcomers."""
    traffic, step = Traffic(1), DAYS * 86_400_000 // max(1, count // AT_ONCE)

    def write(items: Sequence[Any]) -> None:
        waiting: Any = {table: [{"PutRequest": {"Item": item}} for item in items]}
        while waiting:
            waiting = stage.clients.dynamodb.batch_write_item(RequestItems=waiting).get("UnprocessedItems")

    batches = (
        [record["dynamodb"]["NewImage"] for record in traffic.persons(AT_ONCE, HOUR + number * step)]
        for number in range(count // AT_ONCE)
    )
    with ThreadPoolExecutor(WRITERS) as threads:
        while some := list(islice(batches, WRITERS)):
            list(threads.map(write, some))


def memory_mb() -> float:
    """Return the most that this process has held in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
