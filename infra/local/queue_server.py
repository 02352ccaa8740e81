"""SQS as far as the functions use it, on one durable file: `python -m infra.local.queue_server FD FILE`.

FD is the listening socket that it inherits. Requests and answers as AWS JSON 1.0 has them:
docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html.
"""

import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import md5
from pathlib import Path
from typing import Any

import msgspec
from waitress.server import create_server

from infra.local import log_lines
from infra.local.local_settings import REGION
from infra.local.queue_store import NoSuchQueue, QueueStore, Received, StaleHandle

ACCOUNT = "000000000000"

_THREADS = 8
_POLL_SECONDS = 0.05
_MAX_WAIT_SECONDS = 20.0
_MAX_RECEIVED = 10

Request = Mapping[str, Any]
Answer = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class QueueServer:
    """The API behind one WSGI entry (PEP 3333)."""

    def __init__(self, store: QueueStore) -> None:
        self._store = store
        self._actions: Mapping[str, Callable[[Request, str], Answer]] = {
            "CreateQueue": self._create_queue,
            "GetQueueUrl": self._get_queue_url,
            "GetQueueAttributes": self._get_queue_attributes,
            "SetQueueAttributes": self._set_queue_attributes,
            "SendMessage": self._send_message,
            "SendMessageBatch": self._send_message_batch,
            "ReceiveMessage": self._receive_message,
            "DeleteMessage": self._delete_message,
            "DeleteMessageBatch": self._delete_message_batch,
            "ChangeMessageVisibility": self._change_message_visibility,
            "PurgeQueue": self._purge_queue,
        }

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call."""
        status, answer, legacy_code = self._answer(environ)
        headers = [("Content-Type", "application/x-amz-json-1.0")]
        if legacy_code:
            headers.append(("x-amzn-query-error", f"{legacy_code};Sender"))
        body = msgspec.json.encode(answer)
        start_response(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: Mapping[str, Any]) -> tuple[str, Answer, str]:
        action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        if action not in self._actions:
            return _refusal("UnsupportedOperation", f"no such action here: {action!r}")
        try:
            request: Request = msgspec.json.decode(environ["wsgi.input"].read())
            return "200 OK", self._actions[action](request, f"http://{environ['HTTP_HOST']}"), ""
        except NoSuchQueue:
            return _refusal("QueueDoesNotExist", "the queue does not exist", "AWS.SimpleQueueService.NonExistentQueue")
        except StaleHandle:
            return _refusal("ReceiptHandleIsInvalid", "the message is gone", "ReceiptHandleIsInvalid")
        except sqlite3.Error as fault:
            return "500 Internal Server Error", {"__type": "InternalFailure", "message": str(fault)}, ""

    def _create_queue(self, request: Request, url: str) -> Answer:
        self._store.create(request["QueueName"])
        return self._get_queue_url(request, url)

    def _get_queue_url(self, request: Request, url: str) -> Answer:
        self._store.attributes(request["QueueName"])
        return {"QueueUrl": f"{url}/{ACCOUNT}/{request['QueueName']}"}

    def _get_queue_attributes(self, request: Request, _url: str) -> Answer:
        queue = _queue(request)
        known = {**self._store.attributes(queue), "QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"}
        names = request.get("AttributeNames", [])
        return {"Attributes": {name: value for name, value in known.items() if {"All", name} & {*names}}}

    def _set_queue_attributes(self, request: Request, _url: str) -> Answer:
        self._store.configure(_queue(request), request["Attributes"])
        return {}

    def _send_message(self, request: Request, _url: str) -> Answer:
        (message_id,) = self._send(request, [request])
        return {"MessageId": message_id, "MD5OfMessageBody": _md5(request["MessageBody"])}

    def _send_message_batch(self, request: Request, _url: str) -> Answer:
        entries = request["Entries"]
        sent = [
            {"Id": entry["Id"], "MessageId": message_id, "MD5OfMessageBody": _md5(entry["MessageBody"])}
            for entry, message_id in zip(entries, self._send(request, entries), strict=True)
        ]
        return {"Successful": sent, "Failed": []}

    def _send(self, request: Request, entries: Sequence[Request]) -> list[str]:
        messages = [(entry["MessageBody"], entry.get("MessageAttributes", {})) for entry in entries]
        return self._store.send(_queue(request), messages)

    def _receive_message(self, request: Request, _url: str) -> Answer:
        queue = _queue(request)
        max_count = min(request.get("MaxNumberOfMessages", 1), _MAX_RECEIVED)
        deadline = time.monotonic() + min(request.get("WaitTimeSeconds", 0), _MAX_WAIT_SECONDS)
        while not (received := self._store.receive(queue, max_count, request.get("VisibilityTimeout"))):
            if time.monotonic() >= deadline:
                return {}
            time.sleep(_POLL_SECONDS)
        return {"Messages": [_message(each) for each in received]}

    def _delete_message(self, request: Request, _url: str) -> Answer:
        self._store.delete([request["ReceiptHandle"]])
        return {}

    def _delete_message_batch(self, request: Request, _url: str) -> Answer:
        entries = request["Entries"]
        self._store.delete([entry["ReceiptHandle"] for entry in entries])
        return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}

    def _change_message_visibility(self, request: Request, _url: str) -> Answer:
        self._store.hide(request["ReceiptHandle"], request["VisibilityTimeout"])
        return {}

    def _purge_queue(self, request: Request, _url: str) -> Answer:
        self._store.purge(_queue(request))
        return {}


def main() -> None:
    """Serve until SIGTERM."""
    log_lines.configure()
    server = create_server(
        QueueServer(QueueStore(Path(sys.argv[2]))),
        sockets=[socket.socket(fileno=int(sys.argv[1]))],
        threads=_THREADS,
        ident=None,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server.run()
    server.task_dispatcher.shutdown(timeout=1)


def _queue(request: Request) -> str:
    """Return the name of the queue: the last part of its address, whichever port it was told with."""
    name: str = request["QueueUrl"].rpartition("/")[2]
    return name


def _message(received: Received) -> Answer:
    return {
        "MessageId": received.message_id,
        "ReceiptHandle": received.handle,
        "Body": received.body,
        "MD5OfBody": _md5(received.body),
        "Attributes": {
            "ApproximateReceiveCount": str(received.deliveries),
            "SentTimestamp": _milliseconds(received.sent_at),
            "ApproximateFirstReceiveTimestamp": _milliseconds(received.first_received_at),
        },
        "MessageAttributes": received.attributes,
    }


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def _refusal(code: str, message: str, legacy_code: str = "") -> tuple[str, Answer, str]:
    return "400 Bad Request", {"__type": f"com.amazonaws.sqs#{code}", "message": message}, legacy_code


if __name__ == "__main__":
    main()
