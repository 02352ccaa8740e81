import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from infra.local import send_form
from infra.local.__main__ import run
from infra.local.directory_lock import hold
from infra.local.emulator import free_port
from infra.local.local_settings import REPOSITORY, LocalError
from infra.local.stopping import Stop
from tests.local.system import LocalSystem

PROCESSES = ("infra.local.delivery", "infra.local.server", "infra.local.queue_server", "ministack", "dynoxide")


@pytest.fixture
def make_system(tmp_path: Path) -> Iterator[Callable[..., LocalSystem]]:
    made: list[LocalSystem] = []

    def make(**environment: str) -> LocalSystem:
        made.append(LocalSystem(tmp_path / "data", log=None, **environment))
        return made[-1]

    yield make
    for system in made:
        system.abandon()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """A running system that no test stops: what is in it is counted from what was there before."""
    started = LocalSystem(tmp_path_factory.mktemp("system") / "data")
    started.start()
    yield started
    started.abandon()


def listed(system: LocalSystem) -> set[str]:
    """Return the campaigns that everybody is told of."""
    return {campaign["id"] for campaign in system.ask("GET", "/v1/campaigns.json").json.get("campaigns", ())}


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def phone(number: int) -> str:
    return f"+770112{number:05}"


def send_by_command(system: LocalSystem) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.local.send_form"],
        cwd=REPOSITORY,
        env={**os.environ, "DATA_DIR": str(system.data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


def audit_once(system: LocalSystem) -> str:
    """Run the process of one audit, which waits for a shorter time here; return what it prints."""
    waits = {"CUT_LEAD_SECONDS": "1", "CUT_SETTLE_SECONDS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "infra.local.auditing"],
        cwd=REPOSITORY,
        env={**os.environ, **system.environment, **waits},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_newcomer_is_told_what_to_do_and_what_is_sent_counts(system: LocalSystem) -> None:
    path, url = system.data_dir / "run.json", f"http://localhost:{system.port}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert system.run.keys() == {"url", "token", "campaign", "hooks"}
    assert (system.run["url"], system.run["campaign"]) == (url, "2026")
    assert f"curl {url}/v1/campaigns/2026/participations" in system.log
    assert f"DATA_DIR={system.data_dir} .venv/bin/python -m infra.local.send_form" in system.log
    for page in ("/", "/v1/campaigns/2026/live.json", "/overlay/2026", "/widget/builder", "/openapi.json"):
        assert f"{url}{page}\n" in system.log
    welcome = system.log.index("Qaiyrym is running")
    assert "GET /v1/campaigns/{campaign}/live.json 404" not in system.log
    assert "GET /v1/campaigns/{campaign}/live.json 200" in system.log[:welcome]

    assert system.record("first", phone(1)).status == 201
    assert send_form.send(system.run)[0] == 200

    system.wait_for("participations", 2)
    wait_until(lambda: system.health()["status"] == "ok")
    assert (system.health()["unshown_seconds"], system.health()["set_aside"]) == (0, 0)
    assert system.stop(signal.SIGINT) == 0
    assert not path.exists()


@pytest.mark.slow
class TestARunningSystem:
    def test_is_not_healthy_while_nobody_looks_what_is_shown(self, shared: LocalSystem) -> None:
        delivery = shared.child("infra.local.delivery")
        wait_until(lambda: shared.health()["status"] == "ok")
        os.kill(delivery, signal.SIGSTOP)

        # The last report, as if it was of some minutes ago.
        report = {"kind": {"S": "report"}, "id": {"S": "standstill"}}
        stored = {**report, "report": {"S": json.dumps({"checked_at": int((time.time() - 300) * 1000)})}}
        shared.client("dynamodb").put_item(TableName=shared.environment["OPERATIONS_TABLE"], Item=stored)

        assert shared.health()["status"] == "degraded"
        os.kill(delivery, signal.SIGCONT)
        wait_until(lambda: shared.health()["status"] == "ok")

    def test_has_all_documents_of_a_campaign_that_is_new(self, shared: LocalSystem) -> None:
        names = {"kk": "Жаңа", "ru": "Новая", "en": "New"}

        created = shared.ask("PUT", "/v1/campaigns/new", {"names": names, "state": "live"})

        assert created.status == 201
        for name in ("live", "page", "places", "recent", "organisations", "organisations/KZ-10"):
            assert shared.ask("GET", f"/v1/campaigns/new/{name}.json").status == 200
        wait_until(lambda: {"2026", "new"} <= listed(shared))

    def test_writes_no_personal_data_and_no_secret_in_a_log(self, shared: LocalSystem) -> None:
        shared.record("logged", phone(1))
        shared.ask("POST", "/v1/campaigns/2026/participations?phone=%2B77017654321", {"phone": phone(1)})
        shared.ask("GET", f"/{phone(1)}/nothing")

        # The welcome shows the token to who started the system.
        lines = [line for line in shared.log.splitlines() if "Authorization" not in line]
        logged = "\n".join([*lines, *(log.read_text() for log in (shared.data_dir / "logs").iterdir())])
        secrets = [value for hook in shared.run["hooks"].values() for value in hook.values()]
        typed = [phone(1), "77017654321", "example.com"]
        assert not [text for text in (*typed, *secrets, shared.run["token"]) if text in logged]

    def test_is_audited_by_a_process_that_ends_and_tells_of_what_is_not_as_the_log_says(
        self, shared: LocalSystem
    ) -> None:
        shared.record("audited", phone(1))
        wait_until(lambda: shared.health()["unshown_seconds"] == 0)
        assert '"event":"audited"' in audit_once(shared)

        client, table = shared.client("dynamodb"), shared.environment["STATE_TABLE"]
        states = client.scan(TableName=table)["Items"]
        some_hour = next(state for state in states if state["item"]["S"].startswith("1#timeline#"))
        spoilt = {"campaign": some_hour["campaign"], "item": {"S": "1#timeline#2020-01-01T00#00"}}
        client.put_item(TableName=table, Item={**some_hour, **spoilt})
        told = audit_once(shared)
        client.delete_item(TableName=table, Key=spoilt)

        assert '"event":"totals_drifted"' in told
        assert '"drifted":1,"names":"timeline:2020-01-01T00"' in told

    def test_takes_its_first_campaign_back(self, shared: LocalSystem) -> None:
        told = shared.ask("GET", "/v1/campaigns/2026")

        saved = shared.ask("PUT", "/v1/campaigns/2026", told.json, If_Match=told.headers["Etag"])

        assert (saved.status, saved.json, saved.headers["Etag"]) == (200, told.json, told.headers["Etag"])
        assert told.json["links"]

    def test_counts_the_test_delivery_of_a_form(self, shared: LocalSystem) -> None:
        before = shared.settled("participations")

        sent = send_by_command(shared)

        assert (sent.returncode, sent.stderr) == (0, "")
        assert sent.stdout.startswith("200: the counter moves")
        shared.wait_for("participations", before + 1)

    def test_is_known_to_the_operators_commands(self, shared: LocalSystem) -> None:
        count = shared.settled("participations") + 1
        shared.record("known", phone(1))
        shared.wait_for("participations", count)

        waits = "CUT_LEAD_SECONDS=1 CUT_SETTLE_SECONDS=1"
        command = f". {shared.data_dir}/functions.env; DATA_DIR={shared.data_dir} {waits} {sys.executable} -m ops"
        audit, export, token = (
            subprocess.run(["sh", "-c", f"{command} {rest}"], cwd=REPOSITORY, capture_output=True, check=True).stdout
            for rest in ("audit 2026 --json", "export 2026", "token issue 2026 read --label us")
        )

        audited = json.loads(audit)
        assert (audited["events"], audited["unreadable"], audited["drifted"]) == (count, 0, 0)
        assert len(export.splitlines()) == count
        made = f"Bearer {token.decode().strip()}"
        assert shared.ask("GET", "/v1/campaigns/2026/review", Authorization=made).status == 403

    @pytest.mark.parametrize("process", PROCESSES)
    def test_starts_a_process_again_that_dies_and_loses_nothing(self, shared: LocalSystem, process: str) -> None:
        before, killed = shared.settled("participations"), shared.child(process)

        os.kill(killed, signal.SIGKILL)
        statuses = {key: shared.record(key, phone(2)).status for key in (f"{process}-{n}" for n in range(10))}

        wait_until(lambda: shared.has_another(process, killed))
        assert {*statuses.values()} <= {201, 503}
        # What was answered with 503 may have been recorded all the same, and is sent again.
        assert {shared.record(key, phone(2)).status for key in statuses} <= {200, 201}
        shared.wait_for("participations", before + len(statuses))


@pytest.mark.slow
def test_what_was_acknowledged_outlives_a_stop_and_a_kill(make_system: Callable[..., LocalSystem]) -> None:
    system = make_system()
    system.start()
    token = system.run["token"]
    with delivery_paused(system):
        assert {system.record(f"key-{number}", phone(number)).status for number in range(20)} == {201}
        os.kill(system.pid, signal.SIGINT)
        wait_until(lambda: not system.has_child("infra.local.server"))
    assert system.ended() == 0

    system.start()
    assert system.totals()["participations"] == 20
    with delivery_paused(system):
        assert {system.record(f"key-{number}", phone(number)).status for number in range(20, 30)} == {201}
        system.kill()

    system.start()
    assert "the last run was not stopped in order" in system.log
    assert system.run["token"] == token
    system.wait_for("participations", 30)
    repeated = system.record("key-0", phone(0))
    assert (repeated.status, repeated.json["repeated"]) == (200, True)

    # A terminal that closes, while a request is being answered.
    engine = system.child("dynoxide")
    os.kill(engine, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(system.record, "slow", phone(1))
        time.sleep(0.2)
        os.kill(system.pid, signal.SIGHUP)
        time.sleep(1)
        os.kill(engine, signal.SIGCONT)
        assert asked.result().status == 201
    assert system.ended() == 0


@contextmanager
def delivery_paused(system: LocalSystem) -> Iterator[None]:
    """Let what is recorded wait; it is delivered behind, unless the process is gone."""
    delivery = system.child("infra.local.delivery")
    os.kill(delivery, signal.SIGSTOP)
    # It trims the streams in the engine's own file: caught in the middle of that, nobody else could write.
    while is_locked(system.data_dir / "dynoxide" / "qaiyrym.sqlite"):
        os.kill(delivery, signal.SIGCONT)
        time.sleep(0.05)
        os.kill(delivery, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(delivery, signal.SIGCONT)


def is_locked(database: Path) -> bool:
    with closing(sqlite3.connect(database, timeout=1, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False


def test_a_port_that_is_taken_is_named(make_system: Callable[..., LocalSystem]) -> None:
    system = make_system()

    with socket.create_server(("127.0.0.1", system.port)):
        system.launch()

        assert system.ended() == 1
    assert system.log == (
        f"qaiyrym: PORT {system.port} cannot be used (Address already in use): "
        f"set another, PORT={system.port + 1} say\n"
    )


def test_a_directory_that_is_in_use_is_named(tmp_path: Path) -> None:
    with hold(tmp_path), pytest.raises(LocalError) as refused:
        run({"DATA_DIR": str(tmp_path), "PORT": str(free_port())}, Stop())

    assert str(refused.value) == f"DATA_DIR {tmp_path} is in use by another instance: set another"


def test_a_form_cannot_be_sent_to_a_system_that_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    assert send_form.main() == 1

    assert "run.json: start the system with `make run` first" in capsys.readouterr().err
