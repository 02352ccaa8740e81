from typing import Any

import pytest

from infra.local.queues import QueueMapping
from tests.conftest import Tables


class Function:
    """A worker that answers as it is told, and remembers its event."""

    def __init__(self) -> None:
        self.answer: object = None
        self.event: dict[str, Any] = {}

    def __call__(self, event: dict[str, Any]) -> object:
        self.event = event
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def function() -> Function:
    return Function()


@pytest.fixture
def mapping(tables: Tables, function: Function) -> QueueMapping:
    return QueueMapping(tables.clients.sqs, tables["LeadsQueue"], function, "test", wait_seconds=0)


def send(tables: Tables, *bodies: str) -> list[str]:
    return [
        tables.clients.sqs.send_message(QueueUrl=tables["LeadsQueue"], MessageBody=body)["MessageId"] for body in bodies
    ]


def left(tables: Tables) -> int:
    answer = tables.clients.sqs.get_queue_attributes(QueueUrl=tables["LeadsQueue"], AttributeNames=["All"])
    attributes = answer["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])


def test_messages_that_the_function_took_leave_the_queue(
    tables: Tables, mapping: QueueMapping, function: Function
) -> None:
    ids = send(tables, "one", "two")

    assert mapping.deliver() == 2
    assert {(record["messageId"], record["body"]) for record in function.event["Records"]} == set(
        zip(ids, ("one", "two"), strict=True)
    )
    assert left(tables) == 0


def test_a_record_is_that_of_an_invocation(tables: Tables, mapping: QueueMapping, function: Function) -> None:
    tables.clients.sqs.send_message(
        QueueUrl=tables["LeadsQueue"],
        MessageBody="lead",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "lead"}},
    )

    mapping.deliver()

    (record,) = function.event["Records"]
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(tables["LeadsQueue"].rsplit("/", 1)[-1])
    assert record["messageAttributes"] == {"kind": {"stringValue": "lead", "dataType": "String"}}
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


def test_messages_stay_when_the_function_raises(tables: Tables, mapping: QueueMapping, function: Function) -> None:
    send(tables, "one", "two")
    function.answer = RuntimeError()

    assert mapping.deliver() == 0
    assert left(tables) == 2


def test_only_the_messages_reported_as_failed_stay(tables: Tables, mapping: QueueMapping, function: Function) -> None:
    _, second = send(tables, "one", "two")
    function.answer = {"batchItemFailures": [{"itemIdentifier": second}]}

    assert mapping.deliver() == 1
    assert left(tables) == 1


@pytest.mark.parametrize("failures", [[{"itemIdentifier": "of no message"}], [{"itemIdentifier": ""}], [{"id": "x"}]])
def test_all_messages_stay_when_the_report_makes_no_sense(
    tables: Tables, mapping: QueueMapping, function: Function, failures: object
) -> None:
    send(tables, "one", "two")
    function.answer = {"batchItemFailures": failures}

    assert mapping.deliver() == 0
    assert left(tables) == 2
