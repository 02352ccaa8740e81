"""Records of the log's stream, decoded by hand: one JSON attribute an event is several times faster than a library."""

from collections.abc import Sequence

from chalicelib.eventlog.codec import Undecodable
from chalicelib.projections.change import Change, StreamRecord, decode_change
from chalicelib.projections.set_aside import Poison

_BIRTH_DIGITS = 13
"""Milliseconds since 1970 have so many digits: a shorter number is no time."""


def decode_records(records: Sequence[StreamRecord]) -> tuple[list[Change], list[Poison]]:
    """Return the events of a batch in its order, and what could not be decoded."""
    changes: list[Change] = []
    poison: list[Poison] = []
    for record in records:
        if record.get("eventName") != "INSERT":
            # Nothing of ours changes or deletes an item of the log.
            poison.append(Poison(record, f"the log was changed: {record.get('eventName')}"))
            continue
        try:
            told = record["dynamodb"]
            changes.append(decode_change(told["NewImage"], int(told["SequenceNumber"]), record))
        except (Undecodable, KeyError, TypeError, ValueError) as error:
            poison.append(Poison(record, str(error)))
    return changes, poison


def last_sequence(records: Sequence[StreamRecord]) -> int | None:
    """Return the sequence number of a batch's last record, None where that is broken."""
    number = records[-1].get("dynamodb", {}).get("SequenceNumber", "")
    return int(number) if number.isascii() and number.isdigit() else None


def shard_birth(shard: str) -> int | None:
    """Return when a shard was made (epoch ms), as its id `shardId-<ms>-<hex>` tells; None where it tells nothing."""
    parts = shard.split("-")
    return int(parts[1]) if len(parts) > 2 and len(parts[1]) >= _BIRTH_DIGITS and parts[1].isdigit() else None
