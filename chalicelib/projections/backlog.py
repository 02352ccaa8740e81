"""What the log's stream holds that is not projected yet: the only place where a projector that stands still is seen."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.projections.positions import Positions

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_PAGES = 10
"""Requests to one shard: a page may be empty though records follow."""

MIN_SEQUENCE_DIGITS = 21
"""Clients refuse shorter numbers, which local engines have; one of them also compares the zeros before a number."""


class Backlog:
    """Reads behind the projector's positions. A shard takes few readers: this is for once a minute."""

    def __init__(self, dynamodb: "DynamoDBClient", streams: Any, events_table: str, positions: Positions) -> None:
        self._dynamodb = dynamodb
        self._streams = streams
        self._events_table = events_table
        self._positions = positions

    def oldest(self) -> int | None:
        """Return when the oldest event that is not projected was recorded (epoch ms), None where all are.

        Positions in shards that are gone are deleted.
        """
        stream = self._dynamodb.describe_table(TableName=self._events_table)["Table"]["LatestStreamArn"]
        positions, shards = self._positions.read(), list(self._shards(stream))
        self._positions.forget(positions.keys() - {shard["ShardId"] for shard in shards})
        waiting = [self._first_behind(stream, shard, positions.get(shard["ShardId"])) for shard in shards]
        return min((at for at in waiting if at is not None), default=None)

    def _shards(self, stream: str) -> Iterator[Mapping[str, Any]]:
        start: dict[str, str] = {}
        while True:
            description = self._streams.describe_stream(StreamArn=stream, **start)["StreamDescription"]
            yield from description["Shards"]
            if not (last := description.get("LastEvaluatedShardId")):
                return
            start = {"ExclusiveStartShardId": last}

    def _first_behind(self, stream: str, shard: Mapping[str, Any], position: int | None) -> int | None:
        """Return when the first event behind a position in a shard was recorded, None where there is none."""
        end = shard["SequenceNumberRange"].get("EndingSequenceNumber")
        if position is not None and end is not None and int(end) <= position:
            return None
        iterator = self._iterator(stream, shard, position)
        for _ in range(MAX_PAGES):
            if iterator is None:
                return None
            answer = self._streams.get_records(ShardIterator=iterator, Limit=1)
            if answer["Records"]:
                return _recorded_at(answer["Records"][0])
            iterator = answer.get("NextShardIterator")
        return None

    def _iterator(self, stream: str, shard: Mapping[str, Any], position: int | None) -> str:
        shard_id = shard["ShardId"]
        place: dict[str, str] = {"ShardIteratorType": "TRIM_HORIZON"}
        if position is not None:
            digits = len(shard["SequenceNumberRange"].get("StartingSequenceNumber", ""))
            place = {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "SequenceNumber": str(position).zfill(max(digits, MIN_SEQUENCE_DIGITS)),
            }
        try:
            iterator = self._streams.get_shard_iterator(StreamArn=stream, ShardId=shard_id, **place)
        except self._streams.exceptions.TrimmedDataAccessException:
            # What was behind the position is older than the stream keeps: the next that is kept is the oldest.
            iterator = self._streams.get_shard_iterator(
                StreamArn=stream, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON"
            )
        return str(iterator["ShardIterator"])


def _recorded_at(record: Mapping[str, Any]) -> int:
    """Return when an event was recorded, or what is none was written."""
    image = record["dynamodb"].get("NewImage", {})
    if "recorded_at" in image:
        return int(image["recorded_at"]["N"])
    written: datetime = record["dynamodb"]["ApproximateCreationDateTime"]
    return round(written.timestamp() * 1000)
