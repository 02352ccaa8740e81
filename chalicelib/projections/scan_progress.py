"""How far a scan of the log is in each of its segments: what a killed one goes on from."""

from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.eventlog.segments import Place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KIND = "scan"


class ScanContended(Exception):
    """Another process scans for the same generation. What it does is right: let it, or end it and start again."""


class Chunk(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of a segment that is worked on: from behind `start`, None for the beginning, up to `end`.

    `number` counts from 1; `is_last` says that the segment ends with it, wherever that is; `is_done` that nothing is
    left to do.
    """

    number: int
    start: Place | None = None
    end: Place | None = None
    is_last: bool = False
    is_done: bool = False


class ScanProgress:
    """The chunk that each segment is at, each put on the condition that nobody else went on meanwhile."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self, scan: str, segment: int) -> Chunk | None:
        """Return the chunk that a segment of a scan is at, None before the first."""
        answer = self._client.get_item(TableName=self._table, Key=_key(scan, segment), ConsistentRead=True)
        return msgspec.json.decode(answer["Item"]["chunk"]["S"], type=Chunk) if "Item" in answer else None

    def put(self, scan: str, segment: int, current: Chunk | None, chunk: Chunk) -> None:
        """Note the next chunk of a segment, or that the current one is done.

        Raises:
            ScanContended: the segment is not at the chunk it is thought to be at.
        """
        item: Any = {**_key(scan, segment), "chunk": {"S": _text(chunk)}}
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(chunk)"}
        if current is not None:
            condition = {
                "ConditionExpression": "chunk = :current",
                "ExpressionAttributeValues": {":current": {"S": _text(current)}},
            }
        try:
            self._client.put_item(TableName=self._table, Item=item, **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            # A lost answer: then it is our own chunk that is there.
            if self.read(scan, segment) != chunk:
                raise ScanContended(scan) from None

    def forget(self, scan: str, segments: int) -> None:
        """Delete what is noted of a scan."""
        for segment in range(segments):
            self._client.delete_item(TableName=self._table, Key=_key(scan, segment))


def _key(scan: str, segment: int) -> Any:
    return {"kind": {"S": _KIND}, "id": {"S": f"{scan}#{segment}"}}


def _text(chunk: Chunk) -> str:
    return msgspec.json.encode(chunk).decode()
