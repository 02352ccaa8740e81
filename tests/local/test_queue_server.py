"""The durable queues answer as SQS does, as far as the functions use it; ministack stands for SQS."""

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from mypy_boto3_sqs import SQSClient

from infra.local.emulator import Emulator
from infra.local.local_settings import REPOSITORY
from infra.local.queue_store import NoSuchQueue, QueueStore
from infra.local.sqlite_files import check


class QueueProcess:
    """One queue server on a file."""

    def __init__(self, file: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        number = self._listener.fileno()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.queue_server", str(number), str(file)],
            cwd=REPOSITORY,
            pass_fds=[number],
        )
        url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.client = boto3.client("sqs", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._listener.close()


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQSClient]:
    started = QueueProcess(tmp_path_factory.mktemp("queues") / "queues.sqlite")
    yield started.client
    started.kill()


@pytest.fixture(params=["durable", "ministack"])
def sqs(request: pytest.FixtureRequest, durable: SQSClient, storage: Emulator) -> SQSClient:
    return durable if request.param == "durable" else boto3.client("sqs", endpoint_url=storage.url)


@pytest.fixture
def queue(sqs: SQSClient, request: pytest.FixtureRequest) -> str:
    name = f"queue-{abs(hash(request.node.name))}"
    return sqs.create_queue(QueueName=name)["QueueUrl"]


def bodies(sqs: SQSClient, queue: str, **given: Any) -> list[str]:
    answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, **given)
    return [message["Body"] for message in answer.get("Messages", [])]


def counts(sqs: SQSClient, queue: str) -> tuple[str, str]:
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return attributes["ApproximateNumberOfMessages"], attributes["ApproximateNumberOfMessagesNotVisible"]


def test_a_message_is_delivered_as_it_was_sent(sqs: SQSClient, queue: str) -> None:
    attributes = {"kind": {"DataType": "String", "StringValue": "lead"}}
    sent = sqs.send_message(QueueUrl=queue, MessageBody="Қайырым", MessageAttributes=attributes)  # type: ignore[arg-type]

    (message,) = sqs.receive_message(QueueUrl=queue, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]

    assert (message["Body"], message["MessageId"]) == ("Қайырым", sent["MessageId"])
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert message["MessageAttributes"] == attributes
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert message["Attributes"]["SentTimestamp"] <= message["Attributes"]["ApproximateFirstReceiveTimestamp"]


def test_a_batch_is_queued_whole(sqs: SQSClient, queue: str) -> None:
    entries: list[Any] = [{"Id": str(number), "MessageBody": f"lead {number}"} for number in range(10)]

    answer = sqs.send_message_batch(QueueUrl=queue, Entries=entries)

    assert [entry["Id"] for entry in answer["Successful"]] == [entry["Id"] for entry in entries]
    assert not answer.get("Failed")
    assert sorted(bodies(sqs, queue)) == sorted(entry["MessageBody"] for entry in entries)


def test_a_message_that_was_received_is_out_of_sight(sqs: SQSClient, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="lead")

    assert bodies(sqs, queue) == ["lead"]
    assert bodies(sqs, queue) == []
    assert counts(sqs, queue) == ("0", "1")


def test_a_message_comes_back_when_its_time_is_over(sqs: SQSClient, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="lead")
    received = sqs.receive_message(QueueUrl=queue)["Messages"][0]

    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=received["ReceiptHandle"], VisibilityTimeout=0)

    (again,) = sqs.receive_message(QueueUrl=queue, AttributeNames=["All"])["Messages"]
    assert again["MessageId"] == received["MessageId"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"


def test_a_message_that_was_deleted_is_gone(sqs: SQSClient, queue: str) -> None:
    for body in ("one", "other"):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]

    entries: list[Any] = [
        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]} for number, message in enumerate(received)
    ]
    sqs.delete_message_batch(QueueUrl=queue, Entries=entries)

    assert counts(sqs, queue) == ("0", "0")


