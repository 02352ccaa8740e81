"""How far a scan of the log is: what a killed one goes on from."""

from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.eventlog.segments import Place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KIND = "scan"


class ScanContended(Exception):
    """Another process scans for the same generation. What it does is right: let it, or end it and start again."""


class SegmentPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of a segment that is worked on: from behind `start`, None for the beginning, up to `end`.

    Without an `end` it is the segment's last, and reaches as far as that does.
    """

    start: Place | None = None
    end: Place | None = None


class Chunk(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is worked on: a part of each segment, None of one that is scanned to its end.

    `number` counts from 1; `is_done` says that nothing is left to do.
    """

    number: int
    parts: tuple[SegmentPart | None, ...]
    is_done: bool = False

    @property
    def is_last(self) -> bool:
        """Whether every segment ends with it."""
        return all(part is None or part.end is None for part in self.parts)


_DECODER = msgspec.json.Decoder(Chunk)


class ScanProgress:
    """The chunk that each scan is at, put on the condition that nobody else went on meanwhile."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self, scan: str) -> Chunk | None:
        """Return the chunk that a scan is at, None before the first. Consistent."""
        answer = self._client.get_item(TableName=self._table, Key=_key(scan), ConsistentRead=True)
        return _DECODER.decode(answer["Item"]["chunk"]["S"]) if "Item" in answer else None

    def put(self, scan: str, current: Chunk | None, chunk: Chunk) -> None:
        """Note the next chunk of a scan, or that the current one is done.

        Raises:
            ScanContended: the scan is not at the chunk it is thought to be at.
        """
        item: Any = {**_key(scan), "chunk": {"S": _text(chunk)}}
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
            if self.read(scan) != chunk:
                raise ScanContended(scan) from None

    def forget(self, scan: str) -> None:
        """Delete what is noted of a scan."""
        self._client.delete_item(TableName=self._table, Key=_key(scan))


def _key(scan: str) -> Any:
    return {"kind": {"S": _KIND}, "id": {"S": scan}}


def _text(chunk: Chunk) -> str:
    return msgspec.json.encode(chunk).decode()
