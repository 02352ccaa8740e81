"""What DynamoDB does by itself and the durable engine does not: streams are trimmed, items expire."""

import logging
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.local import dynoxide
from infra.local.streams import StreamMapping

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RETENTION_SECONDS = 3600
"""How long a record stays in a stream after its function has taken it: long enough to look at what went wrong."""

# Who is stopped in the middle of a step keeps all others from writing: it takes half a millisecond.
_AT_ONCE = 50
_PAUSE_SECONDS = 0.01
_PAGE = 1000

_LOG = logging.getLogger("delivery")


class StreamTrimmer:
    """Deletes stream records that are delivered and old; the newest stays, since numbers go on from it."""

    def __init__(
        self,
        database: Path,
        mappings: Mapping[str, StreamMapping],
        now: Callable[[], float] = time.time,
    ) -> None:
        """Trim the streams of tables, by name."""
        self._database = database
        self._mappings = mappings
        self._now = now

    def trim(self) -> int:
        """Delete what may be deleted, in steps of a millisecond between which others write; return how many records."""
        with dynoxide.trimming(self._database) as connection:
            return sum(self._trim(connection, table, mapping) for table, mapping in self._mappings.items())

    def _trim(self, connection: sqlite3.Connection, table: str, mapping: StreamMapping) -> int:
        deleted = 0
        oldest = int(self._now() - RETENTION_SECONDS)
        for position in mapping.positions.values():
            before = int(position.sequence)
            while True:
                try:
                    step = dynoxide.trim_stream(
                        connection, table, before=before, created_before=oldest, max_count=_AT_ONCE
                    )
                except sqlite3.Error as fault:
                    _LOG.warning("the stream of %s is not trimmed: %s", table, fault)
                    break
                deleted += step
                if step < _AT_ONCE:
                    break
                time.sleep(_PAUSE_SECONDS)
        return deleted


class Expiry:
    """Deletes items whose time is over, table after table, a page at a time and round again."""

    def __init__(
        self, dynamodb: "DynamoDBClient", attributes: Mapping[str, str], now: Callable[[], float] = time.time
    ) -> None:
        """Expire items of tables by name, each by the attribute that holds the time (epoch s) from which on."""
        self._dynamodb = dynamodb
        self._attributes = attributes
        self._now = now
        self._tables: Sequence[str] = sorted(attributes)
        self._turn = 0
        self._from: dict[str, Any] = {}

    def expire(self) -> int:
        """Look through the next page; return how many items were deleted."""
        if not self._tables:
            return 0
        table = self._tables[self._turn]
        attribute, now = self._attributes[table], str(int(self._now()))
        page = self._dynamodb.scan(
            TableName=table,
            Limit=_PAGE,
            FilterExpression="#until < :now",
            ExpressionAttributeNames={"#until": attribute},
            ExpressionAttributeValues={":now": {"N": now}},
            **self._from,
        )
        self._from = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if "LastEvaluatedKey" in page else {}
        if not self._from:
            self._turn = (self._turn + 1) % len(self._tables)
        keys = self._keys(table) if page["Items"] else []
        return sum(self._delete(table, {key: item[key] for key in keys}, attribute, now) for item in page["Items"])

    def _keys(self, table: str) -> list[str]:
        schema = self._dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]
        return [element["AttributeName"] for element in schema]

    def _delete(self, table: str, key: Mapping[str, Any], attribute: str, now: str) -> bool:
        """Delete an item unless its time was set anew since it was looked at."""
        try:
            self._dynamodb.delete_item(
                TableName=table,
                Key=key,
                ConditionExpression="#until < :now",
                ExpressionAttributeNames={"#until": attribute},
                ExpressionAttributeValues={":now": {"N": now}},
            )
        except ClientError as fault:
            if fault.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return False
        return True
