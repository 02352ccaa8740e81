"""What a data directory is: which release and engine wrote it, and whether its last run was stopped in order."""

import errno
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import msgspec

from infra.local.local_settings import DEFAULT_ENGINE, EngineName, LocalError

FORMAT = 2
"""Raised when an older release could no longer work on what this one writes. Directories of format 1 do not say so."""

MIN_FREE_BYTES = 16 * 1024 * 1024

_FORMAT_FILE = "format"
_RUN_FILE = "last-run"
_FIRST_FORMAT_STATE: Mapping[EngineName, Path] = {
    "dynamodb-local": Path("dynamodb-local", "data"),
    "ministack": Path("ministack", "dynamodb.json"),
}

DURABLE_TABLES = Path("dynoxide", "qaiyrym.sqlite")
"""The durable engine's file in a directory."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError)
"""What comes up where JSON is damaged."""

Fingerprints = Mapping[str, tuple[str, ...]]
"""By the name of a secret, what its values are known again by."""

_SaidFormat = Annotated[int, msgspec.Meta(ge=2)]


class Format(msgspec.Struct, frozen=True):
    """What stands in the file `format`: `secrets` are the fingerprints of those that the directory was written with."""

    format: int
    engine: EngineName
    secrets: Fingerprints = {}


class LastRun(msgspec.Struct, frozen=True):
    """What stands in the file `last-run`: whether the run has ended, and size and time (ns) of the files it left."""

    ended: bool
    files: Mapping[str, tuple[int, int]] = msgspec.field(default_factory=dict)


class DataDirectory:
    """One data directory; it is `new` where nothing of ours was in it.

    `fingerprints` are of the secrets that it was written with, as far as they are known.
    """

    def __init__(self, path: Path, engine: EngineName, fingerprints: Fingerprints, *, new: bool) -> None:
        self.path = path
        self.engine: EngineName = engine
        self.fingerprints = fingerprints
        self.new = new
        self.left_in_order = new or self._left_in_order()
        """Whether the last run was stopped in order and nobody touched its files since: nothing has to be mended."""

    def begin(self) -> None:
        """Note that a run has begun."""
        write_durably(self.path / _RUN_FILE, _json(LastRun(ended=False)))

    def keep_format(self, fingerprints: Fingerprints) -> None:
        """Note of which format, engine and secrets the directory is, now that the engine's files are there."""
        write_durably(self.path / _FORMAT_FILE, _json(Format(FORMAT, self.engine, fingerprints)))

    def end(self, files: Sequence[Path]) -> None:
        """Note that the run has ended in order and left these files."""
        left = {str(file.relative_to(self.path)): _size_and_time(file) for file in files}
        write_durably(self.path / _RUN_FILE, _json(LastRun(ended=True, files=left)))

    def _left_in_order(self) -> bool:
        try:
            last = msgspec.json.decode((self.path / _RUN_FILE).read_bytes(), type=LastRun)
            return last.ended and all(_size_and_time(self.path / name) == left for name, left in last.files.items())
        except (OSError, *UNREADABLE):
            return False


def recognise(path: Path, requested: EngineName | None) -> DataDirectory:
    """Return the directory, of which nothing is changed, with the engine that its state is of; a new one is made.

    Raises:
        LocalError: it is of a newer release or of another engine than requested, cannot be read, or its disk is full.
    """
    with disk_faults(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = _format(path, requested)
        free = shutil.disk_usage(path).free
    if found is not None and found.format > FORMAT:
        raise LocalError(
            f"DATA_DIR {path} was written by a newer release (format {found.format}, this one knows up to {FORMAT}): "
            "use that release, or set another DATA_DIR"
        )
    if found is not None and requested not in (None, found.engine):
        raise LocalError(f"DATA_DIR {path} holds the state of ENGINE={found.engine}: set that, or another DATA_DIR")
    if free < MIN_FREE_BYTES:
        raise LocalError(
            f"DATA_DIR {path} has {free // 1024**2} MB left on its disk, and {MIN_FREE_BYTES // 1024**2} MB are "
            "needed to start: free some, or set another DATA_DIR"
        )
    if found is None:
        return DataDirectory(path, requested or DEFAULT_ENGINE, {}, new=True)
    return DataDirectory(path, found.engine, found.secrets, new=False)


@contextmanager
def disk_faults(path: Path) -> Iterator[None]:
    """Say in one line why a directory or file cannot be used.

    Raises:
        LocalError: an OSError came up.
    """
    try:
        yield
    except OSError as fault:
        remedy = "free some space" if fault.errno in (errno.ENOSPC, errno.EDQUOT) else "set another DATA_DIR"
        file = f" ({fault.filename})" if fault.filename not in (None, path, str(path)) else ""
        raise LocalError(f"DATA_DIR {path} cannot be used: {fault.strerror}{file}: {remedy}") from None


def write_durably(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file as a whole: after a crash or a full disk there is the old one or the new one."""
    temporary = path.with_name(f"{path.name}.new")
    try:
        with open(temporary, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Let what was created, renamed or deleted in a directory outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _json(content: msgspec.Struct) -> str:
    return msgspec.json.encode(content).decode() + "\n"


def _size_and_time(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns


def _format(path: Path, requested: EngineName | None) -> Format | None:
    """Return what the directory says of itself, or what its files say where it says nothing."""
    file = path / _FORMAT_FILE
    if file.exists():
        try:
            return _read_format(file.read_bytes())
        except (*UNREADABLE, KeyError):
            raise LocalError(f"{file} is damaged: copy DATA_DIR back from a backup, or set another DATA_DIR") from None
    if (path / DURABLE_TABLES).exists():
        # The first start was cut off before it could say so, or the file was lost.
        return Format(FORMAT, "dynoxide")
    engines = [engine for engine, state in _FIRST_FORMAT_STATE.items() if (path / state).exists()]
    if not engines:
        return None
    if len(engines) > 1 and requested not in engines:
        raise LocalError(f"DATA_DIR {path} holds the states of two engines: set ENGINE={' or ENGINE='.join(engines)}")
    return Format(1, requested if requested in engines else engines[0])


def _read_format(content: bytes) -> Format:
    """Read the number before the rest, which a newer release may write in another way."""
    number = msgspec.json.decode(content, type=dict[str, msgspec.Raw])["format"]
    version = msgspec.json.decode(number, type=_SaidFormat)
    if version > FORMAT:
        return Format(version, DEFAULT_ENGINE)
    return msgspec.json.decode(content, type=Format)
