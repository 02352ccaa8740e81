"""What `make run` relies on in its engine, and what it adds to it."""

import math
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.projections.stream_records import shard_birth
from infra.local import dynoxide
from infra.local.housekeeping import RETENTION_SECONDS, Expiry, StreamTrimmer
from infra.local.local_settings import DYNOXIDE, DYNOXIDE_VERSION, REPOSITORY, LocalError
from infra.local.positions import MemoryPositions
from infra.local.resources import stream_arn
from infra.local.sqlite_files import check
from infra.local.streams import StreamMapping
from tests.memory import memory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

# Short names have short shard ids and numbers, which the clients' own checks refuse.
CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False)


class Database:
    """One engine on a file in a directory."""

    def __init__(self, directory: Path, program: Path = DYNOXIDE) -> None:
        self.file = directory / "database.sqlite"
        self._log = directory / "dynoxide.log"
        self._program = program
        self.start()

    def start(self) -> None:
        self._engine = dynoxide.dynoxide(self._program, self.file, self._log)
        self._engine.start()
        dynoxide.prepare(self.file)
        self.dynamodb: DynamoDBClient = boto3.client("dynamodb", endpoint_url=self._engine.url, config=CONFIG)
        self.streams: DynamoDBStreamsClient = boto3.client(
            "dynamodbstreams", endpoint_url=self._engine.url, config=CONFIG
        )

    def kill(self) -> None:
        assert self._engine.pid is not None
        os.kill(self._engine.pid, signal.SIGKILL)
        self._engine.stop()

    def stop(self) -> None:
        self._engine.stop()

    def table(self, name: str) -> str:
        """Create a table with a stream, and return the stream."""
        self.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        return stream_arn(self.dynamodb, name)

    def put(self, table: str, *keys: str, **attributes: Any) -> None:
        for key in keys:
            self.dynamodb.put_item(TableName=table, Item={"key": {"S": key}, **attributes})

    def records(self) -> list[tuple[str, int]]:
        """Table and number of each record in the streams, the first of a table being 1."""
        statement = (
            "SELECT table_name, CAST(sequence_number AS INTEGER) - 1000000000000000000 FROM _stream_records"
            " WHERE shard_id <> '' ORDER BY 1, 2"
        )
        with sqlite3.connect(self.file) as connection:
            return connection.execute(statement).fetchall()

    def age(self, seconds: float) -> None:
        """Make every stream record older."""
        with sqlite3.connect(self.file) as connection:
            connection.execute("UPDATE _stream_records SET created_at = created_at - ?", (int(seconds),))


@pytest.fixture
def database() -> Iterator[Database]:
    with memory() as directory:
        started = Database(directory)
        yield started
        started.stop()


class Function:
    """Counts what is above its checkpoint, and forgets old shards' checkpoints, as the projector does."""

    def __init__(self) -> None:
        self.checkpoints: dict[str, int] = {}
        self.counted: list[str] = []

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        shard, forty_eight_hours_ago = event["shardId"], (time.time() - 48 * 3600) * 1000
        self.checkpoints = {
            known: number
            for known, number in self.checkpoints.items()
            if known == shard or (shard_birth(known) or math.inf) > forty_eight_hours_ago
        }
        for record in event["Records"]:
            number = int(record["dynamodb"]["SequenceNumber"])
            if number > self.checkpoints.get(shard, -1):
                self.counted.append(record["dynamodb"]["Keys"]["key"]["S"])
                self.checkpoints[shard] = number
        return {"state": {}}


def _script(path: Path, command: str) -> Path:
    path.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def _synced_and_answered(trace: Path) -> list[str]:
    """What a trace shows of the log of the database and of answers, in its order."""
    found = re.findall(r"sync\(\d+<.*-wal>\) += 0|\"HTTP/1\.1 200", trace.read_text())
    return ["synced" if match.startswith("sync") else "answered" for match in found]


