"""Whether what is shown stands still: the age of the oldest event that is not shown, as the sweep found it."""

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_UNSHOWN_MS = 30_000
"""An event that is older and not shown means that something stands still."""

MAX_SILENCE_MS = 150_000
"""The sweep reports each minute: after so long, nobody knows what is shown."""


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a sweep found at `checked_at` (epoch ms): when the oldest event that is not shown was recorded.

    `late_ms` is how old the acts were that the sweep had to publish, as the publisher had not. `set_aside` counts the
    records that no read model could take.
    """

    checked_at: int
    unshown_since: int | None = None
    late_ms: int = 0
    set_aside: int = 0

    @property
    def unshown_ms(self) -> int:
        """How old the oldest event was that was not shown, 0 where all were.

        While events come in there is always one on its way: between two sweeps it is shown, and grows no older.
        """
        return 0 if self.unshown_since is None else max(0, self.checked_at - self.unshown_since)

    @property
    def oldest_ms(self) -> int:
        """How old the oldest event was that was not shown, or that the sweep had to show."""
        return max(self.unshown_ms, self.late_ms)

    def stands_still(self, now: int) -> bool:
        """Whether something has to be done about it."""
        return now - self.checked_at > MAX_SILENCE_MS or self.oldest_ms > MAX_UNSHOWN_MS


class Reports:
    """The newest report, in one item."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def put(self, report: Report) -> None:
        """Store a report in place of the one before it."""
        item: Any = {**_KEY, "report": {"S": msgspec.json.encode(report).decode()}}
        self._client.put_item(TableName=self._table, Item=item)

    def read(self) -> Report | None:
        """Return the newest report, None before the first."""
        answer = self._client.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True)
        return msgspec.json.decode(answer["Item"]["report"]["S"], type=Report) if "Item" in answer else None


_KEY: Any = {"kind": {"S": "report"}, "id": {"S": "standstill"}}
