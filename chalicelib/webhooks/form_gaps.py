"""What forms and what is filled in do not have in common, counted by form so that administrators see it."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

import msgspec

from chalicelib import logs
from chalicelib.intake.form import Filled, Form

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

GapKind = Literal["absent", "left_out"]

WRITES_PER_SECOND = 10
"""How often a process writes within a second: what comes in between is added with the next write."""

_KIND = "form_gap"


class Gap(msgspec.Struct, frozen=True):
    """What submissions to a form, by provider, account and name as it is registered, did not have or could not use.

    `name` is a question that was `absent`, or what was answered and `left_out`.
    """

    provider: str
    account: str
    form: str
    kind: GapKind
    name: str


class GapCount(msgspec.Struct, frozen=True):
    """In how many recorded submissions there was a gap, and when it was last counted (epoch ms)."""

    gap: Gap
    count: int
    newest: int


class FormGaps:
    """The counts of all gaps, an item each. No submission waits for them long or fails with them."""

    def __init__(
        self, client: "DynamoDBClient", table: str, now: Callable[[], int], monotonic: Callable[[], float]
    ) -> None:
        self._client = client
        self._table = table
        self._now = now
        self._monotonic = monotonic
        self._pending: Counter[Gap] = Counter()
        self._second = float("-inf")
        self._writes = 0

    def note(self, form: Form, filled: Filled) -> None:
        """Count the gaps of a submission that was recorded."""
        of_form = form.provider, form.account, form.form
        self._pending.update(Gap(*of_form, "absent", name) for name in filled.absent)
        self._pending.update(Gap(*of_form, "left_out", name) for name in filled.left_out)
        if not self._pending:
            return
        if self._monotonic() - self._second >= 1:
            self._second, self._writes = self._monotonic(), 0
        if self._writes < WRITES_PER_SECOND:
            self._writes += 1
            self._write()

    def read(self) -> Iterator[GapCount]:
        """Yield the counts of all gaps."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="kind = :kind",
            ExpressionAttributeValues={":kind": {"S": _KIND}},
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                gap = msgspec.json.decode(item["gap"]["S"], type=Gap)
                yield GapCount(gap, int(item["count"]["N"]), int(item["newest"]["N"]))

    def _write(self) -> None:
        counted, self._pending = self._pending, Counter()
        for gap, count in counted.items():
            try:
                self._add(gap, count)
            except Exception as error:  # noqa: BLE001  whatever it is, the submission is recorded
                logs.write("form_gap_not_counted", level=logging.WARNING, error=logs.describe(error))

    def _add(self, gap: Gap, count: int) -> None:
        text = msgspec.json.encode(gap)
        self._client.update_item(
            TableName=self._table,
            # A question's name may be longer than a key.
            Key={"kind": {"S": _KIND}, "id": {"S": sha256(text).hexdigest()}},
            UpdateExpression="ADD #count :count SET newest = :newest, gap = :gap",
            ExpressionAttributeNames={"#count": "count"},
            ExpressionAttributeValues={
                ":count": {"N": str(count)},
                ":newest": {"N": str(self._now())},
                ":gap": {"S": text.decode()},
            },
        )
