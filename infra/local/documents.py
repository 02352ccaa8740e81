"""The documents' files under ministack, which are written without being synced, and documents made anew.

Documents are made from the tables: what a crash or a power cut left of them is looked through, and published again.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Record = Mapping[str, Any]

_SIDECAR = ".meta.json"
_PAGE = 1000


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


def publish_anew(
    dynamodb: "DynamoDBClient", registry_table: str, state_table: str, publish: Callable[[Sequence[Record]], object]
) -> None:
    """Publish every document of every campaign, the counters first, as if all that they are made from had changed."""
    publish(list(_touched(dynamodb, registry_table)))
    batch: list[Record] = []
    for record in _touched(dynamodb, state_table):
        batch.append(record)
        if len(batch) == _PAGE:
            publish(batch)
            batch = []
    if batch:
        publish(batch)


def _touched(dynamodb: "DynamoDBClient", table: str) -> Iterator[Record]:
    """Give the stream record of each item of a table, as far as a publisher reads it: its keys."""
    keys = [element["AttributeName"] for element in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
    names = {f"#{number}": key for number, key in enumerate(keys)}
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names,
        ConsistentRead=True,
    )
    for page in pages:
        yield from ({"eventName": "MODIFY", "dynamodb": {"Keys": item}} for item in page["Items"])


def _files(directory: Path) -> list[Path]:
    found = {path for path in directory.rglob("*") if path.is_file()}
    return sorted({path.with_name(path.name.removesuffix(_SIDECAR)) for path in found})


def _is_whole(file: Path) -> bool:
    try:
        described = msgspec.json.decode(_sidecar(file).read_bytes(), type=dict[str, msgspec.Raw])
        etag = msgspec.json.decode(described["etag"], type=str)
        content = file.read_bytes()
    except (OSError, msgspec.DecodeError, KeyError):
        return False
    return etag.strip('"') == hashlib.md5(content, usedforsecurity=False).hexdigest()


def _sidecar(file: Path) -> Path:
    return file.with_name(file.name + _SIDECAR)
