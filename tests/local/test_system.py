import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.local.dynamodb_local import dynamodb_local
from infra.local.local_settings import REPOSITORY, LocalError
from tests.local.system import LocalSystem


@pytest.fixture
def make_system(tmp_path: Path) -> Iterator[Callable[..., LocalSystem]]:
    made: list[LocalSystem] = []

    def make(name: str = "data", **environment: str) -> LocalSystem:
        made.append(LocalSystem(tmp_path / name, **environment))
        return made[-1]

    yield make
    for system in made:
        system.abandon()


@pytest.fixture
def system(make_system: Callable[..., LocalSystem]) -> LocalSystem:
    started = make_system()
    started.start()
    return started


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def phone(number: int) -> str:
    return f"+770112{number:05}"


def test_a_participation_reaches_the_viewers_and_outlives_a_restart(system: LocalSystem) -> None:
    first = system.record("first", phone(1))
    system.wait_for("participations", 1)

    assert first.status == 201
    assert system.stop() == 0
    system.start()

    assert system.totals()["participations"] == 1
    again = system.record("first", phone(1))
    assert (again.status, again.json["repeated"], again.json["id"]) == (200, True, first.json["id"])
    system.record("second", phone(2))
    system.wait_for("participations", 2)


def test_what_was_acknowledged_just_before_the_stop_is_counted_by_it(system: LocalSystem) -> None:
    delivery = system.child("infra.local.delivery")
    os.kill(delivery, signal.SIGSTOP)
    statuses = [system.record(f"key-{number}", phone(number)).status for number in range(20)]

    os.kill(system.pid, signal.SIGINT)
    wait_until(lambda: not system.has_child("infra.local.server"))
    os.kill(delivery, signal.SIGCONT)

    assert system.ended() == 0
    system.start()
    assert statuses == [201] * 20
    assert system.totals()["participations"] == 20


def test_a_request_that_is_being_answered_when_the_stop_comes_gets_its_answer(system: LocalSystem) -> None:
    emulator = system.child("ministack")
    os.kill(emulator, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(system.record, "slow", phone(1))
        time.sleep(0.2)
        os.kill(system.pid, signal.SIGTERM)
        time.sleep(1)
        os.kill(emulator, signal.SIGCONT)

        assert asked.result().status == 201
    assert system.ended() == 0


def test_a_terminal_that_closes_stops_the_system_too(system: LocalSystem) -> None:
    assert system.stop(signal.SIGHUP) == 0


def test_the_system_says_how_to_use_it(system: LocalSystem) -> None:
    path = system.data_dir / "run.json"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert system.run.keys() == {"url", "token", "campaign", "hooks"}
    assert (system.run["url"], system.run["campaign"]) == (f"http://localhost:{system.port}", "2026")
    assert f"curl {system.run['url']}/v1/campaigns/2026/participations" in system.log


def test_the_operators_commands_find_the_tables(system: LocalSystem) -> None:
    system.record("first", phone(1))
    system.wait_for("participations", 1)

    command = f". {system.data_dir}/functions.env; {sys.executable} -m ops"
    audit = subprocess.run(["sh", "-c", f"{command} audit 2026"], cwd=REPOSITORY, capture_output=True, check=True)
    export = subprocess.run(["sh", "-c", f"{command} export 2026"], cwd=REPOSITORY, capture_output=True, check=True)
    token = subprocess.run(["sh", "-c", f"{command} token 2026 read"], cwd=REPOSITORY, capture_output=True, check=True)

    assert json.loads(audit.stdout) == {"campaign": "2026", "recorded": 1, "applied": 1, "drifted": []}
    assert json.loads(export.stdout)["type"] == "kz.qaiyrym.ParticipationRecorded.v1"
    made = {"Authorization": f"Bearer {token.stdout.decode().strip()}"}
    assert system.ask("GET", "/v1/campaigns/2026/review", **made).status == 403


def test_the_token_stays_the_same(system: LocalSystem) -> None:
    token = system.run["token"]

    system.stop()
    system.start()

    assert system.run["token"] == token


def test_a_second_system_on_the_same_directory_is_refused(
    system: LocalSystem, make_system: Callable[..., LocalSystem]
) -> None:
    system.stop()
    second = make_system()
    system.start()

    second.launch()

    assert second.ended() == 1
    assert f"qaiyrym: DATA_DIR {system.data_dir} is in use by another instance" in system.log
    assert system.ask("GET", "/health").status == 200


def test_a_port_that_is_taken_is_named(make_system: Callable[..., LocalSystem]) -> None:
    system = make_system()

    with socket.create_server(("127.0.0.1", system.port)):
        system.launch()

        assert system.ended() == 1
    assert system.log.startswith(f"qaiyrym: PORT {system.port} cannot be used")
    assert system.log.count("\n") == 1


@pytest.mark.parametrize("module", ["infra.local.delivery", "infra.local.server"])
def test_a_process_that_dies_is_started_again_and_loses_nothing(system: LocalSystem, module: str) -> None:
    system.record("before", phone(1))

    os.kill(system.child(module), signal.SIGKILL)
    statuses = [system.record(f"key-{number}", phone(2)).status for number in range(3)]

    assert set(statuses) <= {200, 201}
    system.wait_for("participations", 4)
    assert "is started again" in system.log


def test_without_its_emulator_the_system_ends_and_says_so(system: LocalSystem) -> None:
    os.kill(system.child("ministack"), signal.SIGKILL)

    assert system.ended() == 1
    assert "qaiyrym: ministack ended by itself" in system.log


def test_no_log_line_holds_personal_data_or_a_secret(system: LocalSystem) -> None:
    system.record("mine", phone(1))
    system.ask("POST", "/v1/campaigns/2026/participations?phone=%2B77017654321", {"phone": phone(1)})
    system.ask("GET", f"/{phone(1)}/nothing")
    system.wait_for("participations", 1)
    system.stop()

    lines = [line for line in system.log.splitlines() if "Authorization" not in line]
    logged = "\n".join(lines) + "".join(log.read_text() for log in (system.data_dir / "logs").iterdir())
    assert phone(1) not in logged
    assert "77017654321" not in logged
    assert "example.com" not in logged
    assert system.run["token"] not in logged
    assert not [value for hook in system.run["hooks"].values() for value in hook.values() if value in logged]


@pytest.mark.slow
def test_with_dynamodb_local_the_system_can_be_killed(make_system: Callable[..., LocalSystem]) -> None:
    system = make_system(ENGINE="dynamodb-local")
    try:
        dynamodb_local(system.data_dir / "dynamodb-local", system.data_dir / "log")
    except LocalError as missing:
        pytest.skip(str(missing))
    system.start()
    for number in range(5):
        assert system.record(f"key-{number}", phone(number)).status == 201

    system.stop(signal.SIGKILL)
    system.start()

    system.wait_for("participations", 5)
    assert system.record("key-4", phone(4)).json["repeated"]
