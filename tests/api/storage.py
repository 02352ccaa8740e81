"""What the tables and the bucket of a test hold."""

from collections.abc import Iterator

import msgspec

from tests.conftest import Tables
from tests.reused_tables import KEYS, Item

TRAIL = "TrailTable"


def scanned(tables: Tables) -> dict[str, list[Item]]:
    """Return all items of all tables but the trail, which tells of what was refused, too.

    They are in an order that nothing but their content decides.
    """
    return {logical_id: sorted(items(tables, logical_id), key=_content) for logical_id in KEYS if logical_id != TRAIL}


def items(tables: Tables, logical_id: str) -> Iterator[Item]:
    """Yield all items of a table."""
    pages = tables.clients.dynamodb.get_paginator("scan").paginate(TableName=tables[logical_id], ConsistentRead=True)
    for page in pages:
        yield from page["Items"]


def documents(tables: Tables) -> set[str]:
    """Return the paths of all documents in the bucket."""
    pages = tables.clients.s3.get_paginator("list_objects_v2").paginate(Bucket=tables["DocumentsBucket"])
    return {document["Key"] for page in pages for document in page.get("Contents", [])}


def _content(item: Item) -> bytes:
    return msgspec.json.encode(item, order="deterministic")
