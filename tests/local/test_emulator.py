import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from infra.local import npm, resources
from infra.local.dynamodb_local import await_commits, dynamodb_local
from infra.local.emulator import Emulator, ministack
from infra.local.local_settings import LocalError, emulator_python
from infra.local.sqlite_files import opened


def put(emulator: Emulator, stream: str) -> str:
    """Put one event and return the sequence number of its stream record."""
    dynamodb = boto3.client("dynamodb", endpoint_url=emulator.url)
    streams = boto3.client("dynamodbstreams", endpoint_url=emulator.url)
    template = resources.read_template()
    clients = resources.LocalClients(dynamodb, boto3.client("s3", endpoint_url=emulator.url), None)  # type: ignore[arg-type]
    events = {"Resources": {"EventsTable": template["Resources"]["EventsTable"]}}
    table = resources.create(events, clients, "test")["EventsTable"]
    dynamodb.put_item(TableName=table, Item={"stream": {"S": stream}, "version": {"N": "1"}})
    arn = resources.stream_arn(dynamodb, table)
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    return records[-1]["dynamodb"]["SequenceNumber"]


def streams_in(emulator: Emulator) -> set[str]:
    dynamodb = boto3.client("dynamodb", endpoint_url=emulator.url)
    return {item["stream"]["S"] for item in dynamodb.scan(TableName="test-events-table")["Items"]}


@pytest.fixture
def start(tmp_path: Path) -> Callable[[], Emulator]:
    def start() -> Emulator:
        started = ministack(emulator_python(), tmp_path / "state", tmp_path / "ministack.log", persist=True)
        started.start()
        return started

    return start


@pytest.mark.slow
def test_a_restart_keeps_the_state_and_sequence_numbers_go_on_rising(start: Callable[[], Emulator]) -> None:
    emulator = start()
    before = put(emulator, "2026/a")
    emulator.stop()

    emulator = start()
    after = put(emulator, "2026/b")

    assert streams_in(emulator) == {"2026/a", "2026/b"}
    assert int(after) > int(before)
    emulator.stop()


def test_a_missing_virtual_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="make install"):
        ministack(tmp_path / "no-python", tmp_path, tmp_path / "log", persist=True)


def test_an_emulator_that_ends_while_it_starts_is_named_with_its_log(tmp_path: Path) -> None:
    broken = Emulator("broken", ["false"], {}, 1, tmp_path, tmp_path / "broken.log")

    with pytest.raises(LocalError, match=r"broken ended while it started; its log is .*broken\.log"):
        broken.start()


def test_dynamodb_local_says_that_java_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LocalError, match="needs Java 17 or later: there is no `java`"):
        dynamodb_local(tmp_path, tmp_path / "log")


def _command(directory: Path, name: str, script: str) -> None:
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def test_dynamodb_local_says_that_java_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _command(tmp_path, "java", """echo 'openjdk version "11.0.2"' >&2""")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LocalError, match="needs Java 17 or later: `java` is 11"):
        dynamodb_local(tmp_path, tmp_path / "log")


def test_dynamodb_local_says_that_npm_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _command(tmp_path, "java", """echo 'openjdk version "17.0.2"' >&2""")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(npm, "EMULATOR_PYTHON", tmp_path / "bin" / "python")

    with pytest.raises(LocalError, match=r"there is no `npm`: install Node\.js"):
        dynamodb_local(tmp_path, tmp_path / "log")


@pytest.mark.slow
def test_dynamodb_local_keeps_everything_when_it_is_killed(tmp_path: Path) -> None:
    try:
        emulator = dynamodb_local(tmp_path, tmp_path / "dynamodb-local.log")
    except LocalError as missing:
        pytest.skip(str(missing))
    emulator.start()
    before = put(emulator, "2026/a")
    assert emulator.pid is not None
    os.kill(emulator.pid, signal.SIGKILL)

    emulator = dynamodb_local(tmp_path, tmp_path / "dynamodb-local.log")
    emulator.start()
    after = put(emulator, "2026/b")

    assert streams_in(emulator) == {"2026/a", "2026/b"}
    assert int(after) > int(before)
    emulator.stop()


@pytest.mark.slow
def test_an_answered_transaction_is_in_the_file_of_dynamodb_local(tmp_path: Path) -> None:
    try:
        emulator = dynamodb_local(tmp_path, tmp_path / "dynamodb-local.log")
    except LocalError as missing:
        pytest.skip(str(missing))
    emulator.start()
    put(emulator, "2026/first")
    client = boto3.client("dynamodb", endpoint_url=emulator.url)
    await_commits(client)

    # More than half of them were not, each time, where nothing was waited for.
    kept = [kept_at_once(emulator, client, tmp_path, f"2026/{number}") for number in range(20)]

    emulator.stop()
    assert kept == [*range(2, 22)]


def kept_at_once(emulator: Emulator, client: DynamoDBClient, directory: Path, stream: str) -> int:
    """Append an event in a transaction; return how many are in the files as a kill after the answer leaves them."""
    item = {"stream": {"S": stream}, "version": {"N": "1"}}
    client.transact_write_items(TransactItems=[{"Put": {"TableName": "test-events-table", "Item": item}}])
    assert emulator.pid is not None
    os.kill(emulator.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, emulator.pid, os.WSTOPPED)
    copy = shutil.copytree(directory / "data", directory / f"copy-{stream[5:]}")
    os.kill(emulator.pid, signal.SIGCONT)
    with opened(copy / "shared-local-instance.db", "rw") as database:
        (count,) = database.execute('SELECT count(*) FROM "test-events-table"').fetchone()
    return int(count)
