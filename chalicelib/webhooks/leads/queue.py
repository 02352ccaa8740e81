"""The queue of leads that wait to be fetched from the Graph API."""

import logging
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from chalicelib import logs
from chalicelib.webhooks.received import ReceivedLead

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_MAX_AT_ONCE = 10
FIRST_PAUSE_SECONDS = 15
MAX_PAUSE_SECONDS = 15 * 60


class NotQueued(Exception):
    """The queue did not take every lead; those that it took may come again."""


class LeadsQueue:
    """Leads in an SQS queue, each in a message of its own."""

    def __init__(self, sqs: "SQSClient", url: str) -> None:
        self._sqs = sqs
        self._url = url

    def put(self, leads: Iterable[ReceivedLead]) -> None:
        """Queue leads.

        Raises:
            NotQueued: some are not in the queue.
        """
        remaining = iter(leads)
        while batch := list(islice(remaining, _MAX_AT_ONCE)):
            answer = self._sqs.send_message_batch(QueueUrl=self._url, Entries=_entries(batch))
            if answer.get("Failed"):
                raise NotQueued

    def postpone(self, receipt_handle: str, deliveries: int) -> None:
        """Let a message come back later, the later the more often it was delivered already."""
        from botocore.exceptions import BotoCoreError, ClientError

        pause = min(FIRST_PAUSE_SECONDS * 2 ** min(deliveries - 1, 10), MAX_PAUSE_SECONDS)
        try:
            self._sqs.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=pause
            )
        except (BotoCoreError, ClientError) as error:
            # It comes back all the same, after the queue's own pause.
            logs.write("lead_not_postponed", level=logging.WARNING, error=logs.describe(error))


def _entries(leads: Sequence[ReceivedLead]) -> "list[SendMessageBatchRequestEntryTypeDef]":
    return [
        {"Id": str(number), "MessageBody": msgspec.json.encode(waiting).decode()}
        for number, waiting in enumerate(leads)
    ]
