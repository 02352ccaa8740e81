"""A rebuild beside traffic on the whole system, killed again and again: what viewers see is always one build's."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest

from infra.local.local_settings import REPOSITORY
from tests.local.system import LocalSystem

WRITERS = 3
PARTICIPATIONS = 5_000
BATCH = 50
KILLS = 10
SHORT = {"CUT_LEAD_SECONDS": "1", "CUT_SETTLE_SECONDS": "3"}
COMMAND_SECONDS = 240


class Api:
    """Requests of one sender, one after the other."""

    def __init__(self, system: LocalSystem) -> None:
        self._connection = HTTPConnection("localhost", system.port, timeout=60)
        self._token = system.run["token"]

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        self._connection.request("POST", path, json.dumps(body), headers)
        answer = self._connection.getresponse()
        content = json.loads(answer.read() or b"{}")
        assert answer.status == 200, content
        return content


def write(system: LocalSystem, writer: int, count: int) -> None:
    """Send participations by batches, withdraw some of them and erase some of the persons behind them."""
    api, draw = Api(system), random.Random(writer)
    for start in range(0, count, BATCH):
        phones = [f"+7701{writer}{draw.randrange(1_000):06}" for _ in range(BATCH)]
        acts = [
            {
                "idempotency_key": f"{writer}-{start + number}",
                "kind": "good_deed",
                "participant": {"type": "citizen", "phone": phone},
                "place": {"region": draw.choice(["KZ-75", "KZ-71", "KZ-10"])},
                "hours": draw.randrange(3),
            }
            for number, phone in enumerate(phones)
        ]
        results = api.post("/v1/campaigns/2026/participations/batch", {"participations": acts})["results"]
        for result in draw.sample(results, 2):
            api.post(f"/v1/participations/{result['participation']['id']}/withdrawal", {"reason": "an error"})
        person = {"participant": {"type": "citizen", "phone": draw.choice(phones)}}
        api.post("/v1/campaigns/2026/erasures", person)


def operate(system: LocalSystem, *arguments: str) -> subprocess.Popen[str]:
    """Start an operators' command on the system's tables."""
    return subprocess.Popen(
        [sys.executable, "-m", "ops", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **system.environment, **SHORT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answered(system: LocalSystem, *arguments: str) -> tuple[int, Any]:
    """Run an operators' command to its end; return its exit code and answer."""
    command = operate(system, *arguments, "--json")
    told, said = command.communicate(timeout=COMMAND_SECONDS)
    assert told, said
    return command.returncode, json.loads(told)


@contextmanager
def watched(system: LocalSystem) -> Iterator[list[tuple[int, int, int]]]:
    """Give the epochs, revisions and participations that a viewer sees meanwhile."""
    seen: list[tuple[int, int, int]] = []
    over = Signal()

    def watch() -> None:
        while not over.wait(0.05):
            with urllib.request.urlopen(
                f"http://localhost:{system.port}/v1/campaigns/2026/live.json", timeout=10
            ) as live:
                told = json.load(live)
            seen.append((told["epoch"], told["rev"], told["totals"]["participations"]))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def rebuilt_though_killed(system: LocalSystem, kills: int, draw: random.Random) -> tuple[int, Any]:
    """Kill a rebuild at so many moments, and let the last one end."""
    for _ in range(kills):
        command = operate(system, "rebuild", "2026", "--json")
        time.sleep(draw.uniform(0.5, 6.0))
        command.send_signal(signal.SIGKILL)
        command.communicate(timeout=60)
    return answered(system, "rebuild", "2026")


def assert_forward(seen: Sequence[tuple[int, int, int]]) -> None:
    positions = [(epoch, rev) for epoch, rev, _ in seen]
    assert positions == sorted(positions)
    # A withdrawal takes one away; the numbers of an unfinished build would be thousands lower.
    numbers = [participations for _, _, participations in seen]
    assert all(later >= earlier - 2 * BATCH for earlier, later in pairwise(numbers))


