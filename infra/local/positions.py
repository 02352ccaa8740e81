"""How far the delivery of each stream has come: kept beside the streams themselves, so that both outlive the same."""

from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = "source"


class DeliveryPosition(msgspec.Struct, frozen=True):
    """The last record of a shard that a function has taken.

    `sequence` is its number in the stream, `number` the one that the function was given: the same, unless the stream's
    numbers did not rise.
    """

    sequence: str
    number: int


class DeliveryPositions(Protocol):
    """Positions by source: the function's name and the shard."""

    def load(self, source: str) -> DeliveryPosition | None:
        """Return a position, or None where nothing was delivered yet."""

    def save(self, source: str, position: DeliveryPosition) -> None:
        """Keep a position."""


class MemoryPositions:
    """Positions that end with the process: every start delivers what the streams still hold."""

    def __init__(self) -> None:
        self._known: dict[str, DeliveryPosition] = {}

    def load(self, source: str) -> DeliveryPosition | None:
        """Return a position."""
        return self._known.get(source)

    def save(self, source: str, position: DeliveryPosition) -> None:
        """Keep a position."""
        self._known[source] = position


class StoredPositions:
    """Positions in a table of their own, an item each."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def create(self) -> None:
        """Create the table unless it is there."""
        try:
            self._dynamodb.create_table(
                TableName=self._table,
                KeySchema=[{"AttributeName": _KEY, "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": _KEY, "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        except self._dynamodb.exceptions.ResourceInUseException:
            return

    def load(self, source: str) -> DeliveryPosition | None:
        """Return a position. One consistent read."""
        found = self._dynamodb.get_item(TableName=self._table, Key={_KEY: {"S": source}}, ConsistentRead=True)
        item = found.get("Item")
        return DeliveryPosition(item["sequence"]["S"], int(item["number"]["N"])) if item else None

    def save(self, source: str, position: DeliveryPosition) -> None:
        """Keep a position. One put."""
        item = {"sequence": {"S": position.sequence}, "number": {"N": str(position.number)}}
        self._dynamodb.put_item(TableName=self._table, Item={_KEY: {"S": source}, **item})
