"""The process that delivers streams and queues to their functions: `python -m infra.local.delivery`.

`ENGINE_DATABASE` names the durable engine's file, of which this process keeps the house. Every start looks through all
documents: what a crash has taken is made anew from the tables.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from chalice.local import LambdaContext

from chalicelib.aws.session import USER_AGENT
from chalicelib.bootstrap import bootstrap
from chalicelib.logs import describe
from infra.local import documents, functions, log_lines, resources
from infra.local.housekeeping import Expiry, StreamTrimmer
from infra.local.positions import StoredPositions
from infra.local.queues import QueueMapping
from infra.local.stopping import Stop
from infra.local.streams import Function, StreamMapping

_POSITIONS_TABLE = "qaiyrym-positions"
_IDLE_SECONDS = 0.1
_FAULT_SECONDS = 1.0
_DRAIN_SECONDS = 30.0
_MAX_RUNTIME_MS = 60_000
_PROJECTOR_WINDOW_SECONDS = 1
_SWEEP_EVERY_SECONDS = 15.0
_ANEW_AGAIN_SECONDS = 30.0
_RETENTION_EVERY_SECONDS = 3600.0
_RECONCILE_EVERY_SECONDS = 3600.0
_TRIM_EVERY_SECONDS = 60.0
_EXPIRE_EVERY_SECONDS = 5.0
# A machine may start with a wrong clock, and what was deleted by it is gone.
_FIRST_EXPIRY_SECONDS = 3600.0

_LOG = logging.getLogger("delivery")


class Mapping(Protocol):
    """One source of events and its function."""

    def deliver(self) -> int:
        """Deliver what is there now; return how many records the function took."""


def main() -> None:
    """Deliver until SIGTERM; then take no more from the queues, and leave no stream before it is empty."""
    stop = Stop(signal.SIGTERM)
    log_lines.configure()
    delivery = _Delivery()
    loops: list[Callable[[], None]] = [partial(poll, mapping, stop) for mapping in delivery.mappings]
    loops += [*delivery.schedules(stop), *delivery.housekeeping(stop)]
    with ThreadPoolExecutor(len(loops)) as pool:
        running = [pool.submit(loop) for loop in loops]
        # Awake from time to time: a signal that another thread is given does not wake this one, which handles it.
        while not stop.requested and not any(loop.done() and loop.exception() for loop in running):
            time.sleep(_IDLE_SECONDS)
        stop.request()
    for loop in running:
        loop.result()
    if not drain(delivery.streams, _DRAIN_SECONDS):
        _LOG.error("not every record was delivered: the rest follows after the next start")


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


def _every(seconds: float, act: Callable[[], object], stop: Stop, first_after: float = 0.0) -> None:
    """Act from time to time until told to stop. What fails is left to the next time."""
    due = time.monotonic() + first_after
    while not stop.requested:
        time.sleep(_IDLE_SECONDS)
        if time.monotonic() >= due:
            try:
                act()
            except Exception as fault:  # noqa: BLE001 - whatever it is, the next time comes
                _LOG.warning("what is due did not succeed: %s", describe(fault))
            due = time.monotonic() + seconds


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


class _Delivery:
    """The sources and functions of this process, as its environment names them."""

    def __init__(self) -> None:
        config = Config(retries={"total_max_attempts": 1}, parameter_validation=False, user_agent=USER_AGENT)
        self._dynamodb = boto3.client("dynamodb", config=config)
        self._streams = boto3.client("dynamodbstreams", config=config)
        self._positions = StoredPositions(self._dynamodb, _POSITIONS_TABLE)
        self._positions.create()
        app = functions.load()
        publisher = _function(app.publisher, "publisher", Lock())
        # Services of their own, as in a process of their own: a sweep takes long, and must hold no publication up.
        self._sweeping = bootstrap()
        self._sweeps = Lock()
        self._anew: set[str] = set()
        self._retention = _function(app.retention, "retention", Lock())
        self._lead_reconciler = _function(app.lead_reconciler, "lead_reconciler", Lock())
        projector, lead_worker = (
            _function(app.projector, "projector", Lock()),
            _function(app.lead_worker, "lead_worker", Lock()),
        )
        self._by_table = {
            os.environ["EVENTS_TABLE"]: self._stream("EVENTS_TABLE", projector, "projector", _PROJECTOR_WINDOW_SECONDS),
            **{
                os.environ[table]: self._stream(table, publisher, "publisher")
                for table in ("STATE_TABLE", "REGISTRY_TABLE", "NAMES_TABLE")
            },
        }
        self.streams = [*self._by_table.values()]
        leads = QueueMapping(boto3.client("sqs", config=config), os.environ["LEADS_QUEUE_URL"], lead_worker, "leads")
        self.mappings: list[Mapping] = [*self.streams, leads]

    def schedules(self, stop: Stop) -> list[Callable[[], None]]:
        """Return the loops that invoke what a clock invokes."""
        return [
            partial(_every, _SWEEP_EVERY_SECONDS, self._sweep, stop),
            partial(_every, _ANEW_AGAIN_SECONDS, self._make_anew, stop),
            partial(_every, _RETENTION_EVERY_SECONDS, partial(self._retention, {}), stop),
            partial(_every, _RECONCILE_EVERY_SECONDS, partial(self._lead_reconciler, {}), stop),
        ]

    def housekeeping(self, stop: Stop) -> list[Callable[[], None]]:
        """Return the loops that do for the durable engine what DynamoDB does by itself."""
        database = os.environ.get("ENGINE_DATABASE")
        if not database:
            return []
        trimmer = StreamTrimmer(Path(database), self._by_table)
        expiry = Expiry(self._dynamodb, resources.expiring(resources.read_template(), os.environ))
        return [
            partial(_every, _TRIM_EVERY_SECONDS, trimmer.trim, stop),
            partial(_every, _EXPIRE_EVERY_SECONDS, expiry.expire, stop, _FIRST_EXPIRY_SECONDS),
        ]

    def _sweep(self) -> None:
        with self._sweeps:
            self._sweeping.sweeper.sweep()

    def _make_anew(self) -> None:
        """Publish once what a crash has taken of each campaign's documents; what fails is left to the next time."""
        for campaign in self._sweeping.registry.campaigns():
            if campaign.id in self._anew:
                continue
            try:
                with self._sweeps:
                    documents.publish_anew(self._sweeping, campaign)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the other campaigns go on
                _LOG.warning("not all documents of %s are there: %s", campaign.id, describe(fault))
            else:
                self._anew.add(campaign.id)

    def _stream(self, table: str, function: Function, name: str, window_seconds: int | None = None) -> StreamMapping:
        arn = resources.stream_arn(self._dynamodb, os.environ[table])
        return StreamMapping(self._streams, arn, function, name, window_seconds, positions=self._positions)


def _function(handler: Callable[[dict[str, Any], Any], object], name: str, alone: Lock) -> Function:
    """Return a function that has one invocation at a time, as a process of Lambda's has."""

    def invoke(event: dict[str, Any]) -> object:
        with alone:
            return handler(event, LambdaContext(name, memory_size=512, max_runtime_ms=_MAX_RUNTIME_MS))

    return invoke


if __name__ == "__main__":
    main()