@pytest.mark.slow
def test_a_rebuild_killed_again_and_again_beside_traffic_ends_equal(system: LocalSystem) -> None:
    write(system, 0, PARTICIPATIONS // 5)
    with watched(system) as seen, ThreadPoolExecutor(WRITERS) as pool:
        rest = PARTICIPATIONS * 4 // 5 // WRITERS
        writing = [pool.submit(write, system, writer, rest) for writer in range(1, WRITERS + 1)]
        code, outcome = rebuilt_though_killed(system, KILLS, random.Random(1))
        for one in writing:
            one.result()
        time.sleep(2)

    assert (code, outcome["cells"], outcome["unreadable"], outcome["published"]) == (0, [], 0, True)
    assert_forward(seen)
    assert (seen[0][0], seen[-1][0]) == (1, outcome["generation"])
    code, audit = answered(system, "audit", "2026")
    assert (code, audit["drifted"], audit["unreadable"]) == (0, 0, 0)


@pytest.mark.slow
def test_audits_beside_traffic_and_beside_each_other_find_nothing(system: LocalSystem) -> None:
    write(system, 0, 200)
    with ThreadPoolExecutor(2 * WRITERS) as pool:
        writing = [pool.submit(write, system, writer, 600) for writer in range(1, WRITERS + 1)]
        found: list[tuple[int, Any]] = []
        while not found or not all(one.done() for one in writing):
            found += pool.map(lambda _: answered(system, "audit", "2026"), range(2))
        for one in writing:
            one.result()

    assert [(code, audit["drifted"], audit["rows"]) for code, audit in found] == [(0, 0, [])] * len(found)
    assert found[0][1]["events"] < found[-1][1]["events"]
    assert answered(system, "generations", "2026")[1][0]["number"] == 1


def send(system: LocalSystem, numbers: Iterable[int]) -> list[int]:
    """Send good deeds, each of another person; return the statuses of the answers."""
    return [system.record(f"k{number}", f"+7701000{number:04}").status for number in numbers]


def lose_newest_events(system: LocalSystem, count: int) -> None:
    """Let the log be as it was some events ago, and everything else as it is."""
    dynamodb, table = system.client("dynamodb"), system.environment["EVENTS_TABLE"]
    events = sorted(dynamodb.scan(TableName=table)["Items"], key=lambda item: item["event_id"]["S"])
    for event in events[-count:]:
        dynamodb.delete_item(TableName=table, Key={name: event[name] for name in ("stream", "version")})


def set_milestone(system: LocalSystem, at: int) -> None:
    """Let a number of participations be the campaign's only milestone; return once viewers are told of it."""
    campaign = system.ask("GET", "/v1/campaigns/2026").json
    milestone = {"id": "some", "metric": "participations", "at": at, "title": campaign["names"]}
    assert system.ask("PATCH", "/v1/campaigns/2026", {"milestones": [milestone]}, If_Match="*").status == 200
    system.wait_until(lambda: shown_milestone(system)["id"] == "some")


def shown_milestone(system: LocalSystem) -> dict[str, Any]:
    """Return the campaign's only milestone, as viewers are told."""
    (milestone,) = system.ask("GET", "/v1/campaigns/2026/live.json").json["milestones"]
    return dict(milestone)


def moment_reached(system: LocalSystem) -> str | None:
    """Return when the campaign's milestone was reached, as viewers are told."""
    at: str | None = shown_milestone(system)["reached_at"]
    return at


@pytest.mark.slow
def test_a_copy_of_the_tables_put_back_is_told_and_mended(system: LocalSystem, tmp_path: Path) -> None:
    set_milestone(system, 30)
    tables, copy = system.data_dir / "dynoxide", tmp_path / "copy"
    assert send(system, range(30)) == [201] * 30
    system.wait_for("participations", 30)
    reached_at = moment_reached(system)
    assert system.stop() == 0
    shutil.copytree(tables, copy)
    system.start()
    assert send(system, range(30, 50)) == [201] * 20
    system.wait_for("participations", 50)
    assert system.stop() == 0

    shutil.rmtree(tables)
    shutil.copytree(copy, tables)
    system.start()
    lose_newest_events(system, 5)

    assert "the tables have lost part of campaign 2026" in system.log
    code, audit = answered(system, "audit", "2026")
    assert (code, audit["events"], audit["drifted"] > 0) == (1, 25, True)
    code, outcome = answered(system, "rebuild", "2026", "--after-restore", "--yes")
    assert (code, outcome["receipts"], outcome["published"]) == (0, {"put": 0, "deleted": 5}, True)
    system.wait_for("participations", 25)
    assert answered(system, "audit", "2026")[1]["drifted"] == 0
    assert send(system, range(50)) == [200] * 25 + [201] * 25
    system.wait_for("participations", 50)
    # It was celebrated once, and is not again.
    assert (reached_at is not None, moment_reached(system)) == (True, reached_at)
