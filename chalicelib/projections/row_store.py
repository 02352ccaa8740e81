"""Rows in DynamoDB, a table for each model: stored at once, each by a conditional put of its own."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from heapq import merge
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.aws.batch_get import read_items
from chalicelib.aws.items import Item
from chalicelib.eventlog.segments import PAGE_ITEMS
from chalicelib.projections.rows import Index, RefusedRow, Row, fits, scoped, size_of
from chalicelib.projections.store_faults import MAX_ITEM_BYTES, permanent_fault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 16
"""Requests at a time: they only wait for DynamoDB."""

TOGETHER = 50
"""Rows of one transaction, which may have 100, and 4 MB."""


class DynamoDBRowStore:
    """Rows through one botocore client; `tables` names the table of each model, read in so many segments at once."""

    def __init__(self, client: "DynamoDBClient", tables: Mapping[str, str], segments: int = 1) -> None:
        self._client = client
        self._tables = tables
        self._segments = segments

    def put(self, rows: Sequence[Row]) -> list[RefusedRow]:
        """Store rows, each unless a newer version of it is there; return those that will never be taken.

        Raises:
            BotoCoreError, ClientError: a passing fault; some of the rows may be stored.
        """
        return [refused for refused in self._threads.map(self._put, rows) if refused is not None]

    def put_together(self, rows: Sequence[Row]) -> list[RefusedRow]:
        """Do the same as `put` by transactions of many rows: for twice the units, in a fraction of the time.

        It is for those who store many that mostly are not there yet. Each key may be among them once.

        Raises:
            BotoCoreError, ClientError: a passing fault; some of the rows may be stored.
        """
        groups = [rows[start : start + TOGETHER] for start in range(0, len(rows), TOGETHER)]
        return [refused for some in self._threads.map(self._put_group, groups) for refused in some]

    def read(self, model: str, keys: Sequence[str]) -> list[Item]:
        """Return the rows of some keys, as far as they are there, in the order of the keys. Consistent."""
        items = read_items(self._client, self._tables[model], [{"id": {"S": key}} for key in keys])
        found = {item["id"]["S"]: item for item in items}
        return [found[key] for key in keys if key in found]

    def query(self, index: Index, *, after: str | None = None, descending: bool = False, page: int) -> Iterator[Item]:
        """Yield what an index has, by its order, from behind a place in it. Eventual; `page` items a request."""
        parts = (self._pages(index, partition, after, descending, page) for partition in index.partitions)
        begun = list(self._threads.map(_begun, parts))
        return merge(*begun, key=lambda item: item[index.order]["S"], reverse=descending)

    def scan(self, model: str, scopes: Sequence[str], *, consistent: bool = True) -> Iterator[Sequence[Item]]:
        """Yield all rows whose keys begin with one of some scopes, in pages and any order. Reads the whole table."""
        segments = [self._segment(model, segment, scopes, consistent) for segment in range(self._segments)]
        while segments:
            pages = list(self._threads.map(lambda segment: next(segment, None), segments))
            segments = [segment for segment, page in zip(segments, pages, strict=True) if page is not None]
            yield from filter(None, pages)

    def forget(self, campaign: str, generation: int) -> None:
        """Delete all rows of a campaign in a generation. Reads the tables."""
        for table in self._tables.values():
            pages = self._client.get_paginator("scan").paginate(
                TableName=table,
                FilterExpression="begins_with(id, :scope)",
                ExpressionAttributeValues={":scope": {"S": scoped(campaign, generation)}},
                ProjectionExpression="id",
                ConsistentRead=True,
            )
            for page in pages:
                deletions = (
                    self._threads.submit(self._client.delete_item, TableName=table, Key=item) for item in page["Items"]
                )
                for deletion in list(deletions):
                    deletion.result()

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rows")

    def _put_group(self, rows: Sequence[Row]) -> list[RefusedRow]:
        fitting: Any = [{"Put": self._request(row)} for row in rows if fits(row, MAX_ITEM_BYTES)]
        try:
            if len(fitting) == len(rows):
                self._client.transact_write_items(TransactItems=fitting)
                return []
        except ClientError:
            # One of them stands in the way of all: each by itself tells which, and why.
            pass
        return [refused for refused in map(self._put, rows) if refused is not None]

    def _put(self, row: Row) -> RefusedRow | None:
        if not fits(row, MAX_ITEM_BYTES):
            return RefusedRow(row, f"{size_of(row.item)} bytes")
        try:
            self._client.put_item(**self._request(row))
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        except ClientError as error:
            reason = permanent_fault(error)
            if reason is None:
                raise
            return RefusedRow(row, reason)
        return None

    def _request(self, row: Row) -> Any:
        item = row.item
        return {
            "TableName": self._tables[row.model],
            "Item": item,
            "ConditionExpression": "attribute_not_exists(version) OR version < :version",
            "ExpressionAttributeValues": {":version": item["version"]},
        }

    def _segment(self, model: str, segment: int, scopes: Sequence[str], consistent: bool) -> Iterator[Sequence[Item]]:
        values = {f":scope{number}": {"S": scope} for number, scope in enumerate(scopes)}
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._tables[model],
            Segment=segment,
            TotalSegments=self._segments,
            FilterExpression=" OR ".join(f"begins_with(id, {name})" for name in values),
            ExpressionAttributeValues=values,
            ConsistentRead=consistent,
            PaginationConfig={"PageSize": PAGE_ITEMS},
        )
        for page in pages:
            yield page["Items"]

    def _pages(self, index: Index, partition: str, after: str | None, descending: bool, page: int) -> Iterator[Item]:
        condition, values = "#partition = :partition", {":partition": {"S": partition}}
        names = {"#partition": index.name}
        if after is not None:
            condition += f" AND #order {'<' if descending else '>'} :after"
            names["#order"] = index.order
            values[":after"] = {"S": after}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._tables[index.model],
            IndexName=index.name,
            KeyConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            ScanIndexForward=not descending,
            PaginationConfig={"PageSize": page},
        )
        for found in pages:
            yield from found["Items"]


def _begun(items: Iterator[Item]) -> Iterator[Item]:
    """Return the same items, the first of them fetched already."""
    first = list(islice(items, 1))
    return chain(first, items)
