"""The log's contract, kept by DynamoDB and by the twin in memory; then what only DynamoDB has."""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib.aws import clients
from chalicelib.aws.items import Write
from chalicelib.domain.decider import Carry
from chalicelib.domain.events import (
    Event,
    ParticipantErased,
    ParticipationRecorded,
    ParticipationRejected,
    RecordedEvent,
)
from chalicelib.domain.participation import Act
from chalicelib.domain.receipts import Receipt
from chalicelib.eventlog.log import DynamoDBEventLog, Entry, EventLog, ExpectedVersionConflict
from chalicelib.eventlog.transactions import Transactions
from tests.conftest import Tables
from tests.eventlog.in_memory_log import InMemoryEventLog
from tests.reads import reads

ACT = Act("good_deed", "citizen", "KZ-75", "api")
RECORDED = ParticipationRecorded(ACT, "in_review", "r1", "f")
REJECTED = ParticipationRejected("r1", 1, 1_000, ACT, "a prank", "t")
HEAD = Receipt("r1", "f", "2026/p", 1, 1_000, "in_review", 1)


def log_of(tables: Tables) -> DynamoDBEventLog:
    client = clients.dynamodb()
    transactions = Transactions(client, sleep=lambda _: None)
    return DynamoDBEventLog(client, transactions, tables["EventsTable"], tables["ReceiptsTable"])


@pytest.fixture(params=["dynamodb", "memory"])
def log(request: pytest.FixtureRequest, tables: Tables) -> EventLog:
    return log_of(tables) if request.param == "dynamodb" else InMemoryEventLog()


event_ids = itertools.count(1)


def at(version: int, event: Event, stream: str = "2026/p") -> RecordedEvent:
    return RecordedEvent(stream, version, f"e{next(event_ids)}", 1_000 * version, event)


def first() -> Entry:
    return Entry(at(1, RECORDED), Carry(), HEAD)


def rejection(expected: int | None = 1) -> Entry:
    return Entry(at(2, REJECTED), Carry(), Receipt("r1", "f", "2026/p", 1, 1_000, "rejected", 2), expected)


def test_an_event_is_the_newest_of_its_stream_and_its_receipt_the_head_of_its_act(log: EventLog) -> None:
    entry = first()
    log.append(entry)

    state = log.newest("2026/p")
    assert (state.version, state.carry) == (1, Carry())
    assert state.acts["r1"].receipt == log.receipt("r1") == HEAD
    assert log.event("2026/p", 1) == entry.recorded


def test_a_later_event_of_an_act_replaces_its_receipt(log: EventLog) -> None:
    log.append(first())
    later = rejection()
    log.append(later)

    assert log.receipt("r1") == later.receipt
    assert log.newest("2026/p").version == 2


def test_streams_are_resumed_at_once_where_a_version_is_their_newest(log: EventLog) -> None:
    log.append(first())
    for version in (1, 2, 3):
        log.append(Entry(at(version, RECORDED, "2026/q"), Carry(counted=version)))

    assert log.newest_at({"2026/p": 1, "2026/q": 3}) == {
        "2026/p": log.newest("2026/p"),
        "2026/q": log.newest("2026/q"),
    }
    assert log.newest_at({"2026/q": 2, "2026/nobody": 1}) == {}
    assert log.newest_at({}) == {}


def test_receipts_are_read_at_once_as_far_as_they_are_there(log: EventLog) -> None:
    log.append(first())

    assert log.receipts(["r1", "r2"]) == [HEAD]
    assert log.receipts([]) == []


def test_what_is_not_there_is_told(log: EventLog) -> None:
    assert log.newest("2026/p").version == 0
    assert log.receipt("r1") is None
    with pytest.raises(LookupError):
        log.event("2026/p", 1)


def test_a_version_is_taken_once_and_the_receipt_with_it(log: EventLog) -> None:
    entry = first()
    log.append(entry)
    other = Entry(at(1, RECORDED), Carry(), Receipt("r2", "f", "2026/p", 1, 1_000, "counted", 1))

    with pytest.raises(ExpectedVersionConflict) as conflict:
        log.append(other)

    assert conflict.value.state is not None
    assert (conflict.value.state.version, conflict.value.receipt) == (1, None)
    assert log.receipt("r2") is None
    assert log.event("2026/p", 1) == entry.recorded


def test_a_submission_has_one_receipt_and_its_second_event_is_not_there(log: EventLog) -> None:
    log.append(first())
    elsewhere = Entry(at(1, RECORDED, "2026/q"), Carry(), Receipt("r1", "g", "2026/q", 1, 1_000, "counted", 1))

    with pytest.raises(ExpectedVersionConflict) as conflict:
        log.append(elsewhere)

    assert (conflict.value.state, conflict.value.receipt) == (None, HEAD)
    assert log.newest("2026/q").version == 0


