"""Scans on real tables: what is noted of them, and a generation that is built, audited and removed."""

from random import Random
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.aws import clients
from chalicelib.eventlog.codec import encode
from chalicelib.projections.audit import audit
from chalicelib.projections.projector import put_rows
from chalicelib.projections.scan_progress import Chunk, ScanContended, ScanProgress, SegmentPart
from chalicelib.projections.voids import Voids
from tests.conftest import Tables
from tests.histories import FIRST_MOMENT, campaign, carries, random_history, stream_records
from tests.projections.event_source_mapping import Clock

PLACE = {"stream": {"S": "2026/p"}, "version": {"N": "7"}}
FIRST = Chunk(1, (SegmentPart(None, PLACE), SegmentPart()))
SECOND = Chunk(2, (SegmentPart(PLACE), None))
SHARD = f"shardId-{FIRST_MOMENT:020d}-00000001"


@pytest.fixture
def progress(tables: Tables) -> ScanProgress:
    return ScanProgress(clients.dynamodb(), tables["OperationsTable"])


def test_the_chunk_that_a_scan_is_at_is_noted(progress: ScanProgress) -> None:
    assert progress.read("2026#2") is None

    progress.put("2026#2", None, FIRST)
    progress.put("2026#2", FIRST, SECOND)

    assert progress.read("2026#2") == SECOND
    assert progress.read("2026#3") is None


@pytest.mark.parametrize(("chunk", "is_last"), [(FIRST, False), (SECOND, True)])
def test_a_chunk_is_the_last_once_every_segment_ends_in_it(chunk: Chunk, is_last: bool) -> None:
    assert chunk.is_last == is_last


def test_nobody_goes_on_from_where_another_is_not(progress: ScanProgress) -> None:
    progress.put("2026#2", None, FIRST)
    other = Chunk(1, (SegmentPart(), SegmentPart()))

    with pytest.raises(ScanContended, match="2026#2"):
        progress.put("2026#2", None, other)
    with pytest.raises(ScanContended):
        progress.put("2026#2", other, SECOND)

    assert progress.read("2026#2") == FIRST


def test_what_was_noted_though_the_answer_was_lost_is_noted(progress: ScanProgress) -> None:
    progress.put("2026#2", None, FIRST)
    progress.put("2026#2", None, FIRST)

    assert progress.read("2026#2") == FIRST


def test_a_scan_is_forgotten(progress: ScanProgress) -> None:
    progress.put("2026#2", None, FIRST)
    progress.put("2026#3", None, FIRST)

    progress.forget("2026#2")

    assert progress.read("2026#2") is None
    assert progress.read("2026#3") == FIRST


def test_a_void_generation_is_told_until_it_is_forgotten(tables: Tables) -> None:
    voids = Voids(clients.dynamodb(), tables["OperationsTable"])
    voids.put("2026", 2, "e1 came after the scan had begun")

    assert voids.read("2026", 2) == "e1 came after the scan had begun"
    assert voids.read("2026", 3) is voids.read("2027", 2) is None
    voids.forget("2026", 2)
    assert voids.read("2026", 2) is None


@pytest.mark.slow
def test_a_generation_is_built_audited_shown_and_the_former_one_removed(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = bootstrap.bootstrap()
    clock = Clock(FIRST_MOMENT + 86_400_000)
    monkeypatch.setattr(services, "now", clock)
    monkeypatch.setattr("time.sleep", lambda seconds: setattr(clock, "time", clock.time + round(seconds * 1000)))
    services.registry.put_campaign(campaign("2026"))
    events = random_history(Random(5), 80)
    for event, carry in zip(events, carries(events), strict=True):
        item: Any = encode(event, carry)
        tables.clients.dynamodb.put_item(TableName=tables["EventsTable"], Item=item)
    monkeypatch.setattr(services.backlog, "oldest", lambda: None)
    services.projector.handle({"Records": stream_records(events), "shardId": SHARD})
    current = services.registry.campaigns()[0]

    generation = services.rebuild.begin(current)
    take = lambda changes: put_rows(services.rows.put, generation.number, changes)  # noqa: E731
    scanned = services.rebuild.fill(current, generation, take, lambda _: None)

    assert (scanned.events, scanned.rejected) == (len(events), 0)
    assert services.rebuild.differences(current, generation) == []
    assert services.registry.point_at("2026", generation.number).generation == 2
    shown = services.registry.campaigns()[0]
    services.rebuild.remove("2026", 1)
    assert audit(services.rebuild, services.rows, services.log_segments, shown, lambda _: None).drifted == 0
    assert [g.number for g in services.registry.generations()["2026"].registered] == [2]
    states = tables.clients.dynamodb.scan(TableName=tables["StateTable"])["Items"]
    assert {item["item"]["S"].partition("#")[0] for item in states} == {"2"}
    rows = tables.clients.dynamodb.scan(TableName=tables["ActsTable"])["Items"]
    assert rows
    assert {item["id"]["S"].split("#")[1] for item in rows} == {"2"}
