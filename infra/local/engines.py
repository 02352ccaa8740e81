"""What a system runs on: the emulators of one engine, how they are started again, and what they do not keep."""

import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from infra.local import documents, dynoxide
from infra.local.data_directory import DURABLE_TABLES, UNREADABLE, DataDirectory
from infra.local.dynamodb_local import dynamodb_local
from infra.local.emulator import Emulator, ministack
from infra.local.local_settings import EngineName, LocalError, LocalSettings
from infra.local.sqlite_files import check, damaged

KEEPS_NOT: Mapping[EngineName, str] = {
    "dynamodb-local": (
        "ENGINE=dynamodb-local keeps leads that wait to be fetched only when the system is stopped in order (Ctrl-C), "
        "everything else with each write"
    ),
    "ministack": (
        "ENGINE=ministack keeps what it holds only when the system is stopped in order (Ctrl-C): after a crash or a "
        "power cut everything since the last such stop is gone"
    ),
}
"""What is said at the start of an engine that does not keep everything at once."""

_LOG = logging.getLogger("local")


class LocalEngine:
    """The emulators of a data directory: `database` answers for DynamoDB and its streams, `storage` for S3."""

    def __init__(self, settings: LocalSettings, directory: DataDirectory) -> None:
        self._name = directory.engine
        self._directory = directory
        self._state = directory.path / "ministack"
        self._tables = {
            "dynoxide": directory.path / DURABLE_TABLES,
            "dynamodb-local": directory.path / "dynamodb-local" / "data" / "shared-local-instance.db",
            "ministack": self._state / "dynamodb.json",
        }[self._name]
        log = settings.logs / "ministack.log"
        self.storage = ministack(settings.emulator_python, self._state, log, persist=True)
        self.database = self._database(settings)

    @property
    def database_file(self) -> Path | None:
        """The durable engine's file."""
        return self._tables if self._name == "dynoxide" else None

    @property
    def queue_file(self) -> Path | None:
        """The file of the queues, where they are not the storage's."""
        return self._directory.path / "queues.sqlite" if self._name == "dynoxide" else None

    @property
    def emulators(self) -> Sequence[Emulator]:
        """Every emulator, in the order in which they are started."""
        return [self.storage] if self.database is self.storage else [self.storage, self.database]

    def check(self) -> None:
        """Look through what is kept, before anything is started.

        Raises:
            LocalError: something is missing or damaged.
        """
        if self._directory.new:
            return
        if self.database is self.storage:
            _check_json(self._state)
        else:
            check(self._tables)
        if self.queue_file is None:
            return
        if self.queue_file.exists():
            check(self.queue_file)
        else:
            _LOG.error("%s is missing: leads that waited in it and what was set aside are lost", self.queue_file)

    def start(self, inherited: Sequence[int]) -> None:
        """Start everything and wait until it answers.

        Raises:
            LocalError: an emulator does not start.
        """
        self._mend_storage()
        for emulator in self.emulators:
            emulator.launch(inherited)
        for emulator in self.emulators:
            emulator.wait()
        if self.database_file:
            dynoxide.prepare(self.database_file)

    def may_restart(self, emulator: Emulator) -> bool:
        """Whether an emulator that ended by itself comes back with what it held."""
        return emulator is not self.database or self.database is not self.storage

    def restart(self, emulator: Emulator, inherited: Sequence[int]) -> None:
        """Start an emulator that ended by itself.

        Raises:
            LocalError: it does not start.
        """
        if emulator is self.storage:
            self._mend_storage()
        emulator.start(inherited)

    def stop(self) -> None:
        """Stop everything, and note that it was stopped in order if it was.

        Raises:
            LocalError: an emulator does not stop, or could not write what it holds.
        """
        complete, began = all(emulator.running for emulator in self.emulators), time.time()
        for emulator in self.emulators:
            emulator.stop()
        if not complete:
            return
        if self.database is self.storage and self._tables.stat().st_mtime < began - 1:
            raise LocalError(f"{self.storage.name} could not write {self._tables}; its log is {self.storage.log}")
        documents.sync(self._state)
        if self.database_file:
            try:
                dynoxide.settle(self.database_file)
            except sqlite3.Error as fault:
                raise LocalError(f"{self.database_file} cannot be written ({fault}): nothing of it is lost") from None
        self._directory.end([self._tables])

    def _database(self, settings: LocalSettings) -> Emulator:
        if self._name == "dynoxide":
            return dynoxide.dynoxide(settings.dynoxide, self._tables, settings.logs / "dynoxide.log")
        if self._name == "dynamodb-local":
            directory = self._directory.path / "dynamodb-local"
            return dynamodb_local(directory, settings.logs / "dynamodb-local.log")
        return self.storage

    def _mend_storage(self) -> None:
        if broken := documents.drop_broken(self._state / "s3"):
            _LOG.warning("damaged documents: %d; they are made anew", broken)
        # What a storage that was killed has left.
        for file in self._state.glob("ministack-*.pid"):
            file.unlink()


def _check_json(directory: Path) -> None:
    for file in directory.glob("*.json"):
        try:
            msgspec.json.decode(file.read_bytes(), type=dict[str, msgspec.Raw])
        except UNREADABLE as fault:
            raise damaged(file, str(fault)) from None
