"""Which generations are void, and why: an event came so late that neither the stream nor the scan fed them with it."""

import logging
from typing import TYPE_CHECKING, Any

from chalicelib import logs

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KIND = "void"


class Voids:
    """Marks of void generations, an item each."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def put(self, campaign: str, number: int, reason: str) -> None:
        """Declare a generation void, aloud: it can never be what is shown."""
        item: Any = {**_key(campaign, number), "reason": {"S": reason}}
        self._client.put_item(TableName=self._table, Item=item)
        logs.write("generation_void", level=logging.ERROR, campaign=campaign, generation=number, reason=reason)

    def read(self, campaign: str, number: int) -> str | None:
        """Return why a generation is void, None where it is not. Consistent."""
        answer = self._client.get_item(TableName=self._table, Key=_key(campaign, number), ConsistentRead=True)
        return answer["Item"]["reason"]["S"] if "Item" in answer else None

    def forget(self, campaign: str, number: int) -> None:
        """Delete the mark of a generation that is removed."""
        self._client.delete_item(TableName=self._table, Key=_key(campaign, number))


def _key(campaign: str, number: int) -> Any:
    return {"kind": {"S": _KIND}, "id": {"S": f"{campaign}#{number}"}}