def test_a_message_that_nobody_takes_goes_to_the_dead_letter_queue(sqs: SQSClient, queue: str) -> None:
    dead = sqs.create_queue(QueueName=f"{queue.rpartition('/')[2]}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})
    sqs.send_message(QueueUrl=queue, MessageBody="lead")

    deliveries = [bodies(sqs, queue) for _ in range(3)]

    assert deliveries == [["lead"], ["lead"], []]
    assert bodies(sqs, dead) == ["lead"]


def test_a_queue_that_is_there_is_kept(sqs: SQSClient, queue: str) -> None:
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "60"})
    sqs.send_message(QueueUrl=queue, MessageBody="lead")

    again = sqs.create_queue(QueueName=queue.rpartition("/")[2])["QueueUrl"]

    assert again == queue == sqs.get_queue_url(QueueName=queue.rpartition("/")[2])["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "60"
    assert bodies(sqs, queue) == ["lead"]


def test_a_queue_can_be_emptied(sqs: SQSClient, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="lead")

    sqs.purge_queue(QueueUrl=queue)

    assert counts(sqs, queue) == ("0", "0")


def test_a_queue_that_is_not_there_is_named_so(sqs: SQSClient, queue: str) -> None:
    for call in (
        lambda: sqs.send_message(QueueUrl=f"{queue}-other", MessageBody="lead"),
        lambda: sqs.receive_message(QueueUrl=f"{queue}-other"),
        lambda: sqs.get_queue_url(QueueName="other"),
    ):
        with pytest.raises(sqs.exceptions.QueueDoesNotExist):
            call()


def test_waiting_for_a_message_ends_when_one_comes(durable: SQSClient) -> None:
    queue = durable.create_queue(QueueName="waited-for")["QueueUrl"]
    durable.send_message(QueueUrl=queue, MessageBody="lead")

    assert bodies(durable, queue, WaitTimeSeconds=20) == ["lead"]


def test_what_was_accepted_outlives_a_kill(tmp_path: Path) -> None:
    file = tmp_path / "queues.sqlite"
    first = QueueProcess(file)
    queue = first.client.create_queue(QueueName="leads")["QueueUrl"]
    for number in range(5):
        first.client.send_message(QueueUrl=queue, MessageBody=f"lead {number}")
    taken = first.client.receive_message(QueueUrl=queue)["Messages"][0]
    first.client.delete_message(QueueUrl=queue, ReceiptHandle=taken["ReceiptHandle"])
    first.kill()

    second = QueueProcess(file)

    assert bodies(second.client, queue) == [f"lead {number}" for number in range(1, 5)]
    second.kill()


def test_a_disk_that_takes_nothing_is_an_answer_of_500_and_nothing_is_queued(tmp_path: Path) -> None:
    process = QueueProcess(tmp_path / "queues.sqlite")
    queue = process.client.create_queue(QueueName="leads")["QueueUrl"]
    with sqlite3.connect(tmp_path / "queues.sqlite") as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'full'); END")

    with pytest.raises(ClientError) as refused:
        process.client.send_message(QueueUrl=queue, MessageBody="lead")

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert counts(process.client, queue) == ("0", "0")
    process.kill()


class TestTheStore:
    @pytest.fixture
    def clock(self) -> list[float]:
        return [1_000_000.0]

    @pytest.fixture
    def store(self, tmp_path: Path, clock: list[float]) -> QueueStore:
        store = QueueStore(tmp_path / "queues.sqlite", now=lambda: clock[0])
        store.create("leads")
        return store

    @pytest.fixture
    def received(self, store: QueueStore) -> Callable[[], list[str]]:
        return lambda: [each.body for each in store.receive("leads", 10)]

    def test_a_message_is_hidden_for_its_time(
        self, store: QueueStore, clock: list[float], received: Callable[[], list[str]]
    ) -> None:
        store.send("leads", [("lead", {})])
        assert received() == ["lead"]

        clock[0] += 29
        assert received() == []
        clock[0] += 1
        assert received() == ["lead"]

    def test_a_clock_that_goes_back_hides_nothing(
        self, store: QueueStore, clock: list[float], received: Callable[[], list[str]]
    ) -> None:
        store.send("leads", [("lead", {})])
        received()

        clock[0] -= 3600

        assert received() == ["lead"]

    def test_nothing_is_deleted_for_its_age(
        self, store: QueueStore, clock: list[float], received: Callable[[], list[str]]
    ) -> None:
        store.send("leads", [("lead", {})])

        clock[0] += 400 * 24 * 3600

        assert received() == ["lead"]

    def test_a_handle_of_an_earlier_delivery_deletes_nothing(self, store: QueueStore, clock: list[float]) -> None:
        store.send("leads", [("lead", {})])
        (first,) = store.receive("leads", 1, visibility_seconds=0)
        (second,) = store.receive("leads", 1, visibility_seconds=0)

        store.delete([first.handle])
        assert len(store.receive("leads", 1, visibility_seconds=0)) == 1
        assert second.deliveries == 2

    def test_messages_of_a_batch_are_kept_all_or_none(self, store: QueueStore) -> None:
        with pytest.raises(NoSuchQueue):
            store.send("other", [("one", {}), ("two", {})])

        assert store.attributes("leads")["ApproximateNumberOfMessages"] == "0"

    def test_the_file_passes_its_check(self, store: QueueStore, tmp_path: Path) -> None:
        store.send("leads", [("lead", {})])

        check(tmp_path / "queues.sqlite")
