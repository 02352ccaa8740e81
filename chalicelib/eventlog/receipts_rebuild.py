"""The receipts of a campaign made anew from its log, where tables were restored to different times.

What is right is left alone, so a run that is killed is simply repeated. Participations may come in meanwhile: whatever
is changed is changed on the condition that it is still as it was read.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib import logs
from chalicelib.aws.batch_get import MAX_AT_ONCE, read_items
from chalicelib.aws.items import Item
from chalicelib.domain.decider import KnownAct, known_act
from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.receipts import Receipt
from chalicelib.eventlog.codec import Undecodable, decode, decode_receipt, encode_receipt
from chalicelib.eventlog.log import EventLog
from chalicelib.eventlog.segments import LogSegments

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 16
"""Requests at a time: they only wait for DynamoDB."""

_AS_READ = "#stream = :stream AND version = :version AND newest = :newest"
_ATTRIBUTES = "#stream, version, event_id, recorded_at, #type, #data"
_ATTRIBUTE_NAMES = {"#stream": "stream", "#type": "type", "#data": "data"}


class RebuiltReceipts(msgspec.Struct, frozen=True):
    """How many receipts were put in place, and how many were deleted as the log does not have their acts."""

    put: int
    deleted: int


class ReceiptsRebuild:
    """Reads the log and the receipts through one botocore client, and mends receipts."""

    def __init__(
        self, client: "DynamoDBClient", log: EventLog, segments: LogSegments, events: str, receipts: str
    ) -> None:
        self._client = client
        self._log = log
        self._segments = segments
        self._events = events
        self._receipts = receipts

    def run(self, campaign: str, since: int, tell: Callable[[int], None]) -> RebuiltReceipts:
        """Put each receipt as the log has it, and delete those of acts that it does not have.

        Acts that were recorded before `since` (epoch ms) were rehearsals, and have no receipts. `tell` is told how many
        events more were read. Receipts of a stream that cannot be read are left as they are.
        """
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="receipts") as threads:
            put = sum(sum(threads.map(self._mended, heads)) for heads in self._differing(campaign, since, tell))
            deleted = sum(sum(threads.map(self._deleted, lost)) for lost in self._lost(campaign, since))
        return RebuiltReceipts(put, deleted)

    def _differing(self, campaign: str, since: int, tell: Callable[[int], None]) -> Iterator[Sequence[Receipt]]:
        """Yield the heads of acts, some at a time, of which the receipt is another one or missing.

        A scan has a stream in one piece, but not what comes in later: each head is looked at again before it is put.
        """
        items = chain.from_iterable(page.items for page in self._segments.pages(0, 1))
        of_campaign = (item for item in items if item["stream"]["S"].startswith(f"{campaign}/"))
        heads: list[Receipt] = []
        for stream, found in groupby(of_campaign, key=lambda item: item["stream"]["S"]):
            events = [*found]
            tell(len(events))
            heads += [head for head in self._heads(stream, events) if head.recorded_at >= since]
            if len(heads) >= MAX_AT_ONCE:
                yield self._without_the_right(heads)
                heads = []
        yield self._without_the_right(heads)

    def _heads(self, stream: str, items: Sequence[Item]) -> Iterable[Receipt]:
        try:
            return heads(map(decode, items)).values()
        except Undecodable as error:
            logs.write("receipts_not_rebuilt", level=logging.ERROR, stream=stream, reason=str(error))
            return ()

    def _without_the_right(self, expected: Sequence[Receipt]) -> list[Receipt]:
        keys = [{"id": {"S": receipt_id}} for receipt_id in {receipt.id for receipt in expected}]
        stored = {
            receipt.id: receipt for receipt in map(decode_receipt, read_items(self._client, self._receipts, keys))
        }
        return [receipt for receipt in expected if stored.get(receipt.id) != receipt]

    def _mended(self, receipt: Receipt) -> bool:
        """Put a receipt as the log has it; return whether it was another one or missing."""
        while (stored := self._log.receipt(receipt.id)) != receipt:
            # Read after the receipt: an event that was appended with it is there.
            current = heads(self._log.stream(receipt.stream)).get(receipt.id)
            if current is None or stored == current:
                return False
            if self._is_done(self._client.put_item, stored, Item=encode_receipt(current)):
                return True
        return False

    def _lost(self, campaign: str, since: int) -> Iterator[Sequence[Receipt]]:
        """Yield the receipts of acts that the log does not have, some at a time."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._receipts,
            FilterExpression="begins_with(#stream, :campaign)",
            ExpressionAttributeNames={"#stream": "stream"},
            ExpressionAttributeValues={":campaign": {"S": f"{campaign}/"}},
            ConsistentRead=True,
        )
        for page in pages:
            stored = [*map(decode_receipt, page["Items"])]
            for first in range(0, len(stored), MAX_AT_ONCE):
                yield self._without_the_logged(stored[first : first + MAX_AT_ONCE], since)

    def _without_the_logged(self, stored: Sequence[Receipt], since: int) -> list[Receipt]:
        places = {(receipt.stream, receipt.version) for receipt in stored}
        keys = [{"stream": {"S": stream}, "version": {"N": str(version)}} for stream, version in places]
        items = read_items(
            self._client,
            self._events,
            keys,
            ProjectionExpression=_ATTRIBUTES,
            ExpressionAttributeNames=_ATTRIBUTE_NAMES,
        )
        logged = {(item["stream"]["S"], int(item["version"]["N"])): item for item in items}
        return [
            receipt
            for receipt in stored
            if receipt.recorded_at < since or not _records(logged.get((receipt.stream, receipt.version)), receipt)
        ]

    def _deleted(self, receipt: Receipt) -> bool:
        """Delete a receipt; return False where it was changed since it was read."""
        return self._is_done(self._client.delete_item, receipt, Key={"id": {"S": receipt.id}})

    def _is_done(self, write: Callable[..., object], stored: Receipt | None, **what: Any) -> bool:
        """Write unless a receipt is no longer as it was read; return whether that was done."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(id)"}
        if stored is not None:
            item = encode_receipt(stored)
            condition = {
                "ConditionExpression": _AS_READ,
                "ExpressionAttributeNames": {"#stream": "stream"},
                "ExpressionAttributeValues": {f":{name}": item[name] for name in ("stream", "version", "newest")},
            }
        try:
            write(TableName=self._receipts, **what, **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def heads(events: Iterable[RecordedEvent]) -> dict[str, Receipt]:
    """Return the receipts of all acts of a stream, by id, after its events in their order."""
    acts: dict[str, KnownAct] = {}
    for event in events:
        known = known_act(acts, event)
        if known is not None:
            acts[known.receipt.id] = known
    return {receipt_id: known.receipt for receipt_id, known in acts.items()}


def _records(item: Item | None, receipt: Receipt) -> bool:
    """Whether an item of the log is the record of a receipt's act. What cannot be read may be."""
    if item is None:
        return False
    try:
        event = decode(item).event
    except Undecodable:
        return True
    return isinstance(event, ParticipationRecorded) and event.receipt == receipt.id
