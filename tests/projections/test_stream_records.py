"""The records of the log's stream: which are events, and what is told of those that are none."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.projections.change import change_of
from chalicelib.projections.set_aside import Poison
from chalicelib.projections.stream_records import decode_records, last_sequence, shard_birth
from tests.histories import FIRST_MOMENT, stream_record
from tests.projections.test_recent import recorded

FIRST, SECOND = recorded(1), recorded(2)


def test_events_come_in_the_order_of_their_batch() -> None:
    records = [stream_record(FIRST, 7), stream_record(SECOND, 9)]

    changes, poison = decode_records(records)

    assert changes == [
        change_of(FIRST, 7, records[0], records[0]["dynamodb"]["NewImage"]),
        change_of(SECOND, 9, records[1], records[1]["dynamodb"]["NewImage"]),
    ]
    assert poison == []


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"eventName": "MODIFY"}, "the log was changed: MODIFY"),
        ({"eventName": "INSERT"}, "'dynamodb'"),
        ({"eventName": "INSERT", "dynamodb": {"Keys": {}}}, "'NewImage'"),
        ({"eventName": "INSERT", "dynamodb": None}, "'NoneType' object is not subscriptable"),
    ],
)
def test_a_record_that_is_no_event_is_told_with_its_reason_and_the_rest_counts(
    broken: dict[str, Any], reason: str
) -> None:
    changes, poison = decode_records([broken, stream_record(SECOND, 9)])

    assert [change.stream for change in changes] == [SECOND.stream]
    assert poison == [Poison(broken, reason)]


def without_id(image: dict[str, Any]) -> None:
    del image["event_id"]


def without_campaign(image: dict[str, Any]) -> None:
    image["stream"] = {"S": "/p1"}


def without_stream(image: dict[str, Any]) -> None:
    image["stream"] = {"S": ""}


@pytest.mark.parametrize("broken", [without_id, without_campaign, without_stream])
def test_an_item_that_nobody_could_read_as_an_event_or_store_what_it_makes_is_none(
    broken: Callable[[dict[str, Any]], None],
) -> None:
    record = stream_record(FIRST, 7)
    broken(record["dynamodb"]["NewImage"])

    changes, poison = decode_records([record, stream_record(SECOND, 9)])

    assert [change.sequence for change in changes] == [9]
    assert [one.record for one in poison] == [record]


def test_a_batch_ends_with_its_last_record() -> None:
    records = [stream_record(FIRST, 7), stream_record(SECOND, 9)]

    assert last_sequence(records) == 9
    assert last_sequence([*records, {"dynamodb": {}}]) is None
    assert last_sequence([*records, {"dynamodb": {"SequenceNumber": "9²"}}]) is None


@pytest.mark.parametrize(
    ("shard", "birth"),
    [
        (f"shardId-{FIRST_MOMENT:020d}-0a1b2c3d", FIRST_MOMENT),
        (f"shardId-{FIRST_MOMENT}-0a1b2c3d", FIRST_MOMENT),
        (f"shardId-{FIRST_MOMENT // 10}-0a1b2c3d", None),
        (f"shardId-{FIRST_MOMENT}", None),
        ("shardId-none-0a1b2c3d", None),
        ("shard", None),
    ],
)
def test_a_shard_s_id_may_tell_when_it_was_made(shard: str, birth: int | None) -> None:
    assert shard_birth(shard) == birth
