"""Many items of one table by their keys, by as few requests as DynamoDB allows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.aws.items import Item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_AT_ONCE = 100
"""Items of one BatchGetItem."""


def read_items(
    client: "DynamoDBClient", table: str, keys: Sequence[Mapping[str, Mapping[str, str]]], **options: Any
) -> Iterator[Item]:
    """Yield the items of different keys, as far as they are there, in any order. Consistent."""
    for start in range(0, len(keys), MAX_AT_ONCE):
        waiting: Any = {table: {"Keys": keys[start : start + MAX_AT_ONCE], "ConsistentRead": True, **options}}
        while waiting:
            answer = client.batch_get_item(RequestItems=waiting)
            yield from answer["Responses"].get(table, [])
            waiting = answer.get("UnprocessedKeys")
