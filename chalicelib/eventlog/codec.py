"""Events as items of the log, in the attribute values of DynamoDB's API, and back."""

from collections.abc import Mapping

import msgspec

from chalicelib.aws.items import Item
from chalicelib.domain.decider import Carry
from chalicelib.domain.events import EVENT_TYPES, Event, RecordedEvent
from chalicelib.domain.receipts import Receipt
from chalicelib.eventlog.upcasters import UPCASTERS, UnknownSchema, Upcasters

_TYPES: Mapping[str, type[Event]] = {event_type.__name__: event_type for event_type in EVENT_TYPES}
_NEWEST = {
    name: (f'{{"schema":{UPCASTERS.newest(name)},', msgspec.json.Decoder(event_type).decode)
    for name, event_type in _TYPES.items()
}
"""How the text of an event in its newest schema begins, and what reads it."""

_CARRY = msgspec.json.Decoder(Carry)
_ENCODER = msgspec.json.Encoder()


class Undecodable(Exception):
    """An item of the log that is no event this code knows."""


DECODING_FAULTS = (KeyError, TypeError, ValueError, UnknownSchema)
"""What is raised by reading an item that is none."""


def undecodable(item: Item, fault: Exception) -> Undecodable:
    """Return what to raise of an item that cannot be read for a fault."""
    return Undecodable(f"{type(fault).__name__} in {_place(item)}")


class _Schema(msgspec.Struct):
    schema: int


_SCHEMA = msgspec.json.Decoder(_Schema)


def encode(recorded: RecordedEvent, carry: Carry) -> dict[str, dict[str, str]]:
    """Return the item of an event with the carry after it."""
    event_type = type(recorded.event).__name__
    return {
        "stream": {"S": recorded.stream},
        "version": {"N": str(recorded.version)},
        "event_id": {"S": recorded.event_id},
        "type": {"S": event_type},
        "recorded_at": {"N": str(recorded.recorded_at)},
        "data": {"S": encode_data(recorded.event)},
        "carry": {"S": _ENCODER.encode(carry).decode()},
    }


def encode_data(event: Event) -> str:
    """Return the JSON text of an event, its schema first."""
    schema = UPCASTERS.written(type(event).__name__)
    members = _ENCODER.encode(event)[1:].decode()
    return f'{{"schema":{schema}}}' if members == "}" else f'{{"schema":{schema},{members}'


def decode(item: Item) -> RecordedEvent:
    """Return the event of an item.

    Raises:
        Undecodable: the item lacks a part, or its data does not fit its type.
    """
    try:
        return RecordedEvent(
            item["stream"]["S"],
            int(item["version"]["N"]),
            item["event_id"]["S"],
            int(item["recorded_at"]["N"]),
            decode_data(item["type"]["S"], item["data"]["S"]),
        )
    except DECODING_FAULTS as fault:
        raise undecodable(item, fault) from fault


def decode_data(event_type: str, data: str, upcasters: Upcasters = UPCASTERS) -> Event:
    """Return the event that a JSON text of a type stands for, lifted to its newest schema."""
    # The schema is written first; reading it from there is the common case and the projector's inner loop.
    beginning, decode_newest = _NEWEST[event_type]
    if upcasters is UPCASTERS and data.startswith(beginning):
        return decode_newest(data)
    schema = _SCHEMA.decode(data).schema
    lifted = upcasters.lift(event_type, schema, msgspec.json.decode(data))
    return msgspec.convert(lifted, _TYPES[event_type])


def decode_carry(item: Item) -> Carry:
    """Return the carry that stands beside an event."""
    return _CARRY.decode(item["carry"]["S"])


def encode_receipt(receipt: Receipt) -> dict[str, dict[str, str]]:
    """Return the item of a receipt."""
    return {
        "id": {"S": receipt.id},
        "fingerprint": {"S": receipt.fingerprint},
        "stream": {"S": receipt.stream},
        "version": {"N": str(receipt.version)},
        "recorded_at": {"N": str(receipt.recorded_at)},
        "status": {"S": receipt.status},
        "newest": {"N": str(receipt.newest)},
    }


def decode_receipt(item: Item) -> Receipt:
    """Return the receipt of an item."""
    return msgspec.convert({name: next(iter(value.values())) for name, value in item.items()}, Receipt, strict=False)


def _place(item: Item) -> str:
    def part(name: str) -> str:
        return str(next(iter(item.get(name, {}).values()), "?"))

    return f"{part('stream')} version {part('version')}"
