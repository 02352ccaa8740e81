"""The projector as the event source mapping invokes it."""

import json
from typing import Any

import pytest

from chalicelib.aws import clients
from chalicelib.projections.engine import Engine, merged
from chalicelib.projections.projector import DeadLetters, Projector, UnknownShard
from chalicelib.projections.state_store import DynamoDBStateStore
from chalicelib.projections.totals import TOTALS
from tests.conftest import Tables
from tests.histories import FIRST_MOMENT, stream_record
from tests.projections.test_exactly_once import example_event

ARN = "arn:aws:dynamodb:eu-central-1:000000000000:table/events/stream/2026-06-01T00:00:00.000"


class Subject:
    def __init__(self, tables: Tables, shards: list[str]) -> None:
        self.store = DynamoDBStateStore(clients.dynamodb(), tables["StateTable"])
        self.queue_url = tables["PoisonQueue"]
        engine = Engine(self.store, now=lambda: FIRST_MOMENT)
        self.projector = Projector(engine, DeadLetters(clients.sqs(), self.queue_url), lambda arn: shards)

    def applied(self) -> int:
        return merged(TOTALS, (stored for _, stored in self.store.read(TOTALS, "2026")))[1]

    def dead_letters(self) -> list[Any]:
        answer = clients.sqs().receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def records(count: int) -> list[dict[str, Any]]:
    return [{**stream_record(example_event(n), 10**20 + n), "eventSourceARN": ARN} for n in range(1, count + 1)]


def test_a_batch_is_applied_and_nothing_is_kept_in_the_window(tables: Tables) -> None:
    subject = Subject(tables, [])

    answer = subject.projector.handle({"Records": records(3), "shardId": "shardId-1-a", "state": {}})

    assert answer == {"state": {}}
    assert subject.applied() == 3


def test_an_invocation_at_the_end_of_a_window_has_no_records(tables: Tables) -> None:
    subject = Subject(tables, [])

    answer = subject.projector.handle({"Records": [], "isFinalInvokeForWindow": True, "state": {}})

    assert answer == {"state": {}}


def test_without_a_shard_id_the_only_shard_of_the_stream_stands_for_it(tables: Tables) -> None:
    subject = Subject(tables, ["shardId-1-a"])

    subject.projector.handle({"Records": records(3)})
    subject.projector.handle({"Records": records(3), "shardId": "shardId-1-a"})

    assert subject.applied() == 3


@pytest.mark.parametrize("shards", [[], ["shardId-1-a", "shardId-1-b"]])
def test_without_a_shard_id_a_stream_of_several_shards_is_refused(tables: Tables, shards: list[str]) -> None:
    subject = Subject(tables, shards)

    with pytest.raises(UnknownShard):
        subject.projector.handle({"Records": records(3)})

    assert subject.applied() == 0


def test_a_poison_record_goes_to_the_dead_letters_with_its_reason(tables: Tables) -> None:
    subject = Subject(tables, [])
    batch = records(3)
    del batch[1]["dynamodb"]["NewImage"]["type"]

    subject.projector.handle({"Records": batch, "shardId": "shardId-1-a"})

    (letter,) = subject.dead_letters()
    assert letter["record"]["dynamodb"]["SequenceNumber"] == batch[1]["dynamodb"]["SequenceNumber"]
    assert letter["reason"] == "KeyError in 2026/p1 version 2"
    assert subject.applied() == 2
