"""The documents' files under ministack, which are written without being synced, and documents made anew.

Documents are made from the tables: what a crash or a power cut left of them is looked through, and published again.
"""

import hashlib
import os
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import msgspec

from chalicelib.bootstrap import Services
from chalicelib.domain.campaign import Campaign
from chalicelib.publishing.board_publisher import PLACES_SHOWN
from chalicelib.publishing.days import today
from infra.local.data_directory import UNREADABLE

_SIDECAR = ".meta.json"
_NUMBERS = ("epoch", "rev")


class _Description(msgspec.Struct, frozen=True):
    """What stands in a sidecar, as far as it is read: `metadata` are those of the object."""

    etag: str
    metadata: Mapping[str, str]


def drop_broken(directory: Path) -> int:
    """Delete each object of which content and description do not belong together; return how many."""
    broken = [file for file in _files(directory) if not _is_whole(file)]
    for file in broken:
        for path in (file, _sidecar(file)):
            path.unlink(missing_ok=True)
    return len(broken)


def sync(directory: Path) -> None:
    """Let every file outlive a power cut."""
    for path in (directory, *directory.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def publish_anew(services: Services, campaign: Campaign, more_days: Collection[date] = ()) -> None:
    """Publish each document of a campaign that is missing or older than the tables, whatever day it is of.

    The sweep does so for what can still change. `more_days` get a timeline too, though nothing may be known of them.

    Raises:
        DocumentContended: others publish without pause.
    """
    days = services.publisher.days(campaign)
    services.publisher.publish_all(campaign, {today(services.now()), *days, *more_days})
    services.boards.settle(services.publisher.head(campaign), (None, *PLACES_SHOWN))


def _files(directory: Path) -> list[Path]:
    found = {path for path in directory.rglob("*") if path.is_file()}
    return sorted({path.with_name(path.name.removesuffix(_SIDECAR)) for path in found})


def _is_whole(file: Path) -> bool:
    try:
        described = msgspec.json.decode(_sidecar(file).read_bytes(), type=_Description)
        content = file.read_bytes()
    except (OSError, *UNREADABLE):
        return False
    if not all(described.metadata.get(f"x-amz-meta-{name}", "").isdecimal() for name in _NUMBERS):
        return False
    return described.etag.strip('"') == hashlib.md5(content, usedforsecurity=False).hexdigest()


def _sidecar(file: Path) -> Path:
    return file.with_name(file.name + _SIDECAR)
