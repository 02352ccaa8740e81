from collections.abc import Callable
from typing import Any, ClassVar

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

from infra.local.delivery import drain
from infra.local.emulator import Emulator
from infra.local.positions import DeliveryPosition, MemoryPositions, StoredPositions
from infra.local.resources import stream_arn
from infra.local.streams import StreamMapping
from tests.conftest import Tables
from tests.local.streams_server import STREAM, Shard, StreamsServer, shard_id


class Function:
    """A function that takes every batch but the next `failures`, and remembers what it was given."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.given: list[list[int]] = []
        self.taken: list[int] = []
        self.event: dict[str, Any] = {}

    def __call__(self, event: dict[str, Any]) -> object:
        self.event = event
        numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in event["Records"]]
        self.given.append(numbers)
        if self.failures:
            self.failures -= 1
            raise RuntimeError
        self.taken += numbers
        return {"state": {}}


class ForgetfulPositions(MemoryPositions):
    """Positions of which only the first are kept, as if the process was killed before the others."""

    def __init__(self, keeps: int) -> None:
        super().__init__()
        self._keeps = keeps

    def save(self, source: str, position: DeliveryPosition) -> None:
        if self._keeps:
            self._keeps -= 1
            super().save(source, position)


class BrokenPositions(MemoryPositions):
    """Positions that cannot be kept."""

    def save(self, source: str, position: DeliveryPosition) -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def deliver_all(mapping: StreamMapping) -> None:
    while mapping.deliver():
        pass


class TestAStreamOfManyShards:
    def test_parents_come_before_their_children(self) -> None:
        server = StreamsServer(
            Shard("c", range(5, 7), parent="a"),
            Shard("b", range(3, 5), parent="a"),
            Shard("a", range(1, 3), parent="trimmed"),
            Shard("d", range(7, 9), parent="c"),
        )
        function = Function()

        with server.client() as client:
            deliver_all(StreamMapping(client, STREAM, function, "test"))

        assert sorted(function.taken) == list(range(1, 9))
        assert function.taken[:2] == [1, 2]
        assert function.taken.index(6) < function.taken.index(7)

    def test_a_child_waits_while_its_parent_fails(self) -> None:
        server = StreamsServer(Shard("a", range(1, 3)), Shard("b", range(3, 5), parent="a"))
        function, clock = Function(failures=3), Clock()

        with server.client() as client:
            mapping = StreamMapping(client, STREAM, function, "test", clock=clock)
            for _ in range(5):
                mapping.deliver()
                clock.now += 1

        assert function.given == [[1, 2], [1, 2], [1, 2], [1, 2], [3, 4]]

    def test_the_children_of_a_split_follow(self) -> None:
        parent = Shard("a", range(1, 3), open_=True)
        server = StreamsServer(parent)
        function = Function()

        with server.client() as client:
            mapping = StreamMapping(client, STREAM, function, "test", clock=Clock())
            mapping.deliver()
            parent.open = False
            server.shards += [Shard("b", range(3, 5), parent="a"), Shard("c", range(5, 7), parent="a")]
            deliver_all(mapping)

        assert sorted(function.taken) == list(range(1, 7))

    def test_an_expired_iterator_is_renewed_behind_what_was_delivered(self) -> None:
        only = Shard("a", range(1, 4), open_=True)
        server = StreamsServer(only)
        function = Function()

        with server.client() as client:
            mapping = StreamMapping(client, STREAM, function, "test")
            mapping.deliver()
            server.expire_iterators()
            only.numbers.append(4)
            mapping.deliver()

        assert function.given == [[1, 2, 3], [4]]


class TestNumbersThatFall:
    """A clock that went back, on an engine whose sequence numbers begin with the time."""

    NUMBERS: ClassVar = [100, 101, 102, 50, 51, 103, 52, 300]
    GIVEN: ClassVar = [100, 101, 102, 103, 104, 105, 106, 300]

    def test_each_record_is_given_a_number_above_the_one_before(self) -> None:
        function = Function()

        with StreamsServer(Shard("a", self.NUMBERS)).client() as client:
            deliver_all(StreamMapping(client, STREAM, function, "test"))

        assert function.taken == self.GIVEN

    def test_a_batch_that_failed_comes_again_with_the_same_numbers(self) -> None:
        function, clock = Function(failures=2), Clock()

        with StreamsServer(Shard("a", self.NUMBERS)).client() as client:
            mapping = StreamMapping(client, STREAM, function, "test", clock=clock)
            for _ in range(3):
                mapping.deliver()
                clock.now += 1

        assert function.given == [self.GIVEN] * 3

    @pytest.mark.parametrize("cut", range(1, 8))
    def test_a_start_goes_on_with_the_numbers_wherever_the_last_run_ended(self, cut: int) -> None:
        shard = Shard("a", self.NUMBERS[:cut], open_=True)
        function, positions = Function(), MemoryPositions()

        with StreamsServer(shard).client() as client:
            StreamMapping(client, STREAM, function, "test", positions=positions).deliver()
            shard.numbers = self.NUMBERS
            StreamMapping(client, STREAM, function, "test", positions=positions).deliver()

        assert function.taken == self.GIVEN

    def test_a_record_keeps_its_number_when_the_position_was_not_kept(self) -> None:
        shard = Shard("a", self.NUMBERS[:5], open_=True)
        function, positions = Function(), ForgetfulPositions(keeps=1)

        with StreamsServer(shard).client() as client:
            first = StreamMapping(client, STREAM, function, "test", positions=positions)
            first.deliver()
            shard.numbers = self.NUMBERS
            first.deliver()
            StreamMapping(client, STREAM, function, "test", positions=positions).deliver()

        assert function.given == [self.GIVEN[:5], self.GIVEN[5:], self.GIVEN[5:]]

    def test_numbers_go_on_behind_records_that_were_trimmed(self) -> None:
        shard = Shard("a", self.NUMBERS[:5], open_=True)
        function, positions = Function(), MemoryPositions()

        with StreamsServer(shard).client() as client:
            StreamMapping(client, STREAM, function, "test", positions=positions).deliver()
            shard.numbers = self.NUMBERS[5:]
            StreamMapping(client, STREAM, function, "test", positions=positions).deliver()

        assert function.taken == self.GIVEN

    def test_the_projector_counts_every_record_once(self) -> None:
        """Checkpoints hold: what is above the last number is applied, what is not is skipped."""
        checkpoint, applied, positions = -1, 0, ForgetfulPositions(keeps=1)

        def project(event: dict[str, Any]) -> None:
            nonlocal checkpoint, applied
            numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in event["Records"]]
            applied += len([number for number in numbers if number > checkpoint])
            checkpoint = max(checkpoint, *numbers)

        shard = Shard("a", self.NUMBERS[:2], open_=True)
        with StreamsServer(shard).client() as client:
            for end in (2, 4, 6, 8):
                shard.numbers = self.NUMBERS[:end]
                StreamMapping(client, STREAM, project, "test", positions=positions).deliver()

        assert applied == len(self.NUMBERS)


class TestAStart:
    def test_delivers_what_came_since_the_last_one(self) -> None:
        shard = Shard("a", range(1, 4), open_=True)
        function, positions = Function(), MemoryPositions()

        with StreamsServer(shard).client() as client:
            StreamMapping(client, STREAM, function, "test", positions=positions).deliver()
            shard.numbers = [*range(1, 6)]
            StreamMapping(client, STREAM, function, "test", positions=positions).deliver()

        assert function.given == [[1, 2, 3], [4, 5]]

    def test_delivers_everything_where_no_position_is_known(self) -> None:
        function = Function()

        with StreamsServer(Shard("a", range(1, 4), open_=True)).client() as client:
            for _ in range(2):
                StreamMapping(client, STREAM, function, "test").deliver()

        assert function.given == [[1, 2, 3], [1, 2, 3]]

    def test_knows_one_function_from_another(self) -> None:
        function, positions = Function(), MemoryPositions()

        with StreamsServer(Shard("a", range(1, 4), open_=True)).client() as client:
            for name in ("one", "other"):
                StreamMapping(client, STREAM, function, name, positions=positions).deliver()

        assert function.given == [[1, 2, 3], [1, 2, 3]]

    def test_goes_on_delivering_while_positions_cannot_be_kept(self) -> None:
        shard = Shard("a", range(1, 4), open_=True)
        function, positions = Function(), BrokenPositions()

        with StreamsServer(shard).client() as client:
            mapping = StreamMapping(client, STREAM, function, "test", positions=positions)
            mapping.deliver()
            shard.numbers = [*range(1, 6)]
            mapping.deliver()

        assert function.given == [[1, 2, 3], [4, 5]]


class TestWhatAFunctionIsGiven:
    def event(self, window_seconds: int | None) -> dict[str, Any]:
        function = Function()
        with StreamsServer(Shard("a", range(1, 2))).client() as client:
            StreamMapping(client, STREAM, function, "test", window_seconds).deliver()
        return function.event

    def test_records_are_those_of_an_invocation(self) -> None:
        assert self.event(None) == {
            "Records": [
                {
                    "eventID": "1",
                    "eventName": "INSERT",
                    "awsRegion": "eu-central-1",
                    "dynamodb": {
                        "ApproximateCreationDateTime": 1780293600,
                        "SequenceNumber": "000000000000000000001",
                        "NewImage": {"data": {"S": "{}"}, "bytes": {"B": "/wA="}},
                    },
                    "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
                    "eventSourceARN": STREAM,
                }
            ]
        }

    def test_a_tumbling_window_brings_the_shard_id(self) -> None:
        event = self.event(60)

        assert event["shardId"] == shard_id("a")
        assert event["state"] == {}
        assert event["eventSourceARN"] == STREAM
        assert event["window"]["start"] < event["window"]["end"]

    def test_a_function_with_a_window_that_returns_no_state_has_failed(self) -> None:
        with StreamsServer(Shard("a", range(1, 2))).client() as client:
            mapping = StreamMapping(client, STREAM, lambda _event: None, "test", 60)

            assert mapping.deliver() == 0
            assert mapping.waiting == 1


class TestATable:
    @pytest.fixture
    def streams(self, emulator: Emulator) -> DynamoDBStreamsClient:
        return boto3.client("dynamodbstreams", endpoint_url=emulator.url)

    @pytest.fixture
    def put(self, tables: Tables) -> Callable[[str, int], None]:
        def put(stream: str, version: int) -> None:
            key = {"stream": {"S": stream}, "version": {"N": str(version)}}
            tables.clients.dynamodb.put_item(TableName=tables["EventsTable"], Item=key)

        return put

    @pytest.fixture
    def arn(self, tables: Tables) -> str:
        return stream_arn(tables.clients.dynamodb, tables["EventsTable"])

    def test_records_come_in_the_order_they_were_written(
        self, streams: DynamoDBStreamsClient, arn: str, put: Callable[[str, int], None]
    ) -> None:
        versions: list[str] = []

        def function(event: dict[str, Any]) -> None:
            versions.extend(record["dynamodb"]["NewImage"]["version"]["N"] for record in event["Records"])

        mapping = StreamMapping(streams, arn, function, "test")
        for version in range(1, 4):
            put("2026/a", version)
        mapping.deliver()
        put("2026/a", 4)
        mapping.deliver()

        assert versions == ["1", "2", "3", "4"]

    def test_a_batch_that_failed_comes_again_the_same_before_anything_newer(
        self, streams: DynamoDBStreamsClient, arn: str, put: Callable[[str, int], None]
    ) -> None:
        function, clock = Function(failures=2), Clock()
        mapping = StreamMapping(streams, arn, function, "test", clock=clock)

        put("2026/a", 1)
        for version in range(2, 5):
            mapping.deliver()
            put("2026/a", version)
            clock.now += 1
        mapping.deliver()

        first = function.given[0]
        assert function.given[:3] == [first, first, first]
        assert len(function.given[3]) == 3

    def test_a_failing_batch_is_not_hammered(
        self, streams: DynamoDBStreamsClient, arn: str, put: Callable[[str, int], None]
    ) -> None:
        function, clock = Function(failures=100), Clock()
        mapping = StreamMapping(streams, arn, function, "test", clock=clock)
        put("2026/a", 1)

        for _ in range(5):
            mapping.deliver()

        assert len(function.given) == 1

    def test_draining_ends_when_all_streams_are_empty(
        self, streams: DynamoDBStreamsClient, tables: Tables, put: Callable[[str, int], None]
    ) -> None:
        dynamodb = tables.clients.dynamodb

        def project(event: dict[str, Any]) -> None:
            for record in event["Records"]:
                version = record["dynamodb"]["NewImage"]["version"]["N"]
                item = {"campaign": {"S": "2026"}, "item": {"S": version}}
                dynamodb.put_item(TableName=tables["StateTable"], Item=item)

        published = Function(failures=1)
        mappings = [
            StreamMapping(streams, stream_arn(dynamodb, tables["StateTable"]), published, "publisher"),
            StreamMapping(streams, stream_arn(dynamodb, tables["EventsTable"]), project, "projector"),
        ]
        for version in range(1, 4):
            put("2026/a", version)

        assert drain(mappings, seconds=30)
        assert len(published.taken) == 3

    def test_draining_says_when_a_function_takes_nothing(
        self, streams: DynamoDBStreamsClient, arn: str, put: Callable[[str, int], None]
    ) -> None:
        put("2026/a", 1)

        assert not drain([StreamMapping(streams, arn, Function(failures=1000), "test")], seconds=0.3)

    def test_positions_are_kept_beside_the_streams(
        self, streams: DynamoDBStreamsClient, tables: Tables, arn: str, put: Callable[[str, int], None]
    ) -> None:
        function = Function()
        for version in (1, 2):
            put("2026/a", version)
            positions = StoredPositions(tables.clients.dynamodb, "test-positions")
            positions.create()
            StreamMapping(streams, arn, function, "test", positions=positions).deliver()

        assert [len(given) for given in function.given] == [1, 1]
