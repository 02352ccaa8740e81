"""A record that is set aside is told once, by a letter, a line and a metric."""

import json
import logging
from typing import Any

import pytest

from chalicelib.aws import clients
from chalicelib.metrics import Metrics
from chalicelib.projections.set_aside import MAX_RECORD_CHARACTERS, Poison, SetAside
from tests.conftest import Tables
from tests.publishing.stage import metrics
from tests.reads import reads


class Subject:
    """What sets aside, and the letters that it has sent."""

    def __init__(self, tables: Tables) -> None:
        self._queue_url = tables["PoisonQueue"]
        self.set_aside = SetAside(
            clients.dynamodb(), tables["OperationsTable"], clients.sqs(), self._queue_url, Metrics(lambda: 0)
        )

    def put(self, *records: Any, reason: str = "a fault") -> None:
        for record in records:
            self.set_aside.put("shard", Poison(record, reason))

    def letters(self) -> list[str]:
        found = clients.sqs().receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10).get("Messages", [])
        return [message["Body"] for message in found]


@pytest.fixture
def subject(tables: Tables) -> Subject:
    return Subject(tables)


def test_records_are_told_apart_by_their_numbers_else_by_their_ids(subject: Subject) -> None:
    told = [
        {"dynamodb": {"SequenceNumber": "7"}},
        {"dynamodb": {"SequenceNumber": "8"}},
        {"dynamodb": {}, "eventID": "e1"},
        {"eventID": "e2"},
        {},
    ]

    with reads(clients.dynamodb()) as found:
        subject.put(*told, *told)

    assert sorted(map(json.dumps, (json.loads(letter)["record"] for letter in subject.letters()))) == sorted(
        map(json.dumps, told)
    )
    assert subject.set_aside.count() == len(told)
    assert found == [("GetItem", True)] * 2 * len(told)


def test_who_looks_into_the_log_is_told_once_why(subject: Subject, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            subject.put({"eventID": "e1"}, reason="no carry")

    (line,) = (record for record in caplog.records if "record_set_aside" in record.message)
    assert (line.levelname, json.loads(line.message)["reason"]) == ("ERROR", "no carry")
    assert metrics(caplog, "SetAside") == [1]


def test_a_record_that_no_letter_takes_is_named(subject: Subject) -> None:
    record = {"eventID": "é", "text": "x" * MAX_RECORD_CHARACTERS}

    subject.put(record, reason="too large, я")

    (letter,) = subject.letters()
    assert letter.isascii()
    assert json.loads(letter) == {
        "reason": "too large, я",
        "record": {"eventID": "é", "left_out": len(json.dumps(record))},
    }
