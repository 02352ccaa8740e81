"""Faults of connections, between the clients of the application and the stores that answer them."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import msgspec
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.httpsession import URLLib3Session

from chalicelib.aws import clients

Fault = Callable[[AWSPreparedRequest], AWSResponse | None]
"""What comes of a request: another answer than the store's, an error in place of one, or None to let it pass."""


class _Body(io.BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def answers(status: int, body: bytes) -> Callable[[AWSPreparedRequest], AWSResponse]:
    """Answer in place of the store, which learns nothing of the request."""

    def answered(request: AWSPreparedRequest) -> AWSResponse:
        return AWSResponse(request.url, status, HTTPHeaders(), _Body(body))

    return answered


def raises(error: type[BotoCoreError]) -> Fault:
    """Lose the request before the store learns of it."""

    def raised(request: AWSPreparedRequest) -> NoReturn:
        raise error(endpoint_url=request.url)

    return raised


def takes_nothing(request: AWSPreparedRequest) -> AWSResponse:
    """Take none of a BatchWriteItem, as a throttled table does."""
    assert isinstance(request.body, bytes)
    items = msgspec.json.decode(request.body)["RequestItems"]
    return answers(200, msgspec.json.encode({"UnprocessedItems": items}))(request)


def loses_the_answer(request: AWSPreparedRequest) -> NoReturn:
    """Let the store carry out the request, and lose its answer."""
    URLLib3Session().send(request)
    raise ConnectionClosedError(endpoint_url=request.url)


FAULTS: Mapping[str, Fault] = {
    "the endpoint is unreachable": raises(EndpointConnectionError),
    "no connection in time": raises(ConnectTimeoutError),
    "no answer in time": raises(ReadTimeoutError),
    "the connection is reset": raises(ConnectionClosedError),
    "throttling": answers(400, b'{"__type": "com.amazonaws.dynamodb#ThrottlingException", "message": ""}'),
    "an internal error": answers(500, b'{"__type": "com.amazonaws.dynamodb#InternalServerError", "message": ""}'),
    "a gateway that knows no store": answers(503, b"<html>Service Unavailable</html>"),
}


class Outage:
    """Lets so many requests pass, then does `fault` to the next ones, to so many or to all."""

    def __init__(self, fault: Fault, after: int = 0, count: int | None = None) -> None:
        self._fault = fault
        self._after = after
        self._until = None if count is None else after + count
        self.requests = 0

    @property
    def was_met(self) -> bool:
        """Whether there were enough requests for it."""
        return self.requests > self._after

    def stop(self) -> None:
        """Let all requests pass from now on."""
        self._until = 0

    def __call__(self, request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        number, self.requests = self.requests, self.requests + 1
        if number < self._after or (self._until is not None and number >= self._until):
            return None
        return self._fault(request)


@contextmanager
def outage(
    fault: Fault, *, after: int = 0, count: int | None = None, service: str = "", operation: str = ""
) -> Iterator[Outage]:
    """Put a fault between clients and stores while the block runs: of all services, or of one and one operation."""
    current = Outage(fault, after, count)
    event = ".".join(part for part in ("before-send", service, operation) if part)
    every: tuple[Any, ...] = (clients.dynamodb(), clients.s3(), clients.sqs())
    for client in every:
        client.meta.events.register(event, current)
    try:
        yield current
    finally:
        for client in every:
            client.meta.events.unregister(event, current)
