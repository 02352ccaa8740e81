"""One run of the system: everything started in its order, watched over, and stopped in the reverse order."""

import logging
import os
import shlex
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial

import boto3
import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from infra.local import resources
from infra.local.children import Child
from infra.local.data_directory import DataDirectory, write_durably
from infra.local.emulator import Emulator
from infra.local.engines import KEEPS_NOT, LocalEngine
from infra.local.local_settings import REGION, LocalError, LocalSettings
from infra.local.readiness import Readiness
from infra.local.recurring import Recurring
from infra.local.restarts import Restarts
from infra.local.secret_file import Hooks, SecretFile
from infra.local.stopping import Stop
from infra.local.welcome import welcome

_PREFIX = "qaiyrym"
_HOST = "127.0.0.1"
_BACKLOG = 128
_WATCH_SECONDS = 0.1
_STOP_SECONDS = {"queues": 10.0, "delivery": 60.0, "api": 35.0, "audit": 10.0}
_AUDIT_EVERY_SECONDS = 3600.0
_FIRST_AUDIT_SECONDS = 300.0

_LOG = logging.getLogger("local")


class Supervisor:
    """Runs the system on a data directory that this process holds by the open file `lock`."""

    def __init__(
        self, settings: LocalSettings, directory: DataDirectory, secret_file: SecretFile, lock: int, stack: ExitStack
    ) -> None:
        self._settings = settings
        self._directory = directory
        self._secret_file = secret_file
        self._lock = lock
        self._stack = stack
        self._engine = LocalEngine(settings, directory)
        self._watched: list[Restarts | Recurring] = []

    def run(self, listener: socket.socket, stop: Stop) -> None:
        """Start everything, and watch over it until told to stop; the API answers on `listener`.

        Raises:
            LocalError: something does not start, is not ready in time, or has ended and lost what it held.
        """
        if told := KEEPS_NOT.get(self._directory.engine):
            _LOG.warning(told)
        self._engine.check()
        if not self._directory.left_in_order:
            _LOG.warning("the last run was not stopped in order: files were looked through, documents are made anew")
        self._directory.begin()
        with _storage_faults():
            environment = self._start_engine()
            token, campaign = _prepare(self._secret_file, environment["DOCUMENTS_BUCKET"])
        database = self._engine.database_file
        house = {} if database is None else {"ENGINE_DATABASE": str(database)}
        self._start_child("delivery", ["infra.local.delivery"], environment | house)
        number = listener.fileno()
        self._start_child("api", ["infra.local.server", str(number)], environment, number)
        self._audit_from_time_to_time()
        self._stack.callback(_LOG.info, "stopping ...")

        counter = f"v1/campaigns/{campaign}/live.json"
        readiness = Readiness(boto3.client("s3"), environment["DOCUMENTS_BUCKET"], counter, self._settings.url)
        ready = False
        while not stop.requested:
            time.sleep(_WATCH_SECONDS)
            self._look_after()
            if not ready and readiness.reached():
                ready = True
                self._tell(token, campaign)

    def _start_engine(self) -> dict[str, str]:
        """Start what keeps the state; return the environment of the functions."""
        self._stack.callback(self._engine.stop)
        self._engine.start([self._lock])
        for emulator in self._engine.emulators:
            if self._engine.may_restart(emulator):
                self._watched.append(Restarts(emulator, partial(self._restart, emulator)))
        endpoints = self._endpoints()
        # This process asks the emulators too, and must ask no other.
        os.environ.update(endpoints)
        names = endpoints | self._create_resources()
        os.environ.update(names)
        self._directory.keep_format(self._secret_file.fingerprints)
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in names.items())
        write_durably(self._directory.path / "functions.env", exports)
        return names | self._secret_file.function_environment() | {"ENGINE": self._directory.engine}

    def _restart(self, emulator: Emulator) -> None:
        self._engine.restart(emulator, [self._lock])
        if emulator is self._engine.storage:
            with _storage_faults():
                self._create_resources()

    def _endpoints(self) -> dict[str, str]:
        database = self._engine.database.url
        environment = {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_ENDPOINT_URL": self._engine.storage.url,
            "AWS_ENDPOINT_URL_DYNAMODB": database,
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": database,
            # Few look on: they see a change within two seconds.
            "POLL_SECONDS": "1",
            # To find a segment the durable engine looks through the whole table for each page.
            "SCAN_SEGMENTS": "1",
            "PUBLIC_URL": self._settings.public_url or self._settings.url,
        }
        if self._engine.queue_file is not None:
            listener = self._stack.enter_context(socket.create_server((_HOST, 0), backlog=_BACKLOG))
            port, number = listener.getsockname()[1], listener.fileno()
            self._start_child(
                "queues", ["infra.local.queue_server", str(number), str(self._engine.queue_file)], {}, number
            )
            environment["AWS_ENDPOINT_URL_SQS"] = f"http://{_HOST}:{port}"
        return environment

    def _create_resources(self) -> dict[str, str]:
        template = resources.read_template()
        clients = resources.LocalClients(boto3.client("dynamodb"), boto3.client("s3"), boto3.client("sqs"))
        return resources.function_environment(template, resources.create(template, clients, _PREFIX))

    def _start_child(self, name: str, arguments: list[str], environment: Mapping[str, str], *inherited: int) -> None:
        child = Child(name, arguments, environment, [self._lock, *inherited])
        self._stack.callback(_stop_child, child, _STOP_SECONDS[name])
        child.start()
        self._watched.append(Restarts(child, child.start))

    def _audit_from_time_to_time(self) -> None:
        # It has no use for the secrets.
        child = Child("audit", ["infra.local.auditing"], {}, [self._lock])
        self._stack.callback(_stop_child, child, _STOP_SECONDS["audit"])
        self._watched.append(Recurring(child, child.start, _AUDIT_EVERY_SECONDS, _FIRST_AUDIT_SECONDS))

    def _look_after(self) -> None:
        for emulator in self._engine.emulators:
            if not emulator.running and not self._engine.may_restart(emulator):
                raise LocalError(
                    f"{emulator.name} ended by itself, and what it held is gone; its log is {emulator.log}"
                )
        for watched in self._watched:
            if said := watched.look():
                _LOG.error(said)

    def _tell(self, token: str, campaign: str) -> None:
        url = self._settings.url
        run = {"url": url, "token": token, "campaign": campaign, "hooks": _newest(self._secret_file.hooks())}
        print(welcome(url, self._settings.data_dir, campaign, token), flush=True)
        file = self._directory.path / "run.json"
        self._stack.callback(file.unlink, missing_ok=True)
        write_durably(file, msgspec.json.format(msgspec.json.encode(run)).decode() + "\n")


