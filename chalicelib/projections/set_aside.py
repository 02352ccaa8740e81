"""Records that are set aside: what is no event, and what the store will never take.

Each is told once, however often its batch comes: a mark says so. The letter is of plain ASCII, as
SQS refuses some characters, and with them every later batch of the shard would wait.
"""

import json
import logging
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib import logs
from chalicelib.metrics import Metrics
from chalicelib.projections.change import StreamRecord
from chalicelib.projections.state_store import SEQUENCE_DIGITS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

_KIND = "set-aside"

MAX_RECORD_CHARACTERS = 100_000
"""A longer record is named in its letter and left in the log: SQS takes messages of 256 KB at most."""


class Poison(msgspec.Struct, frozen=True):
    """A record that is set aside, with the reason."""

    record: StreamRecord
    reason: str


class SetAside:
    """Tells of what is set aside: by a letter, a log line and a metric."""

    def __init__(
        self, dynamodb: "DynamoDBClient", table: str, sqs: "SQSClient", queue_url: str, metrics: Metrics
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._sqs = sqs
        self._queue_url = queue_url
        self._metrics = metrics

    def put(self, shard: str, poison: Poison) -> None:
        """Tell of a record of a shard, unless that was done before."""
        key: Any = {"kind": {"S": _KIND}, "id": {"S": _name(shard, poison)}}
        mark = self._dynamodb.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if mark is not None:
            return
        self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=_letter(poison))
        # After the letter: one that is told twice is better than one that is never told.
        self._dynamodb.put_item(TableName=self._table, Item={**key, "reason": {"S": poison.reason[:1000]}})
        logs.write("record_set_aside", level=logging.ERROR, reason=poison.reason)
        self._metrics.write(SetAside=1)

    def count(self) -> int:
        """Return how many records were set aside."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="kind = :kind",
            ExpressionAttributeValues={":kind": {"S": _KIND}},
            Select="COUNT",
        )
        return sum(page["Count"] for page in pages)


def _name(shard: str, poison: Poison) -> str:
    sequence = str(poison.record.get("dynamodb", {}).get("SequenceNumber", poison.record.get("eventID", "")))
    return f"{shard}#{sequence.zfill(SEQUENCE_DIGITS)}"


def _letter(poison: Poison) -> str:
    record = json.dumps(poison.record, ensure_ascii=True, default=str)
    if len(record) > MAX_RECORD_CHARACTERS:
        record = json.dumps({"eventID": poison.record.get("eventID"), "left_out": len(record)}, ensure_ascii=True)
    return f'{{"reason": {json.dumps(poison.reason, ensure_ascii=True)}, "record": {record}}}'
