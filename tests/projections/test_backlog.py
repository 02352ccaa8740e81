"""What the log's stream holds and is not projected yet is seen, and only that."""

from typing import Any

import boto3
import pytest

from chalicelib.aws import clients
from chalicelib.projections.backlog import Backlog
from chalicelib.projections.positions import Positions
from infra.local import resources
from tests.conftest import Tables

AT = 1_790_000_000_000


class Subject:
    def __init__(self, tables: Tables) -> None:
        self.table = tables["EventsTable"]
        self.client: Any = clients.dynamodb()
        self.positions = Positions(self.client, tables["OperationsTable"])
        self.backlog = Backlog(self.client, clients.streams(), self.table, self.positions)

    def record(self, *moments: int) -> None:
        for at in moments:
            item = {"stream": {"S": "2026/p"}, "version": {"N": str(at)}, "recorded_at": {"N": str(at)}}
            self.client.put_item(TableName=self.table, Item=item)

    def records(self) -> list[tuple[str, int]]:
        """Return the shard and the sequence number of each record of the stream, in their order."""
        streams = boto3.client("dynamodbstreams")
        arn = resources.stream_arn(self.client, self.table)
        found: list[tuple[str, int]] = []
        for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            iterator = streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            records = streams.get_records(ShardIterator=iterator)["Records"]
            found += [(shard["ShardId"], int(record["dynamodb"]["SequenceNumber"])) for record in records]
        return found


@pytest.fixture
def subject(new_tables: Tables) -> Subject:
    return Subject(new_tables)


def test_nothing_recorded_is_nothing_behind(subject: Subject) -> None:
    assert subject.backlog.oldest() is None


def test_before_anything_is_projected_the_first_event_is_the_oldest(subject: Subject) -> None:
    subject.record(AT, AT + 1, AT + 2)

    assert subject.backlog.oldest() == AT


def test_the_event_behind_the_position_is_the_oldest(subject: Subject) -> None:
    subject.record(AT, AT + 1, AT + 2)
    shard, sequence = subject.records()[1]

    subject.positions.put(shard, sequence)

    assert subject.backlog.oldest() == AT + 2


def test_when_all_is_projected_nothing_is_behind(subject: Subject) -> None:
    subject.record(AT, AT + 1)
    for shard, sequence in subject.records():
        subject.positions.put(shard, sequence)

    assert subject.backlog.oldest() is None


def test_the_position_in_a_shard_that_is_gone_is_forgotten(subject: Subject) -> None:
    subject.record(AT)
    (shard, sequence) = subject.records()[0]
    subject.positions.put(shard, sequence)
    subject.positions.put("shardId-gone", 5)

    assert subject.backlog.oldest() is None
    assert subject.positions.read() == {shard: sequence}


class TwoShards:
    """A stream of a closed shard and an open one, with an empty page before its record; what was trimmed is refused."""

    class exceptions:  # noqa: N801  named as botocore names it
        class TrimmedDataAccessException(Exception): ...

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def describe_stream(self, StreamArn: str, ExclusiveStartShardId: str = "") -> Any:  # noqa: N803
        if not ExclusiveStartShardId:
            closed = {"ShardId": "closed", "SequenceNumberRange": {"EndingSequenceNumber": "9"}}
            return {"StreamDescription": {"Shards": [closed], "LastEvaluatedShardId": "closed"}}
        return {"StreamDescription": {"Shards": [{"ShardId": "open", "SequenceNumberRange": {}}]}}

    def get_shard_iterator(self, ShardId: str, ShardIteratorType: str, **_: Any) -> Any:  # noqa: N803
        self.asked.append((ShardId, ShardIteratorType))
        if ShardIteratorType == "AFTER_SEQUENCE_NUMBER":
            raise self.exceptions.TrimmedDataAccessException
        return {"ShardIterator": "page 1"}

    def get_records(self, ShardIterator: str, Limit: int) -> Any:  # noqa: N803
        if ShardIterator == "page 1":
            return {"Records": [], "NextShardIterator": "page 2"}
        return {"Records": [{"dynamodb": {"NewImage": {"recorded_at": {"N": str(AT)}}}}]}


def test_a_shard_that_is_read_to_its_end_is_not_read_again_and_what_was_trimmed_is_passed_over(
    subject: Subject,
) -> None:
    streams = TwoShards()
    subject.positions.put("closed", 9)
    subject.positions.put("open", 3)

    assert Backlog(subject.client, streams, subject.table, subject.positions).oldest() == AT
    assert streams.asked == [("open", "AFTER_SEQUENCE_NUMBER"), ("open", "TRIM_HORIZON")]