@contextmanager
def _storage_faults() -> Iterator[None]:
    from pynamodb.exceptions import PynamoDBException

    try:
        yield
    except (BotoCoreError, ClientError, PynamoDBException) as fault:
        raise LocalError(f"the state cannot be read or written: {fault}") from None


def listen(port: int) -> socket.socket:
    """Return the socket that the API answers on.

    Raises:
        LocalError: it cannot be had.
    """
    try:
        return socket.create_server((_HOST, port), backlog=_BACKLOG)
    except OSError as fault:
        reason = os.strerror(fault.errno or 0)
        raise LocalError(f"PORT {port} cannot be used ({reason}): set another, PORT={port + 1} say") from None


def _prepare(secret_file: SecretFile, bucket: str) -> tuple[str, str]:
    """Let the first campaign be there, and documents that fit the tables; return the local token and the campaign."""
    # What these import reads the environment.
    from chalicelib.bootstrap import bootstrap
    from infra.local import documents, first_start, lost_tables

    services = bootstrap()
    token = first_start.prepare(services, secret_file)
    for lost in lost_tables.take_over(services, boto3.client("s3"), bucket):
        _LOG.error(lost)
    for campaign in services.registry.campaigns():
        if services.documents.published(campaign.id) is not None:
            continue
        if services.publisher.head(campaign).rev:
            documents.publish_anew(services, campaign)
        else:
            # Nobody takes part yet: boards need not be read.
            services.publisher.prepare(campaign)
    return token, first_start.CAMPAIGN.id


def _newest(hooks: Hooks) -> dict[str, dict[str, str]]:
    """Return the secret to sign with under each name: while one is rotated, the newest of its values."""
    return {hook: {name: values[0] for name, values in names.items()} for hook, names in hooks.items()}


def _stop_child(child: Child, seconds: float) -> None:
    if not child.stop(seconds):
        _LOG.error("%s did not end within %.0f s and was killed", child.name, seconds)
