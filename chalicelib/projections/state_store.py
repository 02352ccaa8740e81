"""States of projections in one DynamoDB table.

One item per (campaign, generation, projection, key, slice). An item holds the folded state, how many events were
applied to it, and how far each shard was: one conditional put stores all of it together.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Protocol

import msgspec
from botocore.exceptions import ClientError

from chalicelib.aws.items import Item
from chalicelib.domain.generations import FIRST_GENERATION
from chalicelib.projections.projection import Projection, StateT
from chalicelib.projections.store_faults import FOLDING_FAULTS, MAX_ITEM_BYTES, permanent_fault

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SEQUENCE_DIGITS = 40
"""Sequence numbers have 21 to 40 digits, a DynamoDB number 38: they are stored as text of one length."""

_FAST = 1
"""The level of compression: a slower one makes a state smaller by an eighth."""

_WINDOW_BITS, _MEMORY_LEVEL = 13, 6

Checkpoints = Mapping[str, int]
_CHECKPOINTS = msgspec.json.Decoder(dict[str, str])


class StateKey(msgspec.Struct, frozen=True):
    """Which state of a campaign."""

    campaign: str
    projection: str
    key: str
    slice: int
    generation: int = FIRST_GENERATION

    @property
    def item(self) -> str:
        """The range key under which the state is stored."""
        return f"{self.generation}#{self.projection}#{self.key}#{self.slice:02d}"


def parse_item(campaign: str, item: str) -> StateKey:
    """Return the key that a stored item has.

    Raises:
        UnreadableState: it is none of ours.
    """
    try:
        generation, projection, key, part = item.split("#")
        return StateKey(campaign, projection, key, int(part), int(generation))
    except ValueError as fault:
        raise UnreadableState(item, fault) from None


class StoredState(msgspec.Struct, Generic[StateT], frozen=True):
    """A state as it is stored. `revision` counts its puts, `checkpoints` is shard id to last sequence number."""

    state: StateT
    applied: int = 0
    revision: int = 0
    checkpoints: Checkpoints = {}


AnyStoredState = StoredState[Any]
"""A state as it is stored, of whichever projection."""


class RevisionConflict(Exception):
    """Another writer stored the state in between: `current` is what it stored."""

    def __init__(self, current: AnyStoredState) -> None:
        super().__init__(f"revision {current.revision} is stored")
        self.current = current


class NeverStored(Exception):
    """The store will never take a state as it is; nothing was stored."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnreadableState(ValueError):
    """What is stored is no state, or one that nothing can be added to, and no repetition mends it."""

    def __init__(self, item: str, fault: Exception) -> None:
        super().__init__(f"{item} is unreadable: {type(fault).__name__}")
        self.item = item


class StateStore(Protocol):
    """Where states are stored, each put on the condition that nobody else's came in between.

    Whatever reads or returns a state raises `UnreadableState` where what is stored is none.
    """

    def load(self, projection: Projection[StateT], key: StateKey) -> StoredState[StateT]:
        """Return a state, the projection's zero where nothing was stored. Consistent."""

    def put(self, projection: Projection[StateT], key: StateKey, next_state: StoredState[StateT]) -> None:
        """Store the next revision of a state.

        Raises:
            RevisionConflict: the revision before it is not the current one.
            NeverStored: it is too large, or malformed in the store's eyes.
        """

    def read(
        self, projection: Projection[StateT], campaign: str, generation: int, prefix: str = ""
    ) -> Iterator[tuple[StateKey, StoredState[StateT]]]:
        """Return the stored states of a projection whose keys start with a prefix, in the order of keys. Consistent."""

    def load_together(self, projection: Projection[StateT], keys: Sequence[StateKey]) -> list[StoredState[StateT]]:
        """Return some states as they were at one moment; up to 100 of them."""

    def forget(self, campaign: str, generation: int) -> None:
        """Delete all states of a campaign in a generation."""

    def scratches(self, campaign: str) -> set[int]:
        """Return the generations below zero of which states of a campaign are stored. Consistent."""