@pytest.mark.parametrize("expected", [None, 2])
def test_a_decision_on_an_old_head_of_an_act_is_not_taken(log: EventLog, expected: int | None) -> None:
    log.append(first())

    with pytest.raises(ExpectedVersionConflict) as conflict:
        log.append(rejection(expected))

    assert conflict.value.receipt == HEAD
    assert log.newest("2026/p").version == 1


def test_a_decision_on_an_act_that_is_not_there_is_not_taken(log: EventLog) -> None:
    with pytest.raises(ExpectedVersionConflict):
        log.append(rejection())

    assert log.newest("2026/p").version == 0


def test_the_same_append_sent_again_is_no_conflict(log: EventLog) -> None:
    entry, later = first(), rejection()
    log.append(entry)
    log.append(later)

    log.append(entry)

    assert log.receipt("r1") == later.receipt


def test_an_event_about_no_act_has_no_receipt(log: EventLog) -> None:
    log.append(first())
    log.append(Entry(at(2, ParticipantErased()), Carry(erased=True)))

    assert log.newest("2026/p").carry.erased
    assert log.newest("2026/p").acts == {}
    assert log.receipt("r1") == HEAD


def test_a_stream_and_a_campaign_are_read_in_the_order_of_each_stream(log: EventLog) -> None:
    entries = [
        Entry(at(version, RECORDED, stream), Carry())
        for stream in ("2026/q", "2026/p", "20260/p")
        for version in range(1, 12)
    ]
    for entry in entries:
        log.append(entry)

    assert [recorded.version for recorded in log.stream("2026/p")] == list(range(1, 12))
    assert [recorded.version for recorded in log.stream("2026/p", after=9)] == [10, 11]
    assert [recorded.version for recorded in log.stream("2026/p", descending=True)] == list(range(11, 0, -1))
    assert [recorded.version for recorded in log.stream("2026/p", after=3, descending=True)] == [2, 1]
    scanned = list(log.scan("2026"))
    assert {recorded.stream for recorded in scanned} == {"2026/p", "2026/q"}
    for stream in ("2026/p", "2026/q"):
        assert [recorded.version for recorded in scanned if recorded.stream == stream] == list(range(1, 12))


def test_the_log_is_read_consistently(tables: Tables) -> None:
    log = log_of(tables)
    log.append(first())

    with reads(clients.dynamodb()) as found:
        log.newest("2026/p")
        log.newest_at({"2026/p": 1})
        log.receipt("r1")
        log.receipts(["r1"])
        log.event("2026/p", 1)
        list(log.stream("2026/p"))
        list(log.scan("2026"))

    assert [operation for operation, consistent in found if not consistent] == []
    assert [operation for operation, _ in found] == [
        *("Query", "BatchGetItem", "GetItem", "BatchGetItem", "GetItem", "Query", "Scan")
    ]


def beside(tables: Tables, name: str, **condition: str) -> dict[str, Any]:
    put: dict[str, Any] = {"TableName": tables["NamesTable"], "Item": {"id": {"S": name}}}
    return {"Put": {**put, **condition}}


def test_other_writes_are_done_with_the_event_or_not_at_all(tables: Tables) -> None:
    log = log_of(tables)
    log.append(first(), [beside(tables, "one")])

    with pytest.raises(ExpectedVersionConflict) as conflict:
        log.append(
            rejection(),
            [
                beside(tables, "two"),
                beside(
                    tables,
                    "one",
                    ConditionExpression="attribute_not_exists(id)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                ),
            ],
        )

    assert conflict.value.also == {1: {"id": {"S": "one"}}}
    assert (conflict.value.state, conflict.value.receipt) == (None, None)
    assert log.receipt("r1") == HEAD
    found = tables.clients.dynamodb.scan(TableName=tables["NamesTable"])["Items"]
    assert found == [{"id": {"S": "one"}}]


class Answered(Transactions):
    """Transactions of which the first answer was lost, and the token forgotten before the request came again."""

    def write(self, writes: Sequence[Write], token: str) -> None:
        super().write(writes, token)
        super().write(writes, f"{token} again")


def test_our_own_event_in_the_way_is_no_conflict(tables: Tables) -> None:
    client = clients.dynamodb()
    log = DynamoDBEventLog(client, Answered(client, lambda _: None), tables["EventsTable"], tables["ReceiptsTable"])

    log.append(first())
    log.append(rejection())

    assert log.newest("2026/p").version == 2
