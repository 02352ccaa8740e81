"""What was acknowledged is recorded, counted and shown, whatever is killed: on the engine that `make run` has."""

import hmac
import json
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.local.system import LocalSystem

pytestmark = pytest.mark.slow

WRITERS = 4
ROUNDS = 10
PROCESSES = ("infra.local.delivery", "infra.local.server", "infra.local.queue_server", "ministack", "dynoxide")


class Load:
    """Writers that send participations until they are told to stop, and remember what was answered to each key."""

    def __init__(self, system: LocalSystem, name: str) -> None:
        self._system = system
        self._name = name
        self._keys = count()
        self.sent: set[str] = set()
        self.acknowledged: dict[str, str] = {}

    @contextmanager
    def running(self) -> Iterator[None]:
        stop = Event()
        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(self._write, stop) for _ in range(WRITERS)]
            try:
                yield
            finally:
                stop.set()
        for writer in writers:
            writer.result()

    def settle(self) -> None:
        """Send again what was not acknowledged, until it is."""
        for key in sorted(self.sent - self.acknowledged.keys()):
            deadline = time.monotonic() + 60
            while key not in self.acknowledged:
                assert time.monotonic() < deadline
                self._send(key)

    def _write(self, stop: Event) -> None:
        while not stop.is_set():
            self._send(f"{self._name}-{next(self._keys)}")

    def _send(self, key: str) -> None:
        self.sent.add(key)
        try:
            reply = self._system.record(key, phone(key), patience=0)
        except (OSError, HTTPException):
            time.sleep(0.02)
            return
        if reply.status in (200, 201):
            self.acknowledged[key] = reply.json["id"]
        else:
            assert reply.status == 503, reply


def phone(key: str) -> str:
    return f"+7701{random.Random(key).randrange(10**7):07}"


def log_of(system: LocalSystem) -> int:
    """How many events the log holds."""
    scan = system.client("dynamodb").get_paginator("scan")
    pages = scan.paginate(TableName=system.environment["EVENTS_TABLE"], Select="COUNT")
    return sum(page["Count"] for page in pages)


def assert_complete(system: LocalSystem, *loads: Load) -> None:
    """Acknowledged, recorded, counted and shown are the same."""
    acknowledged = {key: act for load in loads for key, act in load.acknowledged.items()}
    system.wait_for("participations", len(acknowledged))
    assert log_of(system) == len(acknowledged)
    deadline = time.monotonic() + 20
    # The counter is published first.
    while shown_by_places(system) != len(acknowledged):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    sample = random.Random(0).sample(sorted(acknowledged), min(50, len(acknowledged)))
    again = {key: system.record(key, phone(key)) for key in sample}
    assert {key: (reply.status, reply.json["id"]) for key, reply in again.items()} == {
        key: (200, acknowledged[key]) for key in sample
    }
    # Nothing that comes later corrects the count.
    time.sleep(2)
    assert system.totals()["participations"] == len(acknowledged)


def shown_by_places(system: LocalSystem) -> int:
    places = system.ask("GET", "/v1/campaigns/2026/places.json").json["places"]
    return sum(place["participations"] for place in places.values())


def test_everything_is_killed_ten_times_under_load(system: LocalSystem) -> None:
    load = Load(system, "load")

    for number in range(ROUNDS):
        with load.running():
            time.sleep(1 + random.Random(number).random())
            system.kill()
        system.start()

    assert load.acknowledged
    load.settle()
    assert_complete(system, load)
    assert system.stop() == 0
    system.start()
    assert system.totals()["participations"] == len(load.acknowledged)


@pytest.mark.parametrize("process", PROCESSES)
def test_one_process_is_killed_again_and_again_under_load(system: LocalSystem, process: str) -> None:
    load = Load(system, "load")

    with load.running():
        for _ in range(3):
            time.sleep(1)
            killed = system.child(process)
            os.kill(killed, signal.SIGKILL)
            deadline = time.monotonic() + 30
            while not system.has_another(process, killed):
                assert time.monotonic() < deadline
                time.sleep(0.05)
        time.sleep(1)

    load.settle()
    assert_complete(system, load)


def test_the_supervisor_is_killed_under_load(system: LocalSystem) -> None:
    load = Load(system, "load")

    with load.running():
        time.sleep(1)
        os.kill(system.pid, signal.SIGKILL)
        system.ended()
    system.start()

    load.settle()
    assert_complete(system, load)


