"""Delivery of an SQS queue to a function, as Lambda's event source mapping does it."""

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.logs import describe
from infra.local.local_settings import REGION
from infra.local.streams import Function

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_BATCH_SIZE = 10


class QueueMapping:
    """The messages of one queue; `ReportBatchItemFailures` is on.

    A message that the function fails on stays in the queue: it comes back when its visibility timeout is over, and
    goes to the dead-letter queue after as many deliveries as the queue allows.
    """

    def __init__(self, sqs: "SQSClient", queue_url: str, function: Function, name: str, wait_seconds: int = 1) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._queue_arn = f"arn:aws:sqs:{REGION}:000000000000:{queue_url.rsplit('/', 1)[-1]}"
        self._function = function
        self._wait_seconds = wait_seconds
        self._log = logging.getLogger(name)

    def deliver(self) -> int:
        """Wait for messages and deliver at most one batch; return how many messages the function took."""
        messages = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=_BATCH_SIZE,
            WaitTimeSeconds=self._wait_seconds,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            return 0
        began = time.monotonic()
        try:
            answer = self._function({"Records": [self._record(message) for message in messages]})
            failed = _failed(answer, {message["MessageId"] for message in messages})
        except Exception as fault:  # noqa: BLE001 - whatever it is, the messages stay in the queue
            self._log.warning("%d messages failed: %s", len(messages), describe(fault))
            return 0
        taken = [message for message in messages if message["MessageId"] not in failed]
        if taken:
            self._sqs.delete_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(taken)
                ],
            )
        elapsed = (time.monotonic() - began) * 1000
        self._log.info("%d messages in %.0f ms, %d failed", len(messages), elapsed, len(failed))
        return len(taken)

    def _record(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
                for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._queue_arn,
            "awsRegion": REGION,
        }


def _failed(answer: object, delivered: set[str]) -> set[str]:
    """Return the messages that the function reports as failed; an answer that makes no sense fails them all."""
    reported = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not reported:
        return set()
    failed = {item["itemIdentifier"] for item in reported}
    return failed if failed <= delivered else delivered
