"""The process that delivers streams and queues to their functions: `python -m infra.local.delivery`."""

import importlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from chalice.local import LambdaContext

from chalicelib.logs import describe
from infra.local import log_lines, resources
from infra.local.queues import QueueMapping
from infra.local.stopping import Stop
from infra.local.streams import Function, StreamMapping

_IDLE_SECONDS = 0.1
_FAULT_SECONDS = 1.0
_DRAIN_SECONDS = 30.0
_MAX_RUNTIME_MS = 60_000
_PROJECTOR_WINDOW_SECONDS = 1

_LOG = logging.getLogger("delivery")


class Mapping(Protocol):
    """One source of events and its function."""

    def deliver(self) -> int:
        """Deliver what is there now; return how many records the function took."""


def main() -> None:
    """Deliver until SIGTERM; then take no more from the queues, and leave no stream before it is empty."""
    stop = Stop(signal.SIGTERM)
    log_lines.configure()
    streams, queues = _mappings()
    mappings: list[Mapping] = [*streams, *queues]
    with ThreadPoolExecutor(len(mappings)) as pool:
        pollers = [pool.submit(poll, mapping, stop) for mapping in mappings]
        # Awake from time to time: a signal that another thread is given does not wake this one, which handles it.
        while not stop.requested and not any(poller.done() for poller in pollers):
            time.sleep(_IDLE_SECONDS)
        stop.request()
    for poller in pollers:
        poller.result()
    if not drain(streams, _DRAIN_SECONDS):
        _LOG.error("not every record was delivered: the totals may lack some until they are rebuilt from the log")


def poll(mapping: Mapping, stop: Stop) -> None:
    """Deliver until told to stop. A fault of the emulator is waited out."""
    while not stop.requested:
        try:
            delivered = mapping.deliver()
        except (BotoCoreError, ClientError) as fault:
            _LOG.warning("cannot read: %s", describe(fault))
            time.sleep(_FAULT_SECONDS)
            continue
        if not delivered:
            time.sleep(_IDLE_SECONDS)


def drain(mappings: Sequence[StreamMapping], seconds: float) -> bool:
    """Deliver until every stream is empty, also of what the functions write meanwhile; say whether that was reached."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            delivered = sum(mapping.deliver() for mapping in mappings)
        except (BotoCoreError, ClientError) as fault:
            _LOG.warning("cannot read: %s", describe(fault))
            return False
        if not delivered and not any(mapping.waiting for mapping in mappings):
            return True
        if not delivered:
            time.sleep(_IDLE_SECONDS)
    return False


def _mappings() -> tuple[list[StreamMapping], list[QueueMapping]]:
    # From the directory it is started in, as Lambda does.
    app = importlib.import_module("app")
    config = Config(retries={"total_max_attempts": 1})
    dynamodb, sqs = boto3.client("dynamodb", config=config), boto3.client("sqs", config=config)
    streams = boto3.client("dynamodbstreams", config=config)

    def stream(table: str, function: Function, name: str, window_seconds: int | None = None) -> StreamMapping:
        arn = resources.stream_arn(dynamodb, os.environ[table])
        return StreamMapping(streams, arn, function, name, window_seconds)

    projector = _function(app.projector, "projector")
    publisher = _function(app.publisher, "publisher")
    lead_worker = _function(app.lead_worker, "lead_worker")
    return [
        stream("EVENTS_TABLE", projector, "projector", _PROJECTOR_WINDOW_SECONDS),
        stream("STATE_TABLE", publisher, "publisher"),
        stream("REGISTRY_TABLE", publisher, "publisher"),
    ], [QueueMapping(sqs, os.environ["LEADS_QUEUE_URL"], lead_worker, "leads")]


def _function(handler: Callable[[dict[str, Any], Any], object], name: str) -> Function:
    # A process of Lambda's has one invocation at a time.
    alone = threading.Lock()

    def invoke(event: dict[str, Any]) -> object:
        with alone:
            return handler(event, LambdaContext(name, memory_size=512, max_runtime_ms=_MAX_RUNTIME_MS))

    return invoke


if __name__ == "__main__":
    main()
