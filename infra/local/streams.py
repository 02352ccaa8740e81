"""Delivery of a DynamoDB stream to a function, as Lambda's event source mapping does it."""

import logging
import math
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.logs import describe
from infra.local.positions import DeliveryPosition, DeliveryPositions, MemoryPositions

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

Function = Callable[[dict[str, Any]], object]

_BATCH_SIZE = 1000
_MIN_DIGITS = 21
_DISCOVERY_SECONDS = 10.0
_BACK_OFF_SECONDS = (0.1, 10.0)
_EXPIRED_OR_TRIMMED = {"ExpiredIteratorException", "TrimmedDataAccessException"}


class _Shard:
    """Where the delivery of one shard stands: `position` is what the function has taken, `read` the end of `batch`."""

    def __init__(self, shard_id: str, parent: str | None, position: DeliveryPosition | None) -> None:
        self.id = shard_id
        self.parent = parent
        self.position = position
        self.read = position
        self.iterator: str | None = None
        self.ended = False
        self.batch: list[dict[str, Any]] = []
        self.failures = 0
        self.retry_at = 0.0

    @property
    def finished(self) -> bool:
        """Whether everything in the shard was delivered and nothing more will come."""
        return self.ended and not self.batch


class StreamMapping:
    """The records of one stream, each shard in order and parents before their children.

    A batch that the function raises on is delivered again, the same, until the function takes it: nothing is skipped.
    A start goes on behind the position that is kept, which may be older than what was delivered and never newer.

    Functions skip what is not above the last sequence number of a shard, and numbers that begin with the time fall
    when the clock goes back. So each record is given a number above that of the record before it, its own where that
    is one. A record that is delivered again has the same number again: the position holds what it is counted from.

    With a tumbling window (`window_seconds`) events carry `shardId` and `state`, and the function must return a
    `state`; the last invocation of a window, which has no records, is left out.
    """

    def __init__(
        self,
        streams: "DynamoDBStreamsClient",
        stream_arn: str,
        function: Function,
        name: str,
        window_seconds: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        positions: DeliveryPositions | None = None,
    ) -> None:
        self._streams = streams
        self._stream_arn = stream_arn
        self._function = function
        self._window_seconds = window_seconds
        self._clock = clock
        self._positions = positions or MemoryPositions()
        self._name = name
        self._log = logging.getLogger(name)
        self._shards: dict[str, _Shard] = {}
        self._discover_at = 0.0

    @property
    def positions(self) -> Mapping[str, DeliveryPosition]:
        """By shard, the last record that the function has taken."""
        return {shard.id: shard.position for shard in [*self._shards.values()] if shard.position is not None}

    @property
    def waiting(self) -> int:
        """Records that were read and that the function has not taken yet."""
        return sum(len(shard.batch) for shard in self._shards.values())

    def deliver(self) -> int:
        """Deliver at most one batch of every shard that is ready; return how many records the function took.

        With nothing `waiting`, 0 means that the stream has no more.
        """
        delivered = 0
        # Where a shard ends, its children are due to be discovered at once.
        while True:
            if self._discovery_due:
                self._discover()
            delivered += sum(self._advance(shard) for shard in self._ready())
            if not self._discovery_due:
                return delivered

    @property
    def _discovery_due(self) -> bool:
        return self._clock() >= self._discover_at

    def _ready(self) -> list[_Shard]:
        return [shard for shard in self._shards.values() if not shard.finished and not self._held_back(shard)]

    def _held_back(self, shard: _Shard) -> bool:
        parent = self._shards.get(shard.parent or "")
        return parent is not None and not parent.finished

    def _discover(self) -> None:
        described: dict[str, str | None] = {}
        for page in self._pages():
            described.update({shard["ShardId"]: shard.get("ParentShardId") for shard in page["Shards"]})
        for shard_id, parent in described.items():
            if shard_id not in self._shards:
                self._shards[shard_id] = _Shard(shard_id, parent, self._positions.load(self._source(shard_id)))
        gone = [shard.id for shard in self._shards.values() if shard.finished and shard.id not in described]
        for shard_id in gone:
            del self._shards[shard_id]
        # New shards are the children of one that ended. An engine may look through a whole stream to describe it.
        parents = {shard.parent for shard in self._shards.values()}
        complete = self._shards and all(not shard.ended or shard.id in parents for shard in self._shards.values())
        self._discover_at = math.inf if complete else self._clock() + _DISCOVERY_SECONDS

    def _source(self, shard_id: str) -> str:
        return f"{self._name} {self._stream_arn} {shard_id}"

    def _pages(self) -> list[Any]:
        page = self._streams.describe_stream(StreamArn=self._stream_arn)["StreamDescription"]
        pages = [page]
        while "LastEvaluatedShardId" in page:
            page = self._streams.describe_stream(
                StreamArn=self._stream_arn, ExclusiveStartShardId=page["LastEvaluatedShardId"]
            )["StreamDescription"]
            pages.append(page)
        return pages

    def _advance(self, shard: _Shard) -> int:
        if not shard.batch:
            self._read(shard)
        if not shard.batch or self._clock() < shard.retry_at:
            return 0
        return self._invoke(shard)

    def _read(self, shard: _Shard) -> None:
        if shard.iterator is None:
            shard.iterator = self._iterator(shard)
        try:
            answer = self._streams.get_records(ShardIterator=shard.iterator, Limit=_BATCH_SIZE)
        except ClientError as fault:
            if fault.response["Error"]["Code"] not in _EXPIRED_OR_TRIMMED:
                raise
            shard.iterator = None
            self._read(shard)
            return
        shard.batch = [self._record(shard, record) for record in answer["Records"]]
        if shard.batch and shard.read and shard.read.number != int(shard.read.sequence):
            self._log.warning("sequence numbers fell: %s is delivered as %d", shard.read.sequence, shard.read.number)
        shard.iterator = answer.get("NextShardIterator")
        if shard.iterator is None:
            shard.ended = True
            self._discover_at = 0.0

    def _iterator(self, shard: _Shard) -> str:
        if shard.position is not None:
            try:
                return self._streams.get_shard_iterator(
                    StreamArn=self._stream_arn,
                    ShardId=shard.id,
                    ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                    # Clients refuse the short numbers of some engines.
                    SequenceNumber=shard.position.sequence.zfill(_MIN_DIGITS),
                )["ShardIterator"]
            except ClientError as fault:
                if fault.response["Error"]["Code"] not in _EXPIRED_OR_TRIMMED:
                    raise
        return self._streams.get_shard_iterator(
            StreamArn=self._stream_arn, ShardId=shard.id, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def _invoke(self, shard: _Shard) -> int:
        count, began = len(shard.batch), time.monotonic()
        try:
            self._call(shard)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the batch is delivered again
            shard.failures += 1
            pause = min(_BACK_OFF_SECONDS[0] * 2 ** (shard.failures - 1), _BACK_OFF_SECONDS[1])
            shard.retry_at = self._clock() + pause
            self._log.warning("%d records failed: %s; again in %.1f s", count, describe(fault), pause)
            return 0
        shard.position = shard.read
        shard.batch, shard.failures, shard.retry_at = [], 0, 0.0
        self._log.info("%d records in %.0f ms", count, (time.monotonic() - began) * 1000)
        if shard.position is not None:
            self._keep(shard.id, shard.position)
        return count

    def _keep(self, shard_id: str, position: DeliveryPosition) -> None:
        try:
            self._positions.save(self._source(shard_id), position)
        except (BotoCoreError, ClientError) as fault:
            # The next one is kept again; until then a start would deliver this batch once more.
            self._log.warning("the position is not kept: %s", describe(fault))

    def _call(self, shard: _Shard) -> None:
        answer = self._function(self._event(shard))
        if self._window_seconds is not None and not (isinstance(answer, dict) and "state" in answer):
            raise TypeError("a function with a tumbling window must return a state")

    def _event(self, shard: _Shard) -> dict[str, Any]:
        event: dict[str, Any] = {"Records": shard.batch}
        if self._window_seconds is None:
            return event
        now = datetime.now(UTC)
        start = datetime.fromtimestamp(now.timestamp() // self._window_seconds * self._window_seconds, UTC)
        end = start + timedelta(seconds=self._window_seconds)
        return event | {
            "window": {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{end:%Y-%m-%dT%H:%M:%SZ}"},
            "state": {},
            "shardId": shard.id,
            "eventSourceARN": self._stream_arn,
            "isFinalInvokeForWindow": False,
            "isWindowTerminatedEarly": False,
        }

    def _record(self, shard: _Shard, record: Mapping[str, Any]) -> dict[str, Any]:
        content = _as_json(record["dynamodb"])
        content["SequenceNumber"] = self._number(shard, content["SequenceNumber"])
        event = {**record, "dynamodb": content, "eventSourceARN": self._stream_arn}
        if "userIdentity" in record:
            identity = record["userIdentity"]
            event["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
        return event

    def _number(self, shard: _Shard, sequence: str) -> str:
        """Return the number that the next record of a shard is given."""
        before = shard.read.number if shard.read else -1
        number = max(int(sequence), before + 1)
        shard.read = DeliveryPosition(sequence, number)
        return sequence if number == int(sequence) else str(number)


def _as_json(value: Any) -> Any:
    """Return what the JSON of an invocation holds in place of botocore's values: binaries in base64, times in s."""
    match value:
        case dict():
            return {key: _as_json(item) for key, item in value.items()}
        case list():
            return [_as_json(item) for item in value]
        case bytes():
            return b64encode(value).decode()
        case datetime():
            return int(value.timestamp())
        case _:
            return value