class DynamoDBStateStore:
    """States in one table, through one botocore client: one request a state."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self, projection: Projection[StateT], key: StateKey) -> StoredState[StateT]:
        """Return a state, the projection's zero where nothing was stored."""
        answer = self._client.get_item(
            TableName=self._table,
            Key={"campaign": {"S": key.campaign}, "item": {"S": key.item}},
            ConsistentRead=True,
        )
        return decode_state(projection, answer["Item"]) if "Item" in answer else StoredState(projection.zero())

    def put(self, projection: Projection[StateT], key: StateKey, next_state: StoredState[StateT]) -> None:
        """Store the next revision of a state.

        Raises:
            RevisionConflict: the revision before it is not the current one.
            NeverStored: it is too large, or malformed in the store's eyes.
        """
        item = encode_state(key, next_state)
        if (size := item_size(item)) > MAX_ITEM_BYTES:
            raise NeverStored(f"{size} bytes")
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression="attribute_not_exists(revision) OR revision = :before",
                ExpressionAttributeValues={":before": {"N": str(next_state.revision - 1)}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as failure:
            answer: Any = failure.response
            raise RevisionConflict(decode_state(projection, answer["Item"])) from None
        except ClientError as error:
            reason = permanent_fault(error)
            if reason is None:
                raise
            raise NeverStored(reason) from None

    def read(
        self, projection: Projection[StateT], campaign: str, generation: int, prefix: str = ""
    ) -> Iterator[tuple[StateKey, StoredState[StateT]]]:
        """Return the stored states of a projection whose keys start with a prefix, in the order of keys."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="campaign = :campaign AND begins_with(#item, :prefix)",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={
                ":campaign": {"S": campaign},
                ":prefix": {"S": f"{generation}#{projection.name}#{prefix}"},
            },
            ConsistentRead=True,
        )
        for page in pages:
            for item in page["Items"]:
                yield parse_item(campaign, item["item"]["S"]), decode_state(projection, item)

    def load_together(self, projection: Projection[StateT], keys: Sequence[StateKey]) -> list[StoredState[StateT]]:
        """Return some states as they were at one moment; up to 100 of them."""
        reads: Any = [
            {"Get": {"TableName": self._table, "Key": {"campaign": {"S": key.campaign}, "item": {"S": key.item}}}}
            for key in keys
        ]
        answers = self._client.transact_get_items(TransactItems=reads)["Responses"]
        return [
            decode_state(projection, answer["Item"]) if "Item" in answer else StoredState(projection.zero())
            for answer in answers
        ]

    def forget(self, campaign: str, generation: int) -> None:
        """Delete all states of a campaign in a generation."""
        for item in self._keys(campaign, f"{generation}#"):
            self._client.delete_item(TableName=self._table, Key=item)

    def scratches(self, campaign: str) -> set[int]:
        """Return the generations below zero of which states of a campaign are stored."""
        return {parse_item(campaign, item["item"]["S"]).generation for item in self._keys(campaign, "-")}

    def _keys(self, campaign: str, prefix: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="campaign = :campaign AND begins_with(#item, :prefix)",
            ProjectionExpression="campaign, #item",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues={":campaign": {"S": campaign}, ":prefix": {"S": prefix}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]


def item_size(item: Mapping[str, Any]) -> int:
    """Return about how many bytes the store counts for a state: its texts and its content are nearly all of it."""
    return len(item["state"]["B"]) + sum(len(item[name]["S"].encode()) for name in ("campaign", "item", "checkpoints"))


def encode_state(key: StateKey, stored: AnyStoredState) -> dict[str, Any]:
    """Return the item of a state."""
    checkpoints = {shard: str(sequence).zfill(SEQUENCE_DIGITS) for shard, sequence in stored.checkpoints.items()}
    return {
        "campaign": {"S": key.campaign},
        "item": {"S": key.item},
        # All states of a campaign share a partition, and a fourth of the bytes is a fourth of the units.
        "state": {"B": _compressed(msgspec.json.encode(stored.state))},
        "applied": {"N": str(stored.applied)},
        "revision": {"N": str(stored.revision)},
        "checkpoints": {"S": msgspec.json.encode(checkpoints).decode()},
    }


def _compressed(content: bytes) -> bytes:
    # A state is a few kB: to clear the memory of a large window takes longer than to compress it.
    compressor = zlib.compressobj(_FAST, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL)
    return compressor.compress(content) + compressor.flush()


def decode_state(projection: Projection[StateT], item: Mapping[str, Any]) -> StoredState[StateT]:
    """Return the state of an item.

    Raises:
        UnreadableState: it has none.
    """
    try:
        checkpoints = _CHECKPOINTS.decode(item["checkpoints"]["S"])
        return StoredState(
            state=projection.decode(zlib.decompress(item["state"]["B"])),
            applied=int(item["applied"]["N"]),
            revision=int(item["revision"]["N"]),
            checkpoints={shard: int(sequence) for shard, sequence in checkpoints.items()},
        )
    except (*FOLDING_FAULTS, zlib.error) as fault:
        raise UnreadableState(item["item"]["S"], fault) from None