class TestWhatIsKept:
    def test_every_answered_write_outlives_a_kill(self, database: Database) -> None:
        database.table("events")
        for number in range(20):
            database.put("events", f"key {number}")

        database.kill()
        database.start()

        assert database.dynamodb.scan(TableName="events", Select="COUNT")["Count"] == 20
        assert database.records() == [("events", number) for number in range(1, 21)]

    def test_numbers_go_on_behind_a_kill(self, database: Database) -> None:
        database.table("events")
        database.put("events", "a", "b")
        database.kill()
        database.start()

        database.put("events", "c")

        assert database.records()[-1] == ("events", 3)

    def test_the_stopped_database_is_one_file(self, database: Database) -> None:
        database.table("events")
        database.put("events", "a")
        database.kill()

        dynoxide.settle(database.file)

        assert [path.name for path in database.file.parent.glob("database*")] == ["database.sqlite"]
        check(database.file)

    @pytest.mark.skipif(shutil.which("strace") is None, reason="without strace nobody sees whether writes are synced")
    def test_a_write_is_synced_before_it_is_answered(self, tmp_path: Path) -> None:
        trace = tmp_path / "trace"
        calls = "trace=fsync,fdatasync,write,writev,sendto,sendmsg"
        program = _script(
            tmp_path / "traced",
            f'exec strace -D -f -y -qq -s 16 -e {calls} -o {trace} {DYNOXIDE} "$@"',
        )
        database = Database(tmp_path, program)
        database.table("events")
        began = len(_synced_and_answered(trace))

        database.put("events", *(f"key {number}" for number in range(20)))
        puts: Any = [{"Put": {"TableName": "events", "Item": {"key": {"S": name}}}} for name in ("a", "b")]
        database.dynamodb.transact_write_items(TransactItems=puts)

        assert _synced_and_answered(trace)[began:] == ["synced", "answered"] * 21
        database.stop()


class TestTheStreams:
    def test_the_engine_finds_numbers_by_the_index(self, database: Database) -> None:
        program = DYNOXIDE.read_bytes()
        newest = re.findall(rb"SELECT COALESCE\(MAX\(CAST\(sequence_number[^?]*\?1", program)
        ends = re.findall(rb"SELECT MIN\(sequence_number\), MAX[^?]*\?1[^?]*\?2", program)
        after = re.findall(rb"SELECT event_name, keys_json[^?]*\?1[^?]*\?2[^?]*\?3[^?]*LIMIT \?4", program)

        assert (len(newest), len(ends), len(after)) == (1, 1, 1)
        with sqlite3.connect(database.file) as connection:
            for statement in (newest[0].decode(), ends[0].decode(), after[0].decode()):
                explained = connection.execute(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?"))
                (step,) = [step[3] for step in explained]
                assert re.search("USING (COVERING )?INDEX stream_records_by_number", step)

    def test_a_stream_says_where_it_ends(self, database: Database) -> None:
        """The engine compares numbers as texts."""
        stream = database.table("events")

        for number in range(1, 12):
            database.put("events", str(number))
            (shard,) = database.streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
            ends = shard["SequenceNumberRange"]
            assert int(ends["StartingSequenceNumber"]) == 10**18 + 1
            assert int(ends["EndingSequenceNumber"]) == 10**18 + number

    def test_delivered_and_old_records_are_trimmed_and_the_newest_stays(self, database: Database) -> None:
        mapping = StreamMapping(database.streams, database.table("events"), Function(), "test", 1)
        trimmer = StreamTrimmer(database.file, {"events": mapping})
        database.put("events", *"abcde")
        mapping.deliver()
        database.put("events", "f")
        database.age(RETENTION_SECONDS + 60)
        database.put("events", "g")

        # With the record that no shard has.
        assert trimmer.trim() == 5
        assert database.records() == [("events", 5), ("events", 6), ("events", 7)]
        database.put("events", "h")
        assert database.records()[-1] == ("events", 8)

    def test_what_is_not_delivered_is_not_trimmed(self, database: Database) -> None:
        mapping = StreamMapping(database.streams, database.table("events"), Function(), "test", 1)
        database.put("events", *"abc")
        database.age(RETENTION_SECONDS + 60)

        assert StreamTrimmer(database.file, {"events": mapping}).trim() == 0
        assert len(database.records()) == 3

    def test_what_was_delivered_just_now_is_not_trimmed(self, database: Database) -> None:
        mapping = StreamMapping(database.streams, database.table("events"), Function(), "test", 1)
        database.put("events", *"abc")
        mapping.deliver()

        assert StreamTrimmer(database.file, {"events": mapping}).trim() == 1
        assert len(database.records()) == 3

    def test_of_a_long_stream_everything_old_is_trimmed(self, database: Database) -> None:
        mapping = StreamMapping(database.streams, database.table("events"), Function(), "test", 1)
        with sqlite3.connect(database.file) as connection:
            connection.executemany(
                "INSERT INTO _stream_records (table_name, event_name, keys_json, sequence_number, shard_id, created_at)"
                " VALUES ('events', 'INSERT', '{\"key\":{\"S\":\"x\"}}', ?, 'shardId-00000001-events', 0)",
                [(str(10**18 + number),) for number in range(1, 2001)],
            )
        while mapping.deliver():
            pass

        assert StreamTrimmer(database.file, {"events": mapping}).trim() == 2000
        assert database.records() == [("events", 2000)]

    @pytest.mark.skipif(shutil.which("strace") is None, reason="without strace nobody sees what is synced")
    def test_nobody_waits_for_the_disk_while_a_stream_is_trimmed(self, database: Database, tmp_path: Path) -> None:
        database.table("events")
        database.put("events", *"abcde")
        trim = (
            "import sys; from pathlib import Path; from infra.local import dynoxide\n"
            "with dynoxide.trimming(Path(sys.argv[1])) as connection:\n"
            f"    limits = dict(before={2 * 10**18}, created_before=2**40, max_count=3)\n"
            "    assert dynoxide.trim_stream(connection, 'events', **limits) == 3\n"
        )
        trace = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(tmp_path / "trace")]

        subprocess.run([*trace, sys.executable, "-c", trim, str(database.file)], check=True, cwd=REPOSITORY)

        assert (tmp_path / "trace").read_text() == ""

    @pytest.mark.parametrize("positions_are_kept", [True, False])
    def test_two_short_named_tables_are_counted_once_over_restarts(
        self, database: Database, positions_are_kept: bool
    ) -> None:
        arns = {name: database.table(name) for name in ("abc", "abd")}
        function, positions = Function(), MemoryPositions()
        written: list[str] = []

        for turn in range(4):
            for name in arns:
                keys = [f"{name} {turn} {number}" for number in range(3)]
                database.put(name, *keys)
                written += keys
            if turn % 2:
                database.kill()
                database.start()
            for arn in arns.values():
                stored = positions if positions_are_kept else MemoryPositions()
                StreamMapping(database.streams, arn, function, "test", 1, positions=stored).deliver()

        assert sorted(function.counted) == sorted(written)


