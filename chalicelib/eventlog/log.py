"""The log: events appended to their participants' streams, and the receipts that name them.

An event and its act's receipt are written by one transaction. There is no index on the log, no update and no delete:
the writer's role may not do either.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import msgspec

from chalicelib.aws.batch_get import read_items
from chalicelib.aws.items import Item, Write
from chalicelib.domain.decider import INITIAL, Carry, State, known_act
from chalicelib.domain.events import RecordedEvent
from chalicelib.domain.receipts import Receipt
from chalicelib.eventlog.codec import decode, decode_carry, decode_receipt, encode, encode_receipt
from chalicelib.eventlog.transactions import ConditionsFailed, Transactions

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Entry(msgspec.Struct, frozen=True):
    """An event to append, with the carry after it and the receipt of the act that it is about, as that is then.

    `expected` is the version of the act's newest event until then, None for an act that is new.
    """

    recorded: RecordedEvent
    carry: Carry
    receipt: Receipt | None = None
    expected: int | None = None


class ExpectedVersionConflict(Exception):
    """Nothing was appended, as the log is not as it was expected to be.

    `state` is the stream's after the event that has the version already, `receipt` the act's as it is; each is missing
    where it is as expected. `also` has what is stored where the condition of another write failed, by its place.
    """

    def __init__(self, state: State | None, receipt: Receipt | None, also: dict[int, Item]) -> None:
        super().__init__("the log is not as expected")
        self.state = state
        self.receipt = receipt
        self.also = also


class EventLog(Protocol):
    """Where events are appended and read."""

    def append(self, entry: Entry, also: Sequence[Write] = ()) -> None:
        """Append an event and put its act's receipt in place, with other writes or not at all. One request.

        Raises:
            ExpectedVersionConflict: an event has the version already, or the receipt is another one.
            Congested: others keep writing there.
        """

    def newest(self, stream: str) -> State:
        """Return the state after the newest event, with the act that that is about. Consistent, one request."""

    def newest_at(self, versions: Mapping[str, int]) -> dict[str, State]:
        """Return what `newest` does of those streams whose newest version is the given one. Consistent, by batches."""

    def receipt(self, receipt_id: str) -> Receipt | None:
        """Return a receipt, None where there is none of this id. Consistent, one request."""

    def receipts(self, ids: Sequence[str]) -> list[Receipt]:
        """Return the receipts of different ids, as far as they are there, in any order. Consistent."""

    def event(self, stream: str, version: int) -> RecordedEvent:
        """Return one event. Consistent, one request.

        Raises:
            LookupError: there is none.
        """

    def stream(self, stream: str, *, after: int | None = None, descending: bool = False) -> Iterator[RecordedEvent]:
        """Return the events of a stream in their order, or the newest first, from behind a version. Consistent."""

    def scan(self, campaign: str) -> Iterator[RecordedEvent]:
        """Return all events of a campaign, each stream in its order. Reads the whole log."""


class DynamoDBEventLog:
    """The log in two tables, through one botocore client."""

    def __init__(self, client: "DynamoDBClient", transactions: Transactions, events: str, receipts: str) -> None:
        self._client = client
        self._transactions = transactions
        self._events = events
        self._receipts = receipts

    def append(self, entry: Entry, also: Sequence[Write] = ()) -> None:
        """Append an event and put its act's receipt in place, with other writes or not at all. One request.

        Raises:
            ExpectedVersionConflict: an event has the version already, or the receipt is another one.
            Congested: others keep writing there.
        """
        own = [self._event_write(entry)]
        if entry.receipt is not None:
            own.append(self._receipt_write(entry.receipt, entry.expected))
        try:
            self._transactions.write([*own, *also], token=entry.recorded.event_id)
        except ConditionsFailed as failed:
            there = failed.stored.get(0)
            # Our own event: its first answer was lost on the way and the request was sent again.
            if there is not None and there["event_id"]["S"] == entry.recorded.event_id:
                return
            receipt = failed.stored.get(1) if len(own) > 1 else None
            raise ExpectedVersionConflict(
                state=None if there is None else resumed(there),
                receipt=decode_receipt(receipt) if receipt else None,
                also={place - len(own): item for place, item in failed.stored.items() if place >= len(own)},
            ) from None

    def newest(self, stream: str) -> State:
        """Return the state after the newest event, with the act that that is about. Consistent, one request."""
        answer = self._client.query(
            TableName=self._events,
            KeyConditionExpression="#stream = :stream",
            ExpressionAttributeNames={"#stream": "stream"},
            ExpressionAttributeValues={":stream": {"S": stream}},
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )
        return resumed(answer["Items"][0]) if answer["Items"] else INITIAL

    def newest_at(self, versions: Mapping[str, int]) -> dict[str, State]:
        """Return what `newest` does of those streams whose newest version is the given one. Consistent, by batches."""
        # The version after it is asked for, too: where it is there, the given one is not the newest.
        keys = [
            {"stream": {"S": stream}, "version": {"N": str(version + more)}}
            for stream, version in versions.items()
            for more in (0, 1)
        ]
        states: dict[str, State] = {}
        passed: set[str] = set()
        for item in read_items(self._client, self._events, keys):
            stream, version = item["stream"]["S"], int(item["version"]["N"])
            if version == versions[stream]:
                states[stream] = resumed(item)
            else:
                passed.add(stream)
        return {stream: state for stream, state in states.items() if stream not in passed}

    def receipt(self, receipt_id: str) -> Receipt | None:
        """Return a receipt, None where there is none of this id. Consistent, one request."""
        answer = self._client.get_item(TableName=self._receipts, Key={"id": {"S": receipt_id}}, ConsistentRead=True)
        return decode_receipt(answer["Item"]) if "Item" in answer else None

    def receipts(self, ids: Sequence[str]) -> list[Receipt]:
        """Return the receipts of different ids, as far as they are there, in any order. Consistent."""
        keys = [{"id": {"S": receipt_id}} for receipt_id in ids]
        return [decode_receipt(item) for item in read_items(self._client, self._receipts, keys)]

    def event(self, stream: str, version: int) -> RecordedEvent:
        """Return one event. Consistent, one request.

        Raises:
            LookupError: there is none.
        """
        answer = self._client.get_item(
            TableName=self._events,
            Key={"stream": {"S": stream}, "version": {"N": str(version)}},
            ConsistentRead=True,
        )
        if "Item" not in answer:
            raise LookupError(f"{stream} has no version {version}")
        return decode(answer["Item"])

    def stream(self, stream: str, *, after: int | None = None, descending: bool = False) -> Iterator[RecordedEvent]:
        """Return the events of a stream in their order, or the newest first, from behind a version. Consistent."""
        condition, values = "#stream = :stream", {":stream": {"S": stream}}
        if after is not None:
            condition += f" AND version {'<' if descending else '>'} :after"
            values[":after"] = {"N": str(after)}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._events,
            KeyConditionExpression=condition,
            ExpressionAttributeNames={"#stream": "stream"},
            ExpressionAttributeValues=values,
            ScanIndexForward=not descending,
            ConsistentRead=True,
        )
        for page in pages:
            yield from map(decode, page["Items"])

    def scan(self, campaign: str) -> Iterator[RecordedEvent]:
        """Return all events of a campaign, each stream in its order. Reads the whole log."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._events,
            FilterExpression="begins_with(#stream, :campaign)",
            ExpressionAttributeNames={"#stream": "stream"},
            ExpressionAttributeValues={":campaign": {"S": f"{campaign}/"}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from map(decode, page["Items"])

    def _event_write(self, entry: Entry) -> Write:
        return {
            "Put": {
                "TableName": self._events,
                "Item": encode(entry.recorded, entry.carry),
                "ConditionExpression": "attribute_not_exists(event_id)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def _receipt_write(self, receipt: Receipt, expected: int | None) -> Write:
        put: Mapping[str, object] = {
            "TableName": self._receipts,
            "Item": encode_receipt(receipt),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if expected is None:
            return {"Put": {**put, "ConditionExpression": "attribute_not_exists(id)"}}
        return {
            "Put": {
                **put,
                "ConditionExpression": "newest = :expected",
                "ExpressionAttributeValues": {":expected": {"N": str(expected)}},
            }
        }


def resumed(item: Item) -> State:
    """Return the state after the event of an item, with the act that it is about."""
    recorded = decode(item)
    known = known_act({}, recorded)
    return State(recorded.version, decode_carry(item), {} if known is None else {known.receipt.id: known})
