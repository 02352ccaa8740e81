"""The projector function: a batch of the log's stream into the projections, what is no event to the dead letters."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.projections.engine import Engine
from chalicelib.projections.stream_records import Poison

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ShardsOf = Callable[[str], list[str]]
"""From a stream's ARN to the ids of its shards."""


class UnknownShard(Exception):
    """An invocation that does not say which shard it reads. Nothing was applied: a guess would count wrongly."""


class Projector:
    """Handles invocations by an event source mapping on the log's stream.

    The mapping sets a tumbling window, since only then an invocation names its shard; nothing is kept in its state.
    """

    def __init__(self, engine: Engine, dead_letters: "DeadLetters", shards_of: ShardsOf) -> None:
        self._engine = engine
        self._dead_letters = dead_letters
        self._shards_of = shards_of

    def handle(self, invocation: Mapping[str, Any]) -> dict[str, Any]:
        """Apply the records of one invocation. Any fault is raised, so that the batch is delivered again.

        Raises:
            UnknownShard: the invocation names no shard and the stream has more than one.
        """
        records = invocation.get("Records", [])
        if records:
            shard = invocation.get("shardId") or self._only_shard(records[0]["eventSourceARN"])
            for poison in self._engine.apply(shard, records):
                self._dead_letters.send(poison)
        return {"state": {}}

    def _only_shard(self, stream_arn: str) -> str:
        shards = self._shards_of(stream_arn)
        if len(shards) != 1:
            raise UnknownShard(f"{stream_arn} has {len(shards)} shards and the invocation names none")
        return shards[0]


class DeadLetters:
    """The queue of records that no projection can take."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, poison: Poison) -> None:
        """Queue a record with the reason why it was set aside."""
        body = {"reason": poison.reason, "record": poison.record}
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=msgspec.json.encode(body).decode())


def shards_of(client: Any) -> ShardsOf:
    """Return a function that asks DynamoDB Streams for the shards of a stream."""

    def described(stream_arn: str) -> list[str]:
        description = client.describe_stream(StreamArn=stream_arn)["StreamDescription"]
        return [shard["ShardId"] for shard in description["Shards"]]

    return described