def test_a_copy_taken_in_the_middle_of_writes_holds_all_that_was_acknowledged(
    system: LocalSystem, tmp_path: Path
) -> None:
    before = Load(system, "before")
    with before.running():
        time.sleep(2)
        # All that stood on the disk at one moment, as the power cut would leave it.
        system.pause(signal.SIGSTOP)
        acknowledged = dict(before.acknowledged)
        shutil.copytree(system.data_dir, tmp_path / "copy")
        system.pause(signal.SIGCONT)

    copied = LocalSystem(tmp_path / "copy")
    copied.start()
    try:
        assert "documents are made anew" in copied.log
        repeated = {key: copied.record(key, phone(key)) for key in acknowledged}
        assert {reply.status for reply in repeated.values()} == {200}
        assert {key: reply.json["id"] for key, reply in repeated.items()} == acknowledged
        copied.wait_for("participations", log_of(copied))
        assert log_of(copied) >= len(acknowledged)
        after = Load(copied, "after")
        with after.running():
            time.sleep(1)
        after.settle()
        copied.wait_for("participations", log_of(copied))
    finally:
        copied.abandon()


@pytest.mark.parametrize("in_order", [True, False])
def test_documents_that_are_damaged_are_made_anew(system: LocalSystem, *, in_order: bool) -> None:
    load = Load(system, "load")
    with load.running():
        time.sleep(1)
    load.settle()
    assert_complete(system, load)
    shown = system.ask("GET", "/v1/campaigns/2026/live.json").json
    if in_order:
        assert system.stop() == 0
    else:
        system.kill()
    for damaged in (system.data_dir / "ministack" / "s3").rglob("*.json"):
        if not damaged.name.endswith(".meta.json"):
            damaged.write_bytes(b"")

    system.start()

    live = system.ask("GET", "/v1/campaigns/2026/live.json").json
    assert (live["rev"], live["totals"]) == (shown["rev"], shown["totals"])
    assert_complete(system, load)


def test_tables_that_have_lost_their_end_are_told_of_and_the_counter_goes_on(system: LocalSystem) -> None:
    for number in range(10):
        assert system.record(f"key-{number}", phone(str(number))).status == 201
    system.wait_for("participations", 10)
    shown = system.ask("GET", "/v1/campaigns/2026/live.json").json
    system.kill()
    log = system.data_dir / "dynoxide" / "qaiyrym.sqlite-wal"
    log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])

    system.start()

    assert f"the tables have lost part of campaign 2026: its documents are at revision 1.{shown['rev']}" in system.log
    assert log_of(system) < 10
    system.wait_for("participations", log_of(system))
    live = system.ask("GET", "/v1/campaigns/2026/live.json").json
    assert (live["epoch"], live["rev"]) > (shown["epoch"], shown["rev"])
    assert system.record("next", phone("next")).status == 201
    system.wait_for("participations", live["totals"]["participations"] + 1)
    assert system.stop() == 0
    system.start()
    assert system.log.count("the tables have lost part of campaign 2026") == 1


def test_leads_that_wait_to_be_fetched_outlive_a_kill(tmp_path: Path) -> None:
    # Nobody answers there: every lead stays in the queue.
    system = LocalSystem(tmp_path / "data", GRAPH_API_URL="http://127.0.0.1:9")
    system.start()
    try:
        statuses = [deliver_lead(system, number) for number in range(20)]
        system.kill()
        system.start()

        assert statuses == [200] * 20
        assert leads_in(system) == 20
    finally:
        system.abandon()


def deliver_lead(system: LocalSystem, number: int) -> int:
    value = {"leadgen_id": f"{10**15 + number}", "page_id": "1", "form_id": "2", "created_time": int(time.time())}
    entry: dict[str, Any] = {"id": "1", "time": int(time.time()), "changes": [{"field": "leadgen", "value": value}]}
    body = {"object": "page", "entry": [entry]}
    secret = system.run["hooks"]["meta"]["app_secret"]
    signature = hmac.digest(secret.encode(), json.dumps(body).encode(), "sha256").hex()
    return system.ask("POST", "/v1/hooks/meta", body, X_Hub_Signature_256=f"sha256={signature}").status


def leads_in(system: LocalSystem) -> int:
    queue = system.environment["LEADS_QUEUE_URL"]
    attributes = system.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])


@pytest.mark.parametrize("engine", ["dynamodb-local", "ministack"])
def test_another_engine_says_what_it_does_not_keep(tmp_path: Path, engine: str) -> None:
    if engine == "dynamodb-local" and (shutil.which("java") is None or shutil.which("npm") is None):
        pytest.skip("DynamoDB Local needs Java and npm")
    system = LocalSystem(tmp_path / "data", ENGINE=engine)
    system.start()
    try:
        for number in range(5):
            assert system.record(f"key-{number}", phone(str(number))).status == 201
        system.kill()
        system.start()

        assert f"ENGINE={engine} keeps " in system.log
        expected = 5 if engine == "dynamodb-local" else 0
        system.wait_for("participations", expected)
        assert log_of(system) == expected
    finally:
        system.abandon()


def test_ministack_that_ends_takes_the_system_with_it_where_it_holds_the_tables(tmp_path: Path) -> None:
    system = LocalSystem(tmp_path / "data", ENGINE="ministack")
    system.start()

    os.kill(system.child("ministack"), signal.SIGKILL)

    assert system.ended() == 1
    assert "qaiyrym: ministack ended by itself, and what it held is gone; its log is" in system.log
