"""How far the projector is in each shard of the log's stream: what lies behind that is not projected yet."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.projections.state_store import SEQUENCE_DIGITS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KIND = "position"


class Positions:
    """The sequence number of the last record of each shard that is in every read model, or is set aside."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def put(self, shard: str, sequence: int) -> None:
        """Note that all records of a shard up to one are done with. A batch that comes again may set it back."""
        item: Any = {**_key(shard), "sequence": {"S": str(sequence).zfill(SEQUENCE_DIGITS)}}
        self._client.put_item(TableName=self._table, Item=item)

    def of(self, shard: str) -> int | None:
        """Return the position in a shard, None before the first. Consistent."""
        answer = self._client.get_item(TableName=self._table, Key=_key(shard), ConsistentRead=True)
        return int(answer["Item"]["sequence"]["S"]) if "Item" in answer else None

    def read(self) -> Mapping[str, int]:
        """Return the position in each shard. Consistent."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="kind = :kind",
            ExpressionAttributeValues={":kind": {"S": _KIND}},
            ConsistentRead=True,
        )
        return {item["id"]["S"]: int(item["sequence"]["S"]) for page in pages for item in page["Items"]}

    def forget(self, shards: Iterable[str]) -> None:
        """Delete the positions in shards that are gone."""
        for shard in shards:
            self._client.delete_item(TableName=self._table, Key=_key(shard))


def _key(shard: str) -> Any:
    return {"kind": {"S": _KIND}, "id": {"S": shard}}
