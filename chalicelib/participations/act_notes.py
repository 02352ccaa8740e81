"""The notes that were given beside acts, found by an act: personal data, for moderators who ask for it.

They stand with their participant's contact and go with it; nothing else of the person is found this way.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOTES = "notes"
"""The index of the contacts table that leads from an act to its note."""


class ActNotes:
    """Reads notes by the receipts of their acts."""

    def __init__(self, client: "DynamoDBClient", table: str, now: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def read(self, receipts: Iterable[str]) -> Mapping[str, str]:
        """Return the notes of acts, as far as there are any, by the ids of their receipts. Eventual, a request each."""
        found = ((receipt, self._note(receipt)) for receipt in receipts)
        return {receipt: note for receipt, note in found if note is not None}

    def _note(self, receipt: str) -> str | None:
        answer = self._client.query(
            TableName=self._table,
            IndexName=NOTES,
            KeyConditionExpression="note_of = :receipt",
            ExpressionAttributeValues={":receipt": {"S": receipt}},
        )
        # What has expired is deleted some days later.
        current = (item for item in answer["Items"] if int(item["expires_at"]["N"]) * 1000 > self._now())
        return next((item["note"]["S"] for item in current), None)
