"""Transactions of DynamoDB: all of their items are written, or none and it is told which stood in the way.

docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.aws.items import Item, Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 0.02
MAX_PAUSE_SECONDS = 0.5

_CONDITION = "ConditionalCheckFailed"
_PASSING = frozenset(
    {
        # Reasons of a cancelled transaction, which the SDK does not retry.
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
        # Errors of the request itself, beyond what the SDK retried.
        "TransactionInProgressException",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
    }
)


class ConditionsFailed(Exception):
    """Nothing was written: by the place of each item in the transaction, what is stored where its condition failed.

    An empty item stands for nothing stored; items whose conditions hold are left out.
    """

    def __init__(self, stored: Mapping[int, Item]) -> None:
        super().__init__(f"conditions {', '.join(map(str, stored))} do not hold")
        self.stored = stored


class Congested(Exception):
    """Nothing was written: others kept writing the same items, or the tables take no more; it may be tried again."""


class Transactions:
    """Transactions through one botocore client, repeated with jitter while others are at the same items."""

    def __init__(self, client: "DynamoDBClient", sleep: Callable[[float], None]) -> None:
        self._client = client
        self._sleep = sleep

    def write(self, writes: Sequence[Write], token: str) -> None:
        """Carry out all writes or none. `token` (36 characters at most) makes a repeat of the same request harmless.

        Raises:
            ConditionsFailed, Congested
        """
        for attempt in range(MAX_ATTEMPTS):
            try:
                self._client.transact_write_items(TransactItems=writes, ClientRequestToken=token)  # type: ignore[arg-type]
            except ClientError as error:
                reasons = _reasons(error)
                if stored := {place: r.get("Item", {}) for place, r in enumerate(reasons) if r["Code"] == _CONDITION}:
                    raise ConditionsFailed(stored) from None
                if not {reason["Code"] for reason in reasons} & _PASSING:
                    raise
                self._pause(attempt)
            else:
                return
        raise Congested

    def _pause(self, attempt: int) -> None:
        longest = min(FIRST_PAUSE_SECONDS * 2**attempt, MAX_PAUSE_SECONDS)
        self._sleep(random.uniform(0, longest))  # noqa: S311  jitter


def _reasons(error: ClientError) -> Sequence[Mapping[str, Any]]:
    """Return why a transaction was not carried out: a reason for each item, or the one of the whole request."""
    answer: Any = error.response
    return answer.get("CancellationReasons") or [answer["Error"]]