class TestExpiry:
    @pytest.fixture
    def expiry(self, database: Database) -> Expiry:
        for table in ("parked", "contacts"):
            database.table(table)
        return Expiry(database.dynamodb, {"parked": "expires_at", "contacts": "expires_at"}, now=lambda: 1_000.0)

    def test_items_whose_time_is_over_are_deleted(self, database: Database, expiry: Expiry) -> None:
        database.put("parked", "old", expires_at={"N": "999"})
        database.put("parked", "new", expires_at={"N": "1001"})
        database.put("contacts", "without a time")

        assert [expiry.expire() for _ in range(3)] == [0, 1, 0]

        assert [item["key"]["S"] for item in database.dynamodb.scan(TableName="parked")["Items"]] == ["new"]
        assert database.dynamodb.scan(TableName="contacts")["Count"] == 1

    def test_long_tables_are_looked_through_page_by_page(
        self, database: Database, expiry: Expiry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("infra.local.housekeeping._PAGE", 2)
        database.put("contacts", *"abcde", expires_at={"N": "1"})

        deleted = [expiry.expire() for _ in range(3)]

        assert deleted == [2, 2, 1]


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def overwrite(content: bytes) -> bytes:
    return content[:8192] + b"\xaa" * 8192 + content[16384:]


def scribble(content: bytes) -> bytes:
    return b"not a database" + content[14:]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = Database(tmp_path_factory.mktemp("settled"))
    database.table("events")
    database.put("events", *(f"key {number} {'x' * 500}" for number in range(100)))
    database.stop()
    dynoxide.settle(database.file)
    return database.file


class TestADatabaseThatIsDamaged:
    @pytest.fixture
    def file(self, settled: Path, tmp_path: Path) -> Path:
        return Path(shutil.copy(settled, tmp_path / "copy.sqlite"))

    def test_is_in_order_before(self, file: Path) -> None:
        check(file)

    @pytest.mark.parametrize("damage", [cut, scribble, overwrite, lambda _: b""])
    def test_is_named_and_left_as_it_is(self, file: Path, damage: Callable[[bytes], bytes]) -> None:
        damaged = damage(file.read_bytes())
        file.write_bytes(damaged)

        with pytest.raises(
            LocalError, match=r"copy\.sqlite is damaged \(.*\) and was left as it is: copy DATA_DIR back"
        ):
            check(file)

        assert file.read_bytes() == damaged

    def test_is_named_when_it_is_gone(self, tmp_path: Path) -> None:
        with pytest.raises(LocalError, match=r"is damaged \(it is missing\)"):
            check(tmp_path / "copy.sqlite")


def test_the_version_is_the_pinned_one() -> None:
    answer = subprocess.run([DYNOXIDE, "--version"], capture_output=True, text=True, check=True)

    assert answer.stdout.split() == ["dynoxide", DYNOXIDE_VERSION]
