"""A stand-in for DynamoDB Streams that can do what an emulator cannot: split shards, expire iterators, count back."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
from botocore.config import Config
from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

STREAM = "arn:aws:dynamodb:eu-central-1:000000000000:table/events/stream/2026-06-01T00:00:00.000"


class Shard:
    """One shard: its parent, its sequence numbers as they were written, and whether more may come."""

    def __init__(self, name: str, numbers: Iterable[int], parent: str | None = None, *, open_: bool = False) -> None:
        self.id = shard_id(name)
        self.parent = parent and shard_id(parent)
        self.open = open_
        self.numbers = list(numbers)


class StreamsServer:
    """A stream of shards, over HTTP."""

    def __init__(self, *shards: Shard) -> None:
        self.shards = list(shards)
        self._iterators = 0
        self._expired = 0

    @contextmanager
    def client(self) -> Iterator[DynamoDBStreamsClient]:
        """Serve, and give a client."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = server.call(self.headers["X-Amz-Target"].rpartition(".")[2], request)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                return

        http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield boto3.client(
                "dynamodbstreams",
                endpoint_url=f"http://127.0.0.1:{http.server_port}",
                # Engines have shorter shard ids than AWS.
                config=Config(parameter_validation=False),
            )
        finally:
            http.shutdown()
            thread.join()
            http.server_close()

    def call(self, action: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer one call of the API."""
        if action == "DescribeStream":
            # Two shards a page, so that paging matters.
            start = 0
            if "ExclusiveStartShardId" in request:
                start = 1 + [shard.id for shard in self.shards].index(request["ExclusiveStartShardId"])
            page: dict[str, Any] = {"StreamArn": STREAM, "Shards": [_described(s) for s in self.shards[start:][:2]]}
            if start + 2 < len(self.shards):
                page["LastEvaluatedShardId"] = page["Shards"][-1]["ShardId"]
            return 200, {"StreamDescription": page}
        if action == "GetShardIterator":
            return self._get_shard_iterator(request)
        iterator, shard_id, start = request["ShardIterator"].split(" ")
        if int(iterator) <= self._expired:
            return _refusal("ExpiredIteratorException")
        shard = self._shard(shard_id)
        numbers = shard.numbers[int(start) :][: request["Limit"]]
        answer: dict[str, Any] = {"Records": [_record(number) for number in numbers]}
        if shard.open or numbers:
            answer["NextShardIterator"] = self._iterator(shard_id, int(start) + len(numbers))
        return 200, answer

    def _get_shard_iterator(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        shard, start = self._shard(request["ShardId"]), 0
        if request["ShardIteratorType"] == "AFTER_SEQUENCE_NUMBER":
            if int(request["SequenceNumber"]) not in shard.numbers:
                return _refusal("TrimmedDataAccessException")
            start = shard.numbers.index(int(request["SequenceNumber"])) + 1
        return 200, {"ShardIterator": self._iterator(shard.id, start)}

    def _shard(self, shard_id: str) -> Shard:
        return next(shard for shard in self.shards if shard.id == shard_id)

    def expire_iterators(self) -> None:
        """Let every iterator given so far expire."""
        self._expired = self._iterators

    def _iterator(self, shard: str, start: int) -> str:
        self._iterators += 1
        return f"{self._iterators} {shard} {start}"


def shard_id(name: str) -> str:
    """Return a name as a shard's id, which has 28 characters or more."""
    return f"shardId-00000001780293600000-{name}"


def _refusal(name: str) -> tuple[int, dict[str, Any]]:
    return 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": name}


def _described(shard: Shard) -> dict[str, Any]:
    parent = {"ParentShardId": shard.parent} if shard.parent else {}
    return {"ShardId": shard.id, **parent}


def _record(number: int) -> dict[str, Any]:
    return {
        "eventID": str(number),
        "eventName": "INSERT",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1780293600,
            "SequenceNumber": f"{number:021}",
            "NewImage": {"data": {"S": "{}"}, "bytes": {"B": "/wA="}},
        },
        "userIdentity": {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"},
    }
